import { at, commanding, specify, testIds } from '@alongside/testing';
import { uuidOf, type Actor } from '@alongside/event-sourcing';
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
  type Standing,
  type SupervisionEvent,
} from './events.js';
import { basisOn } from './state.js';
import { supervision, supervisionDecider } from './supervision.js';

const given = specify(supervisionDecider);
const { organisationId, siteId, supporterId, supervisorId, journeyId } = testIds;
const relationshipId = uuidOf('test', 'relationship');
const groupId = uuidOf('test', 'group');
const timeZone = 'Europe/London';
const supporter: Actor = { id: supporterId, role: 'supporter' };
const registeredAt = '2026-01-05T09:00:00.000Z';
const news = (standing: Standing = 'active', sourceRevision = 0) => ({ organisationId, siteId, supporterId, name: 'Sam Ashdown', standing, registeredAt, registeredOn: '2026-01-05', sourceRevision });
const known = (standing?: Standing) => SupporterHeard(news(standing));
const assigned = SupervisorAssigned({ supporterId, supervisorId });
const takenOn = RelationshipTakenOn({ organisationId, siteId, supporterId, journeyId, relationshipId });
const sessionId = uuidOf('test-new', 'record-supervision', 'session');
const held = (heldOn: string) => SupervisionHeld({ supporterId, sessionId: uuidOf(heldOn), heldOn, form: 'one-to-one' });

describe('a supporter who was erased', () => {
  const erased = SupporterErasureHeard({ organisationId, siteId, supporterId });
  const hear = commanding('hear-supporter-erasure', { organisationId, siteId, supporterId });
  test('is heard of once, in any order', () => {
    given(known('retired')).when(hear).then(erased);
    given().when(hear).then(erased);
    given(erased).when(hear).nothing();
    expect(given(erased, known('retired')).state).toMatchObject({ standing: 'retired', erasedAt: expect.any(String) });
  });
  test('has nothing written about them any more', () => {
    const gone = given(known('retired'), assigned, erased);
    gone.when(commanding('record-supervision', { timeZone, form: 'one-to-one' })).refused('supporter-erased');
    gone.when(commanding('record-missed-supervision', { timeZone, reason: 'illness' })).refused('supporter-erased');
    gone.when(commanding('debrief', { timeZone })).refused('supporter-erased');
    gone.when(commanding('schedule-supervision', { scheduledFor: '2026-04-07T15:00:00.000Z', form: 'one-to-one' })).refused('supporter-retired');
  });
  test('is offered nothing', () => {
    const back = commanding('hand-back', { journeyId, relationshipId, died: true });
    given(known(), takenOn, erased).when(back).then(RelationshipHandedBack({ supporterId, journeyId, relationshipId }));
    const offered = DebriefOffered({ debriefId: uuidOf('test', 'debrief'), supporterId, journeyId, relationshipId, because: 'mentee-died' });
    const planned = SupervisionScheduled({ supporterId, scheduledFor: '2026-04-07T15:00:00.000Z', form: 'one-to-one' });
    const { state } = given(known(), takenOn, offered, planned, erased);
    expect(state).toMatchObject({ debriefsOffered: [] });
    expect(state).not.toHaveProperty('scheduled');
  });
});

describe('a supporter', () => {
  test('is heard of', () => given().when(commanding('hear-supporter', news())).then(known()));
  test('is not what older news say', () => {
    given(SupporterHeard(news('active', 3))).when(commanding('hear-supporter', news('candidate', 2))).nothing();
    given(SupporterHeard(news('active', 3))).when(commanding('hear-supporter', news('paused', 4))).thenMatching({ type: 'SupporterHeard', data: { standing: 'paused' } });
  });
  test('takes on relationships and hands them back, also before anything else was heard of them', () => {
    given().when(commanding('take-on', takenOn.data)).then(takenOn);
    given(takenOn).when(commanding('take-on', takenOn.data)).nothing();
    given(known(), takenOn).when(commanding('hand-back', { journeyId, relationshipId, died: false })).then(RelationshipHandedBack({ supporterId, journeyId, relationshipId }));
    given(known()).when(commanding('hand-back', { journeyId, relationshipId, died: false })).nothing();
  });
  test('belongs to their site and supervisor', () => {
    expect(supervision.belonging(given(known(), assigned).state, supporterId)).toEqual({ organisationId, siteId, supervisorId, supporterId, beganAt: registeredAt });
  });
});

describe('a supervisor', () => {
  const assign = (isSupervisor = true) => commanding('assign-supervisor', { supervisorId, isSupervisor });
  test('is assigned', () => given(known()).when(assign()).then(assigned));
  test('is assigned once', () => given(known(), assigned).when(assign()).nothing());
  test('holds the role', () => given(known()).when(assign(false)).refused('not-a-supervisor'));
  test('is not assigned to who retired', () => given(known('retired')).when(assign()).refused('supporter-retired'));
  test('is not assigned to somebody nobody has told of', () => given(takenOn).when(assign()).refused('supporter-not-registered'));
});

describe('supervision', () => {
  const agree = commanding('agree-supervision', { form: 'one-to-one', everyWeeks: 4 });
  test('is agreed with a supervisor', () => {
    given(known(), assigned).when(agree).then(SupervisionAgreed({ supporterId, form: 'one-to-one', everyWeeks: 4 }));
    given(known()).when(agree).refused('no-supervisor');
  });
  const schedule = (scheduledFor: string) => commanding('schedule-supervision', { scheduledFor, form: 'one-to-one' });
  const date = '2026-03-09T15:00:00.000Z';
  test('has a date', () => given(known(), assigned).when(schedule(date)).then(SupervisionScheduled({ supporterId, scheduledFor: date, form: 'one-to-one' })));
  test('has a date in the future', () => given(known(), assigned).when(schedule('2026-03-02T09:00:00.000Z')).invalid('scheduledFor'));
  test('has the same date once', () => given(known(), assigned, SupervisionScheduled({ supporterId, scheduledFor: date, form: 'one-to-one' })).when(schedule(date)).nothing());
  test('has no date without a supervisor', () => given(known()).when(schedule(date)).refused('no-supervisor'));

  const record = (heldOn?: string) => commanding('record-supervision', { form: 'one-to-one', timeZone, ...(heldOn !== undefined && { heldOn }) });
  test('is held', () => given(known(), assigned).when(record('2026-02-20')).then(SupervisionHeld({ supporterId, sessionId, heldOn: '2026-02-20', form: 'one-to-one' })));
  test('is held today where no day is named', () => given(known(), assigned).when(record()).thenMatching({ type: 'SupervisionHeld', data: { heldOn: '2026-03-02' } }));
  test('is not held in the future', () => given(known(), assigned).when(record('2026-03-03')).invalid('heldOn'));
  test('is not held before the registration', () => given(known(), assigned).when(record('2026-01-04')).invalid('heldOn'));
  test('is not held without a supervisor', () => given(known()).when(record()).refused('no-supervisor'));
  test('is due from the registration, then from the last session held, whatever order they are told in', () => {
    const basis = (...events: readonly SupervisionEvent[]) => {
      const { state } = given(...events);
      return state.status === 'known' ? basisOn(state) : undefined;
    };
    expect(basis(known())).toBe('2026-01-05');
    expect(basis(known(), held('2026-02-20'), held('2026-02-01'))).toBe('2026-02-20');
    expect(basis(known(), held('2026-02-20'), SupervisionMissed({ supporterId, missedOn: '2026-03-01', reason: 'illness' }))).toBe('2026-02-20');
  });
  test('that was missed is written down', () =>
    given(known(), assigned).when(commanding('record-missed-supervision', { missedOn: '2026-02-20', reason: 'illness', timeZone })).then(SupervisionMissed({ supporterId, missedOn: '2026-02-20', reason: 'illness' })));
  test('is over as a plan once it was held', () => {
    const { state } = given(known(), SupervisionScheduled({ supporterId, scheduledFor: '2026-02-20T10:00:00.000Z', form: 'one-to-one' }), held('2026-02-20'));
    expect(state).not.toHaveProperty('scheduled');
  });
  test('in a group counts once', () => {
    const count = commanding('count-group-session', { sessionId: uuidOf('2026-02-20'), groupId, heldOn: '2026-02-20' });
    given(known()).when(count).then(SupervisionHeld({ supporterId, sessionId: uuidOf('2026-02-20'), groupId, heldOn: '2026-02-20', form: 'group' }));
    given(known(), held('2026-02-20')).when(count).nothing();
  });
  test('in a group has its date with each, until it is missed', () => {
    const scheduled = SupervisionScheduled({ supporterId, scheduledFor: date, form: 'group', groupId });
    given(known()).when(commanding('note-group-date', { groupId, scheduledFor: date })).then(scheduled);
    given(known(), scheduled).when(commanding('note-group-date', { groupId, scheduledFor: date })).nothing();
    const missed = { groupId, missedOn: '2026-03-02', reason: 'supervisor-cancelled' } as const;
    given(known(), scheduled).when(commanding('miss-group-session', missed)).then(SupervisionMissed({ ...missed, supporterId }));
    given(known()).when(commanding('miss-group-session', missed)).nothing();
    expect(given(known(), scheduled, SupervisionMissed({ ...missed, supporterId })).state).not.toHaveProperty('scheduled');
  });
});

describe('wellbeing', () => {
  const data = { load: 4, strain: 4, reward: 2, alerts: true };
  test("is the supporter's own", () => {
    const wellbeingId = uuidOf('test-new', 'record-wellbeing', 'wellbeing');
    given(known())
      .when(commanding('record-wellbeing', data, { actor: supporter }))
      .then(WellbeingRecorded({ wellbeingId, supporterId, alerts: true, wellbeing: { load: 4, strain: 4, reward: 2 } }));
    given(known()).when(commanding('record-wellbeing', data)).refused('own-wellbeing-only');
  });
});

describe('a debrief', () => {
  const offered = DebriefOffered({ debriefId: uuidOf('test-new', 'hand-back', 'debrief'), supporterId, journeyId, relationshipId, because: 'mentee-died' });
  test('is offered when the mentee died', () =>
    given(known(), takenOn).when(commanding('hand-back', { journeyId, relationshipId, died: true })).then(RelationshipHandedBack({ supporterId, journeyId, relationshipId }), offered));
  test('answers what was offered', () => {
    const debrief = (more = {}) => commanding('debrief', { timeZone, ...more });
    given(known(), offered).when(debrief()).then(DebriefHeld({ supporterId, heldOn: '2026-03-02', debriefIds: [offered.data.debriefId] }));
    given(known(), offered).when(debrief({ journeyId: uuidOf('another') })).thenMatching({ type: 'DebriefHeld', data: { debriefIds: [] } });
    expect(given(known(), offered, DebriefHeld({ supporterId, heldOn: '2026-03-02', debriefIds: [offered.data.debriefId] })).state).toMatchObject({ debriefsOffered: [] });
    given(known(), offered).when(debrief({ heldOn: '2026-03-03' })).invalid('heldOn');
  });
});

describe('a training need', () => {
  const trainingNeedId = uuidOf('test-new', 'agree-training-need', 'training-need');
  const agree = commanding('agree-training-need', { training: 'boundaries', timeZone });
  const agreed = TrainingNeedAgreed({ trainingNeedId, supporterId, training: 'boundaries', agreedOn: '2026-03-02' });
  const completed = (training: string, completedOn: string) => ({ organisationId, supporterId, training, completedOn });
  test('is agreed once', () => {
    given(known()).when(agree).then(agreed);
    given(known(), agreed).when(agree).nothing();
  });
  test('is answered by that training', () => {
    const done = completed('boundaries', '2026-03-20');
    given(known(), agreed).when(commanding('hear-training', done)).then(TrainingHeard(done), TrainingNeedAnswered({ trainingNeedId, supporterId, completedOn: '2026-03-20' }));
    given(known(), agreed, TrainingHeard(done)).when(commanding('hear-training', done)).nothing();
  });
  test('is not answered by another training, or by one from before', () => {
    const other = completed('listening', '2026-03-20');
    given(known(), agreed).when(commanding('hear-training', other)).then(TrainingHeard(other));
    const before = completed('boundaries', '2026-03-01');
    given(known(), agreed).when(commanding('hear-training', before)).then(TrainingHeard(before));
  });
  test('that is written down late may have been answered since', () => {
    given(known(), TrainingHeard(completed('boundaries', '2026-03-02'))).when(agree).then(agreed, TrainingNeedAnswered({ trainingNeedId, supporterId, completedOn: '2026-03-02' }));
    given(known(), at('2026-02-01T10:00:00.000Z', TrainingHeard(completed('boundaries', '2026-02-01')))).when(agree).then(agreed);
  });
});
