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
  #lookedAt = false;

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

  /** Looks until the signal aborts. */
  async watch(log: Pick<Logger, 'info' | 'warn'>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.all.length > 0) {
      await this.#look(log);
      await this.wait(this.#missing.size > 0 ? lookSoon : lookLater, signal);
    }
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

  async #look(log?: Pick<Logger, 'info' | 'warn'>): Promise<void> {
    await Promise.all(
      this.all.map(async ({ name, variable, check }) => {
        const before = this.#missing.get(name);
        const why = await whyNot(check, this.wait);
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

async function whyNot(check: () => Promise<void>, wait: Wait): Promise<string | undefined> {
  const waiting = new AbortController();
  const tooLate = wait(patience, waiting.signal).then(() => {
    if (!waiting.signal.aborted) throw new Error(`does not answer within ${patience / 1000} s: it is paused, overloaded or cut off`);
  });
  try {
    await Promise.race([check(), tooLate]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n', 1)[0] ?? error.name) : 'unknown';
  } finally {
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
