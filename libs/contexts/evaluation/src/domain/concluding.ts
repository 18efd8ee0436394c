import { fold, type Command, type CommandEnvelope, type Decider, type Occurred } from '@alongside/event-sourcing';
import { conclusionOf, isAnsweredFor } from './conclusion.js';
import { EvaluationDeclined, JourneyClosed, type EvaluationEvent } from './events.js';
import { evolve } from './evolve.js';
import { openConcerns, type Evaluation } from './state.js';

/** The calendar date at the site on which something happens: what a closing is dated by. */
export interface Today {
  readonly today: string;
}

const folding: Decider<Evaluation, never, EvaluationEvent> = { initial: { status: 'unknown' }, decide: {} as never, evolve };

function after(state: Evaluation, events: readonly EvaluationEvent[], { occurredAt, now, actor }: CommandEnvelope): Evaluation {
  const metadata = { eventId: '', occurredAt, recordedAt: now, actor };
  return fold(folding, events.map((each) => ({ ...each, metadata }) as Occurred<EvaluationEvent>), state);
}

/**
 * Events, and the closing of the journey where they leave nothing to wait for. Everything that may be the last thing a journey
 * waits for is decided through here, so that each journey closes once, whatever came last.
 */
export function concluding(command: Command<string, Today>, state: Evaluation, events: readonly EvaluationEvent[]): readonly EvaluationEvent[] {
  const story = after(state, events, command);
  if (story.status === 'unknown' || story.status === 'closed') return events;
  const { personId, siteId, withdrawnAt } = story.known;
  const conclusion = conclusionOf(story.known);
  if (!conclusion || personId === undefined || siteId === undefined) return events;
  const isAnswered = isAnsweredFor(story);
  // Who leaves when only the evaluation is left, leaves the evaluation. A withdrawal that ended the relationship itself is as old as its end.
  const leaves = conclusion.asksFirst && !isAnswered && withdrawnAt !== undefined && withdrawnAt > conclusion.since;
  const openLink = Object.values(story.invitations).find((each) => each.status === 'open' && each.occasion === 'end' && each.audience === 'mentee');
  const all = leaves
    ? [...events, EvaluationDeclined({ occasion: 'end', audience: 'mentee', reason: 'left', by: 'mentee', ...(openLink && { invitationId: openLink.invitationId }) })]
    : events;
  if (openConcerns(story.known) > 0 || (conclusion.asksFirst && !isAnswered && !leaves)) return all;
  return [...all, JourneyClosed({ personId, siteId, outcome: conclusion.outcome, closedOn: command.data.today })];
}
