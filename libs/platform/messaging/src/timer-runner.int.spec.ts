import { Refusal, uuidOf } from '@alongside/event-sourcing';
import { eventually, HastyTime, ManualTime, settled, testNow } from '@alongside/testing';
import { harbour, system, lantern, type Harbour } from './spec/example.js';
import { runTimers, type DeclaredTimer, type Firing } from './timer-runner.js';

const minute = 60_000;
const hour = 3_600_000;

/** A lantern burns for so many hours after it was lit, then it goes out. */
const burnsDown: DeclaredTimer = {
  name: 'burns-down',
  aggregate: lantern,
  on: [
    {
      type: 'Lit',
      step: ({ data, metadata }) => ({
        key: 'flame',
        due: new Date(Date.parse(metadata.occurredAt) + Number(data['hours']) * hour).toISOString(),
        data: { hours: data['hours'] },
      }),
    },
    { type: 'PutOut', step: () => ({ key: 'flame' }) },
  ],
};

let time: ManualTime;
let at: Harbour;
let stopping: AbortController;
let running: Promise<void>[];
let fired: { readonly at: string; readonly firing: Firing }[];

beforeEach(() => {
  time = new ManualTime(testNow);
  at = harbour(time);
  stopping = new AbortController();
  running = [];
  fired = [];
});
afterEach(async () => {
  stopping.abort();
  await Promise.all(running);
  await at.close();
});

type Fire = (timer: DeclaredTimer, firing: Firing) => Promise<void>;
const record: Fire = async (_timer, firing) => void fired.push({ at: time.now().toISOString(), firing });

function run(fire: Fire = record, where = at, signal = stopping.signal): Promise<void> {
  const promise = runTimers({ ...where.loops, context: 'lanterns', timers: [burnsDown], store: where.broker.timers, clock: where.clock, fire }, signal);
  running.push(promise);
  return promise;
}
const later = (milliseconds: number): string => new Date(Date.parse(testNow) + milliseconds).toISOString();
const putOut = (id: string): Promise<unknown> =>
  at.streams.execute(lantern, id, { type: 'put-out' }, { commandId: uuidOf('put-out', id), actor: system, correlationId: 'specs' });

describe('a timer', () => {
  it('fires once, when it is due, as a command that occurs then', async () => {
    void run();
    await at.light('journey-1', 2);
    await time.advance(2 * hour - 1);
    expect(fired).toEqual([]);
    await time.advance(1);
    await settled();
    const [lit] = await at.store.readStream('lantern-journey-1');
    expect(fired).toEqual([
      {
        at: later(2 * hour),
        firing: {
          stream: 'lantern-journey-1',
          id: 'journey-1',
          key: 'flame',
          due: later(2 * hour),
          occurredAt: later(2 * hour),
          commandId: uuidOf('burns-down', 'lantern-journey-1', 'flame', later(2 * hour)),
          eventId: lit?.metadata.eventId,
          data: { hours: 2 },
        },
      },
    ]);
    await time.advance(hour);
    expect(fired).toHaveLength(1);
    expect(await at.broker.timers.list('lanterns')).toEqual([]);
  });

  it('fires no earlier than a minute after recording, as of when it was due', async () => {
    void run();
    await at.streams.execute(
      lantern,
      'journey-1',
      { type: 'light', data: { hours: 1 } },
      { commandId: 'late', actor: system, correlationId: 'late', occurredAt: later(-5 * hour) },
    );
    await time.advance(minute - 1);
    expect(fired).toEqual([]);
    await time.advance(1);
    await settled();
    expect(fired).toMatchObject([{ at: later(minute), firing: { due: later(-4 * hour), occurredAt: later(-4 * hour) } }]);
  });

  it('occurs no earlier than what set it', async () => {
    void run();
    await at.light('journey-1', -3);
    await time.advance(minute);
    await settled();
    expect(fired).toMatchObject([{ firing: { due: later(-3 * hour), occurredAt: testNow } }]);
  });

  it('is replaced when it is set again, and gone when it is cleared', async () => {
    void run();
    await at.light('journey-1', 2);
    await at.light('journey-2', 2);
    await settled();
    await at.light('journey-1', 5);
    await putOut('journey-2');
    await time.advance(4 * hour);
    expect(fired).toEqual([]);
    await time.advance(hour);
    await settled();
    expect(fired.map((each) => each.firing.id)).toEqual(['journey-1']);
  });

  it('that is refused is done', async () => {
    void run(async (timer, firing) => {
      await record(timer, firing);
      throw new Refusal('not-lit');
    });
    await at.light('journey-1', 1);
    await time.advance(2 * hour);
    expect(fired).toHaveLength(1);
    expect(await at.broker.timers.list('lanterns')).toEqual([]);
  });

  it('that fails stays, is seen to fail, and is tried again, later and later, while others fire', async () => {
    let broken = true;
    void run(async (timer, firing) => {
      await record(timer, firing);
      if (broken && firing.id === 'journey-1') throw Object.assign(new Error('no'), { code: 'SQLITE_FULL' });
    });
    await at.light('journey-1', 1);
    await at.light('journey-2', 1);
    await time.advance(hour + 3_000);
    expect(fired.map((each) => `${each.firing.id} ${(Date.parse(each.at) - Date.parse(testNow) - hour) / 1000}`)).toEqual([
      'journey-1 0',
      'journey-2 0',
      'journey-1 1',
      'journey-1 3',
    ]);
    expect(await at.broker.timers.list('lanterns', { failing: true })).toMatchObject([{ stream: 'lantern-journey-1', attempts: 3, failure: 'SQLITE_FULL' }]);
    broken = false;
    await time.advance(minute);
    expect(await at.broker.timers.list('lanterns')).toEqual([]);
  });

  it('survives a restart, and fires then what fell due meanwhile', async () => {
    const first = new AbortController();
    const ran = run(record, at, first.signal);
    await at.light('journey-1', 1);
    await settled();
    first.abort();
    await ran;
    await time.advance(2 * hour);
    expect(fired).toEqual([]);
    void run();
    await settled();
    expect(fired).toMatchObject([{ at: later(2 * hour), firing: { occurredAt: later(hour) } }]);
  });

  it('fires again after a crash in the midst of firing, with the same commandId', async () => {
    const hasty = new HastyTime(later(2 * hour));
    const crashing = at.again(hasty);
    const hanging: Fire = async (timer, firing) => {
      await record(timer, firing);
      hasty.freeze();
      await new Promise(() => {});
    };
    void runTimers({ ...crashing.loops, context: 'lanterns', timers: [burnsDown], store: crashing.broker.timers, clock: hasty, fire: hanging }, stopping.signal);
    await at.light('journey-1', 1);
    await eventually('fired', () => fired.length === 1);
    expect(await at.broker.timers.list('lanterns')).toHaveLength(1);
    const after = at.again(new HastyTime(later(2 * hour)));
    void run(record, after);
    await eventually('fired again', () => fired.length === 2);
    expect(fired[1]?.firing.commandId).toBe(fired[0]?.firing.commandId);
    await eventually('done', async () => (await after.broker.timers.list('lanterns')).length === 0);
  });

  it('is made anew from the log', async () => {
    const first = new AbortController();
    const ran = run(record, at, first.signal);
    await at.light('journey-1', 5);
    await at.light('journey-2', 5);
    await putOut('journey-2');
    await settled();
    first.abort();
    await ran;
    const before = await at.broker.timers.list('lanterns');
    await at.broker.timers.forget('lanterns');
    expect(await at.broker.timers.list('lanterns')).toEqual([]);
    void run();
    await settled();
    expect(await at.broker.timers.list('lanterns')).toEqual(before);
    expect(before).toHaveLength(1);
  });
});
