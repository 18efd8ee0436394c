import { existsSync } from 'node:fs';
import { openPlatform, shown, startApplication, type Application, type Configuration, type Platform } from '@alongside/service';
import { accountsFollower, contexts } from '@alongside/system';
import { CommandProblem } from './command.js';

/** A mistyped folder must not become an empty system. Servers tell by themselves whether they are there. */
function mustHoldData({ dataFolder, eventStore }: Configuration): void {
  if (eventStore.kind === 'in-process') throw new CommandProblem('ALONGSIDE_EVENT_STORE keeps the log in the memory of the server alone: the command line cannot reach it');
  if (eventStore.kind === 'sqlite' && !existsSync(eventStore.file)) throw new CommandProblem(`there is no data in ${dataFolder} (no ${eventStore.file}): set ALONGSIDE_DATA to the folder of the system`);
}

/** Opens the stores beside a system that may be running: its lock and its leases are its own. */
export async function withStores<T>(configuration: Configuration, use: (platform: Platform) => Promise<T>): Promise<T> {
  mustHoldData(configuration);
  const platform = await openPlatform(configuration, contexts);
  try {
    return await use(platform);
  } finally {
    await platform.close();
  }
}

/**
 * The whole application beside a system that may be running, without its lock and without a port. Processes and reactions that no
 * server runs at the time run here, where everything is in one data folder; services in processes of their own are left to themselves.
 */
export async function withApplication<T>(configuration: Configuration, tell: (line: string) => void, use: (application: Application) => Promise<T>): Promise<T> {
  mustHoldData(configuration);
  const application = await startApplication({
    configuration: { ...configuration, logLevel: configuration.logLevel === 'silent' ? 'silent' : 'error' },
    contexts,
    followers: (platform) => [accountsFollower(platform)],
    beside: true,
    logDestination: { write: (line: string) => tell(line.trimEnd()) },
  });
  try {
    return await use(application);
  } finally {
    await application.stop().catch((error: unknown) => tell(`closing: ${JSON.stringify(shown(error))}`));
  }
}
