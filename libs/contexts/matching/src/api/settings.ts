import { dateIn, organisations } from '@alongside/contracts';
import { InvalidField } from '@alongside/event-sourcing';
import type { Work } from '@alongside/service';
import { unheard } from '../domain/defaults.js';
import type { Requirements } from '../domain/eligibility.js';

/** Settings of the organisation as matching has heard them. */

export async function timeZoneOf(work: Work, organisationId: string, siteId: string | undefined): Promise<string> {
  const site = siteId === undefined ? undefined : await work.setting(organisations.SiteChanged, organisationId, siteId);
  return site?.timeZone ?? unheard.timeZone;
}

/** The calendar date of a moment at a site. */
export async function dateAt(work: Work, organisationId: string, siteId: string | undefined, moment: string): Promise<string> {
  return dateIn(await timeZoneOf(work, organisationId, siteId), moment);
}

export async function timeZones(work: Work, organisationId: string): Promise<(siteId: string | undefined) => string> {
  const sites = await work.settings(organisations.SiteChanged, organisationId);
  return (siteId) => sites.get(siteId ?? '')?.timeZone ?? unheard.timeZone;
}

export async function standardsOf(work: Work, organisationId: string): Promise<{ readonly supervisionWeeks: number; readonly proposalDays: number; readonly pauseReviewWeeks: number }> {
  return (await work.setting(organisations.ServiceStandardsSet, organisationId))?.standards ?? unheard.standards;
}

/** What a supporter needs before being matched. */
export async function requiredOf(work: Work, organisationId: string): Promise<Requirements> {
  const requirements = (await work.setting(organisations.SupporterRequirementsSet, organisationId))?.requirements ?? unheard.requirements;
  return { requirements, supervisionWeeks: (await standardsOf(work, organisationId)).supervisionWeeks };
}

export async function weightsOf(work: Work, organisationId: string) {
  return (await work.setting(organisations.MatchingWeightsSet, organisationId)) ?? { version: 0, weights: unheard.weights };
}

export async function termsOf(work: Work, organisationId: string) {
  return (await work.setting(organisations.TermListPublished, organisationId)) ?? { version: 0, terms: [] };
}

const unknown = (path: string): InvalidField => new InvalidField([{ path, code: 'unknown' }]);

export async function knownSite(work: Work, organisationId: string, siteId: string, path: string): Promise<void> {
  const site = await work.setting(organisations.SiteChanged, organisationId, siteId);
  if (site === undefined || site.status === 'closed') throw unknown(path);
}

/** Somebody whom mentee and supporter can turn to: a coordinator or supervisor at the site of the journey. */
export async function knownContact(work: Work, organisationId: string, siteId: string | undefined, staffId: string, path: string): Promise<void> {
  const member = await work.setting(organisations.StaffMemberChanged, organisationId, staffId);
  if (member?.status !== 'active') throw unknown(path);
  const isContact = member.grants.some(({ role, sites }) => (role === 'coordinator' || role === 'supervisor') && (sites === 'all' || siteId === undefined || sites.includes(siteId)));
  if (!isContact) throw new InvalidField([{ path, code: 'not-a-contact' }]);
}
