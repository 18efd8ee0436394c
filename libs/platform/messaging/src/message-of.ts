import { uuidOf, type Aggregate } from '@alongside/event-sourcing';
import type { RecordedEvent } from '@alongside/event-store';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { IntegrationEvent, Message } from './integration-event.js';

/** What a domain event becomes for others, as a context declares it. */
export interface RelayedPublication {
  readonly of: { readonly type: string };
  readonly aggregate: Aggregate;
  readonly as: IntegrationEvent;
  readonly data: (event: RecordedEvent, state: unknown) => unknown;
}

/** A publication whose data is not what its schema promises: an error of ours. Names the places, never the values. */
export class InvalidMessage extends Error {
  readonly code = 'invalid-message';

  constructor(
    readonly event: string,
    readonly errors: readonly { readonly path: string; readonly keyword: string }[],
  ) {
    super(`${event}: ${errors.map(({ path, keyword }) => `${path || '/'} ${keyword}`).join(', ')}`);
    this.name = 'InvalidMessage';
  }
}

const validators = new WeakMap<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  const known = validators.get(schema);
  if (known) return known;
  const validator = Compile(schema);
  validators.set(schema, validator);
  return validator;
}

/** The message of one publication of one event; undefined when there is nothing to tell. Throws `InvalidMessage`. */
export function messageOf(publication: RelayedPublication, event: RecordedEvent, state: unknown): Message | undefined {
  const said = publication.data(event, state);
  if (said === undefined) return undefined;
  // As it will arrive: absent where it was undefined.
  const data = JSON.parse(JSON.stringify(said)) as unknown;
  const { context, name, version, schema } = publication.as;
  const validator = validatorOf(schema);
  if (!validator.Check(data)) {
    throw new InvalidMessage(
      `${context}.${name}`,
      validator.Errors(data).map(({ instancePath, keyword }) => ({ path: instancePath, keyword })),
    );
  }
  const { eventId, organisationId, siteId, journeyId, occurredAt, recordedAt, correlationId } = event.metadata;
  return {
    id: uuidOf(eventId, name),
    context,
    name,
    version,
    key: journeyId ?? supporterOf(event, data) ?? organisationId,
    organisationId,
    ...(siteId !== undefined && { siteId }),
    ...(journeyId !== undefined && { journeyId }),
    occurredAt,
    recordedAt,
    correlationId,
    source: { stream: event.stream, revision: event.revision, eventId },
    data,
  };
}

function supporterOf(event: RecordedEvent, data: unknown): string | undefined {
  const stream = /^(?:supporter|supervision)-(.+)$/.exec(event.stream)?.[1];
  if (stream !== undefined) return stream;
  const named = (data as { readonly supporterId?: unknown } | null)?.supporterId;
  return typeof named === 'string' ? named : undefined;
}
