import type { MatchingWeights, SupporterRequirements } from '@alongside/contracts';

/** What stands until an organisation's own settings have been heard. */
export const unheard = {
  weights: { livedExperience: 30, wishes: 20, availability: 20, area: 10, languages: 15, access: 10, interests: 15, dislikes: 5, lessons: 25 } satisfies MatchingWeights,
  requirements: { trainings: [], checks: [] } satisfies SupporterRequirements,
  standards: { supervisionWeeks: 6, proposalDays: 7, pauseReviewWeeks: 4 },
  timeZone: 'UTC',
} as const;
