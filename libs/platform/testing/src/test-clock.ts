import { systemScheduler, type Scheduler } from '@alongside/messaging';
import { testNow } from './decider-spec.js';

/** Time that stands still until a test moves it. */
export interface TestClock {
  now(): Date;
  /** Moves on by a duration: `{ days: 3 }`, `{ minutes: 5 }`. Whatever waits for time to pass looks at it again. */
  advance(by: { readonly days?: number; readonly hours?: number; readonly minutes?: number; readonly seconds?: number }): void;
  /** Moves on to a moment; never back. */
  advanceTo(moment: string): void;
  /** Waits end early when the clock is moved. */
  readonly scheduler: Scheduler;
}

export function testClock(start: string = testNow): TestClock {
  let at = Date.parse(start);
  let moved = new AbortController();
  const moveTo = (time: number): void => {
    if (Number.isNaN(time) || time < at) throw new Error('a test clock only goes forward');
    at = time;
    const before = moved;
    moved = new AbortController();
    before.abort();
  };
  return {
    now: () => new Date(at),
    advance: ({ days = 0, hours = 0, minutes = 0, seconds = 0 }) => moveTo(at + (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000),
    advanceTo: (moment) => moveTo(Date.parse(moment)),
    scheduler: {
      wait: (milliseconds, signal) => systemScheduler.wait(milliseconds, AbortSignal.any([signal, moved.signal])),
      elapsed: () => systemScheduler.elapsed(),
    },
  };
}
