import { commanding, specify, testIds } from '@alongside/testing';
import { GroundRulesAgreed, RelationshipEnded, RelationshipOpened, RelationshipPaused, RelationshipResumed } from './relationship-events.js';
import { asSupporter, bySystem, ended, heard, logged, opened, otherSupporterId, relationshipId, rules, rulesAgreed, secondRelationshipId, stopped, supervisorNamed, timeZone } from './specimens.js';
import { JourneyFactsHeard, JourneyStopped, SupervisorNamed } from './journey-events.js';
import { support, supportDecider } from './support.js';

const given = specify(supportDecider);
const { organisationId, siteId, otherSiteId, journeyId, supporterId, supervisorId } = testIds;
const facts = { organisationId, journeyId };
const paused = () => RelationshipPaused({ relationshipId, reviewOn: '2026-04-01', reason: 'away', by: 'mentee' });
const second = () => opened({ relationshipId: secondRelationshipId, supporterId: otherSupporterId, openedOn: '2026-02-25' });

describe('what is heard of a journey', () => {
  test('begins its support, from the first referral on', () => {
    const first = { ...facts, siteId, sourceRevision: 0 };
    given().when(bySystem('hear-journey', first)).then(JourneyFactsHeard(first));
  });
  test('twice changes nothing', () => {
    given(JourneyFactsHeard({ ...facts, siteId, sourceRevision: 3 })).when(bySystem('hear-journey', { ...facts, siteId: otherSiteId, sourceRevision: 3 })).nothing();
  });
  test('late never undoes what is newer, fact by fact', () => {
    const { state } = given(
      JourneyFactsHeard({ ...facts, siteId: otherSiteId, sourceRevision: 7 }),
      JourneyFactsHeard({ ...facts, siteId, coordinatorId: testIds.coordinatorId, sourceRevision: 5 }),
    );
    expect(support.belonging(state, journeyId)).toMatchObject({ siteId: otherSiteId });
    expect(state).toMatchObject({ journey: { coordinatorId: testIds.coordinatorId } });
  });
  test('says whose journey it turned out to be, told in whatever order', () => {
    const [received, linked] = [JourneyFactsHeard({ ...facts, personId: testIds.personId, sourceRevision: 0 }), JourneyFactsHeard({ ...facts, personId: testIds.coordinatorId, sourceRevision: 5 })];
    for (const order of [[received, linked], [linked, received], [received, opened(), linked], [linked, opened()]]) expect(given(...order).state).toMatchObject({ journey: { personId: testIds.coordinatorId } });
  });
  test('forgets what somebody else said of safe contact, told in whatever order', () => {
    const safeContact = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: [] };
    const [theirs, takenBack] = [{ ...facts, safeContact, sourceRevision: 5 }, { ...facts, safeContactTakenBack: true, sourceRevision: 7 } as const];
    given(JourneyFactsHeard(theirs)).when(bySystem('hear-journey', takenBack)).then(JourneyFactsHeard(takenBack));
    given(JourneyFactsHeard(takenBack)).when(bySystem('hear-journey', theirs)).nothing();
    expect(given(JourneyFactsHeard(theirs), JourneyFactsHeard(takenBack)).state).not.toHaveProperty('journey.safeContact');
    expect(given(JourneyFactsHeard(takenBack), JourneyFactsHeard({ ...theirs, sourceRevision: 8 })).state).toMatchObject({ journey: { safeContact } });
  });
  test.each([
    ['died', 'died'],
    ['withdrawn', 'mentee-left'],
    ['closed', 'other'],
    ['erased', 'other'],
  ] as const)('as %s ends a live relationship as %s, and nobody is matched again', (because, ending) => {
    given(heard(), opened())
      .when(bySystem('hear-stop', { organisationId, because, today: '2026-03-02' }))
      .thenMatching(JourneyStopped({ organisationId, because }), { type: 'RelationshipEnded', data: { ending, wantsAnother: false, endedOn: '2026-03-02' } });
  });
  test('as stopped twice changes nothing', () => {
    given(heard(), stopped('died')).when(bySystem('hear-stop', { organisationId, because: 'died', today: '2026-03-02' })).nothing();
  });
});

describe('a relationship', () => {
  test('opens, also before anything else was heard', () => {
    given().when(bySystem('open-relationship', opened().data)).then(opened());
    given(heard(), opened()).when(bySystem('open-relationship', opened().data)).nothing();
  });
  test('that crossed a death is ended at once, so that the place is freed', () => {
    given(heard(), stopped('died'))
      .when(bySystem('open-relationship', opened().data))
      .thenMatching(RelationshipOpened(opened().data), { type: 'RelationshipEnded', data: { ending: 'died', endedOn: '2026-02-02' } });
  });
  test('belongs to its supporter and their supervisor, after a rematch to the next ones', () => {
    const before = given(heard(), opened(), supervisorNamed());
    expect(support.belonging(before.state, journeyId)).toEqual({ organisationId, siteId, journeyId, supporterId, supervisorId, beganAt: '2026-01-05T09:00:00.000Z' });
    const after = given(heard(), opened(), supervisorNamed(), ended(), second());
    expect(support.belonging(after.state, journeyId)).toMatchObject({ supporterId: otherSupporterId });
    expect(support.belonging(after.state, journeyId)?.supervisorId).toBeUndefined();
  });
  test('knows the supervisor of its own supporter alone, once', () => {
    given(heard(), opened()).when(bySystem('name-supervisor', { supporterId, supervisorId })).then(SupervisorNamed({ supporterId, supervisorId }));
    given(heard(), opened(), supervisorNamed()).when(bySystem('name-supervisor', { supporterId, supervisorId })).nothing();
    given(heard(), opened()).when(bySystem('name-supervisor', { supporterId: otherSupporterId, supervisorId })).nothing();
  });
});

describe('ground rules', () => {
  const agree = (more = {}) => asSupporter('agree-ground-rules', { ...rules, ...more, timeZone });
  test('are agreed in a relationship', () => given(heard(), opened()).when(agree()).then(GroundRulesAgreed({ relationshipId, by: 'supporter', rules })));
  test('need one', () => given(heard()).when(agree()).refused('no-relationship'));
  test('need one that goes on', () => given(heard(), opened(), ended()).when(agree()).refused('no-relationship'));
  test('are mutual', () => given(heard(), opened()).when(agree({ mutualConfidentiality: false })).refused('mutual-confidentiality-needed'));
  test('start anew after a rematch', () => {
    const { state } = given(heard(), opened(), rulesAgreed(), ended(), second());
    expect(state).toMatchObject({ relationships: { [secondRelationshipId]: { status: 'open', sessionsHeld: 0 } } });
    expect(state).not.toHaveProperty(['relationships', secondRelationshipId, 'groundRules']);
  });
  test('of an erased person are not written', () => given(heard(), stopped('erased')).when(agree()).refused('person-erased'));
});

describe('a pause', () => {
  const pause = (reviewOn?: string) => commanding('pause-relationship', { ...(reviewOn !== undefined && { reviewOn }), standardReviewOn: '2026-03-30', reason: 'away' as const, by: 'mentee' as const, timeZone });
  test('has a review date', () => given(heard(), opened()).when(pause('2026-04-01')).then(paused()));
  test('has the one of the standards where none is named', () => given(heard(), opened()).when(pause()).thenMatching({ type: 'RelationshipPaused', data: { reviewOn: '2026-03-30' } }));
  test('is not reviewed in the past', () => given(heard(), opened()).when(pause('2026-03-02')).invalid('reviewOn'));
  test('until the same day again changes nothing', () => given(heard(), opened(), paused()).when(pause('2026-04-01')).nothing());
  test('can be made longer', () => given(heard(), opened(), paused()).when(pause('2026-05-01')).thenMatching({ type: 'RelationshipPaused', data: { reviewOn: '2026-05-01' } }));
  test('needs a relationship', () => given(heard(), opened(), ended()).when(pause('2026-04-01')).refused('no-relationship'));
  test('ends by going on', () => given(heard(), opened(), paused()).when(commanding('resume-relationship', { by: 'mentee', timeZone })).then(RelationshipResumed({ relationshipId, by: 'mentee' })));
  test('that there is none cannot end', () => given(heard(), opened()).when(commanding('resume-relationship', { timeZone })).nothing());
  test('keeps what was agreed', () => {
    const { state } = given(heard(), opened(), rulesAgreed(), logged(1), paused());
    expect(state).toMatchObject({ relationships: { [relationshipId]: { status: 'paused', sessionsHeld: 1, groundRules: { by: 'supporter' } } } });
  });
});

describe('an ending', () => {
  const end = (more = {}) => commanding('end-relationship', { ending: 'not-a-good-fit' as const, wantsAnother: true, by: 'mentee' as const, timeZone, ...more });
  test('says why, and whether another supporter is wanted', () =>
    given(heard(), opened())
      .when(end({ endedOn: '2026-02-20', lessons: ['different-gender'] }))
      .then(RelationshipEnded({ relationshipId, supporterId, ending: 'not-a-good-fit', wantsAnother: true, endedOn: '2026-02-20', by: 'mentee', lessons: ['different-gender'] })));
  test('is today where no day is named', () => given(heard(), opened()).when(end()).thenMatching({ type: 'RelationshipEnded', data: { endedOn: '2026-03-02' } }));
  test('that was planned says goodbye on both sides', () => {
    given(heard(), opened()).when(end({ ending: 'planned', wantsAnother: false })).refused('goodbyes-missing');
    given(heard(), opened()).when(end({ ending: 'planned', goodbyes: { mentee: true, supporter: false } })).refused('goodbyes-missing');
    given(heard(), opened()).when(end({ ending: 'planned', goodbyes: { mentee: true, supporter: true } })).thenMatching({ type: 'RelationshipEnded' });
  });
  test('is not before the beginning', () => given(heard(), opened()).when(end({ endedOn: '2026-02-01' })).invalid('endedOn'));
  test('is not in the future', () => given(heard(), opened()).when(end({ endedOn: '2026-03-03' })).invalid('endedOn'));
  test('needs a relationship', () => given(heard()).when(end()).refused('no-relationship'));
  test('comes once', () => given(heard(), opened(), ended()).when(end()).refused('no-relationship'));
  test('comes also out of a pause', () => given(heard(), opened(), paused()).when(end()).thenMatching({ type: 'RelationshipEnded' }));
});
