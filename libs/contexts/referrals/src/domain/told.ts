import type { FormAnswer, ReferrerStatus, SafeContact, ContactChannel } from '@alongside/contracts';
import type { Personal } from '@alongside/event-sourcing';
import type { DeclineReason, DeferralReason, ErasureReason, ReviewOutcome, Signpost, Voice } from './words.js';

// What was written down on a journey, kept so that those who work with it can read it again.

/** Whose word something is, when it was told, and who took it down. */
export interface Told {
  readonly at: string;
  readonly by: Voice;
  readonly takenDownBy: string;
}

/** What the person told on another journey of theirs; sealed as it was there. */
export interface Carried<T> {
  readonly value: Personal<T>;
  readonly fromJourneyId: string;
  readonly toldAt: string;
}

/** Something told on other journeys of the person, as far as it is known there. */
export interface ToldElsewhere {
  readonly safeContact?: Carried<SafeContact>;
  /** By field; `renews`: it takes the place of an older answer, as a new telephone number does. */
  readonly answers: Readonly<Record<string, Carried<FormAnswer> & { readonly renews: boolean }>>;
}

export interface DeferralReview extends Told {
  readonly outcome: ReviewOutcome;
  readonly note?: Personal<string>;
  readonly reviewOn?: string;
}

export interface WrittenDeferral extends Told {
  readonly reason: Personal<DeferralReason>;
  readonly note?: Personal<string>;
  readonly signposts: readonly Signpost[];
  readonly reviewOn?: string;
  readonly reviews: readonly DeferralReview[];
}

export interface WrittenTransfer extends Told {
  readonly fromSiteId: string;
  readonly toSiteId: string;
  readonly note?: Personal<string>;
  /** Absent: it is offered still, or the journey ended before it was decided. */
  readonly decision?: Told & { readonly outcome: 'accepted' | 'returned'; readonly note?: Personal<string> };
}

/** What nothing is decided on any more, in the order in which it was written down. */
export interface Written {
  /** Who the referral came from, and who took it down. */
  readonly received: Told;
  /** By field of the form: its latest answer here. */
  readonly answered: Readonly<Record<string, Told>>;
  readonly consentTold: Told;
  readonly safeContactTold?: Told;
  readonly coordinatorAssigned?: Told & { readonly menteeTold: boolean };
  readonly acceptance?: Told;
  /** To another person; on another journey; to training. */
  readonly linked?: Told;
  readonly merged?: Told;
  readonly directedToTraining?: Told;
  readonly deferrals: readonly WrittenDeferral[];
  readonly notTakenForward?: Told & { readonly reason: DeclineReason; readonly note?: Personal<string>; readonly signposts: readonly Signpost[] };
  readonly withdrawal?: Told & { readonly note?: Personal<string> };
  readonly transfers: readonly WrittenTransfer[];
  readonly referrerTold: readonly (Told & { readonly status: ReferrerStatus; readonly channel: ContactChannel })[];
  readonly death?: Told & { readonly diedOn?: Personal<string>; readonly note?: Personal<string>; readonly corrected?: Told & { readonly note?: Personal<string> } };
  readonly erasure?: Erasure;
  readonly referrerErasure?: Erasure;
}

interface Erasure {
  readonly at: string;
  readonly by?: Voice;
  readonly reason: ErasureReason;
}

interface Occasion {
  readonly data: { readonly by: Voice };
  readonly metadata: { readonly occurredAt: string; readonly actor: { readonly id: string } };
}

export const toldIn = ({ data, metadata }: Occasion): Told => ({ at: metadata.occurredAt, by: data.by, takenDownBy: metadata.actor.id });

/** The list with its last item changed; an empty one stays so. */
export const withLast = <Item>(items: readonly Item[], change: (last: Item) => Item): readonly Item[] => items.map((item, index) => (index === items.length - 1 ? change(item) : item));
