import { addWorkingDays, dateIn, missingFields, organisations, type SafeContact } from '@alongside/contracts';
import type { Found } from '@alongside/read-models';
import { AfterQuery, DateOnly, Id, ListQuery, pageOf, query, type QueryRequest, type QueryRoute } from '@alongside/service';
import { assessmentAggregate, missingForSuitable } from '../domain/assessment.js';
import { questions } from '../domain/events.js';
import { carriedOverFrom, personIdOf, type Assessment } from '../domain/state.js';
import { assessments, type AssessmentDocument } from '../read-models/assessments.js';
import { formOf, organisationOf, packItems, requiredAtAssessment, toldTo } from './prepare.js';

const access = { roles: ['coordinator'] } as const;

/** What was told in earlier journeys and is not told here: offered, so that nothing is asked twice. */
async function offeredAgain(request: QueryRequest, state: Exclude<Assessment, { status: 'none' }>) {
  const offers = await Promise.all(
    state.picture.about.earlierJourneyIds
      .filter((each) => !carriedOverFrom(state.picture, each))
      .map(async (fromJourneyId) => {
        const told = (await request.load(assessmentAggregate, fromJourneyId))?.state;
        if (!toldTo(request.user, state, told)) return undefined;
        const fresh = <T>(all: Readonly<Record<string, T>>, here: Readonly<Record<string, unknown>>) => Object.fromEntries(Object.entries(all).filter(([key]) => here[key] === undefined));
        const offer = {
          fromJourneyId,
          answers: fresh(told.picture.answers, state.picture.answers),
          form: fresh(told.picture.form, state.picture.form),
          ...(told.picture.matching && !state.picture.matching && { matching: told.picture.matching }),
        };
        return Object.keys(offer.answers).length + Object.keys(offer.form).length > 0 || offer.matching ? offer : undefined;
      }),
  );
  return offers.filter((each) => each !== undefined);
}

class WorklistQuery extends ListQuery {
  @DateOnly({ optional: true, says: 'Shows what falls due until this day; absent: today at the site', example: '2026-03-09' })
  dueBy?: string;

  @Id({ optional: true })
  siteId?: string;
}

interface Site {
  readonly today: string;
  readonly timeZone: string;
  meetingDue(beganAt: string): string;
}

/** Today and the promises of one site: due dates are reckoned when asked, so that they follow the settings. */
function siteReckoner(request: QueryRequest) {
  const organisationId = request.user.organisationId;
  const known = new Map<string, Promise<Site>>();
  const reckon = async (siteId: string): Promise<Site> => {
    const site = await request.setting(organisations.SiteChanged, organisationId, siteId);
    const days = (await request.setting(organisations.ServiceStandardsSet, organisationId))?.standards.firstMeetingDays ?? 10;
    const timeZone = site?.timeZone ?? 'UTC';
    const calendar = { workingDays: site?.workingDays ?? [], holidays: site?.holidays ?? [] };
    return { today: dateIn(timeZone, request.now), timeZone, meetingDue: (beganAt) => addWorkingDays(dateIn(timeZone, beganAt), days, calendar) };
  };
  return (siteId: string): Promise<Site> => {
    const site = known.get(siteId) ?? reckon(siteId);
    known.set(siteId, site);
    return site;
  };
}

function itemOf({ id, document }: Found<AssessmentDocument>, site: Site, staffGone: boolean) {
  const { coordinatorId, meeting, meetingAt, nextStep, siteId } = document;
  const about = { journeyId: id, siteId, ...(coordinatorId !== undefined && !staffGone && { coordinatorId }), ...(staffGone && { coordinatorGone: true }) };
  if (document.status === 'deferred') return { kind: 'deferral-review', ...about, dueOn: document.reviewOn ?? site.today };
  switch (meeting) {
    case 'to-arrange':
      return { kind: 'meeting-to-arrange', ...about, dueOn: site.meetingDue(document.beganAt) };
    case 'missed':
      return { kind: 'meeting-missed', ...about, dueOn: dateIn(site.timeZone, meetingAt ?? document.openedAt), nextStep };
    case 'arranged':
      return { kind: 'meeting-arranged', ...about, dueOn: dateIn(site.timeZone, meetingAt ?? document.openedAt), meetingAt };
    case 'held':
      return { kind: 'outcome-awaited', ...about, dueOn: dateIn(site.timeZone, meetingAt ?? document.openedAt) };
  }
}

export const assessmentQueries: readonly QueryRoute[] = [
  query<WorklistQuery>({
    path: '/api/assessment/worklist',
    says: 'Meetings to arrange, arranged and missed, reviews due, outcomes awaited.',
    access,
    query: WorklistQuery,
    reads: [assessments],
    answer: async (request) => {
      const sites = request.sites('coordinator');
      const siteOf = siteReckoner(request);
      const { siteId: asked, dueBy } = request.query;
      const visible = sites === 'all' ? {} : { siteId: { in: sites } };
      const staff = await request.settings(organisations.StaffMemberChanged, request.user.organisationId);
      const items = [];
      const found = request.read(assessments).all({
        organisationId: request.user.organisationId,
        where: { status: { in: ['open', 'deferred'] }, journeyClosed: false, allOf: [visible, ...(asked === undefined ? [] : [{ siteId: asked }])] },
      });
      for await (const each of found) {
        const site = await siteOf(each.document.siteId);
        const { coordinatorId } = each.document;
        const item = itemOf(each, site, coordinatorId !== undefined && staff.get(coordinatorId)?.status === 'removed');
        // What is to be arranged is shown at once, with the day by which the standards want it held.
        if (item.kind === 'meeting-to-arrange' || item.dueOn <= (dueBy ?? site.today)) items.push({ ...item, overdue: item.dueOn < site.today });
      }
      // Of each journey there is one item.
      return pageOf(items, ({ dueOn, journeyId }) => `${dueOn} ${journeyId}`, request.query);
    },
  }),
  query<AfterQuery, Assessment>({
    path: '/api/assessment/:id',
    says: 'An assessment: what was told, when, by whom and who took it down; what it came to, with the words that were said; what is missing and for what; what is offered again from earlier journeys.',
    access,
    query: AfterQuery,
    reads: [assessments],
    record: { aggregate: assessmentAggregate, what: 'assessment' },
    answer: async (request) => {
      const { state } = request;
      if (state.status === 'none') return undefined;
      const { known, picture, status } = state;
      const form = await formOf(request, state);
      const pack = await packItems(request, organisationOf(state));
      return {
        id: request.params.id,
        status,
        siteId: known.siteId,
        personId: personIdOf(state),
        beganAt: picture.about.beganAt,
        coordinatorId: known.coordinatorId,
        knownAs: picture.about.knownAs,
        safeContact: known.safeContact as SafeContact | undefined,
        openedAt: picture.openedAt,
        meeting: picture.meeting,
        missedMeetings: picture.missedMeetings,
        answers: picture.answers,
        form: picture.form,
        toldBy: picture.toldBy,
        readiness: picture.readiness,
        information: { given: picture.given, handedOver: picture.handedOver, inForce: Object.fromEntries(pack.map((each) => [each.item, each.version])) },
        agreement: picture.agreement,
        matching: picture.matching && { ...picture.matching, ...picture.matchingTold },
        carriedOver: picture.carriedOver,
        signposts: picture.signposts,
        followUps: picture.followUps,
        suitable: picture.suitable,
        deferrals: picture.deferrals,
        reopened: picture.reopened,
        outcome: picture.outcome,
        reviewOn: state.status === 'deferred' ? state.reviewOn : undefined,
        unanswered: {
          questions: questions.filter((each) => picture.answers[each] === undefined),
          fields: missingFields(form, Object.keys(picture.form), ['at-assessment']),
        },
        missingForSuitable: status === 'open' ? missingForSuitable(picture, requiredAtAssessment(form), pack.map((each) => each.item)) : [],
        offeredAgain: status === 'open' ? await offeredAgain(request, state) : [],
      };
    },
  }),
];
