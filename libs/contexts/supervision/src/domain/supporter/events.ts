import { event, supporterOf, type EventsOf, type Personal } from '@alongside/event-sourcing';
import { exampleIds } from '../example-ids.js';

export const standings = ['candidate', 'active', 'paused', 'retiring', 'retired'] as const;
export type Standing = (typeof standings)[number];

const ofSupporter = supporterOf('supporterId');
const { supporterId } = exampleIds;

export const SupporterHeard = event('SupporterHeard').of<{
  readonly organisationId: string;
  readonly siteId: string;
  readonly supporterId: string;
  readonly name: Personal<string>;
  readonly standing: Standing;
  readonly registeredAt: string;
  readonly registeredOn: string;
  /** Revision of the supporter's stream in matching: older news never undo newer ones. */
  readonly sourceRevision: number;
}>({
  personal: { name: ofSupporter },
  says: 'Matching told of a supporter: who they are, where, and how they stand.',
  example: {
    organisationId: exampleIds.organisationId,
    siteId: exampleIds.siteId,
    supporterId,
    name: 'Sam Ashdown',
    standing: 'active',
    registeredAt: '2025-11-03T10:00:00.000Z',
    registeredOn: '2025-11-03',
    sourceRevision: 0,
  },
});

export const SupporterErasureHeard = event('SupporterErasureHeard').of<{ readonly organisationId: string; readonly siteId?: string; readonly supporterId: string }>({
  says: 'Matching told that the supporter was erased: nothing more is written about them.',
  example: { organisationId: exampleIds.organisationId, siteId: exampleIds.siteId, supporterId },
});

export const RelationshipTakenOn = event('RelationshipTakenOn').of<{
  readonly organisationId: string;
  readonly siteId: string;
  readonly supporterId: string;
  readonly journeyId: string;
  readonly relationshipId: string;
}>({
  says: 'The supporter has one more relationship.',
  example: {
    organisationId: exampleIds.organisationId,
    siteId: exampleIds.siteId,
    supporterId,
    journeyId: exampleIds.journeyId,
    relationshipId: exampleIds.relationshipId,
  },
});

export const RelationshipHandedBack = event('RelationshipHandedBack').of<{ readonly supporterId: string; readonly journeyId: string; readonly relationshipId: string }>({
  says: 'A relationship of the supporter is over.',
  example: { supporterId, journeyId: exampleIds.journeyId, relationshipId: exampleIds.relationshipId },
});

export const SupervisorAssigned = event('SupervisorAssigned').of<{ readonly supporterId: string; readonly supervisorId: string }>({
  says: 'The supporter has a (new) supervisor.',
  example: { supporterId, supervisorId: exampleIds.supervisorId },
});

export const supervisionForms = ['one-to-one', 'group'] as const;
export type SupervisionForm = (typeof supervisionForms)[number];

export const SupervisionAgreed = event('SupervisionAgreed').of<{
  readonly supporterId: string;
  readonly form: SupervisionForm;
  /** Absent: as often as the service standards ask. */
  readonly everyWeeks?: number;
  readonly agreement?: Personal<string>;
}>({
  personal: { agreement: ofSupporter },
  says: 'Supporter and supervisor agreed how and how often they meet.',
  example: { supporterId, form: 'one-to-one', everyWeeks: 4, agreement: 'We begin with how Sam is, then the mentees.' },
});

export const SupervisionScheduled = event('SupervisionScheduled').of<{
  readonly supporterId: string;
  readonly scheduledFor: string;
  readonly form: SupervisionForm;
  readonly groupId?: string;
}>({
  says: 'A supervision session has a date.',
  example: { supporterId, scheduledFor: '2026-04-07T15:00:00.000Z', form: 'one-to-one' },
});

export const SupervisionHeld = event('SupervisionHeld').of<{
  readonly supporterId: string;
  readonly sessionId: string;
  readonly heldOn: string;
  readonly form: SupervisionForm;
  readonly minutes?: number;
  readonly groupId?: string;
  readonly notes?: Personal<string>;
}>({
  personal: { notes: ofSupporter },
  says: 'A supervision session took place; a group session counts for each who came, without its notes.',
  example: { supporterId, sessionId: exampleIds.sessionId, heldOn: '2026-04-07', form: 'one-to-one', minutes: 50, notes: 'Talked about endings.' },
});

export const missedSupervisionReasons = ['supporter-did-not-come', 'supporter-cancelled', 'supervisor-cancelled', 'illness', 'other'] as const;
export type MissedSupervisionReason = (typeof missedSupervisionReasons)[number];

export const SupervisionMissed = event('SupervisionMissed').of<{
  readonly supporterId: string;
  readonly missedOn: string;
  readonly reason: Personal<MissedSupervisionReason>;
  readonly groupId?: string;
  readonly note?: Personal<string>;
}>({
  personal: { reason: ofSupporter, note: ofSupporter },
  says: 'A supervision session did not take place: the due date stays where it was.',
  example: { supporterId, missedOn: '2026-04-07', reason: 'illness', note: 'A cold.' },
});

export interface Wellbeing {
  /** Each 1 (very low) to 5 (very high). */
  readonly load: number;
  readonly strain: number;
  readonly reward: number;
  readonly note?: string;
}

export const WellbeingRecorded = event('WellbeingRecorded').of<{
  readonly wellbeingId: string;
  readonly supporterId: string;
  /** Strain at or above the organisation's threshold. */
  readonly alerts: boolean;
  readonly wellbeing: Personal<Wellbeing>;
}>({
  personal: { wellbeing: ofSupporter },
  says: 'How the supporter is, in their own words; too much strain alerts the supervisor.',
  example: { wellbeingId: exampleIds.wellbeingId, supporterId, alerts: true, wellbeing: { load: 4, strain: 4, reward: 3, note: 'Two hard weeks.' } },
});

export const DebriefOffered = event('DebriefOffered').of<{
  readonly debriefId: string;
  readonly supporterId: string;
  readonly journeyId: string;
  readonly relationshipId: string;
  readonly because: 'mentee-died';
}>({
  says: 'Something hard happened: somebody is to talk it over with the supporter.',
  example: { debriefId: exampleIds.debriefId, supporterId, journeyId: exampleIds.journeyId, relationshipId: exampleIds.relationshipId, because: 'mentee-died' },
});

export const DebriefHeld = event('DebriefHeld').of<{
  readonly supporterId: string;
  readonly heldOn: string;
  /** The offers that it answers. */
  readonly debriefIds: readonly string[];
  readonly journeyId?: string;
  readonly notes?: Personal<string>;
}>({
  personal: { notes: ofSupporter },
  says: 'Somebody talked it over with the supporter.',
  example: { supporterId, heldOn: '2026-04-09', debriefIds: [exampleIds.debriefId], journeyId: exampleIds.journeyId, notes: 'Sam would like a week without sessions.' },
});

export const TrainingNeedAgreed = event('TrainingNeedAgreed').of<{
  readonly trainingNeedId: string;
  readonly supporterId: string;
  readonly training: string;
  readonly agreedOn: string;
  readonly note?: Personal<string>;
}>({
  personal: { note: ofSupporter },
  says: 'Supporter and supervisor agreed on a training.',
  example: { trainingNeedId: exampleIds.trainingNeedId, supporterId, training: 'boundaries', agreedOn: '2026-04-07', note: 'Finds it hard to say no.' },
});

export const TrainingHeard = event('TrainingHeard').of<{
  readonly organisationId: string;
  readonly siteId?: string;
  readonly supporterId: string;
  readonly training: string;
  readonly completedOn: string;
}>({
  says: 'Matching told of a completed training.',
  example: { organisationId: exampleIds.organisationId, siteId: exampleIds.siteId, supporterId, training: 'boundaries', completedOn: '2026-05-02' },
});

export const TrainingNeedAnswered = event('TrainingNeedAnswered').of<{ readonly trainingNeedId: string; readonly supporterId: string; readonly completedOn: string }>({
  says: 'A completed training answers an agreed need.',
  example: { trainingNeedId: exampleIds.trainingNeedId, supporterId, completedOn: '2026-05-02' },
});

/** Every event of `supervision-<supporterId>`. */
export const supervisionEvents = [
  SupporterHeard,
  SupporterErasureHeard,
  RelationshipTakenOn,
  RelationshipHandedBack,
  SupervisorAssigned,
  SupervisionAgreed,
  SupervisionScheduled,
  SupervisionHeld,
  SupervisionMissed,
  WellbeingRecorded,
  DebriefOffered,
  DebriefHeld,
  TrainingNeedAgreed,
  TrainingHeard,
  TrainingNeedAnswered,
] as const;
export type SupervisionEvent = EventsOf<typeof supervisionEvents>;
