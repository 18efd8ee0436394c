import type { Variable } from './configuration.js';
import type { Logger } from './logs.js';

/** A server that a port stands on. */
export interface Dependency {
  /** What it is for, as readiness names it: `event-store`, `messages`. */
  readonly name: string;
  readonly variable: Variable;
  /** Resolves when the server answers; else throws one line for an operator, without user or password. */
  check(): Promise<void>;
}

export interface Missing {
  readonly name: string;
  readonly variable: Variable;
  /** One line: what is wrong, and what to do. */
  readonly why: string;
}

/** Servers that are not there, for whoever does not wait for them. */
export class DependencyMissing extends Error {
  constructor(missing: readonly Missing[]) {
    super(missing.map(lineOf).join('; '));
    this.name = 'DependencyMissing';
  }
}

const lineOf = ({ variable, why }: Missing): string => `${variable}: ${why}`;

/** Milliseconds between two looks: while something is missing, and while all is there. */
const lookSoon = 500;
const lookLater = 2_000;
/** Milliseconds that a look may take: longer than an adapter tries to reach its server, whose own words say more. One that is paused says nothing. */
const patience = 7_000;

/** Resolves after this many milliseconds, or as soon as the signal aborts. */
type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Whether the servers that a service stands on are there, looked at again and again; told once for every change. */
export class Dependencies {
  readonly #missing = new Map<string, Missing>();
  readonly #closed = new AbortController();
  #lookedAt = false;
  #watching: Promise<void> | undefined;

  constructor(
    private readonly all: readonly Dependency[],
    private readonly wait: Wait = pause,
  ) {
    for (const { name, variable } of all) this.#missing.set(name, { name, variable, why: 'not looked at yet' });
  }

  /** What is not there, as it was a moment ago. */
  get missing(): readonly Missing[] {
    return [...this.#missing.values()];
  }

  /** Looks until the signal aborts, or `close`. Whoever asks again waits for the same. */
  watch(log: Pick<Logger, 'info' | 'warn'>, signal: AbortSignal): Promise<void> {
    return (this.#watching ??= this.#watch(log, AbortSignal.any([signal, this.#closed.signal])));
  }

  async #watch(log: Pick<Logger, 'info' | 'warn'>, over: AbortSignal): Promise<void> {
    while (!over.aborted && this.all.length > 0) {
      await this.#look(log, over);
      await this.wait(this.#missing.size > 0 ? lookSoon : lookLater, over);
    }
  }

  /** No more is looked at, not even what a look under way finds: to be called before the way to the servers is closed, which nobody misses. */
  close(): void {
    this.#closed.abort();
  }

  /** Resolves when all are there, looked at by somebody who watches; throws the signal's reason when that aborts first. */
  async allThere(signal: AbortSignal): Promise<void> {
    while (this.#missing.size > 0) {
      signal.throwIfAborted();
      await this.wait(20, signal);
    }
    signal.throwIfAborted();
  }

  /** Looks once; throws `DependencyMissing` for what is not there. */
  async mustBeThere(): Promise<void> {
    await this.#look();
    if (this.#missing.size > 0) throw new DependencyMissing(this.missing);
  }

  async #look(log?: Pick<Logger, 'info' | 'warn'>, over: AbortSignal = this.#closed.signal): Promise<void> {
    await Promise.all(
      this.all.map(async ({ name, variable, check }) => {
        const before = this.#missing.get(name);
        const why = await whyNot(check, this.wait, over);
        if (over.aborted) return;
        if (why === undefined) this.#missing.delete(name);
        else this.#missing.set(name, { name, variable, why });
        if (why === before?.why) return;
        if (why !== undefined) log?.warn({ dependency: name, variable }, `${variable}: ${why}`);
        else if (this.#lookedAt) log?.info({ dependency: name, variable }, `${variable}: is there`);
      }),
    );
    this.#lookedAt = true;
  }
}

async function whyNot(check: () => Promise<void>, wait: Wait, over: AbortSignal): Promise<string | undefined> {
  const waiting = new AbortController();
  const end = (): void => waiting.abort();
  over.addEventListener('abort', end);
  const tooLate = wait(patience, waiting.signal).then(() => {
    if (!waiting.signal.aborted) throw new Error(`does not answer within ${patience / 1000} s: it is paused, overloaded or cut off`);
  });
  try {
    await Promise.race([check(), tooLate]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n', 1)[0] ?? error.name) : 'unknown';
  } finally {
    over.removeEventListener('abort', end);
    waiting.abort();
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal.addEventListener('abort', finish, { once: true });
  });
}
