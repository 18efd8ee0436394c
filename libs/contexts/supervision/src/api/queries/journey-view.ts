import type { StaffRole } from '@alongside/service';
import type { KnownToSupporter } from '../disclosed-now.js';
import { circleOf, maySee, maySeeConcern } from '../../domain/support/owners.js';
import { currentRelationship, isTheirSupporter, liveRelationship, type Concern, type KnownSupport, type Relationship, type Session } from '../../domain/support/state.js';

/** A relationship for those who look after it: `disclosed` is between mentee and supporter. */
function relationshipFor(relationship: Relationship) {
  const { disclosed: _disclosed, ...rest } = relationship;
  return rest;
}

const byDate = (session: Session): string => (session.status === 'held' ? session.heldOn : session.missedOn);

const sessionsOf = (state: KnownSupport, relationshipIds: readonly string[]): readonly Session[] =>
  Object.values(state.sessions)
    .filter((session) => relationshipIds.includes(session.relationshipId))
    .sort((one, other) => (byDate(one) < byDate(other) ? -1 : 1));

/** That a worry was heard, and how it stands; what others made of it stays with them. */
export const asHeard = ({ concernId, raisedAt, severity, status }: Concern) => ({ concernId, raisedAt, severity, status });

/** The concerns that this person may see whole. */
export function concernsFor(state: KnownSupport, userId: string): readonly Concern[] {
  return Object.values(state.concerns).filter((concern) => maySeeConcern(userId, concern, circleOf(state)));
}

/** The concerns that staff may know of: whole, or, where they only raised one, that it was heard. */
export function concernsShown(state: KnownSupport, userId: string): readonly (Concern | ReturnType<typeof asHeard>)[] {
  const whole = concernsFor(state, userId);
  return Object.values(state.concerns).flatMap((concern) => {
    if (whole.includes(concern)) return [concern];
    return concern.raisedBy === userId && maySee(userId, concern) ? [asHeard(concern)] : [];
  });
}

/** Everything, but what is about the coordinator who looks, and what is restricted to others. */
export function viewForCoordinator(id: string, state: KnownSupport, userId: string) {
  const { journey } = state;
  return {
    id,
    siteId: journey.siteId,
    personId: journey.personId,
    coordinatorId: journey.coordinatorId,
    knownAs: journey.knownAs,
    safeContact: journey.safeContact,
    stops: journey.stops,
    relationship: state.currentId === undefined ? undefined : relationshipOf(state),
    relationships: Object.values(state.relationships).map(relationshipFor),
    sessions: sessionsOf(state, Object.keys(state.relationships)),
    goals: state.goals,
    links: state.links,
    feedback: state.feedback,
    // Told apart from the supporter, who may be a coordinator elsewhere.
    checkIns: isTheirSupporter(state, userId) ? [] : state.checkIns,
    concerns: concernsShown(state, userId),
    queries: Object.values(state.queries),
    complaints: Object.values(state.complaints).filter((complaint) => maySee(userId, complaint)),
    authorisations: Object.values(state.authorisations),
    disclosures: Object.values(state.disclosures),
  };
}

function relationshipOf(state: KnownSupport) {
  const current = currentRelationship(state);
  return current && relationshipFor(current);
}

/** How the relationship goes and what worries anybody; not what was said in confidence. */
export function viewForSupervisor(id: string, state: KnownSupport, userId: string) {
  const held = Object.values(state.sessions).filter((session) => session.status === 'held');
  return {
    id,
    siteId: state.journey.siteId,
    coordinatorId: state.journey.coordinatorId,
    stops: state.journey.stops,
    relationships: Object.values(state.relationships).map(({ relationshipId, supporterId, contactPersonId, status, openedOn, sessionsHeld, groundRules, ...more }) => ({
      relationshipId,
      supporterId,
      contactPersonId,
      status,
      openedOn,
      ...('reviewOn' in more && { reviewOn: more.reviewOn }),
      ...('endedOn' in more && { endedOn: more.endedOn, ending: more.ending }),
      sessionsHeld,
      groundRulesAgreed: groundRules !== undefined,
      lastSessionOn: held
        .filter((session) => session.relationshipId === relationshipId)
        .map(byDate)
        .sort()
        .at(-1),
      flaggedSessions: held.filter((session) => session.relationshipId === relationshipId && session.flagged).length,
    })),
    feedback: state.feedback,
    concerns: concernsShown(state, userId),
    complaints: Object.values(state.complaints).filter((complaint) => maySee(userId, complaint)),
    disclosures: Object.values(state.disclosures).filter((disclosure) => disclosure.flagged),
  };
}

/** Their own relationship, and of the mentee what the mentee allows: why it rests is between the mentee and the coordinator. */
export function viewForSupporter(id: string, state: KnownSupport, userId: string, { contactPersonName, ...known }: KnownToSupporter) {
  const live = liveRelationship(state);
  if (live?.supporterId !== userId) return undefined;
  const { relationshipId, supporterId, status, openedOn, firstMeetingAt, firstMeetingPlace, groundRules, sessionsHeld } = live;
  return {
    id,
    contactPersonId: live.contactPersonId,
    contactPersonName,
    relationship: { relationshipId, supporterId, status, openedOn, firstMeetingAt, firstMeetingPlace, groundRules, sessionsHeld, ...(live.status === 'paused' && { reviewOn: live.reviewOn }) },
    ...known,
    sessions: sessionsOf(state, [relationshipId]),
    goals: state.goals,
    links: state.links.filter((link) => link.relationshipId === relationshipId),
    feedback: state.feedback.filter((feedback) => feedback.relationshipId === relationshipId),
    concerns: Object.values(state.concerns)
      .filter((concern) => concern.raisedBy === userId && maySee(userId, concern))
      .map(asHeard),
    queries: Object.values(state.queries).filter((each) => each.raisedBy === userId),
  };
}

/** The fullest view that the reader's roles give. */
export function viewFor(roles: readonly StaffRole[], id: string, state: KnownSupport, userId: string, known: KnownToSupporter) {
  if (roles.includes('coordinator')) return viewForCoordinator(id, state, userId);
  return roles.includes('supervisor') ? viewForSupervisor(id, state, userId) : viewForSupporter(id, state, userId, known);
}
