import { InvalidField } from '@alongside/event-sourcing';
import { organisations } from '@alongside/contracts';
import { command, type CommandRoute, type Request } from '@alongside/service';
import { GroupChanged, GroupDisbanded, GroupFormed, GroupSupervisionHeld, GroupSupervisionMissed, GroupSupervisionScheduled } from '../../domain/group/events.js';
import { group as aggregate, type Group } from '../../domain/group/group.js';
import { SupervisionHeld, SupervisionScheduled } from '../../domain/supporter/events.js';
import { byStaff } from '../access.js';
import { ChangeGroup, DisbandGroup, FormGroup, RecordGroupSupervision, RecordMissedSupervision, ScheduleGroupSupervision } from '../bodies/supporters.js';
import { holds, staffOf, supporterOf, timeZoneOf } from '../lookups.js';
import { dataOf } from '../prepared.js';
import { supporterRules } from './supporters.js';

const path = (name: string): string => `/api/supervision/groups/:id/${name}`;
const disbanded = { 'group-disbanded': 'The group meets no more.' };
const notASupervisor = { 'not-a-supervisor': supporterRules['not-a-supervisor'] };

function formedIn(state: Group | undefined) {
  if (state === undefined || state.status === 'none') throw new Error('prepared without a record');
  return state;
}

async function inItsZone<B extends object>(request: Request<B>, state: Group | undefined) {
  const { organisationId, siteId } = formedIn(state);
  return { ...dataOf(request.body), timeZone: await timeZoneOf(request, organisationId, siteId) };
}

/** Members that are no supporters of the site. */
async function unknownSupporters(request: Request, organisationId: string, siteId: string, ids: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(ids.map(async (id) => ({ id, supporter: await supporterOf(request, organisationId, id) })));
  return found.filter(({ supporter }) => supporter?.siteId !== siteId).map(({ id }) => id);
}

export const groupCommands: readonly CommandRoute[] = [
  command({
    name: 'form-group',
    says: 'Forms a group of supporters who are supervised together.',
    aggregate,
    path: '/api/supervision/groups/form-group',
    access: byStaff,
    body: FormGroup,
    events: [GroupFormed],
    rules: { 'group-exists': 'The group was formed already.', ...notASupervisor },
    creates: {
      id: (request) => request.newId('group'),
      belonging: (request) => request.user && { organisationId: request.user.organisationId, siteId: request.body.siteId },
    },
    prepare: async (request) => {
      const organisationId = request.user?.organisationId ?? '';
      const { siteId, name, supporterIds } = request.body;
      if (!(await request.setting(organisations.SiteChanged, organisationId, siteId))) throw new InvalidField([{ path: 'siteId', code: 'unknown' }]);
      const supervisorId = request.body.supervisorId ?? (request.actor.role === 'supervisor' ? request.actor.id : undefined);
      if (supervisorId === undefined) throw new InvalidField([{ path: 'supervisorId', code: 'required' }]);
      const member = (await staffOf(request, organisationId)).get(supervisorId);
      if (member?.status !== 'active') throw new InvalidField([{ path: 'supervisorId', code: 'unknown' }]);
      return {
        organisationId,
        siteId,
        name,
        supervisorId,
        isSupervisor: holds(member, 'supervisor', siteId),
        supporterIds,
        unknownSupporterIds: await unknownSupporters(request, organisationId, siteId, supporterIds),
      };
    },
    answer: (_request, executed) => ({ groupId: executed.id }),
  }),
  command({
    name: 'change-group',
    says: 'Gives a group other members, or somebody else to lead it.',
    aggregate,
    path: path('change-group'),
    access: byStaff,
    body: ChangeGroup,
    events: [GroupChanged],
    rules: { ...disbanded, ...notASupervisor },
    prepare: async (request, state) => {
      const { organisationId, siteId, ...formed } = formedIn(state);
      const { supervisorId, supporterIds } = request.body;
      const member = supervisorId === undefined ? undefined : (await staffOf(request, organisationId)).get(supervisorId);
      if (supervisorId !== undefined && member?.status !== 'active') throw new InvalidField([{ path: 'supervisorId', code: 'unknown' }]);
      // Who belongs to the group already may have moved since.
      const added = (supporterIds ?? []).filter((id) => !formed.supporterIds.includes(id));
      return {
        ...dataOf(request.body),
        isSupervisor: supervisorId === undefined || holds(member, 'supervisor', siteId),
        unknownSupporterIds: await unknownSupporters(request, organisationId, siteId, added),
      };
    },
  }),
  command({
    name: 'disband-group',
    says: 'The group meets no more.',
    aggregate,
    path: path('disband-group'),
    access: byStaff,
    body: DisbandGroup,
    events: [GroupDisbanded],
    rules: {},
    prepare: inItsZone,
  }),
  command({
    name: 'schedule-supervision',
    says: 'Gives the next group session a date, for each member.',
    aggregate,
    path: path('schedule-supervision'),
    access: byStaff,
    body: ScheduleGroupSupervision,
    events: [GroupSupervisionScheduled, SupervisionScheduled],
    rules: disbanded,
  }),
  command({
    name: 'record-supervision',
    says: 'Writes down a group session; it counts for each who came, and its notes stay with the group.',
    aggregate,
    path: path('record-supervision'),
    access: byStaff,
    body: RecordGroupSupervision,
    events: [GroupSupervisionHeld, SupervisionHeld],
    rules: disbanded,
    prepare: inItsZone,
  }),
  command({
    name: 'record-missed-supervision',
    says: 'Writes down a group session that did not take place.',
    aggregate,
    path: path('record-missed-supervision'),
    access: byStaff,
    body: RecordMissedSupervision,
    events: [GroupSupervisionMissed],
    rules: disbanded,
    prepare: inItsZone,
  }),
];
