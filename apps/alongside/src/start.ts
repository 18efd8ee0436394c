import { startApplication, type Application, type Configuration } from '@alongside/service';
import { accountsFollower } from './accounts.js';
import { contexts } from './contexts.js';

/** Starts the whole system in this process; resolves when it is ready. */
export async function start(configuration: Configuration): Promise<Application> {
  const application = await startApplication({ configuration, contexts, followers: (platform) => [accountsFollower(platform)] });
  try {
    await application.ready();
    return application;
  } catch (error) {
    await application.stop();
    throw error;
  }
}
