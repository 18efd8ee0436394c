/** Waiting, so that tests with a fixed clock can let time pass without sleeping. */
export interface Scheduler {
  /** Resolves after this many milliseconds, or as soon as the signal aborts. Never rejects. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds on a clock that only goes forward, whatever happens to the time of day. */
  elapsed(): number;
}

export const systemScheduler: Scheduler = {
  wait: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const finish = (): void => {
        clearTimeout(timeout);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const timeout = setTimeout(finish, milliseconds);
      signal.addEventListener('abort', finish, { once: true });
    }),
  elapsed: () => performance.now(),
};

/** Tells waiting loops that there is something new. A change between looking and waiting is never missed. */
export class Changes {
  #version = 0;
  readonly #waiting = new Set<() => void>();

  /** `onWait` is called whenever somebody begins to wait: polling need not start before. */
  constructor(private readonly onWait: () => void = () => {}) {}

  get version(): number {
    return this.#version;
  }

  announce(): void {
    this.#version++;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves when there was a change after version `seen`, or when the signal aborts. */
  after(seen: number, signal: AbortSignal): Promise<void> {
    this.onWait();
    return new Promise((resolve) => {
      if (this.#version !== seen || signal.aborted) return resolve();
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

/** Waits for a change or for time to pass, whichever comes first. */
export async function changeOrTime(changes: Changes, seen: number, scheduler: Scheduler, milliseconds: number, signal: AbortSignal): Promise<void> {
  const other = new AbortController();
  const either = AbortSignal.any([signal, other.signal]);
  await Promise.race([changes.after(seen, either), scheduler.wait(milliseconds, either)]);
  other.abort();
}
