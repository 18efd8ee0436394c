import { ConfigurationError, DataFolderError, ListenError, configurationFrom, shown, type Application } from '@alongside/service';
import { start } from './start.js';

/** Longest time from a signal to the end, in milliseconds: what is not answered by then never will be. */
const longestStop = 9_500;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** One line for what somebody can put right; where else it came from, for what they cannot. */
function fail(error: unknown): never {
  const own = error instanceof ConfigurationError || error instanceof DataFolderError || error instanceof ListenError;
  process.stderr.write(own ? `alongside: ${error.message}\n` : `alongside could not start: ${JSON.stringify(shown(error))}\n`);
  process.exit(1);
}

/** SIGTERM and SIGINT answer what is in flight, put everything down and end with 0; a second one ends at once. */
function stopOnSignals(running: Promise<Application>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(130);
    stopping = true;
    setTimeout(() => process.exit(0), longestStop).unref();
    running
      .then((application) => application.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function main(): Promise<void> {
  const running = start(configurationFrom(process.env));
  stopOnSignals(running);
  const application = await running;
  print(`Alongside is ready at ${application.url}`);
  const setUpLink = await application.platform.access.setUpLink();
  if (setUpLink !== undefined) print(`Nobody is registered yet. Set up the first organisation with this link, once: ${setUpLink}`);
}

main().catch(fail);
