import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EventCatalogue, Streams, systemClock, type Clock } from '@alongside/event-sourcing';
import { openSqliteEventStore, type EventStore } from '@alongside/event-store';
import { openInProcessBroker, settingsAggregate, systemScheduler, type InProcessBroker, type MessagingObserver, type Scheduler } from '@alongside/messaging';
import { createDigestBody, loadKeyEncryptionKey, openSqliteSubjectKeys, personalData, type PersonalData } from '@alongside/personal-data';
import {
  openSqliteParkingDecisions,
  openSqliteReadModelStore,
  projectionRunner,
  type ParkingDecisions,
  type ProjectionRunner,
  type ReadModelStore,
} from '@alongside/read-models';
import type { Configuration, Storage } from './configuration.js';
import type { ContextDefinition } from './context-definition.js';
import { accessEvents, openAccess, type AccessBinding } from './access-binding.js';
import { forgetErased } from './forgetting.js';
import { openedFrom } from './opening.js';

/** Every port, bound to its adapter: the one place that knows which. */
export interface Platform {
  readonly configuration: Configuration;
  readonly contexts: readonly ContextDefinition[];
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly store: EventStore;
  readonly catalogue: EventCatalogue;
  readonly streams: Streams;
  readonly personal: PersonalData;
  readonly broker: InProcessBroker;
  readonly readModels: ReadModelStore;
  readonly parking: ParkingDecisions;
  readonly access: AccessBinding;
  readonly projections: ProjectionRunner;
  close(): Promise<void>;
}

export interface PlatformOptions {
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
  readonly observer?: MessagingObserver;
  readonly onParked?: (readModel: string, documentId: string, code: string) => void;
  readonly onFault?: (code: string) => void;
  /** This process alone works on the data folder, whose lock it holds: what a crash left behind is taken over at once. */
  readonly alone?: boolean;
}

const fileOf = (storage: Storage): string => (storage.kind === 'sqlite' ? storage.file : ':memory:');

/** Every event that may stand in the log of these contexts. */
export function catalogueOfEvents(contexts: readonly ContextDefinition[]): EventCatalogue {
  return new EventCatalogue([
    ...contexts.flatMap((context) => [...context.aggregates, settingsAggregate(context.name)].flatMap((each) => each.events)),
    ...accessEvents,
  ]);
}

/** Opens everything that the contexts stand on. Nothing runs yet; the command line opens the same beside a running server. */
export async function openPlatform(configuration: Configuration, contexts: readonly ContextDefinition[], options: PlatformOptions = {}): Promise<Platform> {
  mkdirSync(configuration.dataFolder, { recursive: true, mode: 0o700 });
  const clock = options.clock ?? systemClock;
  const scheduler = options.scheduler ?? systemScheduler;
  const opened: (() => Promise<void> | void)[] = [];
  const opening = <T extends { close(): Promise<void> | void }>(port: T): T => {
    opened.unshift(() => port.close());
    return port;
  };
  const close = async (): Promise<void> => {
    for (const each of opened.splice(0)) await each();
  };
  try {
    const catalogue = catalogueOfEvents(contexts);
    const keyFile = join(configuration.dataFolder, 'key-encryption.key');
    const keys = opening(
      await openedFrom(fileOf(configuration.keys), () =>
        openSqliteSubjectKeys({
          file: fileOf(configuration.keys),
          keyEncryptionKeys: loadKeyEncryptionKey({ value: configuration.keyEncryptionKey, file: keyFile }),
          ...(configuration.keys.kind === 'sqlite' && { tombstoneList: join(configuration.dataFolder, 'erased-subjects.jsonl') }),
        }),
      ),
    );
    const personal = personalData(keys);
    const store = opening(await openedFrom(fileOf(configuration.eventStore), () => openSqliteEventStore({ file: fileOf(configuration.eventStore) })));
    const streams = new Streams({
      store,
      catalogue,
      seal: personal,
      clock,
      digestBody: createDigestBody(keys),
    });
    const broker = opening(
      await openedFrom(fileOf(configuration.messages), () =>
        openInProcessBroker({ file: fileOf(configuration.messages), clock, scheduler, ...(options.observer && { observer: options.observer }) }),
      ),
    );
    const readModels = opening(await openedFrom(fileOf(configuration.readModels), () => openSqliteReadModelStore({ file: fileOf(configuration.readModels) })));
    const decisions = configuration.readModels.kind === 'sqlite' ? join(configuration.dataFolder, 'decisions.sqlite') : ':memory:';
    const parking = opening(await openedFrom(decisions, () => openSqliteParkingDecisions({ file: decisions })));
    const access = opening(await openedFrom(fileOf(configuration.accounts), () => openAccess({ file: fileOf(configuration.accounts), store, personal, clock, configuration })));
    if (options.alone) {
      // After a rotation: nothing stays wrapped under an earlier key-encryption key, which then may go.
      await keys.rewrap();
      await forgetErased({ access, readModels }, await keys.tombstones());
    }
    const projections = projectionRunner({
      name: 'read-models',
      readModels: contexts.flatMap((context) => context.readModels),
      log: store,
      store: readModels,
      decisions: parking,
      digesting: personal,
      upToDate: (event) => catalogue.upToDate(event),
      ...(options.alone && { lease: { alone: true } }),
      observe: {
        parked: (readModel, documentId, code) => options.onParked?.(readModel, documentId, code),
        fault: (code) => options.onFault?.(code),
      },
    });
    return { configuration, contexts, clock, scheduler, store, catalogue, streams, personal, broker, readModels, parking, access, projections, close };
  } catch (error) {
    await close();
    throw error;
  }
}
