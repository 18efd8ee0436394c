import { dateIn } from '@alongside/contracts';
import { InvalidField, aggregate, decider, mustBe, refuseUnless, type Belonging, type CommandsOf, type Personal } from '@alongside/event-sourcing';
import { defined } from '../defined.js';
import type { MissedSupervisionReason } from '../supporter/events.js';
import {
  GroupChanged,
  GroupDisbanded,
  GroupFormed,
  GroupSupervisionHeld,
  GroupSupervisionMissed,
  GroupSupervisionScheduled,
  groupEvents,
  type GroupEvent,
} from './events.js';

interface GroupFacts {
  readonly organisationId: string;
  readonly siteId: string;
  readonly groupId: string;
  readonly supervisorId: string;
  readonly supporterIds: readonly string[];
  readonly name: Personal<string>;
  readonly formedAt: string;
  readonly scheduledFor?: string;
  readonly sessions: readonly { readonly sessionId: string; readonly heldOn: string; readonly minutes?: number; readonly attended: readonly string[]; readonly notes?: Personal<string> }[];
  readonly missed: readonly { readonly missedOn: string; readonly reason: MissedSupervisionReason; readonly note?: Personal<string> }[];
}

/** Supporters who are supervised together. */
export type Group = { readonly status: 'none' } | ({ readonly status: 'meeting' } & GroupFacts) | ({ readonly status: 'disbanded' } & GroupFacts);

interface Dated {
  readonly timeZone: string;
}

export type GroupCommand = CommandsOf<{
  /** `unknownSupporterIds` and `isSupervisor` are looked up beforehand. */
  'form-group': {
    readonly organisationId: string;
    readonly siteId: string;
    readonly supervisorId: string;
    readonly isSupervisor: boolean;
    readonly supporterIds: readonly string[];
    readonly unknownSupporterIds: readonly string[];
    readonly name: string;
  };
  'change-group': { readonly supervisorId?: string; readonly isSupervisor: boolean; readonly supporterIds?: readonly string[]; readonly unknownSupporterIds: readonly string[] };
  'disband-group': Dated;
  'schedule-supervision': { readonly scheduledFor: string };
  'record-supervision': Dated & { readonly heldOn?: string; readonly minutes?: number; readonly attended: readonly string[]; readonly notes?: string };
  'record-missed-supervision': Dated & { readonly missedOn?: string; readonly reason: MissedSupervisionReason; readonly note?: string };
}>;

export const groupDecider = decider<Group, GroupCommand, GroupEvent>({
  initial: { status: 'none' },
  decide: {
    'form-group': ({ data, newId }, state) => {
      refuseUnless(state.status === 'none', 'group-exists');
      allKnown('supporterIds', data.supporterIds, data.unknownSupporterIds);
      refuseUnless(data.isSupervisor, 'not-a-supervisor');
      const { organisationId, siteId, supervisorId, supporterIds, name } = data;
      return [GroupFormed({ organisationId, siteId, groupId: newId('group'), supervisorId, supporterIds, name })];
    },
    'change-group': ({ data }, state) => {
      const group = mustBe(state, 'meeting', 'group-disbanded');
      allKnown('supporterIds', data.supporterIds ?? [], data.unknownSupporterIds);
      refuseUnless(data.isSupervisor, 'not-a-supervisor');
      const supervisorId = data.supervisorId ?? group.supervisorId;
      const supporterIds = data.supporterIds ?? group.supporterIds;
      const same = supervisorId === group.supervisorId && supporterIds.length === group.supporterIds.length && supporterIds.every((id) => group.supporterIds.includes(id));
      return same ? [] : [GroupChanged({ groupId: group.groupId, supervisorId, supporterIds })];
    },
    'disband-group': ({ data, occurredAt }, state) => {
      const group = mustBe(state, ['meeting', 'disbanded']);
      const { groupId, supporterIds } = group;
      return group.status === 'disbanded' ? [] : [GroupDisbanded({ groupId, disbandedOn: dateIn(data.timeZone, occurredAt), supporterIds })];
    },
    'schedule-supervision': ({ data, occurredAt }, state) => {
      const group = mustBe(state, 'meeting', 'group-disbanded');
      if (data.scheduledFor <= occurredAt) throw new InvalidField([{ path: 'scheduledFor', code: 'not-in-the-future' }]);
      if (group.scheduledFor === data.scheduledFor) return [];
      return [GroupSupervisionScheduled({ groupId: group.groupId, scheduledFor: data.scheduledFor, supporterIds: group.supporterIds })];
    },
    'record-supervision': ({ data, occurredAt, newId }, state) => {
      const group = mustBe(state, 'meeting', 'group-disbanded');
      const heldOn = notLater('heldOn', data.heldOn, dateIn(data.timeZone, occurredAt));
      allKnown('attended', data.attended, data.attended.filter((id) => !group.supporterIds.includes(id)));
      const { minutes, attended, notes } = data;
      const absent = group.supporterIds.filter((id) => !attended.includes(id));
      return [GroupSupervisionHeld(defined({ groupId: group.groupId, sessionId: newId('session'), heldOn, minutes, attended, absent, supervisorId: group.supervisorId, notes }))];
    },
    'record-missed-supervision': ({ data, occurredAt }, state) => {
      const group = mustBe(state, 'meeting', 'group-disbanded');
      const missedOn = notLater('missedOn', data.missedOn, dateIn(data.timeZone, occurredAt));
      const { groupId, supporterIds, supervisorId } = group;
      return [GroupSupervisionMissed(defined({ groupId, missedOn, reason: data.reason, supporterIds, supervisorId, note: data.note }))];
    },
  },
  evolve: {
    GroupFormed: (_state, { data, metadata }) => ({ status: 'meeting', ...data, formedAt: metadata.occurredAt, sessions: [], missed: [] }),
    GroupChanged: (state, { data }) => (state.status === 'none' ? state : { ...state, ...data }),
    GroupDisbanded: (state) => (state.status === 'none' ? state : { ...withoutDate(state), status: 'disbanded' }),
    GroupSupervisionScheduled: (state, { data }) => (state.status === 'none' ? state : { ...state, scheduledFor: data.scheduledFor }),
    GroupSupervisionHeld: (state, { data }) => {
      if (state.status === 'none') return state;
      const { sessionId, heldOn, minutes, attended, notes } = data;
      return { ...afterMeeting(state, heldOn), sessions: [...state.sessions, defined({ sessionId, heldOn, minutes, attended, notes })] };
    },
    GroupSupervisionMissed: (state, { data }) => {
      if (state.status === 'none') return state;
      const { missedOn, reason, note } = data;
      return { ...afterMeeting(state, missedOn), missed: [...state.missed, defined({ missedOn, reason, note })] };
    },
  },
});

type FormedGroup = Exclude<Group, { status: 'none' }>;

function withoutDate(group: FormedGroup): FormedGroup {
  const { scheduledFor: _scheduledFor, ...rest } = group;
  return rest;
}

const afterMeeting = (group: FormedGroup, on: string): FormedGroup =>
  group.scheduledFor !== undefined && group.scheduledFor.slice(0, 10) <= on ? withoutDate(group) : group;

function notLater(path: string, date: string | undefined, today: string): string {
  if (date !== undefined && date > today) throw new InvalidField([{ path, code: 'in-the-future' }]);
  return date ?? today;
}

function allKnown(path: string, ids: readonly string[], unknown: readonly string[]): void {
  const errors = ids.flatMap((id, index) => (unknown.includes(id) ? [{ path: `${path}.${index}`, code: 'unknown' }] : []));
  if (errors.length > 0) throw new InvalidField(errors);
}

function belonging(state: Group): Belonging | undefined {
  if (state.status === 'none') return undefined;
  const { organisationId, siteId, supervisorId } = state;
  return { organisationId, siteId, supervisorId };
}

export const group = aggregate({ category: 'group-supervision', events: groupEvents, decider: groupDecider, belonging });
