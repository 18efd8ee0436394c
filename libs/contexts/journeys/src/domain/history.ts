import type { Actor, Aggregate, AnyEventDefinition, Json, JsonObject, RecordedEvent } from '@alongside/event-sourcing';
import { categoryOf, contextOf } from './stream-names.js';

/** Every event that a stream may hold, by category and type: two contexts may call an event alike. */
export class KnownEvents {
  readonly #definitions: ReadonlyMap<string, AnyEventDefinition>;

  constructor(aggregates: readonly Aggregate[]) {
    this.#definitions = new Map(aggregates.flatMap(({ category, events }) => events.map((each) => [`${category} ${each.type}`, each] as const)));
  }

  /** Undefined for a type, or a version of it, that a newer program wrote. */
  find(event: RecordedEvent): AnyEventDefinition | undefined {
    const definition = this.#definitions.get(`${categoryOf(event.stream)} ${event.type}`);
    return definition && event.metadata.schemaVersion <= definition.version ? definition : undefined;
  }

  has(category: string, type: string): boolean {
    return this.#definitions.has(`${category} ${type}`);
  }
}

/** `recorded`: what was written down by then, however long before it happened. `occurred`: what had happened by then, whenever it was written down. */
export type Clock = 'recorded' | 'occurred';

/** Events up to a moment (RFC 3339, inclusive). Absent: all. */
export function upTo(events: readonly RecordedEvent[], asOf: string | undefined, by: Clock = 'recorded'): readonly RecordedEvent[] {
  if (asOf === undefined) return events;
  const moment = Date.parse(asOf);
  return events.filter(({ metadata }) => Date.parse(by === 'recorded' ? metadata.recordedAt : metadata.occurredAt) <= moment);
}

/** Global positions are fixed-width: their order is that of the log. */
export function inOrder(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  return [...events].sort((one, other) => (one.position < other.position ? -1 : one.position > other.position ? 1 : one.revision - other.revision));
}

export interface TimelineEntry {
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  readonly context: string;
  readonly type: string;
  /** The event in one sentence. */
  readonly says: string;
  readonly eventId: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly siteId?: string;
  /** The version of the shape in which `data` is shown. */
  readonly schemaVersion: number;
  /** Absent where `unknown`. */
  readonly data?: JsonObject;
  /** Written by a newer version of the program than this one: what its fields mean, and which are personal, is not known here. */
  readonly unknown?: true;
}

/** One event as the timeline shows it; personal values stay sealed until the answer is opened. */
export function entryOf(event: RecordedEvent, known: KnownEvents): TimelineEntry {
  const definition = known.find(event);
  const { eventId, occurredAt, recordedAt, actor, siteId, schemaVersion } = event.metadata;
  return {
    position: event.position,
    stream: event.stream,
    revision: event.revision,
    context: contextOf(event.stream),
    type: event.type,
    says: definition?.options.says ?? 'Written by a newer version.',
    eventId,
    occurredAt,
    recordedAt,
    actor,
    ...(siteId !== undefined && { siteId }),
    schemaVersion,
    ...(definition ? { data: event.data } : { unknown: true as const }),
  };
}

const texts = (events: readonly RecordedEvent[], ...fields: readonly string[]): readonly string[] => [
  ...new Set(events.flatMap(({ data }) => fields.map((field) => data[field])).filter((value): value is string & Json => typeof value === 'string')),
];

const namesPerson: ReadonlySet<string> = new Set(['ReferralReceived', 'ReferralLinkedToPerson', 'ReferralUnlinkedFromPerson', 'PastReferralLinkedToPerson', 'PastReferralUnlinkedFromPerson']);

/**
 * Streams beside the five that tell of the journey: the person's, whole, and those of supporters whom it names, of which
 * `tellsOf` picks the few events about this journey.
 */
export function relatedStreams(events: readonly RecordedEvent[]): readonly string[] {
  const referral = events.filter(({ stream }) => categoryOf(stream) === 'referral');
  // A possible duplicate names a person, too: somebody else, until the two are linked.
  const persons = texts(referral.filter(({ type }) => namesPerson.has(type)), 'personId');
  return [...persons.map((id) => `person-${id}`), ...texts(events, 'supporterId').map((id) => `supporter-${id}`)];
}

/** Whether an event of a related stream belongs to the history of the journey. */
export function tellsOf(event: RecordedEvent, journeyId: string): boolean {
  return categoryOf(event.stream) !== 'supporter' || event.data['journeyId'] === journeyId;
}
