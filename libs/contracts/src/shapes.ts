import type { Personal } from '@alongside/event-sourcing';
import { Type, type TUnsafe } from 'typebox';

/** A personal value, sealed on its way; `T` is what it opens to. Marked, so that the document of all events says so. */
export function personal<T>(): TUnsafe<Personal<T>> {
  return Type.Unsafe<Personal<T>>({ 'x-personal': true });
}

/** A value that has no schema of its own here, typed. */
export function typed<T>(): TUnsafe<T> {
  return Type.Unsafe<T>({});
}

export const id = () => Type.String({ format: 'uuid' });
/** A calendar date, `YYYY-MM-DD`, in the site's time zone. */
export const date = () => Type.String({ format: 'date' });
/** RFC 3339, UTC. */
export const instant = () => Type.String({ format: 'date-time' });

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/** Part of the week, in local time `HH:MM` of a time zone; `to` is after `from`. */
export interface WeeklyPeriod {
  readonly day: Weekday;
  readonly from: string;
  readonly to: string;
}

/** How somebody may be reached without harm. */
export interface SafeContact {
  readonly voicemail: boolean;
  /** May we say who we are. */
  readonly nameOurselves: boolean;
  /** May we write to their address. */
  readonly writeToAddress: boolean;
  /** Channels that are safe; an empty list: none is. */
  readonly channels: readonly ContactChannel[];
  /** Local hours within which to reach out; absent: any. */
  readonly hours?: readonly WeeklyPeriod[];
  readonly note?: string;
}

export const contactChannels = ['telephone', 'text-message', 'email', 'letter', 'in-person', 'video'] as const;
export type ContactChannel = (typeof contactChannels)[number];

export const formStages = ['registration', 'before-meeting', 'at-assessment'] as const;
export type FormStage = (typeof formStages)[number];
export const formFieldTypes = ['text', 'long-text', 'date', 'number', 'yes-no', 'choice', 'choices', 'email', 'telephone', 'address', 'check-only'] as const;
export type FormFieldType = (typeof formFieldTypes)[number];

/** A field of an organisation's referral form. `check-only`: asked to confirm identity, its answer is never written down. */
export interface FormField {
  /** Stable, kebab-case; the key of its answer. The default form uses: `name`, `known-as`, `date-of-birth`, `telephone`, `email`, `address`, `postcode`, `gender`, `reason`, … */
  readonly name: string;
  readonly label: string;
  readonly stage: FormStage;
  readonly type: FormFieldType;
  readonly required: boolean;
  readonly personal: boolean;
  readonly choices?: readonly string[];
  readonly help?: string;
}

/** Answers by field name. */
export type FormAnswer = string | number | boolean | readonly string[];
export type FormAnswers = Readonly<Record<string, FormAnswer>>;

export const termLists = ['challenge', 'interest', 'dislike'] as const;
export type TermListName = (typeof termLists)[number];

export interface Term {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly list: TermListName;
  readonly label: string;
  readonly synonyms: readonly string[];
}

/** Working days and weeks by which the service is measured. */
export interface ServiceStandards {
  /** Working days from referral. */
  readonly firstContactDays: number;
  readonly firstMeetingDays: number;
  /** Weeks between supervision sessions of a supporter. */
  readonly supervisionWeeks: number;
  /** Days without a session before a relationship is quiet. */
  readonly quietDays: number;
  /** Weeks until a deferral is asked about again, where no date is given; and between check-ins with a mentee. */
  readonly deferralReviewWeeks: number;
  readonly pauseReviewWeeks: number;
  readonly checkInWeeks: number;
  readonly goalReviewWeeks: number;
  /** Days to answer a proposal. */
  readonly proposalDays: number;
  /** Days that an evaluation invitation is open. */
  readonly invitationDays: number;
  /** 1 to 5: a recorded strain at or above it alerts the supervisor. */
  readonly strainThreshold: number;
}

export interface SupporterRequirements {
  readonly trainings: readonly { readonly code: string; readonly label: string; readonly validMonths?: number }[];
  readonly checks: readonly { readonly code: string; readonly label: string; readonly validMonths?: number }[];
}

/** What counts how much in suggestions; each 0 to 100. */
export interface MatchingWeights {
  readonly livedExperience: number;
  readonly wishes: number;
  readonly availability: number;
  readonly area: number;
  readonly languages: number;
  readonly access: number;
  readonly interests: number;
  readonly dislikes: number;
  /** What the last ending taught. */
  readonly lessons: number;
}

/** A preference about the other person. A must is never broken unless a coordinator overrides it with a reason. */
export interface Preference {
  readonly about: 'gender' | 'age-band' | 'language' | 'lived-experience' | 'faith' | 'parent' | 'other';
  readonly value: string;
  readonly strength: 'must' | 'wish';
  /** `false`: must or wishes NOT to have it. Default true. */
  readonly wanted?: boolean;
}

/** What a good match for a mentee needs. Sealed as a whole on its way. */
export interface MatchingInformation {
  /** Term codes, or words in the person's own language that the term list may know as synonyms. */
  readonly challenges: readonly string[];
  readonly interests: readonly string[];
  readonly dislikes: readonly string[];
  readonly mattersMost?: string;
  readonly about: { readonly gender?: string; readonly ageBand?: string; readonly details?: readonly { readonly about: Preference['about']; readonly value: string }[] };
  readonly preferences: readonly Preference[];
  readonly availability: readonly WeeklyPeriod[];
  /** IANA name; the site's when absent. */
  readonly timeZone?: string;
  readonly area?: string;
  /** May they meet by telephone or video. */
  readonly remote: boolean;
  readonly languages: readonly string[];
  readonly accessNeeds: readonly string[];
}

export const disclosureStages = ['before-accepting', 'after-accepting', 'never'] as const;
export type DisclosureStage = (typeof disclosureStages)[number];
export const disclosedItems = ['first-name', 'challenges', 'interests', 'dislikes', 'matters-most', 'gender', 'age-band', 'area', 'languages', 'availability', 'access-needs', 'contact'] as const;
export type DisclosedItem = (typeof disclosedItems)[number];
/** What the other side may be told, and when; an item that is absent: never. */
export type Disclosure = Readonly<Partial<Record<DisclosedItem, DisclosureStage>>>;

/** What a mentee allowed a supporter to know, made up at the introduction from what was recorded. Sealed as a whole. */
export type DisclosedToSupporter = Readonly<Partial<Record<DisclosedItem, string | readonly string[] | readonly WeeklyPeriod[]>>>;

export const journeyOutcomes = [
  'completed',
  'ended-early',
  'left',
  'not-taken-forward',
  'withdrawn',
  'directed-to-training',
  'merged',
  'signposted',
  'declined',
  'unreachable',
  'moved-away',
  'closed-other',
  'died',
  'erased',
] as const;
export type JourneyOutcome = (typeof journeyOutcomes)[number];

export const relationshipEndings = ['planned', 'not-a-good-fit', 'mentee-left', 'supporter-left', 'died', 'other'] as const;
export type RelationshipEnding = (typeof relationshipEndings)[number];

/** Why somebody is erased. */
export const erasureReasons = ['asked-by-person', 'asked-by-representative', 'retention-ended', 'recorded-unlawfully', 'legal-duty', 'other'] as const;
export type ErasureReason = (typeof erasureReasons)[number];

/** Why an erasure does not wait for an open safeguarding concern. Coded: free text would outlive the person it is about. */
export const overrideReasons = ['concern-handed-over', 'court-order', 'legal-advice', 'other'] as const;
export type OverrideReason = (typeof overrideReasons)[number];

/** How things stand with a referral, and no more: what a referrer with consent may know. */
export const referrerStatuses = ['received', 'met', 'matched', 'ended', 'not-now', 'not-taken-forward'] as const;
export type ReferrerStatus = (typeof referrerStatuses)[number];
