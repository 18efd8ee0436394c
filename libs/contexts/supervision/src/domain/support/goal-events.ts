import { event, mentee, type Personal } from '@alongside/event-sourcing';
import { exampleIds } from '../example-ids.js';
import type { Voice } from '../voice.js';

export interface SetGoal {
  readonly goalId: string;
  readonly title: Personal<string>;
  /** The steps that the mentee wants to take. */
  readonly plan?: Personal<readonly string[]>;
}

export const GoalsSet = event('GoalsSet').of<{ readonly relationshipId: string; readonly by: Voice; readonly goals: readonly SetGoal[] }>({
  personal: { 'goals.*.title': mentee, 'goals.*.plan': mentee },
  says: "The mentee's own goals and action plans, the whole latest list.",
  example: {
    relationshipId: exampleIds.relationshipId,
    by: 'mentee',
    goals: [{ goalId: exampleIds.goalId, title: 'Go out on my own again', plan: ['Walk to the corner shop', 'Take the bus to the library'] }],
  },
});

export interface GoalRating {
  /** 0 (not at all) to 10 (fully there), in the mentee's own eyes. */
  readonly rating: number;
  readonly note?: string;
}

export const GoalReviewed = event('GoalReviewed').of<{
  readonly goalId: string;
  readonly relationshipId: string;
  readonly by: Voice;
  readonly review: Personal<GoalRating>;
}>({
  personal: { review: mentee },
  says: 'The mentee rated how far they are with a goal.',
  example: { goalId: exampleIds.goalId, relationshipId: exampleIds.relationshipId, by: 'mentee', review: { rating: 6, note: 'The bus still makes me nervous.' } },
});

export const goalEvents = [GoalsSet, GoalReviewed] as const;
