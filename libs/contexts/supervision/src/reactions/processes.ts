import { follow, type Process, type Work } from '@alongside/service';
import { GroupDisbanded, GroupSupervisionHeld, GroupSupervisionMissed, GroupSupervisionScheduled } from '../domain/group/events.js';
import { defined } from '../domain/defined.js';
import { RelationshipEnded, RelationshipOpened } from '../domain/support/relationship-events.js';
import { support } from '../domain/support/support.js';
import { RelationshipTakenOn, SupervisorAssigned, type MissedSupervisionReason } from '../domain/supporter/events.js';
import { supervision } from '../domain/supporter/supervision.js';

const journeyOf = (stream: string): string => stream.slice('support-'.length);

/**
 * The supporter's own stream puts taking on a relationship and changing the supervisor in one order; after each of them the
 * supervisor of that moment is told to the live relationships, so that the last one told is the right one.
 */
async function nameSupervisor(work: Work, supporterId: string): Promise<void> {
  const loaded = await work.load(supervision, supporterId);
  if (loaded?.state.status !== 'known' || loaded.state.supervisorId === undefined) return;
  const { supervisorId, relationships } = loaded.state;
  for (const journeyId of Object.values(relationships)) await work.execute(support, journeyId, 'name-supervisor', { supporterId, supervisorId });
}

export const relationshipsOfSupporters: Process = {
  name: 'relationships-of-supporters',
  says: "Keeps each supporter's own list of live relationships, and offers a debrief after a death.",
  on: [
    follow(RelationshipOpened, async ({ stream, data: { organisationId, siteId, supporterId, relationshipId } }, work) => {
      await work.execute(supervision, supporterId, 'take-on', { organisationId, siteId, supporterId, relationshipId, journeyId: journeyOf(stream) });
    }),
    follow(RelationshipEnded, async ({ stream, data: { supporterId, relationshipId, ending } }, work) => {
      await work.execute(supervision, supporterId, 'hand-back', { journeyId: journeyOf(stream), relationshipId, died: ending === 'died' });
    }),
  ],
};

export const supervisorsOfRelationships: Process = {
  name: 'supervisors-of-relationships',
  says: 'Tells live relationships who supervises their supporter.',
  on: [
    follow(RelationshipTakenOn, ({ data }, work) => nameSupervisor(work, data.supporterId)),
    follow(SupervisorAssigned, ({ data }, work) => nameSupervisor(work, data.supporterId)),
  ],
};

/** Whoever had the group's date has it no longer. */
async function miss(work: Work, supporterIds: readonly string[], missed: { readonly groupId: string; readonly missedOn: string; readonly reason: MissedSupervisionReason }): Promise<void> {
  for (const supporterId of supporterIds) await work.execute(supervision, supporterId, 'miss-group-session', missed);
}

export const groupSessions: Process = {
  name: 'group-sessions',
  says: 'A group session counts for each who came, its date stands with each member; notes are not copied.',
  on: [
    follow(GroupSupervisionScheduled, async ({ data: { groupId, scheduledFor, supporterIds } }, work) => {
      for (const supporterId of supporterIds) await work.execute(supervision, supporterId, 'note-group-date', { groupId, scheduledFor });
    }),
    follow(GroupSupervisionMissed, ({ data: { groupId, missedOn, reason, supporterIds } }, work) => miss(work, supporterIds, { groupId, missedOn, reason })),
    follow(GroupDisbanded, ({ data: { groupId, disbandedOn: missedOn, supporterIds } }, work) => miss(work, supporterIds, { groupId, missedOn, reason: 'supervisor-cancelled' })),
    follow(GroupSupervisionHeld, async ({ data: { groupId, sessionId, heldOn, minutes, attended, absent } }, work) => {
      await miss(work, absent, { groupId, missedOn: heldOn, reason: 'supporter-did-not-come' });
      for (const supporterId of attended) await work.execute(supervision, supporterId, 'count-group-session', defined({ groupId, sessionId, heldOn, minutes }));
    }),
  ],
};
