import { inStream, projecting, testIds, testNow } from '@alongside/testing';
import { uuidOf, type DomainEvent } from '@alongside/event-sourcing';
import { defaultForm, defaultRequirements, defaultStandards, defaultTerms, defaultWeights } from '../domain/defaults.js';
import {
  InformationPackPublished,
  MatchingWeightsSet,
  OrganisationRegistered,
  ReferralFormConfigured,
  ServiceListed,
  ServiceRetired,
  ServiceStandardsSet,
  SiteCalendarSet,
  SiteClosed,
  SiteClosing,
  SiteOpened,
  StaffMemberAdded,
  StaffMemberErased,
  StaffMemberRemoved,
  StaffRolesChanged,
  SupporterRequirementsSet,
  TermListPublished,
} from '../domain/events.js';
import { organisations } from './organisation.js';
import { services } from './services.js';
import { sites } from './sites.js';
import { staff } from './staff.js';

const { organisationId, siteId, coordinatorId } = testIds;
const here = (...events: readonly DomainEvent[]) => events.map((each) => inStream(`organisation-${organisationId}`, each));
const calendar = { timeZone: 'Europe/London', workingDays: ['monday'], holidays: [] } as const;
const now = '2026-03-02T10:00:00.000Z';

it('an organisation shows the settings in force', () => {
  const form = { version: 2, fields: defaultForm };
  const items = [{ item: 'complaints-policy', version: 1, title: 'Complaints', text: 'Tell us.' }] as const;
  const terms = { version: 1, terms: defaultTerms };
  projecting(organisations)(
    ...here(
      OrganisationRegistered({ organisationId, name: 'Northbank' }),
      ReferralFormConfigured({ version: 1, fields: [] }),
      ReferralFormConfigured(form),
      InformationPackPublished({ items }),
      ServiceStandardsSet({ version: 1, standards: defaultStandards }),
      SupporterRequirementsSet({ version: 1, requirements: defaultRequirements }),
      MatchingWeightsSet({ version: 1, weights: defaultWeights }),
      TermListPublished(terms),
    ),
  ).then({
    organisationId,
    name: 'Northbank',
    registeredAt: now,
    referralForm: form,
    informationPack: items,
    standards: { version: 1, ...defaultStandards },
    supporterRequirements: { version: 1, ...defaultRequirements },
    matchingWeights: { version: 1, ...defaultWeights },
    terms,
  });
});

it('a site shows its calendar and whether it takes referrals', () => {
  const opened = SiteOpened({ siteId, name: 'Riverside', area: 'East', calendar });
  const document = { organisationId, name: 'Riverside', area: 'East', status: 'open', calendar, openedAt: now } as const;
  projecting(sites)(...here(opened)).thenOf(siteId, document);
  const changed = { ...calendar, holidays: ['2026-12-25'] };
  projecting(sites)(...here(opened, SiteCalendarSet({ siteId, calendar: changed }), SiteClosing({ siteId }))).thenOf(siteId, { ...document, calendar: changed, status: 'closing' });
  projecting(sites)(...here(opened, SiteClosing({ siteId }), SiteClosed({ siteId }))).thenOf(siteId, { ...document, status: 'closed' });
});

it('a staff member shows the roles they hold now', () => {
  const added = StaffMemberAdded({ staffId: coordinatorId, name: 'Ade Bright', email: 'ade@example.org', grants: [{ role: 'coordinator', sites: [siteId] }] });
  const grants = [{ role: 'supervisor', sites: 'all' }] as const;
  const document = { organisationId, name: 'Ade Bright', email: 'ade@example.org', addedAt: now } as const;
  projecting(staff)(...here(added, StaffRolesChanged({ staffId: coordinatorId, grants }))).thenOf(coordinatorId, { ...document, grants, roles: ['supervisor'], status: 'active' });
  projecting(staff)(...here(added, StaffMemberRemoved({ staffId: coordinatorId }))).thenOf(coordinatorId, { ...document, grants: [], roles: [], status: 'removed' });
  const erased = StaffMemberErased({ staffId: coordinatorId, subjects: [], reason: 'asked-by-person' });
  projecting(staff)(...here(added, StaffMemberRemoved({ staffId: coordinatorId }), erased)).thenOf(coordinatorId, { ...document, grants: [], roles: [], status: 'removed', erasedAt: testNow, erasure: { reason: 'asked-by-person' } });
});

it('a service shows its latest entry, also once retired', () => {
  const serviceId = uuidOf('test', 'service');
  const service = { name: 'Harbour Service', contact: {}, areas: ['East'], status: 'active' } as const;
  const listed = ServiceListed({ serviceId, service: { ...service, name: 'Harbour' } });
  const document = { organisationId, service, listing: 'listed', areas: ['East'], name: 'Harbour Service' } as const;
  projecting(services)(...here(listed, ServiceListed({ serviceId, service }))).thenOf(serviceId, document);
  projecting(services)(...here(listed, ServiceListed({ serviceId, service }), ServiceRetired({ serviceId }))).thenOf(serviceId, { ...document, listing: 'retired' });
});
