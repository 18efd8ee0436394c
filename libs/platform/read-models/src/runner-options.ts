import type { EventStore } from '@alongside/event-store';
import type { RecordedEvent } from '@alongside/event-sourcing';
import { definitionOf } from './definition.js';
import { noDigesting, type Digesting } from './digesting.js';
import { UnknownReadModel } from './errors.js';
import { leaseDefaults, type LeaseOptions } from './lease.js';
import type { ParkingDecisions } from './parking.js';
import type { ReadModel } from './read-model.js';
import type { NewCopy, ReadModelStore } from './read-model-store.js';
import { systemRunnerClock, type RunnerClock } from './runner-clock.js';

/** What the runner tells while it works: for metrics and logs. Ids, names, codes and counts only. */
export interface ProjectionObserver {
  progressed?(readModel: string, position: string): void;
  /** A sequence was parked or tried again in vain. */
  parked?(readModel: string, documentId: string, code: string, attempts: number): void;
  /** A parked sequence goes on. */
  resumed?(readModel: string, documentId: string): void;
  rebuilt?(readModels: readonly string[]): void;
  /** The store or the log could not be used, or a rebuild stopped; it is tried again where that can help. */
  fault?(code: string): void;
  /** This process now writes the read models, or no longer does. */
  leading?(leading: boolean): void;
}

export interface ProjectionRunnerOptions {
  /** Name of the projection set: one runner of that name is at work at a time, in whichever process. */
  readonly name: string;
  readonly readModels: readonly ReadModel[];
  readonly log: EventStore;
  readonly store: ReadModelStore;
  readonly decisions: ParkingDecisions;
  /** Keyed digests for search fields; default: none are made. */
  readonly digesting?: Digesting;
  /** Brings a recorded event to its current schema version; default: as it is. */
  readonly upToDate?: (recorded: RecordedEvent) => RecordedEvent;
  readonly clock?: RunnerClock;
  readonly lease?: LeaseOptions;
  /**
   * Milliseconds before each automatic retry of an event that could not be applied; default 50, 250, 1000. Its sequence waits, the others go
   * on. Longer where faults mend themselves slowly; none at all parks at once.
   */
  readonly retryDelays?: readonly number[];
  /** Documents kept in memory for each read model while live; default 200. Raise it for fewer reads, lower it for less memory. */
  readonly keep?: number;
  readonly observe?: ProjectionObserver;
}

/** The options with every default filled in, and what is derived from them. */
export type Settings = Required<Omit<ProjectionRunnerOptions, 'lease' | 'readModels'>> & {
  readonly models: ReadonlyMap<string, ReadModel>;
  readonly definitions: ReadonlyMap<string, string>;
  readonly lease: Required<Omit<LeaseOptions, 'alone'>> & Pick<LeaseOptions, 'alone'>;
};

export function settingsOf(options: ProjectionRunnerOptions): Settings {
  const models = new Map(options.readModels.map((model) => [model.name, model]));
  if (models.size !== options.readModels.length) throw new Error('two read models have the same name');
  return {
    digesting: noDigesting,
    upToDate: (recorded) => recorded,
    clock: systemRunnerClock,
    retryDelays: [50, 250, 1000],
    keep: 200,
    observe: {},
    ...options,
    lease: { ...leaseDefaults, ...options.lease },
    models,
    definitions: new Map(options.readModels.map((model) => [model.name, definitionOf(model)])),
  };
}

export function modelNamed(settings: Settings, name: string): ReadModel {
  const model = settings.models.get(name);
  if (!model) throw new UnknownReadModel(name);
  return model;
}

export function newCopyOf({ name, indexes, identities }: ReadModel, definition: string): Omit<NewCopy, 'live'> {
  return { readModel: name, definition, indexes, ...(identities ? { identities } : {}) };
}

/** The stream prefixes that any of these read models needs; undefined: every stream. */
export function prefixesOf(models: Iterable<ReadModel>): readonly string[] | undefined {
  const prefixes = new Set<string>();
  for (const { streams } of models) {
    if (streams.length === 0) return undefined;
    for (const prefix of streams) prefixes.add(prefix);
  }
  return [...prefixes];
}
