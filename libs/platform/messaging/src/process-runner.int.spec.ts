import { uuidOf } from '@alongside/event-sourcing';
import { EventStoreUnavailable, type RecordedEvent } from '@alongside/event-store';
import { eventually, HastyTime, testNow } from '@alongside/testing';
import { runProcesses, type FollowUp } from './process-runner.js';
import { harbour, note, system, type Harbour } from './spec/example.js';

interface Work {
  note(id: string, times: number): Promise<unknown>;
}

let at: Harbour;
let stopping: AbortController;
let running: Promise<void>[];
let refusals: string[];

beforeEach(() => {
  at = harbour();
  stopping = new AbortController();
  running = [];
  refusals = [];
});
afterEach(async () => {
  stopping.abort();
  await Promise.all(running);
  await at.close();
});

const journeyOf = (event: RecordedEvent): string => event.stream.slice('lantern-'.length);
const noteEach: FollowUp<Work> = {
  name: 'note-each',
  on: [{ type: 'Lit', run: async (event, work) => void (await work.note(journeyOf(event), event.revision)) }],
};

function run(processes: readonly FollowUp<Work>[], where = at, signal = stopping.signal): Promise<void> {
  const workFor = (event: RecordedEvent, process: string): Work => ({
    note: (id, times) => {
      const commandId = uuidOf(event.metadata.eventId, process);
      return where.streams.execute(note, id, { type: 'note', data: { times } }, { commandId, actor: system, correlationId: commandId });
    },
  });
  const observer = { refused: (_work: unknown, rule: string) => void refusals.push(rule) };
  const promise = runProcesses({ ...where.loops, observer, context: 'lanterns', prefixes: ['lantern-', 'note-'], processes, workFor, backOff: [1] }, signal);
  running.push(promise);
  return promise;
}

const timesNoted = async (id: string): Promise<unknown[]> => (await at.store.readStream(`note-${id}`)).map((each) => each.data['times']);
const letters = () => at.broker.deadLetters.list({ consumer: 'process:lanterns' });

describe('processes', () => {
  it('follow up each stream in its order', async () => {
    void run([noteEach]);
    for (let times = 0; times < 5; times++) await Promise.all(['journey-1', 'journey-2'].map((id) => at.light(id)));
    await eventually('all noted', async () => (await timesNoted('journey-1')).length + (await timesNoted('journey-2')).length === 10);
    expect(await timesNoted('journey-1')).toEqual([0, 1, 2, 3, 4]);
    expect(await timesNoted('journey-2')).toEqual([0, 1, 2, 3, 4]);
  });

  it('go on where they were after a restart, the end of the log included', async () => {
    const first = new AbortController();
    const ran = run([noteEach], at, first.signal);
    await at.light('journey-1');
    await eventually('noted', async () => (await timesNoted('journey-1')).length === 1);
    first.abort();
    await ran;
    const events: string[] = [];
    void run([{ name: 'note-each', on: [{ type: 'Lit', run: async (event) => void events.push(event.stream) }] }]);
    await at.light('journey-2');
    await eventually('followed', () => events.length > 0);
    expect(events).toEqual(['lantern-journey-2']);
  });

  it('do again what a crash interrupted, with one effect', async () => {
    const time = new HastyTime(testNow);
    const crashing = at.again(time);
    await at.light('journey-1');
    const halfDone: FollowUp<Work> = {
      name: 'note-each',
      on: [
        {
          type: 'Lit',
          run: async (event, work) => {
            await work.note(journeyOf(event), event.revision);
            time.freeze();
            await new Promise(() => {});
          },
        },
      ],
    };
    void run([halfDone], crashing);
    running.pop();
    await eventually('half done', async () => (await timesNoted('journey-1')).length === 1);
    void run([noteEach]);
    await eventually('followed up', async () => (await at.broker.progress.checkpoint('process:lanterns')) !== undefined);
    expect(await timesNoted('journey-1')).toEqual([0]);
    expect(refusals).toEqual([]);
  });

  it('take a refusal for an outcome', async () => {
    void run([noteEach, { ...noteEach, name: 'note-again' }]);
    await at.light('journey-1');
    await eventually('refused', () => refusals.length === 1);
    expect(refusals).toEqual(['already-noted']);
    expect(await letters()).toEqual([]);
  });

  it('wait for a store that cannot be used, however long, and put nothing aside', async () => {
    let refusing = 20;
    const failing: FollowUp<Work> = {
      name: 'note-each',
      on: [
        {
          type: 'Lit',
          run: async (event, work) => {
            if (refusing-- > 0) throw refusing % 2 === 0 ? new EventStoreUnavailable('the disk is full') : Object.assign(new Error('database or disk is full'), { errcode: 13 });
            await work.note(journeyOf(event), event.revision);
          },
        },
      ],
    };
    void run([failing]);
    await at.light('journey-1');
    await eventually('noted', async () => (await timesNoted('journey-1')).length === 1);
    expect(await letters()).toEqual([]);
  });

  it('park the stream of one that fails for good, and go on in order when it is replayed', async () => {
    let broken = true;
    const failing: FollowUp<Work> = {
      name: 'note-each',
      on: [
        {
          type: 'Lit',
          run: async (event, work) => {
            if (broken && event.data['hours'] === 13) throw new Error('Marigold Fairweather');
            await work.note(journeyOf(event), event.revision);
          },
        },
      ],
    };
    void run([failing]);
    await at.light('journey-1', 13);
    await at.light('journey-1', 1);
    await at.light('journey-2', 1);
    await eventually('the other noted', async () => (await timesNoted('journey-2')).length === 1);
    await eventually('two put aside', async () => (await letters()).length === 2);
    expect(await letters()).toMatchObject([
      { key: 'lantern-journey-1', name: 'Lit', status: 'failed', attempts: 2, steps: ['note-each'], origin: { revision: 0 } },
      { key: 'lantern-journey-1', status: 'waiting', origin: { revision: 1 } },
    ]);
    broken = false;
    await at.broker.deadLetters.replay({ consumer: 'process:lanterns' });
    await eventually('noted', async () => (await timesNoted('journey-1')).length === 2);
    expect(await timesNoted('journey-1')).toEqual([0, 1]);
    await eventually('no letters', async () => (await letters()).length === 0);
  });
});
