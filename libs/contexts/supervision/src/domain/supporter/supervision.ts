import { dateIn } from '@alongside/contracts';
import { InvalidField, aggregate, decider, refuseUnless, type Belonging } from '@alongside/event-sourcing';
import { defined } from '../defined.js';
import type { SupervisionCommand } from './commands.js';
import {
  DebriefHeld,
  DebriefOffered,
  RelationshipHandedBack,
  RelationshipTakenOn,
  SupervisionAgreed,
  SupervisionHeld,
  SupervisionMissed,
  SupervisionScheduled,
  SupervisorAssigned,
  SupporterErasureHeard,
  SupporterHeard,
  TrainingHeard,
  TrainingNeedAgreed,
  TrainingNeedAnswered,
  WellbeingRecorded,
  supervisionEvents,
  type SupervisionEvent,
} from './events.js';
import { evolveSupervision } from './evolve.js';
import { readable, registered, serving, type KnownSupporter, type Supervision } from './state.js';

export const supervisionDecider = decider<Supervision, SupervisionCommand, SupervisionEvent>({
  initial: { status: 'unknown' },
  decide: {
    'hear-supporter': ({ data }, state) => (state.status === 'known' && state.sourceRevision >= data.sourceRevision ? [] : [SupporterHeard(data)]),
    'hear-supporter-erasure': ({ data }, state) => (state.status === 'known' && state.erasedAt !== undefined ? [] : [SupporterErasureHeard(data)]),
    'hear-training': ({ data }, state) => {
      const { training, completedOn, supporterId } = data;
      if (state.status === 'unknown') return [TrainingHeard(data)];
      if (state.trainings.some((each) => each.training === training && each.completedOn === completedOn)) return [];
      const answered = state.trainingNeeds.filter((need) => need.training === training && need.completedOn === undefined && need.agreedOn <= completedOn);
      return [TrainingHeard(data), ...answered.map(({ trainingNeedId }) => TrainingNeedAnswered({ trainingNeedId, supporterId, completedOn }))];
    },
    'take-on': ({ data }, state) => (state.status === 'known' && state.relationships[data.relationshipId] ? [] : [RelationshipTakenOn(data)]),
    'hand-back': ({ data, newId }, state) => {
      if (state.status === 'unknown' || !state.relationships[data.relationshipId]) return [];
      const { journeyId, relationshipId, died } = data;
      const { supporterId } = state;
      const offer = DebriefOffered({ debriefId: newId('debrief'), supporterId, journeyId, relationshipId, because: 'mentee-died' });
      return [RelationshipHandedBack({ supporterId, journeyId, relationshipId }), ...(died && state.erasedAt === undefined ? [offer] : [])];
    },
    'count-group-session': ({ data }, state) => {
      const { supporterId, sessions } = registered(state);
      if (sessions.some((each) => each.sessionId === data.sessionId)) return [];
      return [SupervisionHeld({ ...data, supporterId, form: 'group' })];
    },
    'note-group-date': ({ data }, state) => {
      const { supporterId, scheduled } = registered(state);
      if (scheduled?.groupId === data.groupId && scheduled.scheduledFor === data.scheduledFor) return [];
      return [SupervisionScheduled({ supporterId, scheduledFor: data.scheduledFor, form: 'group', groupId: data.groupId })];
    },
    'miss-group-session': ({ data }, state) => {
      const { supporterId, scheduled } = registered(state);
      return scheduled?.groupId === data.groupId ? [SupervisionMissed({ ...data, supporterId })] : [];
    },
    'assign-supervisor': ({ data }, state) => {
      const { supporterId, supervisorId } = serving(state);
      refuseUnless(data.isSupervisor, 'not-a-supervisor');
      return supervisorId === data.supervisorId ? [] : [SupervisorAssigned({ supporterId, supervisorId: data.supervisorId })];
    },
    'agree-supervision': ({ data }, state) => {
      const { supporterId, supervisorId } = serving(state);
      refuseUnless(supervisorId !== undefined, 'no-supervisor');
      const { form, everyWeeks, agreement } = data;
      return [SupervisionAgreed(defined({ supporterId, form, everyWeeks, agreement }))];
    },
    'schedule-supervision': ({ data, occurredAt }, state) => {
      const { supporterId, supervisorId, scheduled } = serving(state);
      refuseUnless(supervisorId !== undefined, 'no-supervisor');
      if (data.scheduledFor <= occurredAt) throw new InvalidField([{ path: 'scheduledFor', code: 'not-in-the-future' }]);
      if (scheduled?.scheduledFor === data.scheduledFor && scheduled.form === data.form) return [];
      return [SupervisionScheduled({ supporterId, scheduledFor: data.scheduledFor, form: data.form })];
    },
    'record-supervision': ({ data, occurredAt, newId }, state) => {
      const known = readable(registered(state));
      refuseUnless(known.supervisorId !== undefined, 'no-supervisor');
      const heldOn = sinceRegistration(known, 'heldOn', data.heldOn, dateIn(data.timeZone, occurredAt));
      const { form, minutes, notes } = data;
      return [SupervisionHeld(defined({ supporterId: known.supporterId, sessionId: newId('session'), heldOn, form, minutes, notes }))];
    },
    'record-missed-supervision': ({ data, occurredAt }, state) => {
      const known = readable(registered(state));
      const missedOn = sinceRegistration(known, 'missedOn', data.missedOn, dateIn(data.timeZone, occurredAt));
      return [SupervisionMissed(defined({ supporterId: known.supporterId, missedOn, reason: data.reason, note: data.note }))];
    },
    'record-wellbeing': ({ data, actor, newId }, state) => {
      const { supporterId } = serving(state);
      refuseUnless(actor.id === supporterId, 'own-wellbeing-only');
      const { load, strain, reward, note, alerts } = data;
      return [WellbeingRecorded({ wellbeingId: newId('wellbeing'), supporterId, alerts, wellbeing: defined({ load, strain, reward, note }) })];
    },
    debrief: ({ data, occurredAt }, state) => {
      const known = readable(registered(state));
      const heldOn = sinceRegistration(known, 'heldOn', data.heldOn, dateIn(data.timeZone, occurredAt));
      const { journeyId, notes } = data;
      const answered = known.debriefsOffered.filter((offer) => journeyId === undefined || offer.journeyId === journeyId);
      return [DebriefHeld(defined({ supporterId: known.supporterId, heldOn, debriefIds: answered.map((offer) => offer.debriefId), journeyId, notes }))];
    },
    'agree-training-need': ({ data, occurredAt, newId }, state) => {
      const known = serving(state);
      const { supporterId, trainingNeeds, trainings } = known;
      if (trainingNeeds.some((need) => need.training === data.training && need.completedOn === undefined)) return [];
      const agreedOn = dateIn(data.timeZone, occurredAt);
      const trainingNeedId = newId('training-need');
      const agreed = TrainingNeedAgreed(defined({ trainingNeedId, supporterId, training: data.training, agreedOn, note: data.note }));
      // A need that is written down late may have been answered in the meantime.
      const completed = trainings.find((each) => each.training === data.training && each.completedOn >= agreedOn);
      return [agreed, ...(completed ? [TrainingNeedAnswered({ trainingNeedId, supporterId, completedOn: completed.completedOn })] : [])];
    },
  },
  evolve: evolveSupervision,
});

function sinceRegistration(state: KnownSupporter, path: string, date: string | undefined, today: string): string {
  const on = date ?? today;
  if (on > today) throw new InvalidField([{ path, code: 'in-the-future' }]);
  if (state.registeredOn !== undefined && on < state.registeredOn) throw new InvalidField([{ path, code: 'before-the-registration' }]);
  return on;
}

function belonging(state: Supervision, id: string): Belonging | undefined {
  if (state.status === 'unknown') return undefined;
  const { organisationId, siteId, supervisorId, registeredAt } = state;
  return { ...defined({ siteId, supervisorId, beganAt: registeredAt }), organisationId, supporterId: id };
}

export const supervision = aggregate({ category: 'supervision', events: supervisionEvents, decider: supervisionDecider, belonging });
