import { disclosureStages, erasureReasons, overrideReasons, weekdays, type DisclosureStage, type ErasureReason, type OverrideReason, type Preference, type Weekday } from '@alongside/contracts';
import {
  Code,
  CommandBody,
  DateOnly,
  Email,
  Id,
  ListOf,
  ListOfOneOf,
  ListOfText,
  LongText,
  Nested,
  NotBefore,
  OneOf,
  Telephone,
  Text,
  TimeOfDay,
  TimeZone,
  WholeNumber,
  YesNo,
} from '@alongside/service';

const abouts = ['gender', 'age-band', 'language', 'lived-experience', 'faith', 'parent', 'other'] as const satisfies readonly Preference['about'][];
const words = { unique: true, max: 50 } as const;

export class Period {
  @OneOf(weekdays, { example: 'tuesday' })
  day!: Weekday;

  @TimeOfDay({ example: '14:00' })
  from!: string;

  @TimeOfDay({ example: '17:00' })
  @NotBefore('from', { sameIsRefused: true })
  to!: string;
}

export class PreferenceBody {
  @OneOf(abouts, { example: 'lived-experience' })
  about!: Preference['about'];

  @Text({ example: 'addiction' })
  value!: string;

  @OneOf(['must', 'wish'], { example: 'wish' })
  strength!: Preference['strength'];

  @YesNo({ optional: true, says: 'false: it must not, or should not, be so', example: true })
  wanted?: boolean;
}

export class Detail {
  @OneOf(abouts, { example: 'parent' })
  about!: Preference['about'];

  @Text({ example: 'yes' })
  value!: string;
}

/** Which item may be told when; an item that is left out is not told. */
export class DisclosureBody {
  @OneOf(disclosureStages, { optional: true, example: 'before-accepting' })
  'first-name'?: DisclosureStage;
  @OneOf(disclosureStages, { optional: true, example: 'before-accepting' })
  challenges?: DisclosureStage;
  @OneOf(disclosureStages, { optional: true, example: 'before-accepting' })
  interests?: DisclosureStage;
  @OneOf(disclosureStages, { optional: true, example: 'after-accepting' })
  dislikes?: DisclosureStage;
  @OneOf(disclosureStages, { optional: true, example: 'before-accepting' })
  'matters-most'?: DisclosureStage;
  @OneOf(disclosureStages, { optional: true, example: 'before-accepting' })
  gender?: DisclosureStage;
  @OneOf(disclosureStages, { optional: true, example: 'after-accepting' })
  'age-band'?: DisclosureStage;
  @OneOf(disclosureStages, { optional: true, example: 'after-accepting' })
  area?: DisclosureStage;
  @OneOf(disclosureStages, { optional: true, example: 'before-accepting' })
  languages?: DisclosureStage;
  @OneOf(disclosureStages, { optional: true, example: 'before-accepting' })
  availability?: DisclosureStage;
  @OneOf(disclosureStages, { optional: true, example: 'after-accepting' })
  'access-needs'?: DisclosureStage;
  @OneOf(disclosureStages, { optional: true, example: 'never' })
  contact?: DisclosureStage;
}

/** What a supporter may tell of themselves; whatever is left out stays unknown, or as it was. */
export class ProfileFields extends CommandBody {
  @Text({ optional: true, says: 'What a mentee may be told to call them', example: 'Rosa' })
  knownAs?: string;

  @LongText({ optional: true, max: 1000, says: 'A few words to a mentee', example: 'I like to walk and talk.' })
  introduction?: string;

  @ListOfText({ ...words, optional: true, says: "Lived experience, in the organisation's terms or one's own words", example: ['addiction', 'homelessness'] })
  livedExperience?: string[];

  @ListOfText({ ...words, optional: true, example: ['art', 'walking'] })
  interests?: string[];

  @ListOfText({ ...words, optional: true, example: ['crowds'] })
  dislikes?: string[];

  @ListOf('language', { optional: true, unique: true, max: 20, says: 'BCP 47', example: ['en', 'pl'] })
  languages?: string[];

  @Text({ optional: true, example: 'woman' })
  gender?: string;

  @Text({ optional: true, max: 40, example: '40-49' })
  ageBand?: string;

  @ListOf(() => Detail, { optional: true, max: 20, says: 'Anything else that they choose to share' })
  details?: Detail[];

  @ListOf(() => PreferenceBody, { optional: true, max: 20, says: 'Their own musts and wishes about a mentee' })
  preferences?: PreferenceBody[];

  @Text({ optional: true, example: 'East End' })
  area?: string;

  @YesNo({ optional: true, says: 'May they meet by telephone or video', example: true })
  remote?: boolean;

  @ListOf(() => Period, { optional: true, max: 50, says: 'Hours of the week that are free' })
  availability?: Period[];

  @TimeZone({ optional: true, says: "Default: the site's", example: 'Europe/London' })
  timeZone?: string;

  @ListOfText({ ...words, optional: true, says: 'Access needs that they can meet', example: ['step-free'] })
  accessOffered?: string[];

  @ListOfText({ ...words, optional: true, says: 'Access needs that they cannot meet', example: ['sign-language'] })
  accessNotOffered?: string[];

  @Nested(() => DisclosureBody, { optional: true, says: 'What a mentee may be told, and when' })
  disclosure?: DisclosureBody;
}

export class RegisterSupporter extends ProfileFields {
  @Id({ says: 'The site that looks after them', example: '00000000-0000-4000-8000-000000000011' })
  siteId!: string;

  @Text({ example: 'Rosa Lind' })
  name!: string;

  @Email({ says: 'Signs in with it', example: 'rosa.lind@example.org' })
  email!: string;

  @Telephone({ optional: true, example: '+44 1632 960011' })
  telephone?: string;

  @WholeNumber({ min: 0, max: 50, says: 'How many mentees they offer to support at a time', example: 2 })
  capacity!: number;
}

/** Somebody who asked to be trained and is in the register as a candidate. */
export class RegisterCandidate extends RegisterSupporter {}

/** Optional parts of a profile that can be taken back. */
export const clearable = ['known-as', 'introduction', 'gender', 'age-band', 'area', 'time-zone'] as const;
export type Clearable = (typeof clearable)[number];

export class UpdateSupporterProfile extends ProfileFields {
  @Id({ optional: true, says: 'Moved to another site, by staff', example: '00000000-0000-4000-8000-000000000011' })
  siteId?: string;

  @Text({ optional: true, example: 'Rosa Lind' })
  name?: string;

  @Email({ optional: true, example: 'rosa.lind@example.org' })
  email?: string;

  @Telephone({ optional: true, example: '+44 1632 960011' })
  telephone?: string;

  @WholeNumber({ optional: true, min: 0, max: 50, example: 1 })
  capacity?: number;

  @ListOfOneOf(clearable, { optional: true, unique: true, says: 'What they tell no longer', example: ['time-zone'] })
  clear?: Clearable[];
}

export class RecordTraining extends CommandBody {
  @Code({ says: 'Code of the training, as in the requirements', example: 'peer-support-foundation' })
  training!: string;

  @DateOnly({ example: '2026-01-20' })
  completedOn!: string;
}

export class ConfirmRecovery extends CommandBody {
  @LongText({ optional: true, example: 'Steady for three years; knows when to ask for help.' })
  note?: string;
}

export class WithdrawRecoveryConfirmation extends CommandBody {
  @LongText({ optional: true, example: 'Asked for a while to look after themselves.' })
  reason?: string;
}

export class SignSupporterAgreement extends CommandBody {
  @WholeNumber({ min: 1, max: 10_000, says: 'Version of the supporter agreement', example: 1 })
  version!: number;

  @DateOnly({ optional: true, says: 'Default: the day on which it happened', example: '2026-01-22' })
  signedOn?: string;

  @OneOf(['on-paper', 'electronically', 'in-person'], { example: 'on-paper' })
  how!: string;
}

export class RecordCheck extends CommandBody {
  @Code({ says: 'Code of the check, as in the requirements', example: 'background-check' })
  check!: string;

  @DateOnly({ example: '2026-01-15' })
  checkedOn!: string;

  @DateOnly({ optional: true, says: 'What the document says; else it follows from the requirements', example: '2029-01-14' })
  expiresOn?: string;

  @OneOf(['passed', 'not-passed'], { example: 'passed' })
  outcome!: 'passed' | 'not-passed';

  @Text({ optional: true, example: 'BC-0001' })
  reference?: string;
}

export class PauseSupporter extends CommandBody {
  @LongText({ optional: true, example: 'A holiday.' })
  reason?: string;

  @DateOnly({ optional: true, says: 'When somebody asks again; default: by the service standards', example: '2099-04-06' })
  reviewOn?: string;
}

export class ResumeSupporter extends CommandBody {}

export class RetireSupporter extends CommandBody {
  @LongText({ optional: true, example: 'Moving to another town.' })
  reason?: string;
}

export class EraseSupporter extends CommandBody {
  @OneOf(erasureReasons, { example: 'asked-by-person' })
  reason!: ErasureReason;

  @OneOf(['erase'], { says: 'It cannot be undone: repeat the word', example: 'erase' })
  confirmation!: 'erase';

  @OneOf(overrideReasons, { optional: true, says: 'Why it does not wait for an open safeguarding concern', example: 'legal-advice' })
  overrideReason?: OverrideReason;
}
