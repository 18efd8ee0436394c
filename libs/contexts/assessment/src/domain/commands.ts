import type { Disclosure, FormAnswers, InformationItem, MatchingInformation } from '@alongside/contracts';
import type { CommandsOf, Personal } from '@alongside/event-sourcing';
import type { DeferralReason, Heard, MeetingChannel, Opened, Question, ReadinessLevel, SignpostReason, Voice } from './events.js';

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
  };
  'arrange-meeting': ArrangedMeeting;
  'rearrange-meeting': ArrangedMeeting;
  'record-meeting':
    | { outcome: 'held'; channel?: MeetingChannel; withStaffId?: string; note?: string; by?: Voice }
    | { outcome: 'missed'; nextStep: 'rearrange' | 'make-contact' | 'wait-to-hear'; toldUs: boolean; by?: Voice };
  'record-answers': { answers: Readonly<Partial<Record<Question, string>>>; form: FormAnswers; by?: Voice };
  'record-readiness': { person: ReadinessLevel; coordinator: ReadinessLevel; words?: { person?: string; coordinator?: string }; by?: Voice };
  'give-information': { item: InformationItem; version: number; how: 'by-hand' | 'by-email' | 'by-post' | 'read-aloud' | 'by-link' };
  'sign-confidentiality-agreement': { version: number; how: 'on-paper' | 'electronically' | 'witnessed-spoken'; returned: 'by-hand' | 'by-post' | 'by-email' | 'on-the-spot'; by?: Voice };
  'withdraw-agreement': { by?: Voice };
  'record-matching-information': { information: MatchingInformation; disclosure: Disclosure; by?: Voice };
  'find-suitable': { requiredFields: readonly string[]; packItems: readonly InformationItem[] };
  defer: { reason: DeferralReason; words?: string; supportFirst?: string; serviceIds: readonly string[]; reviewOn?: string; today: string; reviewWeeks: number; by?: Voice };
  'review-deferral': { outcome: 'ready' | 'still-not-now' | 'no-answer'; nextReviewOn?: string; words?: string; today: string; reviewWeeks: number; by?: Voice };
  'signpost-elsewhere': { reason: SignpostReason; serviceIds: readonly string[]; words?: string; by?: Voice };
  'follow-up-signpost': { serviceId: string; outcome: 'helped' | 'under-way' | 'did-not-help' | 'not-taken-up'; words?: string; by?: Voice };
  'record-declined': { toldHowToComeBack: boolean; serviceIds: readonly string[]; words?: string; by?: Voice };
  'close-assessment': { reason: 'unreachable' | 'moved-away' | 'other' };
  reopen: { by?: Voice };
  'return-from-matching': Record<never, never>;
  'join-second-referral': Record<never, never>;
  stop: { reason: 'withdrawn' | 'died' | 'erased' | 'journey-closed' };
}>;
