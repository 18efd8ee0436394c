import type { Access } from '@alongside/service';
import { liveRelationship, type Support } from '../domain/support/state.js';

/** A former supporter has lost sight of the mentee. */
const whileItLasts: Access<Support>['allow'] = (user, _belonging, state, role) => role !== 'supporter' || liveRelationship(state)?.supporterId === user.id;

export const byCoordinators = { roles: ['coordinator'] } as const satisfies Access;
export const bySupervisors = { roles: ['supervisor'] } as const satisfies Access;
export const byStaff = { roles: ['coordinator', 'supervisor'] } as const satisfies Access;
/** Also for a former supporter, of their own relationship: late logs are welcome. */
export const byWhoReports: Access<Support> = {
  roles: ['supporter', 'coordinator'],
  supporters: (state) => (state.status === 'known' ? Object.values(state.relationships).map((each) => each.supporterId) : []),
};
export const byTheirSupporter: Access<Support> = { roles: ['supporter', 'coordinator'], allow: whileItLasts };
export const byEverybodyInvolved: Access<Support> = { roles: ['supporter', 'coordinator', 'supervisor'], allow: whileItLasts };
