import type { RecordedEvent } from '@alongside/event-sourcing';
import type { Document, ProjectionStep, ReadModel } from './read-model.js';
import { mustBeCoded } from './coded.js';
import type { ParkedEvent, ReadModelStore } from './read-model-store.js';

/** A document while events are applied to it. */
export interface Entry {
  readonly id: string;
  document: Document | undefined;
  /** The last event that it says something about. */
  position: string | undefined;
  organisationId: string;
  /** Events that were applied after newer ones. */
  late: readonly string[] | undefined;
  /** As the store has it. */
  stored: Pick<Entry, 'document' | 'position' | 'organisationId' | 'late'>;
}

/** One copy of a read model while events flow into it: what it has seen, the documents at hand, the sequences that are parked. */
export interface Feed {
  readonly model: ReadModel;
  readonly copy: number;
  checkpoint: string | undefined;
  readonly steps: ReadonlyMap<string, readonly ProjectionStep<Document>[]>;
  readonly entries: Map<string, Entry>;
  /** Those that differ from the store. */
  readonly changed: Set<Entry>;
  /** `entries` holds all that the copy holds: an id that is not there is nowhere. */
  complete: boolean;
  /** Parked events by sequence, in order. */
  readonly parked: Map<string, ParkedEvent[]>;
}

export function feedOf(model: ReadModel, copy: number, checkpoint: string | undefined, parked: readonly ParkedEvent[] = []): Feed {
  const steps = new Map<string, ProjectionStep<Document>[]>();
  for (const step of model.on) steps.set(step.type, [...(steps.get(step.type) ?? []), step]);
  const complete = checkpoint === undefined;
  const feed: Feed = { model, copy, checkpoint, steps, entries: new Map(), changed: new Set(), complete, parked: new Map() };
  for (const event of parked) if (event.copy === copy) queue(feed, event);
  return feed;
}

/** It is about this event at all and has not been handed it yet. */
export function takes({ model, checkpoint }: Feed, event: RecordedEvent): boolean {
  return (
    (checkpoint === undefined || event.position > checkpoint) &&
    (model.streams.length === 0 || model.streams.some((prefix) => event.stream.startsWith(prefix)))
  );
}

/** Makes the documents of these ids ready to be changed. */
export async function loadEntries(feed: Feed, store: ReadModelStore, ids: ReadonlySet<string>): Promise<void> {
  const missing = [...ids].filter((id) => !feed.entries.has(id));
  if (missing.length === 0) return;
  const found = feed.complete ? [] : await store.load(feed.copy, missing);
  for (const id of missing) {
    const stored = { document: undefined, position: undefined, organisationId: '', late: undefined };
    feed.entries.set(id, { id, ...stored, stored });
  }
  for (const { id, organisationId, position, document, late } of found) {
    const stored = { document, position, organisationId, late };
    feed.entries.set(id, { id, ...stored, stored });
  }
}

/**
 * Applies an event to its document, unless the document has seen it. The document's position moves only when the event says
 * something about it, so that a copy that was fed live and one that was rebuilt are the same.
 */
export function applyTo(feed: Feed, id: string, event: RecordedEvent, late = false): void {
  const entry = feed.entries.get(id) as Entry;
  if (late ? entry.late?.includes(event.position) : entry.position !== undefined && event.position <= entry.position) return;
  let document = entry.document;
  for (const step of feed.steps.get(event.type) ?? []) document = step.apply(document, event);
  if (isSame(document, entry.document)) {
    // Applied all the same: it must not be once more, when others have been.
    if (late && document !== entry.document) {
      entry.late = [...(entry.late ?? []), event.position];
      feed.changed.add(entry);
    }
    return;
  }
  if (document && feed.model.identities === 'none') mustBeCoded(document, entry.document);
  if (late) entry.late = [...(entry.late ?? []), event.position];
  entry.document = document;
  entry.position = entry.position === undefined || event.position > entry.position ? event.position : entry.position;
  entry.organisationId = document?.organisationId ?? entry.organisationId;
  feed.changed.add(entry);
}

/** Many a projection makes a new object that says what the one before said: there is nothing to write then. */
function isSame(one: Document | undefined, other: Document | undefined): boolean {
  if (one === other) return true;
  if (!one || !other) return false;
  const fields = Object.keys(one) as (keyof Document)[];
  return fields.length === Object.keys(other).length && fields.every((field) => one[field] === other[field] && Object.hasOwn(other, field));
}

/** Takes back what was applied since the last commit. */
export function revert(feed: Feed, entry: Entry): void {
  Object.assign(entry, entry.stored);
  feed.changed.delete(entry);
}

/** What was written is what the store has. */
export function settle(feed: Feed, written: readonly Entry[], keep: number): void {
  for (const entry of written) {
    entry.stored = { document: entry.document, position: entry.position, organisationId: entry.organisationId, late: entry.late };
    feed.changed.delete(entry);
  }
  if (feed.entries.size > keep) {
    for (const [id, entry] of feed.entries) if (!feed.changed.has(entry)) feed.entries.delete(id);
    feed.complete = false;
  }
}

/** Puts an event in its place among those of its sequence. */
export function queue(feed: Feed, event: ParkedEvent): void {
  const others = (feed.parked.get(event.sequence) ?? []).filter((each) => each.position !== event.position);
  feed.parked.set(event.sequence, [...others, event].sort((one, other) => (one.position < other.position ? -1 : 1)));
}
