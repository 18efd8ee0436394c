import type { JsonObject, RecordedEvent } from '@alongside/event-store';
import type { Failure } from './failure.js';
import type { Changes } from './scheduler.js';

/** `failed`: gave up on. `waiting`: behind a failed one of the same key. `replaying`: asked for, not yet done. */
export type DeadLetterStatus = 'failed' | 'waiting' | 'replaying';

/** Where a message came from in the log. */
export interface Origin {
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
}

/** What is put aside: enough to do the work later, whatever was trimmed meanwhile. Personal values in it are sealed. */
export interface LetterContent {
  readonly key: string;
  /** The integration event or the event type. */
  readonly name: string;
  /** Unique for its consumer and key. */
  readonly messageId: string;
  readonly origin: Origin;
  readonly payload: JsonObject;
}

export interface DeadLetter extends Omit<LetterContent, 'payload'> {
  readonly id: number;
  readonly consumer: string;
  readonly status: DeadLetterStatus;
  /** Handlers that are still to be done. */
  readonly steps: readonly string[];
  readonly attempts: number;
  readonly failure?: Failure;
  /** RFC 3339. */
  readonly parkedAt: string;
  readonly failedAt?: string;
}

export interface DeadLetterCount {
  readonly consumer: string;
  readonly failed: number;
  readonly waiting: number;
}

export interface DeadLetterFilter {
  readonly consumer?: string;
  readonly key?: string;
}

/**
 * What consumers could not do, per consumer and key in the order of arrival. The first of a key has failed, the others wait
 * behind it. `list`, `replay` and `drop` may be called in any process on the same store; the consumer takes notice.
 */
export interface DeadLetters {
  /** Oldest first; at most `limit` (default 100) after the id `after`. */
  list(filter?: DeadLetterFilter & { readonly limit?: number; readonly after?: number }): Promise<readonly DeadLetter[]>;
  counts(): Promise<readonly DeadLetterCount[]>;
  /** Asks for another try of what has failed, and of what waits behind it in order. Answers how many keys will be tried. */
  replay(filter: DeadLetterFilter | { readonly id: number }): Promise<number>;
  /** Gives one up for good; what waited behind it goes on. False when there is none of that id. */
  drop(id: number): Promise<boolean>;

  /** For the consumer: puts aside what has failed. A repeat changes nothing. */
  park(consumer: string, content: LetterContent, steps: readonly string[], failure: Failure, attempts: number): Promise<void>;
  /** For the consumer: puts aside what came behind a failed one. A repeat changes nothing. */
  waitBehind(consumer: string, content: LetterContent, steps: readonly string[]): Promise<void>;
  /** For the consumer: the first of each key, whose status says whether the key may be worked on. */
  heads(consumer: string): Promise<ReadonlyMap<string, DeadLetterStatus>>;
  head(consumer: string, key: string): Promise<(DeadLetter & LetterContent) | undefined>;
  /** For the consumer: this one is done at last. */
  settle(id: number): Promise<void>;
  failAgain(id: number, steps: readonly string[], failure: Failure, attempts: number): Promise<void>;
  /** Announced when somebody replayed or dropped, here or in another process. */
  readonly changes: Changes;
}

/** An event of the log as it is put aside: its key is its stream. */
export const letterOfEvent = (event: RecordedEvent): LetterContent => ({
  key: event.stream,
  name: event.type,
  messageId: event.metadata.eventId,
  origin: { stream: event.stream, revision: event.revision, eventId: event.metadata.eventId },
  payload: event as unknown as JsonObject,
});

export const eventOfLetter = (letter: LetterContent): RecordedEvent => letter.payload as unknown as RecordedEvent;
