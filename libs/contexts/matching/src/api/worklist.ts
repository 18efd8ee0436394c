import { addDays, addMonths, addWeeks, dateIn, organisations } from '@alongside/contracts';
import { DateOnly, Id, ListQuery, pageOf, query, type QueryRequest, type QueryRoute } from '@alongside/service';
import { barriersTo, supervisionDueOn, type Requirements } from '../domain/eligibility.js';
import { answered } from '../domain/matching-state.js';
import { liveRelationships, standingOf, type KnownSupporter } from '../domain/supporter-state.js';
import { journeys, type JourneyDocument } from '../read-models/journeys.js';
import { supporters } from '../read-models/supporters.js';
import { barriersToAsked } from './asked.js';
import { requiredOf, standardsOf, timeZones } from './settings.js';
import { siteFilter } from './supporter-queries.js';

class WorklistQuery extends ListQuery {
  @DateOnly({ optional: true, says: 'Shows what falls due until this day; absent: today at the site. Proposals that wait for an answer show at once', example: '2026-03-09' })
  dueBy?: string;

  @Id({ optional: true })
  siteId?: string;
}

interface Item {
  readonly kind: string;
  readonly siteId: string;
  readonly dueOn: string;
  readonly journeyId?: string;
  readonly supporterId?: string;
  readonly [more: string]: unknown;
}

/** Somebody is waited for: they show at once, not only on the last day for an answer. */
const shownAtOnce: ReadonlySet<string> = new Set(['proposal-unanswered', 'proposal-half-answered']);

/** A proposal is due on its last day; one that both accepted is due for an introduction since then. */
function proposalItem(journeyId: string, { journey }: JourneyDocument, timeZone: string): readonly Item[] {
  if (journey.status !== 'waiting' || !journey.proposal) return [];
  const { proposal, siteId, knownAs } = journey;
  const { proposalId, supporterId, answerBy, accepted } = proposal;
  const about = { journeyId, siteId, knownAs, proposalId, supporterId, answerBy };
  if (answered(proposal)) {
    const since = [accepted.mentee ?? '', accepted.supporter ?? ''].sort()[1] ?? '';
    return [{ kind: 'introduction-due', ...about, dueOn: dateIn(timeZone, since) }];
  }
  const missing = (['mentee', 'supporter'] as const).filter((side) => accepted[side] === undefined);
  return [{ kind: missing.length === 2 ? 'proposal-unanswered' : 'proposal-half-answered', ...about, missing, dueOn: answerBy }];
}

/** The first date on which something stands in the way that did not when it was last in order. */
function lapsesOn(supporter: KnownSupporter, { requirements, supervisionWeeks }: Requirements, timeZone: string): readonly string[] {
  const standing = standingOf(supporter, timeZone);
  const latest = (dates: readonly string[]): string | undefined => [...dates].sort().at(-1);
  const trainings = requirements.trainings.flatMap(({ code, validMonths }) => {
    const done = latest(standing.trainings.filter((each) => each.training === code).map((each) => each.completedOn));
    return done === undefined || validMonths === undefined ? [] : [addMonths(done, validMonths)];
  });
  const checks = requirements.checks.flatMap(({ code, validMonths }) => {
    const check = [...standing.checks].filter((each) => each.check === code).sort((left, right) => (left.checkedOn < right.checkedOn ? -1 : 1)).at(-1);
    return check ? [check.expiresOn, validMonths === undefined ? undefined : addMonths(check.checkedOn, validMonths)].filter((each) => each !== undefined) : [];
  });
  return [...trainings, ...checks, supervisionDueOn(standing, supervisionWeeks)].map((each) => addDays(each, 1)).sort();
}

const lapsing = new Set(['training-expired', 'check-expired', 'check-not-passed', 'supervision-overdue', 'recovery-not-confirmed']);

/** A supporter who was ready for a match and is not any more, or will not be by the day that is asked for. */
function supporterItems(supporterId: string, supporter: KnownSupporter, required: Requirements, timeZone: string, until: string, pauseReviewWeeks: number): readonly Item[] {
  const about = { supporterId, siteId: supporter.siteId, name: supporter.name };
  if (supporter.status === 'paused') {
    return [{ kind: 'supporter-pause-review', ...about, dueOn: supporter.reviewOn ?? addWeeks(dateIn(timeZone, supporter.pausedAt), pauseReviewWeeks) }];
  }
  // Who is leaving, or was erased, still stands beside somebody: each relationship is to be ended or handed over.
  if (supporter.status === 'retiring' || supporter.status === 'retired') {
    const relationships = liveRelationships(supporter);
    return relationships.length === 0 ? [] : [{ kind: 'relationships-to-hand-over', ...about, liveRelationships: relationships, dueOn: dateIn(timeZone, supporter.leavingSince ?? supporter.registeredAt) }];
  }
  if (supporter.status !== 'active') return [];
  const barriers = barriersTo(standingOf(supporter, timeZone), required, until).filter(
    ({ code }) => lapsing.has(code) && (code !== 'recovery-not-confirmed' || supporter.recoveryWithdrawnAt !== undefined),
  );
  if (barriers.length === 0) return [];
  const since = [
    ...lapsesOn(supporter, required, timeZone),
    ...(supporter.recovery === undefined && supporter.recoveryWithdrawnAt !== undefined ? [dateIn(timeZone, supporter.recoveryWithdrawnAt)] : []),
    ...barriers.flatMap(({ code, since: from }) => (code === 'check-not-passed' && from !== undefined ? [from] : [])),
  ].sort();
  return [{ kind: 'supporter-no-longer-matchable', ...about, barriers, dueOn: since[0] ?? until }];
}

async function worklist(request: QueryRequest<WorklistQuery>) {
  const { organisationId } = request.user;
  const [required, standards, zoneOf, staff] = await Promise.all([
    requiredOf(request, organisationId),
    standardsOf(request, organisationId),
    timeZones(request, organisationId),
    request.settings(organisations.StaffMemberChanged, organisationId),
  ]);
  const untilAt = (siteId: string | undefined): string => request.query.dueBy ?? dateIn(zoneOf(siteId), request.now);
  const items: Item[] = [];
  for await (const { id, document } of request.read(journeys).all({ organisationId, where: { status: 'waiting', ...siteFilter(request) } })) {
    const zone = zoneOf(document.siteId);
    for (const item of proposalItem(id, document, zone)) {
      // A check or a supervision that lapsed meanwhile: nothing is written down on such a day, and nobody can be introduced.
      const barriers = await barriersToAsked(request, document.journey, request.now);
      items.push({ ...item, ...(barriers.length > 0 && { barriers }) });
    }
    const { journey } = document;
    if (journey.status !== 'waiting') continue;
    const about = { journeyId: id, siteId: journey.siteId, knownAs: journey.knownAs };
    const held = journey.coordinatorId;
    // What a removed member held shows until somebody takes it.
    if (held !== undefined && staff.get(held)?.status === 'removed') items.push({ kind: 'coordinator-removed', ...about, coordinatorId: held, dueOn: dateIn(zone, request.now) });
    if (journey.agreementWithdrawn) items.push({ kind: 'agreement-withdrawn', ...about, dueOn: dateIn(zone, request.now) });
  }
  for await (const { id, document } of request.read(supporters).all({ organisationId, where: { status: { not: 'candidate' }, ...siteFilter(request) } })) {
    items.push(...supporterItems(id, document.supporter, required, zoneOf(document.siteId), untilAt(document.siteId), standards.pauseReviewWeeks));
  }
  const due = items.filter((each) => shownAtOnce.has(each.kind) || each.dueOn <= untilAt(each.siteId));
  return pageOf(due, (each) => `${each.dueOn} ${each.kind} ${each.journeyId ?? each.supporterId ?? ''}`, request.query);
}

export const worklistQuery: QueryRoute = query<WorklistQuery>({
  path: '/api/matching/worklist',
  says: 'Proposals unanswered or half answered, introductions to make, supporters who may no longer be matched, whose pause is to be looked at, or who leave relationships behind.',
  access: { roles: ['coordinator'] },
  query: WorklistQuery,
  reads: [journeys, supporters],
  answer: worklist,
});
