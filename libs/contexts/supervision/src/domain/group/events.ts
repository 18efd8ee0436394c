import { event, staffOf, type EventsOf, type Personal } from '@alongside/event-sourcing';
import { exampleIds } from '../example-ids.js';
import type { MissedSupervisionReason } from '../supporter/events.js';

const { groupId, supervisorId } = exampleIds;
/** What is said of a group is kept under the key of who leads it: it is about several people at once. */
const ofSupervisor = staffOf('supervisorId');

export const GroupFormed = event('GroupFormed').of<{
  readonly organisationId: string;
  readonly siteId: string;
  readonly groupId: string;
  readonly supervisorId: string;
  readonly supporterIds: readonly string[];
  readonly name: Personal<string>;
}>({
  personal: { name: ofSupervisor },
  says: 'Supporters are supervised together.',
  example: {
    organisationId: exampleIds.organisationId,
    siteId: exampleIds.siteId,
    groupId,
    supervisorId,
    supporterIds: [exampleIds.supporterId],
    name: 'Tuesday evening',
  },
});

export const GroupChanged = event('GroupChanged').of<{ readonly groupId: string; readonly supervisorId: string; readonly supporterIds: readonly string[] }>({
  says: 'A group has other members, or somebody else leads it.',
  example: { groupId, supervisorId, supporterIds: [exampleIds.supporterId] },
});

export const GroupDisbanded = event('GroupDisbanded').of<{ readonly groupId: string; readonly disbandedOn: string; readonly supporterIds: readonly string[] }>({
  says: 'The group meets no more.',
  example: { groupId, disbandedOn: '2026-06-30', supporterIds: [exampleIds.supporterId] },
});

export const GroupSupervisionScheduled = event('GroupSupervisionScheduled').of<{
  readonly groupId: string;
  readonly scheduledFor: string;
  readonly supporterIds: readonly string[];
}>({
  says: 'The group has a date; each member has it too.',
  example: { groupId, scheduledFor: '2026-04-07T18:00:00.000Z', supporterIds: [exampleIds.supporterId] },
});

export const GroupSupervisionHeld = event('GroupSupervisionHeld').of<{
  readonly groupId: string;
  readonly sessionId: string;
  readonly heldOn: string;
  readonly minutes?: number;
  /** Who came: it counts for each of them. */
  readonly attended: readonly string[];
  /** Members who did not come. */
  readonly absent: readonly string[];
  readonly supervisorId: string;
  readonly notes?: Personal<string>;
}>({
  personal: { notes: ofSupervisor },
  says: 'The group met.',
  example: {
    groupId,
    sessionId: exampleIds.sessionId,
    heldOn: '2026-04-07',
    minutes: 90,
    attended: [exampleIds.supporterId],
    absent: [],
    supervisorId,
    notes: 'On saying goodbye.',
  },
});

export const GroupSupervisionMissed = event('GroupSupervisionMissed').of<{
  readonly groupId: string;
  readonly missedOn: string;
  readonly reason: MissedSupervisionReason;
  readonly supporterIds: readonly string[];
  readonly supervisorId: string;
  readonly note?: Personal<string>;
}>({
  personal: { note: ofSupervisor },
  says: 'The group did not meet.',
  example: { groupId, missedOn: '2026-04-07', reason: 'supervisor-cancelled', supporterIds: [exampleIds.supporterId], supervisorId, note: 'Moved to next week.' },
});

/** Every event of `group-supervision-<groupId>`. */
export const groupEvents = [GroupFormed, GroupChanged, GroupDisbanded, GroupSupervisionScheduled, GroupSupervisionHeld, GroupSupervisionMissed] as const;
export type GroupEvent = EventsOf<typeof groupEvents>;
