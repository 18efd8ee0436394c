import {
  erasureReasons,
  formFieldTypes,
  formStages,
  informationItems,
  overrideReasons,
  termLists,
  weekdays,
  type ErasureReason,
  type FormField,
  type InformationItem,
  type OverrideReason,
  type Term,
  type Weekday,
} from '@alongside/contracts';
import {
  Code,
  CommandBody,
  Email,
  Id,
  ListOf,
  ListOfIds,
  ListOfOneOf,
  ListOfText,
  LongText,
  Nested,
  NotBefore,
  OneOf,
  Secret,
  Telephone,
  Text,
  TimeOfDay,
  TimeZone,
  WebAddress,
  WholeNumber,
  YesNo,
} from '@alongside/service';
import type { ServiceListing, StaffRole } from '../domain/events.js';

const siteId = '00000000-0000-4000-8000-000000000002';

export const staffRoles = ['administrator', 'coordinator', 'supervisor', 'referrer', 'auditor', 'analyst'] as const satisfies readonly StaffRole[];

export class Administrator {
  @Text({ says: 'Their name', example: 'Noor Castle' })
  name!: string;

  @Email({ says: 'Signs in with it', example: 'noor.castle@example.org' })
  email!: string;
}

export class RegisterOrganisation extends CommandBody {
  @Secret({ max: 200, says: 'From the one-time set-up link that an empty system prints', example: 'the-token-of-the-set-up-link' })
  setUpToken!: string;

  @Text({ says: 'Name of the organisation', example: 'Northbank Peer Support' })
  name!: string;

  @Nested(() => Administrator, { says: 'The first administrator' })
  administrator!: Administrator;
}

export class WorkingPeriod {
  @OneOf(weekdays, { example: 'monday' })
  day!: Weekday;

  @TimeOfDay({ example: '09:00' })
  from!: string;

  @TimeOfDay({ example: '17:00' })
  @NotBefore('from', { sameIsRefused: true })
  to!: string;
}

export class SetSiteCalendar extends CommandBody {
  @Id({ example: siteId })
  siteId!: string;

  @TimeZone({ says: 'IANA time zone', example: 'Europe/London' })
  timeZone!: string;

  @ListOfOneOf(weekdays, { min: 1, unique: true, says: 'Days of the working week', example: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] })
  workingDays!: Weekday[];

  @ListOf(() => WorkingPeriod, { optional: true, max: 28, says: 'Opening hours' })
  workingHours?: WorkingPeriod[];

  @ListOf('date', { max: 400, unique: true, says: 'Dates on which nobody works', example: ['2026-12-25'] })
  holidays!: string[];
}

export class CalendarOfNewSite {
  @TimeZone({ says: 'IANA time zone', example: 'Europe/London' })
  timeZone!: string;

  @ListOfOneOf(weekdays, { min: 1, unique: true, example: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] })
  workingDays!: Weekday[];

  @ListOf(() => WorkingPeriod, { optional: true, max: 28 })
  workingHours?: WorkingPeriod[];

  @ListOf('date', { max: 400, unique: true, example: ['2026-12-25'] })
  holidays!: string[];
}

export class OpenSite extends CommandBody {
  @Text({ says: 'Name of the site', example: 'Riverside' })
  name!: string;

  @Text({ optional: true, says: 'The area it serves', example: 'East' })
  area?: string;

  @Nested(() => CalendarOfNewSite, { says: 'Time zone, working week and holidays' })
  calendar!: CalendarOfNewSite;
}

export class CloseSite extends CommandBody {
  @Id({ example: siteId })
  siteId!: string;
}

export class RoleGrant {
  @OneOf(staffRoles, { example: 'coordinator' })
  role!: StaffRole;

  @YesNo({ optional: true, says: 'Holds the role at every site; then `sites` is left out', example: false })
  allSites?: boolean;

  @ListOfIds({ optional: true, unique: true, says: 'Sites at which the role is held', example: [siteId] })
  sites?: string[];
}

export class AddStaffMember extends CommandBody {
  @Text({ says: 'Their name', example: 'Ade Bright' })
  name!: string;

  @Email({ says: 'They sign in with it', example: 'ade.bright@example.org' })
  email!: string;

  @Text({ optional: true, says: 'For referrers: the agency they work for', example: 'Harbour Clinic' })
  agency?: string;

  @ListOf(() => RoleGrant, { min: 1, max: 8, says: 'Roles and where they are held' })
  grants!: RoleGrant[];
}

export class ChangeStaffRoles extends CommandBody {
  @Id({ example: '00000000-0000-4000-8000-000000000003' })
  staffId!: string;

  @ListOf(() => RoleGrant, { min: 1, max: 8 })
  grants!: RoleGrant[];
}

export class RemoveStaffMember extends CommandBody {
  @Id({ example: '00000000-0000-4000-8000-000000000003' })
  staffId!: string;
}

export class EraseStaffMember extends CommandBody {
  @Id({ example: '00000000-0000-4000-8000-000000000003' })
  staffId!: string;

  @OneOf(erasureReasons, { example: 'asked-by-person' })
  reason!: ErasureReason;

  @OneOf(['erase'], { says: 'It cannot be undone: repeat the word', example: 'erase' })
  confirmation!: 'erase';

  @OneOf(overrideReasons, { optional: true, says: 'Why it does not wait for an open safeguarding concern', example: 'legal-advice' })
  overrideReason?: OverrideReason;
}

export class ConfiguredField {
  @Code({ says: 'Key of its answer', example: 'name' })
  name!: string;

  @Text({ example: 'Name' })
  label!: string;

  @OneOf(formStages, { example: 'registration' })
  stage!: FormField['stage'];

  @OneOf(formFieldTypes, { example: 'text' })
  type!: FormField['type'];

  @YesNo({ example: true })
  required!: boolean;

  @YesNo({ example: true })
  personal!: boolean;

  @ListOfText({ optional: true, min: 1, max: 60, unique: true, says: 'For choice and choices', example: ['yes', 'no'] })
  choices?: string[];

  @Text({ optional: true, max: 500, example: 'The name you want us to use in our records.' })
  help?: string;
}

export class ConfigureReferralForm extends CommandBody {
  @ListOf(() => ConfiguredField, {
    min: 1,
    max: 100,
    says: 'The whole form',
    example: [
      { name: 'name', label: 'Name', stage: 'registration', type: 'text', required: true, personal: true },
      { name: 'telephone', label: 'Telephone', stage: 'registration', type: 'telephone', required: false, personal: true },
      { name: 'reason', label: 'Reason for referral', stage: 'before-meeting', type: 'long-text', required: true, personal: true },
    ],
  })
  fields!: ConfiguredField[];
}

export class ItemOfPack {
  @OneOf(informationItems, { example: 'complaints-policy' })
  item!: InformationItem;

  @Text({ example: 'If something is not right' })
  title!: string;

  @LongText({ max: 20000, example: 'Tell anyone on the staff, in any way you like.' })
  text!: string;
}

export class PublishInformationPack extends CommandBody {
  @ListOf(() => ItemOfPack, { min: 1, max: 6, says: 'The items that change; the others stay as they are' })
  items!: ItemOfPack[];
}

export class SetServiceStandards extends CommandBody {
  @WholeNumber({ min: 0, max: 60, says: 'Working days from referral to first contact', example: 2 })
  firstContactDays!: number;

  @WholeNumber({ min: 0, max: 120, says: 'Working days from referral to first meeting', example: 10 })
  firstMeetingDays!: number;

  @WholeNumber({ min: 1, max: 52, says: 'Weeks between supervision sessions', example: 6 })
  supervisionWeeks!: number;

  @WholeNumber({ min: 1, max: 365, says: 'Days without a session before a relationship is quiet', example: 21 })
  quietDays!: number;

  @WholeNumber({ min: 1, max: 104, says: 'Weeks until a deferral is asked about again', example: 8 })
  deferralReviewWeeks!: number;

  @WholeNumber({ min: 1, max: 104, says: 'Weeks until a pause is asked about again', example: 4 })
  pauseReviewWeeks!: number;

  @WholeNumber({ min: 1, max: 104, says: 'Weeks between check-ins with a mentee', example: 6 })
  checkInWeeks!: number;

  @WholeNumber({ min: 1, max: 104, says: 'Weeks between reviews of goals', example: 8 })
  goalReviewWeeks!: number;

  @WholeNumber({ min: 1, max: 90, says: 'Days to answer a proposal', example: 7 })
  proposalDays!: number;

  @WholeNumber({ min: 1, max: 365, says: 'Days that an evaluation invitation is open', example: 28 })
  invitationDays!: number;

  @WholeNumber({ min: 1, max: 5, says: 'Strain, 1 to 5, at which the supervisor is alerted', example: 4 })
  strainThreshold!: number;
}

export class Requirement {
  @Code({ example: 'peer-support-foundation' })
  code!: string;

  @Text({ example: 'Peer support foundation course' })
  label!: string;

  @WholeNumber({ optional: true, min: 1, max: 240, says: 'Months that it lasts; absent: for good', example: 36 })
  validMonths?: number;
}

export class SetSupporterRequirements extends CommandBody {
  @ListOf(() => Requirement, { max: 40 })
  trainings!: Requirement[];

  @ListOf(() => Requirement, { max: 40, example: [{ code: 'background-check', label: 'Background check', validMonths: 36 }] })
  checks!: Requirement[];
}

const weight = { min: 0, max: 100 } as const;

export class SetMatchingWeights extends CommandBody {
  @WholeNumber({ ...weight, says: 'Having lived through the same challenges', example: 30 })
  livedExperience!: number;

  @WholeNumber({ ...weight, says: 'Wishes of both sides', example: 20 })
  wishes!: number;

  @WholeNumber({ ...weight, says: 'Hours of the week that both have free', example: 20 })
  availability!: number;

  @WholeNumber({ ...weight, says: 'Area, or both able to meet remotely', example: 10 })
  area!: number;

  @WholeNumber({ ...weight, says: 'A language in common', example: 15 })
  languages!: number;

  @WholeNumber({ ...weight, says: 'Access needs met', example: 10 })
  access!: number;

  @WholeNumber({ ...weight, says: 'Shared interests', example: 15 })
  interests!: number;

  @WholeNumber({ ...weight, says: 'Shared dislikes', example: 5 })
  dislikes!: number;

  @WholeNumber({ ...weight, says: 'What the last ending taught', example: 25 })
  lessons!: number;
}

export class ListedTerm {
  @Code({ example: 'art' })
  code!: string;

  @OneOf(termLists, { example: 'interest' })
  list!: Term['list'];

  @Text({ example: 'Art' })
  label!: string;

  @ListOfText({ max: 40, unique: true, example: ['painting', 'drawing'] })
  synonyms!: string[];
}

export class PublishTermList extends CommandBody {
  @ListOf(() => ListedTerm, { min: 1, max: 1000, says: 'The whole list' })
  terms!: ListedTerm[];
}

export class ServiceContact {
  @Telephone({ optional: true, example: '01632 960001' })
  telephone?: string;

  @Email({ optional: true, example: 'hello@harbour.example.org' })
  email?: string;

  @Text({ optional: true, max: 500, example: '1 Quay Street' })
  address?: string;
}

export class ListService extends CommandBody {
  @Id({ optional: true, says: 'To change the entry of a service that is listed already' })
  serviceId?: string;

  @Text({ example: 'Harbour Drug and Alcohol Service' })
  name!: string;

  @LongText({ optional: true, example: 'Walk-in advice and treatment.' })
  description?: string;

  @Text({ optional: true, says: 'The organisation that offers it', example: 'Harbour Trust' })
  organisation?: string;

  @Text({ optional: true, says: 'Another name for `organisation`; where both are given, they are the same', example: 'Harbour Trust' })
  provider?: string;

  @WebAddress({ optional: true, example: 'https://harbour.example.org' })
  url?: string;

  @Nested(() => ServiceContact)
  contact!: ServiceContact;

  @LongText({ optional: true, max: 1000, example: 'Adults' })
  eligibility?: string;

  @ListOfText({ max: 60, unique: true, says: 'Areas it serves; an empty list: anywhere', example: ['East'] })
  areas!: string[];

  @OneOf(['active', 'inactive', 'defunct', 'temporarily closed'], { example: 'active' })
  status!: ServiceListing['status'];
}

export class RetireService extends CommandBody {
  @Id({ example: '00000000-0000-4000-8000-000000000005' })
  serviceId!: string;
}
