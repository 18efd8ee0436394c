import { integrationEvent } from '@alongside/messaging';
import { Type } from 'typebox';
import type { Role } from '@alongside/event-sourcing';
import type { FormField, MatchingWeights, ServiceStandards, SupporterRequirements, Term, WeeklyPeriod, Weekday } from './shapes.js';
import { date, id, personal, typed } from './shapes.js';

const context = 'organisations';

/** All of these carry the whole latest state of what they are about, so that a listener needs no other. */
export const OrganisationChanged = integrationEvent({
  context,
  name: 'OrganisationChanged',
  version: 1,
  says: 'An organisation was registered.',
  schema: Type.Object({ organisationId: id(), name: Type.String() }),
});

export const SiteChanged = integrationEvent({
  context,
  name: 'SiteChanged',
  version: 1,
  says: 'A site opened, changed its calendar, is closing or has closed.',
  schema: Type.Object({
    siteId: id(),
    name: Type.String(),
    status: Type.Union([Type.Literal('open'), Type.Literal('closing'), Type.Literal('closed')]),
    /** IANA name. */
    timeZone: Type.String(),
    workingDays: typed<readonly Weekday[]>(),
    workingHours: Type.Optional(typed<readonly WeeklyPeriod[]>()),
    holidays: Type.Array(date()),
  }),
});

export const StaffMemberChanged = integrationEvent({
  context,
  name: 'StaffMemberChanged',
  version: 1,
  says: 'Somebody on the staff (or a signed-in referrer) was added, has other roles, or was removed.',
  schema: Type.Object({
    staffId: id(),
    name: personal<string>(),
    email: personal<string>(),
    /** For referrers: the agency they work for. */
    agency: Type.Optional(personal<string>()),
    grants: typed<readonly { readonly role: Exclude<Role, 'public' | 'system'>; readonly sites: readonly string[] | 'all' }[]>(),
    status: Type.Union([Type.Literal('active'), Type.Literal('removed')]),
  }),
});

export const ReferralFormConfigured = integrationEvent({
  context,
  name: 'ReferralFormConfigured',
  version: 1,
  says: 'The referral form has a new version; a referral keeps the version it began with.',
  schema: Type.Object({ version: Type.Integer({ minimum: 1 }), fields: typed<readonly FormField[]>() }),
});

export const informationItems = [
  'confidentiality-information',
  'confidentiality-agreement',
  'emergency-contacts',
  'about-the-organisation',
  'complaints-policy',
  'other-organisations',
] as const;
export type InformationItem = (typeof informationItems)[number];

export const InformationPackPublished = integrationEvent({
  context,
  name: 'InformationPackPublished',
  version: 1,
  says: 'The information pack, every item with its latest version.',
  schema: Type.Object({ items: typed<readonly { readonly item: InformationItem; readonly version: number; readonly title: string }[]>() }),
});

export const ServiceStandardsSet = integrationEvent({
  context,
  name: 'ServiceStandardsSet',
  version: 1,
  says: 'The service standards have a new version.',
  schema: Type.Object({ version: Type.Integer({ minimum: 1 }), standards: typed<ServiceStandards>() }),
});

export const SupporterRequirementsSet = integrationEvent({
  context,
  name: 'SupporterRequirementsSet',
  version: 1,
  says: 'What a supporter needs before being matched has a new version.',
  schema: Type.Object({ version: Type.Integer({ minimum: 1 }), requirements: typed<SupporterRequirements>() }),
});

export const MatchingWeightsSet = integrationEvent({
  context,
  name: 'MatchingWeightsSet',
  version: 1,
  says: 'What counts how much in suggestions has a new version.',
  schema: Type.Object({ version: Type.Integer({ minimum: 1 }), weights: typed<MatchingWeights>() }),
});

export const TermListPublished = integrationEvent({
  context,
  name: 'TermListPublished',
  version: 1,
  says: "The organisation's terms for challenges, interests and dislikes have a new version.",
  schema: Type.Object({ version: Type.Integer({ minimum: 1 }), terms: typed<readonly Term[]>() }),
});

export const ServiceChanged = integrationEvent({
  context,
  name: 'ServiceChanged',
  version: 1,
  says: 'A service of the signposting directory was listed, changed or retired.',
  schema: Type.Object({ serviceId: id(), name: Type.String(), status: Type.Union([Type.Literal('listed'), Type.Literal('retired')]) }),
});
