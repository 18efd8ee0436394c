import type { User } from '@alongside/access';

/** Whether somebody coordinates at a site: what was told at the sites of others is not theirs to know of. */
export function coordinates(user: User | undefined, siteId: string | undefined): boolean {
  return user?.grants.some(({ role, sites }) => role === 'coordinator' && (sites === 'all' || (siteId !== undefined && sites.includes(siteId)))) ?? false;
}
