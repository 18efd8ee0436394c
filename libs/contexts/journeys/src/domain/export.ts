import type { Aggregate, EventMetadata, RecordedEvent } from '@alongside/event-sourcing';
import { inOrder, tellsOf, type KnownEvents } from './history.js';
import { picture, type Journey } from './journey.js';
import { statesOf, type StreamState } from './past-state.js';
import { seenBy } from './restricted-sight.js';
import { categoryOf, contextOf, journeyStreams } from './stream-names.js';
import type { AccessEntry } from './access-entries.js';

export interface ExportedEvent {
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly context: string;
  readonly type: string;
  readonly says: string;
  readonly metadata: Omit<EventMetadata, 'bodyDigest'>;
  /** Absent for an event that a newer version of the program wrote. */
  readonly data?: RecordedEvent['data'];
}

export interface ExportedStream {
  readonly stream: string;
  readonly context: string;
  readonly events: number;
  /** Revision of the last event as it stands in the log. */
  readonly revision: number;
  /** Every revision from 0 to the last is there, once. Of a supporter's stream the file holds only what concerns this journey. */
  readonly whole: boolean;
}

/** One journey as a file of its own: what happened, how it stands, who looked, and whether it is whole. */
export interface JourneyExport {
  readonly format: 'alongside-journey';
  readonly formatVersion: 1;
  readonly id: string;
  readonly exportedAt: string;
  readonly exportedBy?: string;
  readonly journey: Journey | undefined;
  readonly checks: {
    /** Every one of the journey's streams is whole. */
    readonly streamsWhole: boolean;
    readonly positionsAscending: boolean;
    readonly eventIdsUnique: boolean;
    /** No event occurred after it was recorded. */
    readonly timesPossible: boolean;
    /** Of the same organisation throughout. */
    readonly oneOrganisation: boolean;
  };
  readonly streams: readonly ExportedStream[];
  readonly events: readonly ExportedEvent[];
  readonly state: readonly StreamState[];
  readonly accessRecords: readonly AccessEntry[];
}

export interface JourneyToExport {
  readonly journeyId: string;
  /** Whole streams: the journey's five and the related ones. */
  readonly events: readonly RecordedEvent[];
  readonly accessRecords: readonly AccessEntry[];
  readonly aggregates: readonly Aggregate[];
  readonly known: KnownEvents;
  /** RFC 3339. */
  readonly exportedAt: string;
  /** Whoever it is made for: never holds what they may not see. Absent: an operator of the whole system. */
  readonly readerId?: string;
}

/** Pure; personal values are as they are in the events: open the whole document, and what was erased reads `erased`. */
export function journeyExport({ journeyId, events, accessRecords, aggregates, known, exportedAt, readerId }: JourneyToExport): JourneyExport {
  const all = inOrder(events);
  const about = (readerId === undefined ? all : seenBy(readerId, all)).filter((event) => tellsOf(event, journeyId));
  const streams = [...new Set(all.map(({ stream }) => stream))].map((stream) => streamOf(stream, all)).filter(({ stream }) => about.some((event) => event.stream === stream));
  const positions = all.map(({ position }) => position);
  return {
    format: 'alongside-journey',
    formatVersion: 1,
    id: journeyId,
    exportedAt,
    ...(readerId !== undefined && { exportedBy: readerId }),
    journey: picture(about),
    checks: {
      streamsWhole: streams.every(({ whole }) => whole),
      positionsAscending: positions.every((position, index) => index === 0 || position > (positions[index - 1] ?? '')),
      eventIdsUnique: new Set(all.map(({ metadata }) => metadata.eventId)).size === all.length,
      timesPossible: about.every(({ metadata }) => Date.parse(metadata.occurredAt) <= Date.parse(metadata.recordedAt)),
      oneOrganisation: new Set(about.map(({ metadata }) => metadata.organisationId)).size <= 1,
    },
    streams,
    events: about.map((event) => exported(event, known)),
    state: statesOf(about, aggregates, [...journeyStreams(journeyId), ...streams.map(({ stream }) => stream).filter((stream) => categoryOf(stream) === 'person')]),
    accessRecords,
  };
}

function streamOf(stream: string, all: readonly RecordedEvent[]): ExportedStream {
  const revisions = all.filter((event) => event.stream === stream).map(({ revision }) => revision);
  return {
    stream,
    context: contextOf(stream),
    events: revisions.length,
    revision: revisions.at(-1) ?? -1,
    whole: revisions.every((revision, index) => revision === index),
  };
}

function exported(event: RecordedEvent, known: KnownEvents): ExportedEvent {
  const { bodyDigest: _keyed, ...metadata } = event.metadata;
  const definition = known.find(event);
  return {
    stream: event.stream,
    revision: event.revision,
    position: event.position,
    context: contextOf(event.stream),
    type: event.type,
    says: definition?.options.says ?? 'Written by a newer version.',
    metadata,
    ...(definition && { data: event.data }),
  };
}
