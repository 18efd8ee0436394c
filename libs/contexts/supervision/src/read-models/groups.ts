import type { Personal } from '@alongside/event-sourcing';
import { idOf, readModel, update, when } from '@alongside/read-models';
import { GroupChanged, GroupDisbanded, GroupFormed, GroupSupervisionHeld, GroupSupervisionMissed, GroupSupervisionScheduled } from '../domain/group/events.js';

export interface GroupDocument {
  readonly organisationId: string;
  readonly groupId: string;
  readonly siteId: string;
  readonly supervisorId: string;
  readonly supporterIds: readonly string[];
  readonly name: Personal<string>;
  readonly status: 'meeting' | 'disbanded';
  readonly scheduledFor?: string;
  readonly lastHeldOn?: string;
}

function after(document: GroupDocument, on: string): GroupDocument {
  const { scheduledFor, ...rest } = document;
  return scheduledFor !== undefined && scheduledFor.slice(0, 10) <= on ? rest : document;
}

export const groupsModel = readModel<GroupDocument>({
  name: 'supervision.groups',
  version: 1,
  says: 'Groups of supporters who are supervised together.',
  streams: ['group-supervision-'],
  documentOf: (event) => idOf(event, 'group-supervision'),
  indexes: [['siteId'], ['supervisorId']],
  on: [
    when(GroupFormed, (_document, { data }) => {
      const { organisationId, groupId, siteId, supervisorId, supporterIds, name } = data;
      return { organisationId, groupId, siteId, supervisorId, supporterIds, name, status: 'meeting' };
    }),
    update(GroupChanged, (document, { data: { supervisorId, supporterIds } }) => ({ ...document, supervisorId, supporterIds })),
    update(GroupDisbanded, ({ scheduledFor: _scheduledFor, ...document }) => ({ ...document, status: 'disbanded' })),
    update(GroupSupervisionScheduled, (document, { data }) => ({ ...document, scheduledFor: data.scheduledFor })),
    update(GroupSupervisionHeld, (document, { data }) => ({
      ...after(document, data.heldOn),
      lastHeldOn: document.lastHeldOn !== undefined && document.lastHeldOn > data.heldOn ? document.lastHeldOn : data.heldOn,
    })),
    update(GroupSupervisionMissed, (document, { data }) => after(document, data.missedOn)),
  ],
});
