import type { JourneyOutcome } from '@alongside/contracts';
import { InvalidField, aggregate, decider, refuse, refuseUnless, type Belonging, type CommandsOf, type Decider } from '@alongside/event-sourcing';
import { answering, type AnsweringCommand } from './answering.js';
import { conclusionOf, isAnsweredFor } from './conclusion.js';
import type { Today } from './concluding.js';
import { JourneyClosed, OutcomeRecorded, evaluationEvents, type EvaluationEvent, type GoalOutcome, type Voice } from './events.js';
import { evolve } from './evolve.js';
import { hearing, type HearingCommand } from './hearing.js';
import { hasLive, lastRelationship, openConcerns, openConcernsFor, type Evaluation } from './state.js';

/** What a coordinator may call the end of a journey that had a relationship, where it was not as it looks. */
export const closingOutcomes = ['completed', 'ended-early', 'left'] as const satisfies readonly JourneyOutcome[];
export type ClosingOutcome = (typeof closingOutcomes)[number];

type ClosingCommand = CommandsOf<{
  'record-outcome': { goals: readonly { readonly goalId: string; readonly outcome: GoalOutcome }[]; view?: string; by?: Voice };
  'close-journey': { outcome?: ClosingOutcome; by?: Voice } & Today;
}>;

export type EvaluationCommand = HearingCommand | AnsweringCommand | ClosingCommand;

const closing: Decider<Evaluation, ClosingCommand, EvaluationEvent>['decide'] = {
  'record-outcome'({ data: { goals, view, by = 'staff' } }, state) {
    if (state.status !== 'open' && state.status !== 'closed') return refuse('evaluation-not-open', { status: state.status });
    const { known, outcomes } = state;
    refuseUnless(known.ended?.stage !== 'erasure', 'person-gone');
    refuseUnless(!hasLive(known), 'relationship-live');
    refuseUnless(lastRelationship(known) ?? known.ended?.afterRelationship, 'no-relationship-yet');
    const goalIds = goals.map((each) => each.goalId);
    const problems = goals.flatMap(({ goalId }, index) => [
      ...(known.goals.some((each) => each.goalId === goalId) ? [] : [{ path: `goals.${index}.goalId`, code: 'unknown' }]),
      ...(goalIds.indexOf(goalId) < index ? [{ path: `goals.${index}.goalId`, code: 'repeated' }] : []),
    ]);
    if (goals.length === 0 && view === undefined) problems.push({ path: 'goals', code: 'too-few' });
    if (problems.length > 0) throw new InvalidField(problems);
    const isKnown = view === undefined && goals.every(({ goalId, outcome }) => outcomes?.goals[goalId] === outcome);
    return isKnown ? [] : [OutcomeRecorded({ goals, ...(view !== undefined && { view }), by })];
  },
  'close-journey'({ data: { outcome, today, by }, actor }, state) {
    if (state.status === 'closed') return outcome === undefined || outcome === state.outcome ? [] : refuse('journey-closed', { outcome: state.outcome });
    if (state.status === 'unknown') return refuse('evaluation-not-open', { status: state.status });
    const { known } = state;
    refuseUnless(!hasLive(known), 'relationship-live');
    const { personId, siteId } = known;
    const conclusion = conclusionOf(known) ?? refuse(lastRelationship(known) ? 'another-match-wanted' : 'journey-goes-on');
    refuseUnless(!conclusion.asksFirst || isAnsweredFor(state), 'evaluation-not-answered');
    refuseUnless(openConcernsFor(known, actor.id) === 0, 'concern-open', { open: openConcernsFor(known, actor.id) });
    // One about who asks is waited for all the same; that it is there is not for them to know.
    refuseUnless(openConcerns(known) === 0, 'not-ready-to-close');
    if (personId === undefined || siteId === undefined) return refuse('evaluation-not-open', { status: state.status });
    return [JourneyClosed({ personId, siteId, outcome: conclusion.asksFirst ? (outcome ?? conclusion.outcome) : conclusion.outcome, closedOn: today, ...(by !== undefined && { by }) })];
  },
};

export const evaluation = decider<Evaluation, EvaluationCommand, EvaluationEvent>({
  initial: { status: 'unknown' },
  decide: { ...hearing, ...answering, ...closing },
  evolve,
});

function belonging(state: Evaluation, id: string): Belonging | undefined {
  if (state.status === 'unknown') return undefined;
  const { organisationId, siteId, beganAt } = state.known;
  const supporterId = lastRelationship(state.known)?.supporterId;
  return { organisationId, journeyId: id, ...(siteId !== undefined && { siteId }), ...(beganAt !== undefined && { beganAt }), ...(supporterId !== undefined && { supporterId }) };
}

export const evaluationAggregate = aggregate({ category: 'evaluation', events: evaluationEvents, decider: evaluation, belonging });
