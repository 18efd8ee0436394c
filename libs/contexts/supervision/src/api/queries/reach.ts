import type { Condition, Filter } from '@alongside/read-models';
import type { QueryRequest } from '@alongside/service';

/** What is reached by site and by supervisor; both are top-level fields of its document. */
interface Placed {
  readonly organisationId: string;
  readonly siteId?: string;
  readonly supervisorId?: string;
}

const among = (sites: readonly string[] | 'all'): Condition => (sites === 'all' ? { exists: true } : { in: sites });

/** The records that a coordinator of these sites may open: those of a site, and those that have none yet. */
export const coordinatorsFilter = (request: QueryRequest): readonly Filter<Placed>[] => {
  if (!request.as.includes('coordinator')) return [];
  const sites = request.sites('coordinator');
  return sites === 'all' ? [{}] : [{ siteId: among(sites) }, { siteId: { exists: false } }];
};

/** The records that a supervisor may open: their own, and those of their sites that nobody supervises. */
export const supervisorsFilter = (request: QueryRequest): readonly Filter<Placed>[] =>
  request.as.includes('supervisor') ? [{ supervisorId: request.user.id }, { supervisorId: { exists: false }, siteId: among(request.sites('supervisor')) }] : [];

export function reachedAsCoordinator(request: QueryRequest, { siteId }: Placed): boolean {
  if (!request.as.includes('coordinator')) return false;
  const sites = request.sites('coordinator');
  return sites === 'all' || siteId === undefined || sites.includes(siteId);
}

export function reachedAsSupervisor(request: QueryRequest, { siteId, supervisorId }: Placed): boolean {
  if (!request.as.includes('supervisor')) return false;
  if (supervisorId !== undefined) return supervisorId === request.user.id;
  const sites = request.sites('supervisor');
  return sites === 'all' ? siteId !== undefined : siteId !== undefined && sites.includes(siteId);
}
