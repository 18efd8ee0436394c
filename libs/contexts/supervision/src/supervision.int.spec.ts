import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { referrals } from '@alongside/contracts';
import { uuidOf } from '@alongside/event-sourcing';
import type { Message } from '@alongside/messaging';
import { testIds } from '@alongside/testing';
import { startTestApp, testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { supervisionContext } from './supervision.context.js';
import { otherCoordinatorId, otherSupervisorId, otherSupporterId, serviceId, told } from './told-by-others.fixture.js';

const { coordinatorId, supervisorId, supporterId, otherSiteId } = testIds;
/** Everything that supervision has told others. */
const published: Message[] = [];
const reading = new AbortController();
let reader: Promise<void>;
let app: TestApp;
let others: ReturnType<typeof told>;
let coordinator: TestClient;
let otherCoordinator: TestClient;
let supervisor: TestClient;
let otherSupervisor: TestClient;
let supporter: TestClient;
let otherSupporter: TestClient;
let elsewhere: TestClient;

beforeAll(async () => {
  app = await startTestApp({ contexts: [supervisionContext] });
  reader = app.platform.broker.consume({
    consumer: 'a-reader',
    topics: ['alongside.supervision.v1'],
    handlersOf: () => ['reader'],
    handle: async (_handler, message) => void published.push(message),
    signal: reading.signal,
  });
  others = told(app);
  coordinator = app.as(testUser('coordinator'));
  otherCoordinator = app.as(testUser('coordinator', { id: otherCoordinatorId }));
  supervisor = app.as(testUser('supervisor'));
  otherSupervisor = app.as(testUser('supervisor', { id: otherSupervisorId }));
  supporter = app.as(testUser('supporter'));
  otherSupporter = app.as(testUser('supporter', { id: otherSupporterId }));
  elsewhere = app.as(testUser('coordinator', { id: uuidOf('elsewhere'), sites: [otherSiteId] }));
  await others.organisation();
  await others.supporter();
  await others.supporter(otherSupporterId);
  await app.settled();
});
afterAll(async () => {
  reading.abort();
  await reader;
  await app.remove();
});

let journeys = 0;
async function referred(): Promise<string> {
  journeys += 1;
  const journeyId = uuidOf('journey', journeys);
  await others.referral(journeyId);
  await app.settled();
  return journeyId;
}
const relationshipOf = (journeyId: string): string => uuidOf('relationship', journeyId);
async function introduced(): Promise<string> {
  const journeyId = await referred();
  await others.introduced(journeyId, relationshipOf(journeyId));
  await app.settled();
  return journeyId;
}
const at = (journeyId: string, command: string): string => `/api/supervision/${journeyId}/${command}`;
const ofSupporter = (command: string): string => `/api/supervision/supporters/${supporterId}/${command}`;
const session = { minutes: 60, channel: 'in-person', kind: 'meeting', coreFunctions: ['ongoing-support'] };
const concern = { severity: 'high', safeguarding: true, text: 'Nowhere safe to sleep.' };

/** What a former supporter may still do once another relationship has begun: log what was theirs, and see nothing. */
async function logsLate(journeyId: string): Promise<void> {
  const theirs = { relationshipId: relationshipOf(journeyId) };
  const logged = await supporter.post(at(journeyId, 'log-session'), { ...session, ...theirs });
  expect(logged.status).toBe(200);
  expect((await supporter.post(at(journeyId, 'record-missed-session'), { ...theirs, reason: 'illness' })).status).toBe(200);
  expect((await supporter.post(at(journeyId, 'correct-session'), { sessionId: logged.body.sessionId, minutes: 45, reason: 'A slip.' })).status).toBe(200);
  const next = uuidOf('second', journeyId);
  expect((await supporter.post(at(journeyId, 'log-session'), { ...session, relationshipId: next })).body).toMatchObject({ status: 422, errors: [{ path: 'relationshipId', code: 'unknown' }] });
  const other = await otherSupporter.post(at(journeyId, 'log-session'), session);
  expect((await supporter.post(at(journeyId, 'correct-session'), { sessionId: other.body.sessionId, minutes: 45, reason: 'A slip.' })).body).toMatchObject({ errors: [{ path: 'sessionId', code: 'unknown' }] });
  // The latest is not theirs.
  expect((await supporter.post(at(journeyId, 'log-session'), session)).status).toBe(404);
  expect((await supporter.post(at(journeyId, 'record-missed-session'), { reason: 'illness' })).status).toBe(404);
  for (const [command, body] of [['raise-concern', concern], ['set-goals', { goals: [{ title: 'Sleep through' }] }], ['report-relationship-feedback', { course: 'going-well' }]] as const) {
    expect((await supporter.post(at(journeyId, command), body)).status).toBe(404);
  }
  expect((await supporter.get(`/api/supervision/${journeyId}?after=${other.body.position}`)).status).toBe(404);
  expect((await supporter.get('/api/supervision/mine?limit=100')).body.items).not.toContainEqual(expect.objectContaining({ journeyId }));
}

async function worklistOf(client: TestClient, more = '') {
  await app.settled();
  const { status, body } = await client.get(`/api/supervision/worklist?limit=100${more}`);
  expect(status).toBe(200);
  return body as { items: { kind: string; journeyId?: string; supporterId?: string; alert: boolean }[]; counts: { alerts: number; items: number } };
}
const kindsOf = (worklist: Awaited<ReturnType<typeof worklistOf>>, id: string): readonly string[] =>
  worklist.items.filter((item) => item.journeyId === id || item.supporterId === id).map((item) => item.kind);

async function publishedBy(stream: string, name: string): Promise<readonly Message[]> {
  await app.settled();
  return published.filter((message) => message.source.stream === stream && message.name === name);
}

describe('a relationship over HTTP', () => {
  test('runs from ground rules to its ending, and the ending is told', async () => {
    const journeyId = await introduced();
    expect((await supporter.post(at(journeyId, 'agree-ground-rules'), { mutualConfidentiality: true, exceptions: ['Danger to life'], boundaries: 'Public places.', contact: 'Texts.' })).status).toBe(200);
    const goals = await supporter.post(at(journeyId, 'set-goals'), { goals: [{ title: 'Sleep through' }] });
    expect(goals.body.goalIds).toHaveLength(1);
    expect((await supporter.post(at(journeyId, 'review-goal'), { goalId: goals.body.goalIds[0], rating: 5 })).status).toBe(200);
    const logged = await supporter.post(at(journeyId, 'log-session'), { ...session, note: 'Talked about sleep.' });
    expect(logged.body).toMatchObject({ id: journeyId, sessionId: expect.any(String) });
    expect((await supporter.post(at(journeyId, 'correct-session'), { sessionId: logged.body.sessionId, minutes: 45, reason: 'A slip.' })).status).toBe(200);
    expect((await supporter.post(at(journeyId, 'record-missed-session'), { reason: 'illness' })).status).toBe(200);
    expect((await supporter.post(at(journeyId, 'record-link'), { kind: 'community-resource', linkedTo: 'Painting group' })).status).toBe(200);
    expect((await supporter.post(at(journeyId, 'signpost'), { serviceId })).status).toBe(200);
    expect((await supporter.post(at(journeyId, 'signpost'), { serviceId: uuidOf('nowhere') })).body).toMatchObject({ status: 422, errors: [{ path: 'serviceId', code: 'unknown' }] });
    expect((await supporter.post(at(journeyId, 'report-relationship-feedback'), { course: 'going-well' })).status).toBe(200);
    expect((await coordinator.post(at(journeyId, 'pause-relationship'), { reason: 'away' })).status).toBe(200);
    expect((await coordinator.post(at(journeyId, 'resume-relationship'), {})).status).toBe(200);
    expect((await coordinator.post(at(journeyId, 'end-relationship'), { ending: 'planned', wantsAnother: false })).body).toMatchObject({ status: 409, rule: 'goodbyes-missing' });
    const otherPersonId = uuidOf('somebody who came before');
    await others.say(referrals.JourneyLinkedToPerson, `referral-${journeyId}`, { journeyId, personId: otherPersonId }, { journeyId, siteId: testIds.siteId });
    await app.settled();
    expect((await coordinator.get(`/api/supervision/${journeyId}`)).body).toMatchObject({ personId: otherPersonId });
    const ended = await coordinator.post(at(journeyId, 'end-relationship'), { ending: 'planned', wantsAnother: false, goodbyes: { mentee: true, supporter: true }, lessons: ['shared-interests-matter'] });
    expect(ended.status).toBe(200);
    const [message] = await publishedBy(`support-${journeyId}`, 'RelationshipEnded');
    expect(message?.data).toMatchObject({ journeyId, personId: otherPersonId, relationshipId: relationshipOf(journeyId), supporterId, ending: 'planned', wantsAnother: false, lessons: { $sealed: expect.anything() } });
    const told = await publishedBy(`support-${journeyId}`, 'GoalsSet');
    expect(told[0]?.data).toMatchObject({ goals: [{ goalId: goals.body.goalIds[0], title: { $sealed: expect.anything() } }] });
  });

  test('shows the supporter what the mentee allowed, never the check-ins, and nothing after it ended', async () => {
    const journeyId = await introduced();
    const { body: checkedIn } = await coordinator.post(at(journeyId, 'check-in-with-mentee'), { reached: true, channel: 'telephone', course: 'not-working', note: 'Would rather have somebody else.' });
    const seen = await supporter.get(`/api/supervision/${journeyId}`);
    expect(seen.status).toBe(200);
    expect(seen.body).toMatchObject({ id: journeyId, disclosed: { 'first-name': 'Rowan' }, relationship: { firstMeetingPlace: 'The library café' } });
    expect(JSON.stringify(seen.body)).not.toMatch(/checkIns|somebody else|Mallory/);
    const { body: mine } = await supporter.get(`/api/supervision/mine?limit=100&after=${checkedIn.position}`);
    expect(mine.items).toContainEqual(expect.objectContaining({ journeyId, firstMeetingPlace: 'The library café', contactPersonName: 'Somebody', disclosed: { 'first-name': 'Rowan', interests: ['gardening'], contact: ['telephone'] } }));
    expect((await coordinator.get(`/api/supervision/${journeyId}`)).body).toMatchObject({ checkIns: [{ report: { note: 'Would rather have somebody else.' } }], knownAs: 'Rowan Mallory' });
    expect((await supporter.post(at(journeyId, 'check-in-with-mentee'), { reached: true, channel: 'telephone' })).status).toBe(403);
    const both = app.as(testUser('coordinator', { id: supporterId }));
    expect((await both.get(`/api/supervision/${journeyId}`)).body).toMatchObject({ checkIns: [] });

    const { body } = await coordinator.post(at(journeyId, 'end-relationship'), { ending: 'not-a-good-fit', wantsAnother: true });
    expect((await supporter.get(`/api/supervision/${journeyId}?after=${body.position}`)).status).toBe(404);
    expect((await supporter.get(`/api/supervision/mine?limit=100&after=${body.position}`)).body.items).not.toContainEqual(expect.objectContaining({ journeyId }));
    expect((await supporter.post(at(journeyId, 'raise-concern'), concern)).status).toBe(404);
    // Late logs are welcome.
    expect((await supporter.post(at(journeyId, 'log-session'), session)).status).toBe(200);
    await others.introduced(journeyId, uuidOf('second', journeyId), otherSupporterId);
    await app.settled();
    await logsLate(journeyId);
    const next = await otherSupporter.get(`/api/supervision/${journeyId}`);
    expect((await otherSupporter.post(at(journeyId, 'log-session'), { ...session, relationshipId: relationshipOf(journeyId) })).body).toMatchObject({ status: 422, errors: [{ path: 'relationshipId', code: 'unknown' }] });
    expect(next.body).toMatchObject({ sessions: [{ relationshipId: uuidOf('second', journeyId) }], relationship: { relationshipId: uuidOf('second', journeyId) } });
    // The coordinator writes down what the former supporter told, and nothing for the one who can.
    expect((await coordinator.post(at(journeyId, 'log-session'), { ...session, relationshipId: relationshipOf(journeyId) })).status).toBe(200);
    expect((await coordinator.post(at(journeyId, 'log-session'), session)).body).toMatchObject({ rule: 'supporter-has-not-left' });
  });

  test('shows the supporter no longer what the mentee takes back, and only safe ways to reach them', async () => {
    const journeyId = await introduced();
    const seen = async () => {
      await app.settled();
      const { items } = (await supporter.get('/api/supervision/mine?limit=100')).body as { items: { journeyId: string; disclosed: unknown }[] };
      const { disclosed } = (await supporter.get(`/api/supervision/${journeyId}`)).body as { disclosed: unknown };
      expect(items.find((each) => each.journeyId === journeyId)?.disclosed).toEqual(disclosed);
      return disclosed;
    };
    await others.mayBeTold(journeyId, { 'first-name': 'before-accepting', interests: 'never', contact: 'after-accepting' });
    expect(await seen()).toEqual({ 'first-name': 'Rowan', contact: ['telephone'] });
    await others.safeContact(journeyId);
    expect(await seen()).toEqual({ 'first-name': 'Rowan', contact: ['email'] });
    const reachable = (await supporter.get(`/api/supervision/${journeyId}`)).body;
    expect(reachable.safeContact).toEqual({ voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['email'] });
    await others.safeContactTakenBack(journeyId);
    expect(await seen()).toEqual({ 'first-name': 'Rowan' });
    await others.safeContact(journeyId);
    await others.mayBeTold(journeyId, {});
    expect(await seen()).toEqual({});
    expect((await supporter.get(`/api/supervision/${journeyId}`)).body).not.toHaveProperty('safeContact');
  });

  test('tells the supporter how to reach the mentee also where that was said after the introduction', async () => {
    const journeyId = await referred();
    await others.introduced(journeyId, relationshipOf(journeyId), supporterId, { disclosed: { 'first-name': 'Rowan' } });
    await others.mayBeTold(journeyId, { 'first-name': 'before-accepting', contact: 'after-accepting' });
    const seen = async (): Promise<Record<string, unknown> | undefined> => {
      await app.settled();
      const { items } = (await supporter.get('/api/supervision/mine?limit=100')).body as { items: Record<string, unknown>[] };
      const mine = items.find((each) => each['journeyId'] === journeyId);
      const { disclosed, safeContact } = (await supporter.get(`/api/supervision/${journeyId}`)).body as Record<string, unknown>;
      expect({ disclosed: mine?.['disclosed'], safeContact: mine?.['safeContact'] }).toEqual({ disclosed, safeContact });
      return { disclosed, safeContact };
    };
    expect(await seen()).toEqual({ disclosed: { 'first-name': 'Rowan' } });
    await others.safeContact(journeyId);
    const safeContact = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['email'] };
    expect(await seen()).toEqual({ disclosed: { 'first-name': 'Rowan', contact: ['email'] }, safeContact });
    await others.safeContactTakenBack(journeyId);
    expect(await seen()).toEqual({ disclosed: { 'first-name': 'Rowan' } });
    await others.safeContact(journeyId);
    await others.mayBeTold(journeyId, { 'first-name': 'before-accepting', contact: 'never' });
    expect(await seen()).toEqual({ disclosed: { 'first-name': 'Rowan' } });
  });

  test('tells the supporter that it rests and until when, not why', async () => {
    const journeyId = await introduced();
    const { body } = await coordinator.post(at(journeyId, 'pause-relationship'), { reason: 'health', note: 'In hospital, and wants nobody to know.' });
    const seen = await supporter.get(`/api/supervision/${journeyId}?after=${body.position}`);
    expect(seen.body.relationship).toMatchObject({ status: 'paused', reviewOn: expect.any(String) });
    expect(JSON.stringify(seen.body)).not.toMatch(/hospital|"health"/);
    expect(JSON.stringify((await coordinator.get(`/api/supervision/${journeyId}`)).body)).toMatch(/hospital/);
  });

  test('keeps what was written down of it readable for the coordinator', async () => {
    const journeyId = await introduced();
    await coordinator.post(at(journeyId, 'pause-relationship'), { reason: 'away', note: 'With family.', by: 'mentee' });
    await coordinator.post(at(journeyId, 'resume-relationship'), { note: 'Back, and glad.' });
    await coordinator.post(at(journeyId, 'check-in-with-mentee'), { reached: true, channel: 'telephone', startedByMentee: true });
    await coordinator.post(at(journeyId, 'end-relationship'), { ending: 'planned', wantsAnother: false, goodbyes: { mentee: true, supporter: true }, by: 'mentee' });
    const { body } = await coordinator.get(`/api/supervision/${journeyId}`);
    expect(body.relationship).toMatchObject({
      firstMeetingPlace: 'The library café',
      pauses: [{ reason: 'away', note: 'With family.', by: 'mentee', resumed: { note: 'Back, and glad.', by: 'staff' } }],
      endedBy: 'mentee',
      goodbyes: { mentee: true, supporter: true },
    });
    expect(body.checkIns).toMatchObject([{ startedByMentee: true, checkedInBy: coordinatorId, by: 'mentee' }]);
    const { body: supervised } = await supervisor.get(`/api/supervision/${journeyId}`);
    expect(supervised.relationships).toMatchObject([{ status: 'ended', ending: 'planned', endedOn: '2026-03-02', contactPersonId: coordinatorId }]);
    expect(JSON.stringify(supervised)).not.toMatch(/family|glad|library/);
  });

  test('keeps why there were no ground rules when a note is put right', async () => {
    const journeyId = await introduced();
    const { sessionId } = (await supporter.post(at(journeyId, 'log-session'), { ...session, note: 'A walk.', groundRulesReason: 'Wanted to settle in.' })).body;
    expect((await supporter.post(at(journeyId, 'correct-session'), { sessionId, note: 'A long walk.', reason: 'A slip.' })).status).toBe(200);
    const { sessions } = (await coordinator.get(`/api/supervision/${journeyId}`)).body as { sessions: unknown };
    expect(sessions).toMatchObject([{ notes: { note: 'A long walk.', groundRulesReason: 'Wanted to settle in.' }, earlier: [{ notes: { note: 'A walk.' }, replaced: { reason: 'A slip.' } }] }]);
  });

  test("is nobody else's", async () => {
    const journeyId = await introduced();
    for (const stranger of [otherSupporter, elsewhere]) {
      expect((await stranger.get(`/api/supervision/${journeyId}`)).status).toBe(404);
      expect((await stranger.post(at(journeyId, 'log-session'), session)).status).toBe(404);
      expect((await stranger.post(at(journeyId, 'raise-concern'), concern)).status).toBe(404);
    }
    await others.moved(journeyId);
    await app.settled();
    expect((await coordinator.get(`/api/supervision/${journeyId}`)).status).toBe(404);
    expect((await elsewhere.get(`/api/supervision/${journeyId}`)).status).toBe(200);
  });

  test('is reached out to in safe ways alone', async () => {
    const journeyId = await introduced();
    await others.safeContact(journeyId);
    await app.settled();
    expect((await coordinator.post(at(journeyId, 'check-in-with-mentee'), { reached: true, channel: 'telephone' })).body).toMatchObject({ rule: 'channel-not-safe' });
    expect((await coordinator.post(at(journeyId, 'check-in-with-mentee'), { reached: true, channel: 'email' })).status).toBe(200);
    const letter = { reached: true, channel: 'letter' };
    await others.safeContact(journeyId, { channels: ['telephone', 'letter'], hours: [{ day: 'monday', from: '14:00', to: '16:00' }] });
    await app.settled();
    expect((await coordinator.post(at(journeyId, 'check-in-with-mentee'), letter)).body).toMatchObject({ status: 409, rule: 'writing-not-safe' });
    expect((await coordinator.post(at(journeyId, 'check-in-with-mentee'), { reached: true, channel: 'telephone' })).body).toMatchObject({ status: 409, rule: 'outside-safe-hours' });
    await others.safeContact(journeyId, { channels: ['telephone'], hours: [{ day: 'monday', from: '09:00', to: '11:00' }] });
    await app.settled();
    const byTelephone = { channel: 'telephone', reached: false };
    expect((await coordinator.post(at(journeyId, 'check-in-with-mentee'), { ...byTelephone, outcome: 'left-voicemail' })).body).toMatchObject({ rule: 'voicemail-not-safe' });
    expect((await coordinator.post(at(journeyId, 'check-in-with-mentee'), { ...byTelephone, outcome: 'no-answer' })).status).toBe(200);
    await others.safeContact(journeyId);
    await app.settled();
    const due = (await worklistOf(coordinator, '&dueBy=2030-01-01')).items.find((item) => item.journeyId === journeyId && item.kind === 'check-in-due');
    expect(due).toMatchObject({ safeContact: { channels: ['email'], note: 'never after six' } });
    await others.safeContactTakenBack(journeyId);
    await app.settled();
    expect((await coordinator.get(`/api/supervision/${journeyId}`)).body).not.toHaveProperty('safeContact');
    expect((await coordinator.post(at(journeyId, 'check-in-with-mentee'), { reached: true, channel: 'telephone' })).status).toBe(200);
  });
});

describe('a concern over HTTP', () => {
  test('alerts its owner from the first referral on, until it was opened', async () => {
    const journeyId = await referred();
    const before = (await worklistOf(coordinator)).counts.alerts;
    const raised = await otherCoordinator.post(at(journeyId, 'raise-concern'), concern);
    expect(raised.body.concernId).toEqual(expect.any(String));
    const alerted = await worklistOf(coordinator);
    expect(alerted.counts.alerts).toBe(before + 1);
    expect(alerted.items[0]).toMatchObject({ kind: 'safeguarding-concern', journeyId, alert: true });
    expect(kindsOf(await worklistOf(otherCoordinator), journeyId)).toEqual([]);
    // One site at a time, for who sees to several; its counts are of that site, too.
    expect(kindsOf(await worklistOf(coordinator, `&siteId=${testIds.siteId}`), journeyId)).toEqual(['safeguarding-concern']);
    expect(await worklistOf(coordinator, `&siteId=${otherSiteId}`)).toMatchObject({ items: [], counts: { items: 0, alerts: 0 } });
    const opened = await coordinator.get(`/api/supervision/${journeyId}`);
    expect(opened.body.concerns).toMatchObject([{ text: 'Nowhere safe to sleep.' }]);
    expect((await worklistOf(coordinator)).counts.alerts).toBe(before);
    // What was read is what is decided on: opening it wrote before the answer.
    const resolved = await coordinator.post(at(journeyId, 'resolve-concern'), { concernId: raised.body.concernId, resolution: 'resolved' }, { 'if-match': opened.headers.get('etag') ?? '' });
    expect(resolved.status).toBe(200);
    expect(kindsOf(await worklistOf(coordinator), journeyId)).toEqual([]);
    const changes = await publishedBy(`support-${journeyId}`, 'ConcernChanged');
    expect(changes.map((message) => message.data)).toMatchObject([{ status: 'open', safeguarding: true }, { status: 'resolved' }]);
    expect(JSON.stringify(changes)).not.toContain('sleep');
  });

  test('never shows to whom it is about, neither in lists nor in counts', async () => {
    const journeyId = await referred();
    const before = (await worklistOf(coordinator)).counts.items;
    const raised = await otherCoordinator.post(at(journeyId, 'raise-concern'), { ...concern, about: 'staff', aboutId: coordinatorId });
    await otherCoordinator.post(at(journeyId, 'make-complaint'), { about: 'staff', aboutId: coordinatorId, text: 'Was rude.' });
    expect((await worklistOf(coordinator)).counts.items).toBe(before);
    const seen = await coordinator.get(`/api/supervision/${journeyId}`);
    expect(seen.body).toMatchObject({ concerns: [], complaints: [] });
    expect((await coordinator.get(`/api/supervision/${journeyId}/concerns/${raised.body.concernId}`)).status).toBe(404);
    expect((await coordinator.post(at(journeyId, 'resolve-concern'), { concernId: raised.body.concernId, resolution: 'resolved' })).body).toMatchObject({ status: 422, errors: [{ path: 'concernId', code: 'unknown' }] });
    expect((await otherCoordinator.get(`/api/supervision/${journeyId}/concerns/${raised.body.concernId}`)).body).toMatchObject({ aboutId: coordinatorId });
    // Others keep it from them, too.
    expect((await publishedBy(`support-${journeyId}`, 'ConcernChanged')).map(({ data }) => data)).toMatchObject([{ aboutId: coordinatorId }]);
  });

  test('about safeguarding has restricted sight: another coordinator of the site neither sees nor counts it', async () => {
    const journeyId = await introduced();
    const third = app.as(testUser('coordinator', { id: uuidOf('test', 'third-coordinator') }));
    const before = (await worklistOf(third)).counts;
    const { body } = await supporter.post(at(journeyId, 'raise-concern'), concern);
    expect((await coordinator.post(at(journeyId, 'escalate-concern'), { concernId: body.concernId, ownerId: otherCoordinatorId })).status).toBe(200);
    const one = `/api/supervision/${journeyId}/concerns/${body.concernId}`;
    expect((await worklistOf(third)).counts).toEqual(before);
    expect((await third.get(`/api/supervision/${journeyId}`)).body).toMatchObject({ id: journeyId, concerns: [] });
    expect((await third.get(one)).status).toBe(404);
    for (const [command, sent] of Object.entries({ 'escalate-concern': { severity: 'high' }, 'open-concern': {}, 'resolve-concern': { resolution: 'resolved' } })) {
      expect([command, (await third.post(at(journeyId, command), { concernId: body.concernId, ...sent })).body]).toMatchObject([command, { status: 422, errors: [{ path: 'concernId', code: 'unknown' }] }]);
    }
    const takeOver = { matter: 'concern', matterId: body.concernId };
    expect((await third.post(at(journeyId, 'take-over'), takeOver)).body).toMatchObject({ errors: [{ path: 'matterId', code: 'unknown' }] });
    for (const reader of [otherCoordinator, coordinator]) {
      expect((await reader.get(one)).body).toMatchObject({ text: 'Nowhere safe to sleep.' });
      expect(kindsOf(await worklistOf(reader), journeyId)).toContain('safeguarding-concern');
    }
    // Nobody's concern is lost: once its owner is gone, whoever could own it is told that it needs one.
    await others.staff(uuidOf('test', 'third-coordinator'), 'coordinator');
    await others.staff(otherCoordinatorId, 'coordinator', 'removed');
    expect((await worklistOf(third)).items.find((item) => item.journeyId === journeyId)).toMatchObject({ kind: 'safeguarding-concern', ownerGone: true });
    expect((await third.get(one)).status).toBe(404);
    expect((await third.post(at(journeyId, 'take-over'), takeOver)).status).toBe(200);
    expect((await third.get(one)).body).toMatchObject({ ownerId: uuidOf('test', 'third-coordinator'), text: 'Nowhere safe to sleep.' });
    await others.staff(uuidOf('test', 'third-coordinator'), 'coordinator', 'removed');
    await others.staff(otherCoordinatorId, 'coordinator');
  });

  test('about safeguarding shows whoever raised it that it stands, and how', async () => {
    const journeyId = await referred();
    const { body } = await otherCoordinator.post(at(journeyId, 'raise-concern'), concern);
    const heardOf = { concernId: body.concernId, raisedAt: expect.any(String), severity: 'high', status: 'open' };
    expect((await otherCoordinator.get(`/api/supervision/${journeyId}`)).body.concerns).toEqual([heardOf]);
    expect((await otherCoordinator.get(`/api/supervision/${journeyId}/concerns/${body.concernId}`)).body).toEqual({ id: body.concernId, journeyId, ...heardOf });
    expect((await otherCoordinator.post(at(journeyId, 'resolve-concern'), { concernId: body.concernId, resolution: 'resolved' })).status).toBe(422);
  });

  test('of the supporter is heard, and seen no further; one about them not at all', async () => {
    const journeyId = await introduced();
    await supporter.post(at(journeyId, 'raise-concern'), { ...concern, safeguarding: false });
    await coordinator.post(at(journeyId, 'raise-concern'), { ...concern, about: 'supporter' });
    const { body } = await supporter.get(`/api/supervision/${journeyId}`);
    expect(body.concerns).toEqual([{ concernId: expect.any(String), raisedAt: expect.any(String), severity: 'high', status: 'open' }]);
    expect((await supporter.post(at(journeyId, 'resolve-concern'), { concernId: body.concerns[0].concernId, resolution: 'resolved' })).status).toBe(403);
  });

  test('stays when the journey closes, and what a removed owner had shows until somebody takes it', async () => {
    const journeyId = await introduced();
    const { body } = await supporter.post(at(journeyId, 'raise-concern'), { ...concern, safeguarding: false });
    await coordinator.post(at(journeyId, 'escalate-concern'), { concernId: body.concernId, ownerId: otherCoordinatorId });
    await others.closed(journeyId);
    await others.staff(otherCoordinatorId, 'coordinator', 'removed');
    expect((await worklistOf(coordinator)).items.find((item) => item.journeyId === journeyId)).toMatchObject({ kind: 'concern', ownerGone: true });
    expect((await coordinator.post(at(journeyId, 'take-over'), { matter: 'concern', matterId: body.concernId })).status).toBe(200);
    expect((await worklistOf(coordinator)).items.find((item) => item.journeyId === journeyId)).not.toHaveProperty('ownerGone');
    await others.staff(otherCoordinatorId, 'coordinator');
    const [message] = await publishedBy(`support-${journeyId}`, 'RelationshipEnded');
    expect(message?.data).toMatchObject({ ending: 'other', wantsAnother: false });
  });

  test('can be resolved after the person was erased, and nothing new is written about them', async () => {
    const journeyId = await introduced();
    const { body } = await coordinator.post(at(journeyId, 'raise-concern'), concern);
    await coordinator.post(at(journeyId, 'raise-query'), { text: 'When?', by: 'mentee' });
    await others.erased(journeyId);
    expect(kindsOf(await worklistOf(coordinator), journeyId)).toEqual(['safeguarding-concern']);
    expect((await coordinator.post(at(journeyId, 'raise-concern'), concern)).body).toMatchObject({ rule: 'person-erased' });
    const resolution = { concernId: body.concernId, resolution: 'resolved' };
    expect((await coordinator.post(at(journeyId, 'resolve-concern'), { ...resolution, note: 'Safe now.' })).body).toMatchObject({ status: 409, rule: 'person-erased' });
    expect((await coordinator.get(`/api/supervision/${journeyId}`)).body.concerns).toMatchObject([{ status: 'open' }]);
    expect((await coordinator.post(at(journeyId, 'escalate-concern'), { concernId: body.concernId, ownerId: otherCoordinatorId, reason: 'Again.' })).body).toMatchObject({ status: 409, rule: 'person-erased' });
    expect((await coordinator.post(at(journeyId, 'resolve-concern'), resolution)).status).toBe(200);
    expect((await coordinator.get(`/api/supervision/${journeyId}`)).body.concerns).toMatchObject([{ status: 'resolved' }]);
  });

  test('nor queries and complaints wait for a relationship', async () => {
    const journeyId = await referred();
    const asked = await coordinator.post(at(journeyId, 'raise-query'), { text: 'How long will it take?', by: 'mentee' });
    const made = await coordinator.post(at(journeyId, 'make-complaint'), { text: 'Nobody rang.' });
    expect([...kindsOf(await worklistOf(coordinator), journeyId)].sort()).toEqual(['complaint', 'query']);
    expect((await coordinator.post(at(journeyId, 'answer-query'), { queryId: asked.body.queryId, answer: 'Two weeks.' })).status).toBe(200);
    expect((await coordinator.post(at(journeyId, 'resolve-complaint'), { complaintId: made.body.complaintId, outcome: 'upheld' })).status).toBe(200);
    expect(kindsOf(await worklistOf(coordinator), journeyId)).toEqual([]);
    expect((await supporter.post(at(journeyId, 'make-complaint'), { text: 'Nobody rang.' })).status).toBe(403);
  });
});

describe('sharing over HTTP', () => {
  test('leaves with authorisation alone; the exception is flagged to supervisor and auditor', async () => {
    const journeyId = await referred();
    const told = { categories: ['goals'], what: 'The goals.' };
    expect((await coordinator.post(at(journeyId, 'disclose'), told)).body).toMatchObject({ rule: 'not-authorised' });
    const { body } = await coordinator.post(at(journeyId, 'authorise-sharing'), { recipient: 'Dr Okafor', purpose: 'Planning.', categories: ['goals'] });
    expect((await coordinator.post(at(journeyId, 'disclose'), { ...told, authorisationId: body.authorisationId })).status).toBe(200);
    await coordinator.post(at(journeyId, 'withdraw-authorisation'), { authorisationId: body.authorisationId });
    expect((await coordinator.post(at(journeyId, 'disclose'), { ...told, authorisationId: body.authorisationId })).body).toMatchObject({ rule: 'authorisation-withdrawn' });
    expect(kindsOf(await worklistOf(supervisor), journeyId)).toEqual([]);
    const exception = await coordinator.post(at(journeyId, 'disclose'), { ...told, exception: 'imminent-serious-foreseeable-harm', recipient: 'Ambulance', reason: 'Does not answer.' });
    expect(kindsOf(await worklistOf(supervisor), journeyId)).toEqual(['flagged-disclosure']);
    const auditor = app.as(testUser('auditor'));
    const flagged = await auditor.get('/api/supervision/disclosures?limit=100');
    expect(flagged.body.items).toContainEqual(expect.objectContaining({ journeyId, disclosureId: exception.body.disclosureId, reviewed: false }));
    expect(JSON.stringify(flagged.body)).not.toContain('Ambulance');
    expect((await supervisor.post(at(journeyId, 'review-disclosure'), { disclosureId: exception.body.disclosureId })).status).toBe(200);
    expect(kindsOf(await worklistOf(supervisor), journeyId)).toEqual([]);
  });
});

describe('supervision over HTTP', () => {
  test('has a supervisor, who alone sees the notes; its basis is told to matching', async () => {
    expect(kindsOf(await worklistOf(coordinator), supporterId)).toContain('supervisor-needed');
    expect((await coordinator.post(ofSupporter('assign-supervisor'), { supervisorId: coordinatorId })).body).toMatchObject({ rule: 'not-a-supervisor' });
    expect((await coordinator.post(ofSupporter('assign-supervisor'), { supervisorId: uuidOf('nobody') })).status).toBe(422);
    const journeyId = await introduced();
    expect((await coordinator.post(ofSupporter('assign-supervisor'), { supervisorId })).status).toBe(200);
    await app.settled();
    // The supervisor of the supporter, and no other one, sees the relationship from now on.
    expect((await supervisor.get(`/api/supervision/${journeyId}`)).body).toMatchObject({ relationships: [{ supporterId }] });
    expect((await otherSupervisor.get(`/api/supervision/${journeyId}`)).status).toBe(404);
    expect((await otherSupervisor.get(`/api/supervision/supporters/${supporterId}`)).status).toBe(404);

    expect((await supervisor.post(ofSupporter('agree-supervision'), { form: 'one-to-one', everyWeeks: 2 })).status).toBe(200);
    expect((await supervisor.post(ofSupporter('schedule-supervision'), { scheduledFor: '2026-03-09T15:00:00.000Z' })).status).toBe(200);
    expect((await supervisor.post(ofSupporter('record-missed-supervision'), { reason: 'illness' })).status).toBe(200);
    const held = await supervisor.post(ofSupporter('record-supervision'), { minutes: 50, notes: 'On endings.' });
    expect(held.status).toBe(200);
    const changes = await publishedBy(`supervision-${supporterId}`, 'SupervisionChanged');
    expect(changes.at(-1)?.data).toEqual({ supporterId, supervisorId, basisOn: '2026-03-02', everyWeeks: 2 });
    expect((await supervisor.get(`/api/supervision/supporters/${supporterId}`)).body).toMatchObject({ name: 'Sam Ashdown', dueOn: '2026-03-16', sessions: [{ notes: 'On endings.' }] });
    for (const reader of [await coordinator.get(`/api/supervision/supporters/${supporterId}`), await supporter.get('/api/supervision/supporters/me')]) {
      expect(reader.body).toMatchObject({ id: supporterId, dueOn: '2026-03-16', sessions: [{ minutes: 50 }] });
      expect(JSON.stringify(reader.body)).not.toContain('endings');
    }
    expect(kindsOf(await worklistOf(supervisor, '&dueBy=2026-03-16'), supporterId)).toContain('supervision-due');
    expect(kindsOf(await worklistOf(otherSupervisor, '&dueBy=2026-03-16'), supporterId)).toEqual([]);
    const found = await supervisor.get(`/api/supervision/supporters?search=ash&after=${held.body.position}`);
    expect(found.body.items).toContainEqual(expect.objectContaining({ supporterId, overdue: false, workload: expect.any(Number) }));
  });

  test('hears how the supporter is, from themselves', async () => {
    expect((await supporter.post(ofSupporter('record-wellbeing'), { load: 3, strain: 4, reward: 2, note: 'Two hard weeks.' })).status).toBe(200);
    expect((await otherSupporter.post(ofSupporter('record-wellbeing'), { load: 3, strain: 4, reward: 2 })).status).toBe(404);
    expect((await coordinator.post(ofSupporter('record-wellbeing'), { load: 3, strain: 4, reward: 2 })).status).toBe(403);
    expect((await worklistOf(supervisor)).items.find((item) => item.supporterId === supporterId && item.kind === 'wellbeing-alert')).toMatchObject({ alert: true });
    expect(kindsOf(await worklistOf(coordinator), supporterId)).not.toContain('wellbeing-alert');
    expect(JSON.stringify((await coordinator.get(`/api/supervision/supporters/${supporterId}`)).body)).not.toContain('strain');
    expect((await supervisor.get(`/api/supervision/supporters/${supporterId}`)).body.wellbeing).toMatchObject([{ wellbeing: { strain: 4, note: 'Two hard weeks.' } }]);
  });

  test('offers a debrief after a death, and tells matching that the place is free', async () => {
    const journeyId = await introduced();
    await others.died(journeyId);
    expect(kindsOf(await worklistOf(supervisor), supporterId)).toContain('debrief-offered');
    const [message] = await publishedBy(`support-${journeyId}`, 'RelationshipEnded');
    expect(message?.data).toMatchObject({ ending: 'died', wantsAnother: false });
    expect((await supervisor.post(ofSupporter('debrief'), { journeyId, notes: 'A week off.' })).status).toBe(200);
    expect(kindsOf(await worklistOf(supervisor), supporterId)).not.toContain('debrief-offered');
  });

  test('agrees on a training that answers the need', async () => {
    await supervisor.post(ofSupporter('agree-training-need'), { training: 'boundaries' });
    await others.training('boundaries', '2026-03-02');
    await app.settled();
    expect((await supporter.get('/api/supervision/supporters/me')).body.trainingNeeds).toMatchObject([{ training: 'boundaries', completedOn: '2026-03-02' }]);
  });

  test('in a group counts for each who came, without its notes', async () => {
    const { siteId } = testIds;
    const formed = await supervisor.post('/api/supervision/groups/form-group', { siteId, name: 'Tuesday', supporterIds: [supporterId, otherSupporterId] });
    expect(formed.status).toBe(201);
    const inGroup = (command: string) => `/api/supervision/groups/${formed.body.id}/${command}`;
    expect((await supervisor.post(inGroup('schedule-supervision'), { scheduledFor: '2026-03-20T18:00:00.000Z' })).status).toBe(200);
    await app.settled();
    expect((await otherSupporter.get('/api/supervision/supporters/me')).body.scheduled).toMatchObject({ groupId: formed.body.id });
    expect((await supervisor.post(inGroup('record-supervision'), { attended: [otherSupporterId], notes: 'On goodbyes.' })).status).toBe(200);
    await app.settled();
    const attended = await otherSupporter.get('/api/supervision/supporters/me');
    expect(attended.body.sessions).toMatchObject([{ form: 'group', groupId: formed.body.id, heldOn: '2026-03-02' }]);
    expect((await supporter.get('/api/supervision/supporters/me')).body.sessions).not.toContainEqual(expect.objectContaining({ form: 'group' }));
    expect((await supervisor.get(`/api/supervision/groups/${formed.body.id}`)).body).toMatchObject({ name: 'Tuesday', sessions: [{ notes: 'On goodbyes.' }] });
    expect((await otherSupervisor.get(`/api/supervision/groups/${formed.body.id}`)).status).toBe(404);
    expect((await supervisor.get('/api/supervision/groups')).body.items).toMatchObject([{ groupId: formed.body.id }]);
    expect((await supervisor.post(inGroup('change-group'), { supporterIds: [otherSupporterId] })).status).toBe(200);
    expect((await supervisor.post(inGroup('record-missed-supervision'), { reason: 'other' })).status).toBe(200);
    expect((await supervisor.post(inGroup('disband-group'), {})).status).toBe(200);
    expect((await supervisor.post(inGroup('record-supervision'), { attended: [otherSupporterId] })).body).toMatchObject({ rule: 'group-disbanded' });
  });
});

describe('what is written down of a worry or a disclosure', () => {
  test('a question belongs to somebody who may answer it, also when the named coordinator has left', async () => {
    const journeyId = await introduced();
    await others.say(referrals.CoordinatorAssigned, `referral-${journeyId}`, { journeyId, coordinatorId: uuidOf('has left') }, { journeyId, siteId: testIds.siteId });
    await supervisor.post(ofSupporter('assign-supervisor'), { supervisorId });
    await app.settled();
    const { queryId } = (await supporter.post(at(journeyId, 'raise-query'), { text: 'May my sister come?' })).body;
    const { queries } = (await coordinator.get(`/api/supervision/${journeyId}`)).body as { queries: { ownerId: string }[] };
    expect([coordinatorId, otherCoordinatorId]).toContain(queries[0]?.ownerId);
    const taken = await supervisor.post(at(journeyId, 'take-over'), { matter: 'query', matterId: queryId });
    expect(taken.body).toMatchObject({ status: 422, errors: [{ path: 'ownerId', code: 'unknown' }] });
  });

  test('says whose word it is, and stays readable for those who work with it', async () => {
    const journeyId = await introduced();
    const { concernId } = (await coordinator.post(at(journeyId, 'raise-concern'), { ...concern, severity: 'low' })).body;
    const { queryId } = (await coordinator.post(at(journeyId, 'raise-query'), { text: 'May my sister come?', by: 'mentee' })).body;
    const { complaintId } = (await coordinator.post(at(journeyId, 'make-complaint'), { text: 'Nobody rang.', by: 'mentee' })).body;
    const harm = { categories: ['status'], exception: 'imminent-serious-foreseeable-harm', recipient: 'Ambulance', what: 'Address', reason: 'Does not answer.', by: 'staff' };
    const { disclosureId } = (await coordinator.post(at(journeyId, 'disclose'), harm)).body;
    const steps: readonly [TestClient, string, object][] = [
      [coordinator, 'open-concern', { concernId, by: 'staff' }],
      [coordinator, 'escalate-concern', { concernId, severity: 'high', reason: 'Again.', by: 'mentee' }],
      [coordinator, 'resolve-concern', { concernId, resolution: 'resolved', by: 'staff' }],
      [coordinator, 'take-over', { matter: 'query', matterId: queryId, ownerId: otherCoordinatorId, by: 'staff' }],
      [coordinator, 'answer-query', { queryId, answer: 'Yes.', by: 'staff' }],
      [coordinator, 'resolve-complaint', { complaintId, outcome: 'upheld', by: 'staff' }],
      [supervisor, 'review-disclosure', { disclosureId, note: 'Right in the situation.', by: 'staff' }],
      [supporter, 'report-relationship-feedback', { course: 'going-well', by: 'supporter' }],
    ];
    for (const [client, command, body] of steps) expect([command, (await client.post(at(journeyId, command), body)).status]).toEqual([command, 200]);
    const { body } = await coordinator.get(`/api/supervision/${journeyId}`);
    expect(body).toMatchObject({
      concerns: [{ escalations: [{ severity: 'high', reason: 'Again.', by: coordinatorId }], resolvedBy: coordinatorId }],
      queries: [{ ownerId: otherCoordinatorId, answeredBy: coordinatorId }],
      complaints: [{ takenDownBy: coordinatorId, resolvedBy: coordinatorId }],
      disclosures: [{ exception: harm.exception, review: { by: supervisorId, note: 'Right in the situation.' } }],
    });
  });
});
