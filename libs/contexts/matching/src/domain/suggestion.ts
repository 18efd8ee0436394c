import type { MatchingInformation, MatchingWeights, Term } from '@alongside/contracts';
import type { Barrier, Ineligibility } from './eligibility.js';
import type { SupporterProfile } from './profile.js';

/** For whom a reason counts: something of the supporter for the mentee, the other way round, or something between them. */
export type Side = 'mentee' | 'supporter' | 'both';
export type Verdict = 'for' | 'against' | 'unknown';

/** One reason for, against, or what is unknown. `weight` is what it adds (for) or takes away (against); 0 when unknown. */
export interface Reason {
  readonly code: string;
  readonly side: Side;
  readonly verdict: Verdict;
  readonly weight: number;
  /** What it stands on. Personal: opened only in an answer. */
  readonly facts: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** Why not: what keeps a supporter out of the suggestions. `must` names a must that a coordinator may override with a reason. */
export interface Obstacle {
  readonly code: Ineligibility | `must-${string}` | 'pair-failed-before' | 'connection-declared';
  readonly side: Side;
  readonly must?: string;
  readonly facts: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export interface Suggestion {
  readonly supporterId: string;
  readonly score: number;
  readonly reasons: readonly Reason[];
}

export interface NotSuggested {
  readonly supporterId: string;
  readonly reasons: readonly Obstacle[];
}

export interface Suggestions {
  /** The best first. */
  readonly suggested: readonly Suggestion[];
  readonly notSuggested: readonly NotSuggested[];
}

/** A match of this mentee that is over. */
export interface PastMatch {
  readonly supporterId: string;
  readonly ending: string;
  /** Coded lessons of its ending; see `lessons.ts`. */
  readonly lessons: readonly string[];
  /** The profile of that supporter, where it can still be read: what was different, what was the same. */
  readonly profile?: SupporterProfile;
}

export interface MenteeInput {
  readonly information: MatchingInformation;
  /** Of their site; the information's own goes first. */
  readonly timeZone: string;
  /** The latest last. */
  readonly past: readonly PastMatch[];
  readonly turnedDown: readonly { readonly supporterId: string; readonly side: 'mentee' | 'supporter' }[];
  readonly connections: readonly { readonly supporterId: string; readonly kind: string; readonly menteeAgrees: boolean }[];
}

export interface SupporterInput {
  readonly supporterId: string;
  readonly profile: SupporterProfile;
  readonly timeZone: string;
  /** Everything by which they may not be matched at all; see `eligibility.ts`. */
  readonly barriers: readonly Barrier[];
}

/** Everything that suggestions follow from. The same input gives the same suggestions, years later too. */
export interface SuggestionInput {
  readonly mentee: MenteeInput;
  readonly supporters: readonly SupporterInput[];
  readonly terms: readonly Term[];
  readonly weights: MatchingWeights;
  /** RFC 3339: which offsets the time zones have. */
  readonly at: string;
}
