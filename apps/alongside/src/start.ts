import { startApplication, type Application, type ApplicationOptions, type Configuration } from '@alongside/service';
import { accountsFollower, contexts } from '@alongside/system';

/** Starts the whole system in this process; resolves when it is ready, what is to be played in before included. */
export async function start(configuration: Configuration, options: Pick<ApplicationOptions, 'prelude'> & { readonly signal?: AbortSignal } = {}): Promise<Application> {
  const { signal, prelude } = options;
  const application = await startApplication({ configuration, contexts, followers: (platform) => [accountsFollower(platform)], ...(prelude && { prelude }) });
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
