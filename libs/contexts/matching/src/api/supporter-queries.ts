import { addMonths, dateIn, type Disclosure, type MatchingInformation, type SafeContact } from '@alongside/contracts';
import type { Filter } from '@alongside/read-models';
import { AfterQuery, Id, ListQuery, OneOf, Text, query, type QueryRequest, type QueryRoute, type Work } from '@alongside/service';
import { menteeAsTold } from '../domain/disclosure.js';
import { barriersTo, supervisionDueOn, type Requirements } from '../domain/eligibility.js';
import { liveRelationships, standingOf, type KnownSupporter, type Supporter } from '../domain/supporter-state.js';
import { supporterAggregate } from '../domain/supporter.js';
import { journeys, type JourneyDocument } from '../read-models/journeys.js';
import { supporters, type SupporterDocument } from '../read-models/supporters.js';
import { requiredOf, timeZones } from './settings.js';

class SupportersQuery extends ListQuery {
  @Text({ optional: true, says: 'A part of a name', example: 'Ros' })
  search?: string;

  @Id({ optional: true, example: '00000000-0000-4000-8000-000000000011' })
  siteId?: string;

  @OneOf(['candidate', 'active', 'paused', 'retiring', 'retired'], { optional: true })
  status?: KnownSupporter['status'];
}

/** How a supporter stands today: what they have, until when it holds, what is in the way of a match. */
function standingToday(supporter: KnownSupporter, required: Requirements, timeZone: string, now: string) {
  const today = dateIn(timeZone, now);
  const standing = standingOf(supporter, timeZone);
  const months = new Map([...required.requirements.trainings, ...required.requirements.checks].map((each) => [each.code, each.validMonths]));
  const until = (code: string, from: string, stated?: string): string | undefined => {
    const valid = months.get(code);
    return [stated, valid === undefined ? undefined : addMonths(from, valid)].filter((each) => each !== undefined).sort()[0];
  };
  const expiring = (expiresOn: string | undefined): object => (expiresOn === undefined ? {} : { expiresOn });
  const barriers = barriersTo(standing, required, today);
  return {
    mayBeMatched: barriers.length === 0,
    barriers,
    capacity: standing.capacity,
    placesTaken: standing.placesTaken,
    placesLeft: Math.max(0, standing.capacity - standing.placesTaken),
    trainings: supporter.trainings.map((each) => ({ ...each, ...expiring(until(each.training, each.completedOn)) })),
    checks: supporter.checks.map((each) => ({ ...each, ...expiring(until(each.check, each.checkedOn, each.expiresOn)) })),
    recovery: supporter.recovery === undefined ? { confirmed: false } : { confirmed: true, confirmedOn: supporter.recovery.confirmedOn },
    ...(supporter.agreement && { agreement: supporter.agreement }),
    supervisionDueOn: supervisionDueOn(standing, required.supervisionWeeks),
  };
}

/** What staff wrote down about them for one another: why, and what they noted. Not for the supporter, whom a worry may be about. */
function notesOfStaff(supporter: KnownSupporter) {
  const { recovery, recoveryWithdrawnAt, recoveryWithdrawnBecause, leavingSince, leavingBecause, erasure } = supporter;
  return {
    ...(recovery?.note !== undefined && { recoveryNote: recovery.note }),
    ...(recovery === undefined && recoveryWithdrawnAt !== undefined && { recoveryWithdrawn: { at: recoveryWithdrawnAt, reason: recoveryWithdrawnBecause } }),
    ...(supporter.status === 'paused' && { pause: { since: supporter.pausedAt, reviewOn: supporter.reviewOn, reason: supporter.pausedBecause } }),
    ...(leavingSince !== undefined && { leaving: { since: leavingSince, reason: leavingBecause } }),
    ...(erasure && { erasure }),
  };
}

async function whole(work: Work, supporterId: string, supporter: KnownSupporter, byStaff: boolean) {
  const [required, zoneOf] = await Promise.all([requiredOf(work, supporter.organisationId), timeZones(work, supporter.organisationId)]);
  const { siteId, status, name, email, telephone, registeredAt, supervisorId, fromJourneyId, erasedAt } = supporter;
  return {
    id: supporterId,
    siteId,
    status,
    name,
    email,
    telephone,
    registeredAt,
    supervisorId,
    fromJourneyId,
    ...(erasedAt !== undefined && { erasedAt }),
    ...(status === 'paused' && { reviewOn: supporter.reviewOn }),
    ...(status !== 'candidate' && { profile: supporter.profile }),
    ...standingToday(supporter, required, zoneOf(siteId), work.now),
    liveRelationships: liveRelationships(supporter),
    ...(byStaff && { notes: notesOfStaff(supporter) }),
  };
}

/** A proposal as the supporter who is asked may see it: what the mentee allowed, before and after their own acceptance. */
async function proposalTo(work: Work, journeyId: string, { journey }: JourneyDocument) {
  if (journey.status !== 'waiting' || !journey.proposal) return undefined;
  const { proposalId, proposedAt, answerBy, accepted } = journey.proposal;
  const told = (await work.open({ information: journey.information, disclosure: journey.disclosure, knownAs: journey.knownAs, safeContact: journey.safeContact })) as {
    readonly information?: MatchingInformation | 'erased';
    readonly disclosure?: Disclosure | 'erased';
    readonly knownAs?: string;
    readonly safeContact?: SafeContact | 'erased';
  };
  const { information, disclosure, safeContact } = told;
  const readable = information !== undefined && information !== 'erased' && disclosure !== undefined && disclosure !== 'erased';
  const more = { knownAs: told.knownAs, safeContact: safeContact === 'erased' ? undefined : safeContact };
  return {
    journeyId,
    proposalId,
    proposedAt,
    answerBy,
    answered: accepted.supporter !== undefined,
    mentee: readable ? menteeAsTold(information, disclosure, accepted.supporter !== undefined, more) : {},
  };
}

/** Open proposals to a supporter, the one that is due first at the top. */
async function proposalsTo(work: Work, organisationId: string, supporterId: string) {
  const found = [];
  for await (const { id, document } of work.read(journeys).all({ organisationId, where: { askedSupporterId: supporterId } })) found.push(await proposalTo(work, id, document));
  return found.filter((each) => each !== undefined).sort((left, right) => (left.answerBy < right.answerBy ? -1 : left.answerBy > right.answerBy ? 1 : left.journeyId < right.journeyId ? -1 : 1));
}

/** Sites of which a list may show something; with one named, that one alone, where it is the reader's. */
export function siteFilter(request: QueryRequest<{ readonly siteId?: string }>): { readonly siteId?: string | { readonly in: readonly string[] } } {
  const sites = request.sites();
  const { siteId } = request.query;
  if (sites === 'all') return siteId === undefined ? {} : { siteId };
  return { siteId: { in: siteId === undefined ? sites : sites.filter((each) => each === siteId) } };
}

export const supporterQueries: readonly QueryRoute[] = [
  query<SupportersQuery>({
    path: '/api/supporters',
    says: 'The register of peer supporters, of the sites of the reader.',
    access: { roles: ['coordinator'] },
    query: SupportersQuery,
    reads: [supporters],
    answer: async (request) => {
      const { organisationId } = request.user;
      const { search, status, limit, cursor } = request.query;
      const where: Filter<SupporterDocument> = { ...siteFilter(request), ...(status !== undefined && { status }) };
      const [required, zoneOf] = await Promise.all([requiredOf(request, organisationId), timeZones(request, organisationId)]);
      const page = await request.read(supporters).find({
        organisationId,
        where,
        ...(search !== undefined && { search: { field: 'name', text: search } }),
        ...(limit !== undefined && { limit }),
        ...(cursor !== undefined && { cursor }),
      });
      const items = page.items.map(({ id, document: { supporter } }) => {
        const { mayBeMatched, barriers, capacity, placesTaken, placesLeft } = standingToday(supporter, required, zoneOf(supporter.siteId), request.now);
        return { id, siteId: supporter.siteId, status: supporter.status, name: supporter.name, capacity, placesTaken, placesLeft, mayBeMatched, barriers };
      });
      return { items, ...(page.next !== undefined && { next: page.next }) };
    },
  }),
  query<AfterQuery>({
    path: '/api/supporters/me',
    says: "A supporter's own profile, training and standing, and the proposals that are theirs to answer.",
    access: { roles: ['supporter'] },
    query: AfterQuery,
    answer: async (request) => {
      const { id, organisationId } = request.user;
      const supporter = (await request.load<Supporter>(supporterAggregate, id))?.state;
      if (supporter === undefined || supporter.status === 'none' || supporter.organisationId !== organisationId) return undefined;
      return { ...(await whole(request, id, supporter, false)), proposals: await proposalsTo(request, organisationId, id) };
    },
  }),
  query<AfterQuery, Supporter>({
    path: '/api/supporters/:id',
    says: 'A peer supporter, with profile, standing, places and live relationships; to staff also with `notes`: the reasons that were given, and what was noted.',
    access: { roles: ['coordinator', 'supervisor', 'supporter'] },
    query: AfterQuery,
    reads: [supporters],
    record: { aggregate: supporterAggregate, what: 'supporter' },
    answer: async (request) => (request.state.status === 'none' ? undefined : whole(request, request.params['id'] ?? '', request.state, request.as.some((role) => role !== 'supporter'))),
  }),
];
