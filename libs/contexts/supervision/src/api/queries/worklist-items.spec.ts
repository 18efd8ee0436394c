import { testIds, testNow } from '@alongside/testing';
import { uuidOf } from '@alongside/event-sourcing';
import { InvalidCursor } from '@alongside/read-models';
import { firstHeard } from '../../domain/support/state.js';
import type { OpenConcern, RelationshipView, SupportDocument } from '../../read-models/support.js';
import type { SupporterDocument } from '../../read-models/supporters.js';
import { coordinatorItems, supervisorItems, supervisorNeeded, supporterItems, worklistPage, type Reading, type WorklistItem } from './worklist-items.js';

const { organisationId, siteId, journeyId, coordinatorId, supervisorId, supporterId } = testIds;
const goneId = uuidOf('test', 'gone');
const reading = (more: Partial<Reading> = {}): Reading => ({
  userId: coordinatorId,
  dueBy: undefined,
  now: testNow,
  standards: { supervisionWeeks: 4, quietDays: 14, checkInWeeks: 4, goalReviewWeeks: 8, pauseReviewWeeks: 4, strainThreshold: 4 },
  timeZone: () => 'Europe/London',
  present: (staffId) => staffId !== goneId,
  ...more,
});
const relationship = (more: Partial<RelationshipView> = {}): RelationshipView => ({
  relationshipId: uuidOf('r'),
  supporterId,
  contactPersonId: coordinatorId,
  status: 'open',
  openedOn: '2026-02-20',
  disclosed: {},
  groundRulesAgreed: true,
  sessions: 0,
  recentSessions: [],
  ...more,
});
const journey = (more: Partial<SupportDocument> = {}): SupportDocument => ({
  organisationId,
  journeyId,
  siteId,
  journey: { ...firstHeard(organisationId).journey, coordinatorId, safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'] } },
  goals: { set: 0 },
  concerns: [],
  queries: [],
  complaints: [],
  disclosures: [],
  attention: true,
  flagged: false,
  ...more,
});
const concern = (more: Partial<OpenConcern> = {}): OpenConcern => ({ id: uuidOf('c'), since: testNow, ownerId: coordinatorId, severity: 'low', safeguarding: true, openedBy: [], ...more });
const kinds = (items: readonly WorklistItem[]): readonly string[] => items.map((item) => item.kind);
const ofRelationship = (more: Partial<RelationshipView>, how: Partial<Reading> = {}) => coordinatorItems(journey({ relationship: relationship(more) }), reading(how));

describe('what a coordinator sees to', () => {
  test('is nothing while all goes well', () => expect(ofRelationship({})).toEqual([]));
  test('is a relationship that has gone quiet', () => {
    expect(kinds(ofRelationship({ openedOn: '2026-02-16' }))).toEqual(['quiet-relationship']);
    expect(kinds(ofRelationship({ openedOn: '2026-02-17' }))).toEqual([]);
    expect(kinds(ofRelationship({ openedOn: '2026-02-10', sessions: 1, recentSessions: [{ sessionId: uuidOf('s'), heldOn: '2026-02-17' }] }))).toEqual([]);
  });
  test('is what falls due until the day that is asked for', () => {
    expect(ofRelationship({ openedOn: '2026-02-17' }, { dueBy: '2026-03-03' })).toMatchObject([{ kind: 'quiet-relationship', dueOn: '2026-03-03' }]);
  });
  test('is a check-in, with how the mentee may be reached', () =>
    expect(ofRelationship({ openedOn: '2026-02-02', sessions: 1, recentSessions: [{ sessionId: uuidOf('s'), heldOn: '2026-03-01' }] })).toMatchObject([
      { kind: 'check-in-due', dueOn: '2026-03-02', safeContact: { channels: ['telephone'] } },
    ]));
  test('is a pause whose review is due; a paused relationship is not quiet', () => {
    expect(kinds(ofRelationship({ openedOn: '2026-02-10', status: 'paused', reviewOn: '2026-03-02' }))).toEqual(['pause-review']);
    expect(kinds(ofRelationship({ openedOn: '2026-02-10', status: 'paused', reviewOn: '2026-03-03' }))).toEqual([]);
  });
  test('is a relationship without ground rules after three sessions', () => {
    const recentSessions = [{ sessionId: uuidOf('s'), heldOn: '2026-03-01' }];
    expect(kinds(ofRelationship({ groundRulesAgreed: false, sessions: 3, recentSessions }))).toEqual(['ground-rules-missing']);
    expect(kinds(ofRelationship({ groundRulesAgreed: false, sessions: 2, recentSessions }))).toEqual([]);
  });
  test("is a supporter's word that it is hard, until the mentee was asked", () => {
    const feedback = { course: 'not-working', at: '2026-02-25T10:00:00.000Z' } as const;
    expect(kinds(ofRelationship({ feedback }))).toEqual(['relationship-in-difficulty']);
    expect(kinds(ofRelationship({ feedback: { ...feedback, course: 'going-well' } }))).toEqual([]);
    expect(kinds(ofRelationship({ feedback, checkedInAt: '2026-02-26T10:00:00.000Z' }))).toEqual([]);
  });
  test('is a goal that nobody has looked at for long', () =>
    expect(kinds(coordinatorItems(journey({ relationship: relationship(), goals: { set: 1, lookedAt: '2026-01-05T10:00:00.000Z' } }), reading()))).toEqual(['goal-review-due']));
  test('is a mentee whose contacts have left', () => {
    const left = journey({ relationship: relationship({ contactPersonId: goneId }) });
    expect(kinds(coordinatorItems(left, reading()))).toEqual([]);
    const { coordinatorId: _coordinatorId, ...nobody } = left.journey;
    expect(kinds(coordinatorItems({ ...left, journey: nobody }, reading()))).toEqual(['contact-person-gone']);
  });
  test('is what somebody owned who has left', () => {
    const owned = { id: uuidOf('m'), since: testNow, ownerId: goneId };
    expect(coordinatorItems(journey({ queries: [owned], complaints: [{ ...owned, id: uuidOf('n') }], concerns: [concern({ ownerId: goneId })] }), reading())).toMatchObject([
      { kind: 'safeguarding-concern', ownerGone: true, alert: true },
      { kind: 'query', ownerGone: true },
      { kind: 'complaint', ownerGone: true },
    ]);
  });
});

describe('a concern', () => {
  test('about safeguarding alerts its owner until it was opened', () => {
    expect(coordinatorItems(journey({ concerns: [concern()] }), reading())).toMatchObject([{ kind: 'safeguarding-concern', alert: true }]);
    expect(coordinatorItems(journey({ concerns: [concern({ openedBy: [coordinatorId] })] }), reading())).toMatchObject([{ alert: false }]);
    expect(coordinatorItems(journey({ concerns: [concern({ ownerId: supervisorId })] }), reading())).toMatchObject([{ alert: false }]);
    expect(coordinatorItems(journey({ concerns: [concern({ safeguarding: false })] }), reading())).toMatchObject([{ kind: 'concern', alert: false }]);
  });
  test('about safeguarding is shown to its owner, the named coordinator and the supervisor, and is counted by nobody else', () => {
    const thirdId = uuidOf('test', 'third');
    const seenBy = (document: SupportDocument, userId: string) => [...coordinatorItems(document, reading({ userId })), ...supervisorItems(document, reading({ userId }))].length;
    const owned = journey({ supervisorId, concerns: [concern({ ownerId: uuidOf('test', 'owner') })] });
    expect([uuidOf('test', 'owner'), coordinatorId, supervisorId, thirdId].map((id) => seenBy(owned, id))).toEqual([2, 2, 2, 0]);
    expect(seenBy(journey({ concerns: [concern({ ownerId: supervisorId, safeguarding: false })] }), thirdId)).toBe(2);
  });
  test('about safeguarding whose owner is gone needs another one: whoever could be that sees it, never whom it is about', () => {
    const thirdId = uuidOf('test', 'third');
    expect(coordinatorItems(journey({ concerns: [concern({ ownerId: goneId })] }), reading({ userId: thirdId }))).toMatchObject([{ kind: 'safeguarding-concern', ownerGone: true, alert: true }]);
    expect(coordinatorItems(journey({ concerns: [concern({ ownerId: goneId, aboutId: thirdId })] }), reading({ userId: thirdId }))).toEqual([]);
  });
  test('is never shown to whom it is about, nor is a complaint', () => {
    const about = journey({ supervisorId, concerns: [concern({ ownerId: supervisorId, aboutId: coordinatorId })], complaints: [{ id: uuidOf('m'), since: testNow, ownerId: supervisorId, aboutId: coordinatorId }] });
    expect(coordinatorItems(about, reading())).toEqual([]);
    expect(supervisorItems(about, reading())).toEqual([]);
    expect(kinds(supervisorItems(about, reading({ userId: supervisorId })))).toEqual(['safeguarding-concern', 'complaint']);
  });
});

describe('what a supervisor sees to', () => {
  const supporter = (more: Partial<SupporterDocument> = {}): SupporterDocument => ({
    organisationId,
    supporterId,
    siteId,
    standing: 'active',
    registeredOn: '2026-02-20',
    supervisorId,
    debriefsOffered: [],
    trainingNeeds: [],
    journeyIds: [],
    ...more,
  });
  const items = (more: Partial<SupporterDocument> = {}, how: Partial<Reading> = {}) => supporterItems(supporter(more), reading({ userId: supervisorId, ...how }));
  test('is nothing while all goes well', () => expect(items()).toEqual([]));
  test('is supervision that is due by the standards, or by what was agreed', () => {
    expect(items({ registeredOn: '2026-02-02' })).toMatchObject([{ kind: 'supervision-due', dueOn: '2026-03-02', overdue: false }]);
    expect(items({ registeredOn: '2026-02-01' })).toMatchObject([{ overdue: true }]);
    expect(items({ registeredOn: '2026-02-01', lastHeldOn: '2026-02-20' })).toEqual([]);
    expect(items({ lastHeldOn: '2026-02-20', everyWeeks: 1 })).toMatchObject([{ dueOn: '2026-02-27' }]);
    expect(items({}, { dueBy: '2026-03-20' })).toMatchObject([{ kind: 'supervision-due', dueOn: '2026-03-20' }]);
  });
  test('moves when the standards move', () => expect(kinds(items({}, { standards: { ...reading().standards, supervisionWeeks: 1 } }))).toEqual(['supervision-due']));
  test.each(['candidate', 'retired'] as const)('is not due of a supporter who is %s', (standing) => expect(items({ standing, registeredOn: '2025-01-01' })).toEqual([]));
  test('is too much strain, a debrief, a date', () =>
    expect(items({ strainedSince: testNow, debriefsOffered: [{ debriefId: uuidOf('d'), journeyId, at: testNow }], scheduled: { scheduledFor: testNow, form: 'one-to-one' } })).toMatchObject([
      { kind: 'debrief-offered' },
      { kind: 'wellbeing-alert', alert: true },
      { kind: 'supervision-scheduled' },
    ]));
  test('is a disclosure without authorisation, until it was looked at; without a name', () => {
    const disclosure = { id: uuidOf('d'), at: testNow, by: coordinatorId, reviewed: false };
    const [item] = supervisorItems(journey({ disclosures: [disclosure], journey: { ...journey().journey, knownAs: 'Rowan' } }), reading({ userId: supervisorId }));
    expect(item).toMatchObject({ kind: 'flagged-disclosure' });
    expect(item).not.toHaveProperty('knownAs');
    expect(supervisorItems(journey({ disclosures: [{ ...disclosure, reviewed: true }] }), reading())).toEqual([]);
  });
  test('is missing for a supporter without one, or whose supervisor left', () => {
    const { supervisorId: _supervisorId, ...without } = supporter();
    expect(kinds(supervisorNeeded(without, reading(), () => true))).toEqual(['supervisor-needed']);
    expect(supervisorNeeded(supporter(), reading(), () => false)).toMatchObject([{ ownerGone: true }]);
    expect(supervisorNeeded(supporter(), reading(), () => true)).toEqual([]);
  });
});

describe('a page of the worklist', () => {
  const item = (key: string, dueOn: string, alert = false): WorklistItem => ({ kind: 'concern', key, alert, dueOn });
  const all = [item('a', '2026-03-02'), item('b', '2026-03-01'), item('c', '2026-03-03', true), item('a', '2026-03-02')];
  test('has alerts on top, then what is due first, each once', () => {
    const page = worklistPage(all, {});
    expect(page.items.map((each) => each.key)).toEqual(['c', 'b', 'a']);
    expect(page.counts).toEqual({ items: 3, alerts: 1, byKind: { concern: 3 } });
    expect(page).not.toHaveProperty('next');
  });
  test('goes on where the one before stopped', () => {
    const first = worklistPage(all, { limit: 2 });
    expect(worklistPage(all, { limit: 2, cursor: first.next }).items.map((each) => each.key)).toEqual(['a']);
  });
  test('refuses a cursor that no page gave', () => {
    for (const cursor of ['garbage', Buffer.from('[1,2,3]').toString('base64url')]) expect(() => worklistPage(all, { limit: 2, cursor })).toThrow(InvalidCursor);
  });
});
