import { commanding, specify, testIds } from '@alongside/testing';
import { uuidOf } from '@alongside/event-sourcing';
import { defaultForm, defaultStandards, defaultTerms, defaultWeights } from './defaults.js';
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
  type OrganisationEvent,
} from './events.js';
import { organisation } from './organisation.js';

const given = specify(organisation);
const { organisationId, siteId } = testIds;
const calendar = { timeZone: 'Europe/London', workingDays: ['monday', 'tuesday'], holidays: [] } as const;
const administrator = { staffId: testIds.administratorId, name: 'Noor Castle', email: 'noor@example.org', grants: [{ role: 'administrator', sites: 'all' }] } as const;
const coordinator = { staffId: testIds.coordinatorId, name: 'Ade Bright', email: 'ade@example.org', grants: [{ role: 'coordinator', sites: [siteId] }] } as const;
const service = { name: 'Harbour Service', contact: {}, areas: [], status: 'active' } as const;
const serviceId = uuidOf('test', 'service');

const registered = (...more: readonly OrganisationEvent[]): readonly OrganisationEvent[] => [
  OrganisationRegistered({ organisationId, name: 'Northbank' }),
  StaffMemberAdded(administrator),
  ReferralFormConfigured({ version: 1, fields: defaultForm }),
  InformationPackPublished({ items: [{ item: 'complaints-policy', version: 1, title: 'Complaints', text: 'Tell us.' }] }),
  ServiceStandardsSet({ version: 1, standards: defaultStandards }),
  MatchingWeightsSet({ version: 1, weights: defaultWeights }),
  TermListPublished({ version: 1, terms: defaultTerms }),
  SiteOpened({ siteId, name: 'Riverside', calendar }),
  ...more,
];

describe('registering', () => {
  const register = commanding('register-organisation', { name: 'Northbank', administrator: { name: 'Noor Castle', email: 'noor@example.org' } });

  it('brings the defaults, so that a referral can come in on the first day', () => {
    given().when(register).thenMatching(
      { type: 'OrganisationRegistered' },
      { type: 'StaffMemberAdded', data: { grants: [{ role: 'administrator', sites: 'all' }] } },
      { type: 'ReferralFormConfigured', data: { version: 1 } },
      { type: 'InformationPackPublished' },
      { type: 'ServiceStandardsSet', data: { version: 1 } },
      { type: 'SupporterRequirementsSet', data: { version: 1 } },
      { type: 'MatchingWeightsSet', data: { version: 1 } },
      { type: 'TermListPublished', data: { version: 1 } },
    );
  });

  it('happens once', () => given(...registered()).when(register).refused('already-registered'));
  it('comes before everything else', () => given().when(commanding('close-site', { siteId })).refused('organisation-not-registered'));
});

describe('sites', () => {
  const open = (name: string, timeZone = 'Europe/London') => commanding('open-site', { name, calendar: { ...calendar, timeZone } });

  it('open with a calendar', () => given(...registered()).when(open('Hillside')).thenMatching({ type: 'SiteOpened', data: { name: 'Hillside', calendar } }));
  it('have names that differ in more than case', () => given(...registered()).when(open('riverside')).refused('site-name-taken'));
  it('may take the name of a closed one', () =>
    given(...registered(SiteClosing({ siteId }), SiteClosed({ siteId }))).when(open('Riverside')).thenMatching({ type: 'SiteOpened' }));
  it('live in a time zone that exists', () => given(...registered()).when(open('Hillside', 'Europe/Nowhere')).invalid('calendar.timeZone'));
  it('close in two steps', () => {
    given(...registered()).when(commanding('close-site', { siteId })).then(SiteClosing({ siteId, reason: 'asked' }));
    given(...registered(SiteClosing({ siteId }))).when(commanding('close-site', { siteId })).nothing();
    given(...registered(SiteClosing({ siteId }))).when(commanding('complete-site-closing', { siteId })).then(SiteClosed({ siteId }));
    given(...registered()).when(commanding('complete-site-closing', { siteId })).nothing();
  });
  it('go on closing when a journey arrives late', () => {
    given(...registered(SiteClosing({ siteId }), SiteClosed({ siteId })))
      .when(commanding('note-late-journey', { siteId }))
      .then(SiteClosing({ siteId, reason: 'journey-arrived-late' }));
    given(...registered()).when(commanding('note-late-journey', { siteId })).nothing();
  });
  it('are known', () => given(...registered()).when(commanding('close-site', { siteId: testIds.otherSiteId })).refused('unknown-site'));
  it('keep their calendar once closed', () => {
    const set = commanding('set-site-calendar', { siteId, ...calendar, holidays: ['2026-12-25'] });
    given(...registered()).when(set).then(SiteCalendarSet({ siteId, calendar: { ...calendar, holidays: ['2026-12-25'] } }));
    given(...registered()).when(commanding('set-site-calendar', { siteId, ...calendar })).nothing();
    given(...registered(SiteClosing({ siteId }), SiteClosed({ siteId }))).when(set).refused('site-closed');
  });
});

describe('staff', () => {
  const add = (grants: (typeof coordinator)['grants'] | readonly { role: 'supporter'; sites: 'all' }[]) =>
    commanding('add-staff-member', { name: 'Ade Bright', email: 'ade@example.org', grants });

  it('hold roles at sites of the organisation', () => {
    given(...registered()).when(add(coordinator.grants)).thenMatching({ type: 'StaffMemberAdded', data: { grants: coordinator.grants } });
    given(...registered())
      .when(commanding('add-staff-member', { name: 'A', email: 'a@example.org', grants: [{ role: 'coordinator', sites: [testIds.otherSiteId] }] }))
      .invalid('grants.0.sites.0');
  });
  it('are not supporters, who are registered with what they need', () => given(...registered()).when(add([{ role: 'supporter', sites: 'all' }])).invalid('grants.0.role'));
  it('hold a role once', () =>
    given(...registered())
      .when(commanding('add-staff-member', { name: 'A', email: 'a@example.org', grants: [{ role: 'auditor', sites: 'all' }, { role: 'auditor', sites: [siteId] }] }))
      .invalid('grants.1.role'));
  it('keep an administrator', () => {
    given(...registered()).when(commanding('remove-staff-member', { staffId: administrator.staffId })).refused('last-administrator');
    given(...registered())
      .when(commanding('change-staff-roles', { staffId: administrator.staffId, grants: [{ role: 'auditor', sites: 'all' }] }))
      .refused('last-administrator');
  });
  it('may lose an administrator when another stays', () => {
    const second = StaffMemberAdded({ ...coordinator, grants: [{ role: 'administrator', sites: 'all' }] });
    given(...registered(second)).when(commanding('remove-staff-member', { staffId: administrator.staffId })).then(StaffMemberRemoved({ staffId: administrator.staffId }));
    // A removed administrator is none.
    given(...registered(second, StaffMemberRemoved({ staffId: coordinator.staffId })))
      .when(commanding('remove-staff-member', { staffId: administrator.staffId }))
      .refused('last-administrator');
  });
  it('change roles only while they are here', () => {
    const change = commanding('change-staff-roles', { staffId: coordinator.staffId, grants: [{ role: 'supervisor', sites: 'all' }] });
    given(...registered(StaffMemberAdded(coordinator))).when(change).then(StaffRolesChanged({ staffId: coordinator.staffId, grants: [{ role: 'supervisor', sites: 'all' }] }));
    given(...registered(StaffMemberAdded(coordinator), StaffMemberRemoved({ staffId: coordinator.staffId }))).when(change).refused('staff-member-removed');
    given(...registered()).when(change).refused('unknown-staff-member');
    given(...registered(StaffMemberAdded(coordinator)))
      .when(commanding('change-staff-roles', { staffId: coordinator.staffId, grants: coordinator.grants }))
      .nothing();
  });
  it('are removed once', () =>
    given(...registered(StaffMemberAdded(coordinator), StaffMemberRemoved({ staffId: coordinator.staffId })))
      .when(commanding('remove-staff-member', { staffId: coordinator.staffId }))
      .nothing());
});

describe('the referral form', () => {
  const configure = (fields: typeof defaultForm) => commanding('configure-referral-form', { fields });
  const without = (name: string) => defaultForm.filter((field) => field.name !== name);
  const changed = (name: string, change: object) => defaultForm.map((field) => (field.name === name ? { ...field, ...change } : field));
  const indexOf = (name: string) => defaultForm.findIndex((field) => field.name === name);

  it('gets a new version when it changes', () => {
    const fields = without('clinic');
    given(...registered()).when(configure(fields)).then(ReferralFormConfigured({ version: 2, fields }));
    given(...registered()).when(configure(defaultForm)).nothing();
  });
  it('asks for a name', () => given(...registered()).when(configure(without('name'))).refused('form-needs-a-name'));
  it('asks for a reason', () => given(...registered()).when(configure(without('reason'))).refused('form-needs-a-reason'));
  it('asks how to reach the person', () =>
    given(...registered()).when(configure(without('telephone').filter(({ name }) => name !== 'email'))).refused('form-needs-a-contact'));
  it('names a field once', () => given(...registered()).when(configure([...defaultForm, defaultForm[0] as (typeof defaultForm)[0]])).invalid(`fields.${defaultForm.length}.name`));
  it('keeps the type of fields that others rely on', () =>
    given(...registered()).when(configure(changed('date-of-birth', { type: 'text' }))).invalid(`fields.${indexOf('date-of-birth')}.type`));
  it('treats free text as personal', () => given(...registered()).when(configure(changed('clinic', { personal: false }))).invalid(`fields.${indexOf('clinic')}.personal`));
  it('needs choices for a choice', () => given(...registered()).when(configure(changed('clinic', { type: 'choice' }))).invalid(`fields.${indexOf('clinic')}.choices`));
  it('never requires what is never written down', () =>
    given(...registered()).when(configure(changed('current-medication', { required: true }))).invalid(`fields.${indexOf('current-medication')}.required`));
});

describe('erasing a staff member', () => {
  const { staffId } = coordinator;
  const erase = (more: object = {}) => commanding('erase-staff-member', { staffId, reason: 'asked-by-person', ...more });
  const erased = StaffMemberErased({ staffId, subjects: [`staff-${staffId}`, `referrer-${staffId}`], reason: 'asked-by-person' });
  const removed = [StaffMemberAdded(coordinator), StaffMemberRemoved({ staffId })] as const;
  const concernId = uuidOf('test', 'concern');
  const concern = (status: 'open' | 'resolved', sourceRevision = 1) => StaffConcernHeard({ staffId, concernId, status, sourceRevision });

  it('names their keys, once', () => {
    given(...registered(...removed)).when(erase()).then(erased);
    given(...registered(...removed, erased)).when(erase()).nothing();
  });
  it('needs them to be removed', () => {
    given(...registered(StaffMemberAdded(coordinator))).when(erase()).refused('not-removed');
    given(...registered()).when(erase()).refused('unknown-staff-member');
  });
  it('waits for an open safeguarding concern about them, unless that is overridden', () => {
    given(...registered(...removed, concern('open'))).when(erase()).refused('open-safeguarding-concern', { concernIds: [concernId] });
    given(...registered(...removed, concern('open'))).when(erase({ overrideReason: 'legal-advice' })).thenMatching({ type: 'StaffMemberErased', data: { overrideReason: 'legal-advice' } });
    given(...registered(...removed, concern('open'), concern('resolved', 2))).when(erase()).then(erased);
  });
  it('hears of safeguarding concerns by the order of their source, and of no others', () => {
    const hear = (open: boolean, sourceRevision: number, safeguarding = true, about: string = staffId) => commanding('hear-concern', { staffId: about, concernId, open, safeguarding, sourceRevision });
    given(...registered(...removed)).when(hear(true, 3)).then(concern('open', 3));
    given(...registered(...removed)).when(hear(true, 3, false)).nothing();
    given(...registered(...removed, concern('resolved', 5))).when(hear(true, 3)).nothing();
    given(...registered()).when(hear(true, 3, true, testIds.supporterId)).nothing();
    given().when(hear(true, 3)).nothing();
  });
});

describe('settings', () => {
  it('raise the version of the items that changed alone', () =>
    given(...registered(InformationPackPublished({ items: [{ item: 'complaints-policy', version: 1, title: 'Complaints', text: 'Tell us.' }, { item: 'emergency-contacts', version: 3, title: 'Help', text: 'Call.' }] })))
      .when(commanding('publish-information-pack', { items: [{ item: 'complaints-policy', title: 'Complaints', text: 'Tell anyone.' }, { item: 'emergency-contacts', title: 'Help', text: 'Call.' }] }))
      .then(
        InformationPackPublished({
          items: [
            { item: 'complaints-policy', version: 2, title: 'Complaints', text: 'Tell anyone.' },
            { item: 'emergency-contacts', version: 3, title: 'Help', text: 'Call.' },
          ],
        }),
      ));
  it('name an item of the pack once', () => {
    const item = { item: 'complaints-policy', title: 'Complaints', text: 'Tell anyone.' } as const;
    given(...registered()).when(commanding('publish-information-pack', { items: [item, item] })).refused('item-given-twice');
  });
  it('have a new version only when they change', () => {
    given(...registered()).when(commanding('set-service-standards', { ...defaultStandards, quietDays: 14 })).then(ServiceStandardsSet({ version: 2, standards: { ...defaultStandards, quietDays: 14 } }));
    given(...registered()).when(commanding('set-service-standards', defaultStandards)).nothing();
  });
  it('name a requirement once', () => {
    const check = { code: 'background-check', label: 'Background check' };
    given(...registered()).when(commanding('set-supporter-requirements', { trainings: [], checks: [check, check] })).refused('requirement-given-twice');
    given(...registered()).when(commanding('set-supporter-requirements', { trainings: [], checks: [check] })).thenMatching({ type: 'SupporterRequirementsSet', data: { requirements: { checks: [check] } } });
    expect(SupporterRequirementsSet.version).toBe(1);
  });
  it('weigh something', () => {
    const none = { livedExperience: 0, wishes: 0, availability: 0, area: 0, languages: 0, access: 0, interests: 0, dislikes: 0, lessons: 0 };
    given(...registered()).when(commanding('set-matching-weights', none)).invalid('livedExperience');
    given(...registered()).when(commanding('set-matching-weights', { ...none, interests: 1 })).then(MatchingWeightsSet({ version: 2, weights: { ...none, interests: 1 } }));
  });
  it('give a word one meaning within a list', () => {
    const art = { code: 'art', list: 'interest', label: 'Art', synonyms: ['Painting'] } as const;
    given(...registered()).when(commanding('publish-term-list', { terms: [art, { ...art, code: 'decorating', label: 'Decorating', synonyms: ['painting'] }] })).invalid('terms.1.synonyms.0');
    given(...registered()).when(commanding('publish-term-list', { terms: [art, art] })).invalid('terms.1.code');
    given(...registered()).when(commanding('publish-term-list', { terms: [art, { ...art, list: 'dislike' }] })).thenMatching({ type: 'TermListPublished', data: { version: 2 } });
  });
});

describe('the directory', () => {
  it('lists, changes and retires', () => {
    given(...registered()).when(commanding('list-service', { ...service })).thenMatching({ type: 'ServiceListed', data: { service } });
    given(...registered(ServiceListed({ serviceId, service }))).when(commanding('list-service', { serviceId, ...service })).nothing();
    given(...registered(ServiceListed({ serviceId, service }))).when(commanding('list-service', { serviceId, ...service, areas: ['East'] })).thenMatching({ type: 'ServiceListed', data: { serviceId } });
    given(...registered(ServiceListed({ serviceId, service }))).when(commanding('retire-service', { serviceId })).then(ServiceRetired({ serviceId }));
    given(...registered(ServiceListed({ serviceId, service }), ServiceRetired({ serviceId }))).when(commanding('retire-service', { serviceId })).nothing();
    given(...registered(ServiceListed({ serviceId, service }), ServiceRetired({ serviceId }))).when(commanding('list-service', { serviceId, ...service })).thenMatching({ type: 'ServiceListed' });
  });
  it('knows its services', () => {
    given(...registered()).when(commanding('list-service', { serviceId, ...service })).refused('unknown-service');
    given(...registered()).when(commanding('retire-service', { serviceId })).refused('unknown-service');
  });
});
