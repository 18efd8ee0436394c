import { aggregate, decider, type Belonging } from '@alongside/event-sourcing';
import { concerns, type ConcernCommand } from './concerns.js';
import { supportEvents, type SupportEvent } from './events.js';
import { goals, type GoalCommand } from './goals.js';
import { journey, type JourneyCommand } from './journey.js';
import { links, type LinkCommand } from './links.js';
import { queries, type QueryCommand } from './queries.js';
import { relationship, type RelationshipCommand } from './relationship.js';
import { sessions, type SessionCommand } from './sessions.js';
import { sharing, type SharingCommand } from './sharing.js';
import { currentRelationship, unknownSupport, type Support } from './state.js';

export type SupportCommand = JourneyCommand | RelationshipCommand | SessionCommand | GoalCommand | LinkCommand | ConcernCommand | QueryCommand | SharingCommand;

export const supportDecider = decider<Support, SupportCommand, SupportEvent>({
  initial: unknownSupport(),
  decide: {
    ...journey.decide,
    ...relationship.decide,
    ...sessions.decide,
    ...goals.decide,
    ...links.decide,
    ...concerns.decide,
    ...queries.decide,
    ...sharing.decide,
  },
  evolve: {
    ...journey.evolve,
    ...relationship.evolve,
    ...sessions.evolve,
    ...goals.evolve,
    ...links.evolve,
    ...concerns.evolve,
    ...queries.evolve,
    ...sharing.evolve,
  },
});

/** The supporter is the one of the latest relationship; the routes let a former one do no more than log late what was theirs. */
function belonging(state: Support, id: string): Belonging | undefined {
  if (state.status === 'unknown') return undefined;
  const { organisationId, siteId, beganAt } = state.journey;
  const current = currentRelationship(state);
  return {
    organisationId,
    journeyId: id,
    ...(siteId !== undefined && { siteId }),
    ...(beganAt !== undefined && { beganAt }),
    ...(current && { supporterId: current.supporterId }),
    ...(current?.supervisorId !== undefined && { supervisorId: current.supervisorId }),
  };
}

export const support = aggregate({ category: 'support', events: supportEvents, decider: supportDecider, belonging });
