import { positionPattern } from '@alongside/event-store';
import type { Aggregate } from '@alongside/event-sourcing';
import { AfterQuery, Instant, OneOf, Text, WholeNumber, query, type QueryRequest, type QueryRoute } from '@alongside/service';
import { journeyExport } from '../domain/export.js';
import { KnownEvents, entryOf, upTo, type Clock } from '../domain/history.js';
import { picture } from '../domain/journey.js';
import { statesOf } from '../domain/past-state.js';
import { seenBy } from '../domain/restricted-sight.js';
import { journeyStreams } from '../domain/stream-names.js';
import { people } from '../read-models/people.js';
import { namesOf, withName } from './names.js';
import { pageOf } from './paging.js';
import { readAccess, readJourney } from './read-history.js';

const clocks = ['recorded', 'occurred'] as const satisfies readonly Clock[];

class HistoryQuery extends AfterQuery {
  @WholeNumber({ optional: true, min: 1, max: 100, says: 'Items a page, 50 unless told otherwise', example: 20 })
  limit?: number;

  // Of a position, and checked with the other fields: what is refused opens no record.
  @Text({ optional: true, pattern: positionPattern, says: '`next` of the page before', example: '0000000000000042' })
  cursor?: string;
}

class TimelineQuery extends HistoryQuery {
  @Instant({ optional: true, says: 'Shows what was there by this moment', example: '2026-03-16T14:30:00.000Z' })
  asOf?: string;

  @OneOf(clocks, { optional: true, says: '`recorded`: written down by then; `occurred`: had happened by then. Default: recorded', example: 'recorded' })
  by?: Clock;
}

class PastStateQuery extends AfterQuery {
  @Instant({ optional: true, says: 'The moment; absent: now', example: '2026-03-16T14:30:00.000Z' })
  asOf?: string;

  @OneOf(clocks, { optional: true, says: '`recorded`: what was written down by then; `occurred`: what had happened by then. Default: recorded', example: 'recorded' })
  by?: Clock;
}

const journeyIdOf = (request: QueryRequest): string => request.params['id'] ?? '';

const exampleEntry = {
  position: '0000000000000042',
  stream: 'assessment-7c9e6679-7425-40de-944b-e07fc1f90ae7',
  revision: 6,
  context: 'assessment',
  type: 'FoundSuitable',
  says: 'Peer support fits now: the mentee waits for a match and a baseline can be taken.',
  eventId: '3f0c1d1e-6d0c-4b43-9b58-0c9f5a1f7c11',
  occurredAt: '2026-03-10T15:00:00.000Z',
  recordedAt: '2026-03-12T09:05:11.000Z',
  actor: { id: '8b1c5a0e-7e3f-4d43-8a53-1f0a6f5d2c22', role: 'coordinator', name: 'Ade Bright' },
  siteId: 'c2b9e8d4-1f6a-4b0f-8d3c-7a5e9f1b2d44',
  schemaVersion: 1,
  data: { personId: '5d5d9c2b-3a71-4c11-9a51-2b7f0f4c9d33', beganAt: '2026-03-02T10:00:00.000Z' },
};

/** What an auditor reads of one journey. Each is an opening of the record and stands in the access records itself. */
export function historyQueries(aggregates: readonly Aggregate[]): readonly QueryRoute[] {
  const referral = aggregates.find(({ category }) => category === 'referral');
  if (!referral) throw new Error('journeys needs the aggregate of the category referral: a journey begins with it');
  const known = new KnownEvents(aggregates);
  const access = { roles: ['auditor'] } as const;
  const record = (what: string) => ({ record: { aggregate: referral, what } });
  // What shows the access records shows this opening, too: the answer is made once it is written.
  const recordWithItself = (what: string) => ({ record: { aggregate: referral, what, opened: async () => undefined } });
  const seen = async (request: QueryRequest) => seenBy(request.user.id, (await readJourney(request.history, journeyIdOf(request))).events);

  return [
    query<TimelineQuery>({
      path: '/api/journeys/:id/timeline',
      says: 'A journey across every context, in the order of the log: who, what, when it happened, when it was recorded.',
      access,
      query: TimelineQuery,
      ...record('timeline'),
      reads: [people],
      answer: async (request) => {
        const { asOf, by, limit, cursor } = request.query;
        const page = pageOf(upTo(await seen(request), asOf, by), { limit, cursor });
        const names = await namesOf(request, page.items.map(({ metadata }) => metadata.actor.id));
        const items = page.items.map((event) => {
          const entry = entryOf(event, known);
          return { ...entry, actor: withName(entry.actor, names) };
        });
        return { ...page, items };
      },
      example: { items: [exampleEntry], next: '0000000000000042' },
    }),
    query<PastStateQuery>({
      path: '/api/journeys/:id/state',
      says: 'A journey as it was at any past moment: each stream folded from what was recorded (or had occurred) by then.',
      access,
      query: PastStateQuery,
      ...record('past-state'),
      reads: [],
      answer: async (request) => {
        const { asOf = request.now, by = 'recorded' } = request.query;
        const id = journeyIdOf(request);
        const events = upTo(await seen(request), asOf, by);
        const streams = [...journeyStreams(id), ...new Set(events.map(({ stream }) => stream).filter((stream) => stream.startsWith('person-')))];
        const last = events.at(-1);
        return { id, asOf, by, events: events.length, ...(last && { position: last.position }), journey: picture(events) ?? null, streams: statesOf(events, aggregates, streams) };
      },
    }),
    query<HistoryQuery>({
      path: '/api/journeys/:id/access-records',
      says: 'Who opened a record of the journey or of its person, in any context: when, what and why, the latest first.',
      access,
      query: HistoryQuery,
      ...recordWithItself('access-records'),
      reads: [people],
      answer: async (request) => {
        const { limit, cursor } = request.query;
        const page = pageOf(await readAccess(request.history, journeyIdOf(request)), { limit, cursor, latestFirst: true });
        const names = await namesOf(request, page.items.map(({ reader }) => reader.id));
        return { ...page, items: page.items.map((entry) => ({ ...entry, reader: withName(entry.reader, names) })) };
      },
    }),
    query({
      path: '/api/journeys/:id/export',
      says: 'A whole journey as one document: events, how it stands, access records, and checks that nothing is missing.',
      access,
      ...recordWithItself('export'),
      reads: [],
      answer: async (request) => {
        const journeyId = journeyIdOf(request);
        const { streams } = await readJourney(request.history, journeyId);
        const accessRecords = await readAccess(request.history, journeyId);
        return journeyExport({ journeyId, events: streams, accessRecords, aggregates, known, exportedAt: request.now, readerId: request.user.id });
      },
    }),
  ];
}
