import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import * as contracts from '@alongside/contracts';
import { topicOf, type IntegrationEvent, type Message } from '@alongside/messaging';
import { toCloudEvent } from '@alongside/messaging/kafka';
import { asyncApiOf } from '@alongside/service';
import { Compile } from 'typebox/schema';
import { contexts } from './contexts.js';

interface Document {
  readonly channels: Readonly<Record<string, { readonly address: string; readonly messages: Readonly<Record<string, { readonly $ref: string }>> }>>;
  readonly operations: Readonly<Record<string, { readonly action: string; readonly channel: { readonly $ref: string }; readonly messages: readonly { readonly $ref: string }[] }>>;
  readonly components: { readonly messages: Readonly<Record<string, { readonly payload: unknown; readonly headers: { readonly required: readonly string[] } }>> };
}

const published = JSON.parse(JSON.stringify(asyncApiOf(contexts, [{ consumer: 'access', reactions: [{ to: contracts.organisations.StaffMemberChanged }] }]))) as Document;

const isEvent = (value: unknown): value is IntegrationEvent => typeof value === 'object' && value !== null && 'says' in value && 'schema' in value && 'version' in value;
const events = [contracts.organisations, contracts.referrals, contracts.assessment, contracts.matching, contracts.supervision, contracts.evaluation].flatMap((each) => Object.values(each).filter(isEvent));

const at = (reference: string): unknown =>
  reference
    .slice(2)
    .split('/')
    .reduce<unknown>((place, step) => (place as Record<string, unknown> | undefined)?.[step], published);

const referencesIn = (value: unknown): readonly string[] =>
  typeof value !== 'object' || value === null ? [] : Object.entries(value).flatMap(([name, each]) => (name === '$ref' ? [each as string] : referencesIn(each)));

describe('the document of all integration events', () => {
  test('is AsyncAPI 3.0', () => {
    const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;
    const validator = Compile(schema);
    const [isValid, errors] = [validator.Check(published), validator.Errors(published)];
    expect(JSON.stringify(errors).slice(0, 2_000)).toBe('[true,[]]');
    expect(isValid).toBe(true);
    expect(validator.Check({ ...published, channels: { referrals: { messages: 'none' } } })).toBe(false);
  });

  test('refers to nothing that is not there', () => {
    const references = referencesIn(published);
    expect(references.length).toBeGreaterThan(100);
    expect(references.filter((each) => at(each) === undefined)).toEqual([]);
  });

  test('holds every event of the contracts, on the topic of its context', () => {
    expect(events.length).toBeGreaterThan(15);
    for (const event of events) {
      expect(published.channels[event.context]).toMatchObject({ address: topicOf(event.context), messages: { [event.name]: { $ref: `#/components/messages/${event.context}.${event.name}` } } });
    }
    expect(Object.keys(published.components.messages)).toHaveLength(events.length);
  });

  test('says of whatever is personal that it is sealed, and keeps the rest as it is declared', () => {
    const { payload } = published.components.messages['organisations.StaffMemberChanged'] as { payload: { properties: Record<string, unknown> } };
    expect(payload.properties['name']).toEqual({ $ref: '#/components/schemas/Sealed' });
    expect(payload.properties['staffId']).toEqual({ type: 'string', format: 'uuid' });
    expect(JSON.stringify(published)).not.toContain('x-personal');
  });

  test('describes the headers that messages have on the broker', () => {
    const id = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
    const event = contracts.organisations.StaffMemberChanged;
    const [occurredAt, recordedAt] = ['2026-03-01T09:00:00.000Z', '2026-03-01T09:00:01.000Z'];
    const common = { id, context: event.context, name: event.name, version: event.version, key: id, organisationId: id, occurredAt, recordedAt, correlationId: id, source: { stream: `organisation-${id}`, revision: 3, eventId: id }, data: {} };
    const messages: readonly Message[] = [common, { ...common, siteId: id, journeyId: id }];
    const { headers } = published.components.messages['organisations.StaffMemberChanged'] as { headers: object & { required: readonly string[] } };
    const closed = Compile({ ...headers, additionalProperties: false });
    for (const message of messages) for (const onlyFor of [undefined, 'matching']) expect(closed.Errors(toCloudEvent(message, onlyFor).headers)[1]).toEqual([]);
    expect(Object.keys(toCloudEvent(common).headers).sort()).toEqual([...headers.required].sort());
  });

  test('tells who publishes and who listens', () => {
    expect(published.operations['referrals.publish']).toMatchObject({ action: 'send', channel: { $ref: '#/channels/referrals' } });
    expect(published.operations['access.listen.organisations']).toEqual({
      action: 'receive',
      summary: 'access listens to organisations',
      channel: { $ref: '#/channels/organisations' },
      messages: [{ $ref: '#/channels/organisations/messages/StaffMemberChanged' }],
    });
    expect(Object.keys(published.operations)).toContain('matching.listen.assessment');
  });
});
