import type { RecordedEvent } from '@alongside/event-sourcing';
import { mustBeReadable } from '@alongside/event-store';
import { changedDigests, type Digesting, type Reshaped } from './digesting.js';
import { applyTo, loadEntries, revert, takes, type Entry, type Feed } from './feed.js';
import { skipKey } from './parking.js';
import type { DocumentWrite, ReadModelStore } from './read-model-store.js';

export interface Projecting {
  readonly store: ReadModelStore;
  readonly digesting: Digesting;
  readonly upToDate: (recorded: RecordedEvent) => RecordedEvent;
  /** By `skipKey`. */
  readonly skipped: ReadonlySet<string>;
}

/** One event for one feed. Without an id it is not known which document it is about: `error` says why. */
export interface Turn {
  readonly feed: Feed;
  readonly recorded: RecordedEvent;
  readonly sequence: string;
  readonly id?: string;
  readonly event?: RecordedEvent;
  readonly error?: unknown;
}

/** What becomes of a turn that cannot be taken: parked when live, the end of a rebuild. */
export interface Faults {
  /** The sequence waits behind a parked event. */
  readonly isParked: (feed: Feed, sequence: string) => boolean;
  readonly queue: (turn: Turn) => void;
  readonly fault: (turn: Turn, error: unknown) => void;
}

/** A document that differs from the store, and how it is to be written. */
export interface Change {
  readonly feed: Feed;
  readonly entry: Entry;
  readonly write: DocumentWrite;
}

/** Which feeds are about an event, by its type. */
export type FeedsByType = ReadonlyMap<string, readonly Feed[]>;

export function feedsByType(feeds: readonly Feed[]): FeedsByType {
  const byType = new Map<string, Feed[]>();
  for (const feed of feeds) for (const type of feed.steps.keys()) byType.set(type, [...(byType.get(type) ?? []), feed]);
  return byType;
}

/** Applies events, in order, to the documents in memory of every feed that is about them. Answers what was applied. */
export async function project(feeds: FeedsByType, events: readonly RecordedEvent[], context: Projecting, faults: Faults): Promise<readonly Turn[]> {
  const turns = events.flatMap((recorded) => turnsOf(feeds, recorded, context));
  const needed = new Map<Feed, Set<string>>();
  for (const { feed, id } of turns) {
    if (id === undefined) continue;
    const ids = needed.get(feed);
    if (ids) ids.add(id);
    else needed.set(feed, new Set([id]));
  }
  await Promise.all([...needed].map(([feed, ids]) => loadEntries(feed, context.store, ids)));
  const applied: Turn[] = [];
  for (const turn of turns) {
    if (faults.isParked(turn.feed, turn.sequence) || faults.isParked(turn.feed, turn.recorded.stream)) {
      faults.queue(turn);
      continue;
    }
    try {
      take(turn);
      applied.push(turn);
    } catch (error) {
      faults.fault(turn, error);
    }
  }
  return applied;
}

/**
 * What is to be written for the documents that changed. A digest that cannot be made is a fault of its document alone, which is
 * put back to what the store has; `failed` says what becomes of what it had seen since.
 */
export async function changesOf(
  feeds: Iterable<Feed>,
  digesting: Digesting,
  failed: (feed: Feed, entry: Entry, error: unknown) => void,
): Promise<readonly Change[]> {
  const changed = [...feeds].flatMap((feed) => [...feed.changed].map((entry) => ({ feed, entry })));
  const digests = await digestsOf(changed.filter(({ feed }) => feed.model.search), digesting);
  return changed.flatMap(({ feed, entry }) => {
    const made = digests.get(entry);
    if (made && 'error' in made) {
      failed(feed, entry, made.error);
      revert(feed, entry);
      return [];
    }
    return [{ feed, entry, write: writeOf(feed, entry, made?.digests) }];
  });
}

type Digested = { readonly digests: DocumentWrite['digests'] } | { readonly error: unknown };

/** Of all documents together; where that fails, of each alone, which says whose fault it is. */
async function digestsOf(changed: readonly Pick<Change, 'feed' | 'entry'>[], digesting: Digesting): Promise<ReadonlyMap<Entry, Digested>> {
  if (changed.length === 0) return new Map();
  const documents = changed.map(({ feed: { model }, entry }) => ({ model, before: entry.stored.document, after: entry.document }));
  const digestsOfAll = async (some: readonly Reshaped[]): Promise<readonly Digested[]> => (await changedDigests(some, digesting)).map((digests) => ({ digests }));
  const alone = async (each: Reshaped): Promise<readonly Digested[]> => await digestsOfAll([each]).catch((error: unknown) => [{ error }]);
  const made = await digestsOfAll(documents).catch(async () => (await Promise.all(documents.map(alone))).flat());
  return new Map(changed.map(({ entry }, index) => [entry, made[index] as Digested]));
}

/** Applies one turn, or throws. `late`: newer events of the same document may have been applied before. */
export function take(turn: Turn, late = false): void {
  if (turn.id === undefined || turn.event === undefined) throw turn.error;
  applyTo(turn.feed, turn.id, turn.event, late);
}

/** The turns of one event; also used to apply a parked one again. */
export function turnsOf(feeds: FeedsByType, recorded: RecordedEvent, { upToDate, skipped }: Pick<Projecting, 'upToDate' | 'skipped'>): readonly Turn[] {
  const about = feeds.get(recorded.type);
  if (!about) return [];
  const turns: Turn[] = [];
  let current: { readonly event?: RecordedEvent; readonly error?: unknown } | undefined;
  for (const feed of about) {
    if (!takes(feed, recorded) || (skipped.size > 0 && skipped.has(skipKey(feed.model.name, recorded.metadata.eventId)))) continue;
    current ??= attempt(() => upToDate(mustBeReadable(recorded)));
    const turn = turnOf(feed, recorded, current);
    if (turn) turns.push(turn);
  }
  return turns;
}

export function turnOf(feed: Feed, recorded: RecordedEvent, current: { readonly event?: RecordedEvent; readonly error?: unknown }): Turn | undefined {
  try {
    const id = feed.model.documentOf(current.event ?? recorded);
    // Of an event that cannot be read it is not known whose it is: then its stream waits, rather than being passed over.
    if (id === undefined) return current.event ? undefined : { feed, recorded, sequence: recorded.stream, error: current.error };
    return current.event ? { feed, recorded, sequence: id, id, event: current.event } : { feed, recorded, sequence: id, error: current.error };
  } catch (error) {
    return { feed, recorded, sequence: recorded.stream, error };
  }
}

export function attempt(upToDate: () => RecordedEvent): { readonly event?: RecordedEvent; readonly error?: unknown } {
  try {
    return { event: upToDate() };
  } catch (error) {
    return { error };
  }
}

export function writeOf(feed: Feed, { id, document, position, organisationId, late, stored }: Entry, digests?: DocumentWrite['digests']): DocumentWrite {
  return {
    copy: feed.copy,
    id,
    organisationId,
    position: position as string,
    isNew: stored.position === undefined,
    ...(document ? { document } : {}),
    ...(digests ? { digests } : {}),
    ...(late ? { late } : {}),
  };
}
