import { menteeSubject, supporterSubject } from '@alongside/event-sourcing';
import { commanding, specify, testIds, testNow } from '@alongside/testing';
import { JourneyAwaited, JourneyJoinedPerson, JourneyLeftPerson, JourneySetOut, PersonDeathCorrected, PersonDeathRecorded, PersonErasureOrdered, SubjectJoinedPerson } from './person-events.js';
import { journeysOf, person, personAggregate } from './person.js';

const given = specify(person);
const { organisationId, personId, journeyId, supporterId, coordinatorId, supervisorId: laterJourneyId } = testIds;
const joined = (journey = journeyId, beganAt = '2026-03-02T10:00:00.000Z') => JourneyJoinedPerson({ organisationId, personId, journeyId: journey, beganAt });
const ordered = (subjects: readonly string[], journeyIds: readonly string[]) => PersonErasureOrdered({ personId, subjects, journeyIds, reason: 'asked-by-person' });
const join = commanding('join', { organisationId, personId, journeyId, beganAt: '2026-03-02T10:00:00.000Z' });
const order = (data: object = {}) => commanding('order-erasure', { personId, reason: 'asked-by-person' as const, there: [journeyId], supporterIds: [], openConcernIds: [], aboutWhoAsks: false, ...data });

describe('a person', () => {
  it('has journeys, the latest first, and a subject for each', () => {
    given().when(join).then(joined());
    given(joined()).when(join).nothing();
    const { state } = given(joined(), joined(laterJourneyId, '2026-04-02T10:00:00.000Z'), SubjectJoinedPerson({ subject: supporterSubject(supporterId) }));
    expect(journeysOf(state)).toEqual([laterJourneyId, journeyId]);
    expect(state.otherSubjects).toEqual([supporterSubject(supporterId)]);
    expect(personAggregate.belonging(state, personId)).toEqual({ organisationId });
  });
  it('may lose a journey to another person', () => {
    const leave = commanding('leave', { journeyId, toPersonId: supporterId });
    given(joined()).when(leave).then(JourneyLeftPerson({ journeyId, toPersonId: supporterId }));
    given().when(leave).nothing();
    expect(journeysOf(given(joined(), JourneyLeftPerson({ journeyId, toPersonId: supporterId })).state)).toEqual([]);
  });
  it('may be a supporter too', () => {
    const add = commanding('add-subject', { personId, subject: supporterSubject(supporterId) });
    given(joined()).when(add).then(SubjectJoinedPerson({ subject: supporterSubject(supporterId) }));
    given(joined(), SubjectJoinedPerson({ subject: supporterSubject(supporterId) })).when(add).nothing();
  });
});

describe('a link of two persons', () => {
  const otherPersonId = supporterId;
  const [lower, higher] = [personId, otherPersonId].sort() as [string, string];
  const later = '2026-03-02T10:02:00.000Z';
  const awaiting = (data: object = {}, more = {}) => commanding('await-journey', { journeyId: laterJourneyId, fromPersonId: otherPersonId, there: [journeyId], ...data }, more);
  const settingOut = (data: object = {}, more = {}) => commanding('set-out', { personId, journeyId, toPersonId: otherPersonId, open: [journeyId], left: [], ...data }, more);
  const awaited = JourneyAwaited({ journeyId: laterJourneyId, fromPersonId: otherPersonId });
  const setOut = JourneySetOut({ journeyId, toPersonId: otherPersonId });

  it('is awaited by the one', () => given(joined()).when(awaiting()).then(awaited));
  it('lets the other go', () => given(joined()).when(settingOut()).then(setOut));
  it('is to somebody: not to whose only journey is another person’s, nor is about to be', () => {
    given(joined()).when(awaiting({ there: [] })).refused('link-under-way');
    given(joined(), JourneyLeftPerson({ journeyId, toPersonId: otherPersonId })).when(awaiting()).refused('link-under-way');
    given(joined(), setOut).when(awaiting()).refused('link-under-way');
    given(joined(), joined(laterJourneyId), setOut).when(awaiting({ journeyId: supporterId, there: [laterJourneyId] })).thenMatching({ type: 'JourneyAwaited' });
  });
  it('leaves nobody behind who is linked to them', () => {
    given(joined(), joined(laterJourneyId)).when(settingOut({ open: [journeyId, laterJourneyId] })).refused('others-linked-to-this-person');
    // Come since it was looked.
    given(joined(), joined(laterJourneyId)).when(settingOut()).refused('link-under-way');
    given(joined(), joined(laterJourneyId)).when(settingOut({ left: [laterJourneyId] })).then(setOut);
    given(joined(), JourneyAwaited({ journeyId: laterJourneyId, fromPersonId: coordinatorId })).when(settingOut()).refused('link-under-way');
  });
  it('holds one way, where both are linked to each other at once', () => {
    const of = (own: string, other: string) =>
      given(joined(), JourneyAwaited({ journeyId: laterJourneyId, fromPersonId: other })).when(settingOut({ personId: own, toPersonId: other }));
    of(lower, higher).thenMatching({ type: 'JourneySetOut' });
    of(higher, lower).refused('link-under-way');
  });
  it('keeps nobody away for longer than it takes, nor where it came to an end', () => {
    given(joined(), setOut).when(awaiting({}, { now: later })).then(awaited);
    given(joined(), JourneyAwaited({ journeyId: laterJourneyId, fromPersonId: coordinatorId })).when(settingOut({}, { now: later })).then(setOut);
    given(joined(), setOut, JourneyLeftPerson({ journeyId, toPersonId: otherPersonId }), joined()).when(awaiting()).then(awaited);
    given(joined(), awaited, joined(laterJourneyId), JourneyLeftPerson({ journeyId: laterJourneyId, toPersonId: otherPersonId })).when(settingOut()).then(setOut);
  });
});

describe('a link that was a mistake', () => {
  const otherPersonId = supporterId;
  const letGo = commanding('let-go', { journeyId, toPersonId: otherPersonId });
  const setOut = JourneySetOut({ journeyId, toPersonId: otherPersonId });
  it('is told to the person before it is taken back', () => {
    given(joined()).when(letGo).then(setOut);
    given().when(letGo).nothing();
  });
  it('is told to several at once, each for itself', () => {
    const both = given(joined(), joined(laterJourneyId), setOut, JourneySetOut({ journeyId: laterJourneyId, toPersonId: coordinatorId }), JourneyLeftPerson({ journeyId: laterJourneyId, toPersonId: coordinatorId }));
    expect(Object.keys(both.state.setOut)).toEqual([journeyId]);
  });
  it('is none any more once the person is to be erased', () => given(joined(), ordered([menteeSubject(journeyId)], [journeyId])).when(letGo).refused('person-erased'));
});

describe('erasing a person', () => {
  it('names every subject it saw', () => {
    given(joined()).when(order()).then(ordered([menteeSubject(journeyId)], [journeyId]));
    given(joined()).when(order({ supporterIds: [supporterId] })).then(ordered([menteeSubject(journeyId), supporterSubject(supporterId)], [journeyId]));
  });
  it('is of the journeys that were found, and of no others', () => {
    given(joined(), joined(laterJourneyId)).when(order()).refused('link-under-way');
    given(joined()).when(order({ there: [journeyId, laterJourneyId] })).refused('link-under-way');
    given(joined()).when(order({ there: [laterJourneyId] })).refused('link-under-way');
  });
  it('waits until it is decided whose a journey is', () => {
    const awaited = JourneyAwaited({ journeyId: laterJourneyId, fromPersonId: supporterId });
    const setOut = JourneySetOut({ journeyId, toPersonId: supporterId });
    for (const underWay of [awaited, setOut]) {
      given(joined(), underWay).when(order()).refused('link-under-way');
      given(joined(), underWay).when(commanding('order-erasure', order().data, { now: '2026-03-02T10:02:00.000Z' })).thenMatching({ type: 'PersonErasureOrdered' });
    }
    const erased = [joined(), ordered([menteeSubject(journeyId)], [journeyId])] as const;
    given(...erased).when(commanding('await-journey', { journeyId: laterJourneyId, fromPersonId: supporterId, there: [journeyId] })).refused('link-under-way');
    given(...erased).when(commanding('set-out', { personId, journeyId, toPersonId: supporterId, open: [journeyId], left: [] })).refused('person-erased');
  });
  it('waits for an open safeguarding concern, unless that is overridden', () => {
    given(joined()).when(order({ openConcernIds: ['one'] })).refused('open-safeguarding-concern', { concernIds: ['one'] });
    given(joined()).when(order({ openConcernIds: ['one'], overrideReason: 'court-order' })).thenMatching({ type: 'PersonErasureOrdered', data: { overrideReason: 'court-order' } });
  });
  it('waits for one about who asks in general words, and cannot be overridden by them', () => {
    given(joined()).when(order({ aboutWhoAsks: true })).refused('not-ready-to-erase');
    given(joined()).when(order({ aboutWhoAsks: true, overrideReason: 'court-order' })).refused('not-ready-to-erase');
    given(joined()).when(order({ openConcernIds: ['one'], aboutWhoAsks: true })).refused('open-safeguarding-concern', { concernIds: ['one'] });
  });
  it('is ordered once', () => given(joined(), ordered([menteeSubject(journeyId)], [journeyId])).when(order()).nothing());
  it('takes what joins later along', () => {
    const erased = given(joined(laterJourneyId), ordered([menteeSubject(laterJourneyId)], [laterJourneyId]));
    erased.when(join).then(joined(), ordered([menteeSubject(journeyId)], [journeyId]));
    erased
      .when(commanding('add-subject', { personId, subject: supporterSubject(supporterId) }))
      .then(SubjectJoinedPerson({ subject: supporterSubject(supporterId) }), ordered([supporterSubject(supporterId)], []));
  });
});

describe('a death', () => {
  it('is told to every journey once', () => {
    const death = commanding('record-death', { toldOn: journeyId, there: [journeyId] });
    given(joined()).when(death).then(PersonDeathRecorded({ journeyIds: [journeyId], toldOn: journeyId }));
    given(joined(), PersonDeathRecorded({ journeyIds: [journeyId], toldOn: journeyId })).when(death).nothing();
    // Who was not found to be of the person may be somebody else.
    given(joined(), joined(laterJourneyId)).when(death).then(PersonDeathRecorded({ journeyIds: [journeyId], toldOn: journeyId }));
  });
  it('is told to a journey that joins later', () => {
    const told = PersonDeathRecorded({ journeyIds: [laterJourneyId], toldOn: laterJourneyId });
    given(joined(laterJourneyId), told).when(join).then(joined(), PersonDeathRecorded({ journeyIds: [journeyId], toldOn: laterJourneyId }));
  });
  it('that was none is told to every journey, and may be told again when it is one', () => {
    const told = PersonDeathRecorded({ journeyIds: [journeyId], toldOn: journeyId });
    const corrected = PersonDeathCorrected({ journeyIds: [journeyId], toldOn: journeyId });
    const correct = commanding('correct-death', { toldOn: journeyId });
    given(joined(), told).when(correct).then(corrected);
    given(joined(), told, corrected).when(correct).nothing();
    given(joined(), told, corrected).when(commanding('record-death', { toldOn: journeyId, there: [journeyId] })).then(told);
    // What was ordered before the correction comes too late.
    given(joined(), told, corrected).when(commanding('record-death', { toldOn: journeyId, there: [journeyId], orderedAt: testNow })).nothing();
    given(joined(laterJourneyId), PersonDeathRecorded({ journeyIds: [laterJourneyId], toldOn: laterJourneyId }), PersonDeathCorrected({ journeyIds: [laterJourneyId], toldOn: laterJourneyId })).when(join).then(joined());
  });
});
