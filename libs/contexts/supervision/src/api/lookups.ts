import { organisations, type ServiceStandards } from '@alongside/contracts';
import type { DataOf } from '@alongside/messaging';
import type { StaffRole, Work } from '@alongside/service';
import type { ServiceStanding } from '../domain/support/links.js';
import { supervision } from '../domain/supporter/supervision.js';

export type Settings = Pick<Work, 'setting' | 'settings'>;
export type StaffMember = DataOf<typeof organisations.StaffMemberChanged>;

/** In which dates of a site are judged; where nobody has told, UTC. */
export async function timeZoneOf(work: Settings, organisationId: string, siteId: string | undefined): Promise<string> {
  const site = siteId === undefined ? undefined : await work.setting(organisations.SiteChanged, organisationId, siteId);
  return site?.timeZone ?? 'UTC';
}

/** Until the organisation's own have been heard. */
const usualStandards = { supervisionWeeks: 4, quietDays: 14, checkInWeeks: 4, goalReviewWeeks: 8, pauseReviewWeeks: 4, strainThreshold: 4 };
export type Standards = Pick<ServiceStandards, keyof typeof usualStandards>;

export async function standardsOf(work: Settings, organisationId: string): Promise<Standards> {
  return (await work.setting(organisations.ServiceStandardsSet, organisationId))?.standards ?? usualStandards;
}

export const staffOf = (work: Settings, organisationId: string): Promise<ReadonlyMap<string, StaffMember>> => work.settings(organisations.StaffMemberChanged, organisationId);

export const holds = (member: StaffMember | undefined, role: StaffRole, siteId: string | undefined): boolean =>
  member?.status === 'active' && member.grants.some((grant) => grant.role === role && (grant.sites === 'all' || siteId === undefined || grant.sites.includes(siteId)));

/** Whether somebody on the staff can open a record of that site and supervisor: who cannot, cannot own anything of it. */
export const canSeeTo = (member: StaffMember, siteId: string | undefined, supervisorId: string | undefined): boolean =>
  holds(member, 'coordinator', siteId) ||
  (supervisorId === undefined ? siteId !== undefined && holds(member, 'supervisor', siteId) : member.staffId === supervisorId && holds(member, 'supervisor', undefined));

/** Who may see to a worry there; in the same order every time. */
export async function possibleOwners(work: Settings, organisationId: string, siteId: string | undefined, supervisorId: string | undefined): Promise<readonly string[]> {
  const staff = await staffOf(work, organisationId);
  const members = [...staff.values()].filter((member) => canSeeTo(member, siteId, supervisorId));
  const coordinatorsFirst = (member: StaffMember): number => (holds(member, 'coordinator', siteId) ? 0 : 1);
  return members.sort((one, other) => coordinatorsFirst(one) - coordinatorsFirst(other) || (one.staffId < other.staffId ? -1 : 1)).map((member) => member.staffId);
}

/** Who may answer a question there: coordinators alone; in the same order every time. */
export async function possibleAnswerers(work: Settings, organisationId: string, siteId: string | undefined): Promise<readonly string[]> {
  const staff = await staffOf(work, organisationId);
  return [...staff.values()]
    .filter((member) => holds(member, 'coordinator', siteId))
    .map((member) => member.staffId)
    .sort();
}

export async function serviceStanding(work: Settings, organisationId: string, serviceId: string | undefined): Promise<ServiceStanding> {
  const service = serviceId === undefined ? undefined : await work.setting(organisations.ServiceChanged, organisationId, serviceId);
  return service?.status ?? 'unknown';
}

/** A supporter of the organisation, as matching told of them. */
export async function supporterOf(work: Pick<Work, 'load'>, organisationId: string, supporterId: string) {
  const loaded = await work.load(supervision, supporterId);
  return loaded?.state.status === 'known' && loaded.state.organisationId === organisationId && loaded.state.standing !== undefined ? loaded.state : undefined;
}
