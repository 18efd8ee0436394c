import type { SafeContact } from '@alongside/contracts';
import type { Personal } from '@alongside/event-sourcing';

export type { ErasureReason, OverrideReason } from '@alongside/contracts';

// The coded words of referrals: what commands, events, documents and answers have in common.

export const purposes = ['peer-support', 'training'] as const;
export type Purpose = (typeof purposes)[number];

export const sources = ['self', 'word-of-mouth', 'clinician', 'gp', 'social-worker', 'other-agency'] as const;
export type Source = (typeof sources)[number];
/** Sources behind which stands somebody else, who is named. */
export const externalSources: readonly Source[] = ['clinician', 'gp', 'social-worker', 'other-agency'];

export const referralChannels = ['email', 'online-form', 'telephone', 'in-person', 'letter'] as const;
export type ReferralChannel = (typeof referralChannels)[number];

/** Whose word or wish it was; who wrote it down is the event's actor. */
export type Voice = 'mentee' | 'referrer' | 'supporter' | 'staff';

export const contactDirections = ['outgoing', 'incoming'] as const;
export type ContactDirection = (typeof contactDirections)[number];

export const contactOutcomes = ['reached', 'no-answer', 'left-voicemail', 'left-message', 'message-sent', 'not-delivered', 'wrong-details'] as const;
export type ContactOutcome = (typeof contactOutcomes)[number];

export const identityMethods = ['clinic-details', 'current-medication', 'known-to-partner-clinic', 'vouched-for-by-referrer', 'document', 'other'] as const;
export type IdentityMethod = (typeof identityMethods)[number];

export const likenesses = ['same-name', 'similar-name', 'same-date-of-birth', 'same-telephone', 'same-email', 'same-postcode'] as const;
export type Likeness = (typeof likenesses)[number];

export const deferralReasons = ['other-support-first', 'safety-first', 'not-ready', 'unwell', 'away', 'waiting-for-information', 'asked-by-person', 'other'] as const;
export type DeferralReason = (typeof deferralReasons)[number];

export const reviewOutcomes = ['continue', 'defer-again'] as const;
export type ReviewOutcome = (typeof reviewOutcomes)[number];

export const declineReasons = ['outside-remit', 'not-eligible', 'other-service-fits-better', 'unreachable', 'moved-away', 'declined-by-person', 'duplicate', 'other'] as const;
export type DeclineReason = (typeof declineReasons)[number];

/** How a referral ended before acceptance; `died` and `erased` end it at any stage; `closed-other`: by a death that was written down by mistake. */
export type Ending = 'not-taken-forward' | 'withdrawn' | 'directed-to-training' | 'merged' | 'died' | 'erased' | 'closed-other';

export interface Signpost {
  readonly serviceId: string;
}

export interface Referrer {
  readonly name?: Personal<string>;
  readonly agency?: Personal<string>;
  /** Telephone, e-mail or address, as they gave it. */
  readonly contact?: Personal<string>;
}

/** What duplicates are found by, normalised so that two ways of writing are one. */
export interface IdentityDetails {
  /** Folded words in alphabetical order. */
  readonly name?: Personal<string>;
  readonly dateOfBirth?: Personal<string>;
  readonly telephone?: Personal<string>;
  readonly email?: Personal<string>;
  readonly postcode?: Personal<string>;
}

export type SealedSafeContact = Personal<SafeContact>;

/** What other contexts told of the journey since, each with when it last happened. */
export const progressSteps = [
  'meeting-arranged',
  'met',
  'deferred',
  'reopened',
  'suitable',
  'returned',
  'assessment-ended',
  'introduced',
  'rematch',
  'waiting-ended',
  'relationship-ended',
] as const;
export type ProgressStep = (typeof progressSteps)[number];
export type Progress = Readonly<Partial<Record<ProgressStep, string>>>;
