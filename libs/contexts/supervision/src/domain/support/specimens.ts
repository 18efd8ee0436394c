import { uuidOf, type Actor, type Command } from '@alongside/event-sourcing';
import { JourneyFactsHeard, JourneyStopped, SupervisorNamed, type Stop } from './journey-events.js';
import { GroundRulesAgreed, RelationshipEnded, RelationshipOpened } from './relationship-events.js';
import { SessionLogged, type HeldSession } from './session-events.js';

// Made-up events of the tests, in the words that they are told in.

const specimenIds = {
  organisationId: uuidOf('test', 'organisation'),
  siteId: uuidOf('test', 'site'),
  journeyId: uuidOf('test', 'journey'),
  personId: uuidOf('test', 'person'),
  supporterId: uuidOf('test', 'supporter'),
  coordinatorId: uuidOf('test', 'coordinator'),
  supervisorId: uuidOf('test', 'supervisor'),
} as const;

export const relationshipId = uuidOf('test', 'relationship');
export const secondRelationshipId = uuidOf('test', 'second-relationship');
export const otherSupporterId = uuidOf('test', 'other-supporter');
export const supporterActor: Actor = { id: specimenIds.supporterId, role: 'supporter' };
export const supervisorActor: Actor = { id: specimenIds.supervisorId, role: 'supervisor' };
export const system: Actor = { id: 'supervision/test', role: 'system' };
export const beganAt = '2026-01-05T09:00:00.000Z';
export const timeZone = 'Europe/London';

export const heard = () =>
  JourneyFactsHeard({
    organisationId: specimenIds.organisationId,
    journeyId: specimenIds.journeyId,
    siteId: specimenIds.siteId,
    personId: specimenIds.personId,
    beganAt,
    coordinatorId: specimenIds.coordinatorId,
    sourceRevision: 0,
  });

export const opened = (more: Partial<ReturnType<typeof RelationshipOpened>['data']> = {}) =>
  RelationshipOpened({
    organisationId: specimenIds.organisationId,
    siteId: specimenIds.siteId,
    personId: specimenIds.personId,
    beganAt,
    relationshipId,
    supporterId: specimenIds.supporterId,
    contactPersonId: specimenIds.coordinatorId,
    openedOn: '2026-02-02',
    disclosed: { 'first-name': 'Rowan' },
    ...more,
  });

export const supervisorNamed = () => SupervisorNamed({ supporterId: specimenIds.supporterId, supervisorId: specimenIds.supervisorId });

export const rules = { mutualConfidentiality: true, exceptions: ['danger to life'], boundaries: 'In public places.', contact: 'By text message.' };
export const rulesAgreed = () => GroundRulesAgreed({ relationshipId, by: 'supporter', rules });

export const logged = (number: number, more: Partial<HeldSession> = {}) =>
  SessionLogged({
    sessionId: uuidOf('test', 'session', number),
    relationshipId,
    heldOn: `2026-02-${String(number + 2).padStart(2, '0')}`,
    minutes: 60,
    channel: 'in-person',
    kind: 'meeting',
    coreFunctions: ['ongoing-support'],
    flagged: false,
    by: 'supporter',
    ...more,
  });

export const ended = (more: Partial<ReturnType<typeof RelationshipEnded>['data']> = {}) =>
  RelationshipEnded({ relationshipId, supporterId: specimenIds.supporterId, ending: 'not-a-good-fit', wantsAnother: true, endedOn: '2026-02-20', by: 'mentee', ...more });

export const stopped = (because: Stop) => JourneyStopped({ organisationId: specimenIds.organisationId, because });

const now = '2026-03-02T10:00:00.000Z';
const commandingAs =
  (actor: Actor) =>
  <const Type extends string, const Data>(type: Type, data: Data): Command<Type, Data> => ({
    type,
    data,
    actor,
    occurredAt: now,
    now,
    newId: (kind) => uuidOf('test-new', type, kind),
  });

/** Commands by the supporter of the first relationship, by their supervisor, and by no person. */
export const asSupporter = commandingAs(supporterActor);
export const asSupervisor = commandingAs(supervisorActor);
export const bySystem = commandingAs(system);
