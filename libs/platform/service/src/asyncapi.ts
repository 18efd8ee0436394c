import { eventName, topicOf, type IntegrationEvent } from '@alongside/messaging';
import type { ContextDefinition } from './context-definition.js';
import type { JsonSchema } from './field.js';
import { reactionsOf } from './runners.js';

/** An AsyncAPI 3.0 document. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly [section: string]: unknown;
}

/** What is no context and listens all the same: the accounts. */
export interface Listener {
  readonly consumer: string;
  readonly reactions: readonly { readonly to: IntegrationEvent }[];
}

const sealedSchema: JsonSchema = {
  title: 'A sealed value',
  description:
    'A personal value, sealed with AES-256-GCM under the key of whom it is about, exactly as it stands in the log: version, key id (the subject), origin stream, origin event, field, and base64 of initialisation vector, ciphertext and tag. Only a holder of the key store opens it; once the person is erased nobody does.',
  type: 'object',
  required: ['$sealed'],
  additionalProperties: false,
  properties: { $sealed: { type: 'array', items: [{ const: 1 }, ...Array.from({ length: 5 }, () => ({ type: 'string' }))], minItems: 6, maxItems: 6 } },
};

const text = (description: string, more: JsonSchema = {}): JsonSchema => ({ type: 'string', description, ...more });

const messageType = ({ context, name, version }: IntegrationEvent): string => `alongside.${context}.${name}.v${version}`;

/** CloudEvents 1.0, Kafka protocol binding, binary mode: every attribute is a header, the value is the data alone. */
const headersOf = (event: IntegrationEvent): JsonSchema => ({
  type: 'object',
  required: [
    'content-type',
    'ce_specversion',
    'ce_id',
    'ce_source',
    'ce_type',
    'ce_subject',
    'ce_time',
    'ce_dataschema',
    'ce_recordedtime',
    'ce_organisationid',
    'ce_correlationid',
    'ce_sourcerevision',
    'ce_sourceeventid',
  ],
  properties: {
    'content-type': { const: 'application/json' },
    ce_specversion: { const: '1.0' },
    ce_id: text('The same for every repeat of one message', { format: 'uuid' }),
    ce_source: { const: `/alongside/${event.context}` },
    ce_type: { const: messageType(event) },
    ce_subject: text('The stream at the source'),
    ce_time: text('When it happened', { format: 'date-time' }),
    ce_dataschema: text('Where in this document its value is described', { format: 'uri-reference' }),
    ce_recordedtime: text('When the source recorded it', { format: 'date-time' }),
    ce_organisationid: text('Whose it is', { format: 'uuid' }),
    ce_siteid: text('The site at which it happened', { format: 'uuid' }),
    ce_journeyid: text('The journey that it is part of', { format: 'uuid' }),
    ce_correlationid: text('Of the request that it all began with'),
    ce_sourcerevision: text('Revision of the source event in its stream: what is older than what is known is passed over', { pattern: '^[0-9]+$' }),
    ce_sourceeventid: text('The event that it was made of', { format: 'uuid' }),
    ce_onlyfor: text('Republished for this consumer alone: the others pass it over'),
    traceparent: text('W3C trace context, where traces are collected; the trace id is that of the correlation id'),
  },
});

const isPersonal = (schema: object): boolean => 'x-personal' in schema;

/** A schema of a publication as a plain JSON Schema: what is personal refers to what is sealed. */
function payloadOf(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(payloadOf);
  if (isPersonal(schema)) return { $ref: '#/components/schemas/Sealed' };
  return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, payloadOf(value)]));
}

const messageOf = (event: IntegrationEvent): unknown => ({
  name: messageType(event),
  title: event.name,
  summary: event.says,
  contentType: 'application/json',
  headers: headersOf(event),
  payload: payloadOf(event.schema),
  bindings: {
    kafka: { key: text('The journey, else the supporter, else the organisation: messages of one key keep their order', { format: 'uuid' }), bindingVersion: '0.5.0' },
  },
});

const unique = (events: readonly IntegrationEvent[]): readonly IntegrationEvent[] =>
  [...new Map(events.map((event) => [eventName(event), event])).values()].sort((one, other) => (eventName(one) < eventName(other) ? -1 : 1));

const reference = (...path: readonly string[]): { readonly $ref: string } => ({ $ref: `#/${path.join('/')}` });

/** Every integration event of these contexts: who publishes it on which topic, who listens, what is in it. */
export function asyncApiOf(contexts: readonly ContextDefinition[], followers: readonly Listener[] = []): AsyncApiDocument {
  const publishers = contexts.map((context) => ({ name: context.name, says: context.says, events: unique(context.publishes.map((each) => each.as)) }));
  const channels = publishers.filter(({ events }) => events.length > 0);
  const listeners = [...contexts.map((context) => ({ consumer: context.name, reactions: reactionsOf(context) })), ...followers];

  const operations: [string, unknown][] = channels.map(({ name, events }) => [
    `${name}.publish`,
    { action: 'send', summary: `${name} publishes`, channel: reference('channels', name), messages: events.map((event) => reference('channels', name, 'messages', event.name)) },
  ]);
  for (const { consumer, reactions } of listeners) {
    const heard = Map.groupBy(unique(reactions.map((each) => each.to)), (event) => event.context);
    for (const [context, events] of heard) {
      if (!channels.some(({ name }) => name === context)) continue;
      operations.push([
        `${consumer}.listen.${context}`,
        { action: 'receive', summary: `${consumer} listens to ${context}`, channel: reference('channels', context), messages: events.map((event) => reference('channels', context, 'messages', event.name)) },
      ]);
    }
  }

  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Alongside: integration events',
      version: '1',
      description:
        'What the services tell each other, as CloudEvents 1.0 in binary mode over Kafka. At least once: a repeat has the same `ce_id`. In order for each key. Personal values travel sealed.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      channels.map(({ name, says, events }) => [
        name,
        {
          address: topicOf(name),
          title: name,
          description: says,
          messages: Object.fromEntries(events.map((event) => [event.name, reference('components', 'messages', eventName(event))])),
          bindings: { kafka: { topic: topicOf(name), bindingVersion: '0.5.0' } },
        },
      ]),
    ),
    operations: Object.fromEntries(operations),
    components: {
      messages: Object.fromEntries(channels.flatMap(({ events }) => events.map((event) => [eventName(event), messageOf(event)]))),
      schemas: { Sealed: sealedSchema },
    },
  };
}
