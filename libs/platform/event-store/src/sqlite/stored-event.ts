import { UnreadableEvent } from '../event-store.js';
import type { EventMetadata, RecordedEvent } from '../recorded-event.js';
import type { JsonObject } from '../json.js';
import { toPosition } from './position.js';

/** A row as the statements return it: position, stream, revision, type, data, metadata. */
export type StoredEvent = readonly [position: number, stream: string, revision: number, type: string, data: string, metadata: string];

export const storedColumns = 'position, stream, revision, type, data, metadata';

/** Throws `UnreadableEvent` with its place where data or metadata are no JSON. */
export function recordedEvent([row, stream, revision, type, data, metadata]: StoredEvent): RecordedEvent {
  const position = toPosition(row);
  try {
    return { stream, revision, position, type, data: JSON.parse(data) as JsonObject, metadata: JSON.parse(metadata) as EventMetadata };
  } catch {
    throw new UnreadableEvent(stream, revision, position);
  }
}
