import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { referrals } from '@alongside/contracts';
import { menteeSubject, uuidOf } from '@alongside/event-sourcing';
import { eraseSubjects } from '@alongside/personal-data';
import { testIds } from '@alongside/testing';
import { tell, testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { journey, questions, startEvaluation } from './told-by-others.fixture.js';

const coordinator = testUser('coordinator');
const elsewhere = testUser('coordinator', { id: testIds.supervisorId, sites: [testIds.otherSiteId] });
const stranger = testUser('coordinator', { organisationId: '0a0d17e5-0000-4000-8000-0000000000ff', sites: 'all' });
const supporter = testUser('supporter');
const secret = 'Rowan-Weatherby-said-this';

let app: TestApp;
let staff: TestClient;

beforeEach(async () => {
  app = await startEvaluation();
  staff = app.as(coordinator);
});
afterEach(() => app.remove());

const done = async (answer: Promise<{ status: number; body: unknown }>) => {
  const { status, body } = await answer;
  if (status > 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  await app.settled();
  return body as Record<string, string>;
};
const configure = (occasion: string, audience = 'mentee') => done(staff.post('/api/evaluation/questionnaires/configure-questionnaire', { name: `${occasion} ${audience}`, occasion, audience, questions }));
const local = (link: string | undefined) => new URL(link ?? '').pathname;
const kinds = async (query = '') => ((await staff.get(`/api/evaluation/worklist${query}`)).body.items as { kind: string }[]).map((each) => each.kind).sort();

describe('from baseline to closing', () => {
  it('hears from both sides and closes once', async () => {
    await configure('baseline');
    await configure('end');
    await configure('end', 'supporter');
    const rowan = journey(app, 'rowan');
    expect((await staff.get(`/api/evaluation/${rowan.id}`)).status).toBe(404);
    await rowan.safeContact(['email']);
    // Heard of, and not open yet.
    expect((await staff.get(`/api/evaluation/${rowan.id}`)).status).toBe(404);
    expect((await staff.post(rowan.path('invite'), { occasion: 'baseline', channel: 'email' })).body).toMatchObject({ rule: 'evaluation-not-open' });
    await rowan.foundSuitable();
    expect(await kinds()).toEqual(['baseline-to-take']);
    await done(staff.post(rowan.path('record-response'), { occasion: 'baseline', channel: 'telephone', by: 'mentee', answers: { 'how-i-cope': 2, 'what-to-change': secret } }));
    await rowan.introduced();
    await rowan.goalsSet();
    expect((await staff.post(rowan.path('invite'), { occasion: 'end', channel: 'email' })).body).toMatchObject({ status: 409, rule: 'relationship-live' });
    expect((await staff.post(rowan.path('close-journey'), {})).body).toMatchObject({ rule: 'relationship-live' });
    await rowan.ended();
    expect(await kinds()).toEqual(['end-evaluation-to-invite', 'outcome-to-record', 'response-to-read', 'supporter-view-to-invite']);
    expect((await staff.post(rowan.path('close-journey'), {})).body).toMatchObject({ rule: 'evaluation-not-answered' });
    expect((await staff.post(rowan.path('invite'), { occasion: 'end', channel: 'telephone' })).body).toMatchObject({ rule: 'channel-not-safe' });

    const key = { 'idempotency-key': 'invite-rowan' };
    const invited = await done(staff.post(rowan.path('invite'), { occasion: 'end', channel: 'email' }, key));
    expect((await staff.post(rowan.path('invite'), { occasion: 'end', channel: 'email' }, key)).body).toEqual(invited);
    expect(invited).toMatchObject({ expiresOn: '2026-03-16' });
    const link = local(invited.link);
    expect((await app.get(link)).body).toMatchObject({ occasion: 'end', questionnaire: { name: 'end mentee', version: 1 }, answered: [] });

    expect((await app.post(link, { answers: { 'how-i-cope': 9, 'shoe-size': 5 } })).body.errors).toEqual([
      expect.objectContaining({ path: 'answers.how-i-cope', code: 'too-large' }),
      expect.objectContaining({ path: 'answers.shoe-size', code: 'unknown-field' }),
    ]);
    expect((await app.post(link, { answers: { 'what-helped': ['Walking'] } })).body.errors).toEqual([expect.objectContaining({ path: 'answers.how-i-cope', code: 'required' })]);
    expect((await app.post(link, { answers: { 'what-helped': ['Walking'] }, complete: false })).body).toEqual({ received: true, complete: false });
    const partly = await app.get(link);
    expect(partly.body).toMatchObject({ answered: ['what-helped'] });
    expect(JSON.stringify(partly.body)).not.toContain('["Walking"]');
    expect((await app.post(link, { answers: { 'how-i-cope': 4, 'what-to-change': secret } }, { 'idempotency-key': 'answer' })).body).toEqual({ received: true, complete: true });
    expect((await app.post(link, { answers: { 'how-i-cope': 4, 'what-to-change': secret } }, { 'idempotency-key': 'answer' })).body).toEqual({ received: true, complete: true });
    expect((await app.post(link, { answers: { 'how-i-cope': 1 } })).body).toMatchObject({ rule: 'invitation-spent' });
    expect((await app.get(link)).body).toMatchObject({ rule: 'invitation-spent' });

    const record = (await staff.get(`/api/evaluation/${rowan.id}`)).body;
    expect(record).toMatchObject({ id: rowan.id, status: 'closed', outcome: 'completed', closedOn: '2026-03-02', goals: [{ goalId: rowan.goalId, title: 'Go out on my own again' }], waitsFor: [] });
    const end = record.responses.find((each: { occasion: string }) => each.occasion === 'end');
    expect(end).toMatchObject({ answers: { 'how-i-cope': 4, 'what-helped': ['Walking'], 'what-to-change': secret }, changes: [{ question: 'how-i-cope', before: 2, now: 4, difference: 2 }] });

    // The supporter's view and the outcomes are welcome after the closing.
    const theirs = app.as(supporter);
    expect((await theirs.post(rowan.path('record-response'), { occasion: 'end', audience: 'mentee', answers: { 'how-i-cope': 5 } })).body).toMatchObject({ rule: 'supporter-may-not-answer-for-mentee' });
    await done(staff.post(rowan.path('invite'), { occasion: 'end', audience: 'supporter', channel: 'email' }));
    const mine = (await theirs.get('/api/evaluation/mine')).body.items;
    expect(mine).toMatchObject([{ journeyId: rowan.id, occasion: 'end' }]);
    expect((await app.get(local(mine[0].link))).body).toMatchObject({ questionnaire: { name: 'end supporter' } });
    await done(theirs.post(rowan.path('record-response'), { occasion: 'end', audience: 'supporter', answers: { 'how-i-cope': 5 } }));
    expect((await theirs.get('/api/evaluation/mine')).body.items).toEqual([]);
    expect((await theirs.get(`/api/evaluation/${rowan.id}`)).status).toBe(403);
    await done(staff.post(rowan.path('record-outcome'), { goals: [{ goalId: rowan.goalId, outcome: 'achieved' }], view: secret }));
    for (const { responseId } of record.responses) await done(staff.post(rowan.path('mark-response-read'), { responseId }));
    expect(await kinds()).toEqual(['response-to-read']);

    const log = [];
    for await (const event of app.platform.store.readAll({ prefixes: ['evaluation-'] })) log.push(event.type);
    expect(log.filter((each) => each === 'JourneyClosed')).toHaveLength(1);
  });

  it('refuses each step that is taken too early, and says why', async () => {
    const asp = journey(app, 'asp');
    expect((await staff.post(asp.path('invite'), { occasion: 'baseline', channel: 'email' })).status).toBe(404);
    await asp.received();
    const early: Readonly<Record<string, object>> = {
      invite: { occasion: 'baseline', channel: 'email', questionnaireId: testIds.personId },
      'reissue-invitation': {},
      'record-response': { occasion: 'baseline', channel: 'paper', answers: { 'shoe-size': 5 } },
      'mark-response-read': { responseId: testIds.personId },
      'decline-evaluation': {},
      'record-outcome': { view: secret },
    };
    for (const [name, body] of Object.entries(early)) expect([name, (await staff.post(asp.path(name), body)).body]).toEqual([name, expect.objectContaining({ status: 409, rule: 'evaluation-not-open' })]);
    expect((await staff.post(asp.path('close-journey'), {})).body).toMatchObject({ status: 409, rule: 'journey-goes-on' });
    expect((await staff.get(`/api/evaluation/${asp.id}`)).status).toBe(404);
    expect((await app.as(elsewhere).post(asp.path('invite'), { occasion: 'baseline', channel: 'email' })).status).toBe(404);
    await asp.moved();
    expect((await staff.post(asp.path('invite'), { occasion: 'baseline', channel: 'email' })).status).toBe(404);
    expect((await app.as(elsewhere).post(asp.path('invite'), { occasion: 'baseline', channel: 'email' })).body).toMatchObject({ rule: 'evaluation-not-open' });
  });

  it('is told of the referral late without going back to its site or its person', async () => {
    const asp = journey(app, 'asp');
    await asp.moved();
    await asp.foundSuitable();
    const read = async () => (await app.as(elsewhere).get(`/api/evaluation/${asp.id}`)).body;
    const before = await read();
    await asp.received();
    expect(before).toMatchObject({ status: 'open', siteId: testIds.otherSiteId, personId: testIds.personId });
    expect(await read()).toEqual(before);
    const another = uuidOf('test', 'somebody-who-came-before');
    await tell(app, referrals.JourneyLinkedToPerson, { journeyId: asp.id, personId: another });
    expect(await read()).toMatchObject({ personId: another });
  });

  it('shows whose word everything was, and who took it down', async () => {
    await configure('baseline');
    await configure('end');
    const yarrow = journey(app, 'yarrow');
    await yarrow.foundSuitable();
    await done(staff.post(yarrow.path('invite'), { occasion: 'baseline', channel: 'email', by: 'mentee' }));
    await done(staff.post(yarrow.path('reissue-invitation'), { by: 'mentee' }));
    await done(staff.post(yarrow.path('record-response'), { occasion: 'baseline', channel: 'telephone', by: 'mentee', answers: { 'how-i-cope': 2 } }));
    const [{ responseId }] = (await staff.get(`/api/evaluation/${yarrow.id}`)).body.responses;
    await done(staff.post(yarrow.path('mark-response-read'), { responseId, by: 'staff' }));
    await yarrow.introduced();
    await yarrow.goalsSet();
    await yarrow.ended();
    await done(staff.post(yarrow.path('record-outcome'), { goals: [{ goalId: yarrow.goalId, outcome: 'partly' }], view: secret, by: 'mentee' }));
    await done(staff.post(yarrow.path('decline-evaluation'), { by: 'mentee', reason: 'not-well-enough' }));
    await done(staff.post(yarrow.path('close-journey'), { by: 'staff' }));
    const told = { by: 'mentee', takenDownBy: coordinator.id };
    expect((await staff.get(`/api/evaluation/${yarrow.id}`)).body).toMatchObject({
      status: 'closed',
      invitations: [{ ...told, status: 'replaced' }, { ...told, status: 'answered' }],
      responses: [{ ...told, read: true, readTold: { by: 'staff', takenDownBy: coordinator.id } }],
      goals: [{ outcome: 'partly', ...told }],
      view: secret,
      viewTold: told,
      declined: [{ ...told, reason: 'not-well-enough' }],
      closed: { takenDownBy: coordinator.id },
    });
  });

  it('hears from a former supporter how it ended for them, and shows them nothing', async () => {
    await configure('end', 'supporter');
    await configure('during', 'supporter');
    const oak = journey(app, 'oak');
    await oak.foundSuitable();
    await oak.introduced();
    await oak.ended('not-a-good-fit', true);
    const [former, stranger] = [app.as(supporter), app.as(testUser('supporter', { id: testIds.personId }))];
    const other = testUser('supporter', { id: testIds.supervisorId });
    app.clock.advance({ hours: 1 });
    await oak.introduced({ relationshipId: uuidOf('test', 'relationship', 'of-another'), supporterId: other.id });
    const word = { occasion: 'end', audience: 'supporter', answers: { 'how-i-cope': 5 } };
    expect((await stranger.post(oak.path('record-response'), word)).status).toBe(404);
    expect((await app.as(other).post(oak.path('record-response'), word)).body).toMatchObject({ rule: 'relationship-live' });
    for (const occasion of ['during', 'follow-up']) expect((await former.post(oak.path('record-response'), { ...word, occasion })).status).toBe(404);
    expect((await former.post(oak.path('record-response'), { ...word, audience: 'mentee' })).body).toMatchObject({ rule: 'supporter-may-not-answer-for-mentee' });
    const { responseId } = await done(former.post(oak.path('record-response'), word));
    expect((await former.post(oak.path('record-response'), word)).body).toMatchObject({ rule: 'already-answered' });
    expect((await former.get(`/api/evaluation/${oak.id}`)).status).toBe(403);
    expect((await staff.get(`/api/evaluation/${oak.id}`)).body.responses).toMatchObject([{ responseId, occasion: 'end', audience: 'supporter', supporterId: supporter.id }]);
  });

  it('gives the worklist in pages', async () => {
    const names = ['ash', 'elm', 'fir'];
    for (const name of names) await journey(app, name).foundSuitable();
    const page = async (query: string) => (await staff.get(`/api/evaluation/worklist${query}`)).body as { items: { journeyId: string }[]; next?: string };
    const first = await page('?limit=2');
    const second = await page(`?limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map((each) => each.journeyId)).toEqual(names.map((name) => journey(app, name).id).sort());
    expect([first.items.length, second.next]).toEqual([2, undefined]);
    expect((await staff.get('/api/evaluation/worklist?limit=101')).status).toBe(422);
  });

  it('closes when the link expires, also after a partial answer, and follows up afterwards', async () => {
    await configure('end');
    await configure('follow-up');
    const ash = journey(app, 'ash');
    await ash.foundSuitable();
    await ash.introduced();
    await ash.ended('not-a-good-fit');
    const { link } = await done(staff.post(ash.path('invite'), { occasion: 'end', channel: 'email' }));
    await done(app.post(local(link), { answers: { 'what-helped': ['Walking'] }, complete: false }));
    // Which questions were answered is not for the supporter, not even by what is said to be missing.
    expect((await app.as(supporter).post(ash.path('record-response'), { occasion: 'end', audience: 'mentee', answers: { 'no-such-question': 1 } })).body).toMatchObject({ rule: 'supporter-may-not-answer-for-mentee' });
    app.clock.advance({ days: 13 });
    await app.settled();
    expect(await kinds('?dueBy=2026-03-16')).toContain('invitation-expiring');
    const { link: again } = await done(staff.post(ash.path('reissue-invitation'), {}));
    expect((await app.post(local(link), { answers: { 'how-i-cope': 3 } })).body).toMatchObject({ rule: 'invitation-replaced' });
    app.clock.advance({ days: 15 });
    await app.settled();
    expect((await app.get(local(again))).body).toMatchObject({ rule: 'invitation-expired' });
    expect((await staff.get(`/api/evaluation/${ash.id}`)).body).toMatchObject({ status: 'closed', outcome: 'ended-early', closedOn: '2026-03-29', asked: { end: 'expired' } });
    await done(staff.post(ash.path('record-response'), { occasion: 'follow-up', channel: 'telephone', answers: { 'how-i-cope': 4 } }));
  });

  it('takes no for an answer', async () => {
    await configure('end');
    const elm = journey(app, 'elm');
    await elm.foundSuitable();
    await elm.introduced();
    await elm.ended('mentee-left');
    const { link } = await done(staff.post(elm.path('invite'), { occasion: 'end', channel: 'text-message' }));
    await done(app.post(local(link), { decline: true }));
    expect((await staff.get(`/api/evaluation/${elm.id}`)).body).toMatchObject({ status: 'closed', outcome: 'left', declined: [{ reason: 'does-not-want-to', by: 'mentee' }] });
  });

  it('writes to nobody who cannot be written to', async () => {
    await configure('end');
    const fir = journey(app, 'fir');
    await fir.foundSuitable();
    await fir.introduced();
    await fir.safeContact([]);
    await fir.ended();
    const answer = await done(staff.post(fir.path('invite'), { occasion: 'end', channel: 'email' }));
    expect(answer).toMatchObject({ declined: 'no-safe-contact' });
    expect(answer.link).toBeUndefined();
    expect((await staff.get(`/api/evaluation/${fir.id}`)).body).toMatchObject({ status: 'closed', outcome: 'completed' });
  });

  it('writes to who was not to be written to by a word of somebody else’s', async () => {
    await configure('end');
    const ash = journey(app, 'ash');
    await ash.foundSuitable();
    await ash.introduced();
    await ash.safeContact([]);
    await ash.safeContactTakenBack();
    await ash.ended();
    expect(await done(staff.post(ash.path('invite'), { occasion: 'end', channel: 'email' }))).not.toHaveProperty('declined');
  });

  it('waits while a concern is open', async () => {
    const oak = journey(app, 'oak');
    await oak.concern('open');
    await oak.foundSuitable();
    await oak.assessmentEnded();
    expect((await staff.get(`/api/evaluation/${oak.id}`)).body).toMatchObject({ status: 'open', waitsFor: ['concern'] });
    expect((await staff.post(oak.path('close-journey'), {})).body).toMatchObject({ rule: 'concern-open' });
    expect(await kinds()).toEqual(['journey-to-close']);
    await oak.concern('resolved');
    expect((await staff.get(`/api/evaluation/${oak.id}`)).body).toMatchObject({ status: 'closed', outcome: 'declined' });
  });

  it('of which only words of others are known is not there: nobody has opened it', async () => {
    const ash = journey(app, 'ash');
    await ash.concern('open');
    const events = () => app.platform.store.readStream(`access-evaluation-${ash.id}`);
    expect((await staff.get(`/api/evaluation/${ash.id}`)).status).toBe(404);
    expect(await events()).toEqual([]);
    await ash.foundSuitable();
    expect((await staff.get(`/api/evaluation/${ash.id}`)).status).toBe(200);
    expect(await events()).toHaveLength(1);
  });

  it('waits for a concern about who asks in general words only', async () => {
    const elm = journey(app, 'elm');
    await elm.concern('open', coordinator.id);
    await elm.foundSuitable();
    await elm.assessmentEnded();
    const theirs = await staff.get(`/api/evaluation/${elm.id}`);
    expect(theirs.body).toMatchObject({ status: 'open', waitsFor: ['review'] });
    const refused = await staff.post(elm.path('close-journey'), {});
    expect(refused.body).toMatchObject({ rule: 'not-ready-to-close' });
    expect(JSON.stringify([theirs.body, refused.body])).not.toMatch(/concern/i);
    const another = app.as(testUser('coordinator', { id: testIds.supervisorId }));
    expect((await another.get(`/api/evaluation/${elm.id}`)).body).toMatchObject({ waitsFor: ['concern'] });
    expect((await another.post(elm.path('close-journey'), {})).body).toMatchObject({ rule: 'concern-open' });
    await elm.concern('resolved', coordinator.id);
    expect((await staff.get(`/api/evaluation/${elm.id}`)).body).toMatchObject({ status: 'closed' });
  });

  it('keeps its order, its counts and its outcome when nobody can read it any more', async () => {
    await configure('baseline');
    await configure('end');
    const ivy = journey(app, 'ivy');
    await ivy.foundSuitable();
    await done(staff.post(ivy.path('record-response'), { occasion: 'baseline', channel: 'paper', answers: { 'how-i-cope': 2 } }));
    await ivy.introduced();
    await ivy.goalsSet();
    await ivy.ended();
    await done(staff.post(ivy.path('record-response'), { occasion: 'end', channel: 'paper', answers: { 'how-i-cope': 4, 'what-to-change': secret } }));
    await eraseSubjects(app.platform.personal.keys, [menteeSubject(ivy.id)], { at: app.clock.now().toISOString() });
    const record = (await staff.get(`/api/evaluation/${ivy.id}`)).body;
    expect(record).toMatchObject({ status: 'closed', outcome: 'completed', goals: [{ title: 'erased' }] });
    expect(record.responses).toMatchObject([{ answers: 'erased' }, { answers: 'erased', changes: [] }]);
    expect((await staff.get('/api/evaluation/results')).status).toBe(200);
  });

  it('stops at death, links included', async () => {
    await configure('during');
    const yew = journey(app, 'yew');
    await yew.foundSuitable();
    await yew.introduced();
    const { link } = await done(staff.post(yew.path('invite'), { occasion: 'during', channel: 'email' }));
    await yew.died();
    expect((await app.get(local(link))).body).toMatchObject({ rule: 'invitation-cancelled' });
    expect((await staff.get(`/api/evaluation/${yew.id}`)).body).toMatchObject({ status: 'closed', outcome: 'died' });
    expect((await staff.post(yew.path('invite'), { occasion: 'during', channel: 'email' })).body).toMatchObject({ rule: 'person-gone' });
  });
});

describe('who sees what', () => {
  it('ends at the site, and moves with the journey', async () => {
    const bay = journey(app, 'bay');
    await bay.foundSuitable();
    const other = app.as(elsewhere);
    expect((await other.get(`/api/evaluation/${bay.id}`)).status).toBe(404);
    expect((await app.as(stranger).get(`/api/evaluation/${bay.id}`)).body).toMatchObject({ code: 'not-found' });
    expect((await other.get('/api/evaluation/worklist')).body.items).toEqual([]);
    await bay.moved();
    expect((await other.get(`/api/evaluation/${bay.id}`)).status).toBe(200);
    expect((await staff.get(`/api/evaluation/${bay.id}`)).status).toBe(404);
    expect((await app.get(`/api/evaluation/${bay.id}`)).status).toBe(401);
  });

  it('takes no link that nobody gave out', async () => {
    await configure('baseline');
    const may = journey(app, 'may');
    await may.foundSuitable();
    const { link } = await done(staff.post(may.path('invite'), { occasion: 'baseline', channel: 'email' }));
    const token = local(link).split('/').at(-1) ?? '';
    for (const forged of [`${token.slice(0, -2)}xx`, token.split('.')[0], may.id, 'x'.repeat(500)]) {
      expect((await app.get(`/api/evaluation/invitations/${forged}`)).status).toBe(404);
      expect((await app.post(`/api/evaluation/invitations/${forged}`, { answers: { 'how-i-cope': 3 } })).status).toBe(404);
    }
  });

  it('lets supporters see only what asks supporters', async () => {
    await configure('end');
    const { id } = await configure('end', 'supporter');
    const theirs = app.as(supporter);
    expect((await theirs.get('/api/evaluation/questionnaires')).body.items).toMatchObject([{ id, audience: 'supporter' }]);
    expect((await staff.get('/api/evaluation/questionnaires?audience=mentee')).body.items).toHaveLength(1);
    expect((await theirs.get(`/api/evaluation/questionnaires/${id}`)).status).toBe(200);
  });
});

describe('questionnaires, improvements and results', () => {
  it('keep versions, and are checked', async () => {
    const { id } = await configure('end');
    const revise = (body: object) => staff.post(`/api/evaluation/questionnaires/${id}/configure-questionnaire`, body);
    expect((await revise({ name: 'End', occasion: 'baseline', audience: 'mentee', questions })).body).toMatchObject({ rule: 'asked-of-others' });
    expect((await revise({ name: 'End', occasion: 'end', audience: 'mentee', questions: [{ name: 'a', label: 'A', type: 'choice' }] })).body.errors).toEqual([expect.objectContaining({ path: 'questions.0.options', code: 'required' })]);
    await done(revise({ name: 'End', occasion: 'end', audience: 'mentee', questions: questions.slice(0, 1) }));
    expect((await staff.get(`/api/evaluation/questionnaires/${id}`)).body).toMatchObject({ version: 2, name: 'End' });
  });

  it('take up what users said and report back', async () => {
    const { id } = await done(staff.post('/api/evaluation/improvements/propose-improvement', { title: 'Evenings', said: secret, siteId: testIds.siteId }));
    const step = (name: string, body: object) => staff.post(`/api/evaluation/improvements/${id}/${name}`, body);
    expect((await step('report-back', { to: ['mentees'], done: 'Done.' })).body).toMatchObject({ rule: 'not-adopted' });
    await done(step('adopt-improvement', { plan: 'Open late.', reportBackOn: '2026-04-01' }));
    expect(await kinds()).toEqual([]);
    expect(await kinds('?dueBy=2026-04-01')).toEqual(['improvement-to-report-back']);
    await done(step('report-back', { to: ['mentees'], done: 'Open late on Tuesdays.' }));
    expect((await staff.get('/api/evaluation/improvements?status=reported-back')).body.items).toMatchObject([{ id, proposal: { title: 'Evenings', said: secret }, reported: { done: 'Open late on Tuesdays.' } }]);
    expect((await app.as(elsewhere).get('/api/evaluation/improvements')).body.items).toEqual([]);
    const nowhere = { title: 'A', said: 'B', siteId: testIds.journeyId };
    expect((await staff.post('/api/evaluation/improvements/propose-improvement', nowhere)).status).toBe(404);
    expect((await app.as(testUser('coordinator', { sites: 'all' })).post('/api/evaluation/improvements/propose-improvement', nowhere)).body.errors).toEqual([expect.objectContaining({ path: 'siteId', code: 'unknown' })]);
  });

  it('tell what people said, to those who may open each answer', async () => {
    const { id } = await configure('baseline');
    const told = [];
    for (const [index, score] of [2, 4].entries()) {
      const each = journey(app, `person-${index}`);
      told.push(each);
      await each.foundSuitable();
      await done(staff.post(each.path('record-response'), { occasion: 'baseline', channel: 'paper', answers: { 'how-i-cope': score, 'what-helped': ['Walking'], 'what-to-change': secret } }));
    }
    const results = (await staff.get(`/api/evaluation/results?questionnaireId=${id}&by=site&from=2026-03-01&to=2026-03-31`)).body;
    expect(results.items).toMatchObject([
      { siteId: testIds.siteId, responses: 2, questions: [{ question: 'how-i-cope', answered: 2, mean: 3, median: 3 }, { question: 'what-helped', counts: { 'Being heard': 0, Walking: 2 } }, { question: 'what-to-change', answered: 2 }] },
    ]);
    expect(JSON.stringify(results)).not.toContain(secret);
    expect((await staff.get('/api/evaluation/results?from=2026-04-01&to=2026-05-01')).body.items).toEqual([]);
    expect((await staff.get('/api/evaluation/results?from=2026-05-01&to=2026-04-01')).status).toBe(422);
    expect((await app.as(elsewhere).get('/api/evaluation/results')).body.items).toEqual([]);
    // Whom they may not open any more, they do not count any more.
    await told[0]?.moved();
    expect((await staff.get('/api/evaluation/results')).body.items).toMatchObject([{ responses: 1, questions: [{ mean: 4 }, {}, {}] }]);
    expect((await app.as(testUser('coordinator', { sites: 'all' })).get('/api/evaluation/results')).body.items).toMatchObject([{ responses: 2 }]);
    // Nothing that was said is on disk in the clear.
    const files = readdirSync(app.dataFolder).map((name) => readFileSync(join(app.dataFolder, name)).toString('latin1'));
    expect([...files, ...app.logged].filter((each) => each.includes(secret))).toEqual([]);
  });
});
