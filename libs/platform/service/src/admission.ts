import { rolesThatMay, type User } from '@alongside/access';
import type { Belonging, Role } from '@alongside/event-sourcing';
import type { Access, StaffRole } from './context-definition.js';
import { bearerOf, type HttpRequest } from './exchange.js';
import { notForYourRole, notSignedIn } from './problems.js';
import type { Services } from './services.js';

export interface Admitted {
  /** Undefined on public routes. */
  readonly user: User | undefined;
  /** The roles, among those that the route admits, that the user holds anywhere. */
  readonly roles: readonly Role[];
}

const asPublic: Admitted = { user: undefined, roles: ['public'] };

/** Who asks, and whether the route is for any role of theirs: 401, else 403. Public routes are counted by address. */
export async function admit(request: HttpRequest, roles: readonly StaffRole[] | 'public' | 'signed-in', services: Pick<Services, 'authenticate' | 'publicRequests'>): Promise<Admitted> {
  if (roles === 'public') {
    services.publicRequests.count(request.ip);
    return asPublic;
  }
  const token = bearerOf(request);
  if (token === undefined) throw notSignedIn();
  const user = await services.authenticate(token);
  request.userId = user.id;
  const held = [...new Set(user.grants.map((grant) => grant.role))].filter((role) => roles === 'signed-in' || roles.includes(role));
  if (held.length === 0) throw notForYourRole();
  return { user, roles: held };
}

/** The roles by which a user may use a route on a record that belongs there; none: it does not exist for them. */
export function rolesAt(access: Access, user: User, belonging: Belonging, state: unknown): readonly StaffRole[] {
  const atSites = access.sites ? access.sites(state, belonging).map((siteId) => ({ ...belonging, siteId })) : [belonging];
  const former = access.supporters?.(state, belonging) ?? [];
  const places = [...atSites, ...former.flatMap((supporterId) => atSites.map((place) => ({ ...place, supporterId })))];
  const roles = new Set(places.flatMap((place) => rolesThatMay(user, place, access.roles)));
  return [...roles].filter((role) => access.allow?.(user, belonging, state, role) ?? true);
}
