import type { RelationshipEnding } from '@alongside/contracts';
import type { EventOf } from '@alongside/event-sourcing';
import type { Stop } from './journey-events.js';
import { RelationshipEnded } from './relationship-events.js';
import type { RelationshipFacts } from './state.js';

const endingOf: Readonly<Record<Stop, RelationshipEnding>> = { withdrawn: 'mentee-left', closed: 'other', died: 'died', erased: 'other' };

/** How a relationship ends when the journey stops: nobody decides it, and nobody is matched again. */
export function endedBy(stop: Stop, relationship: RelationshipFacts, today: string): EventOf<typeof RelationshipEnded> {
  return RelationshipEnded({
    relationshipId: relationship.relationshipId,
    supporterId: relationship.supporterId,
    ending: endingOf[stop],
    wantsAnother: false,
    endedOn: today > relationship.openedOn ? today : relationship.openedOn,
    by: stop === 'withdrawn' ? 'mentee' : 'staff',
  });
}
