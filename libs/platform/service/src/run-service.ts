import { relative } from 'node:path';
import { ConfigurationError, configurationFrom, type Configuration } from './configuration.js';
import type { ContextDefinition } from './context-definition.js';
import { runProcess, startReady } from './process.js';

/**
 * The configuration of a process that shares its stores with others: whatever would be this process's own, so that the others never saw
 * it, is refused. Throws `ConfigurationError`.
 */
export function sharedConfigurationFrom(environment: Readonly<Record<string, string | undefined>>): Configuration {
  const configuration = configurationFrom(environment);
  const { dataFolder, eventStore, messages, readModels, keys, accounts } = configuration;
  const shared = 'has to be shared by all services, each of which is a process of its own: ';
  if (messages.kind !== 'kafka') throw new ConfigurationError('ALONGSIDE_MESSAGES', `${shared}kafka://…`);
  const documents = { ALONGSIDE_READ_MODELS: readModels, ALONGSIDE_KEYS: keys, ALONGSIDE_ACCOUNTS: accounts } as const;
  for (const [variable, { kind }] of Object.entries(documents)) {
    if (kind !== 'mongodb') throw new ConfigurationError(variable as keyof typeof documents, `${shared}mongodb://…`);
  }
  const isOwn = eventStore.kind === 'in-process' || (eventStore.kind === 'sqlite' && !relative(dataFolder, eventStore.file).startsWith('..'));
  if (isOwn) throw new ConfigurationError('ALONGSIDE_EVENT_STORE', `${shared}esdb://…, or on one machine sqlite:<file> outside the data folder`);
  return configuration;
}

/** Runs one context as this process, as the environment configures it. */
export function runService(context: ContextDefinition): void {
  runProcess({
    name: context.name,
    title: `Alongside ${context.name}`,
    start: (signal) => startReady({ configuration: sharedConfigurationFrom(process.env), contexts: [context], sessions: false, signal }),
  });
}
