import { LeaseLost } from './errors.js';
import type { Lease, LeaseState, ReadModelStore } from './read-model-store.js';
import type { RunnerClock } from './runner-clock.js';

export interface LeaseOptions {
  /**
   * How long a holder may be silent before a challenger takes over, in milliseconds; default 3000. Raise it where pauses of the process
   * are longer than that; lower it for a faster take-over.
   */
  readonly timeToLive?: number;
  /** Milliseconds between two beats; default 500. Well below the time to live. */
  readonly beat?: number;
  /** Nobody else can be at work (the data folder is locked by us): a lease left behind by a crash is taken at once. */
  readonly alone?: boolean;
}

export const leaseDefaults = { timeToLive: 3000, beat: 500 } as const;

/**
 * Waits until the lease is free, or until its holder has given no beat for the time to live on our own monotonic clock: of the time in which
 * we could look. Undefined when the signal aborted first.
 */
export async function acquireLease(
  store: ReadModelStore,
  name: string,
  options: LeaseOptions,
  clock: RunnerClock,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  const { timeToLive, beat } = { ...leaseDefaults, ...options };
  let seen = await store.lease(name);
  let looked = clock.elapsed();
  let silent = 0;
  while (!signal.aborted) {
    if (!seen || seen.free || options.alone || silent >= timeToLive) {
      const taken = await store.takeLease(name, seen);
      if (taken) return taken;
    } else {
      await clock.wait(beat, signal);
    }
    const next = await store.lease(name);
    const now = clock.elapsed();
    // Time in which we did not look, or got no answer, says nothing of the holder: it could not beat either.
    silent = isSame(next, seen) ? silent + Math.min(now - looked, 2 * beat) : 0;
    looked = now;
    seen = next;
  }
  return undefined;
}

/** Beats until the signal aborts; `lost` is called once when somebody else has taken over. */
export async function keepLease(
  store: ReadModelStore,
  lease: Lease,
  options: LeaseOptions,
  clock: RunnerClock,
  signal: AbortSignal,
  lost: () => void,
): Promise<void> {
  while (!signal.aborted) {
    await clock.wait(options.beat ?? leaseDefaults.beat, signal);
    if (signal.aborted) return;
    try {
      await store.beat(lease);
    } catch (error) {
      // A store that cannot be written to now may be reached at the next beat; until then commits fail by themselves.
      if (error instanceof LeaseLost) return lost();
    }
  }
}

function isSame(one: LeaseState | undefined, other: LeaseState | undefined): boolean {
  return one?.epoch === other?.epoch && one?.beat === other?.beat && one?.free === other?.free;
}
