import type { Disclosure, FormAnswers, InformationItem, MatchingInformation, SafeContact } from '@alongside/contracts';
import type { Personal } from '@alongside/event-sourcing';
import type { ClosingReason, DeferralOutcome, DeferralReason, FollowUpOutcome, InformationWay, Meeting, MeetingChannel, Missed, Opened, Question, ReadinessLevel, ReopenedWhy, Returned, Signed, SignpostReason, Voice } from './events.js';

/** What was told about the journey from outside; may come before the assessment opens. */
export interface Known {
  readonly organisationId?: string;
  readonly siteId?: string;
  /** Where the latest word came from; counts until the site itself is known. */
  readonly fromSiteId?: string;
  /** Whom the journey was linked to, or back; absent: whose it was when it was accepted. */
  readonly personId?: string;
  readonly coordinatorId?: string;
  readonly safeContact?: Personal<SafeContact>;
  /** The relationship that the mentee is in. */
  readonly relationshipId?: string;
  /** Relationships that are over, heard of in whatever order. */
  readonly over: readonly string[];
  /** The person leaves: whoever gets the journey back closes it. */
  readonly leaving: boolean;
  readonly journeyClosed: boolean;
  /** Revision of the latest word heard, by its source stream and topic. */
  readonly heard: Readonly<Record<string, number>>;
}

/** When something was said or done, whose word it was, and who of the staff took it down. */
export interface Told {
  readonly at: string;
  readonly by?: Voice;
  readonly takenDownBy?: string;
}

export type InitialMeeting =
  | { readonly status: 'to-arrange' }
  | ({ readonly status: 'arranged' } & Meeting & Told)
  | ({ readonly status: 'missed' } & Partial<Meeting> & Missed & Told)
  | ({ readonly status: 'held'; readonly heldAt: string; readonly channel: MeetingChannel; readonly withStaffId: string; readonly place?: Personal<string>; readonly note?: Personal<string> } & Told);

export interface Deferral extends Told {
  readonly reason: Personal<DeferralReason>;
  readonly words?: Personal<string>;
  readonly supportFirst?: Personal<string>;
  readonly serviceIds: readonly string[];
  readonly reviewOn: string;
  readonly reviews: readonly (Told & { readonly outcome: DeferralOutcome; readonly nextReviewOn?: string; readonly words?: Personal<string> })[];
}

export type Outcome = Told &
  (
    | { readonly outcome: 'signposted'; readonly reason: Personal<SignpostReason>; readonly serviceIds: readonly string[]; readonly words?: Personal<string> }
    | { readonly outcome: 'declined'; readonly toldHowToComeBack: boolean; readonly serviceIds: readonly string[]; readonly words?: Personal<string> }
    | { readonly outcome: 'closed'; readonly reason: ClosingReason }
  );

export interface Picture {
  readonly about: Opened;
  /** When the referral was accepted. */
  readonly openedAt: string;
  readonly meeting: InitialMeeting;
  /** Every meeting that did not take place, in their order. */
  readonly missedMeetings: readonly (Partial<Meeting> & Missed & Told)[];
  readonly answers: Readonly<Partial<Record<Question, Personal<string>>>>;
  readonly form: Readonly<Record<string, Personal<FormAnswers[string]>>>;
  /** Of each answer and each field of the form. */
  readonly toldBy: { readonly answers: Readonly<Record<string, Told>>; readonly form: Readonly<Record<string, Told>> };
  readonly readiness?: Told & { readonly person: Personal<ReadinessLevel>; readonly coordinator: Personal<ReadinessLevel>; readonly words?: Personal<{ readonly person?: string; readonly coordinator?: string }> };
  /** The latest version of each item. */
  readonly given: Readonly<Partial<Record<InformationItem, number>>>;
  readonly handedOver: readonly (Told & { readonly item: InformationItem; readonly version: number; readonly how: InformationWay })[];
  readonly agreement: { readonly status: 'none' } | ({ readonly status: 'signed' | 'withdrawn'; readonly version: number; readonly how: Signed; readonly returned: Returned; readonly withdrawn?: Told } & Told);
  readonly matching?: { readonly information: Personal<MatchingInformation>; readonly disclosure: Personal<Disclosure> };
  readonly matchingTold?: Told;
  readonly carriedOver: readonly (Told & { readonly fromJourneyId: string })[];
  /** Services that the person was pointed to. */
  readonly signposts: readonly string[];
  readonly followUps: readonly (Told & { readonly serviceId: string; readonly outcome: FollowUpOutcome; readonly words?: Personal<string> })[];
  readonly deferrals: readonly Deferral[];
  readonly suitable?: Told;
  readonly reopened: readonly (Told & { readonly from: 'deferred' | 'suitable'; readonly why: ReopenedWhy })[];
  readonly outcome?: Outcome;
}

export const carriedOverFrom = ({ carriedOver }: Picture, journeyId: string): boolean => carriedOver.some((each) => each.fromJourneyId === journeyId);

export type Ending = 'signposted' | 'declined' | 'closed';

export type Assessment = { readonly known: Known } & (
  | { readonly status: 'none' }
  | { readonly status: 'open'; readonly picture: Picture }
  | { readonly status: 'deferred'; readonly picture: Picture; readonly reviewOn: string }
  | { readonly status: 'suitable'; readonly picture: Picture }
  | { readonly status: Ending; readonly picture: Picture }
);

export type Begun = Exclude<Assessment, { readonly status: 'none' }>;

/** Whose journey it is, as far as it is known by now. */
export const personIdOf = ({ known, picture }: Begun): string => known.personId ?? picture.about.personId;
