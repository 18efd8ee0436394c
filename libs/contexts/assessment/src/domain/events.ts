import type { Disclosure, FormAnswers, InformationItem, MatchingInformation, SafeContact } from '@alongside/contracts';
import { event, mentee, unchanged, type EventsOf, type Personal } from '@alongside/event-sourcing';

export const questions = ['changes-wanted', 'how-a-supporter-would-help', 'what-from-sessions', 'where-at-the-end', 'other-support'] as const;
/** The five questions of the initial meeting. */
export type Question = (typeof questions)[number];

export const voices = ['mentee', 'referrer', 'supporter', 'staff'] as const;
/** Whose word or wish it is. */
export type Voice = (typeof voices)[number];

export const meetingChannels = ['in-person', 'telephone', 'video'] as const;
export type MeetingChannel = (typeof meetingChannels)[number];

export const deferralReasons = ['housing-first', 'treatment-first', 'safety-first', 'health-first', 'not-ready', 'other'] as const;
export type DeferralReason = (typeof deferralReasons)[number];
export const signpostReasons = ['clinical-help', 'counselling', 'legal-advice', 'housing', 'money', 'outside-remit', 'other'] as const;
export type SignpostReason = (typeof signpostReasons)[number];
export const closingReasons = ['unreachable', 'moved-away', 'other'] as const;
export type ClosingReason = (typeof closingReasons)[number] | 'withdrawn' | 'died' | 'erased' | 'journey-closed';
export const readinessLevels = ['not-yet', 'thinking-about-it', 'getting-ready', 'ready'] as const;
export type ReadinessLevel = (typeof readinessLevels)[number];

/** Since version 2 it says whose word it was; of the first nobody knows. */
const nowWithVoice = { version: 2, upcast: { 1: unchanged } } as const;

export interface Meeting {
  readonly by?: Voice;
  /** RFC 3339. */
  readonly meetingAt: string;
  readonly channel: MeetingChannel;
  readonly withStaffId: string;
  readonly place?: Personal<string>;
}

const ids = {
  organisationId: '00000000-0000-4000-8000-000000000001',
  siteId: '00000000-0000-4000-8000-000000000002',
  staffId: '00000000-0000-4000-8000-000000000003',
  journeyId: '00000000-0000-4000-8000-000000000004',
  serviceId: '00000000-0000-4000-8000-000000000005',
  personId: '00000000-0000-4000-8000-000000000006',
};

export interface Opened {
  readonly organisationId: string;
  readonly siteId: string;
  readonly personId: string;
  readonly beganAt: string;
  readonly formVersion: number;
  readonly coordinatorId?: string;
  readonly earlierJourneyIds: readonly string[];
  readonly knownAs?: Personal<string>;
  readonly safeContact?: Personal<SafeContact>;
}

export const AssessmentOpened = event('AssessmentOpened').of<Opened>({
  personal: { knownAs: mentee, safeContact: mentee },
  says: 'The referral was accepted: the initial meeting comes next.',
  example: {
    ...ids,
    beganAt: '2026-03-02T10:00:00.000Z',
    formVersion: 1,
    coordinatorId: ids.staffId,
    earlierJourneyIds: [],
    knownAs: 'Sky',
    safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'] },
  },
});

/** What was told about the journey, possibly before its assessment opened. */
export interface Heard {
  readonly organisationId: string;
  /** Where the journey belonged when this was decided: until the assessment opens, nobody of another site sees that it is there. */
  readonly fromSiteId?: string;
  readonly siteId?: string;
  readonly coordinatorId?: string;
  /** Of the topic `safe-contact`; absent there: what was known is somebody else's, and nothing holds. */
  readonly safeContact?: Personal<SafeContact>;
  /** Of the topic `person`: whose journey it turned out to be. */
  readonly personId?: string;
  /** The relationship that begins (`match`) or is over (`relationship`). */
  readonly relationshipId?: string;
  readonly journeyClosed?: boolean;
  /** `referral`: that there is one, so that the journey's record has a place before it opens. */
  readonly topic: 'referral' | 'coordinator' | 'safe-contact' | 'site' | 'person' | 'match' | 'relationship' | 'leaving' | 'closing';
  readonly sourceStream: string;
  readonly sourceRevision: number;
}

export const AssessmentHeard = event('AssessmentHeard').of<Heard>({
  personal: { safeContact: mentee },
  says: 'Something about the journey that the assessment needs to know was decided elsewhere.',
  example: {
    organisationId: ids.organisationId,
    safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'] },
    topic: 'safe-contact',
    sourceStream: `referral-${ids.journeyId}`,
    sourceRevision: 3,
  },
});

export const AnswersCarriedOver = event('AnswersCarriedOver').of<{
  fromJourneyId: string;
  answers: Readonly<Partial<Record<Question, Personal<string>>>>;
  form: Readonly<Record<string, Personal<FormAnswers[string]>>>;
  matching?: { readonly information: Personal<MatchingInformation>; readonly disclosure: Personal<Disclosure> };
  by?: Voice;
}>({
  ...nowWithVoice,
  personal: { 'answers.*': mentee, 'form.*': mentee, 'matching.information': mentee, 'matching.disclosure': mentee },
  says: 'What the person told in an earlier journey stands here too, so that nothing is asked twice.',
  example: {
    fromJourneyId: ids.journeyId,
    answers: { 'changes-wanted': 'To get out more.' },
    form: { languages: 'English' },
    matching: {
      information: {
        challenges: ['hiv'],
        interests: ['art'],
        dislikes: [],
        about: {},
        preferences: [],
        availability: [{ day: 'monday', from: '18:00', to: '20:00' }],
        area: 'East',
        remote: true,
        languages: ['en'],
        accessNeeds: [],
      },
      disclosure: { 'first-name': 'before-accepting' },
    },
    by: 'mentee',
  },
});

export const InitialMeetingArranged = event('InitialMeetingArranged').of<Meeting>({
  personal: { place: mentee },
  says: 'The initial meeting has a date.',
  example: { meetingAt: '2026-03-09T14:00:00.000Z', channel: 'in-person', withStaffId: ids.staffId, place: 'The quiet room' },
});

export const InitialMeetingRearranged = event('InitialMeetingRearranged').of<Meeting>({
  personal: { place: mentee },
  says: 'The initial meeting has another date, place or channel.',
  example: { meetingAt: '2026-03-11T14:00:00.000Z', channel: 'in-person', withStaffId: ids.staffId, place: 'The library', by: 'mentee' },
});

export const InitialMeetingHeld = event('InitialMeetingHeld').of<{ heldAt: string; channel: MeetingChannel; withStaffId: string; note?: Personal<string>; by?: Voice }>({
  personal: { note: mentee },
  says: 'The initial meeting took place.',
  example: { heldAt: '2026-03-09T14:00:00.000Z', channel: 'in-person', withStaffId: ids.staffId, note: 'Came with a friend.' },
});

export const nextSteps = ['rearrange', 'make-contact', 'wait-to-hear'] as const;
export interface Missed {
  readonly meetingAt: string;
  readonly nextStep: (typeof nextSteps)[number];
  /** Whether they let us know. */
  readonly toldUs: boolean;
}

export const InitialMeetingMissed = event('InitialMeetingMissed').of<Missed & { by?: Voice }>({
  says: 'The initial meeting did not take place; the next step is asked for, nobody is refused.',
  example: { meetingAt: '2026-03-09T14:00:00.000Z', nextStep: 'make-contact', toldUs: false },
});

export const AssessmentAnswersRecorded = event('AssessmentAnswersRecorded').of<{
  answers: Readonly<Partial<Record<Question, Personal<string>>>>;
  form: Readonly<Record<string, Personal<FormAnswers[string]>>>;
  by?: Voice;
}>({
  personal: { 'answers.*': mentee, 'form.*': mentee },
  says: 'Answers to the five questions and to the fields of the form that are asked at assessment.',
  example: { answers: { 'changes-wanted': 'To get out more.', 'other-support': 'My sister.' }, form: { languages: 'English' }, by: 'mentee' },
});

export const ReadinessDiscussed = event('ReadinessDiscussed').of<{ person: Personal<ReadinessLevel>; coordinator: Personal<ReadinessLevel>; words?: Personal<{ readonly person?: string; readonly coordinator?: string }>; by?: Voice }>({
  personal: { person: mentee, coordinator: mentee, words: mentee },
  says: "The person's own view of being ready for change, and the coordinator's.",
  example: { person: 'ready', coordinator: 'getting-ready', words: { person: 'I want this.', coordinator: 'Keen, a little anxious.' } },
});

export const informationWays = ['by-hand', 'by-email', 'by-post', 'read-aloud', 'by-link'] as const;
export type InformationWay = (typeof informationWays)[number];
export const InformationGiven = event('InformationGiven').of<{ item: InformationItem; version: number; how: InformationWay; by?: Voice }>({
  ...nowWithVoice,
  says: 'The person was given an item of the information pack.',
  example: { item: 'confidentiality-information', version: 1, how: 'by-hand', by: 'staff' },
});

export const waysOfSigning = ['on-paper', 'electronically', 'witnessed-spoken'] as const;
export type Signed = (typeof waysOfSigning)[number];
export const waysOfReturning = ['by-hand', 'by-post', 'by-email', 'on-the-spot'] as const;
export type Returned = (typeof waysOfReturning)[number];

export const ConfidentialityAgreementSigned = event('ConfidentialityAgreementSigned').of<{
  version: number;
  how: Signed;
  returned: Returned;
  by?: Voice;
}>({ says: 'The person signed the confidentiality agreement.', example: { version: 1, how: 'on-paper', returned: 'by-hand' } });

export const ConfidentialityAgreementWithdrawn = event('ConfidentialityAgreementWithdrawn').of<{ version: number; by?: Voice }>({
  says: 'The person withdrew the agreement: nobody is introduced.',
  example: { version: 1, by: 'mentee' },
});

export const MatchingInformationRecorded = event('MatchingInformationRecorded').of<{ information: Personal<MatchingInformation>; disclosure: Personal<Disclosure>; by?: Voice }>({
  personal: { information: mentee, disclosure: mentee },
  says: 'What a good match needs, the whole latest, and what a supporter may be told of it.',
  example: {
    information: {
      challenges: ['hiv'],
      interests: ['art'],
      dislikes: ['crowds'],
      about: { gender: 'woman' },
      preferences: [{ about: 'gender', value: 'woman', strength: 'wish' }],
      availability: [{ day: 'monday', from: '18:00', to: '20:00' }],
      area: 'East',
      remote: true,
      languages: ['en'],
      accessNeeds: [],
    },
    disclosure: { 'first-name': 'before-accepting', challenges: 'after-accepting' },
    by: 'mentee',
  },
});

export const FoundSuitable = event('FoundSuitable').of<{ personId: string; beganAt: string; by?: Voice }>({
  ...nowWithVoice,
  says: 'Peer support fits now: the mentee waits for a match and a baseline can be taken.',
  example: { personId: ids.personId, beganAt: '2026-03-02T10:00:00.000Z', by: 'staff' },
});

export const SupportDeferred = event('SupportDeferred').of<{ reason: Personal<DeferralReason>; words?: Personal<string>; supportFirst?: Personal<string>; serviceIds: readonly string[]; reviewOn: string; by?: Voice }>({
  personal: { reason: mentee, words: mentee, supportFirst: mentee },
  says: 'Not now, which is not no: with the support that should come first and a date by which somebody asks again.',
  example: { reason: 'housing-first', words: 'A safe home first.', supportFirst: 'Housing advice', serviceIds: [ids.serviceId], reviewOn: '2026-05-04', by: 'mentee' },
});

export const deferralOutcomes = ['ready', 'still-not-now', 'no-answer'] as const;
export type DeferralOutcome = (typeof deferralOutcomes)[number];

export const DeferralReviewed = event('DeferralReviewed').of<{ outcome: DeferralOutcome; nextReviewOn?: string; words?: Personal<string>; by?: Voice }>({
  personal: { words: mentee },
  says: 'Somebody asked again.',
  example: { outcome: 'still-not-now', nextReviewOn: '2026-06-29', words: 'Moving next month.' },
});

export const SignpostedElsewhere = event('SignpostedElsewhere').of<{ reason: Personal<SignpostReason>; serviceIds: readonly string[]; words?: Personal<string>; by?: Voice }>({
  personal: { reason: mentee, words: mentee },
  says: 'What the person needs is outside the remit for now: they know where to turn.',
  example: { reason: 'counselling', serviceIds: [ids.serviceId], words: 'Wants counselling.' },
});

export const followUpOutcomes = ['helped', 'under-way', 'did-not-help', 'not-taken-up'] as const;
export type FollowUpOutcome = (typeof followUpOutcomes)[number];

export const SignpostFollowedUp = event('SignpostFollowedUp').of<{ serviceId: string; outcome: FollowUpOutcome; words?: Personal<string>; by?: Voice }>({
  personal: { words: mentee },
  says: 'Somebody asked whether a signpost led anywhere.',
  example: { serviceId: ids.serviceId, outcome: 'under-way', words: 'First appointment on Friday.' },
});

export const SupportDeclinedByPerson = event('SupportDeclinedByPerson').of<{ toldHowToComeBack: boolean; serviceIds: readonly string[]; words?: Personal<string>; by?: Voice }>({
  personal: { words: mentee },
  says: 'The person decided that it is not for them; they may come back any time.',
  example: { toldHowToComeBack: true, serviceIds: [ids.serviceId], words: 'Has plenty of support.' },
});

export const AssessmentClosed = event('AssessmentClosed').of<{ reason: ClosingReason; by?: Voice }>({
  ...nowWithVoice,
  says: 'The assessment ended without an outcome.',
  example: { reason: 'unreachable', by: 'staff' },
});

export type ReopenedWhy = 'asked' | 'returned-by-matching' | 'second-referral';

export const AssessmentReopened = event('AssessmentReopened').of<{ from: 'deferred' | 'suitable'; why: ReopenedWhy; by?: Voice }>({
  says: 'The assessment goes on where it stopped.',
  example: { from: 'deferred', why: 'asked' },
});

export const assessmentEvents = [
  AssessmentOpened,
  AssessmentHeard,
  AnswersCarriedOver,
  InitialMeetingArranged,
  InitialMeetingRearranged,
  InitialMeetingHeld,
  InitialMeetingMissed,
  AssessmentAnswersRecorded,
  ReadinessDiscussed,
  InformationGiven,
  ConfidentialityAgreementSigned,
  ConfidentialityAgreementWithdrawn,
  MatchingInformationRecorded,
  FoundSuitable,
  SupportDeferred,
  DeferralReviewed,
  SignpostedElsewhere,
  SignpostFollowedUp,
  SupportDeclinedByPerson,
  AssessmentClosed,
  AssessmentReopened,
] as const;
export type AssessmentEvent = EventsOf<typeof assessmentEvents>;
