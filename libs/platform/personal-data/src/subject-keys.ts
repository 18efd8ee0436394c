import type { KeyObject } from 'node:crypto';
import type { Erased } from '@alongside/event-sourcing';

/** A subject's key, or `erased` where a tombstone stands in its place. */
export type SubjectKey = KeyObject | Erased;

export interface Tombstone {
  readonly subject: string;
  /** RFC 3339. */
  readonly erasedAt: string;
}

/**
 * One 256-bit key for each subject (`mentee-<journeyId>`, `supporter-…`, `staff-…`, `referrer-…`). Tombstones are honoured at each
 * use, whichever process erased. Keys are stored wrapped; what is answered is durable.
 */
export interface SubjectKeys {
  /** Keys to seal with, made on first use; of several who make one at once, all get the same. Never made again once erased. */
  make(subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>>;
  /** Keys to open with. A subject that never had one is absent. */
  find(subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>>;
  /** A long-lived secret of the system's own, made on first use: an organisation's search key, the accounts' key. */
  secret(name: string): Promise<KeyObject>;
  /**
   * Turns keys into tombstones, also of subjects that never had one. When it resolves, no wrapped key of theirs is left in the store, nor in
   * its files where those are ours. Repeating it changes nothing and finishes what a crash interrupted.
   */
  erase(subjects: readonly string[], erasedAt: string): Promise<void>;
  tombstones(): Promise<readonly Tombstone[]>;
  /** Wraps every key under the current key-encryption key; answers how many were wrapped under an earlier one. */
  rewrap(): Promise<number>;
  close(): Promise<void>;
}

/** The name of the secret that an organisation's search digests are keyed by. */
export const searchSecret = (organisationId: string): string => `search-${organisationId}`;
