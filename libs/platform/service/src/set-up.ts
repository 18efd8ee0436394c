import { loadKeyEncryptionKey } from '@alongside/personal-data';
import { ConfigurationError, type Configuration, type Variable } from './configuration.js';
import type { ContextDefinition } from './context-definition.js';
import { hostsOf } from './server-address.js';

export interface SetUpOptions {
  /** Of each topic; it never changes afterwards. Default: as many as those that are there have. */
  readonly partitions?: number;
  /** Copies of each message, of topics that are made; of those that are there it is looked whether they have as many. */
  readonly replication?: number;
  /** Days that messages stay. */
  readonly retentionDays?: number;
  /** Days that dead letters stay. */
  readonly deadLetterRetentionDays?: number;
}

export interface SetUpDone {
  /** What was asked for and could not be done; a line of each was told. */
  readonly undone: number;
}

/**
 * Makes on the servers that the configuration names whatever the services need and may not make themselves: topics, indexes, roles. May be
 * repeated. Tells, line by line, what was done. Throws one line that names the variable of the server with which it did not go.
 */
export async function setUp(configuration: Configuration, contexts: readonly ContextDefinition[], options: SetUpOptions, tell: (line: string) => void): Promise<SetUpDone> {
  let undone = 0;
  const { accounts, keys, messages, readModels, loops } = configuration;
  if (messages.kind === 'kafka') {
    await named('ALONGSIDE_MESSAGES', async () => {
      const { aboutCopies, kafkaAddress, setUpTopics } = await import('@alongside/messaging/kafka');
      const done = await setUpTopics({ ...kafkaAddress(messages.address), contexts: contexts.map(({ name }) => name), ...options });
      const { topics } = done;
      const count = (what: (typeof topics)[number]['done']): number => topics.filter((each) => each.done === what).length;
      for (const each of topics) if (each.done !== 'unchanged') tell(`${each.topic}: ${each.done.replaceAll('-', ' ')}`);
      tell(`messages on ${hostsOf(messages.address)}: ${topics.length} topics, ${count('made')} made, ${count('settings-changed')} with other settings`);
      const { lines, short } = aboutCopies(done, options.replication);
      for (const line of lines) tell(line);
      if (options.replication !== undefined) undone += short;
    });
  }
  const databases = new Set([readModels, loops, keys, accounts].flatMap((each) => (each.kind === 'mongodb' ? [each.address] : [])));
  if (databases.size === 0) return { undone };
  const { openMongo } = await import('@alongside/mongodb');
  for (const address of databases) {
    const uses = (storage: { readonly kind: string; readonly address?: string }): boolean => storage.kind === 'mongodb' && storage.address === address;
    const variable = uses(readModels) ? 'ALONGSIDE_READ_MODELS' : uses(keys) ? 'ALONGSIDE_KEYS' : 'ALONGSIDE_ACCOUNTS';
    await named(variable, async () => {
      const mongo = openMongo({ url: address });
      try {
        await mongo.check();
        if (uses(readModels)) {
          const { setUpReadModels } = await import('@alongside/read-models/mongo');
          const { analysts } = await setUpReadModels(mongo);
          const role = analysts && (analysts.byHand ?? `the role ${analysts.role} reads the database ${analysts.database} and nothing else`);
          tell(`read models on ${mongo.hosts}: indexes are there; ${role ?? 'the server has no roles'}`);
        }
        if (uses(loops)) {
          const { setUpMongoLoopState } = await import('@alongside/messaging/mongo');
          await setUpMongoLoopState(mongo);
          tell(`checkpoints, timers and dead letters on ${mongo.hosts}: indexes are there`);
        }
        if (uses(accounts)) {
          const { setUpMongoAccounts } = await import('@alongside/access/mongo');
          await named('ALONGSIDE_ACCOUNTS', () => setUpMongoAccounts(mongo));
          tell(`accounts on ${mongo.hosts}: indexes are there`);
        }
        if (uses(keys)) {
          const { openMongoSubjectKeys, setUpMongoSubjectKeys } = await import('@alongside/personal-data/mongo');
          const wrapped = await named('ALONGSIDE_KEYS', async () => {
            await setUpMongoSubjectKeys(mongo);
            const subjectKeys = openMongoSubjectKeys({ mongo, keyEncryptionKeys: loadKeyEncryptionKey({ value: configuration.keyEncryptionKey, file: '' }) });
            await subjectKeys.check();
            return subjectKeys.rewrap();
          });
          tell(`keys on ${mongo.hosts}: indexes are there; ${wrapped === 0 ? 'every key is wrapped under the current key-encryption key' : `${wrapped} keys wrapped anew under the current key-encryption key`}`);
        }
      } finally {
        await mongo.close();
      }
    });
  }
  return { undone };
}

/** What does not go is told by one variable: the innermost, where one address is that of several. */
export async function named<T>(variable: Variable, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigurationError || !(error instanceof Error)) throw error;
    throw new ConfigurationError(variable, `could not be set up: ${error.message}`);
  }
}
