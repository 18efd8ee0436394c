import { dateIn } from '@alongside/contracts';
import type { Filter } from '@alongside/read-models';
import { AfterQuery, Id, ListQuery, OneOf, Text, query, type QueryRequest, type QueryRoute } from '@alongside/service';
import { group, type Group } from '../../domain/group/group.js';
import { standings, type Standing } from '../../domain/supporter/events.js';
import { basisOn, type KnownSupporter, type Supervision } from '../../domain/supporter/state.js';
import { supervision } from '../../domain/supporter/supervision.js';
import { groupsModel, type GroupDocument } from '../../read-models/groups.js';
import { supportersModel, type SupporterDocument } from '../../read-models/supporters.js';
import { byStaff } from '../access.js';
import { standardsOf, timeZoneOf, type Standards } from '../lookups.js';
import { coordinatorsFilter, reachedAsSupervisor, supervisorsFilter } from './reach.js';
import { dueOf } from './worklist-items.js';

export class SupportersQuery extends ListQuery {
  @Text({ optional: true, max: 100, says: 'A part of the name', example: 'Ash' })
  search?: string;

  @Id({ optional: true })
  siteId?: string;

  @OneOf(standings, { optional: true, says: 'How they stand', example: 'active' })
  status?: Standing;
}

async function listed(request: QueryRequest, document: SupporterDocument, standards: Standards) {
  const today = dateIn(await timeZoneOf(request, document.organisationId, document.siteId), request.now);
  const dueOn = dueOf(document, standards);
  const supervises = reachedAsSupervisor(request, document);
  return {
    supporterId: document.supporterId,
    name: document.name,
    siteId: document.siteId,
    status: document.standing,
    supervisorId: document.supervisorId,
    everyWeeks: document.everyWeeks ?? standards.supervisionWeeks,
    lastHeldOn: document.lastHeldOn,
    dueOn,
    overdue: dueOn !== undefined && dueOn < today,
    scheduled: document.scheduled,
    workload: document.journeyIds.length,
    trainingNeeds: document.trainingNeeds,
    debriefsOffered: document.debriefsOffered.length,
    // How a supporter is stays between them and their supervisor.
    ...(supervises && { strained: document.strainedSince !== undefined }),
  };
}

const supportersList: QueryRoute = query<SupportersQuery>({
  path: '/api/supervision/supporters',
  says: 'Supporters with their supervision: due dates, workload, training needs; for their supervisor also whether strain is too much.',
  access: byStaff,
  query: SupportersQuery,
  reads: [supportersModel],
  answer: async (request) => {
    const { organisationId } = request.user;
    const { search, siteId, status, limit, cursor } = request.query;
    const anyOf = [...coordinatorsFilter(request), ...supervisorsFilter(request)] as readonly Filter<SupporterDocument>[];
    const page = await request.read(supportersModel).find({
      organisationId,
      where: { anyOf, ...(siteId !== undefined && { siteId }), ...(status !== undefined && { standing: status }) },
      ...(search !== undefined && { search: { field: 'name', text: search } }),
      ...(limit !== undefined && { limit }),
      ...(cursor !== undefined && { cursor }),
    });
    const standards = await standardsOf(request, organisationId);
    const items = await Promise.all(page.items.map(({ document }) => listed(request, document, standards)));
    return { items, ...(page.next !== undefined && { next: page.next }) };
  },
});

async function outline(request: QueryRequest, state: KnownSupporter) {
  const standards = await standardsOf(request, state.organisationId);
  const today = dateIn(await timeZoneOf(request, state.organisationId, state.siteId), request.now);
  const basis = basisOn(state);
  const everyWeeks = state.agreement?.everyWeeks ?? standards.supervisionWeeks;
  const dueOn = basis === undefined ? undefined : dueOf({ lastHeldOn: basis, everyWeeks }, standards);
  return {
    id: state.supporterId,
    name: state.name,
    siteId: state.siteId,
    status: state.standing,
    erasedAt: state.erasedAt,
    supervisorId: state.supervisorId,
    agreement: state.agreement,
    everyWeeks,
    dueOn,
    overdue: dueOn !== undefined && dueOn < today,
    scheduled: state.scheduled,
    sessions: state.sessions.map(({ notes: _notes, ...session }) => session),
    missed: state.missed.map(({ note: _note, ...missed }) => missed),
    trainingNeeds: state.trainingNeeds,
    debriefsOffered: state.debriefsOffered,
    debriefs: state.debriefs.map(({ notes: _notes, ...debrief }) => debrief),
    workload: Object.keys(state.relationships).length,
  };
}

const ownSupervision: QueryRoute = query<AfterQuery>({
  path: '/api/supervision/supporters/me',
  says: "A supporter's own supervision: who supervises them, when it is due, what was agreed, and how they have been.",
  access: { roles: ['supporter'] },
  query: AfterQuery,
  reads: [supportersModel],
  answer: async (request) => {
    const loaded = await request.load(supervision, request.user.id);
    if (loaded?.state.status !== 'known' || loaded.state.organisationId !== request.user.organisationId) return undefined;
    return { ...(await outline(request, loaded.state)), wellbeing: loaded.state.wellbeing };
  },
});

const supporterRecord: QueryRoute = query<AfterQuery, Supervision>({
  path: '/api/supervision/supporters/:id',
  says: "A supporter's supervision. Notes, wellbeing and which journeys they support are for their supervisor.",
  access: byStaff,
  query: AfterQuery,
  reads: [supportersModel],
  record: { aggregate: supervision, what: 'supervision of a supporter' },
  answer: async (request) => {
    const { state } = request;
    if (state.status === 'unknown') return undefined;
    const seen = await outline(request, state);
    if (!request.as.includes('supervisor')) return seen;
    const { sessions, missed, debriefs, wellbeing, relationships } = state;
    return { ...seen, sessions, missed, debriefs, wellbeing, journeyIds: Object.values(relationships) };
  },
});

const groupsList: QueryRoute = query<ListQuery>({
  path: '/api/supervision/groups',
  says: 'Groups of supporters who are supervised together.',
  access: byStaff,
  query: ListQuery,
  reads: [groupsModel],
  answer: async (request) => {
    const anyOf = [...coordinatorsFilter(request), ...supervisorsFilter(request)] as readonly Filter<GroupDocument>[];
    const { limit, cursor } = request.query;
    const { organisationId } = request.user;
    const page = await request.read(groupsModel).find({ organisationId, where: { anyOf }, ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) });
    const items = page.items.map(({ document: { organisationId: _organisationId, ...item } }) => item);
    return { items, ...(page.next !== undefined && { next: page.next }) };
  },
});

const groupRecord: QueryRoute = query<AfterQuery, Group>({
  path: '/api/supervision/groups/:id',
  says: 'A group with its sessions; the notes are for who leads it.',
  access: byStaff,
  query: AfterQuery,
  reads: [groupsModel],
  record: { aggregate: group, what: 'group supervision' },
  answer: ({ state, as }) => {
    if (state.status === 'none') return undefined;
    const { organisationId: _organisationId, groupId, sessions, missed, ...rest } = state;
    if (as.includes('supervisor')) return { id: groupId, ...rest, sessions, missed };
    return { id: groupId, ...rest, sessions: sessions.map(({ notes: _notes, ...each }) => each), missed: missed.map(({ note: _note, ...each }) => each) };
  },
});

export const supporterQueries: readonly QueryRoute[] = [supportersList, ownSupervision, supporterRecord, groupsList, groupRecord];
