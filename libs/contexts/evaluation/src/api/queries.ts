import type { Filter } from '@alongside/read-models';
import { AfterQuery, query, type ListQuery, type QueryRoute } from '@alongside/service';
import { goodInvitation } from '../domain/answering.js';
import { evaluationAggregate } from '../domain/evaluation.js';
import type { Evaluation } from '../domain/state.js';
import { evaluations } from '../read-models/evaluations.js';
import { improvements, type ImprovementDocument } from '../read-models/improvements.js';
import { questionnaires, type QuestionnaireDocument } from '../read-models/questionnaires.js';
import { ImprovementsQuery, QuestionnairesQuery } from './bodies.js';
import { invitationOf, linkTo } from './links.js';
import { asAsked } from './prepare.js';
import { recordQuery } from './record.js';
import { resultsQuery } from './results.js';
import { worklistQuery } from './worklist.js';

const paging = ({ limit, cursor }: ListQuery) => ({ ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) });
const following = (next: string | undefined) => (next === undefined ? {} : { next });

export const evaluationQueries: readonly QueryRoute[] = [
  worklistQuery,
  resultsQuery,
  query({
    path: '/api/evaluation/mine',
    says: "A supporter's own invitations: what they are asked about their relationships, with the link to answer.",
    access: { roles: ['supporter'] },
    query: AfterQuery,
    reads: [evaluations],
    answer: async (request) => {
      const { id: supporterId, organisationId } = request.user;
      const items = [];
      for await (const { id: journeyId, document } of request.read(evaluations).all({ organisationId, where: { askedSupporters: { contains: supporterId } } })) {
        const story = document.evaluation as Exclude<Evaluation, { status: 'unknown' }>;
        for (const { status, invitationId, relationshipId, occasion, questionnaireId, version, expiresOn, ...asked } of Object.values(story.invitations)) {
          if (status !== 'open' || asked.supporterId !== supporterId) continue;
          items.push({ journeyId, relationshipId, occasion, questionnaireId, version, expiresOn, link: linkTo(request, journeyId, invitationId) });
        }
      }
      return { items: items.sort((one, other) => (one.expiresOn < other.expiresOn ? -1 : 1)) };
    },
  }),
  query<QuestionnairesQuery>({
    path: '/api/evaluation/questionnaires',
    says: 'The questionnaires in force; a supporter sees those that ask supporters.',
    access: { roles: ['coordinator', 'supporter'] },
    query: QuestionnairesQuery,
    reads: [questionnaires],
    answer: async (request) => {
      const { occasion, audience } = request.query;
      const own: Filter<QuestionnaireDocument> = request.as.includes('coordinator') ? {} : { audience: 'supporter' };
      const where: Filter<QuestionnaireDocument> = { ...(occasion !== undefined && { occasion }), ...(audience !== undefined && { audience }), allOf: [own] };
      const page = await request.read(questionnaires).find({ organisationId: request.user.organisationId, where, sort: { field: 'name' }, ...paging(request.query) });
      return { items: page.items.map(({ id, document: { organisationId: _own, ...questionnaire } }) => ({ id, ...questionnaire })), ...following(page.next) };
    },
  }),
  query({
    path: '/api/evaluation/questionnaires/:id',
    says: 'A questionnaire in force.',
    access: { roles: ['coordinator', 'supporter'] },
    query: AfterQuery,
    reads: [questionnaires],
    answer: async (request) => {
      const found = await request.read(questionnaires).get(request.params.id ?? '');
      if (found?.organisationId !== request.user.organisationId) return undefined;
      if (found.audience !== 'supporter' && !request.as.includes('coordinator')) return undefined;
      const { organisationId: _own, ...questionnaire } = found;
      return { id: request.params.id, ...questionnaire };
    },
  }),
  query<ImprovementsQuery>({
    path: '/api/evaluation/improvements',
    says: 'What users said could be better, what was done about it, and who was told.',
    access: { roles: ['coordinator'] },
    query: ImprovementsQuery,
    reads: [improvements],
    answer: async (request) => {
      const { siteId, status } = request.query;
      const sites = request.sites('coordinator');
      const visible: Filter<ImprovementDocument> = sites === 'all' ? {} : { anyOf: [{ siteId: { in: sites } }, { siteId: null }] };
      const where: Filter<ImprovementDocument> = { ...(status !== undefined && { status }), allOf: [visible, ...(siteId === undefined ? [] : [{ siteId }])] };
      const page = await request
        .read(improvements)
        .find({ organisationId: request.user.organisationId, where, sort: { field: 'proposedAt', direction: 'descending' }, ...paging(request.query) });
      return { items: page.items.map(({ id, document: { organisationId: _own, ...improvement } }) => ({ id, ...improvement })), ...following(page.next) };
    },
  }),
  query({
    path: '/api/evaluation/invitations/:token',
    says: 'What an invitation asks. Shows which questions were answered already and never how: links are opened on shared telephones.',
    access: { roles: 'public' },
    query: AfterQuery,
    reads: [],
    answer: async (request) => {
      const named = invitationOf(request, request.params.token);
      const loaded = named && (await request.load(evaluationAggregate, named.journeyId));
      if (!named || !loaded) return undefined;
      const { story, invitation } = goodInvitation(loaded.state, named.invitationId, request.now);
      const { occasion, audience, expiresOn, invitationId } = invitation;
      const asked = await asAsked(request, invitation);
      const partial = Object.values(story.responses).find((each) => !each.complete && each.invitationId === invitationId);
      return { occasion, audience, expiresOn, questionnaire: asked && { name: asked.name, version: asked.version, questions: asked.questions }, answered: partial?.answered ?? [] };
    },
  }),
  recordQuery,
];
