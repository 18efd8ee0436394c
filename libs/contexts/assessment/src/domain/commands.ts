import type { Disclosure, FormAnswers, InformationItem, MatchingInformation } from '@alongside/contracts';
import type { CommandsOf, Personal } from '@alongside/event-sourcing';
import type { DeferralOutcome, DeferralReason, FollowUpOutcome, Heard, InformationWay, MeetingChannel, Missed, Opened, Question, ReadinessLevel, Returned, Signed, SignpostReason, Voice } from './events.js';

/** A meeting, and whether safe contact allows its channel (found out beforehand: safe contact is sealed). */
export type ArrangedMeeting = { meetingAt: string; channel: MeetingChannel; withStaffId: string; place?: string; channelIsSafe: boolean; by?: Voice };

export type AssessmentCommand = CommandsOf<{
  open: Opened;
  hear: Heard;
  'carry-over-answers': {
    fromJourneyId: string;
    answers: Readonly<Partial<Record<Question, Personal<string>>>>;
    form: Readonly<Record<string, Personal<FormAnswers[string]>>>;
    matching?: { information: Personal<MatchingInformation>; disclosure: Personal<Disclosure> };
    by?: Voice;
  };
  'arrange-meeting': ArrangedMeeting;
  'rearrange-meeting': ArrangedMeeting;
  'record-meeting':
    | { outcome: 'held'; channel?: MeetingChannel; withStaffId?: string; note?: string; by?: Voice }
    | { outcome: 'missed'; nextStep: Missed['nextStep']; toldUs: boolean; by?: Voice };
  'record-answers': { answers: Readonly<Partial<Record<Question, string>>>; form: FormAnswers; by?: Voice };
  'record-readiness': { person: ReadinessLevel; coordinator: ReadinessLevel; words?: { person?: string; coordinator?: string }; by?: Voice };
  'give-information': { item: InformationItem; version: number; how: InformationWay; by?: Voice };
  'sign-confidentiality-agreement': { version: number; how: Signed; returned: Returned; by?: Voice };
  'withdraw-agreement': { by?: Voice };
  'record-matching-information': { information: MatchingInformation; disclosure: Disclosure; by?: Voice };
  'find-suitable': { requiredFields: readonly string[]; packItems: readonly InformationItem[]; by?: Voice };
  defer: { reason: DeferralReason; words?: string; supportFirst?: string; serviceIds: readonly string[]; reviewOn?: string; today: string; reviewWeeks: number; by?: Voice };
  'review-deferral': { outcome: DeferralOutcome; nextReviewOn?: string; words?: string; today: string; reviewWeeks: number; by?: Voice };
  'signpost-elsewhere': { reason: SignpostReason; serviceIds: readonly string[]; words?: string; by?: Voice };
  'follow-up-signpost': { serviceId: string; outcome: FollowUpOutcome; words?: string; by?: Voice };
  /** `words`: only where they are other than before; what is sealed is compared beforehand. */
  'record-declined': { toldHowToComeBack: boolean; serviceIds: readonly string[]; words?: string; by?: Voice };
  'close-assessment': { reason: 'unreachable' | 'moved-away' | 'other'; by?: Voice };
  reopen: { by?: Voice };
  'return-from-matching': Record<never, never>;
  'join-second-referral': Record<never, never>;
  stop: { reason: 'withdrawn' | 'died' | 'erased' | 'journey-closed' };
}>;
