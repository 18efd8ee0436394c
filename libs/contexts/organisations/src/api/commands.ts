import { InvalidField } from '@alongside/event-sourcing';
import { command, type CommandRoute, type Request } from '@alongside/service';
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
  type Grant,
} from '../domain/events.js';
import { organisationAggregate as aggregate, subjectsOfStaff, type Organisation } from '../domain/organisation.js';
import {
  AddStaffMember,
  ChangeStaffRoles,
  CloseSite,
  ConfigureReferralForm,
  EraseStaffMember,
  ListService,
  OpenSite,
  PublishInformationPack,
  RegisterOrganisation,
  RemoveStaffMember,
  RetireService,
  SetMatchingWeights,
  SetServiceStandards,
  SetSiteCalendar,
  SetSupporterRequirements,
  PublishTermList,
  type RoleGrant,
} from './bodies.js';

const administrators = { roles: ['administrator'] } as const;
const administratorsAndCoordinators = { roles: ['administrator', 'coordinator'] } as const;

/** Sites are named, or it is all of them: exactly one of the two. */
function grantsOf(sent: readonly RoleGrant[]): readonly Grant[] {
  return sent.map(({ role, allSites, sites }, index) => {
    if ((allSites === true) === (sites !== undefined)) throw new InvalidField([{ path: `grants.${index}.sites`, code: 'sites-or-all-sites' }]);
    return { role, sites: sites ?? 'all' };
  });
}

const withGrants = <B extends { readonly grants: RoleGrant[] }>({ body }: Request<B>) => ({ ...body, grants: grantsOf(body.grants) });

const siteRules = { 'unknown-site': 'The organisation has no such site.' };

export const organisationCommands: readonly CommandRoute[] = [
  command({
    name: 'register-organisation',
    says: 'Registers an organisation with its defaults and its first administrator. Needs the one-time set-up link.',
    aggregate,
    access: { roles: 'public' },
    body: RegisterOrganisation,
    events: [OrganisationRegistered, StaffMemberAdded, ReferralFormConfigured, InformationPackPublished, ServiceStandardsSet, SupporterRequirementsSet, MatchingWeightsSet, TermListPublished],
    rules: { 'already-registered': 'The organisation exists.' },
    creates: { id: (request) => request.newId('organisation'), belonging: (request) => ({ organisationId: request.newId('organisation') }) },
    prepare: async (request) => {
      await request.useSetUpToken(request.body.setUpToken);
      const { setUpToken: _spent, ...data } = request.body;
      return data;
    },
    link: (request) => request.invitationLink(request.newId('administrator')),
    answer: (request) => ({ administratorId: request.newId('administrator') }),
  }),
  command({
    name: 'open-site',
    says: 'Opens a site with its calendar; its public referral form can be read from then on.',
    aggregate,
    access: administrators,
    body: OpenSite,
    events: [SiteOpened],
    rules: { 'site-name-taken': 'Another site has this name.' },
    answer: (request) => ({ siteId: request.newId('site') }),
  }),
  command({
    name: 'close-site',
    says: 'Takes no new referrals at once; completes when the last journey has closed or moved.',
    aggregate,
    access: administrators,
    body: CloseSite,
    events: [SiteClosing, SiteClosed],
    rules: siteRules,
  }),
  command({
    name: 'set-site-calendar',
    says: 'Sets time zone, working week and holidays of a site.',
    aggregate,
    access: administrators,
    body: SetSiteCalendar,
    events: [SiteCalendarSet],
    rules: { ...siteRules, 'site-closed': 'The site is closed.' },
  }),
  command({
    name: 'add-staff-member',
    says: 'Adds a staff member or a referrer; answers with the one-time link by which they set a password.',
    aggregate,
    access: administrators,
    body: AddStaffMember,
    events: [StaffMemberAdded],
    rules: {},
    prepare: withGrants,
    link: (request) => request.invitationLink(request.newId('staff')),
    answer: (request) => ({ staffId: request.newId('staff') }),
  }),
  command({
    name: 'change-staff-roles',
    says: 'Replaces the roles of a staff member.',
    aggregate,
    access: administrators,
    body: ChangeStaffRoles,
    events: [StaffRolesChanged],
    rules: {
      'unknown-staff-member': 'The organisation has no such staff member.',
      'staff-member-removed': 'They have left.',
      'last-administrator': 'Somebody else must be an administrator first.',
    },
    prepare: withGrants,
  }),
  command({
    name: 'remove-staff-member',
    says: 'Removes a staff member: they cannot sign in any more, and what they held shows on worklists.',
    aggregate,
    access: administrators,
    body: RemoveStaffMember,
    events: [StaffMemberRemoved],
    rules: { 'unknown-staff-member': 'The organisation has no such staff member.', 'last-administrator': 'Somebody else must be an administrator first.' },
  }),
  command<EraseStaffMember, Organisation>({
    name: 'erase-staff-member',
    says: 'Erases a staff member or a referrer who signed in, once they are removed, for good, in every context. Answers when all is done.',
    aggregate,
    access: administrators,
    body: EraseStaffMember,
    tellsOfNobody: true,
    events: [StaffMemberErased],
    rules: {
      'unknown-staff-member': 'The organisation has no such staff member.',
      'not-removed': 'They are on the staff, or may refer people: remove them first.',
      'open-safeguarding-concern': 'A safeguarding concern about them is open: an administrator may override it with a reason.',
    },
    run: async (request) => {
      const { staffId, reason, overrideReason } = request.body;
      const executed = await request.execute(aggregate, request.params['id'] ?? '', 'erase-staff-member', { staffId, reason, ...(overrideReason !== undefined && { overrideReason }) });
      // A process finishes what a crash cuts short; whoever asked is answered when nothing can be read any more.
      await request.erase(subjectsOfStaff(staffId));
      return executed;
    },
  }),
  command({
    name: 'configure-referral-form',
    says: 'Replaces the referral form; referrals keep the version that they began with.',
    aggregate,
    access: administrators,
    body: ConfigureReferralForm,
    events: [ReferralFormConfigured],
    rules: {
      'form-needs-a-name': 'The field `name` is required at registration.',
      'form-needs-a-reason': 'The field `reason` is required before the meeting.',
      'form-needs-a-contact': 'Registration asks for a telephone number, an e-mail address or an address.',
    },
  }),
  command({
    name: 'publish-information-pack',
    says: 'Publishes items of the information pack; an item that changed gets a new version.',
    aggregate,
    access: administrators,
    body: PublishInformationPack,
    events: [InformationPackPublished],
    rules: { 'item-given-twice': 'An item stands in the list twice.' },
  }),
  command({
    name: 'set-service-standards',
    says: 'Sets what the service promises.',
    aggregate,
    access: administrators,
    body: SetServiceStandards,
    events: [ServiceStandardsSet],
    rules: {},
  }),
  command({
    name: 'set-supporter-requirements',
    says: 'Sets the training and checks that a supporter needs, and how long they last.',
    aggregate,
    access: administrators,
    body: SetSupporterRequirements,
    events: [SupporterRequirementsSet],
    rules: { 'requirement-given-twice': 'A code stands in the list twice.' },
  }),
  command({
    name: 'set-matching-weights',
    says: 'Sets what counts how much in suggestions.',
    aggregate,
    access: administrators,
    body: SetMatchingWeights,
    events: [MatchingWeightsSet],
    rules: {},
  }),
  command({
    name: 'publish-term-list',
    says: "Replaces the organisation's terms for challenges, interests and dislikes.",
    aggregate,
    access: administrators,
    body: PublishTermList,
    events: [TermListPublished],
    rules: {},
  }),
  command({
    name: 'list-service',
    says: 'Lists a service in the signposting directory, or changes its entry.',
    aggregate,
    access: administratorsAndCoordinators,
    body: ListService,
    events: [ServiceListed],
    rules: { 'unknown-service': 'The directory has no such service.' },
    prepare: ({ body: { occurredAt: _occurredAt, organisation, provider = organisation, ...service } }) => {
      if (organisation !== undefined && organisation !== provider) throw new InvalidField([{ path: 'provider', code: 'not-the-organisation' }]);
      return { ...service, ...(provider !== undefined && { provider }) };
    },
    answer: (request) => ({ serviceId: request.body.serviceId ?? request.newId('service') }),
  }),
  command({
    name: 'retire-service',
    says: 'Takes a service out of the directory.',
    aggregate,
    access: administratorsAndCoordinators,
    body: RetireService,
    events: [ServiceRetired],
    rules: { 'unknown-service': 'The directory has no such service.' },
  }),
];
