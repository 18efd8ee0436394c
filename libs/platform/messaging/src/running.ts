import { failureOf } from './failure.js';
import type { MessagingObserver } from './observer.js';
import type { Lease, Progress } from './progress.js';
import type { Scheduler } from './scheduler.js';

const longestPause = 10_000;

export interface Trying {
  readonly scheduler: Scheduler;
  readonly observer: MessagingObserver;
  readonly signal: AbortSignal;
}

export interface Running extends Trying {
  readonly progress: Progress;
}

/**
 * Runs a loop under its lease until the signal aborts. A fault of the loop itself (its handlers' faults are none) starts it
 * again from its checkpoint, after a pause that grows to ten seconds; a lost lease waits to be held again.
 */
export function keepRunning(name: string, running: Running, run: (lease: Lease, signal: AbortSignal) => Promise<void>): Promise<void> {
  return keepTrying(name, running, () => runOnce(name, running.progress, running.signal, run));
}

/** Runs a loop until the signal aborts; one that ended by a fault begins again after a pause that grows to the longest, in milliseconds. */
export async function keepTrying(name: string, { scheduler, observer, signal }: Trying, run: () => Promise<void>, longest = longestPause): Promise<void> {
  let pause = 100;
  while (!signal.aborted) {
    const began = scheduler.elapsed();
    try {
      await run();
    } catch (error) {
      if (signal.aborted) return;
      observer.faulted?.(name, failureOf(error));
      if (scheduler.elapsed() - began > longestPause) pause = 100;
      await scheduler.wait(pause, signal);
      pause = Math.min(pause * 2, longest);
    }
  }
}

async function runOnce(name: string, progress: Progress, signal: AbortSignal, run: (lease: Lease, signal: AbortSignal) => Promise<void>): Promise<void> {
  const lease = await progress.acquire(name, signal);
  if (!lease) return;
  try {
    await run(lease, AbortSignal.any([signal, lease.lost]));
  } finally {
    await lease.release();
  }
}
