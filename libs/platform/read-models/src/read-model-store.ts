import type { Document, Filter, Found, Scalar } from './read-model.js';

/**
 * One versioned copy of a read model. At most one copy of a read model is live; others are being built beside it.
 * `checkpoint`: everything up to here was handed to it; absent: nothing.
 */
export interface CopyState {
  readonly copy: number;
  readonly readModel: string;
  /** Fingerprint of the definition that it was made by. */
  readonly definition: string;
  readonly checkpoint?: string;
  readonly live: boolean;
}

export interface NewCopy {
  readonly readModel: string;
  readonly definition: string;
  /** Top-level fields to index together; organisationId goes first by itself. */
  readonly indexes: readonly (readonly string[])[];
  /** Live at once, where the read model has no live copy yet; otherwise it is built beside and swapped in. */
  readonly live: boolean;
  /** Of the read model: a store may show its live copy to analysts. */
  readonly identities?: 'none';
}

/** The right to write, held by one at a time. A number is never given out twice under one name. */
export interface Lease {
  readonly name: string;
  readonly epoch: number;
}

/** What a challenger watches: no change of it for the time to live means that the holder is gone. */
export interface LeaseState {
  readonly epoch: number;
  readonly beat: number;
  /** Nobody holds it: given back. */
  readonly free: boolean;
}

export interface StoredDocument {
  readonly id: string;
  readonly organisationId: string;
  /** Position of the last event that it says something about. */
  readonly position: string;
  /** Absent: a tombstone. */
  readonly document?: Document;
  /**
   * Positions of events that were applied after newer ones. Kept by a store whose commits may stop half-way: while their parked events are
   * still there, the document's position does not tell that it has seen them.
   */
  readonly late?: readonly string[];
}

export interface DigestRow {
  readonly digest: string;
  /** Whose value it was made of; empty for what is nobody's. */
  readonly subject: string;
}

export interface DocumentWrite extends StoredDocument {
  readonly copy: number;
  /** The rows of each field named take the place of the ones before. */
  readonly digests?: Readonly<Record<string, readonly DigestRow[]>>;
  /** Whether it was there when it was looked for the last time; spares a store looking, and binds it to nothing. */
  readonly isNew?: boolean;
}

/** An event that could not be applied, or that waits behind one. The first of a sequence is the one at fault. */
export interface ParkedEvent {
  readonly copy: number;
  /** The document's id, or the stream's name where not even the document could be told. */
  readonly sequence: string;
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly eventId: string;
  /** Code of the error; absent for those that only wait. Never personal data. */
  readonly error?: string;
  /** How often it was tried; 0 for those that only wait. */
  readonly attempts: number;
  readonly parkedAt: string;
}

export interface Commit {
  readonly lease: Lease;
  readonly documents: readonly DocumentWrite[];
  /** Copies that have now seen everything up to this position. */
  readonly advance?: { readonly copies: readonly number[]; readonly checkpoint: string };
  /** Inserted, or replaced where the same event is parked already. */
  readonly parked?: readonly ParkedEvent[];
  readonly unparked?: readonly { readonly copy: number; readonly sequence: string; readonly position: string }[];
}

export interface StoredQuery {
  readonly organisationId: string;
  readonly where?: Filter;
  /** All of these must stand beside the document. */
  readonly digests?: { readonly field: string; readonly all: readonly string[] };
  /** By this top-level field, absent and null first, then by id in the same direction; without a field by id. */
  readonly sort: { readonly field?: string; readonly direction: 'ascending' | 'descending' };
  /** Strictly behind this place in the order. */
  readonly after?: { readonly key: Scalar; readonly id: string };
  readonly limit: number;
}

/** A wish that whoever holds the runner's lease fulfils: to replay a parked sequence. `outcome` is JSON. */
export interface ReplayRequest {
  readonly id: string;
  readonly readModel: string;
  readonly sequence: string;
  readonly outcome?: string;
}

/**
 * Where read models are kept. What it promises is what a store without transactions over documents and without change
 * feeds can keep:
 * - a document is written only where the stored one has not seen more (`position`), so that any batch may be repeated;
 * - within a commit digests are durable no later than their document, documents and parked events no later than the
 *   checkpoint that covers them. A commit may stop half-way, and be seen half-way; repeating it completes it;
 * - commits, swaps and drops happen only while the lease's epoch is the current one (`LeaseLost` otherwise) and while each
 *   copy named is there (`CopyGone` otherwise);
 * - a swap of one read model is atomic for readers, and never goes back behind what the live copy has seen.
 * All of it can be thrown away and made again from the log.
 */
export interface ReadModelStore {
  copies(): Promise<readonly CopyState[]>;
  /** Undefined where `live` was asked and somebody else's copy is live already. */
  create(copy: NewCopy): Promise<CopyState | undefined>;
  /** Makes indexes where copies were filled without them, so that a swap is quick. A store may have made them with the copy. */
  prepare(lease: Lease, copies: readonly number[]): Promise<void>;
  /** Removes copies with all that belongs to them; those that are gone or live are passed over. */
  drop(lease: Lease, copies: readonly number[]): Promise<void>;
  /** Removes copies, live ones too: readers find nothing until there is another. */
  discard(lease: Lease, copies: readonly number[]): Promise<void>;
  /**
   * Puts finished copies in the place of the live ones, which are removed. `behind`: a live copy has seen more than the copy
   * that should replace it; nothing changed, unless a hold ended in the middle: then some are in place and may be given again.
   */
  swap(lease: Lease, copies: readonly number[]): Promise<'swapped' | 'behind'>;
  /**
   * Asks whoever writes these live copies to pause (their commits answer `held`) so that a swap can catch up. A commit that had begun may
   * still show its documents, though it moves no checkpoint any more. A swap ends it.
   */
  hold(copies: readonly number[], held: boolean): Promise<void>;

  commit(commit: Commit): Promise<'committed' | 'held'>;
  /** Those of the ids that are there, tombstones too. */
  load(copy: number, ids: readonly string[]): Promise<readonly StoredDocument[]>;
  /** Every document of a copy in the order of ids, tombstones too. */
  dump(copy: number): AsyncIterable<StoredDocument>;

  /** The following read the live copy; without one they find nothing. */
  get(readModel: string, id: string): Promise<Document | undefined>;
  find(readModel: string, query: StoredQuery): Promise<readonly Found<Document>[]>;
  count(readModel: string, query: Pick<StoredQuery, 'organisationId' | 'where' | 'digests'>): Promise<number>;
  /** Documents that stand beside any of these digests, and beside which: those beside most of them first, at most `limit`. */
  findByDigests(
    readModel: string,
    organisationId: string,
    field: string,
    digests: readonly string[],
    limit?: number,
  ): Promise<readonly { readonly id: string; readonly digests: readonly string[] }[]>;
  /** Deletes every digest of a subject in every copy and takes none of theirs again. */
  forgetSubject(subject: string): Promise<void>;
  /** Every subject that was forgotten. */
  forgotten(): Promise<readonly string[]>;

  parked(): Promise<readonly ParkedEvent[]>;
  requestReplay(request: ReplayRequest): Promise<void>;
  replayRequests(): Promise<readonly ReplayRequest[]>;
  answerReplay(id: string, outcome: string): Promise<void>;
  removeReplay(id: string): Promise<void>;

  lease(name: string): Promise<LeaseState | undefined>;
  /** Takes the lease under the next epoch if it is still as `seen` (or free); undefined: somebody was faster or still beats. */
  takeLease(name: string, seen: LeaseState | undefined): Promise<Lease | undefined>;
  beat(lease: Lease): Promise<void>;
  /** Gives it back so that the next one need not wait. Harmless when it is lost already. */
  release(lease: Lease): Promise<void>;
  close(): Promise<void>;
}
