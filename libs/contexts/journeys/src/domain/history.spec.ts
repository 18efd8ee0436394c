import { aggregate, decider, event } from '@alongside/event-sourcing';
import { inStream, recorded, testIds } from '@alongside/testing';
import { KnownEvents, entryOf, inOrder, relatedStreams, tellsOf, upTo } from './history.js';
import { seenBy } from './restricted-sight.js';

const { journeyId, personId, supporterId, coordinatorId, supervisorId } = testIds;
const Told = (says: string, version = 1) => event('Told').of<object>({ says, example: {}, version, upcast: Object.fromEntries(Array.from({ length: version - 1 }, (_, index) => [index + 1, (data) => data])) });
const kept = (category: string, definition: ReturnType<typeof Told>) =>
  aggregate({ category, events: [definition], decider: decider<object, never, never>({ initial: {}, decide: {}, evolve: {} }), belonging: () => undefined });

const known = new KnownEvents([kept('referral', Told('Told at the referral.', 2)), kept('support', Told('Told to the supporter.'))]);
const own = (category: string, type: string, data: object = {}) => inStream(`${category}-${journeyId}`, { type, data });
const only = (...events: Parameters<typeof recorded>[0]) => recorded(events)[0] as ReturnType<typeof recorded>[number];

describe('an entry of the timeline', () => {
  it('says who, what, when it happened and when it was recorded', () => {
    const event = only(own('support', 'Told', { words: 'x' }));
    expect(entryOf({ ...event, metadata: { ...event.metadata, recordedAt: '2026-03-04T08:00:00.000Z' } }, known)).toMatchObject({
      position: event.position,
      stream: `support-${journeyId}`,
      revision: 0,
      context: 'supervision',
      type: 'Told',
      says: 'Told to the supporter.',
      occurredAt: '2026-03-02T10:00:00.000Z',
      recordedAt: '2026-03-04T08:00:00.000Z',
      actor: { id: coordinatorId, role: 'coordinator' },
      siteId: testIds.siteId,
      schemaVersion: 1,
      data: { words: 'x' },
    });
  });

  it('tells events of one name apart by their streams', () => {
    expect(entryOf(only(own('referral', 'Told')), known).says).toBe('Told at the referral.');
  });

  it.each([
    ['of an unknown type', only(own('support', 'Newer', { secret: 'x' }))],
    ['of a later version', { ...only(own('support', 'Told', { secret: 'x' })), metadata: { ...only(own('support', 'Told')).metadata, schemaVersion: 2 } }],
  ])('shows that something %s is there, and not its data', (_what, event) => {
    const entry = entryOf(event, known);
    expect(entry).toMatchObject({ type: event.type, unknown: true });
    expect(entry).not.toHaveProperty('data');
  });
});

describe('what belongs to a history', () => {
  it('is found by the persons and supporters whom the journey names, not by possible duplicates', () => {
    const events = recorded([
      own('referral', 'ReferralReceived', { personId }),
      own('referral', 'PossibleDuplicateFound', { personId: 'somebody-else' }),
      own('referral', 'ReferralLinkedToPerson', { personId: 'known-before', fromPersonId: personId }),
      own('referral', 'PastReferralLinkedToPerson', { personId: 'known-since', fromPersonId: 'known-before' }),
      own('matching', 'MatchProposed', { supporterId }),
      own('matching', 'MatchIntroduced', { supporterId }),
    ]);
    expect(relatedStreams(events)).toEqual([`person-${personId}`, 'person-known-before', 'person-known-since', `supporter-${supporterId}`]);
  });

  it('is of a supporter only what is about this journey', () => {
    const [mine, others, person] = recorded([
      inStream(`supporter-${supporterId}`, { type: 'PlaceTaken', data: { journeyId } }),
      inStream(`supporter-${supporterId}`, { type: 'TrainingCompleted', data: {} }),
      inStream(`person-${personId}`, { type: 'SubjectJoinedPerson', data: {} }),
    ]);
    expect([mine, others, person].map((each) => each && tellsOf(each, journeyId))).toEqual([true, false, true]);
  });

  it('is in the order of the log, whatever order it was read in', () => {
    const events = recorded([own('referral', 'Told'), own('support', 'Told'), own('referral', 'Told')]);
    expect(inOrder([...events].reverse())).toEqual(events);
  });

  it('ends with a moment, that moment included', () => {
    const events = recorded([own('referral', 'Told')]);
    expect(upTo(events, '2026-03-02T10:00:00.000Z')).toHaveLength(1);
    expect(upTo(events, '2026-03-02T10:00:00Z')).toHaveLength(1);
    expect(upTo(events, '2026-03-02T09:59:59.999Z')).toHaveLength(0);
    expect(upTo(events, undefined)).toBe(events);
  });
});

describe('restricted sight', () => {
  const events = recorded([
    own('support', 'ConcernRaised', { concernId: 'c1', aboutId: supervisorId }),
    own('support', 'ConcernRaised', { concernId: 'c2', aboutId: supporterId }),
    own('support', 'ConcernOpened', { concernId: 'c1' }),
    own('support', 'OwnershipTaken', { matter: 'concern', matterId: 'c1' }),
    own('evaluation', 'EvaluationConcernHeard', { concernId: 'c1' }),
    own('support', 'ComplaintMade', { complaintId: 'p1', aboutId: supervisorId }),
    own('support', 'ComplaintResolved', { complaintId: 'p1' }),
    own('support', 'SessionLogged', {}),
  ]);

  it('hides from whomever a concern or a complaint is about all that tells of it, in every stream', () => {
    expect(seenBy(supervisorId, events).map(({ type, data }) => [type, data['concernId']])).toEqual([
      ['ConcernRaised', 'c2'],
      ['SessionLogged', undefined],
    ]);
  });

  it('hides nothing from others', () => {
    expect(seenBy(coordinatorId, events)).toEqual(events);
  });
});
