import type { ErasureReason, FormField, InformationItem, MatchingWeights, OverrideReason, ServiceStandards, SupporterRequirements, Term, Weekday, WeeklyPeriod } from '@alongside/contracts';
import { event, staffOf, type EventsOf, type Personal, type Role } from '@alongside/event-sourcing';
import { defaultForm, defaultPack, defaultRequirements, defaultStandards, defaultTerms, defaultWeights } from './defaults.js';

export type StaffRole = Exclude<Role, 'public' | 'system'>;
/** A role at the named sites, or at every site. */
export interface Grant {
  readonly role: StaffRole;
  readonly sites: readonly string[] | 'all';
}

export interface SiteCalendar {
  /** IANA name. */
  readonly timeZone: string;
  readonly workingDays: readonly Weekday[];
  readonly workingHours?: readonly WeeklyPeriod[];
  /** Calendar dates on which nobody works. */
  readonly holidays: readonly string[];
}

export interface PackItem {
  readonly item: InformationItem;
  readonly version: number;
  readonly title: string;
  readonly text: string;
}

/** Fields of the Open Referral UK service object, what the directory needs of them. */
export interface ServiceListing {
  readonly name: string;
  readonly description?: string;
  /** The organisation that offers it. */
  readonly provider?: string;
  readonly url?: string;
  readonly contact: { readonly telephone?: string; readonly email?: string; readonly address?: string };
  readonly eligibility?: string;
  readonly areas: readonly string[];
  readonly status: 'active' | 'inactive' | 'defunct' | 'temporarily closed';
}

const organisationId = '00000000-0000-4000-8000-000000000001';
const siteId = '00000000-0000-4000-8000-000000000002';
const staffId = '00000000-0000-4000-8000-000000000003';
const journeyId = '00000000-0000-4000-8000-000000000004';
const serviceId = '00000000-0000-4000-8000-000000000005';

export const OrganisationRegistered = event('OrganisationRegistered').of<{ organisationId: string; name: string }>({
  says: 'An organisation joined, with its defaults and its first administrator.',
  example: { organisationId, name: 'Northbank Peer Support' },
});

export const SiteOpened = event('SiteOpened').of<{ siteId: string; name: string; area?: string; calendar: SiteCalendar }>({
  says: 'A site opened: it has a public referral form from now on.',
  example: { siteId, name: 'Riverside', area: 'East', calendar: { timeZone: 'Europe/London', workingDays: ['monday', 'tuesday'], holidays: ['2026-12-25'] } },
});

export const SiteClosing = event('SiteClosing').of<{ siteId: string; reason?: 'asked' | 'journey-arrived-late' }>({
  says: 'A site takes no new referrals; it closes when its last journey has closed or moved.',
  example: { siteId, reason: 'asked' },
});

export const SiteClosed = event('SiteClosed').of<{ siteId: string }>({ says: 'A closing site has no open journey any more.', example: { siteId } });

export const SiteCalendarSet = event('SiteCalendarSet').of<{ siteId: string; calendar: SiteCalendar }>({
  says: 'Time zone, working week and holidays of a site.',
  example: { siteId, calendar: { timeZone: 'Europe/London', workingDays: ['monday', 'friday'], holidays: [] } },
});

export const StaffMemberAdded = event('StaffMemberAdded').of<{
  staffId: string;
  name: Personal<string>;
  email: Personal<string>;
  agency?: Personal<string>;
  grants: readonly Grant[];
}>({
  personal: { name: staffOf('staffId'), email: staffOf('staffId'), agency: staffOf('staffId') },
  says: 'Somebody joined the staff, or may refer people from now on.',
  example: { staffId, name: 'Ade Bright', email: 'ade.bright@example.org', agency: 'Harbour Clinic', grants: [{ role: 'coordinator', sites: [siteId] }] },
});

export const StaffRolesChanged = event('StaffRolesChanged').of<{ staffId: string; grants: readonly Grant[] }>({
  says: 'A staff member holds other roles.',
  example: { staffId, grants: [{ role: 'supervisor', sites: 'all' }] },
});

export const StaffMemberRemoved = event('StaffMemberRemoved').of<{ staffId: string }>({
  says: 'A staff member left; what they held shows on worklists until somebody takes it.',
  example: { staffId },
});

export const StaffMemberErased = event('StaffMemberErased').of<{ staffId: string; subjects: readonly string[]; reason: ErasureReason; overrideReason?: OverrideReason }>({
  says: 'A former staff member, or referrer who signed in, used their right to be erased: nothing that is theirs can be read any more.',
  example: { staffId, subjects: [`staff-${staffId}`, `referrer-${staffId}`], reason: 'asked-by-person', overrideReason: 'concern-handed-over' },
});

export const StaffConcernHeard = event('StaffConcernHeard').of<{ staffId: string; concernId: string; status: 'open' | 'resolved'; sourceRevision: number }>({
  says: 'A safeguarding concern about a staff member is open or resolved: an erasure waits for an open one.',
  example: { staffId, concernId: '00000000-0000-4000-8000-000000000006', status: 'open', sourceRevision: 4 },
});

export const ReferralFormConfigured = event('ReferralFormConfigured').of<{ version: number; fields: readonly FormField[] }>({
  says: 'The referral form has a new version.',
  example: { version: 1, fields: defaultForm },
});

export const InformationPackPublished = event('InformationPackPublished').of<{ items: readonly PackItem[] }>({
  says: 'Items of the information pack, those that changed with a new version.',
  example: { items: defaultPack.map((each) => ({ ...each, version: 1 })) },
});

export const ServiceStandardsSet = event('ServiceStandardsSet').of<{ version: number; standards: ServiceStandards }>({
  says: 'What the service promises, in days and weeks.',
  example: { version: 1, standards: defaultStandards },
});

export const SupporterRequirementsSet = event('SupporterRequirementsSet').of<{ version: number; requirements: SupporterRequirements }>({
  says: 'Training and checks that a supporter needs.',
  example: { version: 1, requirements: defaultRequirements },
});

export const MatchingWeightsSet = event('MatchingWeightsSet').of<{ version: number; weights: MatchingWeights }>({
  says: 'What counts how much in suggestions.',
  example: { version: 1, weights: defaultWeights },
});

export const TermListPublished = event('TermListPublished').of<{ version: number; terms: readonly Term[] }>({
  says: "The organisation's own terms, with synonyms.",
  example: { version: 1, terms: defaultTerms },
});

export const ServiceListed = event('ServiceListed').of<{ serviceId: string; service: ServiceListing }>({
  says: 'A service is in the signposting directory, or its entry changed.',
  example: {
    serviceId,
    service: {
      name: 'Harbour Drug and Alcohol Service',
      description: 'Walk-in advice and treatment.',
      provider: 'Harbour Trust',
      url: 'https://harbour.example.org',
      contact: { telephone: '01632 960001', email: 'hello@harbour.example.org', address: '1 Quay Street' },
      eligibility: 'Adults',
      areas: ['East'],
      status: 'active',
    },
  },
});

export const ServiceRetired = event('ServiceRetired').of<{ serviceId: string }>({ says: 'A service left the directory; signposts to it stay as they were.', example: { serviceId } });

export const JourneyArrivedAtSite = event('JourneyArrivedAtSite').of<{ organisationId: string; siteId: string; journeyId: string; sourceRevision: number }>({
  says: 'A journey belongs to this site.',
  example: { organisationId, siteId, journeyId, sourceRevision: 0 },
});

export const JourneyLeftSite = event('JourneyLeftSite').of<{ organisationId: string; siteId: string; journeyId: string; why: 'moved' | 'closed'; sourceRevision: number }>({
  says: 'A journey closed, or moved to another site.',
  example: { organisationId, siteId, journeyId, why: 'closed', sourceRevision: 7 },
});

export const organisationEvents = [
  OrganisationRegistered,
  SiteOpened,
  SiteClosing,
  SiteClosed,
  SiteCalendarSet,
  StaffMemberAdded,
  StaffRolesChanged,
  StaffMemberRemoved,
  StaffMemberErased,
  StaffConcernHeard,
  ReferralFormConfigured,
  InformationPackPublished,
  ServiceStandardsSet,
  SupporterRequirementsSet,
  MatchingWeightsSet,
  TermListPublished,
  ServiceListed,
  ServiceRetired,
] as const;
export type OrganisationEvent = EventsOf<typeof organisationEvents>;

export const siteJourneysEvents = [JourneyArrivedAtSite, JourneyLeftSite] as const;
export type SiteJourneysEvent = EventsOf<typeof siteJourneysEvents>;
