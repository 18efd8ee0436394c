import { uuidOf } from '@alongside/event-sourcing';
import type { DataOf, IntegrationEvent, Message } from '@alongside/messaging';
import { testIds } from './decider-spec.js';
import type { TestApp } from './http.js';

export interface ToldOptions {
  readonly organisationId?: string;
  readonly siteId?: string;
  readonly occurredAt?: string;
  /** Of the source stream; default: one more each time. */
  readonly revision?: number;
  /** Default: `<context>-` and the journey, else the organisation. */
  readonly stream?: string;
  /** Default: the journey, else the organisation. */
  readonly key?: string;
}

let told = 0;

/** A message as another context's relay would publish it. */
export function messageTold<Event extends IntegrationEvent>(app: TestApp, event: Event, data: DataOf<Event>, options: ToldOptions = {}): Message<DataOf<Event>> {
  const at = options.occurredAt ?? app.clock.now().toISOString();
  const { organisationId = testIds.organisationId, siteId } = options;
  const { journeyId } = data as { readonly journeyId?: string };
  told += 1;
  const stream = options.stream ?? `${event.context}-${journeyId ?? organisationId}`;
  const revision = options.revision ?? told;
  const eventId = uuidOf('told', stream, revision, event.name);
  return {
    id: uuidOf(eventId, event.name),
    context: event.context,
    name: event.name,
    version: event.version,
    key: options.key ?? journeyId ?? organisationId,
    organisationId,
    ...(siteId !== undefined && { siteId }),
    ...(journeyId !== undefined && { journeyId }),
    occurredAt: at,
    recordedAt: at,
    correlationId: eventId,
    source: { stream, revision, eventId },
    data,
  };
}

/** Publishes what another context says, and waits until it has been dealt with. It comes twice, as it may. */
export async function tell<Event extends IntegrationEvent>(app: TestApp, event: Event, data: DataOf<Event>, options: ToldOptions = {}): Promise<void> {
  const message = messageTold(app, event, data, options);
  // Another id, because the broker in process knows a repeat by its id and keeps it from the consumer.
  await app.platform.broker.publish([message, { ...message, id: uuidOf(message.id, 'again') }]);
  await app.settled();
}
