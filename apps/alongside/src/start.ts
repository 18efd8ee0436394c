import { startReady, type Application, type ApplicationOptions, type Configuration } from '@alongside/service';
import { accountsFollower, contexts } from '@alongside/system';

/** Starts the whole system in this process; resolves when it is ready, what is to be played in before included. */
export function start(configuration: Configuration, options: Pick<ApplicationOptions, 'prelude' | 'signal'> = {}): Promise<Application> {
  return startReady({ configuration, contexts, followers: (platform) => [accountsFollower(platform)], ...options });
}
