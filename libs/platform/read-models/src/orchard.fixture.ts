import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { event, type RecordedEvent, type Sealed } from '@alongside/event-sourcing';
import { openSqliteEventStore, type EventStore, type ExpectedRevision } from '@alongside/event-store';
import type { Digesting } from './digesting.js';
import type { LeaseOptions } from './lease.js';
import type { ParkingDecisions } from './parking.js';
import { projectionRunner, type ProjectionRunner } from './projection-runner.js';
import { idOf, readModel, remove, update, when, type Document } from './read-model.js';
import type { ReadModelStore } from './read-model-store.js';
import type { ProjectionRunnerOptions } from './runner-options.js';
import { openSqliteParkingDecisions } from './sqlite/sqlite-parking-decisions.js';
import { openSqliteReadModelStore } from './sqlite/sqlite-read-model-store.js';

export const organisationId = 'organisation-1';

export const Planted = event('Planted').of<{ name: Sealed }>({ says: 'A tree was planted.', example: { name: sealedName('Apple') } });
export const Watered = event('Watered').of<{ litres: number }>({ says: 'A tree was watered.', example: { litres: 3 } });
export const Felled = event('Felled').of<object>({ says: 'A tree was felled.', example: {} });

interface Tree extends Document {
  readonly name: Sealed;
  readonly litres: number;
}

interface Care extends Document {
  readonly waterings: number;
}

/** A value sealed for the tree of that name; the double opens it by reading the box. */
export function sealedName(name: string, subject = `tree-${name}`): Sealed {
  return { $sealed: [1, subject, 'tree-1', 'event-1', 'name', name] };
}

/** Digests that can be read; nothing is made of what is erased. */
export function readableDigests(erased: ReadonlySet<string>, opened: string[] = []): Digesting {
  const words = (value: unknown): string[] => {
    if (typeof value === 'string') return [value];
    const [, subject, , , , name] = (value as Sealed).$sealed;
    if (name === 'unopenable') throw new Error('the key store cannot be reached');
    opened.push(name);
    return erased.has(subject) ? [] : [name];
  };
  return {
    digests: async (wanted) => wanted.map(({ field, value }) => words(value).map((word) => `${field}:${word}`)),
    queryDigests: async (_organisation, field, _as, value) => words(value).map((word) => `${field}:${word}`),
  };
}

/** Two read models of one log. `poison` holds numbers of litres that the first cannot take. */
export function orchardModels(poison: ReadonlySet<number>, version = 1) {
  const trees = readModel<Tree>({
    name: 'orchard.trees',
    version,
    says: 'Every tree.',
    streams: ['tree-'],
    documentOf: (each) => idOf(each, 'tree'),
    indexes: [['litres']],
    search: { name: { of: ({ name }) => [name], as: 'words' } },
    on: [
      when(Planted, (_tree, { data, metadata }) => ({ organisationId: metadata.organisationId, name: data.name, litres: 0 })),
      update(Watered, (tree, { data }) => {
        if (poison.has(data.litres)) throw new RangeError(`${data.litres} litres of something personal`);
        return { ...tree, litres: tree.litres + data.litres * version };
      }),
      remove(Felled),
    ],
  });
  const care = readModel<Care>({
    name: 'orchard.care',
    version,
    says: 'How often an organisation waters.',
    streams: ['tree-'],
    documentOf: ({ metadata }) => metadata.organisationId,
    indexes: [],
    on: [when(Watered, (document, { metadata }) => ({ organisationId: metadata.organisationId, waterings: (document?.waterings ?? 0) + 1 }))],
  });
  return { trees, care };
}

/** Where one test keeps its read models. */
export interface OrchardStores {
  /** How often a runner beats, and how long it may be silent. */
  readonly lease: LeaseOptions;
  open(folder: string): OpenedStores;
}

interface OpenedStores {
  /** A connection of its own, as another process would have it. */
  store(): ReadModelStore;
  decisions(): ParkingDecisions;
  /** As a power cut may leave them: documents are there, and no copy knows what it has seen. */
  forgetCheckpoints(): Promise<void>;
  remove(): Promise<void>;
}

export const sqliteStores: OrchardStores = {
  lease: { beat: 5, timeToLive: 100 },
  open: (folder) => {
    const file = join(folder, 'read-models.sqlite');
    return {
      store: () => openSqliteReadModelStore({ file }),
      decisions: () => openSqliteParkingDecisions({ file: join(folder, 'decisions.sqlite') }),
      forgetCheckpoints: async () => {
        const database = new DatabaseSync(file);
        database.exec('UPDATE copies SET checkpoint = NULL');
        database.close();
      },
      remove: async () => undefined,
    };
  },
};

/** A log and stores of their own for one test, and whatever was opened on them, closed at the end. @param connect another connection to the log; default: a SQLite file. */
export function openOrchard(stores: OrchardStores, connect?: () => EventStore) {
  const folder = mkdtempSync(join(tmpdir(), 'orchard-'));
  const abort = new AbortController();
  const closing: (() => Promise<void>)[] = [];
  const poison = new Set<number>();
  const erased = new Set<string>();
  let written = 0;

  function open<T extends { close(): Promise<void> }>(opened: T): T {
    closing.push(() => opened.close());
    return opened;
  }
  const openLog = (): EventStore => open(connect ? connect() : openSqliteEventStore({ file: join(folder, 'events.sqlite'), pollIntervalMs: 2 }));
  const opened = stores.open(folder);
  const openStore = (): ReadModelStore => open(opened.store());
  const log = openLog();
  const revisions = new Map<string, number>();

  /** Appends to a tree's stream; answers the position. */
  async function append(id: string, ...events: readonly { readonly type: string; readonly data: unknown }[]): Promise<string> {
    const stream = id.includes('-') ? id : `tree-${id}`;
    const expected: ExpectedRevision = revisions.get(stream) ?? 'no-stream';
    const appended = await log.append(
      stream,
      expected,
      events.map(({ type, data }) => {
        written += 1;
        const time = '2026-03-02T10:00:00.000Z';
        const ids = { eventId: `event-${written}`, commandId: `command-${written}`, correlationId: `correlation-${written}` };
        const metadata = { ...ids, schemaVersion: 1, occurredAt: time, recordedAt: time, actor: { id: 'gardener', role: 'coordinator' as const }, organisationId };
        return { type, data: data as RecordedEvent['data'], metadata };
      }),
    );
    revisions.set(stream, appended.revision);
    return appended.position;
  }

  /** A runner with connections of its own, as another process would have them. */
  function runner(models: ReturnType<typeof orchardModels> = orchardModels(poison), options: Partial<ProjectionRunnerOptions> = {}): ProjectionRunner {
    return projectionRunner({
      name: 'orchard',
      readModels: [models.trees, models.care],
      log: openLog(),
      store: openStore(),
      decisions: open(opened.decisions()),
      digesting: readableDigests(erased),
      lease: stores.lease,
      retryDelays: [1, 1],
      ...options,
    });
  }

  /** Starts it; the function that comes back stops it and waits for it. */
  function start(started: ProjectionRunner): () => Promise<void> {
    const own = new AbortController();
    const running = started.run(AbortSignal.any([abort.signal, own.signal]));
    const stop = async (): Promise<void> => {
      own.abort();
      await running;
    };
    closing.unshift(stop);
    return stop;
  }

  return {
    folder,
    log,
    poison,
    erased,
    openStore,
    forgetCheckpoints: opened.forgetCheckpoints,
    append,
    runner,
    start,
    signal: abort.signal,
    close: async () => {
      abort.abort();
      for (const each of closing) await each();
      await opened.remove();
      rmSync(folder, { recursive: true });
    },
  };
}
