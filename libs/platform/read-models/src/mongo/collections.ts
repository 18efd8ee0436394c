import type { mongo } from 'mongoose';
import type { Mongo } from '@alongside/mongodb';
import type { ParkedEvent, ReplayRequest } from '../read-model-store.js';

export const collections = {
  states: 'read_model_states',
  leases: 'read_model_leases',
  parked: 'read_model_parked',
  replays: 'read_model_replays',
  forgotten: 'read_model_forgotten',
  counters: 'read_model_counters',
  decisions: 'parking_decisions',
} as const;

/** A copy's own collections: dropping a copy is dropping them. A number is never given out twice. */
export const documentsOf = (copy: number): string => `read_model_${copy}`;
export const digestsOf = (copy: number): string => `read_model_${copy}_digests`;

/** The copy that a collection belongs to. */
export function copyOf(collection: string): number | undefined {
  const number = /^read_model_(\d+)(?:_digests)?$/.exec(collection)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** What a row has seen, and who wrote it: a row is only replaced by one that has seen as much. */
export interface Seen {
  readonly position: string;
  readonly lease: string;
  readonly epoch: number;
}

export interface Row {
  readonly _id: string;
  readonly _seen: Seen;
}

/**
 * A document as JSON text, which comes back letter for letter and has names that a field may not have (`$sealed`), and beside it what is
 * asked by. A tombstone has neither, nor an organisation, so that no query finds it.
 */
export interface DocumentRow extends Row {
  readonly organisation?: string;
  /** Of a tombstone. */
  readonly formerOrganisation?: string;
  readonly json?: string;
  /** Top-level fields: scalars as SQLite has them (booleans as 0 and 1, null left out); everything else as `{}`: it is there. */
  readonly fields?: ReadonlyMap<string, unknown>;
  /** Scalars of top-level lists; null as `{}`. */
  readonly lists?: ReadonlyMap<string, readonly unknown[]>;
  readonly late?: readonly string[];
}

/** The digests of one search field of one document, those of each subject apart. */
export interface DigestsRow extends Row {
  readonly document: string;
  readonly field: string;
  readonly organisation: string;
  readonly sources: readonly { readonly subject: string; readonly digests: readonly string[] }[];
  /** Of all sources, for looking up. */
  readonly digests: readonly string[];
  readonly subjects: readonly string[];
  /** Another one after every change, so that digests are taken out of what was read and of nothing newer. */
  readonly stamp: string;
}

export interface ParkedRow extends Row, Omit<ParkedEvent, 'error'> {
  readonly error?: string;
}

/** One copy, as the state of its read model has it. */
export interface Copy {
  readonly copy: number;
  readonly definition: string;
  readonly indexes: readonly { readonly fields: readonly string[] }[];
  readonly identities?: 'none';
  /** Of a copy without identities: all of it stands where analysts look. */
  readonly published?: boolean;
  readonly checkpoint?: string;
  readonly held: boolean;
}

/**
 * Everything about the copies of one read model. It is never changed: the next version is inserted, the highest counts, and of several who
 * saw the same one, one can insert the next. Thereby any change of it is one step, on every server of the wire protocol.
 */
export interface StateRow {
  /** Read model and version. */
  readonly _id: string;
  readonly readModel: string;
  readonly version: number;
  /** Of this version alone, and of the one that it was made of. Absent of the very first, and where an earlier release wrote it. */
  readonly stamp?: string;
  readonly madeOf?: string;
  /** The copy that readers find. */
  readonly live?: number;
  readonly copies: readonly Copy[];
  /** The epoch of each lease under which something was changed: nothing is changed any more under an older one. */
  readonly fences: readonly { readonly lease: string; readonly epoch: number }[];
}

/** The right to write; the document of the highest epoch of a name counts, and is never removed. */
export interface LeaseRow {
  /** Name and epoch: of several who take it, one can insert it. */
  readonly _id: string;
  readonly name: string;
  readonly epoch: number;
  readonly beat: number;
  readonly free: boolean;
}

export interface ReplayRow extends Omit<ReplayRequest, 'id' | 'outcome'> {
  readonly _id: string;
  readonly outcome?: string;
}

/** One operation on the database. */
export type On = <T>(work: (database: mongo.Db) => Promise<T>) => Promise<T>;

/** The database where read models are kept, and beside it the one that analysts may read. */
export interface Databases {
  readonly mongo: Mongo;
  readonly on: On;
  readonly onAnalysis: On;
}

const analysis = 'analysis';

export function databasesOf(mongo: Mongo): Databases {
  return { mongo, on: (work) => mongo.run(work), onAnalysis: (work) => mongo.run(work, analysis) };
}

const namespaceNotFound = 26;

/** Drops a collection, also one that is not there. */
export async function dropCollection(on: On, name: string): Promise<void> {
  try {
    await on((database) => database.collection(name).drop());
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== namespaceNotFound) throw error;
  }
}

/** Of what is kept beside the copies. */
export const sharedIndexes = [
  { collection: collections.states, indexes: [{ name: 'by_version', key: { readModel: 1, version: -1 } }] },
  { collection: collections.leases, indexes: [{ name: 'by_epoch', key: { name: 1, epoch: -1 } }] },
  { collection: collections.parked, indexes: [{ name: 'by_copy', key: { copy: 1, sequence: 1, position: 1 } }] },
];

/** The indexes of a copy's collections. Each begins with the organisation. */
export function copyIndexes({ copy, indexes }: Pick<Copy, 'copy' | 'indexes'>) {
  return [
    {
      collection: documentsOf(copy),
      indexes: [
        { name: 'by_id', key: { organisation: 1, _id: 1 } },
        ...indexes.map(({ fields }, index) => ({
          name: `by_${index}`,
          key: { organisation: 1, ...Object.fromEntries(fields.map((field) => [`fields.${field}`, 1])), _id: 1 },
        })),
      ],
    },
    {
      collection: digestsOf(copy),
      indexes: [
        { name: 'by_digest', key: { organisation: 1, field: 1, digests: 1, document: 1 } },
        { name: 'by_subject', key: { subjects: 1 } },
      ],
    },
  ];
}
