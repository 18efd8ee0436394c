import type { Work } from '@alongside/service';
import type { KnownMatching } from '../domain/matching-state.js';
import type { SupporterProfile } from '../domain/profile.js';
import { suggest } from '../domain/suggest.js';
import type { Suggestion, SuggestionInput } from '../domain/suggestion.js';
import { journeys } from '../read-models/journeys.js';
import { menteeInput, type Considering } from './considering.js';
import { timeZones } from './settings.js';

/** How far down the list, and how many who wait longer are looked at: a hint for people, not a rule. */
const considered = { supporters: 5, mentees: 50 } as const;

/**
 * Of the best suggested, for how many mentees who wait longer the same supporter would be as good a match or a better one:
 * among equals, who waits longest comes first.
 */
export async function waitingLonger(
  work: Work,
  journeyId: string,
  journey: Extract<KnownMatching, { status: 'waiting' }>,
  { input }: Considering,
  suggested: readonly Suggestion[],
): Promise<ReadonlyMap<string, number>> {
  const best = suggested.slice(0, considered.supporters);
  const candidates = input.supporters.filter((each) => best.some((one) => one.supporterId === each.supporterId));
  const counts = new Map<string, number>();
  if (candidates.length === 0) return counts;
  const profiles = new Map<string, SupporterProfile>(input.supporters.map((each) => [each.supporterId, each.profile]));
  const zoneOf = await timeZones(work, journey.organisationId);
  const { items } = await work.read(journeys).find({
    organisationId: journey.organisationId,
    where: { status: 'waiting', waitingSince: { lt: journey.waitingSince } },
    sort: { field: 'waitingSince' },
    limit: considered.mentees,
  });
  for (const { id, document } of items) {
    if (id === journeyId) continue;
    const mentee = await menteeInput(work, document.journey, zoneOf(document.siteId), (supporterId) => profiles.get(supporterId));
    if (!mentee) continue;
    const theirs: SuggestionInput = { ...input, mentee, supporters: candidates };
    const scores = new Map(suggest(theirs).suggested.map((each) => [each.supporterId, each.score]));
    for (const { supporterId, score } of best) if ((scores.get(supporterId) ?? Number.NEGATIVE_INFINITY) >= score) counts.set(supporterId, (counts.get(supporterId) ?? 0) + 1);
  }
  return counts;
}
