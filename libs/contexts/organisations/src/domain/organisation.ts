import type { ErasureReason, FormField, InformationItem, MatchingWeights, OverrideReason, ServiceStandards, SupporterRequirements, Term } from '@alongside/contracts';
import { aggregate, decider, referrerSubject, refuse, refuseUnless, staffSubject, type CommandsOf, type Personal } from '@alongside/event-sourcing';
import { checkForm } from './referral-form.js';
import { checkTerms } from './terms.js';
import { defaultForm, defaultPack, defaultRequirements, defaultStandards, defaultTerms, defaultWeights } from './defaults.js';
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
  StaffConcernHeard,
  StaffMemberAdded,
  StaffMemberErased,
  StaffMemberRemoved,
  StaffRolesChanged,
  SupporterRequirementsSet,
  TermListPublished,
  organisationEvents,
  type Grant,
  type OrganisationEvent,
  type PackItem,
  type ServiceListing,
  type SiteCalendar,
} from './events.js';
import { checkCalendar, checkGrants, checkWeights, sameJson } from './settings.js';

export interface Site {
  readonly name: string;
  readonly area?: string;
  readonly status: 'open' | 'closing' | 'closed';
  readonly calendar: SiteCalendar;
}

export interface StaffMember {
  readonly name: Personal<string>;
  readonly email: Personal<string>;
  readonly agency?: Personal<string>;
  readonly grants: readonly Grant[];
  readonly status: 'active' | 'removed';
  readonly erased?: true;
  /** Safeguarding concerns about them, by id, as supervision told of them. */
  readonly concerns?: Readonly<Record<string, { readonly status: 'open' | 'resolved'; readonly sourceRevision: number }>>;
}

interface Registered {
  readonly status: 'registered';
  readonly name: string;
  readonly sites: Readonly<Record<string, Site>>;
  readonly staff: Readonly<Record<string, StaffMember>>;
  readonly form: { readonly version: number; readonly fields: readonly FormField[] };
  readonly pack: readonly PackItem[];
  readonly standards: { readonly version: number; readonly standards: ServiceStandards };
  readonly requirements: { readonly version: number; readonly requirements: SupporterRequirements };
  readonly weights: { readonly version: number; readonly weights: MatchingWeights };
  readonly terms: { readonly version: number; readonly terms: readonly Term[] };
  readonly services: Readonly<Record<string, { readonly service: ServiceListing; readonly status: 'listed' | 'retired' }>>;
}

export type Organisation = { readonly status: 'none' } | Registered;

export type OrganisationCommand = CommandsOf<{
  'register-organisation': { name: string; administrator: { name: string; email: string } };
  'open-site': { name: string; area?: string; calendar: SiteCalendar };
  'close-site': { siteId: string };
  'complete-site-closing': { siteId: string };
  'note-late-journey': { siteId: string };
  'set-site-calendar': { siteId: string } & SiteCalendar;
  'add-staff-member': { name: string; email: string; agency?: string; grants: readonly Grant[] };
  'change-staff-roles': { staffId: string; grants: readonly Grant[] };
  'remove-staff-member': { staffId: string };
  'erase-staff-member': { staffId: string; reason: ErasureReason; overrideReason?: OverrideReason };
  'hear-concern': { staffId: string; concernId: string; open: boolean; safeguarding: boolean; sourceRevision: number };
  'configure-referral-form': { fields: readonly FormField[] };
  'publish-information-pack': { items: readonly { item: InformationItem; title: string; text: string }[] };
  'set-service-standards': ServiceStandards;
  'set-supporter-requirements': SupporterRequirements;
  'set-matching-weights': MatchingWeights;
  'publish-term-list': { terms: readonly Term[] };
  'list-service': { serviceId?: string } & ServiceListing;
  'retire-service': { serviceId: string };
}>;

function registered(state: Organisation): Registered {
  return state.status === 'registered' ? state : refuse('organisation-not-registered');
}

function siteOf(state: Registered, siteId: string): Site {
  return state.sites[siteId] ?? refuse('unknown-site');
}

function activeStaff(state: Registered, staffId: string): StaffMember {
  const member = state.staff[staffId] ?? refuse('unknown-staff-member');
  refuseUnless(member.status === 'active', 'staff-member-removed');
  return member;
}

/** Everything that is known of somebody on the staff under a key of theirs. */
export const subjectsOfStaff = (staffId: string): readonly string[] => [staffSubject(staffId), referrerSubject(staffId)];

const isAdministrator = (member: StaffMember): boolean => member.status === 'active' && member.grants.some((grant) => grant.role === 'administrator');

/** The rule that somebody can always let others in: an administrator other than this member remains. */
function anotherAdministratorStays(state: Registered, staffId: string): void {
  const others = Object.entries(state.staff).some(([id, member]) => id !== staffId && isAdministrator(member));
  refuseUnless(others, 'last-administrator');
}

export const organisation = decider<Organisation, OrganisationCommand, OrganisationEvent>({
  initial: { status: 'none' },
  decide: {
    'register-organisation'({ data, newId }, state) {
      refuseUnless(state.status === 'none', 'already-registered');
      const { name, email } = data.administrator;
      return [
        OrganisationRegistered({ organisationId: newId('organisation'), name: data.name }),
        StaffMemberAdded({ staffId: newId('administrator'), name, email, grants: [{ role: 'administrator', sites: 'all' }] }),
        ReferralFormConfigured({ version: 1, fields: defaultForm }),
        InformationPackPublished({ items: defaultPack.map((each) => ({ ...each, version: 1 })) }),
        ServiceStandardsSet({ version: 1, standards: defaultStandards }),
        SupporterRequirementsSet({ version: 1, requirements: defaultRequirements }),
        MatchingWeightsSet({ version: 1, weights: defaultWeights }),
        TermListPublished({ version: 1, terms: defaultTerms }),
      ];
    },
    'open-site'({ data, newId }, state) {
      const { sites } = registered(state);
      const taken = Object.values(sites).some((site) => site.status !== 'closed' && site.name.toLowerCase() === data.name.toLowerCase());
      refuseUnless(!taken, 'site-name-taken');
      checkCalendar(data.calendar, 'calendar.');
      return [SiteOpened({ siteId: newId('site'), name: data.name, ...(data.area !== undefined && { area: data.area }), calendar: data.calendar })];
    },
    'close-site'({ data }, state) {
      return siteOf(registered(state), data.siteId).status === 'open' ? [SiteClosing({ siteId: data.siteId, reason: 'asked' })] : [];
    },
    'complete-site-closing'({ data }, state) {
      return siteOf(registered(state), data.siteId).status === 'closing' ? [SiteClosed({ siteId: data.siteId })] : [];
    },
    // A referral that was on its way when the site closed: the site goes on closing until that journey has ended too.
    'note-late-journey'({ data }, state) {
      return siteOf(registered(state), data.siteId).status === 'closed' ? [SiteClosing({ siteId: data.siteId, reason: 'journey-arrived-late' })] : [];
    },
    'set-site-calendar'({ data: { siteId, ...calendar } }, state) {
      const site = siteOf(registered(state), siteId);
      refuseUnless(site.status !== 'closed', 'site-closed');
      checkCalendar(calendar);
      return sameJson(site.calendar, calendar) ? [] : [SiteCalendarSet({ siteId, calendar })];
    },
    'add-staff-member'({ data, newId }, state) {
      checkGrants(data.grants, registered(state).sites);
      const { name, email, agency, grants } = data;
      return [StaffMemberAdded({ staffId: newId('staff'), name, email, ...(agency !== undefined && { agency }), grants })];
    },
    'change-staff-roles'({ data }, state) {
      const current = registered(state);
      const member = activeStaff(current, data.staffId);
      checkGrants(data.grants, current.sites);
      if (isAdministrator(member) && !data.grants.some((grant) => grant.role === 'administrator')) anotherAdministratorStays(current, data.staffId);
      return sameJson(member.grants, data.grants) ? [] : [StaffRolesChanged({ staffId: data.staffId, grants: data.grants })];
    },
    'remove-staff-member'({ data }, state) {
      const current = registered(state);
      const member = current.staff[data.staffId] ?? refuse('unknown-staff-member');
      if (member.status === 'removed') return [];
      if (isAdministrator(member)) anotherAdministratorStays(current, data.staffId);
      return [StaffMemberRemoved({ staffId: data.staffId })];
    },
    'erase-staff-member'({ data: { staffId, reason, overrideReason } }, state) {
      const member = registered(state).staff[staffId] ?? refuse('unknown-staff-member');
      if (member.erased) return [];
      refuseUnless(member.status === 'removed', 'not-removed');
      const concernIds = Object.entries(member.concerns ?? {}).flatMap(([concernId, { status }]) => (status === 'open' ? [concernId] : []));
      refuseUnless(concernIds.length === 0 || overrideReason !== undefined, 'open-safeguarding-concern', { concernIds });
      // Whoever referred people under this id told some things of themselves as a referrer.
      return [StaffMemberErased({ staffId, subjects: subjectsOfStaff(staffId), reason, ...(overrideReason !== undefined && { overrideReason }) })];
    },
    'hear-concern'({ data: { staffId, concernId, open, safeguarding, sourceRevision } }, state) {
      const member = state.status === 'registered' ? state.staff[staffId] : undefined;
      const known = member?.concerns?.[concernId];
      // Concerns are about supporters, too. What is about safeguarding stays so; nothing waits for any other.
      if (!member || (!safeguarding && !known) || (known && known.sourceRevision >= sourceRevision)) return [];
      return [StaffConcernHeard({ staffId, concernId, status: open ? 'open' : 'resolved', sourceRevision })];
    },
    'configure-referral-form'({ data }, state) {
      const { form } = registered(state);
      checkForm(data.fields);
      return sameJson(form.fields, data.fields) ? [] : [ReferralFormConfigured({ version: form.version + 1, fields: data.fields })];
    },
    'publish-information-pack'({ data }, state) {
      const { pack } = registered(state);
      const given = new Map(data.items.map((each) => [each.item, each]));
      refuseUnless(given.size === data.items.length, 'item-given-twice');
      let changed = false;
      const items = [...new Set([...pack.map((each) => each.item), ...given.keys()])].map((item): PackItem => {
        const before = pack.find((each) => each.item === item);
        const next = given.get(item);
        if (!next || (before && before.title === next.title && before.text === next.text)) return before as PackItem;
        changed = true;
        return { ...next, version: (before?.version ?? 0) + 1 };
      });
      return changed ? [InformationPackPublished({ items })] : [];
    },
    'set-service-standards'({ data }, state) {
      const { standards } = registered(state);
      return sameJson(standards.standards, data) ? [] : [ServiceStandardsSet({ version: standards.version + 1, standards: data })];
    },
    'set-supporter-requirements'({ data }, state) {
      const { requirements } = registered(state);
      for (const list of [data.trainings, data.checks]) refuseUnless(new Set(list.map((each) => each.code)).size === list.length, 'requirement-given-twice');
      return sameJson(requirements.requirements, data) ? [] : [SupporterRequirementsSet({ version: requirements.version + 1, requirements: data })];
    },
    'set-matching-weights'({ data }, state) {
      const { weights } = registered(state);
      checkWeights(data);
      return sameJson(weights.weights, data) ? [] : [MatchingWeightsSet({ version: weights.version + 1, weights: data })];
    },
    'publish-term-list'({ data }, state) {
      const { terms } = registered(state);
      checkTerms(data.terms);
      return sameJson(terms.terms, data.terms) ? [] : [TermListPublished({ version: terms.version + 1, terms: data.terms })];
    },
    'list-service'({ data: { serviceId, ...service }, newId }, state) {
      const { services } = registered(state);
      if (serviceId === undefined) return [ServiceListed({ serviceId: newId('service'), service })];
      const before = services[serviceId] ?? refuse('unknown-service');
      return before.status === 'listed' && sameJson(before.service, service) ? [] : [ServiceListed({ serviceId, service })];
    },
    'retire-service'({ data }, state) {
      const service = registered(state).services[data.serviceId] ?? refuse('unknown-service');
      return service.status === 'retired' ? [] : [ServiceRetired({ serviceId: data.serviceId })];
    },
  },
  evolve: {
    OrganisationRegistered: (_state, { data }) => ({
      status: 'registered',
      name: data.name,
      sites: {},
      staff: {},
      form: { version: 0, fields: [] },
      pack: [],
      standards: { version: 0, standards: defaultStandards },
      requirements: { version: 0, requirements: defaultRequirements },
      weights: { version: 0, weights: defaultWeights },
      terms: { version: 0, terms: [] },
      services: {},
    }),
    SiteOpened: (state, { data: { siteId, name, area, calendar } }) =>
      change(state, (current) => ({ sites: { ...current.sites, [siteId]: { name, ...(area !== undefined && { area }), status: 'open', calendar } } })),
    SiteClosing: (state, { data }) => change(state, (current) => ({ sites: patch(current.sites, data.siteId, { status: 'closing' }) })),
    SiteClosed: (state, { data }) => change(state, (current) => ({ sites: patch(current.sites, data.siteId, { status: 'closed' }) })),
    SiteCalendarSet: (state, { data }) => change(state, (current) => ({ sites: patch(current.sites, data.siteId, { calendar: data.calendar }) })),
    StaffMemberAdded: (state, { data: { staffId, ...member } }) =>
      change(state, (current) => ({ staff: { ...current.staff, [staffId]: { ...member, status: 'active' } } })),
    StaffRolesChanged: (state, { data }) => change(state, (current) => ({ staff: patch(current.staff, data.staffId, { grants: data.grants }) })),
    StaffMemberRemoved: (state, { data }) => change(state, (current) => ({ staff: patch(current.staff, data.staffId, { status: 'removed', grants: [] }) })),
    StaffMemberErased: (state, { data }) => change(state, (current) => ({ staff: patch(current.staff, data.staffId, { erased: true }) })),
    StaffConcernHeard: (state, { data: { staffId, concernId, ...concern } }) =>
      change(state, (current) => ({ staff: patch(current.staff, staffId, { concerns: { ...current.staff[staffId]?.concerns, [concernId]: concern } }) })),
    ReferralFormConfigured: (state, { data }) => change(state, () => ({ form: data })),
    InformationPackPublished: (state, { data }) => change(state, () => ({ pack: data.items })),
    ServiceStandardsSet: (state, { data }) => change(state, () => ({ standards: data })),
    SupporterRequirementsSet: (state, { data }) => change(state, () => ({ requirements: data })),
    MatchingWeightsSet: (state, { data }) => change(state, () => ({ weights: data })),
    TermListPublished: (state, { data }) => change(state, () => ({ terms: data })),
    ServiceListed: (state, { data }) =>
      change(state, (current) => ({ services: { ...current.services, [data.serviceId]: { service: data.service, status: 'listed' } } })),
    ServiceRetired: (state, { data }) => change(state, (current) => ({ services: patch(current.services, data.serviceId, { status: 'retired' }) })),
  },
});

function change(state: Organisation, next: (current: Registered) => Partial<Registered>): Organisation {
  return state.status === 'registered' ? { ...state, ...next(state) } : state;
}

function patch<T extends object>(record: Readonly<Record<string, T>>, key: string, next: Partial<T>): Readonly<Record<string, T>> {
  const before = record[key];
  return before ? { ...record, [key]: { ...before, ...next } } : record;
}

export const organisationAggregate = aggregate({
  category: 'organisation',
  events: organisationEvents,
  decider: organisation,
  belonging: (state: Organisation, id) => (state.status === 'registered' ? { organisationId: id } : undefined),
});
