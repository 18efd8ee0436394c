import {
  disclosedItems,
  disclosureStages,
  informationItems,
  weekdays,
  type DisclosedItem,
  type DisclosureStage,
  type FormAnswers,
  type InformationItem,
  type Preference,
  type Weekday,
} from '@alongside/contracts';
import {
  AnyJson,
  DateOnly,
  Id,
  Instant,
  ListOf,
  ListOfIds,
  ListOfText,
  LongText,
  MenteeCommandBody,
  Nested,
  NotBefore,
  OneOf,
  RecordOf,
  Text,
  TimeOfDay,
  TimeZone,
  WholeNumber,
  YesNo,
} from '@alongside/service';
import {
  closingReasons,
  deferralOutcomes,
  deferralReasons,
  followUpOutcomes,
  informationWays,
  meetingChannels,
  nextSteps,
  readinessLevels,
  signpostReasons,
  waysOfReturning,
  waysOfSigning,
  type DeferralOutcome,
  type DeferralReason,
  type FollowUpOutcome,
  type InformationWay,
  type MeetingChannel,
  type Missed,
  type ReadinessLevel,
  type Returned,
  type Signed,
  type SignpostReason,
} from '../domain/events.js';

const staffId = '00000000-0000-4000-8000-000000000003';
const serviceId = '00000000-0000-4000-8000-000000000005';

export class CarryOverAnswers extends MenteeCommandBody {
  @Id({ optional: true, says: 'The earlier journey of the same person; absent: the latest that was assessed', example: '00000000-0000-4000-8000-000000000004' })
  fromJourneyId?: string;
}

export class ArrangeMeeting extends MenteeCommandBody {
  @Instant({ says: 'When the meeting is', example: '2026-03-09T14:00:00.000Z' })
  meetingAt!: string;

  @OneOf(meetingChannels, { example: 'in-person' })
  channel!: MeetingChannel;

  @Id({ says: 'The staff member who meets the person', example: staffId })
  withStaffId!: string;

  @Text({ optional: true, max: 500, says: 'Where, or how to join', example: 'The quiet room' })
  place?: string;
}

export class RecordMeeting extends MenteeCommandBody {
  @OneOf(['held', 'missed'], { example: 'held' })
  outcome!: 'held' | 'missed';

  @OneOf(meetingChannels, { optional: true, says: 'Of a meeting that was held; absent: as arranged', example: 'in-person' })
  channel?: MeetingChannel;

  @Id({ optional: true, says: 'Who met the person; absent: as arranged', example: staffId })
  withStaffId?: string;

  @LongText({ optional: true, example: 'Came with a friend.' })
  note?: string;

  @OneOf(nextSteps, { optional: true, says: 'Needed for a missed meeting: what comes next', example: 'rearrange' })
  nextStep?: Missed['nextStep'];

  @YesNo({ optional: true, says: 'Of a missed meeting: did they let us know', example: false })
  toldUs?: boolean;
}

export class FiveAnswers {
  @LongText({ optional: true, says: 'What changes do you want', example: 'To get out more and drink less.' })
  'changes-wanted'?: string;

  @LongText({ optional: true, says: 'How would a peer supporter help', example: 'Somebody who has been through it.' })
  'how-a-supporter-would-help'?: string;

  @LongText({ optional: true, says: 'What would you get out of sessions', example: 'Company, and a nudge.' })
  'what-from-sessions'?: string;

  @LongText({ optional: true, says: 'Where would you like to be when sessions end', example: 'Back at my evening class.' })
  'where-at-the-end'?: string;

  @LongText({ optional: true, says: 'What other support do you receive', example: 'My sister, and the clinic.' })
  'other-support'?: string;
}

export class RecordAnswers extends MenteeCommandBody {
  @Nested(() => FiveAnswers, { optional: true, says: 'The five questions; some at a time' })
  answers?: FiveAnswers;

  @RecordOf('json', { optional: true, says: 'Fields of the referral form that are asked at assessment', example: { languages: 'English' } })
  form?: FormAnswers;
}

export class ReadinessWords {
  @LongText({ optional: true, example: 'I want this.' })
  person?: string;

  @LongText({ optional: true, example: 'Keen, a little anxious.' })
  coordinator?: string;
}

export class RecordReadiness extends MenteeCommandBody {
  @OneOf(readinessLevels, { says: "The person's own view", example: 'ready' })
  person!: ReadinessLevel;

  @OneOf(readinessLevels, { says: "The coordinator's view", example: 'getting-ready' })
  coordinator!: ReadinessLevel;

  @Nested(() => ReadinessWords, { optional: true })
  words?: ReadinessWords;
}

export class GiveInformation extends MenteeCommandBody {
  @OneOf(informationItems, { example: 'confidentiality-information' })
  item!: InformationItem;

  @WholeNumber({ optional: true, min: 1, max: 100000, says: 'Absent: the version in force', example: 1 })
  version?: number;

  @OneOf(informationWays, { example: 'by-hand' })
  how!: InformationWay;
}

export class SignConfidentialityAgreement extends MenteeCommandBody {
  @WholeNumber({ optional: true, min: 1, max: 100000, says: 'Version of the agreement; absent: the one in force', example: 1 })
  version?: number;

  @OneOf(waysOfSigning, { example: 'on-paper' })
  how!: Signed;

  @OneOf(waysOfReturning, { example: 'by-hand' })
  returned!: Returned;
}

export class PlainMenteeCommand extends MenteeCommandBody {}

export class Detail {
  @OneOf(['gender', 'age-band', 'language', 'lived-experience', 'faith', 'parent', 'other'], { example: 'faith' })
  about!: Preference['about'];

  @Text({ example: 'Quaker' })
  value!: string;
}

export class AboutMentee {
  @Text({ optional: true, example: 'woman' })
  gender?: string;

  @Text({ optional: true, example: '30-39' })
  ageBand?: string;

  @ListOf(() => Detail, { optional: true, max: 20 })
  details?: Detail[];
}

export class StatedPreference {
  @OneOf(['gender', 'age-band', 'language', 'lived-experience', 'faith', 'parent', 'other'], { example: 'gender' })
  about!: Preference['about'];

  @Text({ example: 'woman' })
  value!: string;

  @OneOf(['must', 'wish'], { example: 'wish' })
  strength!: Preference['strength'];

  @YesNo({ optional: true, says: 'false: not to have it', example: true })
  wanted?: boolean;
}

export class FreePeriod {
  @OneOf(weekdays, { example: 'monday' })
  day!: Weekday;

  @TimeOfDay({ example: '18:00' })
  from!: string;

  @TimeOfDay({ example: '20:00' })
  @NotBefore('from', { sameIsRefused: true })
  to!: string;
}

export class MatchingInformationBody {
  @ListOfText({ max: 40, unique: true, says: "Challenges lived through, in the organisation's terms or the person's own words", example: ['hiv'] })
  challenges!: string[];

  @ListOfText({ max: 60, unique: true, example: ['art', 'walking'] })
  interests!: string[];

  @ListOfText({ max: 60, unique: true, example: ['crowds'] })
  dislikes!: string[];

  @LongText({ optional: true, example: 'That somebody listens first.' })
  mattersMost?: string;

  @Nested(() => AboutMentee, { says: 'What a supporter may have wishes about' })
  about!: AboutMentee;

  @ListOf(() => StatedPreference, { max: 40, says: 'About the peer supporter' })
  preferences!: StatedPreference[];

  @ListOf(() => FreePeriod, { max: 60, says: 'When they have time in a usual week' })
  availability!: FreePeriod[];

  @TimeZone({ optional: true, says: "Absent: the site's", example: 'Europe/London' })
  timeZone?: string;

  @Text({ optional: true, example: 'East' })
  area?: string;

  @YesNo({ says: 'May they meet by telephone or video', example: true })
  remote!: boolean;

  @ListOfText({ max: 20, unique: true, example: ['en'] })
  languages!: string[];

  @ListOfText({ max: 20, unique: true, example: ['step-free'] })
  accessNeeds!: string[];
}

export class RecordMatchingInformation extends MenteeCommandBody {
  @Nested(() => MatchingInformationBody)
  information!: MatchingInformationBody;

  @AnyJson({
    says: `What a supporter may be told, and when: each of ${disclosedItems.join(', ')} may be ${disclosureStages.join(', ')}; absent: never`,
    example: { 'first-name': 'before-accepting', challenges: 'after-accepting' },
  })
  disclosure!: Partial<Record<DisclosedItem, DisclosureStage>>;
}

export class Defer extends MenteeCommandBody {
  @OneOf(deferralReasons, { example: 'housing-first' })
  reason!: DeferralReason;

  @LongText({ optional: true, says: 'In their words', example: 'A safe home first.' })
  words?: string;

  @LongText({ optional: true, says: 'Support that should come first', example: 'Housing advice, then treatment.' })
  supportFirst?: string;

  @ListOfIds({ optional: true, max: 20, unique: true, says: 'Services of the directory that they were pointed to', example: [serviceId] })
  serviceIds?: string[];

  @DateOnly({ optional: true, says: 'When somebody asks again; absent: as the standards say', example: '2099-05-04' })
  reviewOn?: string;
}

export class ReviewDeferral extends MenteeCommandBody {
  @OneOf(deferralOutcomes, { example: 'still-not-now' })
  outcome!: DeferralOutcome;

  @DateOnly({ optional: true, says: 'Unless ready: when somebody asks again; absent: as the standards say', example: '2099-06-29' })
  nextReviewOn?: string;

  @LongText({ optional: true, example: 'Moving next month.' })
  words?: string;
}

export class SignpostElsewhere extends MenteeCommandBody {
  @OneOf(signpostReasons, { example: 'counselling' })
  reason!: SignpostReason;

  @ListOfIds({ max: 20, unique: true, says: 'At least one service of the directory', example: [serviceId] })
  serviceIds!: string[];

  @LongText({ optional: true, example: 'Wants counselling.' })
  words?: string;
}

export class FollowUpSignpost extends MenteeCommandBody {
  @Id({ example: serviceId })
  serviceId!: string;

  @OneOf(followUpOutcomes, { example: 'under-way' })
  outcome!: FollowUpOutcome;

  @LongText({ optional: true, example: 'First appointment on Friday.' })
  words?: string;
}

export class RecordDeclined extends MenteeCommandBody {
  @YesNo({ says: 'Were they told how to come back', example: true })
  toldHowToComeBack!: boolean;

  @ListOfIds({ optional: true, max: 20, unique: true, says: 'Services or groups that they were pointed to', example: [serviceId] })
  serviceIds?: string[];

  @LongText({ optional: true, says: 'No reason is asked for', example: 'Has plenty of support.' })
  words?: string;
}

export class CloseAssessment extends MenteeCommandBody {
  @OneOf(closingReasons, { example: 'unreachable' })
  reason!: 'unreachable' | 'moved-away' | 'other';
}
