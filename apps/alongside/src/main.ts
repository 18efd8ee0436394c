import { ConfigurationError, DataFolderError, ListenError, configurationFrom, shown, type Application, type Configuration } from '@alongside/service';
import { bringInDemo, isDemo, keepEmpty, signIns } from './demo/demo.js';
import { start } from './start.js';

/** Longest time from a signal to the end, in milliseconds: what is not answered by then never will be. */
const longestStop = 9_500;

/** One Ctrl-C arrives several times, in milliseconds: from the terminal and from whoever started the process. What comes later was meant. */
const sameSignal = 1_000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** It was called wrongly: one line that says how. */
class UsageError extends Error {}

/** One line for what somebody can put right; where else it came from, for what they cannot. */
function fail(error: unknown): never {
  const own = error instanceof ConfigurationError || error instanceof DataFolderError || error instanceof ListenError || error instanceof UsageError;
  process.stderr.write(own ? `alongside: ${error.message}\n` : `alongside has to end: ${JSON.stringify(shown(error))}\n`);
  process.exit(1);
}

/** SIGTERM and SIGINT answer what is in flight, put everything down and end with 0; a second one, a while later, ends at once. */
function stopOnSignals(running: Promise<Application>, starting: AbortController): void {
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
      .then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Whether it is to start without the demo. */
function startsEmpty(words: readonly string[], configuration: Configuration): boolean {
  const unknown = words.find((word) => word !== '--empty');
  if (unknown !== undefined) throw new UsageError(`${unknown} is no option: there is --empty, to start without the demo`);
  const empty = words.length > 0;
  if (empty && isDemo(configuration)) {
    throw new DataFolderError(`the data folder ${configuration.dataFolder} holds the demo: delete it, or set ALONGSIDE_DATA to another folder, to start empty`);
  }
  return empty;
}

async function main(): Promise<void> {
  const configuration = configurationFrom(process.env);
  const empty = startsEmpty(process.argv.slice(2), configuration);
  const starting = new AbortController();
  const running = start(configuration, { prelude: empty ? keepEmpty : (application, signal) => bringInDemo(application, signal, () => print('Making the demo organisation, once: a few seconds.')), signal: starting.signal });
  stopOnSignals(running, starting);
  const application = await running.catch((error: unknown) => {
    // A signal came first: it puts everything down and ends the process.
    if (starting.signal.aborted) return undefined;
    throw error;
  });
  if (!application) return;
  print(`Alongside is ready at ${application.url}`);
  if (isDemo(configuration)) for (const line of signIns()) print(line);
  const setUpLink = await application.platform.access.setUpLink();
  if (setUpLink !== undefined) print(`Nobody is registered yet. Set up the first organisation with this link, once: ${setUpLink}`);
}

// Node itself would print the error's message, which may quote what somebody told.
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
main().catch(fail);
