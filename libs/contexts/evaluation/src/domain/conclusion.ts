import type { JourneyOutcome, RelationshipEnding } from '@alongside/contracts';
import { answerStatus, hasLive, lastRelationship, type Known, type Story } from './state.js';

/** How a journey comes to its end, when nothing goes on any more. */
export interface Conclusion {
  readonly outcome: JourneyOutcome;
  readonly since: string;
  /** After a relationship the mentee is asked first: answer, decline or expiry, each lets the journey close. */
  readonly asksFirst: boolean;
}

const outcomeOf: Readonly<Record<RelationshipEnding, JourneyOutcome>> = {
  planned: 'completed',
  'mentee-left': 'left',
  'not-a-good-fit': 'ended-early',
  'supporter-left': 'ended-early',
  other: 'ended-early',
  died: 'died',
};

/** Whether a death was heard of, also one that was corrected since. */
export const isDeathHeard = (known: Known): boolean => known.ended?.stage === 'death' || lastRelationship(known)?.end?.ending === 'died';

export const isGone = (known: Known): boolean => known.ended?.stage === 'erasure' || (isDeathHeard(known) && !known.deathCorrected);

/** Word of the journey's end came before word of how a relationship ended that there was before. */
const isEndAwaited = ({ ended, relationships }: Known): boolean => ended?.relationshipIds.some((id) => relationships.every((each) => each.relationshipId !== id || each.end === undefined)) ?? false;

/** Undefined while something goes on: a relationship, or the waiting for another. */
export function conclusionOf(known: Known): Conclusion | undefined {
  const { ended } = known;
  const last = lastRelationship(known);
  // What a death ended stays ended, also when there was none.
  if (known.deathCorrected && isDeathHeard(known) && ended?.stage !== 'erasure') return { outcome: 'closed-other', since: ended?.at ?? last?.end?.at ?? '', asksFirst: false };
  if (ended && (ended.stage === 'death' || ended.stage === 'erasure')) return { outcome: ended.outcome, since: ended.at, asksFirst: false };
  if (last?.end?.ending === 'died') return { outcome: 'died', since: last.end.at, asksFirst: false };
  if (hasLive(known) || isEndAwaited(known)) return undefined;
  if (ended) {
    const asksFirst = last !== undefined || ended.afterRelationship;
    return { outcome: asksFirst && ended.outcome === 'closed-other' ? 'ended-early' : ended.outcome, since: ended.at, asksFirst };
  }
  return last?.end && !last.end.wantsAnother ? { outcome: outcomeOf[last.end.ending], since: last.end.at, asksFirst: true } : undefined;
}

/** Whether the mentee's last word was given: an answer, a no, or none in time. */
export function isAnsweredFor(story: Story): boolean {
  const status = answerStatus(story, 'end', 'mentee');
  return status === 'answered' || status === 'declined' || status === 'expired';
}
