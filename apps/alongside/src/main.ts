import { DataFolderError, UsageError, configurationFrom, ownsDataFolder, print, runProcess, type Application, type Configuration } from '@alongside/service';
import { bringInDemo, isDemo, keepEmpty, signIns } from './demo/demo.js';
import { start } from './start.js';

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

async function started({ platform }: Application): Promise<void> {
  if (isDemo(platform.configuration)) for (const line of signIns()) print(line);
  const setUpLink = await platform.access.setUpLink();
  if (setUpLink !== undefined) print(`Nobody is registered yet. Set up the first organisation with this link, once: ${setUpLink}`);
}

runProcess({
  name: 'alongside',
  title: 'Alongside',
  start: async (signal) => {
    const configuration = configurationFrom(process.env);
    const empty = startsEmpty(process.argv.slice(2), configuration);
    const prelude = empty ? keepEmpty : (application: Application, stopping: AbortSignal) => bringInDemo(application, stopping, () => print('Making the demo organisation, once: a few seconds.'));
    // On servers there is no folder that says what the system was begun as: it begins empty.
    return start(configuration, { signal, ...(ownsDataFolder(configuration) && { prelude }) });
  },
  started,
});
