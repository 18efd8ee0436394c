import type { CollectionIndexes } from '@alongside/mongodb';
import type { Json } from '@alongside/event-store';
import type { DeadLetterStatus, Origin } from '../dead-letters.js';
import type { Failure } from '../failure.js';
import type { TimerEntry } from '../timer-store.js';

/**
 * Whatever several processes may do at once is decided by inserting or deleting a document, never by changing one: then it holds on every
 * server of the wire protocol, also on those whose conditional updates are a reading and a writing.
 */
export const collections = {
  leases: 'loop_leases',
  checkpoints: 'loop_checkpoints',
  deadLetters: 'dead_letters',
  counters: 'counters',
  timers: 'timers',
  changes: 'loop_changes',
} as const;

/** The right to run a loop, there as long as it is held. The highest epoch of a name counts. */
export interface LeaseDocument {
  /** Name and epoch: of several who take it, one can insert it. */
  readonly _id: string;
  readonly name: string;
  readonly epoch: number;
  readonly holder: string;
  readonly beat: number;
}

/** How far a loop came, and the epoch of who may say so. Its id is the loop's name. */
export interface CheckpointDocument {
  readonly _id: string;
  readonly epoch: number;
  readonly position?: string;
}

export interface LetterDocument {
  readonly _id: number;
  readonly consumer: string;
  readonly key: string;
  readonly name: string;
  readonly messageId: string;
  readonly status: DeadLetterStatus;
  readonly steps: readonly string[];
  readonly attempts: number;
  readonly failure?: Failure;
  readonly parkedAt: string;
  readonly failedAt?: string;
  readonly origin: Origin;
  /** As JSON text: what is sealed has names that a document may not have. */
  readonly payload: string;
}

/** One setting of a timer. A later one of the same timer is another document, and takes its place. */
export interface TimerDocument extends Omit<TimerEntry, 'data'> {
  /** The timer and the position that it was set at. */
  readonly _id: string;
  /** Context, name, stream and key. */
  readonly timer: string;
  /** As JSON text. */
  readonly data?: string;
}

/** What another process shall take notice of: a text that is different after each change. */
export interface ChangeDocument {
  readonly _id: 'timers' | 'dead-letters';
  readonly version: string;
}

export const loopStateIndexes: readonly CollectionIndexes[] = [
  { collection: collections.leases, indexes: [{ name: 'by_name', key: { name: 1, epoch: -1 } }] },
  {
    collection: collections.deadLetters,
    indexes: [
      { name: 'once', key: { consumer: 1, key: 1, messageId: 1 }, unique: true },
      { name: 'by_key', key: { consumer: 1, key: 1, _id: 1 } },
    ],
  },
  {
    collection: collections.timers,
    indexes: [
      { name: 'by_time', key: { context: 1, fireAt: 1 } },
      { name: 'by_timer', key: { timer: 1, setPosition: 1 } },
    ],
  },
];

export const textOf = (value: Json | undefined): { readonly data?: string } => (value === undefined ? {} : { data: JSON.stringify(value) });
