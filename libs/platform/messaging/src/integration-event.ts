import type { Static, TSchema } from 'typebox';

/**
 * An integration event: the published language of a context, versioned. It carries what others need and no more;
 * personal values travel sealed, exactly as in the log.
 */
export interface IntegrationEvent<Name extends string = string, Schema extends TSchema = TSchema> {
  /** The context that publishes it. */
  readonly context: string;
  readonly name: Name;
  readonly version: number;
  readonly says: string;
  readonly schema: Schema;
}

export function integrationEvent<Name extends string, Schema extends TSchema>(definition: IntegrationEvent<Name, Schema>): IntegrationEvent<Name, Schema> {
  return definition;
}

/** The data of an integration event. */
export type DataOf<Event> = Event extends IntegrationEvent<string, infer Schema> ? Static<Schema> : never;

/** A CloudEvents 1.0 message. One source event may be published as several messages. */
export interface Message<Data = unknown> {
  /** UUIDv5 of the source event and the name: a repeat has the same id. */
  readonly id: string;
  readonly context: string;
  readonly name: string;
  readonly version: number;
  /** journeyId, else supporterId, else organisationId: messages of one key keep their order. */
  readonly key: string;
  readonly organisationId: string;
  readonly siteId?: string;
  readonly journeyId?: string;
  /** RFC 3339: when it happened at the source, and when the source recorded it. */
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly correlationId: string;
  /** The source stream and the source event's revision in it: older state is ignored by it. */
  readonly source: { readonly stream: string; readonly revision: number; readonly eventId: string };
  readonly data: Data;
}
