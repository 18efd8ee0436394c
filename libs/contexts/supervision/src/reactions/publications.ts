import { supervision as published } from '@alongside/contracts';
import type { AnyEventDefinition, RecordedEvent } from '@alongside/event-sourcing';
import type { DataOf } from '@alongside/messaging';
import { publication, type Publication } from '@alongside/service';
import { ConcernEscalated, ConcernRaised, ConcernResolved } from '../domain/support/concern-events.js';
import { GoalsSet } from '../domain/support/goal-events.js';
import { RelationshipEnded } from '../domain/support/relationship-events.js';
import type { Support } from '../domain/support/state.js';
import { support } from '../domain/support/support.js';
import { SupervisionAgreed, SupervisionHeld, SupervisorAssigned, SupporterHeard } from '../domain/supporter/events.js';
import { basisOn, type Supervision } from '../domain/supporter/state.js';
import { supervision } from '../domain/supporter/supervision.js';

type OfStream = Pick<RecordedEvent, 'stream'>;

const journeyOf = (event: OfStream): string => event.stream.slice('support-'.length);

/** Whether it is open and about safeguarding, and whom it is about; nothing of what it says. */
function concernChanged(concernId: string, event: OfStream, state: Support): DataOf<typeof published.ConcernChanged> | undefined {
  const concern = state.status === 'known' ? state.concerns[concernId] : undefined;
  if (!concern) return undefined;
  const { status, safeguarding, aboutId } = concern;
  return { journeyId: journeyOf(event), concernId, status, safeguarding, ...(aboutId !== undefined && { aboutId }) };
}

function supervisionChanged(_event: OfStream, state: Supervision): DataOf<typeof published.SupervisionChanged> | undefined {
  const basis = state.status === 'known' ? basisOn(state) : undefined;
  if (state.status === 'unknown' || basis === undefined) return undefined;
  const { supporterId, supervisorId, agreement } = state;
  const everyWeeks = agreement?.everyWeeks;
  return { supporterId, basisOn: basis, ...(supervisorId !== undefined && { supervisorId }), ...(everyWeeks !== undefined && { everyWeeks }) };
}

const datesFollowFrom: readonly AnyEventDefinition[] = [SupporterHeard, SupervisorAssigned, SupervisionAgreed, SupervisionHeld];

export const publications: readonly Publication[] = [
  publication(RelationshipEnded, support, published.RelationshipEnded, (event, state) => {
    const { relationshipId, supporterId, ending, wantsAnother, endedOn, lessons = [] } = event.data;
    const relationship = state.status === 'known' ? state.relationships[relationshipId] : undefined;
    if (state.status === 'unknown' || !relationship) return undefined;
    const { beganAt } = relationship;
    const { siteId = relationship.siteId, personId = relationship.personId } = state.journey;
    return { journeyId: journeyOf(event), personId, siteId, beganAt, relationshipId, supporterId, ending, wantsAnother, endedOn, lessons };
  }),
  publication(GoalsSet, support, published.GoalsSet, (event) => ({
    journeyId: journeyOf(event),
    goals: event.data.goals.map(({ goalId, title }) => ({ goalId, title })),
  })),
  publication(ConcernRaised, support, published.ConcernChanged, (event, state) => concernChanged(event.data.concernId, event, state)),
  publication(ConcernEscalated, support, published.ConcernChanged, (event, state) => concernChanged(event.data.concernId, event, state)),
  publication(ConcernResolved, support, published.ConcernChanged, (event, state) => concernChanged(event.data.concernId, event, state)),
  ...datesFollowFrom.map((of) => publication(of, supervision, published.SupervisionChanged, supervisionChanged)),
];
