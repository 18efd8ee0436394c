import { dateIn, addWeeks } from '@alongside/contracts';
import { command, type CommandRoute } from '@alongside/service';
import { GroundRulesAgreed, RelationshipEnded, RelationshipPaused, RelationshipResumed } from '../../domain/support/relationship-events.js';
import { support as aggregate } from '../../domain/support/support.js';
import { byCoordinators, byTheirSupporter } from '../access.js';
import { AgreeGroundRules, EndRelationship, PauseRelationship, ResumeRelationship } from '../bodies/relationship.js';
import { standardsOf } from '../lookups.js';
import { inItsZone, journeyIn } from '../prepared.js';

export const liveRules = {
  'no-relationship': 'There is no relationship, or it has ended.',
  'person-erased': 'The person was erased: nothing more is written about them.',
} as const;

export const relationshipCommands: readonly CommandRoute[] = [
  command({
    name: 'agree-ground-rules',
    says: 'Writes down what mentee and supporter agreed on: confidentiality and its exceptions, boundaries, contact.',
    aggregate,
    access: byTheirSupporter,
    body: AgreeGroundRules,
    events: [GroundRulesAgreed],
    rules: { ...liveRules, 'mutual-confidentiality-needed': 'Without mutual confidentiality there are no ground rules.' },
    prepare: inItsZone,
  }),
  command({
    name: 'pause-relationship',
    says: 'Lets the relationship rest until a review date.',
    aggregate,
    access: byCoordinators,
    body: PauseRelationship,
    events: [RelationshipPaused],
    rules: liveRules,
    prepare: async (request, state) => {
      const placed = await inItsZone(request, state);
      const { pauseReviewWeeks } = await standardsOf(request, journeyIn(state).organisationId);
      return { ...placed, standardReviewOn: addWeeks(dateIn(placed.timeZone, request.occurredAt), pauseReviewWeeks) };
    },
  }),
  command({
    name: 'resume-relationship',
    says: 'Goes on after a pause.',
    aggregate,
    access: byCoordinators,
    body: ResumeRelationship,
    events: [RelationshipResumed],
    rules: liveRules,
    prepare: inItsZone,
  }),
  command({
    name: 'end-relationship',
    says: 'Ends the relationship: on to another match where the mentee wants one, else to the evaluation.',
    aggregate,
    access: byCoordinators,
    body: EndRelationship,
    events: [RelationshipEnded],
    rules: { ...liveRules, 'goodbyes-missing': 'A planned ending says goodbye on both sides.' },
    prepare: inItsZone,
  }),
];
