import { supervision } from '@alongside/contracts';
import { follow, reaction, type Process, type Reaction } from '@alongside/service';
import { StaffMemberErased } from '../domain/events.js';
import { organisationAggregate } from '../domain/organisation.js';

export const concernReactions: readonly Reaction[] = [
  reaction(supervision.ConcernChanged, 'know-concerns', 'An erasure waits for an open safeguarding concern about the staff member.', async ({ data, organisationId, source }, work) => {
    const { aboutId: staffId, concernId, status, safeguarding } = data;
    if (staffId === undefined) return;
    await work.execute(organisationAggregate, organisationId, 'hear-concern', { staffId, concernId, open: status === 'open', safeguarding, sourceRevision: source.revision });
  }),
];

export const completeErasure: Process = {
  name: 'complete-erasure',
  says: 'Finishes the erasure of a staff member: every key becomes a tombstone.',
  on: [follow(StaffMemberErased, ({ data }, work) => work.erase(data.subjects))],
};
