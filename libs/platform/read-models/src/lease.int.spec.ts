import { ManualTime, settled } from '@alongside/testing';
import { LeaseLost } from './errors.js';
import { acquireLease, keepLease } from './lease.js';
import type { Lease, ReadModelStore } from './read-model-store.js';
import { openSqliteReadModelStore } from './sqlite/sqlite-read-model-store.js';

const start = '2026-03-02T10:00:00.000Z';
const options = { timeToLive: 1000, beat: 100 };

describe('a lease', () => {
  let store: ReadModelStore;
  let time: ManualTime;
  let abort: AbortController;
  let holder: Lease;
  beforeEach(async () => {
    store = openSqliteReadModelStore({ file: ':memory:' });
    time = new ManualTime(start);
    abort = new AbortController();
    holder = (await acquireLease(store, 'runner', options, time, abort.signal)) as Lease;
  });
  afterEach(async () => {
    abort.abort();
    await settled();
    await store.close();
  });
  const challenge = () => {
    const challenger: { taken?: Lease | undefined } = {};
    const done = acquireLease(store, 'runner', options, time, abort.signal).then((taken) => (challenger.taken = taken));
    return { challenger, done };
  };

  it('is taken over after the time to live without a beat, and no sooner', async () => {
    const { challenger } = challenge();
    await time.advance(999);
    expect(challenger.taken).toBeUndefined();
    await time.advance(101);
    expect(challenger.taken).toEqual({ name: 'runner', epoch: holder.epoch + 1 });
    await expect(store.beat(holder)).rejects.toBeInstanceOf(LeaseLost);
  });

  it('is not taken over for the time in which the store answered nobody', async () => {
    let away: Promise<unknown> | undefined;
    const slow: ReadModelStore = { ...store, lease: async (name) => (await away, store.lease(name)) };
    let taken: Lease | undefined;
    const challenging = acquireLease(slow, 'runner', options, time, abort.signal).then((lease) => (taken = lease));
    await time.advance(500);
    let come: () => void = () => undefined;
    away = new Promise<void>((resolve) => (come = resolve));
    await time.advance(10_000);
    away = undefined;
    come();
    await settled();
    // The holder's beat comes a moment after our look.
    await store.beat(holder);
    await time.advance(900);
    expect(taken).toBeUndefined();
    await time.advance(300);
    await challenging;
    expect(taken?.epoch).toBe(holder.epoch + 1);
  });

  it('is kept by beating, and lost when the beats stop', async () => {
    const beats = new AbortController();
    const beating = keepLease(store, holder, options, time, beats.signal, () => undefined);
    const { challenger, done } = challenge();
    await time.advance(10_000);
    expect(challenger.taken).toBeUndefined();
    beats.abort();
    await beating;
    await time.advance(1300);
    await done;
    expect(challenger.taken?.epoch).toBe(holder.epoch + 1);
  });

  it('tells a holder that was away for too long', async () => {
    const { done } = challenge();
    await time.advance(1100);
    await done;
    let isLost = false;
    const beating = keepLease(store, holder, options, time, abort.signal, () => (isLost = true));
    await time.advance(100);
    await beating;
    expect(isLost).toBe(true);
  });

  it('is there at once when it was given back, or when nobody else can be at work', async () => {
    const alone = await acquireLease(store, 'runner', { ...options, alone: true }, time, abort.signal);
    expect(alone?.epoch).toBe(holder.epoch + 1);
    await store.release(alone as Lease);
    expect((await acquireLease(store, 'runner', options, time, abort.signal))?.epoch).toBe(holder.epoch + 2);
  });

  it('is not waited for any longer when the signal aborts', async () => {
    const { challenger, done } = challenge();
    await settled();
    abort.abort();
    await done;
    expect(challenger.taken).toBeUndefined();
  });
});
