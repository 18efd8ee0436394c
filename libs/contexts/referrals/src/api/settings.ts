import { dateIn, localMomentIn, organisations, type FormField, type LocalMoment, type ServiceStandards } from '@alongside/contracts';
import { InvalidField } from '@alongside/event-sourcing';
import type { DataOf } from '@alongside/messaging';
import type { Work } from '@alongside/service';
import type { Signpost } from '../domain/words.js';

// The organisation's settings, as referrals have heard them.

export type Site = DataOf<typeof organisations.SiteChanged>;
export type StaffMember = DataOf<typeof organisations.StaffMemberChanged>;
export interface Form {
  readonly version: number;
  readonly fields: readonly FormField[];
}

type Settings = Pick<Work, 'setting' | 'settings'>;

export const siteOf = (work: Settings, organisationId: string, siteId: string): Promise<Site | undefined> => work.setting(organisations.SiteChanged, organisationId, siteId);

/** The version of the form that a referral began with; an organisation keeps all of them. */
export const formOf = (work: Settings, organisationId: string, version: number): Promise<Form | undefined> => work.setting(organisations.ReferralFormConfigured, organisationId, String(version));

/** The form in force: the latest version. */
export async function formInForce(work: Settings, organisationId: string): Promise<Form | undefined> {
  const versions = await work.settings(organisations.ReferralFormConfigured, organisationId);
  return [...versions.values()].reduce<Form | undefined>((latest, each) => (latest && latest.version >= each.version ? latest : each), undefined);
}

export async function standardsOf(work: Settings, organisationId: string): Promise<ServiceStandards | undefined> {
  return (await work.setting(organisations.ServiceStandardsSet, organisationId))?.standards;
}

/** UTC until a site has told where it is. */
export const timeZoneOf = (site: Site | undefined): string => site?.timeZone ?? 'UTC';

export async function dateAt(work: Settings, organisationId: string, siteId: string, instant: string): Promise<string> {
  return dateIn(timeZoneOf(await siteOf(work, organisationId, siteId)), instant);
}

export async function localMoment(work: Settings, organisationId: string, siteId: string, instant: string): Promise<LocalMoment> {
  return localMomentIn(timeZoneOf(await siteOf(work, organisationId, siteId)), instant);
}

/** Services of the directory that are listed; each other is named as unknown. */
export async function mustBeListed(work: Settings, organisationId: string, signposts: readonly Signpost[]): Promise<void> {
  const services = await work.settings(organisations.ServiceChanged, organisationId);
  const unknown = signposts.flatMap(({ serviceId }, index) => (services.get(serviceId)?.status === 'listed' ? [] : [{ path: `signposts.${index}.serviceId`, code: 'unknown' }]));
  if (unknown.length > 0) throw new InvalidField(unknown);
}

/** Whether they coordinate at a site; undefined: nobody of that id is known here. */
export function coordinatesAt(member: StaffMember | undefined, siteId: string): boolean | undefined {
  if (!member) return undefined;
  return member.status === 'active' && member.grants.some(({ role, sites }) => role === 'coordinator' && (sites === 'all' || sites.includes(siteId)));
}
