import { setTimeout as delay } from 'node:timers/promises';

/** Time as the runner needs it; tests turn it by hand. */
export interface RunnerClock {
  /** Milliseconds on a clock that is never set. */
  monotonic(): number;
  /** RFC 3339, UTC. */
  now(): string;
  /** Comes back after that many milliseconds, or at once when the signal aborts; never rejects. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemRunnerClock: RunnerClock = {
  monotonic: () => performance.now(),
  now: () => new Date().toISOString(),
  wait: async (milliseconds, signal) => {
    if (signal?.aborted) return;
    await delay(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
};
