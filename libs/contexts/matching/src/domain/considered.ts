import type { MatchingInformation, MatchingWeights, Term } from '@alongside/contracts';
import type { Opened, Personal } from '@alongside/event-sourcing';
import type { SupporterProfile } from './profile.js';
import { suggest, weigh } from './suggest.js';
import type { Reason, Suggestion, SuggestionInput, Suggestions, SupporterInput } from './suggestion.js';

/** How many of the suggested are frozen with a proposal. */
export const frozenSuggestions = 20;

/** A reason as it is frozen: what it stands on follows from the frozen inputs, which are sealed. */
export type CodedReason = Omit<Reason, 'facts'>;

export interface ConsideredSupporter {
  readonly supporterId: string;
  readonly timeZone: string;
  readonly score: number;
  readonly reasons: Personal<readonly CodedReason[]>;
  /** Present where this supporter was proposed though not suggested: a must was overridden. */
  readonly overridden?: true;
  readonly profile: Personal<SupporterProfile>;
}

/** What stood before the coordinator when a match was proposed: enough to compute the same suggestions again, years later. */
export interface Considered {
  /** RFC 3339. */
  readonly at: string;
  readonly weights: { readonly version: number; readonly weights: MatchingWeights };
  readonly terms: { readonly version: number; readonly terms: readonly Term[] };
  readonly counts: { readonly suggested: number; readonly notSuggested: number; readonly byReason: Readonly<Record<string, number>> };
  readonly mentee: {
    readonly timeZone: string;
    readonly information: Personal<MatchingInformation>;
    readonly past: readonly { readonly supporterId: string; readonly ending: string; readonly lessons: Personal<readonly string[]>; readonly profile?: Personal<SupporterProfile> }[];
    readonly turnedDown: SuggestionInput['mentee']['turnedDown'];
    readonly connections: readonly { readonly supporterId: string; readonly kind: Personal<string>; readonly menteeAgrees: boolean }[];
  };
  /** The best of those suggested, the best first; the proposed one among them, last where they were not. */
  readonly best: readonly ConsideredSupporter[];
}

/** The envelopes of what was opened to compute suggestions: the frozen copy carries these, not what is in them. */
export interface Envelopes {
  readonly information: Personal<MatchingInformation>;
  readonly lessons: readonly Personal<readonly string[]>[];
  readonly profileOf: (supporterId: string) => Personal<SupporterProfile> | undefined;
}

const coded = ({ facts: _facts, ...reason }: Reason): CodedReason => reason;

/** Freezes suggestions with the proposed supporter among them. */
export function freeze(
  input: SuggestionInput,
  { suggested, notSuggested }: Suggestions,
  proposed: SupporterInput,
  versions: { readonly weights: number; readonly terms: number },
  envelopes: Envelopes,
): Considered {
  const best: (Suggestion & { readonly overridden?: true })[] = suggested.slice(0, frozenSuggestions);
  if (!best.some((each) => each.supporterId === proposed.supporterId)) {
    const isSuggested = suggested.some((each) => each.supporterId === proposed.supporterId);
    best.push({ ...weigh(proposed, input), ...(!isSuggested && { overridden: true as const }) });
  }
  const zones = new Map(input.supporters.map((each) => [each.supporterId, each.timeZone]));
  const byReason: Record<string, number> = {};
  for (const code of notSuggested.flatMap((each) => [...new Set(each.reasons.map((reason) => reason.code))])) byReason[code] = (byReason[code] ?? 0) + 1;
  return {
    at: input.at,
    weights: { version: versions.weights, weights: input.weights },
    terms: { version: versions.terms, terms: input.terms },
    counts: { suggested: suggested.length, notSuggested: notSuggested.length, byReason },
    mentee: {
      timeZone: input.mentee.timeZone,
      information: envelopes.information,
      past: input.mentee.past.map(({ supporterId, ending, profile }, index) => {
        const envelope = profile && envelopes.profileOf(supporterId);
        return { supporterId, ending, lessons: envelopes.lessons[index] ?? [], ...(envelope && { profile: envelope }) };
      }),
      turnedDown: input.mentee.turnedDown,
      connections: input.mentee.connections,
    },
    best: best.flatMap(({ supporterId, score, reasons, overridden }) => {
      const profile = envelopes.profileOf(supporterId);
      if (profile === undefined) return [];
      return [{ supporterId, timeZone: zones.get(supporterId) ?? proposed.timeZone, score, reasons: reasons.map(coded), ...(overridden && { overridden }), profile }];
    }),
  };
}

/**
 * Computes frozen suggestions again from what was frozen: scores and reasons, now with the facts they stand on. Who has been
 * erased since cannot be weighed again and is left out; undefined where it is the mentee.
 */
export function recompute(considered: Opened<Considered>): readonly Suggestion[] | undefined {
  const { mentee, best, terms, weights, at } = considered;
  if (mentee.information === 'erased') return undefined;
  const supporters = best.flatMap(({ supporterId, timeZone, profile }): SupporterInput[] =>
    profile === 'erased' ? [] : [{ supporterId, timeZone, profile: profile as SupporterProfile, barriers: [] }],
  );
  const input: SuggestionInput = {
    mentee: {
      ...mentee,
      information: mentee.information as MatchingInformation,
      past: mentee.past.map(({ supporterId, ending, lessons, profile }) => ({
        supporterId,
        ending,
        lessons: lessons === 'erased' ? [] : lessons,
        ...(profile !== undefined && profile !== 'erased' && { profile: profile as SupporterProfile }),
      })),
    },
    supporters,
    terms: terms.terms as readonly Term[],
    weights: weights.weights as MatchingWeights,
    at,
  };
  const overridden = new Set(best.filter((each) => each.overridden).map((each) => each.supporterId));
  return [
    ...suggest(input).suggested.filter((each) => !overridden.has(each.supporterId)),
    ...supporters.filter((each) => overridden.has(each.supporterId)).map((each) => weigh(each, input)),
  ];
}
