import { at, inStream, projecting, testIds } from '@alongside/testing';
import { uuidOf, type DomainEvent } from '@alongside/event-sourcing';
import {
  DebriefHeld,
  DebriefOffered,
  RelationshipHandedBack,
  RelationshipTakenOn,
  SupervisionAgreed,
  SupervisionHeld,
  SupervisionMissed,
  SupervisionScheduled,
  SupporterErasureHeard,
  SupporterHeard,
  TrainingNeedAgreed,
  TrainingNeedAnswered,
  WellbeingRecorded,
} from '../domain/supporter/events.js';
import { supportersModel } from './supporters.js';

const { organisationId, siteId, supporterId, journeyId } = testIds;
const relationshipId = uuidOf('test', 'relationship');
const given = (...events: readonly DomainEvent[]) => projecting(supportersModel)(...events.map((each) => inStream(`supervision-${supporterId}`, each)));
const heard = SupporterHeard({ organisationId, siteId, supporterId, name: 'Sam', standing: 'active', registeredAt: '2026-01-05T09:00:00.000Z', registeredOn: '2026-01-05', sourceRevision: 0 });
const held = (heldOn: string) => SupervisionHeld({ supporterId, sessionId: uuidOf(heldOn), heldOn, form: 'one-to-one' });
const wellbeing = (alerts: boolean) => WellbeingRecorded({ wellbeingId: uuidOf('w'), supporterId, alerts, wellbeing: { load: 3, strain: 4, reward: 3 } });
const strained = at('2026-02-10T10:00:00.000Z', wellbeing(true));

describe('a supporter in supervision', () => {
  test('has their live relationships as workload', () => {
    const taken = RelationshipTakenOn({ organisationId, siteId, supporterId, journeyId, relationshipId });
    given(heard, taken).thenMatching({ journeyIds: [journeyId], standing: 'active' });
    given(heard, taken, RelationshipHandedBack({ supporterId, journeyId, relationshipId })).thenMatching({ journeyIds: [] });
  });
  test('was last supervised on the latest day, whatever order it was told in', () => given(heard, held('2026-02-20'), held('2026-02-01')).thenMatching({ lastHeldOn: '2026-02-20' }));
  test('meets as often as was agreed last', () => {
    given(heard, SupervisionAgreed({ supporterId, form: 'one-to-one', everyWeeks: 2 })).thenMatching({ everyWeeks: 2 });
    const [document] = given(heard, SupervisionAgreed({ supporterId, form: 'one-to-one', everyWeeks: 2 }), SupervisionAgreed({ supporterId, form: 'group' })).documents.values();
    expect(document).not.toHaveProperty('everyWeeks');
  });
  test('has a date until it was held or missed', () => {
    const scheduled = SupervisionScheduled({ supporterId, scheduledFor: '2026-02-20T10:00:00.000Z', form: 'one-to-one' });
    given(heard, scheduled, held('2026-02-10')).thenMatching({ scheduled: { scheduledFor: '2026-02-20T10:00:00.000Z' } });
    expect([...given(heard, scheduled, held('2026-02-20')).documents.values()][0]).not.toHaveProperty('scheduled');
    expect([...given(heard, scheduled, SupervisionMissed({ supporterId, missedOn: '2026-02-20', reason: 'illness' })).documents.values()][0]).not.toHaveProperty('scheduled');
  });
  test('alerts by too much strain until somebody saw to it, or it is better', () => {
    given(heard, strained).thenMatching({ strainedSince: '2026-02-10T10:00:00.000Z' });
    given(heard, strained, held('2026-02-09')).thenMatching({ strainedSince: '2026-02-10T10:00:00.000Z' });
    for (const after of [held('2026-02-10'), DebriefHeld({ supporterId, heldOn: '2026-02-11', debriefIds: [] }), at('2026-02-12T10:00:00.000Z', wellbeing(false))]) {
      expect([...given(heard, strained, after).documents.values()][0]).not.toHaveProperty('strainedSince');
    }
  });
  test('is offered a debrief until it was held', () => {
    const offered = DebriefOffered({ debriefId: uuidOf('d'), supporterId, journeyId, relationshipId, because: 'mentee-died' });
    given(heard, offered).thenMatching({ debriefsOffered: [{ journeyId }] });
    given(heard, offered, DebriefHeld({ supporterId, heldOn: '2026-03-01', debriefIds: [uuidOf('d')] })).thenMatching({ debriefsOffered: [] });
  });
  test('asks nothing of anybody once they were erased', () => {
    const offered = DebriefOffered({ debriefId: uuidOf('d'), supporterId, journeyId, relationshipId, because: 'mentee-died' });
    const agreed = TrainingNeedAgreed({ trainingNeedId: uuidOf('n'), supporterId, training: 'boundaries', agreedOn: '2026-02-01' });
    const scheduled = SupervisionScheduled({ supporterId, scheduledFor: '2026-02-20T10:00:00.000Z', form: 'one-to-one' });
    const [document] = given(heard, offered, agreed, scheduled, strained, SupporterErasureHeard({ organisationId, siteId, supporterId })).documents.values();
    expect(document).toMatchObject({ debriefsOffered: [], trainingNeeds: [], standing: 'active' });
    expect(document).not.toHaveProperty('scheduled');
    expect(document).not.toHaveProperty('strainedSince');
  });
  test('needs a training until it is completed', () => {
    const agreed = TrainingNeedAgreed({ trainingNeedId: uuidOf('n'), supporterId, training: 'boundaries', agreedOn: '2026-02-01' });
    given(heard, agreed).thenMatching({ trainingNeeds: [{ training: 'boundaries' }] });
    given(heard, agreed, TrainingNeedAnswered({ trainingNeedId: uuidOf('n'), supporterId, completedOn: '2026-02-20' })).thenMatching({ trainingNeeds: [] });
  });
});
