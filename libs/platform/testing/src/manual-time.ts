import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '@alongside/event-sourcing';
import type { Scheduler } from '@alongside/messaging';

/** Lets everything that does not wait for time come to rest. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await turn();
}

/** Time that stands still until it is moved: a clock and a scheduler in one. */
export class ManualTime implements Clock, Scheduler {
  #milliseconds: number;
  #waits: { readonly until: number; readonly finish: () => void }[] = [];

  constructor(start: string) {
    this.#milliseconds = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#milliseconds);
  }

  elapsed(): number {
    return this.#milliseconds;
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const finish = (): void => {
        this.#waits = this.#waits.filter((each) => each !== wait);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const wait = { until: this.#milliseconds + milliseconds, finish };
      this.#waits.push(wait);
      signal.addEventListener('abort', finish, { once: true });
    });
  }

  /** Moves time on. Whoever waits is woken at the moment it waited for, one after the other. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#milliseconds + milliseconds;
    for (;;) {
      await settled();
      const next = this.#waits.reduce<number>((earliest, each) => Math.min(earliest, each.until), Infinity);
      if (next > until) break;
      this.#milliseconds = Math.max(this.#milliseconds, next);
      for (const each of this.#waits.filter((wait) => wait.until <= next)) each.finish();
    }
    this.#milliseconds = until;
  }
}

/** Time that passes as fast as anybody waits: nothing in a test takes long, and all of it in the right order. */
export class HastyTime implements Clock, Scheduler {
  #milliseconds: number;
  #frozen = false;

  constructor(start: string) {
    this.#milliseconds = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#milliseconds);
  }

  elapsed(): number {
    return this.#milliseconds;
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const finish = (): void => {
        clearTimeout(timeout);
        if (this.#frozen && !signal.aborted) return;
        signal.removeEventListener('abort', finish);
        this.#milliseconds += milliseconds;
        resolve();
      };
      const timeout = setTimeout(finish, 1);
      signal.addEventListener('abort', finish, { once: true });
    });
  }

  /** Whoever waits waits until it is told to stop: what a killed process would have done next is not done. */
  freeze(): void {
    this.#frozen = true;
  }
}

/** Waits, without sleeping, for what other loops bring about; fails after ten seconds, saying what it waited for. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const began = performance.now(); !(await condition()); await turn()) {
    if (performance.now() - began > 10_000) throw new Error(`waited in vain for: ${what}`);
  }
}
