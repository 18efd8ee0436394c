import { assessment, evaluation, matching, organisations, referrals, type SafeContact } from '@alongside/contracts';
import { uuidOf } from '@alongside/event-sourcing';
import { testIds } from '@alongside/testing';
import { startTestApp, tell, testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { assessmentContext } from './assessment.context.js';

const { siteId, otherSiteId, personId, coordinatorId } = testIds;
const serviceId = uuidOf('test', 'service');
const beganAt = '2026-02-23T09:00:00.000Z';

let app: TestApp;
let staff: TestClient;

const site = (id: string) => ({ siteId: id, name: 'Riverside', status: 'open' as const, timeZone: 'Europe/London', workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const, holidays: [] });

beforeEach(async () => {
  app = await startTestApp({ contexts: [assessmentContext] });
  staff = app.as(testUser('coordinator'));
  await tell(app, organisations.SiteChanged, site(siteId), { key: siteId });
  await tell(app, organisations.StaffMemberChanged, { staffId: coordinatorId, name: 'Ade Bright', email: 'ade@example.org', grants: [{ role: 'coordinator', sites: [siteId] }], status: 'active' });
  await tell(app, organisations.ServiceChanged, { serviceId, name: 'Harbour Service', status: 'listed' });
  await tell(app, organisations.InformationPackPublished, { items: [{ item: 'confidentiality-agreement', version: 2, title: 'Agreement' }] });
  await tell(app, organisations.ReferralFormConfigured, {
    version: 1,
    fields: [{ name: 'languages', label: 'Languages', stage: 'at-assessment', type: 'text', required: true, personal: true }],
  });
});
afterEach(() => app.remove());

const received = (journeyId: string) => tell(app, referrals.ReferralReceived, { journeyId, personId, siteId, purpose: 'peer-support' }, { key: journeyId });
const accepted = (journeyId: string, more: { readonly earlierJourneyIds?: string[]; readonly safeContact?: SafeContact; readonly formVersion?: number } = {}) =>
  tell(app, referrals.ReferralAccepted, { journeyId, personId, siteId, beganAt, coordinatorId, formVersion: 1, earlierJourneyIds: [], knownAs: 'Sky', ...more });
const run = (journeyId: string, name: string, body: object = {}) => staff.post(`/api/assessment/${journeyId}/${name}`, body);
async function done(journeyId: string, name: string, body: object = {}): Promise<void> {
  const { status, body: answer } = await run(journeyId, name, body);
  if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(answer)}`);
  await app.settled();
}
const record = async (journeyId: string, client = staff) => (await client.get(`/api/assessment/${journeyId}`)).body;
const worklist = async (client: TestClient, query = '') => (await client.get(`/api/assessment/worklist${query}`)).body.items as { kind: string; dueOn: string; overdue: boolean }[];

const information = {
  challenges: ['hiv'],
  interests: ['art'],
  dislikes: [],
  about: {},
  preferences: [],
  availability: [{ day: 'monday', from: '18:00', to: '20:00' }],
  remote: true,
  languages: ['en'],
  accessNeeds: [],
};
const answers = { 'changes-wanted': 'a', 'how-a-supporter-would-help': 'b', 'what-from-sessions': 'c', 'where-at-the-end': 'd', 'other-support': 'e' };

async function everythingTold(journeyId: string): Promise<void> {
  await done(journeyId, 'record-meeting', { outcome: 'held' });
  await done(journeyId, 'record-answers', { answers, form: { languages: 'English' }, by: 'mentee' });
  await done(journeyId, 'record-readiness', { person: 'ready', coordinator: 'ready' });
  await done(journeyId, 'record-matching-information', { information, disclosure: { 'first-name': 'before-accepting' } });
  await done(journeyId, 'sign-confidentiality-agreement', { how: 'on-paper', returned: 'by-hand' });
  await done(journeyId, 'give-information', { item: 'confidentiality-agreement', how: 'by-hand' });
}

describe('a journey through assessment', () => {
  const journeyId = testIds.journeyId;

  it('goes to suitable step by step, and says what is missing', async () => {
    expect((await staff.get(`/api/assessment/${journeyId}`)).status).toBe(404);
    await accepted(journeyId);
    expect(await record(journeyId)).toMatchObject({ status: 'open', knownAs: 'Sky', unanswered: { fields: ['languages'] } });
    const missing = (await record(journeyId)).missingForSuitable.map((each: { rule: string }) => each.rule);
    expect(missing).toEqual(['meeting-not-held', 'answers-missing', 'readiness-not-discussed', 'matching-information-missing', 'agreement-not-signed', 'information-not-given']);
    expect((await run(journeyId, 'find-suitable')).body).toMatchObject({ status: 409, rule: 'meeting-not-held' });
    await everythingTold(journeyId);
    await done(journeyId, 'find-suitable');
    expect(await record(journeyId)).toMatchObject({ status: 'suitable', answers, form: { languages: 'English' }, missingForSuitable: [] });
    expect(await worklist(staff)).toEqual([]);
    await tell(app, matching.ReturnedToAssessment, { journeyId });
    expect(await record(journeyId)).toMatchObject({ status: 'open', answers });
  });

  it('refuses each step that is taken before the referral is accepted, and says why', async () => {
    expect((await run(journeyId, 'find-suitable')).status).toBe(404);
    await received(journeyId);
    const early: Readonly<Record<string, object>> = {
      'find-suitable': {},
      'record-meeting': { outcome: 'held' },
      'record-answers': { form: { languages: 'English' } },
      'arrange-meeting': { meetingAt: '2026-03-05T14:00:00.000Z', channel: 'in-person', withStaffId: uuidOf('test', 'unknown') },
      'give-information': { item: 'complaints-policy', how: 'by-hand' },
      'carry-over-answers': {},
      defer: { reason: 'other' },
      'close-assessment': { reason: 'other' },
    };
    for (const [name, body] of Object.entries(early)) expect([name, (await run(journeyId, name, body)).body]).toEqual([name, expect.objectContaining({ status: 409, rule: 'assessment-not-open' })]);
    // There is nothing to read yet, and at another site there is nothing at all.
    expect((await staff.get(`/api/assessment/${journeyId}`)).status).toBe(404);
    expect(await worklist(staff, '?dueBy=2027-01-01')).toEqual([]);
    const elsewhere = app.as(testUser('coordinator', { sites: [otherSiteId] }));
    expect((await elsewhere.post(`/api/assessment/${journeyId}/find-suitable`, {})).status).toBe(404);
    await tell(app, referrals.JourneyMoved, { journeyId, fromSiteId: siteId, toSiteId: otherSiteId });
    expect((await run(journeyId, 'find-suitable')).status).toBe(404);
    expect((await elsewhere.post(`/api/assessment/${journeyId}/find-suitable`, {})).body).toMatchObject({ rule: 'assessment-not-open' });
  });

  it('says whose journey it turned out to be', async () => {
    await accepted(journeyId);
    await tell(app, referrals.JourneyLinkedToPerson, { journeyId, personId: testIds.otherSiteId });
    expect(await record(journeyId)).toMatchObject({ personId: testIds.otherSiteId });
  });

  it('shows whatever was written down, with whose word it was and who took it down', async () => {
    await accepted(journeyId);
    const told = { by: 'mentee', takenDownBy: coordinatorId };
    await done(journeyId, 'arrange-meeting', { meetingAt: '2026-03-02T09:00:00.000Z', channel: 'in-person', withStaffId: coordinatorId, place: 'The quiet room' });
    await done(journeyId, 'record-meeting', { outcome: 'missed', nextStep: 'rearrange', toldUs: true, by: 'mentee' });
    await done(journeyId, 'rearrange-meeting', { meetingAt: '2026-03-02T09:30:00.000Z', channel: 'in-person', withStaffId: coordinatorId, place: 'The library', by: 'mentee' });
    await done(journeyId, 'record-meeting', { outcome: 'held', note: 'Came with a friend.', by: 'staff' });
    await done(journeyId, 'record-answers', { answers: { 'other-support': 'My sister' }, by: 'mentee' });
    await done(journeyId, 'record-readiness', { person: 'ready', coordinator: 'getting-ready', words: { person: 'I want this.' }, by: 'mentee' });
    await done(journeyId, 'give-information', { item: 'confidentiality-agreement', how: 'read-aloud', by: 'staff' });
    await done(journeyId, 'sign-confidentiality-agreement', { how: 'witnessed-spoken', returned: 'on-the-spot', by: 'mentee' });
    await done(journeyId, 'withdraw-agreement', { by: 'mentee' });
    await done(journeyId, 'defer', { reason: 'housing-first', words: 'A safe home first.', supportFirst: 'Housing advice', serviceIds: [serviceId], reviewOn: '2026-04-01', by: 'mentee' });
    await done(journeyId, 'review-deferral', { outcome: 'no-answer', words: 'Nobody at home.', nextReviewOn: '2026-05-01', by: 'staff' });
    await done(journeyId, 'follow-up-signpost', { serviceId, outcome: 'under-way', words: 'A flat is promised.', by: 'mentee' });
    await done(journeyId, 'reopen', { by: 'mentee' });
    await done(journeyId, 'record-declined', { toldHowToComeBack: true, words: 'Has plenty of support.', by: 'mentee' });
    // The same words again, which are sealed by now, are the same no; others are not dropped.
    await done(journeyId, 'record-declined', { toldHowToComeBack: true, words: 'Has plenty of support.', by: 'mentee' });
    expect((await run(journeyId, 'record-declined', { toldHowToComeBack: true, words: 'Moved in with family.' })).body).toMatchObject({ rule: 'assessment-not-open', details: { status: 'declined' } });
    expect(await record(journeyId)).toMatchObject({
      status: 'declined',
      meeting: { status: 'held', place: 'The library', note: 'Came with a friend.', channel: 'in-person', withStaffId: coordinatorId, by: 'staff' },
      missedMeetings: [{ place: 'The quiet room', nextStep: 'rearrange', toldUs: true, ...told }],
      toldBy: { answers: { 'other-support': told } },
      readiness: { person: 'ready', coordinator: 'getting-ready', words: { person: 'I want this.' }, ...told },
      information: { handedOver: [{ item: 'confidentiality-agreement', version: 2, how: 'read-aloud', by: 'staff' }] },
      agreement: { status: 'withdrawn', how: 'witnessed-spoken', returned: 'on-the-spot', withdrawn: told },
      deferrals: [
        { reason: 'housing-first', words: 'A safe home first.', supportFirst: 'Housing advice', serviceIds: [serviceId], reviewOn: '2026-04-01', ...told, reviews: [{ outcome: 'no-answer', words: 'Nobody at home.', nextReviewOn: '2026-05-01' }] },
      ],
      followUps: [{ serviceId, outcome: 'under-way', words: 'A flat is promised.', ...told }],
      reopened: [{ from: 'deferred', why: 'asked', ...told }],
      outcome: { outcome: 'declined', toldHowToComeBack: true, words: 'Has plenty of support.', ...told },
    });
  });

  it('takes down whose word it was with every command', async () => {
    await accepted(journeyId);
    await everythingTold(journeyId);
    await done(journeyId, 'find-suitable', { by: 'mentee' });
    expect(await record(journeyId)).toMatchObject({ suitable: { by: 'mentee' }, matching: { information: { interests: ['art'] }, at: expect.any(String) } });
    await done(journeyId, 'reopen', { by: 'mentee' });
    await done(journeyId, 'close-assessment', { reason: 'moved-away', by: 'mentee' });
    expect(await record(journeyId)).toMatchObject({ outcome: { outcome: 'closed', reason: 'moved-away', by: 'mentee' } });
  });

  it('takes no date of birth that nobody alive can have, where the form asks for it here', async () => {
    const born = { name: 'date-of-birth', label: 'Date of birth', stage: 'at-assessment' as const, type: 'date' as const, required: true, personal: true };
    await tell(app, organisations.ReferralFormConfigured, { version: 2, fields: [born] });
    await accepted(journeyId, { formVersion: 2 });
    for (const [given, code] of [['1750-01-01', 'too-long-ago'], ['2999-01-01', 'in-the-future']] as const)
      expect((await run(journeyId, 'record-answers', { form: { 'date-of-birth': given } })).body).toMatchObject({ status: 422, errors: [{ path: 'form.date-of-birth', code }] });
    await done(journeyId, 'record-answers', { form: { 'date-of-birth': '1990-05-17' } });
  });

  it('does not meet before it was accepted', async () => {
    await accepted(journeyId);
    const early = await run(journeyId, 'record-meeting', { outcome: 'held', occurredAt: '2026-03-01T10:00:00.000Z' });
    expect([early.status, early.body.errors]).toMatchObject([422, [{ path: 'occurredAt', code: 'before-the-beginning' }]]);
  });

  it('stands on the worklist with what is due by the standards', async () => {
    await accepted(journeyId);
    // Ten working days after Monday, 23 February.
    expect(await worklist(staff)).toMatchObject([{ kind: 'meeting-to-arrange', dueOn: '2026-03-09', overdue: false }]);
    await done(journeyId, 'arrange-meeting', { meetingAt: '2026-03-05T14:00:00.000Z', channel: 'in-person', withStaffId: coordinatorId });
    expect(await worklist(staff)).toEqual([]);
    expect(await worklist(staff, '?dueBy=2026-03-05')).toMatchObject([{ kind: 'meeting-arranged', dueOn: '2026-03-05' }]);
    await done(journeyId, 'defer', { reason: 'housing-first', serviceIds: [serviceId], reviewOn: '2026-04-01' });
    expect(await worklist(staff, '?dueBy=2026-03-31')).toEqual([]);
    expect(await worklist(staff, '?dueBy=2026-04-01')).toMatchObject([{ kind: 'deferral-review', dueOn: '2026-04-01' }]);
    expect(await worklist(app.as(testUser('coordinator', { sites: [otherSiteId] })), '?dueBy=2026-04-01')).toEqual([]);
  });

  it('is reopened where it stopped when a second referral joins it', async () => {
    await accepted(journeyId);
    await done(journeyId, 'record-answers', { answers: { 'changes-wanted': 'A safe home.' } });
    await done(journeyId, 'defer', { reason: 'housing-first' });
    await tell(app, referrals.ReferralMerged, { journeyId: uuidOf('test', 'second'), intoJourneyId: journeyId }, { key: journeyId });
    expect(await record(journeyId)).toMatchObject({ status: 'open', answers: { 'changes-wanted': 'A safe home.' } });
  });

  it('names what the directory, the form and the pack do not know', async () => {
    await accepted(journeyId);
    const unknown = uuidOf('test', 'unknown');
    expect((await run(journeyId, 'defer', { reason: 'other', serviceIds: [unknown] })).body.errors).toMatchObject([{ path: 'serviceIds.0', code: 'unknown' }]);
    expect((await run(journeyId, 'arrange-meeting', { meetingAt: '2026-03-05T14:00:00Z', channel: 'video', withStaffId: unknown })).body.errors).toMatchObject([{ path: 'withStaffId', code: 'unknown' }]);
    expect((await run(journeyId, 'record-answers', { form: { 'shoe-size': 5, languages: 7 } })).body.errors).toMatchObject([{ path: 'form.shoe-size' }, { path: 'form.languages' }]);
    expect((await run(journeyId, 'give-information', { item: 'complaints-policy', how: 'by-hand' })).body.errors).toMatchObject([{ path: 'item', code: 'not-in-the-pack' }]);
    expect((await run(journeyId, 'sign-confidentiality-agreement', { version: 3, how: 'on-paper', returned: 'by-hand' })).body.errors).toMatchObject([{ path: 'version', code: 'unknown' }]);
    expect((await run(journeyId, 'record-matching-information', { information, disclosure: { 'first-name': 'always' } })).body.errors).toMatchObject([{ path: 'disclosure.first-name', code: 'not-one-of' }]);
  });

  it('honours safe contact, also when it changes later', async () => {
    const safeContact = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['video' as const] };
    await accepted(journeyId, { safeContact });
    const meeting = { meetingAt: '2026-03-05T14:00:00.000Z', withStaffId: coordinatorId };
    expect((await run(journeyId, 'arrange-meeting', { ...meeting, channel: 'telephone' })).body).toMatchObject({ rule: 'channel-not-safe' });
    await tell(app, referrals.SafeContactSet, { journeyId, safeContact: { ...safeContact, channels: ['telephone'] } });
    await done(journeyId, 'arrange-meeting', { ...meeting, channel: 'telephone' });
  });

  it('keeps nothing of safe contact that somebody else said', async () => {
    await tell(app, referrals.SafeContactSet, { journeyId, safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: [], note: 'She reads my messages.' } });
    await tell(app, referrals.SafeContactTakenBack, { journeyId });
    await accepted(journeyId);
    expect((await staff.get(`/api/assessment/${journeyId}`)).body).not.toHaveProperty('safeContact');
    await done(journeyId, 'arrange-meeting', { meetingAt: '2026-03-05T14:00:00.000Z', withStaffId: coordinatorId, channel: 'telephone' });
  });
});

it('gives the worklist in pages', async () => {
  const ids = ['a', 'b', 'c'].map((name) => uuidOf('test', name)).sort();
  for (const each of ids) await accepted(each);
  const page = async (query: string) => (await staff.get(`/api/assessment/worklist${query}`)).body as { items: { journeyId: string }[]; next?: string };
  const first = await page('?limit=2');
  const second = await page(`?limit=2&cursor=${first.next}`);
  expect([...first.items, ...second.items].map((each) => each.journeyId)).toEqual(ids);
  expect(second.next).toBeUndefined();
  expect((await staff.get('/api/assessment/worklist?limit=101')).status).toBe(422);
});

describe('a second journey', () => {
  it('is offered what was told before, and carries it over', async () => {
    const [before, now] = [uuidOf('test', 'before'), uuidOf('test', 'now')];
    await accepted(before);
    await everythingTold(before);
    await done(before, 'record-declined', { toldHowToComeBack: true, serviceIds: [serviceId] });
    await tell(app, evaluation.JourneyClosed, { journeyId: before, personId, siteId, outcome: 'declined', closedOn: '2026-03-02' });
    await accepted(now, { earlierJourneyIds: [before] });
    expect((await record(now)).offeredAgain).toMatchObject([{ fromJourneyId: before, answers, form: { languages: 'English' } }]);
    // The link was a mistake, and then it was none.
    await tell(app, referrals.JourneyLinkedToPerson, { journeyId: now, personId: uuidOf('test', 'somebody-else') });
    expect((await record(now)).offeredAgain).toEqual([]);
    expect((await run(now, 'carry-over-answers')).body).toMatchObject({ rule: 'nothing-to-carry-over' });
    await tell(app, referrals.JourneyLinkedToPerson, { journeyId: now, personId });
    await done(now, 'carry-over-answers', { by: 'mentee' });
    expect(await record(now)).toMatchObject({ carriedOver: [{ fromJourneyId: before, by: 'mentee' }], answers, form: { languages: 'English' }, matching: { information: { interests: ['art'] } }, unanswered: { questions: [], fields: [] }, offeredAgain: [] });
  });
});

describe('a second journey at another site', () => {
  it('is offered nothing that was told where its coordinator coordinates nothing', async () => {
    const [before, now] = [uuidOf('test', 'before-elsewhere'), uuidOf('test', 'now-here')];
    await accepted(before);
    await everythingTold(before);
    await done(before, 'record-declined', { toldHowToComeBack: true, serviceIds: [serviceId] });
    await tell(app, referrals.ReferralAccepted, { journeyId: now, personId, siteId: otherSiteId, beganAt, coordinatorId, formVersion: 1, earlierJourneyIds: [before], knownAs: 'Sky' });
    const [there, both] = [app.as(testUser('coordinator', { sites: [otherSiteId] })), app.as(testUser('coordinator', { sites: [siteId, otherSiteId] }))];
    const offered = async (client: TestClient) => (await client.get(`/api/assessment/${now}`)).body.offeredAgain;
    expect(await offered(there)).toEqual([]);
    const carryOver = (client: TestClient, body = {}) => client.post(`/api/assessment/${now}/carry-over-answers`, body);
    for (const body of [{}, { fromJourneyId: before }]) expect((await carryOver(there, body)).body).toMatchObject({ rule: 'nothing-to-carry-over' });
    expect(await offered(both)).toMatchObject([{ fromJourneyId: before, answers }]);
    expect((await carryOver(both)).status).toBe(200);
  });
});

describe('messages out of order', () => {
  it('leave a meeting as it was arranged, when the first is heard last', async () => {
    const journeyId = uuidOf('test', 'late');
    await accepted(journeyId);
    await done(journeyId, 'arrange-meeting', { meetingAt: '2026-03-05T14:00:00.000Z', channel: 'in-person', withStaffId: coordinatorId });
    await received(journeyId);
    expect(await record(journeyId)).toMatchObject({ status: 'open', meeting: { status: 'arranged' } });
  });
  it('are kept until the assessment opens', async () => {
    const journeyId = uuidOf('test', 'early');
    await tell(app, referrals.JourneyMoved, { journeyId, fromSiteId: siteId, toSiteId: otherSiteId });
    expect((await staff.get(`/api/assessment/${journeyId}`)).status).toBe(404);
    await accepted(journeyId);
    expect((await staff.get(`/api/assessment/${journeyId}`)).status).toBe(404);
    expect(await record(journeyId, app.as(testUser('coordinator', { sites: [otherSiteId] })))).toMatchObject({ status: 'open', siteId: otherSiteId });
  });
  it('of a journey that is over leave nothing open', async () => {
    const journeyId = uuidOf('test', 'over');
    await tell(app, evaluation.JourneyClosed, { journeyId, personId, siteId, outcome: 'withdrawn', closedOn: '2026-03-02' });
    await accepted(journeyId);
    expect(await record(journeyId)).toMatchObject({ status: 'closed' });
    expect(await worklist(staff, '?dueBy=2027-01-01')).toEqual([]);
  });
});

it('publishes what others react to', () => {
  expect(new Set(assessmentContext.publishes.map((each) => each.as.name))).toEqual(new Set(Object.values(assessment).map((each) => each.name)));
});
