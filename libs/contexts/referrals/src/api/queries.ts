import { organisations } from '@alongside/contracts';
import { erased } from '@alongside/event-sourcing';
import type { Condition, Filter } from '@alongside/read-models';
import { DateOnly, Id, ListQuery, OneOf, Text, YesNo, pageOf, query, type QueryRequest, type QueryRoute } from '@alongside/service';
import { journeysOf } from '../domain/person.js';
import { referralAggregate } from '../domain/referral.js';
import { siteFormAggregate } from '../domain/site-form.js';
import { referrerStatus, stageOf } from '../domain/standing.js';
import { answersOf, type Journey, type Referral } from '../domain/state.js';
import { purposes, sources, type Source } from '../domain/words.js';
import { personOf } from '../reactions/erasure.js';
import { referrals, type ReferralDocument } from '../read-models/referrals.js';
import { offersOf, worklistOf, type SiteNow, type WorklistItem } from '../read-models/worklist.js';
import { exampleRecord } from './example-record.js';
import { publicFormPath } from './intake.js';
import { reducedView, wholeView } from './referral-view.js';
import { current, journeyOf } from './request.js';
import { formInForce, formOf, siteOf, standardsOf, timeZoneOf } from './settings.js';

const statuses = ['received', 'deferred', 'accepted', 'ended', 'closed'] as const satisfies readonly Journey['status'][];

class ReferralsQuery extends ListQuery {
  @Text({ optional: true, says: 'A part of a name', example: 'Rob' })
  search?: string;

  @Id({ optional: true, says: 'Only of this site', example: '00000000-0000-4000-8000-000000000002' })
  siteId?: string;

  @OneOf(statuses, { optional: true })
  status?: Journey['status'];

  @OneOf(sources, { optional: true })
  source?: Source;

  @YesNo({ optional: true, says: 'Those that left for another site, in the reduced view', example: false })
  moved?: boolean;
}

class WorklistQuery extends ListQuery {
  @DateOnly({ optional: true, says: 'What falls due until that day; default: today', example: '2026-03-16' })
  dueBy?: string;

  @Id({ optional: true, says: 'Only of this site', example: '00000000-0000-4000-8000-000000000002' })
  siteId?: string;
}

/** The reader's sites, narrowed to the one asked for. */
function sitesOf(request: QueryRequest, siteId: string | undefined): readonly string[] | 'all' {
  const own = request.sites('coordinator');
  if (siteId === undefined) return own;
  return own === 'all' || own.includes(siteId) ? [siteId] : [];
}

const among = (sites: readonly string[] | 'all'): { readonly siteId?: Condition } => (sites === 'all' ? {} : { siteId: { in: sites } });

function listed(id: string, document: ReferralDocument) {
  const { name, knownAs, siteId, personId, status, source, channel, purpose, receivedAt, coordinatorId, ending, outcome } = document;
  return { id, name: document.erased ? erased : name, knownAs, siteId, personId, status, stage: stageOf(document), source, channel, purpose, receivedAt, coordinatorId, outcome: outcome ?? ending };
}

/** What a site that a journey has left may see of it in a list. */
function listedReduced(id: string, document: ReferralDocument) {
  const { siteId, status, receivedAt, ending, outcome } = document;
  return { id, siteId, status, stage: stageOf(document), receivedAt, outcome: outcome ?? ending };
}

async function list(request: QueryRequest<ReferralsQuery>) {
  const { search, siteId, status, source, moved, limit, cursor } = request.query;
  const sites = sitesOf(request, siteId);
  const { organisationId } = request.user;
  if (sites !== 'all' && sites.length === 0) return { items: [] };
  // Who left for another site is not found by name there any more; and to somebody of every site nobody has left.
  if (moved && (search !== undefined || sites === 'all')) return { items: [] };
  const filters = { ...(status !== undefined && { status }), ...(source !== undefined && { source }) };
  const where: Filter<ReferralDocument> = moved && sites !== 'all' ? { ...filters, ...movedFrom(sites) } : { ...filters, ...among(sites) };
  const page = await request.read(referrals).find({
    organisationId,
    where,
    sort: { field: 'receivedAt', direction: 'descending' },
    ...(search !== undefined && { search: { field: 'name', text: search } }),
    ...(limit !== undefined && { limit }),
    ...(cursor !== undefined && { cursor }),
  });
  const items = page.items.map(({ id, document }) => (moved ? listedReduced(id, document) : listed(id, document)));
  return { items, ...(page.next !== undefined && { next: page.next }) };
}

function movedFrom(sites: readonly string[]): Filter<ReferralDocument> {
  return { allOf: [{ anyOf: sites.map((siteId) => ({ formerSiteIds: { contains: siteId } })) }, ...sites.map((siteId) => ({ siteId: { not: siteId } }))] };
}

async function siteNow(request: QueryRequest<WorklistQuery>, siteId: string): Promise<SiteNow> {
  const { organisationId } = request.user;
  const site = await siteOf(request, organisationId, siteId);
  const staff = await request.settings(organisations.StaffMemberChanged, organisationId);
  const { dueBy } = request.query;
  return {
    timeZone: timeZoneOf(site),
    calendar: { workingDays: site?.workingDays ?? [], holidays: site?.holidays ?? [] },
    standards: await standardsOf(request, organisationId),
    now: request.now,
    ...(dueBy !== undefined && { dueBy }),
    isCoordinator: (staffId) => {
      const member = staff.get(staffId);
      return member?.status === 'active' && member.grants.some(({ role, sites }) => role === 'coordinator' && (sites === 'all' || sites.includes(siteId)));
    },
  };
}

async function worklist(request: QueryRequest<WorklistQuery>) {
  const sites = sitesOf(request, request.query.siteId);
  const { organisationId } = request.user;
  const nows = new Map<string, SiteNow>();
  const at = async (siteId: string): Promise<SiteNow> => {
    const known = nows.get(siteId) ?? (await siteNow(request, siteId));
    nows.set(siteId, known);
    return known;
  };
  const documents = request.read(referrals);
  const items: WorklistItem[] = [];
  if (sites === 'all' || sites.length > 0) {
    for await (const { id, document } of documents.all({ organisationId, where: { status: { in: ['received', 'deferred', 'accepted'] }, ...among(sites) } })) {
      items.push(...worklistOf(id, document, await at(document.siteId)));
    }
    const offered: Filter<ReferralDocument> = { offeredTo: sites === 'all' ? { exists: true } : { in: sites } };
    for await (const { id, document } of documents.all({ organisationId, where: offered })) {
      items.push(...offersOf(id, document, await at(document.offeredTo ?? document.siteId)));
    }
  }
  const byKind: Record<string, number> = {};
  for (const { kind } of items) byKind[kind] = (byKind[kind] ?? 0) + 1;
  const page = pageOf(items, ({ dueOn, journeyId, kind }) => `${dueOn}|${journeyId}|${kind}`, request.query);
  return { items: page.items, counts: { items: items.length, byKind }, ...(page.next !== undefined && { next: page.next }) };
}

/** Holders, those who are offered it, and those whom it has left: these see a reduced view. */
const everyoneConcerned = {
  roles: ['coordinator'] as const,
  sites: (state: Referral) => (state.status === 'none' ? [] : [state.siteId, ...(state.transfer ? [state.transfer.toSiteId] : []), ...state.formerSiteIds]),
};
const holders = {
  roles: ['coordinator'] as const,
  sites: (state: Referral) => (state.status === 'none' ? [] : [state.siteId, ...(state.transfer ? [state.transfer.toSiteId] : [])]),
};

const holds = (request: QueryRequest, { siteId, transfer }: Journey): boolean => {
  const own = request.sites('coordinator');
  return own === 'all' || own.includes(siteId) || (transfer !== undefined && own.includes(transfer.toSiteId));
};

async function duplicatesOf(request: QueryRequest<object, Referral>) {
  const journey = current(request.state);
  const items = await Promise.all(
    Object.entries(journey.duplicates).map(async ([personId, duplicate]) => ({
      personId,
      status: duplicate.status,
      likenesses: duplicate.likenesses,
      ...(duplicate.dismissal && { dismissal: duplicate.dismissal }),
      journeys: await Promise.all(duplicate.journeys.map(({ journeyId }) => duplicateJourney(request, journeyId))),
    })),
  );
  return { id: request.params['id'], items };
}

/** A journey of the reader's sites by what is needed to decide; of another site only by that site's name. */
async function duplicateJourney(request: QueryRequest, journeyId: string) {
  const other = await journeyOf(request, journeyId);
  if (!other) return {};
  const siteName = (await siteOf(request, other.organisationId, other.siteId))?.name;
  if (!holds(request, other)) return { siteName };
  await request.opens(referralAggregate, journeyId, 'duplicates');
  const { name, 'date-of-birth': dateOfBirth } = answersOf(other);
  return { journeyId, siteId: other.siteId, siteName, status: other.status, stage: stageOf(other), receivedAt: other.beganAt, name, dateOfBirth };
}

/** How it stands with a merged referral is how it stands with the journey that it joined. */
async function statusFor(request: QueryRequest, journey: Journey) {
  const into = journey.status === 'ended' || journey.status === 'closed' ? journey.intoJourneyId : undefined;
  const joined = into === undefined ? undefined : await journeyOf(request, into);
  return referrerStatus(joined ?? journey);
}

export const referralQueries: readonly QueryRoute[] = [
  query<ReferralsQuery>({
    path: '/api/referrals',
    says: 'Referrals of the reader’s sites, the latest first; found by a part of a name.',
    access: { roles: ['coordinator'] },
    query: ReferralsQuery,
    reads: [referrals],
    answer: list,
  }),
  query<WorklistQuery>({
    path: '/api/referrals/worklist',
    says: 'What is due: first contacts and meetings, reviews, undecided duplicates, transfers to accept, transfers that the other site has returned (until somebody transfers it again, assigns the contact anew, accepts, defers or ends it; the record says why), journeys without a named contact. In the order in which it falls due, at most 100 a page; the counts are of all pages.',
    access: { roles: ['coordinator'] },
    query: WorklistQuery,
    reads: [referrals],
    answer: worklist,
    example: {
      items: [{ kind: 'first-contact-due', journeyId: '00000000-0000-4000-8000-000000000004', siteId: '00000000-0000-4000-8000-000000000002', name: 'Robin Example', dueOn: '2026-03-16', overdue: false }],
      counts: { items: 1, byKind: { 'first-contact-due': 1 } },
    },
  }),
  query<object, Referral>({
    path: '/api/referrals/:id',
    says: 'A referral with its form: what is filled, by whose word or from which earlier journey, what is missing and for which step; and all that was written down since. A site that it has left sees how it ends.',
    access: everyoneConcerned,
    reads: [],
    record: { aggregate: referralAggregate, what: 'referral' },
    answer: async (request) => {
      const journey = current(request.state);
      const id = request.params['id'] ?? '';
      if (!holds(request, journey)) return reducedView(id, journey);
      const person = await personOf(request, journey.personId);
      const others = person ? journeysOf(person).filter((each) => each !== id) : [];
      return wholeView(id, journey, await formOf(request, journey.organisationId, journey.formVersion), others);
    },
    example: exampleRecord,
  }),
  query<object, Referral>({
    path: '/api/referrals/:id/duplicates',
    says: 'Who may be the same person, and why; at another site only that site’s name. Opens the record of each whom it shows.',
    access: holders,
    reads: [referrals],
    record: { aggregate: referralAggregate, what: 'duplicates' },
    answer: duplicatesOf,
  }),
  query<object, Referral>({
    path: '/api/referrals/:id/status',
    says: 'How it stands, for the referrer: only with the person’s consent, and nothing else.',
    access: { roles: ['referrer'], allow: (_user, _belonging, state) => state.status !== 'none' && state.mayInformReferrer && !state.erased },
    reads: [],
    record: { aggregate: referralAggregate, what: 'status' },
    answer: async (request) => ({ id: request.params['id'], status: await statusFor(request, current(request.state)) }),
    example: { id: '00000000-0000-4000-8000-000000000004', status: 'received' },
  }),
  query({
    path: publicFormPath,
    says: 'The public referral form of an open site: what registration asks, and no more.',
    access: { roles: 'public' },
    reads: [],
    answer: async (request) => {
      const siteId = request.params['siteId'] ?? '';
      const organisationId = (await request.load(siteFormAggregate, siteId))?.state.organisationId;
      if (organisationId === undefined) return undefined;
      const site = await siteOf(request, organisationId, siteId);
      const form = await formInForce(request, organisationId);
      if (site?.status !== 'open' || !form) return undefined;
      const fields = form.fields.filter(({ stage }) => stage === 'registration').map(({ name, label, type, required, choices, help }) => ({ name, label, type, required, choices, help }));
      return { siteId, siteName: site.name, version: form.version, purposes, sources, fields };
    },
  }),
];
