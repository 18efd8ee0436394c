import { dirname, join } from 'node:path';
import type { Clock } from '@alongside/event-sourcing';
import { openSqliteEventStore, type EventStore } from '@alongside/event-store';
import { openInProcessBroker, type LoopState, type MessageBroker, type MessagingObserver, type Scheduler } from '@alongside/messaging';
import type { Mongo } from '@alongside/mongodb';
import { loadKeyEncryptionKey, openSqliteSubjectKeys, type SubjectKeys } from '@alongside/personal-data';
import { openSqliteParkingDecisions, openSqliteReadModelStore, type ParkingDecisions, type ReadModelStore } from '@alongside/read-models';
import { ConfigurationError, type Configuration, type DocumentStorage, type Storage, type Variable } from './configuration.js';
import { makeFolder } from './data-folder.js';
import type { Dependency } from './dependencies.js';
import { openedFrom } from './opening.js';
import type { Tracing } from './tracing.js';

/** The ports that need nothing but their storage. None of them waits for its server: whoever uses them does. */
export interface Adapters {
  readonly keys: SubjectKeys;
  readonly store: EventStore;
  readonly broker: MessageBroker;
  readonly loops: LoopState;
  readonly readModels: ReadModelStore;
  readonly parking: ParkingDecisions;
  /** Where accounts are kept, if on a server: they are opened later. */
  readonly accountsMongo: Mongo | undefined;
  /** The servers behind them. */
  readonly dependencies: readonly Dependency[];
}

export interface AdapterParts {
  readonly configuration: Configuration;
  /** Contexts whose messages are published or heard here. */
  readonly talking: readonly string[];
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly observer: MessagingObserver;
  /** For a broker whose messages have headers. */
  readonly tracing: Tracing['messages'];
  /** Takes note of what has to be closed. */
  readonly opening: <T extends { close(): Promise<void> | void }>(port: T) => T;
}

const fileOf = (storage: Storage): string => (storage.kind === 'sqlite' ? storage.file : ':memory:');

/**
 * Whether the process keeps anything in files that must be its own. A log in a file may be shared by several processes of
 * one machine, which take turns; nothing else may.
 */
export const ownsDataFolder = ({ readModels, messages, loops, keys, accounts }: Configuration): boolean =>
  [readModels, messages, loops, keys, accounts].some(({ kind }) => kind === 'sqlite');

interface Log {
  readonly store: EventStore;
  /** Its id; undefined for a log without events. */
  readonly firstEvent: () => Promise<string | undefined>;
}

async function firstEventOf(store: EventStore): Promise<string | undefined> {
  for await (const { metadata } of store.readAll({ limit: 1, unreadable: 'place' })) return metadata.eventId;
  return undefined;
}

/** What is wrong with an address is told by its variable. */
async function named<T>(variable: Variable, open: () => Promise<T> | T): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw error instanceof ConfigurationError || !(error instanceof Error) ? error : new ConfigurationError(variable, `cannot be used: ${error.message}`);
  }
}

/** Opens each port with the adapter that the configuration names. Servers' adapters are loaded only where they are named. */
export async function openAdapters({ configuration, talking, clock, scheduler, observer, tracing, opening }: AdapterParts): Promise<Adapters> {
  const { accounts, dataFolder, eventStore, keys, messages, readModels } = configuration;
  if (ownsDataFolder(configuration) || configuration.keyEncryptionKey === undefined) makeFolder(dataFolder);
  if (eventStore.kind === 'sqlite') await named('ALONGSIDE_EVENT_STORE', () => makeFolder(dirname(eventStore.file)));

  const dependencies: Dependency[] = [];
  const dependsOn = (name: string, variable: Variable, port: { check(): Promise<void> }): void => void dependencies.push({ name, variable, check: () => port.check() });
  /** One pool of connections for all that is kept at one address. */
  const pools = new Map<string, Promise<Mongo>>();
  const mongoAt = (variable: Variable, address: string): Promise<Mongo> =>
    named(variable, () => {
      const pool = pools.get(address) ?? import('@alongside/mongodb').then(({ openMongo }) => opening(openMongo({ url: address })));
      pools.set(address, pool);
      return pool;
    });
  /** Whatever is kept on a server of documents is checked to belong to the log before anybody works with it. */
  const dependsOnMongo = async (name: string, variable: Variable, mongo: Mongo, port: { check(): Promise<void> }, cannotBe?: () => Promise<string | undefined>): Promise<void> => {
    const { belonging } = await import('@alongside/mongodb');
    const belongs = belonging({ mongo, what: name, variable, firstEvent: () => log.firstEvent(), ...(cannotBe && { cannotBe }) });
    dependsOn(name, variable, { check: () => port.check().then(belongs) });
  };
  const mongoFor = async (name: string, variable: Variable, storage: DocumentStorage): Promise<Mongo | undefined> => {
    if (storage.kind !== 'mongodb') return undefined;
    const mongo = await mongoAt(variable, storage.address);
    await dependsOnMongo(name, variable, mongo, mongo);
    return mongo;
  };

  const openKeys = async (): Promise<SubjectKeys> => {
    const keyEncryptionKeys = await openedFrom(dataFolder, () => loadKeyEncryptionKey({ value: configuration.keyEncryptionKey, file: join(dataFolder, 'key-encryption.key') }));
    if (keys.kind === 'mongodb') {
      const mongo = await mongoAt('ALONGSIDE_KEYS', keys.address);
      const { openMongoSubjectKeys } = await import('@alongside/personal-data/mongo');
      const subjectKeys = openMongoSubjectKeys({ mongo, keyEncryptionKeys });
      // Whether they can be unwrapped, too; and a log whose keys are elsewhere would read as if everybody were erased.
      const cannotBe = async (): Promise<string | undefined> => ((await subjectKeys.isEmpty()) ? 'holds no key, and the log of ALONGSIDE_EVENT_STORE has events' : undefined);
      await dependsOnMongo('keys', 'ALONGSIDE_KEYS', mongo, subjectKeys, cannotBe);
      return subjectKeys;
    }
    const tombstoneList = keys.kind === 'sqlite' && { tombstoneList: join(dataFolder, 'erased-subjects.jsonl') };
    return openedFrom(fileOf(keys), () => openSqliteSubjectKeys({ file: fileOf(keys), keyEncryptionKeys, ...tombstoneList }));
  };

  const openStore = async (): Promise<Log> => {
    if (eventStore.kind !== 'eventstoredb') {
      const inFile = opening(await openedFrom(fileOf(eventStore), () => openSqliteEventStore({ file: fileOf(eventStore) })));
      return { store: inFile, firstEvent: () => firstEventOf(inFile) };
    }
    const { openEventStoreDb } = await import('@alongside/event-store/eventstoredb');
    const store = await named('ALONGSIDE_EVENT_STORE', () => opening(openEventStoreDb({ url: eventStore.address })));
    dependsOn('event-store', 'ALONGSIDE_EVENT_STORE', store);
    // Checked first: that takes less time than reading does where the server is away.
    return { store, firstEvent: () => store.check().then(() => firstEventOf(store)) };
  };

  const openLoops = async (mongo: Mongo): Promise<LoopState> => {
    const { openMongoLoopState } = await import('@alongside/messaging/mongo');
    return openMongoLoopState({ mongo, clock, scheduler, observer });
  };

  const openMessages = async (mongo: Mongo | undefined): Promise<{ readonly broker: MessageBroker; readonly loops: LoopState }> => {
    const inFile = async (file: string) => opening(await openedFrom(file, () => openInProcessBroker({ file, clock, scheduler, observer })));
    if (messages.kind === 'sqlite') {
      const inProcess = await inFile(messages.file);
      return { broker: inProcess, loops: inProcess };
    }
    const loops = mongo ? opening(await openLoops(mongo)) : await inFile(fileOf(configuration.loops as Storage));
    const { kafkaAddress, openKafkaBroker } = await import('@alongside/messaging/kafka');
    const broker = await named('ALONGSIDE_MESSAGES', () => openKafkaBroker({ ...kafkaAddress(messages.address), loop: loops, scheduler, observer, tracing, contexts: talking }));
    dependsOn('messages', 'ALONGSIDE_MESSAGES', broker);
    return { broker: opening(broker), loops };
  };

  const openReadModels = async (mongo: Mongo | undefined): Promise<{ readonly readModels: ReadModelStore; readonly parking: ParkingDecisions }> => {
    if (mongo) {
      const { openMongoParkingDecisions, openMongoReadModelStore } = await import('@alongside/read-models/mongo');
      return { readModels: opening(openMongoReadModelStore({ mongo })), parking: opening(openMongoParkingDecisions({ mongo })) };
    }
    const file = fileOf(readModels as Storage);
    const decisions = readModels.kind === 'sqlite' ? join(dataFolder, 'decisions.sqlite') : ':memory:';
    return {
      readModels: opening(await openedFrom(file, () => openSqliteReadModelStore({ file }))),
      parking: opening(await openedFrom(decisions, () => openSqliteParkingDecisions({ file: decisions }))),
    };
  };

  const log = await openStore();
  const mongo = await mongoFor('read-models', 'ALONGSIDE_READ_MODELS', readModels);
  return {
    keys: opening(await openKeys()),
    store: log.store,
    ...(await openMessages(mongo)),
    ...(await openReadModels(mongo)),
    accountsMongo: await mongoFor('accounts', 'ALONGSIDE_ACCOUNTS', accounts),
    dependencies,
  };
}
