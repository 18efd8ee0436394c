import type { EventToAppend, RecordedEvent } from './recorded-event.js';

/** `no-stream`: the append must create the stream. A number: the revision of the stream's last event. */
export type ExpectedRevision = number | 'no-stream';

export interface Appended {
  /** Revision of the last event of the batch. */
  readonly revision: number;
  /** Position of the last event of the batch: what `readAll` gives that event. */
  readonly position: string;
}

/** Somebody else wrote in between; the stream is at `actual` (undefined: there is none). Nothing was written. */
export class RevisionConflict extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: number | undefined,
  ) {
    super(`${stream}: expected ${expected}, found ${actual ?? 'no stream'}`);
    this.name = 'RevisionConflict';
  }
}

/** The log cannot be written or read now (disk full, an I/O error, locked for too long, closed). Nothing was acknowledged; later it may go. */
export class EventStoreUnavailable extends Error {
  readonly passing = true;

  constructor(reason: string, options?: ErrorOptions) {
    super(`the event store is unavailable: ${reason}`, options);
    this.name = 'EventStoreUnavailable';
  }
}

/**
 * An event id that came before: twice in one append, or, where the store finds that out (SQLite does, EventStoreDB does not), anywhere in
 * the log. Nothing was written.
 */
export class DuplicateEvent extends Error {
  constructor(readonly stream: string) {
    super(`${stream}: an event with this id is already in the log`);
    this.name = 'DuplicateEvent';
  }
}

/** What stands in the log at this place is no event. `readStream` and `readAll` throw it; whoever follows the log is handed the place instead. */
export class UnreadableEvent extends Error {
  constructor(
    readonly stream: string,
    readonly revision: number,
    readonly position: string,
  ) {
    super(`${stream}, revision ${revision}, position ${position}: cannot be read`);
    this.name = 'UnreadableEvent';
  }
}

/**
 * Whether an event is only the place of one that cannot be read: a subscription goes on behind it, so that it holds up what is about it
 * and nothing else. Its data is empty, its metadata what could be read of it, under schema version 0.
 */
export const isUnreadable = ({ metadata }: Pick<RecordedEvent, 'metadata'>): boolean => metadata.schemaVersion === 0;

/** Throws `UnreadableEvent` for the place of an event that cannot be read. */
export function mustBeReadable(event: RecordedEvent): RecordedEvent {
  if (isUnreadable(event)) throw new UnreadableEvent(event.stream, event.revision, event.position);
  return event;
}

export interface ReadAllOptions {
  /** Exclusive. Absent: from the beginning. */
  readonly after?: string;
  /** Stream prefixes with their hyphen (`referral-`). Absent: every stream. */
  readonly prefixes?: readonly string[];
  /** At most this many events; absent: to the end of the log as it was when reading began. */
  readonly limit?: number;
  /** What becomes of an event that cannot be read: `throw` (default), or `place`: it is given as a subscription does, see `isUnreadable`. */
  readonly unreadable?: 'throw' | 'place';
}

/**
 * What a subscription yields: events in order, and `caught-up` with the position it has seen whenever it reaches the end. Events of one append
 * may come in several deliveries. No position lies beyond the last event in the log (a log without any has one before the first), so that whoever has
 * caught up is where `lastPosition` is, whatever else the store writes into its log.
 */
export type Delivery =
  | { readonly kind: 'events'; readonly events: readonly RecordedEvent[]; readonly position: string }
  | { readonly kind: 'caught-up'; readonly position: string };

export interface SubscribeOptions {
  readonly after?: string;
  readonly prefixes?: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * The log. Concurrent appends to one stream: exactly one wins, the rest get a `RevisionConflict`. A batch is all or
 * nothing. Global order is commit order; no gap ever becomes visible later. What is acknowledged survives `kill -9` and power loss.
 * The very same append again (same events in every part, same expected revision) is answered as the first time, and nothing is written;
 * with anything else in it, it is a `RevisionConflict`.
 */
export interface EventStore {
  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<Appended>;
  /** Events of one stream in order, from a revision (inclusive, default 0). An unknown stream is empty. */
  readStream(stream: string, fromRevision?: number): Promise<readonly RecordedEvent[]>;
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;
  /** Position of the last event, undefined for an empty log. Never before a position that was given out over the same connection, unless the log was put back. */
  lastPosition(): Promise<string | undefined>;
  /**
   * Whether the log ends before a position that it once gave out: it was put back to an earlier state. Where the end can lie further back for a moment (a
   * leader that has just been elected), `true` is said only once it has stayed so, which takes half a minute; `false` at once, and when the signal aborts.
   */
  endsBefore(position: string, signal?: AbortSignal): Promise<boolean>;
  /** Whether a text (a query parameter, say) can be a position of this store. */
  isPosition(text: string): boolean;
  /** Never ends by itself; ends without an error when the signal aborts. Positions advance over filtered-out events. A `RangeError` where the log `endsBefore` it. */
  subscribeToAll(options: SubscribeOptions): AsyncIterable<Delivery>;
  close(): Promise<void>;
}
