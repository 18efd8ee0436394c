import { asyncApiOf, type ApplicationOptions, type Configuration } from '@alongside/service';
import { accountsFollower, contexts } from '@alongside/system';
import { gatewayModule } from './gateway.module.js';
import { mergedDocument } from './merged-document.js';
import { routingOf } from './routing.js';

/**
 * The gateway as an application without a context of its own: sign-in with the accounts and what they follow, the routes of every
 * service forwarded, one document of all. Throws a `ConfigurationError` where a service has no address.
 */
export function gatewayOptions(configuration: Configuration): ApplicationOptions {
  const services = routingOf(contexts, configuration.services);
  return {
    configuration,
    contexts: [],
    followers: (platform) => [accountsFollower(platform)],
    modules: ({ access }, { log, metrics }) => [gatewayModule({ configuration, services, access, log, metrics })],
    documents: (platform) => ({ openApi: mergedDocument(services), asyncApi: () => asyncApiOf(contexts, [accountsFollower(platform)]) }),
  };
}
