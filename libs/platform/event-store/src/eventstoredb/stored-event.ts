import { createHash } from 'node:crypto';
import type { JsonObject } from '../json.js';
import type { EventMetadata, EventToAppend, RecordedEvent } from '../recorded-event.js';
import { placeOfUnreadable } from '../unreadable.js';
import { toPosition } from './position.js';
import type { ProposedEvent, RecordOfLog } from './protocol.js';

/**
 * As it is sent: data and metadata as JSON, the metadata whole and unchanged. The server's own id of the event is made of all of it, our
 * event id included. The server takes an append at an earlier revision for a repeat, and answers it as the first time, when the ids are
 * the same; so it does that for the very same events only, and two that decided differently under one event id are told apart.
 */
export function proposedEvent({ type, data, metadata }: EventToAppend): ProposedEvent {
  const texts = { data: text(data), metadata: text(metadata) };
  return { id: idOf(metadata.eventId, type, texts.data, texts.metadata), type, data: Buffer.from(texts.data), metadata: Buffer.from(texts.metadata) };
}

function text(value: unknown): string {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError('an event needs data and metadata');
  return json;
}

/** A UUID of version 8: RFC 9562, 5.8. */
function idOf(...parts: readonly string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const positionOf = (record: RecordOfLog): string => toPosition({ commit: record.getCommitPosition(), prepare: record.getPreparePosition() });

const decoder = new TextDecoder('utf-8', { fatal: true });

export const streamOf = (record: RecordOfLog): string => Buffer.from(record.getStreamIdentifier()?.getStreamName() as Uint8Array).toString('utf8');

/** Whether the server wrote it for itself: its streams and its types begin with `$`. */
export const isTheServers = (record: RecordOfLog): boolean => typeOf(record).startsWith('$') || streamOf(record).startsWith('$');

const typeOf = (record: RecordOfLog): string => record.getMetadataMap().get('type') ?? '';

/** The event, or the place of one that cannot be read (`isUnreadable`). */
export function deliveredEvent(record: RecordOfLog): RecordedEvent {
  const place = { stream: streamOf(record), revision: Number(record.getStreamRevision()), position: positionOf(record), type: typeOf(record) };
  const data = objectOf(record.getData_asU8());
  const metadata = objectOf(record.getCustomMetadata_asU8());
  if (data && metadata) return { ...place, data, metadata: metadata as unknown as EventMetadata };
  return placeOfUnreadable(place, metadata);
}

function objectOf(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
