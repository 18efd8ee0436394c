import type { Decider, DomainEvent, Occurred } from '@alongside/event-sourcing';
import { defined } from '../defined.js';
import type { SupervisionCommand } from './commands.js';
import type { SupervisionEvent } from './events.js';
import { firstHeard, type KnownSupporter, type Supervision } from './state.js';

const onKnown =
  <E extends DomainEvent>(change: (state: KnownSupporter, event: Occurred<E>) => KnownSupporter) =>
  (state: Supervision, event: Occurred<E>): Supervision =>
    state.status === 'known' ? change(state, event) : state;

const knownOr = (state: Supervision, data: { readonly organisationId: string; readonly supporterId: string; readonly siteId?: string }): KnownSupporter =>
  state.status === 'known' ? state : { ...firstHeard(data.organisationId, data.supporterId), ...defined({ siteId: data.siteId }) };

/** What was planned is over once a session of that day was held or missed. */
function afterSession(state: KnownSupporter, on: string): KnownSupporter {
  const { scheduled, ...rest } = state;
  return scheduled === undefined || scheduled.scheduledFor.slice(0, 10) > on ? state : rest;
}

export const evolveSupervision: Decider<Supervision, SupervisionCommand, SupervisionEvent>['evolve'] = {
  SupporterHeard: (state, { data }) => {
    const { organisationId: _organisationId, ...supporter } = data;
    return { ...knownOr(state, data), ...supporter };
  },
  SupporterErasureHeard: (state, { data, metadata }) => {
    const { scheduled: _scheduled, ...known } = knownOr(state, data);
    return { ...known, erasedAt: metadata.occurredAt, debriefsOffered: [] };
  },
  RelationshipTakenOn: (state, { data }) => {
    const known = knownOr(state, data);
    return { ...known, relationships: { ...known.relationships, [data.relationshipId]: data.journeyId } };
  },
  RelationshipHandedBack: onKnown((state, { data }) => {
    const { [data.relationshipId]: _over, ...relationships } = state.relationships;
    return { ...state, relationships };
  }),
  SupervisorAssigned: onKnown((state, { data }) => ({ ...state, supervisorId: data.supervisorId })),
  SupervisionAgreed: onKnown((state, { data }) => {
    const { supporterId: _supporterId, ...agreement } = data;
    return { ...state, agreement };
  }),
  SupervisionScheduled: onKnown((state, { data }) => {
    const { supporterId: _supporterId, ...scheduled } = data;
    return { ...state, scheduled };
  }),
  SupervisionHeld: onKnown((state, { data }) => {
    const { supporterId: _supporterId, ...session } = data;
    return { ...afterSession(state, data.heldOn), sessions: [...state.sessions, defined({ ...session, supervisorId: state.supervisorId })] };
  }),
  SupervisionMissed: onKnown((state, { data }) => {
    const { supporterId: _supporterId, groupId, ...missed } = data;
    const ofItsGroup = groupId !== undefined && state.scheduled?.groupId === groupId;
    return { ...afterSession(state, ofItsGroup ? state.scheduled.scheduledFor : data.missedOn), missed: [...state.missed, missed] };
  }),
  WellbeingRecorded: onKnown((state, { data, metadata }) => {
    const { wellbeingId, alerts, wellbeing } = data;
    return { ...state, wellbeing: [...state.wellbeing, { wellbeingId, alerts, wellbeing, recordedAt: metadata.occurredAt }] };
  }),
  DebriefOffered: onKnown((state, { data, metadata }) => {
    const { debriefId, journeyId } = data;
    return { ...state, debriefsOffered: [...state.debriefsOffered, { debriefId, journeyId, offeredAt: metadata.occurredAt }] };
  }),
  DebriefHeld: onKnown((state, { data }) => {
    const { heldOn, journeyId, notes } = data;
    return {
      ...state,
      debriefsOffered: state.debriefsOffered.filter((offer) => !data.debriefIds.includes(offer.debriefId)),
      debriefs: [...state.debriefs, defined({ heldOn, journeyId, notes })],
    };
  }),
  TrainingNeedAgreed: onKnown((state, { data }) => {
    const { supporterId: _supporterId, ...need } = data;
    return { ...state, trainingNeeds: [...state.trainingNeeds, need] };
  }),
  TrainingHeard: (state, { data }) => {
    const known = knownOr(state, data);
    return { ...known, trainings: [...known.trainings, { training: data.training, completedOn: data.completedOn }] };
  },
  TrainingNeedAnswered: onKnown((state, { data }) => ({
    ...state,
    trainingNeeds: state.trainingNeeds.map((need) => (need.trainingNeedId === data.trainingNeedId ? { ...need, completedOn: data.completedOn } : need)),
  })),
};
