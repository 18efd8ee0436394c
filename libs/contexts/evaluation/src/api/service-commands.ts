import { addMonths, dateIn } from '@alongside/contracts';
import { command, type CommandRoute, type Request } from '@alongside/service';
import { ImprovementAdopted, ImprovementProposed, ImprovementReportedBack, improvementAggregate, type Improvement } from '../domain/improvement.js';
import { QuestionnairePublished, questionnaireAggregate, type Questionnaire } from '../domain/questionnaire.js';
import { AdoptImprovement, ConfigureQuestionnaire, ProposeImprovement, ReportBack } from './bodies.js';
import { knownSite, timeZoneOf } from './prepare.js';

const access = { roles: ['coordinator'] } as const;
const ownOrganisation = (request: Request): string => request.user?.organisationId ?? '';
const ofOrganisation = <B extends { readonly occurredAt?: string }>(request: Request<B>) => {
  const { occurredAt: _when, ...body } = request.body;
  return { ...body, organisationId: ownOrganisation(request) };
};

async function propose(request: Request<ProposeImprovement>) {
  const { siteId } = request.body;
  if (siteId !== undefined) await knownSite(request, ownOrganisation(request), siteId);
  return ofOrganisation(request);
}

async function adopt(request: Request<AdoptImprovement>, state: Improvement | undefined) {
  const { siteId } = state === undefined || state.status === 'none' ? {} : state;
  const today = dateIn(await timeZoneOf(request, ownOrganisation(request), siteId), request.occurredAt);
  return { plan: request.body.plan, reportBackOn: request.body.reportBackOn ?? addMonths(today, 3), today };
}

/** What is asked, and what comes of it: the organisation's own, beside any one journey. */
export const serviceCommands: readonly CommandRoute[] = [
  command<ConfigureQuestionnaire, Questionnaire>({
    name: 'configure-questionnaire',
    says: 'Publishes a questionnaire for an occasion and an audience.',
    path: '/api/evaluation/questionnaires/configure-questionnaire',
    aggregate: questionnaireAggregate,
    access,
    body: ConfigureQuestionnaire,
    events: [QuestionnairePublished],
    rules: {},
    creates: { id: (request) => request.newId('questionnaire'), belonging: (request) => ({ organisationId: ownOrganisation(request) }) },
    prepare: ofOrganisation,
  }),
  command<ConfigureQuestionnaire, Questionnaire>({
    name: 'revise-questionnaire',
    says: 'Publishes a new version of a questionnaire; invitations that were sent keep theirs.',
    path: '/api/evaluation/questionnaires/:id/configure-questionnaire',
    aggregate: questionnaireAggregate,
    access,
    body: ConfigureQuestionnaire,
    events: [QuestionnairePublished],
    rules: { 'asked-of-others': 'Occasion and audience stay: another one is another questionnaire.' },
    prepare: ofOrganisation,
  }),
  command<ProposeImprovement, Improvement>({
    name: 'propose-improvement',
    says: 'Writes down what users said could be better.',
    path: '/api/evaluation/improvements/propose-improvement',
    aggregate: improvementAggregate,
    access,
    body: ProposeImprovement,
    events: [ImprovementProposed],
    rules: {},
    creates: {
      id: (request) => request.newId('improvement'),
      belonging: (request) => ({ organisationId: ownOrganisation(request), ...(request.body.siteId !== undefined && { siteId: request.body.siteId }) }),
    },
    prepare: propose,
  }),
  command<AdoptImprovement, Improvement>({
    name: 'adopt-improvement',
    says: 'Takes an improvement up, with a day by which users are told.',
    path: '/api/evaluation/improvements/:id/adopt-improvement',
    aggregate: improvementAggregate,
    access,
    body: AdoptImprovement,
    events: [ImprovementAdopted],
    rules: { 'not-proposed': 'It was taken up already.', 'report-date-not-in-the-future': 'Users are told later than today.' },
    prepare: adopt,
  }),
  command<ReportBack, Improvement>({
    name: 'report-back',
    says: 'Tells users what was done about what they said.',
    path: '/api/evaluation/improvements/:id/report-back',
    aggregate: improvementAggregate,
    access,
    body: ReportBack,
    events: [ImprovementReportedBack],
    rules: { 'not-adopted': 'It was not taken up, or was reported back already.' },
  }),
];
