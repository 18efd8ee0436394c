import { conclusionOf, isAnsweredFor, isGone } from './conclusion.js';
import type { Audience, Occasion } from './questions.js';
import { answerStatus, lastRelationship, openConcerns, type Evaluation, type Story } from './state.js';

export type TodoKind =
  | 'baseline-to-take'
  | 'end-evaluation-to-invite'
  | 'supporter-view-to-invite'
  | 'invitation-expiring'
  | 'invitation-expired'
  | 'response-to-read'
  | 'outcome-to-record'
  | 'journey-to-close';

/** What somebody is to do about an evaluation. Due on a calendar date, else on the day (at the site) of a moment. */
export interface Todo {
  readonly kind: TodoKind;
  readonly since: string;
  readonly on?: string;
  readonly occasion?: Occasion;
  readonly audience?: Audience;
  readonly invitationId?: string;
  readonly responseId?: string;
}

const toRead = (story: Story): readonly Todo[] =>
  Object.values(story.responses)
    .filter((each) => each.complete && !each.read)
    .map(({ occasion, audience, responseId, at }) => ({ kind: 'response-to-read', since: at, occasion, audience, responseId }));

function outcomeToRecord(story: Story): readonly Todo[] {
  const conclusion = conclusionOf(story.known);
  if (!conclusion?.asksFirst) return [];
  const recorded = story.outcomes;
  const isWhole = recorded !== undefined && story.known.goals.every(({ goalId }) => recorded.goals[goalId] !== undefined);
  return isWhole ? [] : [{ kind: 'outcome-to-record', since: conclusion.since }];
}

export function todosOf(story: Evaluation): readonly Todo[] {
  if (story.status === 'unknown' || story.status === 'heard') return [];
  if (isGone(story.known)) return story.status === 'closed' ? [] : [{ kind: 'journey-to-close', since: story.known.ended?.at ?? story.openedAt }];
  const invitations: readonly Todo[] = Object.values(story.invitations).flatMap(({ status, occasion, audience, invitationId, expiresAt, expiresOn }): readonly Todo[] => {
    const about = { since: expiresAt, on: expiresOn, occasion, audience, invitationId };
    if (status === 'open') return [{ kind: 'invitation-expiring', ...about }];
    // Asked once more or answered otherwise: nothing is left to do about it.
    return status === 'expired' && story.status === 'open' && answerStatus(story, occasion, audience) === 'expired' ? [{ kind: 'invitation-expired', ...about }] : [];
  });
  const always = [...invitations, ...toRead(story), ...outcomeToRecord(story)];
  if (story.status === 'closed') return always;

  const { known } = story;
  const last = lastRelationship(known);
  const conclusion = conclusionOf(known);
  const baseline: readonly Todo[] =
    last === undefined && !conclusion && answerStatus(story, 'baseline', 'mentee') === 'not-asked'
      ? [{ kind: 'baseline-to-take', since: story.openedAt, occasion: 'baseline', audience: 'mentee' }]
      : [];
  const end: readonly Todo[] =
    conclusion?.asksFirst && answerStatus(story, 'end', 'mentee') === 'not-asked' ? [{ kind: 'end-evaluation-to-invite', since: conclusion.since, occasion: 'end', audience: 'mentee' }] : [];
  const view: readonly Todo[] =
    conclusion && last?.end && answerStatus(story, 'end', 'supporter') === 'not-asked' ? [{ kind: 'supporter-view-to-invite', since: last.end.at, occasion: 'end', audience: 'supporter' }] : [];
  // Answered, and still open: a concern is waited for.
  const closing: readonly Todo[] =
    conclusion && (!conclusion.asksFirst || isAnsweredFor(story)) && openConcerns(known) > 0 ? [{ kind: 'journey-to-close', since: conclusion.since }] : [];
  return [...always, ...baseline, ...end, ...view, ...closing];
}
