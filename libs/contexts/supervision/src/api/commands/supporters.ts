import { InvalidField } from '@alongside/event-sourcing';
import { command, type CommandRoute, type Request } from '@alongside/service';
import {
  DebriefHeld,
  SupervisionAgreed,
  SupervisionHeld,
  SupervisionMissed,
  SupervisionScheduled,
  SupervisorAssigned,
  TrainingNeedAgreed,
  TrainingNeedAnswered,
  WellbeingRecorded,
} from '../../domain/supporter/events.js';
import type { Supervision } from '../../domain/supporter/state.js';
import { supervision as aggregate } from '../../domain/supporter/supervision.js';
import { byStaff } from '../access.js';
import { AgreeSupervision, AgreeTrainingNeed, AssignSupervisor, Debrief, RecordMissedSupervision, RecordSupervision, RecordWellbeing, ScheduleSupervision } from '../bodies/supporters.js';
import { holds, staffOf, standardsOf, timeZoneOf } from '../lookups.js';
import { dataOf } from '../prepared.js';

const path = (name: string): string => `/api/supervision/supporters/:id/${name}`;

export const supporterRules = {
  'supporter-not-registered': 'Nothing is known of the supporter yet.',
  'supporter-retired': 'The supporter has retired.',
  'supporter-erased': 'The supporter was erased: nothing can be added.',
  'no-supervisor': 'The supporter has no supervisor yet.',
  'not-a-supervisor': 'The staff member is no supervisor of that site.',
} as const;
const { 'supporter-not-registered': notRegistered, 'supporter-erased': erased, 'supporter-retired': retired, 'no-supervisor': noSupervisor, 'not-a-supervisor': notASupervisor } = supporterRules;
const registered = { 'supporter-not-registered': notRegistered };
const readable = { ...registered, 'supporter-erased': erased };
const serving = { ...registered, 'supporter-retired': retired };

function knownIn(state: Supervision | undefined) {
  if (state?.status !== 'known') throw new Error('prepared without a record');
  return state;
}

async function inItsZone<B extends object>(request: Request<B>, state: Supervision | undefined) {
  const { organisationId, siteId } = knownIn(state);
  return { ...dataOf(request.body), timeZone: await timeZoneOf(request, organisationId, siteId) };
}

export const supporterCommands: readonly CommandRoute[] = [
  command({
    name: 'assign-supervisor',
    says: 'Gives a supporter a supervisor of their site.',
    aggregate,
    path: path('assign-supervisor'),
    access: byStaff,
    body: AssignSupervisor,
    events: [SupervisorAssigned],
    rules: { ...serving, 'not-a-supervisor': notASupervisor },
    prepare: async (request, state) => {
      const { organisationId, siteId } = knownIn(state);
      const { supervisorId } = request.body;
      const member = (await staffOf(request, organisationId)).get(supervisorId);
      if (member?.status !== 'active') throw new InvalidField([{ path: 'supervisorId', code: 'unknown' }]);
      return { supervisorId, isSupervisor: holds(member, 'supervisor', siteId) };
    },
  }),
  command({
    name: 'agree-supervision',
    says: 'Writes down how and how often supporter and supervisor meet.',
    aggregate,
    path: path('agree-supervision'),
    access: byStaff,
    body: AgreeSupervision,
    events: [SupervisionAgreed],
    rules: { ...serving, 'no-supervisor': noSupervisor },
  }),
  command({
    name: 'schedule-supervision',
    says: 'Gives the next supervision session a date.',
    aggregate,
    path: path('schedule-supervision'),
    access: byStaff,
    body: ScheduleSupervision,
    events: [SupervisionScheduled],
    rules: { ...serving, 'no-supervisor': noSupervisor },
    prepare: ({ body: { scheduledFor, form = 'one-to-one' } }) => ({ scheduledFor, form }),
  }),
  command({
    name: 'record-supervision',
    says: 'Writes down a supervision session; the next due date counts from it.',
    aggregate,
    path: path('record-supervision'),
    access: byStaff,
    body: RecordSupervision,
    events: [SupervisionHeld],
    rules: { ...readable, 'no-supervisor': noSupervisor },
    prepare: async (request, state) => ({ form: 'one-to-one', ...(await inItsZone(request, state)) }),
  }),
  command({
    name: 'record-missed-supervision',
    says: 'Writes down a supervision session that did not take place; the due date stays.',
    aggregate,
    path: path('record-missed-supervision'),
    access: byStaff,
    body: RecordMissedSupervision,
    events: [SupervisionMissed],
    rules: readable,
    prepare: inItsZone,
  }),
  command({
    name: 'record-wellbeing',
    says: "The supporter's own: how much there is to do, how much it weighs, how much it gives back.",
    aggregate,
    path: path('record-wellbeing'),
    access: { roles: ['supporter'] },
    body: RecordWellbeing,
    events: [WellbeingRecorded],
    rules: { ...serving, 'own-wellbeing-only': 'Nobody answers for somebody else.' },
    prepare: async (request, state) => {
      const { strainThreshold } = await standardsOf(request, knownIn(state).organisationId);
      return { ...dataOf(request.body), alerts: request.body.strain >= strainThreshold };
    },
  }),
  command({
    name: 'debrief',
    says: 'Writes down that somebody talked over with the supporter what was hard.',
    aggregate,
    path: path('debrief'),
    access: byStaff,
    body: Debrief,
    events: [DebriefHeld],
    rules: readable,
    prepare: inItsZone,
  }),
  command({
    name: 'agree-training-need',
    says: 'Agrees on a training; completing it answers the need.',
    aggregate,
    path: path('agree-training-need'),
    access: byStaff,
    body: AgreeTrainingNeed,
    events: [TrainingNeedAgreed, TrainingNeedAnswered],
    rules: serving,
    prepare: inItsZone,
  }),
];
