import type { CommandsOf, Decider } from '@alongside/event-sourcing';
import { concluding, type Today } from './concluding.js';
import { isDeathHeard } from './conclusion.js';
import { EvaluationOpened, type EvaluationEvent } from './events.js';
import { merged, outweighs } from './evolve.js';
import {
  EvaluationConcernHeard,
  EvaluationDeathCorrectionHeard,
  EvaluationFactsHeard,
  EvaluationGoalsHeard,
  EvaluationJourneyEndHeard,
  EvaluationRelationshipEndHeard,
  EvaluationRelationshipHeard,
  EvaluationWithdrawalHeard,
  type Facts,
  type HeardConcern,
  type HeardEnd,
  type HeardGoal,
  type HeardRelationship,
  type HeardRelationshipEnd,
  type JourneyPlace,
} from './heard-events.js';
import { firstHeard, type Evaluation } from './state.js';

/** What other contexts tell, in any order and more than once; none of these come from a person. */
export type HearingCommand = CommandsOf<{
  'open-evaluation': { organisationId: string; personId: string; siteId: string; beganAt: string; coordinatorId?: string } & Today;
  'hear-facts': Facts & Today;
  'hear-relationship': HeardRelationship & Today;
  'hear-relationship-end': HeardRelationshipEnd & Today;
  'hear-goals': JourneyPlace & { readonly goals: readonly HeardGoal[]; readonly sourceRevision: number } & Today;
  'hear-concern': HeardConcern & Today;
  'hear-end': HeardEnd & Today;
  'hear-death-correction': JourneyPlace & Today;
  'hear-withdrawal': JourneyPlace & Today;
}>;

const knownOf = (state: Evaluation, organisationId: string) => (state.status === 'unknown' ? firstHeard(organisationId) : state).known;

const isNews = (before: unknown, after: unknown): boolean => JSON.stringify(before) !== JSON.stringify(after);

export const hearing: Decider<Evaluation, HearingCommand, EvaluationEvent>['decide'] = {
  'open-evaluation'(command, state) {
    const { today: _today, ...about } = command.data;
    return state.status === 'open' || state.status === 'closed' ? [] : concluding(command, state, [EvaluationOpened(about)]);
  },
  'hear-facts'(command, state) {
    const { today: _today, ...facts } = command.data;
    const known = knownOf(state, facts.organisationId);
    return isNews(known, merged(known, facts)) ? concluding(command, state, [EvaluationFactsHeard(facts)]) : [];
  },
  'hear-relationship'(command, state) {
    const { today: _today, ...relationship } = command.data;
    const heard = knownOf(state, relationship.organisationId).relationships.find((each) => each.relationshipId === relationship.relationshipId);
    // One whose end came first is heard once more, for when it began.
    const isKnown = heard !== undefined && (heard.end === undefined || heard.at < heard.end.at);
    return isKnown ? [] : concluding(command, state, [EvaluationRelationshipHeard(relationship)]);
  },
  'hear-relationship-end'(command, state) {
    const { today: _today, ...end } = command.data;
    const heard = knownOf(state, end.organisationId).relationships.find((each) => each.relationshipId === end.relationshipId);
    return heard?.end ? [] : concluding(command, state, [EvaluationRelationshipEndHeard(end)]);
  },
  'hear-goals'(command, state) {
    const { today: _today, ...goals } = command.data;
    return knownOf(state, goals.organisationId).heardAt.goals >= goals.sourceRevision ? [] : [EvaluationGoalsHeard(goals)];
  },
  'hear-concern'(command, state) {
    const { today: _today, ...concern } = command.data;
    const heard = knownOf(state, concern.organisationId).concerns[concern.concernId];
    if (heard && heard.sourceRevision >= concern.sourceRevision) return [];
    return concluding(command, state, [EvaluationConcernHeard(concern)]);
  },
  'hear-end'(command, state) {
    const { today: _today, ...end } = command.data;
    const known = knownOf(state, end.organisationId);
    const isNewDeath = end.stage === 'death' && known.ended?.stage === 'death' && known.deathCorrected === true;
    return isNewDeath || outweighs(end.stage, known.ended?.stage) ? concluding(command, state, [EvaluationJourneyEndHeard(end)]) : [];
  },
  'hear-death-correction'(command, state) {
    const { today: _today, ...place } = command.data;
    if (state.status === 'unknown' || state.known.deathCorrected || !isDeathHeard(state.known)) return [];
    return concluding(command, state, [EvaluationDeathCorrectionHeard(place)]);
  },
  'hear-withdrawal'(command, state) {
    const { today: _today, ...place } = command.data;
    return knownOf(state, place.organisationId).withdrawnAt === undefined ? concluding(command, state, [EvaluationWithdrawalHeard(place)]) : [];
  },
};
