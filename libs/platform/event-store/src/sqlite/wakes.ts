/** Wakes sleeping subscriptions: at once after a commit of this process, by polling after one of another. */
export class Wakes {
  readonly #sleepers = new Set<Sleeper>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly intervalMs: number,
    private readonly othersWrote: () => boolean,
  ) {}

  wake(): void {
    for (const each of this.#sleepers) each.wake();
  }

  sleeper(signal: AbortSignal): Sleeper {
    const sleeper = new Sleeper(signal, () => {
      this.#sleepers.delete(sleeper);
      if (this.#sleepers.size === 0) this.#stop();
    });
    this.#sleepers.add(sleeper);
    if (!this.#closed) this.#timer ??= setInterval(() => this.#poll(), this.intervalMs);
    return sleeper;
  }

  close(): void {
    this.#closed = true;
    this.#stop();
    this.wake();
  }

  #poll(): void {
    let changed = true;
    try {
      changed = this.othersWrote();
    } catch {
      // Whoever wakes reads the file, and tells what is wrong with it.
    }
    if (changed) this.wake();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** One subscription's sleep. A wake that comes between `reset` and `sleep` is not lost. */
export class Sleeper {
  #woken = false;
  #resolve: (() => void) | undefined;
  readonly #wake = (): void => this.wake();

  constructor(
    private readonly signal: AbortSignal,
    private readonly ended: () => void,
  ) {
    signal.addEventListener('abort', this.#wake);
  }

  reset(): void {
    this.#woken = false;
  }

  wake(): void {
    this.#woken = true;
    this.#resolve?.();
    this.#resolve = undefined;
  }

  sleep(): Promise<void> {
    if (this.#woken || this.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  end(): void {
    this.signal.removeEventListener('abort', this.#wake);
    this.ended();
  }
}
