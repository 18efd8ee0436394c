import { startApplication, type Application, type ApplicationOptions } from './application.js';
import { ConfigurationError } from './configuration.js';
import { DataFolderError } from './data-folder.js';
import { ListenError } from './door.js';
import { shown } from './logs.js';

/** It was called wrongly: one line that says how. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export interface ProcessOptions {
  /** What its lines on the terminal begin with. */
  readonly name: string;
  /** Resolves when it is ready; interrupted by the signal, it puts down what it began and throws. */
  readonly start: (signal: AbortSignal) => Promise<Application>;
  /** When it is ready, besides the line that says so. */
  readonly started?: (application: Application) => Promise<void> | void;
  /** What the line that says so begins with; default: the name. */
  readonly title?: string;
}

/** Longest time from a signal to the end, in milliseconds: what is not answered by then never will be. */
const longestStop = 9_500;

/** One Ctrl-C arrives several times, in milliseconds: from the terminal and from whoever started the process. What comes later was meant. */
const sameSignal = 1_000;

export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * Runs an application as this process: says when it is ready, stops it on SIGTERM and SIGINT (what is in flight is answered, everything put
 * down, the exit code 0; a second signal, a while later, ends at once), and ends with 1 and one line where it cannot run.
 */
export function runProcess({ name, title = name, start, started }: ProcessOptions): void {
  /** One line for what somebody can put right; where else it came from, for what they cannot. */
  const fail = (error: unknown): never => {
    const own = [ConfigurationError, DataFolderError, ListenError, UsageError].some((kind) => error instanceof kind);
    process.stderr.write(own ? `${name}: ${(error as Error).message}\n` : `${name} has to end: ${JSON.stringify(shown(error))}\n`);
    process.exit(1);
  };
  // Node itself would print the error's message, which may quote what somebody told.
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  const starting = new AbortController();
  const running = Promise.resolve().then(() => start(starting.signal));
  stopOnSignals(running, starting, fail);
  running
    .then(
      async (application) => {
        print(`${title} is ready at ${application.url}`);
        await started?.(application);
      },
      (error: unknown) => {
        // A signal came first: it puts everything down and ends the process.
        if (!starting.signal.aborted) throw error;
      },
    )
    .catch(fail);
}

function stopOnSignals(running: Promise<Application>, starting: AbortController, fail: (error: unknown) => never): void {
  let since: number | undefined;
  const stop = (): void => {
    if (since !== undefined) {
      if (performance.now() - since > sameSignal) process.exit(130);
      return;
    }
    since = performance.now();
    setTimeout(() => process.exit(0), longestStop).unref();
    starting.abort();
    running
      // What had not started yet has been put down.
      .then((application) => application.stop(), () => undefined)
      .then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Starts an application; resolves when it is ready, its prelude included. The signal interrupts that and puts down what was begun. */
export async function startReady(options: ApplicationOptions): Promise<Application> {
  const { signal } = options;
  const application = await startApplication(options);
  const stop = (): void => void application.stop();
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  try {
    await application.ready();
    return application;
  } catch (error) {
    await application.stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
