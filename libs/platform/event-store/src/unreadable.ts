import type { JsonObject } from './json.js';
import type { EventMetadata, RecordedEvent } from './recorded-event.js';

/** The place of an event that cannot be read (`isUnreadable`), with what could be read of its metadata. */
export function placeOfUnreadable(place: Pick<RecordedEvent, 'stream' | 'revision' | 'position' | 'type'>, metadata: JsonObject | undefined): RecordedEvent {
  return { ...place, data: {}, metadata: { ...nothingKnown(place.position), ...metadata, schemaVersion: 0 } };
}

function nothingKnown(position: string): EventMetadata {
  const never = new Date(0).toISOString();
  const ids = { eventId: `unreadable-${position}`, commandId: '', correlationId: '', organisationId: '' };
  return { ...ids, schemaVersion: 0, occurredAt: never, recordedAt: never, actor: { id: '', role: 'system' } };
}
