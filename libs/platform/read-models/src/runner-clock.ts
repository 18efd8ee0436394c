import { setTimeout as delay } from 'node:timers/promises';

/** Time as the runner needs it; tests turn it by hand. */
export interface RunnerClock {
  now(): Date;
  /** Milliseconds on a clock that is never set. */
  elapsed(): number;
  /** Comes back after that many milliseconds, or at once when the signal aborts; never rejects. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemRunnerClock: RunnerClock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  wait: async (milliseconds, signal) => {
    if (!signal.aborted) await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  },
};
