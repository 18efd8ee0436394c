import type { RecordedEvent } from '@alongside/event-sourcing';
import { accessEntryOf, type AccessEntry } from '../domain/access-entries.js';
import { inOrder, relatedStreams, tellsOf } from '../domain/history.js';
import { accessStreams, categoryOf, journeyStreams } from '../domain/stream-names.js';

/** Events of whole streams in today's shape, sealed values sealed: `work.history` over HTTP, the log itself in a command line. */
export type ReadStreams = (streams: readonly string[]) => Promise<readonly RecordedEvent[]>;

export interface WholeHistory {
  /** Every event that tells of the journey, in the order of the log. */
  readonly events: readonly RecordedEvent[];
  /** The same, with what else stands in the streams of supporters: what a check of whole streams needs. */
  readonly streams: readonly RecordedEvent[];
}

/** The journey's five streams, the person's, and of supporters' what concerns this journey. Empty: there is no such journey. */
export async function readJourney(read: ReadStreams, journeyId: string): Promise<WholeHistory> {
  const own = await read(journeyStreams(journeyId));
  const streams = inOrder([...own, ...(await read(relatedStreams(own)))]);
  return { streams, events: streams.filter((event) => tellsOf(event, journeyId)) };
}

/** Every opening of the journey's records and of its person's, in the order of the log. */
export async function readAccess(read: ReadStreams, journeyId: string): Promise<readonly AccessEntry[]> {
  const persons = relatedStreams(await read([`referral-${journeyId}`]))
    .filter((stream) => categoryOf(stream) === 'person')
    .map((stream) => stream.slice('person-'.length));
  return inOrder(await read([journeyId, ...persons].flatMap(accessStreams))).map(accessEntryOf);
}
