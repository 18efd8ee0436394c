import { ConfigurationError, commandsOf, queriesOf, type ContextDefinition, type ServedRoute, type ServiceAddresses } from '@alongside/service';

export interface RoutedService extends ServiceAddresses {
  /** Every route of its context: what is forwarded to it, and nothing else. */
  readonly routes: readonly ServedRoute[];
}

/**
 * Which paths belong to which service, by the tables that the contexts themselves are made of. Throws a `ConfigurationError` for a
 * context without an address and for a name that is no context.
 */
export function routingOf(contexts: readonly ContextDefinition[], services: readonly ServiceAddresses[]): readonly RoutedService[] {
  const names = contexts.map(({ name }) => name);
  const stranger = services.find(({ name }) => !names.includes(name));
  if (stranger) throw new ConfigurationError('ALONGSIDE_SERVICES', `names ${stranger.name}, which is no service (there are: ${names.join(', ')})`);
  return contexts.map((context) => {
    const service = services.find(({ name }) => name === context.name);
    if (!service) throw new ConfigurationError('ALONGSIDE_SERVICES', `gives no address of ${context.name}: it has to name every service, as in ${names.map((name) => `${name}=http://${name}:8400`).join(',')}`);
    return { ...service, routes: [...commandsOf(context), ...queriesOf(context)] };
  });
}
