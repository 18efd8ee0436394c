import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '@alongside/event-store';
import { LeaseLost, systemScheduler, type Changes, type Lease, type LetterContent, type LoopState, type Scheduler, type TimerEntry } from '@alongside/messaging';
import { eventually } from './manual-time.js';

export interface LoopStateOptions {
  readonly leaseTimeToLive: number;
  readonly scheduler: Scheduler;
}

/** A store of its own for one test. */
export interface OpenedLoopState {
  /** Opens it as one more process would; closed by the suite. */
  readonly process: (options: LoopStateOptions) => LoopState | Promise<LoopState>;
  readonly close: () => Promise<void>;
}

/** Time to live of the leases that are taken over, in milliseconds. */
const shortly = 2_000;
const never = 600_000;

/** As a process that is stopped in the middle, or a machine that is cut off: it does not show a sign of life any more. */
const standingStill: Scheduler = {
  wait: (_milliseconds, signal) => new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }))),
  elapsed: () => 0,
};

const letter = (number: number, key = 'journey-1'): LetterContent => ({
  key,
  name: 'referrals.ReferralAccepted',
  messageId: `message-${number}`,
  origin: { stream: `referral-${key}`, revision: number, eventId: `event-${number}` },
  payload: { number, 'a.name': { $sealed: ['1', 'mentee-1'] }, nothing: null } as unknown as JsonObject,
});

const broken = { code: 'Broken', at: 'open-assessment.js:12' };

const at = (position: number): string => String(position).padStart(16, '0');

const timer = (changes: Partial<TimerEntry> = {}): Omit<TimerEntry, 'attempts' | 'failure'> => ({
  context: 'matching',
  name: 'proposal-expires',
  stream: 'matching-1',
  key: 'proposal-1',
  due: '2026-03-09T10:00:00+01:00',
  occurredAt: '2026-03-09T09:00:00.000Z',
  setPosition: at(5),
  eventId: 'event-5',
  fireAt: 1000,
  ...changes,
});

/** Everything that the state of the loops promises, whatever keeps it. */
export function loopStateContract(name: string, open: () => Promise<OpenedLoopState> | OpenedLoopState): void {
  describe(`${name} as the state of loops`, () => {
    let opened: OpenedLoopState;
    let processes: LoopState[];
    let stopping: AbortController;
    beforeEach(async () => {
      processes = [];
      stopping = new AbortController();
      opened = await open();
    });
    afterEach(async () => {
      stopping.abort();
      await Promise.all(processes.map((each) => each.close()));
      await opened.close();
    });

    const start = async ({ leaseTimeToLive = never, scheduler = systemScheduler }: Partial<LoopStateOptions> = {}): Promise<LoopState> => {
      const state = await opened.process({ leaseTimeToLive, scheduler });
      processes.push(state);
      return state;
    };
    const held = async (state: LoopState, loop = 'relay:referrals'): Promise<Lease> => {
      const lease = await state.progress.acquire(loop, stopping.signal);
      if (!lease) throw new Error('not acquired');
      return lease;
    };

    describe('a lease', () => {
      it('is held by one, and by the next one once it is given back, under a higher epoch', async () => {
        const [one, other] = [await start({ leaseTimeToLive: shortly }), await start({ leaseTimeToLive: shortly })];
        const first = await held(one);
        const next = held(other);
        await first.release();
        expect((await next).epoch).toBeGreaterThan(first.epoch);
        await expect(one.progress.saveCheckpoint(first, at(1))).rejects.toBeInstanceOf(LeaseLost);
      });

      it('is one for each loop', async () => {
        const [one, other] = [await start(), await start()];
        expect([await held(one, 'relay:referrals'), await held(other, 'relay:matching')].map((each) => each.name)).toEqual(['relay:referrals', 'relay:matching']);
      });

      it('goes to one of several who ask at once', async () => {
        const states = await Promise.all(Array.from({ length: 4 }, () => start({ leaseTimeToLive: shortly })));
        let holders = 0;
        let most = 0;
        let turns = 0;
        await Promise.all(
          states.map(async (state) => {
            for (let round = 0; round < 5; round++) {
              const lease = await held(state);
              most = Math.max(most, (holders += 1));
              turns += 1;
              await state.progress.saveCheckpoint(lease, at(turns));
              holders -= 1;
              await lease.release();
            }
          }),
        );
        expect({ most, turns }).toEqual({ most: 1, turns: 20 });
      });

      it('stays with a holder that shows signs of life, however long the work takes', async () => {
        const one = await start({ leaseTimeToLive: shortly });
        const first = await held(one);
        let looks = 0;
        const counting: Scheduler = {
          elapsed: () => systemScheduler.elapsed(),
          wait: (milliseconds, signal) => {
            looks += 1;
            return systemScheduler.wait(milliseconds, signal);
          },
        };
        const other = await start({ leaseTimeToLive: shortly, scheduler: counting });
        let isTaken = false;
        const taking = other.progress.acquire(first.name, stopping.signal).then((lease) => (isTaken = lease !== undefined));
        await eventually('it was looked at for longer than the time to live', () => looks > 8);
        expect(isTaken).toBe(false);
        await one.progress.saveCheckpoint(first, at(1));
        stopping.abort();
        expect(await taking).toBe(false);
      });

      it('is taken over from a holder that shows none, whose writes are refused from then on', async () => {
        const stopped = await start({ leaseTimeToLive: shortly, scheduler: standingStill });
        const first = await held(stopped);
        await stopped.progress.saveCheckpoint(first, at(1));
        const other = await start({ leaseTimeToLive: shortly });
        const next = await held(other);
        expect(next.epoch).toBeGreaterThan(first.epoch);
        await expect(stopped.progress.saveCheckpoint(first, at(2))).rejects.toBeInstanceOf(LeaseLost);
        expect(await other.progress.checkpoint(first.name)).toBe(at(1));
        await other.progress.saveCheckpoint(next, at(3));
        await expect(stopped.progress.saveCheckpoint(first, at(4))).rejects.toBeInstanceOf(LeaseLost);
        expect(await stopped.progress.checkpoint(first.name)).toBe(at(3));
        await first.release();
        await other.progress.saveCheckpoint(next, at(5));
        expect(next.lost.aborted).toBe(false);
      });

      it('tells its holder that it was taken over', async () => {
        let wake: () => void = () => {};
        let isStopped = true;
        const waking = new Promise<void>((resolve) => (wake = resolve));
        const sleepy: Scheduler = {
          elapsed: () => (isStopped ? 0 : systemScheduler.elapsed()),
          wait: (milliseconds, signal) => (isStopped ? waking : systemScheduler.wait(milliseconds, signal)),
        };
        const first = await held(await start({ leaseTimeToLive: shortly, scheduler: sleepy }));
        await held(await start({ leaseTimeToLive: shortly }));
        expect(first.lost.aborted).toBe(false);
        isStopped = false;
        wake();
        await eventually('it knows', () => first.lost.aborted);
      });

      it('is free once its holder has stopped', async () => {
        const [one, other] = [await start(), await start()];
        await held(one);
        await one.close();
        expect((await held(other)).epoch).toBeGreaterThan(1);
      });

      it('is not waited for once nobody wants it any more', async () => {
        const [one, other] = [await start(), await start()];
        await held(one);
        const waiting = new AbortController();
        const taking = other.progress.acquire('relay:referrals', waiting.signal);
        waiting.abort();
        expect(await taking).toBeUndefined();
      });
    });

    describe('a checkpoint', () => {
      it('is nowhere at first, then where it was saved, for everybody', async () => {
        const [one, other] = [await start(), await start()];
        expect(await one.progress.checkpoint('relay:referrals')).toBeUndefined();
        const lease = await held(one);
        expect(await one.progress.checkpoint('relay:referrals')).toBeUndefined();
        await one.progress.saveCheckpoint(lease, at(7));
        await one.progress.saveCheckpoint(lease, at(9));
        expect(await other.progress.checkpoint('relay:referrals')).toBe(at(9));
        expect(await other.progress.checkpoint('relay:matching')).toBeUndefined();
      });

      it('stays when the lease is given back, and is nowhere again once forgotten', async () => {
        const one = await start();
        const lease = await held(one);
        await one.progress.saveCheckpoint(lease, at(7));
        await lease.release();
        expect(await one.progress.checkpoint(lease.name)).toBe(at(7));
        await one.progress.forgetCheckpoint(lease.name);
        expect(await one.progress.checkpoint(lease.name)).toBeUndefined();
        const next = await held(one);
        expect(next.epoch).toBeGreaterThan(lease.epoch);
        await one.progress.saveCheckpoint(next, at(1));
        expect(await one.progress.checkpoint(lease.name)).toBe(at(1));
      });
    });

    describe('dead letters', () => {
      let state: LoopState;
      const list = () => state.deadLetters.list();
      const statuses = async (): Promise<string[]> => (await list()).map(({ messageId, status }) => `${messageId} ${status}`);
      beforeEach(async () => {
        state = await start();
      });

      /** One that failed, two behind it, and one of another key. */
      const parked = async (): Promise<void> => {
        await state.deadLetters.park('assessment', letter(1), ['open'], broken, 3);
        await state.deadLetters.waitBehind('assessment', letter(2), ['open', 'tell']);
        await state.deadLetters.waitBehind('assessment', letter(3), ['open']);
        await state.deadLetters.park('assessment', letter(4, 'journey-2'), ['open'], { code: 'Other' }, 1);
      };

      it('stand in the order of their coming, with what failed and where they came from', async () => {
        await parked();
        const letters = await list();
        expect(letters.map(({ id }) => id)).toEqual(letters.map(({ id }) => id).sort((one, other) => one - other));
        const { payload, ...content } = letter(1);
        expect(letters[0]).toEqual({
          id: expect.any(Number),
          consumer: 'assessment',
          ...content,
          status: 'failed',
          steps: ['open'],
          attempts: 3,
          failure: broken,
          parkedAt: expect.stringMatching(/Z$/),
          failedAt: expect.stringMatching(/Z$/),
        });
        expect(letters[1]).toEqual({
          id: expect.any(Number),
          consumer: 'assessment',
          key: 'journey-1',
          name: content.name,
          messageId: 'message-2',
          origin: letter(2).origin,
          status: 'waiting',
          steps: ['open', 'tell'],
          attempts: 0,
          parkedAt: expect.stringMatching(/Z$/),
        });
        expect(letters[3]?.failure).toEqual({ code: 'Other' });
        expect((await state.deadLetters.head('assessment', 'journey-1'))?.payload).toEqual(payload);
      });

      it('are put aside once, however often that is repeated', async () => {
        await parked();
        const before = await list();
        await parked();
        expect(await list()).toEqual(before);
      });

      it('are each consumer’s own', async () => {
        await parked();
        await state.deadLetters.park('supervision', letter(1), ['follow'], broken, 1);
        expect(await state.deadLetters.counts()).toEqual([
          { consumer: 'assessment', failed: 2, waiting: 2 },
          { consumer: 'supervision', failed: 1, waiting: 0 },
        ]);
        expect([...(await state.deadLetters.heads('supervision'))]).toEqual([['journey-1', 'failed']]);
        expect((await state.deadLetters.list({ consumer: 'supervision' })).map(({ steps }) => steps)).toEqual([['follow']]);
      });

      it('are listed page by page, and by key', async () => {
        await parked();
        const [first, second, ...others] = await list();
        expect(await state.deadLetters.list({ limit: 2 })).toEqual([first, second]);
        expect(await state.deadLetters.list({ after: second?.id ?? 0 })).toEqual(others);
        expect((await state.deadLetters.list({ key: 'journey-2' })).map(({ messageId }) => messageId)).toEqual(['message-4']);
      });

      it('get numbers of their own, in order for each key, when many processes put some aside at once', async () => {
        const states = [state, await start(), await start()];
        await Promise.all(
          states.map(async ({ deadLetters }, index) => {
            await deadLetters.park('assessment', letter(index * 100, `key-${index}`), ['open'], broken, 1);
            for (let number = 1; number < 15; number++) await deadLetters.waitBehind('assessment', letter(index * 100 + number, `key-${index}`), ['open']);
          }),
        );
        const letters = await list();
        expect(new Set(letters.map(({ id }) => id)).size).toBe(45);
        for (const index of [0, 1, 2]) {
          const ofKey = letters.filter(({ key }) => key === `key-${index}`).map(({ origin }) => origin.revision);
          expect(ofKey).toEqual(Array.from({ length: 15 }, (_, number) => index * 100 + number));
        }
      });

      it('tell the first of each key, which alone may be worked on', async () => {
        await parked();
        expect(Object.fromEntries(await state.deadLetters.heads('assessment'))).toEqual({ 'journey-1': 'failed', 'journey-2': 'failed' });
        expect(await state.deadLetters.replay({ key: 'journey-1' })).toBe(1);
        expect(await statuses()).toEqual(['message-1 replaying', 'message-2 waiting', 'message-3 waiting', 'message-4 failed']);
        expect(Object.fromEntries(await state.deadLetters.heads('assessment'))).toEqual({ 'journey-1': 'replaying', 'journey-2': 'failed' });
        expect(await state.deadLetters.replay({ key: 'journey-1' })).toBe(0);
      });

      it('go on with the next of the key when one is done or given up', async () => {
        await parked();
        await state.deadLetters.settle((await list())[0]?.id ?? 0);
        expect(await state.deadLetters.head('assessment', 'journey-1')).toMatchObject({ messageId: 'message-2', status: 'waiting' });
        expect(await state.deadLetters.drop((await list())[0]?.id ?? 0)).toBe(true);
        expect(await state.deadLetters.head('assessment', 'journey-1')).toMatchObject({ messageId: 'message-3' });
        expect(await state.deadLetters.drop(-1)).toBe(false);
        expect(await state.deadLetters.head('assessment', 'journey-9')).toBeUndefined();
      });

      it('are asked for again all together, by consumer, or one that failed', async () => {
        await parked();
        await state.deadLetters.park('supervision', letter(1), ['follow'], broken, 1);
        const [first, second] = await list();
        expect(await state.deadLetters.replay({ id: second?.id ?? 0 })).toBe(0);
        expect(await state.deadLetters.replay({ id: -1 })).toBe(0);
        expect(await state.deadLetters.replay({ id: first?.id ?? 0 })).toBe(1);
        expect(await state.deadLetters.replay({ consumer: 'assessment' })).toBe(1);
        expect(await state.deadLetters.replay({})).toBe(1);
      });

      it('say how often they failed, and of what the last time', async () => {
        await parked();
        await state.deadLetters.replay({ key: 'journey-1' });
        await state.deadLetters.failAgain((await list())[0]?.id ?? 0, ['open'], { code: 'Again' }, 4);
        expect((await list())[0]).toMatchObject({ status: 'failed', attempts: 7, failure: { code: 'Again' } });
        expect((await list())[0]?.failure).toEqual({ code: 'Again' });
      });

      it('can be put aside again once they are gone, behind what came meanwhile', async () => {
        await parked();
        const [first] = await list();
        await state.deadLetters.settle(first?.id ?? 0);
        await state.deadLetters.waitBehind('assessment', letter(1), ['open']);
        expect((await state.deadLetters.list({ key: 'journey-1' })).map(({ messageId }) => messageId)).toEqual(['message-2', 'message-3', 'message-1']);
      });

      it('announce in every process that one was replayed or dropped', async () => {
        await parked();
        const other = await start();
        const [first] = await list();
        for (const change of [() => state.deadLetters.replay({}), () => state.deadLetters.drop(first?.id ?? 0)]) {
          const [here, there] = await Promise.all([quiet(state.deadLetters.changes), quiet(other.deadLetters.changes)]);
          await change();
          await Promise.all([here(), there()]);
        }
      });
    });

    describe('timers', () => {
      let state: LoopState;
      const keys = async (now = 5000, limit = 10): Promise<string[]> => (await state.timers.due('matching', now, limit)).map(({ key }) => key);
      beforeEach(async () => {
        state = await start();
      });

      it('are due from their time on, the earliest first', async () => {
        await state.timers.set(timer({ key: 'late', fireAt: 3000 }));
        await state.timers.set(timer({ key: 'early', fireAt: 1000 }));
        await state.timers.set(timer({ context: 'evaluation', key: 'another context’s', fireAt: 500 }));
        expect(await keys(999)).toEqual([]);
        expect(await keys(1000)).toEqual(['early']);
        expect(await keys()).toEqual(['early', 'late']);
        expect(await keys(5000, 1)).toEqual(['early']);
        expect(await state.timers.next('matching')).toBe(1000);
        expect(await state.timers.next('supervision')).toBeUndefined();
      });

      it('are as they were set', async () => {
        const data = { 'a.b': [1, null, { $sealed: ['x'] }], text: 'one' } as unknown as Json;
        await state.timers.set(timer({ data }));
        await state.timers.set(timer({ key: 'without data' }));
        expect(await state.timers.list('matching')).toEqual(expect.arrayContaining([{ ...timer({ data }), attempts: 0 }, { ...timer({ key: 'without data' }), attempts: 0 }]));
      });

      it('are one of a context, name, stream and key', async () => {
        for (const change of [{}, { name: 'review-due' }, { stream: 'matching-2' }, { key: 'proposal-2' }]) await state.timers.set(timer(change));
        expect(await state.timers.list('matching')).toHaveLength(4);
        await state.timers.clear({ ...timer(), position: at(9) });
        expect(await state.timers.list('matching')).toHaveLength(3);
      });

      it('are replaced when they are set anew, by a later event only', async () => {
        await state.timers.set(timer());
        await state.timers.set(timer({ setPosition: at(7), eventId: 'event-7', fireAt: 4000 }));
        await state.timers.set(timer({ setPosition: at(6), eventId: 'event-6', fireAt: 2000 }));
        expect(await state.timers.list('matching')).toEqual([{ ...timer({ setPosition: at(7), eventId: 'event-7', fireAt: 4000 }), attempts: 0 }]);
        expect(await keys(3999)).toEqual([]);
        expect(await state.timers.next('matching')).toBe(4000);
      });

      it('stay as they are when the event that set them comes again', async () => {
        await state.timers.set(timer());
        await state.timers.postpone({ ...timer(), attempts: 0 }, 2000, 'Broken');
        await state.timers.set(timer());
        expect(await state.timers.list('matching')).toEqual([{ ...timer({ fireAt: 2000 }), attempts: 1, failure: 'Broken' }]);
      });

      it('are cleared by a later event only', async () => {
        await state.timers.set(timer());
        await state.timers.clear({ ...timer(), position: at(4) });
        expect(await keys()).toEqual(['proposal-1']);
        await state.timers.clear({ ...timer(), position: at(6) });
        expect(await keys()).toEqual([]);
      });

      it('are gone once fired, but not one that was set anew meanwhile', async () => {
        await state.timers.set(timer());
        const [fired] = await state.timers.due('matching', 5000, 1);
        if (!fired) throw new Error('not due');
        await state.timers.set(timer({ setPosition: at(7), fireAt: 2000 }));
        await state.timers.remove(fired);
        await state.timers.postpone(fired, 9000, 'Broken');
        expect(await state.timers.list('matching')).toEqual([{ ...timer({ setPosition: at(7), fireAt: 2000 }), attempts: 0 }]);
        const [again] = await state.timers.due('matching', 5000, 1);
        if (!again) throw new Error('not due');
        await state.timers.remove(again);
        expect(await state.timers.list('matching')).toEqual([]);
      });

      it('come later when firing failed, and say how often and of what', async () => {
        await state.timers.set(timer());
        await state.timers.set(timer({ key: 'fine' }));
        const [entry] = (await state.timers.list('matching')).filter(({ key }) => key === 'proposal-1');
        if (!entry) throw new Error('not there');
        await state.timers.postpone(entry, 8000, 'Broken');
        await state.timers.postpone(entry, 9000, 'Other');
        expect(await keys(8999)).toEqual(['fine']);
        expect(await state.timers.list('matching', { failing: true })).toEqual([{ ...timer({ fireAt: 9000 }), attempts: 2, failure: 'Other' }]);
        await state.timers.set(timer({ setPosition: at(8) }));
        expect(await state.timers.list('matching', { failing: true })).toEqual([]);
      });

      it('are forgotten with how far the log was followed', async () => {
        const lease = await held(state, 'timers:matching');
        await state.progress.saveCheckpoint(lease, at(8));
        await state.timers.set(timer());
        await state.timers.set(timer({ context: 'evaluation' }));
        await state.timers.forget('matching');
        expect(await state.timers.list('matching')).toEqual([]);
        expect(await state.timers.list('evaluation')).toHaveLength(1);
        expect(await state.progress.checkpoint('timers:matching')).toBeUndefined();
        await state.timers.set(timer());
        expect(await keys()).toEqual(['proposal-1']);
      });

      it('announce in every process that one was set', async () => {
        const other = await start();
        const [here, there] = await Promise.all([quiet(state.timers.changes), quiet(other.timers.changes)]);
        await state.timers.set(timer());
        await Promise.all([here(), there()]);
      });
    });
  });
}

/** Once nothing is announced any more of what was before; the answer resolves at the next change. */
async function quiet(changes: Changes): Promise<() => Promise<void>> {
  const giveUp = AbortSignal.timeout(10_000);
  for (let seen = changes.version; ; seen = changes.version) {
    // Whoever waits is told of what came before, at most once.
    await changes.after(seen, AbortSignal.timeout(150));
    if (changes.version === seen) break;
  }
  const { version } = changes;
  return async () => {
    await changes.after(version, giveUp);
    if (changes.version === version) throw new Error('nothing was announced');
  };
}
