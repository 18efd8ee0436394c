import type { IntegrationEvent, Message } from '../integration-event.js';

/** A record as it goes onto a topic: CloudEvents 1.0, Kafka protocol binding, binary mode. */
export interface CloudEvent {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The data alone, as JSON. */
  readonly value: string;
}

/** A record that is none of our messages. It is told by its place; nothing of it is quoted. */
export class NotAMessage extends Error {
  readonly code = 'not-a-message';

  constructor() {
    super('a record that is no CloudEvent of this system');
    this.name = 'NotAMessage';
  }
}

/** `alongside.<context>.<Event>.v<version>` */
export const cloudEventType = ({ context, name, version }: Pick<IntegrationEvent, 'context' | 'name' | 'version'>): string => `alongside.${context}.${name}.v${version}`;

/** Where the schema of an integration event is described. */
export const dataSchemaOf = (event: Pick<IntegrationEvent, 'context' | 'name'>): string => `/api/asyncapi.json#/components/messages/${event.context}.${event.name}`;

/** `onlyFor`: the one consumer that takes notice. */
export function toCloudEvent(message: Message, onlyFor?: string): CloudEvent {
  return {
    key: message.key,
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: message.id,
      ce_source: `/alongside/${message.context}`,
      ce_type: cloudEventType(message),
      ce_subject: message.source.stream,
      ce_time: message.occurredAt,
      ce_dataschema: dataSchemaOf(message),
      ce_recordedtime: message.recordedAt,
      ce_organisationid: message.organisationId,
      ...(message.siteId !== undefined && { ce_siteid: message.siteId }),
      ...(message.journeyId !== undefined && { ce_journeyid: message.journeyId }),
      ce_correlationid: message.correlationId,
      ce_sourcerevision: String(message.source.revision),
      ce_sourceeventid: message.source.eventId,
      ...(onlyFor !== undefined && { ce_onlyfor: onlyFor }),
    },
    value: JSON.stringify(message.data),
  };
}

/** What is on the wire: kafkajs gives bytes, and several values where a header is repeated. */
export interface ReceivedRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}

export interface ReceivedMessage {
  readonly message: Message;
  readonly onlyFor?: string;
  /** All headers, as text. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The message as it was published. Throws `NotAMessage`. */
export function fromCloudEvent(record: ReceivedRecord): ReceivedMessage {
  const headers = headersOf(record);
  const required = (name: string): string => {
    const value = headers[name];
    if (value === undefined) throw new NotAMessage();
    return value;
  };
  const [, context, name, version] = /^alongside\.(.+)\.([^.]+)\.v(\d+)$/.exec(required('ce_type')) ?? [];
  const revision = Number(required('ce_sourcerevision'));
  if (required('ce_specversion') !== '1.0' || context === undefined || name === undefined || !Number.isSafeInteger(revision) || !record.key) throw new NotAMessage();
  const { ce_siteid: siteId, ce_journeyid: journeyId, ce_onlyfor: onlyFor } = headers;
  return {
    message: {
      id: required('ce_id'),
      context,
      name,
      version: Number(version),
      key: record.key.toString(),
      organisationId: required('ce_organisationid'),
      ...(siteId !== undefined && { siteId }),
      ...(journeyId !== undefined && { journeyId }),
      occurredAt: required('ce_time'),
      recordedAt: required('ce_recordedtime'),
      correlationId: required('ce_correlationid'),
      source: { stream: required('ce_subject'), revision, eventId: required('ce_sourceeventid') },
      data: dataOf(record.value),
    },
    ...(onlyFor !== undefined && { onlyFor }),
    headers,
  };
}

export function headersOf({ headers = {} }: ReceivedRecord): Record<string, string> {
  const known = Object.entries(headers).flatMap(([name, value]) => {
    const first = Array.isArray(value) ? value[0] : value;
    return first === undefined ? [] : [[name, first.toString()] as const];
  });
  return Object.fromEntries(known);
}

function dataOf(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString() ?? '') as unknown;
  } catch {
    throw new NotAMessage();
  }
}
