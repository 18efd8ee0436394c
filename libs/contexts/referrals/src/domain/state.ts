import type { ContactChannel, FormAnswer, JourneyOutcome, ReferrerStatus, SafeContact } from '@alongside/contracts';
import { refuse, refuseUnless, type Command, type Decider, type Personal } from '@alongside/event-sourcing';
import type { ReferralEvent } from './events.js';
import type { Carried, Told, Written } from './told.js';
import type {
  ContactDirection,
  ContactOutcome,
  DeferralReason,
  Ending,
  IdentityDetails,
  IdentityMethod,
  Likeness,
  Progress,
  Purpose,
  ReferralChannel,
  Referrer,
  SealedSafeContact,
  Source,
  Voice,
} from './words.js';

export interface Contact {
  readonly at: string;
  readonly made: boolean;
  readonly channel: ContactChannel;
  readonly direction: ContactDirection;
  readonly outcome: ContactOutcome;
  readonly note?: Personal<string>;
  readonly by: Voice;
  /** Who wrote it down. */
  readonly takenDownBy: string;
}

/** Somebody who may be the same person: what they have in common, on which journeys, and what was decided. */
export interface Duplicate {
  readonly likenesses: readonly Likeness[];
  readonly journeys: readonly { readonly journeyId: string; readonly siteId: string }[];
  readonly status: 'undecided' | 'dismissed' | 'linked';
  /** Where it was decided here that these are two people. */
  readonly dismissal?: Told & { readonly note?: Personal<string> };
}

export interface OpenConcern {
  readonly concernId: string;
  readonly aboutId?: string;
}

export interface IdentityStanding {
  readonly status: 'unconfirmed' | 'confirmed' | 'not-confirmed';
  /** What was changed since it was confirmed: it is to be confirmed again. */
  readonly changed?: readonly ('name' | 'date-of-birth')[];
  readonly method?: IdentityMethod;
  readonly at?: string;
  readonly by?: Voice;
  readonly staffId?: string;
}

/** What was told elsewhere and holds here, too. */
export interface CarriedOver {
  readonly carriedAnswers: Readonly<Record<string, Carried<FormAnswer>>>;
  readonly carriedSafeContact?: Carried<SafeContact>;
}

/** What every journey has, at whichever stage it is. */
export interface Details extends Written, CarriedOver {
  readonly organisationId: string;
  readonly siteId: string;
  readonly personId: string;
  /** The person id that was issued with the journey: where an unlinked one returns to. */
  readonly ownPersonId: string;
  readonly purpose: Purpose;
  readonly source: Source;
  readonly channel: ReferralChannel;
  readonly beganAt: string;
  readonly formVersion: number;
  /** What was answered here; `answersOf` adds what was told elsewhere. */
  readonly answers: Readonly<Record<string, Personal<FormAnswer>>>;
  /** What was carried over before the journey was linked to another person: theirs whoever that one turns out to be. */
  readonly carriedBeforeLink?: CarriedOver;
  /** A journey that is over: it was linked to its person with this one, and is unlinked with it. */
  readonly linkedWith?: string;
  readonly asked: readonly string[];
  readonly identityDetails: IdentityDetails;
  readonly identity: IdentityStanding;
  readonly mayInformReferrer: boolean;
  readonly referrerId?: string;
  readonly namedReferrerId?: string;
  readonly referrer?: Referrer;
  readonly referrerErased: boolean;
  /** What was told here; `safeContactOf` knows what holds. */
  readonly safeContact?: SealedSafeContact;
  readonly coordinatorId?: string;
  readonly contacts: readonly Contact[];
  readonly duplicates: Readonly<Record<string, Duplicate>>;
  readonly transfer?: { readonly toSiteId: string; readonly offeredAt: string; readonly note?: Personal<string> };
  /** Sites that held the journey before: they keep sight of how it ends. */
  readonly formerSiteIds: readonly string[];
  readonly progress: Progress;
  readonly concerns: Readonly<Record<string, { readonly open: boolean; readonly safeguarding: boolean; readonly aboutId?: string; readonly sourceRevision: number }>>;
  readonly informed?: ReferrerStatus;
  /** Second referrals that joined this journey. */
  readonly joined: readonly string[];
  readonly died: boolean;
  /** Since when it is known that their death was written down by mistake. */
  readonly deathCorrectedAt?: string;
  readonly erased: boolean;
}

export interface Received extends Details {
  readonly status: 'received';
}

export interface Deferred extends Details {
  readonly status: 'deferred';
  readonly reason: Personal<DeferralReason>;
  readonly note?: Personal<string>;
  readonly deferredAt: string;
  readonly reviewOn?: string;
}

export interface Accepted extends Details {
  readonly status: 'accepted';
  readonly acceptedAt: string;
  /** The person has taken the referral back: the stage that the journey is in records the leaving. */
  readonly leaving: boolean;
}

export interface Ended extends Details {
  readonly status: 'ended';
  readonly ending: Ending;
  readonly endedAt: string;
  readonly intoJourneyId?: string;
  readonly supporterId?: string;
}

export interface Closed extends Details {
  readonly status: 'closed';
  readonly outcome: JourneyOutcome;
  readonly closedOn: string;
  readonly intoJourneyId?: string;
  readonly supporterId?: string;
}

export type Journey = Received | Deferred | Accepted | Ended | Closed;
export type Open = Received | Deferred | Accepted;
export type Referral = { readonly status: 'none' } | Journey;

/** Commands of one concern, by name. */
export type Decisions<Bodies> = { readonly [Type in keyof Bodies & string]: (command: Command<Type, Bodies[Type]>, state: Referral) => readonly ReferralEvent[] };
export type Evolutions = Decider<Referral, Command, ReferralEvent>['evolve'];

export function journey(state: Referral): Journey {
  return state.status === 'none' ? refuse('unknown-referral') : state;
}

/** Whether something that was ordered (RFC 3339) was taken back since. */
export const isOutdated = (orderedAt: string | undefined, correctedAt: string | undefined): boolean => orderedAt !== undefined && correctedAt !== undefined && orderedAt <= correctedAt;

export const isOpen = (state: Referral): state is Open => state.status === 'received' || state.status === 'deferred' || state.status === 'accepted';

/** At any stage until the journey has ended. */
export function ongoing(state: Referral): Open {
  const current = journey(state);
  refuseUnless(!current.erased, 'person-erased');
  refuseUnless(!current.died, 'person-died');
  return isOpen(current) ? current : refuse('journey-over', { status: current.status });
}

/** Until the journey is closed, also while its ending is being followed up. */
export function notClosed(state: Referral): Exclude<Journey, Closed> {
  const current = journey(state);
  refuseUnless(!current.erased, 'person-erased');
  refuseUnless(!current.died, 'person-died');
  return current.status === 'closed' ? refuse('journey-closed') : current;
}

/** At every stage and after it, as long as there is somebody to speak for: what goes on being used can be changed. */
export function notErased(state: Referral): Journey {
  const current = journey(state);
  refuseUnless(!current.erased, 'person-erased');
  return current;
}

/** Only as long as the assessment has not been opened. */
export function beforeAcceptance(state: Referral): Received | Deferred {
  const current = ongoing(state);
  return current.status === 'accepted' ? refuse('already-accepted') : current;
}

/** Whose word a command is, where it does not say: the signed-in referrer's, the public form's sender's, else the staff's. */
export function voiceOf({ data, actor }: { readonly data: { readonly by?: Voice }; readonly actor: Command['actor'] }): Voice {
  if (data.by !== undefined) return data.by;
  if (actor.role === 'referrer') return 'referrer';
  return actor.role === 'public' ? 'mentee' : 'staff';
}

export const noted = <T>(note: Personal<T> | undefined): { note?: Personal<T> } => (note === undefined ? {} : { note });

/** Every answer of the form that is known: those given here, and those told on other journeys of the person. */
export const answersOf = ({ answers, carriedAnswers }: Details): Details['answers'] => ({
  ...answers,
  ...Object.fromEntries(Object.entries(carriedAnswers).map(([name, { value }]) => [name, value])),
});

/** How the person may be reached, wherever they told it last. */
export const safeContactOf = ({ safeContact, carriedSafeContact }: Details): SealedSafeContact | undefined => carriedSafeContact?.value ?? safeContact;

export const undecided = (details: Details): readonly string[] => Object.keys(details.duplicates).filter((personId) => details.duplicates[personId]?.status === 'undecided');

export const openSafeguardingConcerns = (details: Details): readonly OpenConcern[] =>
  Object.entries(details.concerns).flatMap(([concernId, { open, safeguarding, aboutId }]) => (open && safeguarding ? [{ concernId, ...(aboutId !== undefined && { aboutId }) }] : []));
