import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '@alongside/event-sourcing';
import { openSqliteEventStore, type EventStore } from '@alongside/event-store';
import { openInProcessBroker, type LoopState, type MessageBroker, type MessagingObserver, type Scheduler } from '@alongside/messaging';
import { loadKeyEncryptionKey, openSqliteSubjectKeys, type SubjectKeys } from '@alongside/personal-data';
import { openSqliteParkingDecisions, openSqliteReadModelStore, type ParkingDecisions, type ReadModelStore } from '@alongside/read-models';
import { ConfigurationError, type Configuration, type Storage, type Variable } from './configuration.js';
import type { Dependency } from './dependencies.js';
import { openedFrom } from './opening.js';
import type { MessageTracing } from './tracing.js';

/** The ports that need nothing but their storage. None of them waits for its server: whoever uses them does. */
export interface Adapters {
  readonly keys: SubjectKeys;
  readonly store: EventStore;
  readonly broker: MessageBroker;
  readonly loops: LoopState;
  readonly readModels: ReadModelStore;
  readonly parking: ParkingDecisions;
  /** The servers behind them. */
  readonly dependencies: readonly Dependency[];
}

export interface AdapterParts {
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly observer: MessagingObserver;
  /** For a broker whose messages have headers. */
  readonly tracing: MessageTracing;
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

const notBuilt = (variable: Variable, kind: string): ConfigurationError => new ConfigurationError(variable, `names ${kind}, which is not part of this build`);

/** Opens each port with the adapter that the configuration names. Servers' adapters are loaded only where they are named. */
export async function openAdapters({ configuration, clock, scheduler, observer, opening }: AdapterParts): Promise<Adapters> {
  const { dataFolder, eventStore, readModels, messages, loops, keys } = configuration;
  if (ownsDataFolder(configuration) || configuration.keyEncryptionKey === undefined) mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  if (eventStore.kind === 'sqlite') mkdirSync(dirname(eventStore.file), { recursive: true, mode: 0o700 });
  const dependencies: Dependency[] = [];

  const keyEncryptionKeys = await openedFrom(dataFolder, () => loadKeyEncryptionKey({ value: configuration.keyEncryptionKey, file: join(dataFolder, 'key-encryption.key') }));
  const openKeys = async (): Promise<SubjectKeys> => {
    if (keys.kind === 'mongodb') throw notBuilt('ALONGSIDE_KEYS', keys.kind);
    const tombstoneList = keys.kind === 'sqlite' && { tombstoneList: join(dataFolder, 'erased-subjects.jsonl') };
    return openedFrom(fileOf(keys), () => openSqliteSubjectKeys({ file: fileOf(keys), keyEncryptionKeys, ...tombstoneList }));
  };
  const openStore = async (): Promise<EventStore> => {
    if (eventStore.kind === 'eventstoredb') throw notBuilt('ALONGSIDE_EVENT_STORE', eventStore.kind);
    return openedFrom(fileOf(eventStore), () => openSqliteEventStore({ file: fileOf(eventStore) }));
  };
  const openMessages = async (): Promise<{ readonly broker: MessageBroker; readonly loops: LoopState }> => {
    if (messages.kind === 'kafka') throw notBuilt('ALONGSIDE_MESSAGES', messages.kind);
    if (loops.kind === 'mongodb') throw notBuilt('ALONGSIDE_READ_MODELS', loops.kind);
    const inProcess = opening(await openedFrom(messages.file, () => openInProcessBroker({ file: messages.file, clock, scheduler, observer })));
    return { broker: inProcess, loops: inProcess };
  };
  const openReadModels = async (): Promise<ReadModelStore> => {
    if (readModels.kind === 'mongodb') throw notBuilt('ALONGSIDE_READ_MODELS', readModels.kind);
    return openedFrom(fileOf(readModels), () => openSqliteReadModelStore({ file: fileOf(readModels) }));
  };
  const openParking = async (): Promise<ParkingDecisions> => {
    if (readModels.kind === 'mongodb') throw notBuilt('ALONGSIDE_READ_MODELS', readModels.kind);
    const decisions = readModels.kind === 'sqlite' ? join(dataFolder, 'decisions.sqlite') : ':memory:';
    return openedFrom(decisions, () => openSqliteParkingDecisions({ file: decisions }));
  };

  return {
    keys: opening(await openKeys()),
    store: opening(await openStore()),
    ...(await openMessages()),
    readModels: opening(await openReadModels()),
    parking: opening(await openParking()),
    dependencies,
  };
}
