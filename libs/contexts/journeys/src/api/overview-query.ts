import { AfterQuery, DateOnly, Id, NotBefore, query, type QueryRequest, type QueryRoute } from '@alongside/service';
import { overviewOf } from '../overview/overview.js';
import type { Reckoning, SiteReckoning } from '../overview/tally.js';
import { journeys } from '../read-models/journeys.js';
import { sites } from '../read-models/sites.js';
import { standards } from '../read-models/standards.js';

class OverviewQuery extends AfterQuery {
  @Id({ optional: true })
  siteId?: string;

  @DateOnly({ optional: true, says: 'Referrals that came on this day at the site, or later', example: '2026-01-01' })
  from?: string;

  @DateOnly({ optional: true, says: 'Referrals that came on this day at the site, or earlier', example: '2026-03-31' })
  @NotBefore('from')
  to?: string;
}

/** Of a site that is not known yet: every day counts. */
const anySite: SiteReckoning = { timeZone: 'UTC', workingDays: [], holidays: [] };

async function reckoningOf(request: QueryRequest): Promise<Reckoning> {
  const { organisationId } = request.user;
  const known = new Map<string, SiteReckoning>();
  for await (const { id, document } of request.read(sites).all({ organisationId })) known.set(id, document);
  return { now: request.now, siteOf: (siteId) => known.get(siteId) ?? anySite, standards: await request.read(standards).get(organisationId) };
}

/** Whoever may open every journey behind the figures is kept from none of them: auditors, and coordinators of all that is asked for. */
function mayOpenAll(request: QueryRequest, siteId: string | undefined): boolean {
  const sites = request.sites('coordinator');
  return request.user.grants.some(({ role }) => role === 'auditor') || sites === 'all' || (siteId !== undefined && sites.includes(siteId));
}

/** For analysts, and without identities: counts, days and shares of the whole organisation. */
export const overviewQuery = (smallest: number): QueryRoute =>
  query<OverviewQuery>({
    path: '/api/overview',
    says: 'Counts at every stage, days from referral on (median and quartiles), share within the standards, outcomes of goals, by site and month. Of a site, a month or a filter of fewer people than `smallestShown` nothing is told (`null`), nor of what would tell of them beside another answer.',
    access: { roles: ['analyst'] },
    query: OverviewQuery,
    reads: [journeys, sites, standards],
    answer: async (request) => {
      const { siteId, from, to } = request.query;
      const filter = { ...(siteId !== undefined && { siteId }), ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      const all = request.read(journeys).all({ organisationId: request.user.organisationId });
      return { ...filter, ...(await overviewOf(all, filter, await reckoningOf(request), mayOpenAll(request, siteId) ? 1 : smallest)) };
    },
  });
