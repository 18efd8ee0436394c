import { EventCatalogue, NothingChanged, Streams, systemClock, type Clock } from '@alongside/event-sourcing';
import { isPassing, type EventStore } from '@alongside/event-store';
import { settingsAggregate, systemScheduler, type LoopState, type MessageBroker, type MessagingObserver, type Scheduler } from '@alongside/messaging';
import { createDigestBody, personalData, type PersonalData } from '@alongside/personal-data';
import { projectionRunner, type ParkingDecisions, type ProjectionRunner, type ReadModelStore } from '@alongside/read-models';
import { accessEvents, openAccess, type AccessBinding } from './access-binding.js';
import { openAdapters } from './adapters.js';
import type { Configuration } from './configuration.js';
import type { ContextDefinition } from './context-definition.js';
import { Dependencies } from './dependencies.js';
import { forgetErased } from './forgetting.js';
import { together } from './projections.js';
import { tracingOff, type Tracing } from './tracing.js';

/** Every port, bound to its adapter. */
export interface Platform {
  readonly configuration: Configuration;
  readonly contexts: readonly ContextDefinition[];
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly store: EventStore;
  readonly catalogue: EventCatalogue;
  readonly streams: Streams;
  readonly personal: PersonalData;
  readonly broker: MessageBroker;
  readonly loops: LoopState;
  readonly readModels: ReadModelStore;
  readonly parking: ParkingDecisions;
  readonly access: AccessBinding;
  readonly projections: ProjectionRunner;
  /** The servers that it stands on; none when everything is embedded. */
  readonly dependencies: Dependencies;
  close(): Promise<void>;
}

export interface PlatformOptions {
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
  readonly observer?: MessagingObserver;
  /** Carries traces in the headers of messages, where these have any. */
  readonly tracing?: Tracing['messages'];
  readonly onParked?: (readModel: string, documentId: string, code: string) => void;
  readonly onFault?: (code: string) => void;
  /** This process alone works on the data folder, whose lock it holds: what a crash left behind is taken over at once. */
  readonly alone?: boolean;
  /** Comes back when the servers are there; default: looks once, and throws `DependencyMissing`. */
  readonly whenThere?: (dependencies: Dependencies) => Promise<void>;
}

/** Every event that may stand in the log of these contexts. */
export function catalogueOfEvents(contexts: readonly ContextDefinition[]): EventCatalogue {
  const read = contexts.flatMap((context) => [...context.aggregates, settingsAggregate(context.name), ...(context.reads ?? [])]);
  // What one context writes another may read.
  return new EventCatalogue([...new Set([...read.flatMap((each) => each.events), ...accessEvents, NothingChanged])]);
}

/** Opens everything that the contexts stand on. Nothing runs yet; the command line opens the same beside a running system. */
export async function openPlatform(configuration: Configuration, contexts: readonly ContextDefinition[], options: PlatformOptions = {}): Promise<Platform> {
  const { alone = false, clock = systemClock, scheduler = systemScheduler, observer = {}, tracing = tracingOff.messages } = options;
  const opened: (() => Promise<void> | void)[] = [];
  const opening = <T extends { close(): Promise<void> | void }>(port: T): T => {
    opened.unshift(() => port.close());
    return port;
  };
  let watched: Dependencies | undefined;
  const close = async (): Promise<void> => {
    watched?.close();
    for (const each of opened.splice(0)) await each();
  };
  try {
    const catalogue = catalogueOfEvents(contexts);
    const { keys, store, broker, loops, readModels, parking, accountsMongo, ...adapters } = await openAdapters({ configuration, talking: talkingOf(contexts), clock, scheduler, observer, tracing, opening });
    const dependencies = (watched = new Dependencies(adapters.dependencies));
    /** Begun again when a server that was there a moment ago is away. */
    const whenThere = async <T>(work: () => Promise<T>): Promise<T> => {
      for (;;) {
        await (options.whenThere ?? ((all) => all.mustBeThere()))(dependencies);
        try {
          return await work();
        } catch (error) {
          if (!options.whenThere || !isPassing(error)) throw error;
          await scheduler.wait(500, new AbortController().signal);
        }
      }
    };

    const personal = personalData(keys);
    const streams = new Streams({ store, catalogue, seal: personal, clock, digestBody: createDigestBody(keys) });
    const access = opening(await whenThere(() => openAccess({ mongo: accountsMongo, store, personal, clock, configuration, progress: loops.progress })));
    // After a rotation: nothing stays wrapped under an earlier key-encryption key, which then may go. Where keys are on a server, others
    // may not know the new one yet: there "alongside setup" does it.
    if (alone && keysAreOurs(configuration)) await keys.rewrap();
    if (alone || configuration.readModels.kind === 'mongodb') await whenThere(async () => forgetErased({ access, readModels }, await keys.tombstones()));

    const runnerOf = (name: string, of: readonly ContextDefinition[]): ProjectionRunner =>
      projectionRunner({
        name,
        readModels: of.flatMap((context) => context.readModels),
        log: store,
        store: readModels,
        decisions: parking,
        digesting: personal,
        upToDate: (event) => catalogue.upToDate(event),
        ...(alone && configuration.readModels.kind !== 'mongodb' && { lease: { alone: true } }),
        observe: {
          parked: (readModel, documentId, code) => options.onParked?.(readModel, documentId, code),
          fault: (code) => options.onFault?.(code),
        },
      });
    // On a server each context's read models are its service's own to keep. In one file one reading of the log does for all of them.
    const projections = configuration.readModels.kind === 'mongodb' ? together(contexts.map((each) => runnerOf(`read-models:${each.name}`, [each]))) : runnerOf('read-models', contexts);
    return { configuration, contexts, clock, scheduler, store, catalogue, streams, personal, broker, loops, readModels, parking, access, projections, dependencies, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Contexts that these publish for, or listen to. */
const talkingOf = (contexts: readonly ContextDefinition[]): readonly string[] => [
  ...new Set(contexts.flatMap(({ name, publishes, reactions, hears }) => [...(publishes.length > 0 ? [name] : []), ...reactions.map(({ to }) => to.context), ...hears.map(({ event }) => event.context)])),
];

const keysAreOurs = ({ keys }: Configuration): boolean => keys.kind !== 'mongodb';
