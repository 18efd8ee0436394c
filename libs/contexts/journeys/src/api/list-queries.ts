import { addDays, endOf, journeyOutcomes } from '@alongside/contracts';
import type { Filter } from '@alongside/read-models';
import { DateOnly, Id, ListQuery, NotBefore, OneOf, query, type QueryRequest, type QueryRoute } from '@alongside/service';
import type { Journey } from '../domain/journey.js';
import { stages, type Stage } from '../domain/stage.js';
import { journeys } from '../read-models/journeys.js';
import { sites } from '../read-models/sites.js';

class JourneysQuery extends ListQuery {
  @Id({ optional: true })
  siteId?: string;

  @OneOf(stages, { optional: true, example: 'supported' })
  stage?: Stage;

  @OneOf(journeyOutcomes, { optional: true, says: 'Of closed journeys', example: 'completed' })
  outcome?: string;

  @DateOnly({ optional: true, says: 'Referrals that came on this day at the site, or later', example: '2026-01-01' })
  from?: string;

  @DateOnly({ optional: true, says: 'Referrals that came on this day at the site, or earlier', example: '2026-03-31' })
  @NotBefore('from')
  to?: string;
}

const within = (timeZone: string, from: string | undefined, to: string | undefined) => ({
  ...(from !== undefined && { gte: endOf(addDays(from, -1), timeZone) }),
  ...(to !== undefined && { lt: endOf(to, timeZone) }),
});

/** A period is of calendar dates at each journey's own site. */
async function inPeriod(request: QueryRequest<JourneysQuery>): Promise<readonly Filter<Journey>[]> {
  const { from, to } = request.query;
  if (from === undefined && to === undefined) return [];
  const zones = new Map<string, string[]>();
  for await (const { id, document } of request.read(sites).all({ organisationId: request.user.organisationId })) {
    zones.set(document.timeZone, [...(zones.get(document.timeZone) ?? []), id]);
  }
  return [{ anyOf: [...zones].map(([timeZone, ids]) => ({ siteId: { in: ids }, receivedAt: within(timeZone, from, to) })) }];
}

export const listQueries: readonly QueryRoute[] = [
  query<JourneysQuery>({
    path: '/api/journeys',
    says: 'Journeys with where they stand, the latest referral first, without names.',
    access: { roles: ['auditor'] },
    query: JourneysQuery,
    reads: [journeys, sites],
    answer: async (request) => {
      const { siteId, stage, outcome, limit, cursor } = request.query;
      const page = await request.read(journeys).find({
        organisationId: request.user.organisationId,
        where: {
          ...(siteId !== undefined && { siteId }),
          ...(stage !== undefined && { stage }),
          ...(outcome !== undefined && { outcome }),
          allOf: await inPeriod(request),
        },
        sort: { field: 'receivedAt', direction: 'descending' },
        ...(limit !== undefined && { limit }),
        ...(cursor !== undefined && { cursor }),
      });
      return { ...page, items: page.items.map(({ id, document: { organisationId: _own, ...journey } }) => ({ id, ...journey })) };
    },
    example: {
      items: [
        {
          id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
          siteId: 'c2b9e8d4-1f6a-4b0f-8d3c-7a5e9f1b2d44',
          stage: 'waiting',
          stageSince: '2026-03-10T15:00:00.000Z',
          purpose: 'peer-support',
          source: 'clinician',
          channel: 'online-form',
          receivedAt: '2026-03-02T10:00:00.000Z',
          relationships: 0,
          sessions: 0,
          goals: {},
          erased: false,
        },
      ],
    },
  }),
];
