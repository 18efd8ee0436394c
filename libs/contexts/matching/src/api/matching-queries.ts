import { daysBetween, dateIn, type DisclosedToSupporter } from '@alongside/contracts';
import { Refusal, refuse, type Opened } from '@alongside/event-sourcing';
import type { Filter } from '@alongside/read-models';
import { AfterQuery, Id, ListQuery, OneOf, query, type QueryRequest, type QueryRoute, type Work } from '@alongside/service';
import { recompute, type Considered } from '../domain/considered.js';
import { supporterAsTold } from '../domain/disclosure.js';
import { MatchProposed } from '../domain/matching-events.js';
import { answered, isExpired, type Matching, type Proposal } from '../domain/matching-state.js';
import { matchingAggregate } from '../domain/matching.js';
import type { SupporterProfile } from '../domain/profile.js';
import { suggest } from '../domain/suggest.js';
import type { Supporter } from '../domain/supporter-state.js';
import { supporterAggregate } from '../domain/supporter.js';
import { journeys, type JourneyDocument } from '../read-models/journeys.js';
import { supporters } from '../read-models/supporters.js';
import { answersFor } from './answer-link.js';
import { consider, type Considering } from './considering.js';
import { waitingLonger } from './competing.js';
import { timeZones } from './settings.js';
import { siteFilter } from './supporter-queries.js';

const coordinators = { roles: ['coordinator'] } as const;

class WaitingListQuery extends ListQuery {
  @Id({ optional: true, example: '00000000-0000-4000-8000-000000000011' })
  siteId?: string;

  @OneOf(['none', 'open', 'accepted'], { optional: true, says: 'Nothing proposed; proposed and not answered by both; accepted by both' })
  proposal?: 'none' | 'open' | 'accepted';
}

const proposalState = (proposal: Proposal | undefined): 'none' | 'open' | 'accepted' => (!proposal ? 'none' : answered(proposal) ? 'accepted' : 'open');

const shown = ({ expiresAt: _expiresAt, overrides, ...proposal }: Proposal) => ({ ...proposal, overridden: overrides.map(({ must }) => must), overrides });

async function nameOf(work: Work, supporterId: string): Promise<{ readonly supporterName?: unknown }> {
  const supporter = (await work.load<Supporter>(supporterAggregate, supporterId))?.state;
  return supporter === undefined || supporter.status === 'none' || supporter.name === undefined ? {} : { supporterName: supporter.name };
}

async function record(request: QueryRequest<AfterQuery, Matching>) {
  const journey = request.state;
  // Whatever was heard of it: matching begins with waiting.
  if (journey.status === 'none' || journey.status === 'heard') return undefined;
  const { status, siteId, personId, coordinatorId, knownAs, waitingSince, information, disclosure, agreementWithdrawn, connections, past, turnedDown, closedProposals, pastWaits } = journey;
  const withNames = <Each extends { readonly supporterId: string }>(list: readonly Each[]) => Promise.all(list.map(async (each) => ({ ...each, ...(await nameOf(request, each.supporterId)) })));
  return {
    id: request.params['id'],
    status,
    siteId,
    personId,
    coordinatorId,
    knownAs,
    waitingSince,
    information,
    disclosure,
    agreement: agreementWithdrawn ? 'withdrawn' : 'signed',
    connections: Object.entries(connections).map(([supporterId, connection]) => ({ supporterId, ...connection })),
    past: await withNames(past),
    turnedDown,
    closedProposals: await withNames(closedProposals),
    pastWaits,
    ...(status === 'waiting' && journey.proposal && { proposal: { ...shown(journey.proposal), ...(await nameOf(request, journey.proposal.supporterId)) } }),
    ...(status === 'introduced' && {
      relationship: {
        relationshipId: journey.relationshipId,
        supporterId: journey.supporterId,
        ...(await nameOf(request, journey.supporterId)),
        ...journey.introduction,
      },
    }),
    ...(status === 'over' && { reason: journey.reason }),
  };
}

/** Who a supporter is, for the coordinator who looks at suggestions. */
function named({ register, barriers }: Considering, supporterId: string) {
  const supporter = register.get(supporterId);
  if (!supporter) return {};
  const capacity = supporter.status === 'candidate' ? 0 : (supporter.capacity ?? 0);
  return {
    name: supporter.name,
    siteId: supporter.siteId,
    status: supporter.status,
    placesLeft: Math.max(0, capacity - Object.keys(supporter.places).length),
    ...(barriers.get(supporterId)?.length === 0 && { mayBeMatched: true }),
  };
}

async function suggestions(request: QueryRequest<AfterQuery, Matching>) {
  const journey = request.state;
  if (journey.status === 'none' || journey.status === 'heard') return undefined;
  if (journey.status !== 'waiting') throw new Refusal('not-waiting');
  const considering = await consider(request, journey, request.now);
  if (!considering) throw new Refusal('matching-information-missing');
  const { suggested, notSuggested } = suggest(considering.input);
  const longer = await waitingLonger(request, request.params['id'] ?? '', journey, considering, suggested);
  return {
    id: request.params['id'],
    at: considering.input.at,
    weights: considering.versions.weights,
    terms: considering.versions.terms,
    counts: { suggested: suggested.length, notSuggested: notSuggested.length },
    suggested: suggested.map((each, index) => ({
      rank: index + 1,
      ...named(considering, each.supporterId),
      ...each,
      ...(longer.has(each.supporterId) && { waitingLonger: longer.get(each.supporterId) }),
    })),
    notSuggested: notSuggested.map((each) => ({ ...named(considering, each.supporterId), ...each })),
  };
}

/** What stood before the coordinator at each proposal of a journey, and the same computed again from what was frozen. */
async function considered(request: QueryRequest<AfterQuery, Matching>) {
  const id = request.params['id'] ?? '';
  const events = await request.history([`matching-${id}`]);
  const items = await Promise.all(
    events
      .filter((event) => event.type === MatchProposed.type)
      .map(async ({ data, metadata }) => {
        const frozen = (await request.open(data['considered'])) as unknown as Opened<Considered>;
        const { best, weights, terms, counts, at } = frozen;
        const again = recompute(frozen);
        return {
          proposalId: data['proposalId'],
          supporterId: data['supporterId'],
          proposedAt: metadata.occurredAt,
          by: metadata.actor,
          overrides: data['overrides'],
          at,
          weights,
          terms: { version: terms.version },
          counts,
          best: best.map(({ supporterId, score, reasons, overridden }) => ({ supporterId, score, reasons, ...(overridden && { overridden }) })),
          ...(again && { computedAgain: again }),
        };
      }),
  );
  return { id, items };
}

/** What a mentee sees by their link. */
async function byLink(request: QueryRequest) {
  const link = answersFor(request, request.params['token'] ?? '');
  const journey = link && (await request.load<Matching>(matchingAggregate, link.journeyId))?.state;
  if (!link || journey?.status !== 'waiting') return undefined;
  // As whoever answers by it is told; nobody else has the link.
  if (isExpired(journey, link.proposalId, request.now)) refuse('proposal-expired');
  if (journey.proposal?.proposalId !== link.proposalId) return undefined;
  const { supporterId, answerBy, accepted } = journey.proposal;
  const supporter = (await request.load<Supporter>(supporterAggregate, supporterId))?.state;
  let told: DisclosedToSupporter = {};
  if (supporter !== undefined && supporter.status !== 'none' && supporter.status !== 'candidate' && supporter.profile !== undefined) {
    const opened = await request.open({ profile: supporter.profile, name: supporter.name, email: supporter.email, telephone: supporter.telephone });
    const { profile, ...contact } = opened as { readonly profile: SupporterProfile | 'erased'; readonly name?: string; readonly email?: string; readonly telephone?: string };
    if (profile !== 'erased') told = supporterAsTold(profile, accepted.mentee !== undefined, contact);
  }
  return { answerBy, answered: accepted.mentee !== undefined, answers: ['accepted', 'turned-down'], supporter: told };
}

export const matchingQueries: readonly QueryRoute[] = [
  query<WaitingListQuery>({
    path: '/api/matching/waiting-list',
    says: 'Who waits for a match, the longest first.',
    access: coordinators,
    query: WaitingListQuery,
    reads: [journeys],
    answer: async (request) => {
      const { organisationId } = request.user;
      const { limit, cursor, proposal } = request.query;
      const zoneOf = await timeZones(request, organisationId);
      const where: Filter<JourneyDocument> = {
        status: 'waiting',
        ...siteFilter(request),
        ...(proposal === 'none' && { askedSupporterId: { exists: false } }),
        ...((proposal === 'open' || proposal === 'accepted') && { askedSupporterId: { exists: true } }),
      };
      const page = await request.read(journeys).find({
        organisationId,
        where,
        sort: { field: 'waitingSince' },
        ...(limit !== undefined && { limit }),
        ...(cursor !== undefined && { cursor }),
      });
      const items = page.items.flatMap(({ id, document: { journey } }) => {
        if (journey.status !== 'waiting') return [];
        const { siteId, knownAs, coordinatorId, waitingSince, past, agreementWithdrawn } = journey;
        const state = proposalState(journey.proposal);
        if ((proposal === 'open' || proposal === 'accepted') && state !== proposal) return [];
        const zone = zoneOf(siteId);
        return [
          {
            journeyId: id,
            siteId,
            knownAs,
            coordinatorId,
            waitingSince,
            daysWaiting: daysBetween(dateIn(zone, waitingSince), dateIn(zone, request.now)),
            matchedBefore: past.length > 0,
            ...(agreementWithdrawn && { agreement: 'withdrawn' }),
            ready: journey.information !== undefined && !agreementWithdrawn,
            proposal: state,
            ...(journey.proposal && { supporterId: journey.proposal.supporterId, answerBy: journey.proposal.answerBy }),
          },
        ];
      });
      return { items, ...(page.next !== undefined && { next: page.next }) };
    },
  }),
  query<AfterQuery, Matching>({
    path: '/api/matching/:id',
    says: 'A mentee in matching: what a good match needs, the proposal, the relationship with its first meeting, matches, proposals and waits before; with what was noted and given as a reason.',
    access: coordinators,
    query: AfterQuery,
    reads: [journeys],
    record: { aggregate: matchingAggregate, what: 'matching' },
    answer: record,
  }),
  query<AfterQuery, Matching>({
    path: '/api/matching/:id/suggestions',
    says: 'Every supporter of the organisation, suggested with reasons or not suggested with every reason why not.',
    access: coordinators,
    query: AfterQuery,
    reads: [journeys, supporters],
    record: { aggregate: matchingAggregate, what: 'suggestions' },
    answer: suggestions,
  }),
  query<AfterQuery, Matching>({
    path: '/api/matching/:id/considered',
    says: 'What was considered at each proposal, as it was frozen, and the same computed again from it.',
    access: { roles: ['coordinator', 'auditor'] },
    query: AfterQuery,
    reads: [journeys],
    record: { aggregate: matchingAggregate, what: 'considered' },
    answer: considered,
  }),
  query({
    path: '/api/matching/responses/:token',
    says: 'What a mentee is told of the proposed supporter, by their own link; 409 `proposal-expired` once the date for an answer has passed.',
    access: { roles: 'public' },
    reads: [journeys],
    answer: byLink,
  }),
];

