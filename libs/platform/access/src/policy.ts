import type { Belonging } from '@alongside/event-sourcing';
import type { Grant, User } from './session.js';

type StaffRole = Grant['role'];

/** The roles that a route admits. `signed-in`: everyone of the organisation; `public`: anyone. */
export type AdmittedRoles = readonly StaffRole[] | 'signed-in' | 'public';

/**
 * The roles by which a user may see or do something with a record, in the order of their grants; none: the record does not exist
 * for them. Administrator, auditor, analyst: same organisation. Coordinator: the record's site is among theirs, or it has no site.
 * Supervisor: they are the record's supervisor, or, where it names none, its site is among theirs. Supporter and referrer: it is theirs.
 */
export function rolesThatMay(user: User, belonging: Belonging, roles: AdmittedRoles): readonly StaffRole[] {
  if (user.organisationId !== belonging.organisationId) return [];
  const held = user.grants.filter((grant) => typeof roles === 'string' || roles.includes(grant.role));
  const may = typeof roles === 'string' ? held : held.filter((grant) => reaches(grant, user, belonging));
  return [...new Set(may.map(({ role }) => role))];
}

/** The sites at which a user holds one of the roles; `all`: every site of their organisation. For a list's filter. */
export function sitesOf(user: User, roles: readonly StaffRole[]): readonly string[] | 'all' {
  const held = user.grants.filter(({ role }) => roles.includes(role)).map(({ sites }) => sites);
  return held.includes('all') ? 'all' : [...new Set(held.flat())];
}

function reaches({ role, sites }: Grant, user: User, belonging: Belonging): boolean {
  switch (role) {
    case 'administrator':
    case 'auditor':
    case 'analyst':
      return true;
    case 'coordinator':
      return belonging.siteId === undefined || isAmong(belonging.siteId, sites);
    case 'supervisor':
      return belonging.supervisorId === undefined ? isAmong(belonging.siteId, sites) : belonging.supervisorId === user.id;
    case 'supporter':
      return belonging.supporterId === user.id;
    case 'referrer':
      return belonging.referrerId === user.id;
  }
}

function isAmong(site: string | undefined, sites: Grant['sites']): boolean {
  return sites === 'all' || (site !== undefined && sites.includes(site));
}
