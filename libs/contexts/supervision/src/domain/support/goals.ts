import { InvalidField, refuseUnless, type CommandsOf, type EventsOf } from '@alongside/event-sourcing';
import { defined } from '../defined.js';
import type { Voice } from '../voice.js';
import { GoalReviewed, GoalsSet, goalEvents } from './goal-events.js';
import { mustBeLive, onKnown, supportPart, writable } from './state.js';

export type GoalCommand = CommandsOf<{
  'set-goals': {
    readonly relationshipId?: string;
    readonly by?: Voice;
    /** The whole list; a goal with an id is one that was set before. */
    readonly goals: readonly { readonly goalId?: string; readonly title: string; readonly plan?: readonly string[] }[];
  };
  'review-goal': { readonly goalId: string; readonly rating: number; readonly note?: string; readonly by?: Voice };
}>;

export const goals = supportPart<GoalCommand, EventsOf<typeof goalEvents>>({
  decide: {
    'set-goals': ({ data, newId }, state) => {
      const known = writable(state);
      const live = mustBeLive(known, data.relationshipId);
      refuseUnless(data.by === undefined || data.by === 'mentee', 'goals-are-the-mentees-own');
      const ids = new Set(known.goals.map((goal) => goal.goalId));
      const unknown = data.goals.flatMap((goal, index) => (goal.goalId === undefined || ids.has(goal.goalId) ? [] : [{ path: `goals.${index}.goalId`, code: 'unknown' }]));
      const repeated = data.goals.flatMap((goal, index) =>
        goal.goalId !== undefined && data.goals.findIndex((each) => each.goalId === goal.goalId) < index ? [{ path: `goals.${index}.goalId`, code: 'repeated' }] : [],
      );
      if (unknown.length + repeated.length > 0) throw new InvalidField([...unknown, ...repeated]);
      const set = data.goals.map(({ goalId, title, plan }, index) => defined({ goalId: goalId ?? newId(`goal-${index}`), title, plan }));
      return [GoalsSet({ relationshipId: live.relationshipId, by: 'mentee', goals: set })];
    },
    'review-goal': ({ data }, state) => {
      const known = writable(state);
      if (!known.goals.some((goal) => goal.goalId === data.goalId)) throw new InvalidField([{ path: 'goalId', code: 'unknown' }]);
      const live = mustBeLive(known);
      refuseUnless(data.by === undefined || data.by === 'mentee', 'rated-by-the-mentee');
      return [GoalReviewed({ goalId: data.goalId, relationshipId: live.relationshipId, by: 'mentee', review: defined({ rating: data.rating, note: data.note }) })];
    },
  },
  evolve: {
    GoalsSet: onKnown((state, { data, metadata }) => ({
      ...state,
      goals: data.goals.map((goal) => {
        const before = state.goals.find((each) => each.goalId === goal.goalId);
        return { ...goal, setAt: before?.setAt ?? metadata.occurredAt, reviews: before?.reviews ?? [] };
      }),
    })),
    GoalReviewed: onKnown((state, { data, metadata }) => ({
      ...state,
      goals: state.goals.map((goal) =>
        goal.goalId === data.goalId ? { ...goal, reviews: [...goal.reviews, { reviewedAt: metadata.occurredAt, review: data.review }] } : goal,
      ),
    })),
  },
});
