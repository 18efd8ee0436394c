import { UnreadableEvent } from '../event-store.js';
import type { EventMetadata, RecordedEvent } from '../recorded-event.js';
import type { JsonObject } from '../json.js';
import { placeOfUnreadable } from '../unreadable.js';
import { toPosition } from './position.js';

/** A row as the statements return it: position, stream, revision, type, data, metadata. */
export type StoredEvent = readonly [position: number, stream: string, revision: number, type: string, data: string, metadata: string];

export const storedColumns = 'position, stream, revision, type, data, metadata';

/** Throws `UnreadableEvent` with its place where data or metadata are no JSON objects. */
export function recordedEvent(stored: StoredEvent): RecordedEvent {
  const [row, stream, revision, type, data, metadata] = stored;
  const position = toPosition(row);
  const event = { stream, revision, position, type, data: objectOf(data), metadata: objectOf(metadata) };
  if (!event.data || !event.metadata) throw new UnreadableEvent(stream, revision, position);
  return event as unknown as RecordedEvent;
}

/** The event, or the place of one that cannot be read (`isUnreadable`). */
export function deliveredEvent(stored: StoredEvent): RecordedEvent {
  const [row, stream, revision, type, data, metadata] = stored;
  const position = toPosition(row);
  const read = { data: objectOf(data), metadata: objectOf(metadata) };
  if (read.data && read.metadata) return { stream, revision, position, type, data: read.data, metadata: read.metadata as unknown as EventMetadata };
  return placeOfUnreadable({ stream, revision, position, type }, read.metadata);
}

function objectOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
