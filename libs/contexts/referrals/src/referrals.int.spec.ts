import { assessment, evaluation, matching, organisations, supervision } from '@alongside/contracts';
import { testIds } from '@alongside/testing';
import { tell, testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { referralAggregate } from './domain/referral.js';
import { newReferral, otherSiteId, serviceId, site, startReferrals } from './told-by-others.fixture.js';

const coordinator = testUser('coordinator');
const elsewhere = testUser('coordinator', { id: testIds.supervisorId, sites: [otherSiteId] });
const administrator = testUser('administrator', { sites: 'all' });
const referrer = testUser('referrer');

let app: TestApp;
let staff: TestClient;

beforeEach(async () => {
  app = await startReferrals();
  staff = app.as(coordinator);
});
afterEach(() => app.remove());

const done = async (answer: Promise<{ status: number; body: unknown }>): Promise<Record<string, string>> => {
  const { status, body } = await answer;
  if (status > 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  await app.settled();
  return body as Record<string, string>;
};
const receive = async (more = {}, form = {}, client = staff) => (await done(client.post('/api/referrals/receive-referral', newReferral(more, form))))['id'] as string;
const act = (id: string, name: string, body: object = {}, client = staff) => client.post(`/api/referrals/${id}/${name}`, body);
const did = (id: string, name: string, body: object = {}, client = staff) => done(act(id, name, body, client));
const view = async (id: string, client = staff) => (await client.get(`/api/referrals/${id}`)).body;

async function accepted(id: string): Promise<void> {
  await did(id, 'amend-form', { form: { 'date-of-birth': '1990-05-17', reason: 'Somebody to talk to.' } });
  await did(id, 'confirm-identity', { method: 'clinic-details' });
  await did(id, 'accept-referral');
}

describe('a referral from its first word to acceptance', () => {
  it('is complete before it is accepted, each step refused too early', async () => {
    const id = await receive();
    expect((await act(id, 'accept-referral')).body).toMatchObject({ rule: 'identity-not-confirmed' });
    await did(id, 'confirm-identity', { method: 'current-medication' });
    const early = await act(id, 'accept-referral');
    expect(early.status).toBe(409);
    expect(early.body).toMatchObject({ rule: 'form-incomplete', details: { missing: ['date-of-birth', 'reason'] } });
    await did(id, 'amend-form', { form: { 'date-of-birth': '1990-05-17', reason: 'Somebody to talk to.', 'current-medication': 'Examplin' } });
    const record = await view(id);
    expect(record).toMatchObject({ id, status: 'received', form: { missing: [] }, undecidedDuplicates: 0, identity: { status: 'confirmed' } });
    expect(record.form.fields.find((each: { name: string }) => each.name === 'name')).toMatchObject({ filled: true, value: 'Robin Example' });
    // Asked, and never written down.
    expect(record.form.fields.find((each: { name: string }) => each.name === 'current-medication')).toMatchObject({ filled: true });
    expect(JSON.stringify(record)).not.toContain('Examplin');
    await did(id, 'accept-referral');
    expect(await view(id)).toMatchObject({ status: 'accepted', stage: 'assessment' });
  });

  it('asks who somebody is again when their name or date of birth turns out to be another', async () => {
    const id = await receive();
    await did(id, 'amend-form', { form: { 'date-of-birth': '1990-05-17', reason: 'Somebody to talk to.' } });
    const identity = async () => (await view(id)).identity.status as string;
    const changing = async (form: object): Promise<string> => {
      await did(id, 'confirm-identity', { method: 'clinic-details' });
      await did(id, 'amend-form', { form });
      return identity();
    };
    // Written otherwise, and what was not known before, is nobody else.
    expect(await changing({ name: 'example  RÓBIN', email: 'robin@example.org' })).toBe('confirmed');
    expect(await changing({ name: 'Kim Example' })).toBe('unconfirmed');
    expect(await changing({ 'date-of-birth': '1991-05-17' })).toBe('unconfirmed');
    expect((await act(id, 'accept-referral')).body).toMatchObject({ rule: 'identity-not-confirmed' });
    await did(id, 'confirm-identity', { method: 'document' });
    await did(id, 'accept-referral');
  });

  it('names every field that is wrong and writes nothing', async () => {
    const wrong = await staff.post('/api/referrals/receive-referral', newReferral({}, { email: 'nobody', reason: 'early', 'shoe-size': 5, name: undefined }));
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'form.email', code: 'not-an-email-address' }),
        expect.objectContaining({ path: 'form.reason', code: 'asked-before-meeting' }),
        expect.objectContaining({ path: 'form.shoe-size', code: 'unknown-field' }),
      ]),
    );
    const nameless = await staff.post('/api/referrals/receive-referral', { ...newReferral(), form: { telephone: '01632 960011' } });
    expect(nameless.body.errors).toEqual([expect.objectContaining({ path: 'form.name', code: 'required' })]);
    expect((await staff.post('/api/referrals/receive-referral', newReferral({ consent: { toBeReferred: false } }))).body).toMatchObject({ rule: 'consent-needed' });
    expect((await staff.get('/api/referrals')).body.items).toEqual([]);
  });

  it('keeps the version of the form that it began with', async () => {
    const id = await receive();
    await tell(app, organisations.ReferralFormConfigured, {
      version: 2,
      fields: [{ name: 'name', label: 'Name', stage: 'registration', type: 'text', required: true, personal: true }],
    });
    expect((await view(id)).form).toMatchObject({ version: 1, missing: [{ name: 'date-of-birth', neededFor: 'accepting' }, { name: 'reason' }] });
  });

  it('waits for the form of its organisation', async () => {
    const other = { organisationId: '00000000-0000-4000-8000-0000000000aa', siteId: '00000000-0000-4000-8000-0000000000bb' };
    await tell(app, organisations.SiteChanged, site(other.siteId, 'New'), { organisationId: other.organisationId });
    const newcomer = app.as(testUser('coordinator', { organisationId: other.organisationId, sites: [other.siteId] }));
    expect((await newcomer.post('/api/referrals/receive-referral', newReferral({ siteId: other.siteId }))).body).toMatchObject({ rule: 'no-referral-form' });
  });

  it('is not taken by a site that is closing, nor for a site of others', async () => {
    await tell(app, organisations.SiteChanged, site(testIds.siteId, 'Riverside', 'closing'));
    expect((await staff.post('/api/referrals/receive-referral', newReferral())).body).toMatchObject({ rule: 'site-takes-no-referrals' });
    expect((await staff.post('/api/referrals/receive-referral', newReferral({ siteId: otherSiteId }))).status).toBe(404);
    expect((await staff.post('/api/referrals/receive-referral', newReferral({ siteId: '00000000-0000-4000-8000-0000000000ff' }))).status).toBe(404);
  });
});

describe('the public form', () => {
  const path = `/api/public/sites/${testIds.siteId}/referral-form`;
  const sent = { purpose: 'peer-support', source: 'self', form: { name: 'Sasha Public', email: 'sasha@example.org' }, consent: { toBeReferred: true } };

  it('shows what registration asks, and answers a receipt alone', async () => {
    const form = await app.get(path);
    expect(form.status).toBe(200);
    expect(form.body.fields.map((each: { name: string }) => each.name)).toEqual(['name', 'known-as', 'telephone', 'email']);
    const answer = await app.post(path, sent);
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.body)).toEqual(['receipt']);
    await app.settled();
    const list = (await staff.get('/api/referrals?search=Sas')).body.items;
    expect(list).toEqual([expect.objectContaining({ name: 'Sasha Public', channel: 'online-form', status: 'received' })]);
  });

  it('is there for open sites only', async () => {
    await tell(app, organisations.SiteChanged, site(testIds.siteId, 'Riverside', 'closing'));
    expect((await app.get(path)).status).toBe(404);
    expect((await app.post(path, sent)).status).toBe(404);
    expect((await app.get('/api/public/sites/00000000-0000-4000-8000-0000000000ff/referral-form')).status).toBe(404);
  });
});

describe('people who are known already', () => {
  it('are found by likeness and decided by a coordinator', async () => {
    const first = await receive();
    const second = await receive({}, { name: 'EXAMPLE, Robín', telephone: '+44 1632 960011' });
    const duplicates = (await staff.get(`/api/referrals/${second}/duplicates`)).body.items;
    expect(duplicates).toEqual([expect.objectContaining({ status: 'undecided', likenesses: ['same-name', 'same-telephone'], journeys: [expect.objectContaining({ journeyId: first, name: 'Robin Example' })] })]);
    expect((await view(first)).undecidedDuplicates).toBe(1);
    await did(second, 'amend-form', { form: { 'date-of-birth': '1990-05-17', reason: 'Again.' } });
    await did(second, 'confirm-identity', { method: 'document' });
    expect((await act(second, 'accept-referral')).body).toMatchObject({ rule: 'undecided-duplicate' });
    await did(second, 'link-to-person', { personId: duplicates[0].personId });
    expect((await view(first)).undecidedDuplicates).toBe(0);
    expect((await act(second, 'accept-referral')).body).toMatchObject({ rule: 'other-open-journey' });
    await did(second, 'merge-into-journey', { intoJourneyId: first });
    expect(await view(second)).toMatchObject({ status: 'ended', outcome: 'merged', intoJourneyId: first });
    expect((await view(first)).joinedJourneyIds).toEqual([second]);
  });

  it('are found when two come at once, and a dismissed pair is not raised again', async () => {
    const [one, other] = await Promise.all([staff.post('/api/referrals/receive-referral', newReferral()), staff.post('/api/referrals/receive-referral', newReferral())]);
    await app.settled();
    expect((await view(one.body.id)).undecidedDuplicates).toBe(1);
    expect((await view(other.body.id)).undecidedDuplicates).toBe(1);
    await did(one.body.id, 'dismiss-duplicate', { personId: other.body.personId });
    await did(one.body.id, 'amend-form', { form: { email: 'robin@example.org' } });
    await did(other.body.id, 'amend-form', { form: { email: 'robin@example.org' } });
    expect((await view(one.body.id)).undecidedDuplicates).toBe(0);
    expect((await view(other.body.id)).undecidedDuplicates).toBe(0);
  });

  it('are an opening of every record whose identity they show, and of no other', async () => {
    const first = await receive();
    const away = await receive({ siteId: otherSiteId }, {}, app.as(elsewhere));
    const second = await receive();
    await staff.get(`/api/referrals/${second}/duplicates`, { 'access-reason': 'The same telephone' });
    const openings = async (id: string) => {
      const found = [];
      for await (const { data, metadata } of app.platform.store.readAll({ prefixes: ['access-referrals-'] })) if (metadata.journeyId === id) found.push(data);
      return found;
    };
    const opened = { context: 'referrals', what: 'duplicates', reader: expect.objectContaining({ id: testIds.coordinatorId }), why: { relation: 'coordinator-of-site', reason: expect.anything() } };
    expect(await openings(second)).toEqual([expect.objectContaining({ ...opened, recordId: second })]);
    expect(await openings(first)).toEqual([expect.objectContaining({ ...opened, recordId: first })]);
    expect(await openings(away)).toEqual([]);
  });

  it('show only the name of another site', async () => {
    await receive({ siteId: otherSiteId }, {}, app.as(elsewhere));
    const second = await receive();
    expect((await staff.get(`/api/referrals/${second}/duplicates`)).body.items[0].journeys).toEqual([{ siteName: 'Hilltop' }]);
  });

  it('come again later, linked, with their earlier journey told to the assessment', async () => {
    const first = await receive();
    await did(first, 'not-take-forward', { reason: 'declined-by-person', signposts: [{ serviceId }] });
    await tell(app, evaluation.JourneyClosed, { journeyId: first, personId: testIds.personId, siteId: testIds.siteId, outcome: 'not-taken-forward', closedOn: '2026-03-02' });
    expect(await view(first)).toMatchObject({ status: 'closed', stage: 'over', outcome: 'not-taken-forward' });
    const second = await receive();
    const [{ personId }] = (await staff.get(`/api/referrals/${second}/duplicates`)).body.items;
    await did(second, 'link-to-person', { personId });
    await accepted(second);
    expect((await view(second)).otherJourneyIds).toEqual([first]);
    await did(second, 'unlink-from-person');
    expect((await view(second)).otherJourneyIds).toEqual([]);
    expect((await act(second, 'unlink-from-person')).body).toMatchObject({ rule: 'not-linked' });
  });
});

describe('an ending that is said again', () => {
  const said = async (id: string, name: string, body: object) => {
    const { status, body: answer } = await act(id, name, body);
    return status === 409 ? (answer as { rule: string }).rule : status;
  };

  it('is the same, or refused: nothing that is said of it is lost', async () => {
    const id = await receive();
    const ending = { reason: 'outside-remit', note: 'Legal advice.', signposts: [{ serviceId }], by: 'mentee' };
    await did(id, 'not-take-forward', ending);
    const { revision } = (await act(id, 'not-take-forward', ending)).body as { revision: number };
    for (const same of [ending, { reason: 'outside-remit' }]) expect((await act(id, 'not-take-forward', same)).body).toMatchObject({ revision });
    for (const more of [{ reason: 'other' }, { note: 'Another.' }, { signposts: [] }, { by: 'staff' }]) expect(await said(id, 'not-take-forward', { ...ending, ...more })).toBe('journey-over');
    await tell(app, evaluation.JourneyClosed, { journeyId: id, personId: testIds.personId, siteId: testIds.siteId, outcome: 'not-taken-forward', closedOn: '2026-03-02' });
    expect(await said(id, 'not-take-forward', ending)).toBe(200);
    expect(await said(id, 'not-take-forward', { ...ending, reason: 'other' })).toBe('journey-over');
    expect(await view(id)).toMatchObject({ notTakenForward: { reason: 'outside-remit', note: 'Legal advice.', by: 'mentee' } });
  });

  it('is so of a withdrawal, before and after acceptance', async () => {
    for (const [begin, rule] of [[async () => undefined, 'journey-over'], [accepted, 'already-withdrawn']] as const) {
      const id = await receive({}, { name: rule, telephone: undefined, email: `${rule}@example.org` });
      await begin(id);
      await did(id, 'withdraw-referral', { by: 'mentee', note: 'Found another.' });
      expect(await said(id, 'withdraw-referral', { by: 'mentee', note: 'Found another.' })).toBe(200);
      expect(await said(id, 'withdraw-referral', {})).toBe(200);
      expect(await said(id, 'withdraw-referral', { by: 'referrer' })).toBe(rule);
      expect(await said(id, 'withdraw-referral', { note: 'Other words.' })).toBe(rule);
    }
  });
});

describe('another site', () => {
  it('is offered a journey, takes it over, and the former one keeps sight of the outcome', async () => {
    const id = await receive();
    const other = app.as(elsewhere);
    await did(id, 'assign-coordinator', { coordinatorId: testIds.coordinatorId });
    expect((await other.get(`/api/referrals/${id}`)).status).toBe(404);
    await did(id, 'transfer-referral', { toSiteId: otherSiteId });
    expect((await act(id, 'accept-transfer')).status).toBe(404);
    expect((await other.get('/api/referrals/worklist')).body.items).toEqual([expect.objectContaining({ kind: 'transfer-to-accept', journeyId: id })]);
    expect(await view(id, other)).toMatchObject({ view: 'whole' });
    await did(id, 'return-transfer', { note: 'No place before autumn.' }, other);
    expect((await other.get(`/api/referrals/${id}`)).status).toBe(404);
    const returned = async () => ((await staff.get('/api/referrals/worklist')).body.items as readonly { kind: string }[]).filter(({ kind }) => kind === 'transfer-returned');
    expect(await returned()).toEqual([expect.objectContaining({ journeyId: id, siteId: testIds.siteId, dueOn: '2026-03-02' })]);
    expect((await other.get('/api/referrals/worklist')).body.items).toEqual([]);
    // It stays with who has it.
    await did(id, 'assign-coordinator', { coordinatorId: testIds.coordinatorId });
    expect(await returned()).toEqual([]);
    await did(id, 'transfer-referral', { toSiteId: otherSiteId });
    await did(id, 'accept-transfer', {}, other);
    expect(await view(id, other)).toMatchObject({ view: 'whole', siteId: otherSiteId, form: { version: 1 } });
    expect(Object.keys(await view(id))).toEqual(['id', 'view', 'status', 'stage', 'siteId', 'receivedAt']);
    expect((await act(id, 'amend-form', { form: { email: 'robin@example.org' } })).status).toBe(404);
    expect((await staff.get('/api/referrals')).body.items).toEqual([]);
    expect((await staff.get('/api/referrals?moved=true')).body.items).toEqual([expect.objectContaining({ id, siteId: otherSiteId })]);
    expect((await other.get('/api/referrals/worklist')).body.items.map((each: { kind: string }) => each.kind)).toContain('coordinator-missing');
  });
});

describe('the worklist', () => {
  it('shows what is due by the standards', async () => {
    // Monday 2 March: contact by Wednesday, meeting by Monday in two weeks.
    const id = await receive();
    const kinds = async (query = '') => (await staff.get(`/api/referrals/worklist${query}`)).body.items.map((each: { kind: string; dueOn: string }) => `${each.kind} ${each.dueOn}`);
    expect(await kinds()).toEqual(['coordinator-missing 2026-03-02']);
    expect(await kinds('?dueBy=2026-03-31')).toEqual(['coordinator-missing 2026-03-02', 'first-contact-due 2026-03-04', 'first-meeting-due 2026-03-16']);
    await did(id, 'assign-coordinator', { coordinatorId: testIds.coordinatorId });
    await did(id, 'record-contact-attempt', { channel: 'telephone', outcome: 'reached' });
    expect(await kinds('?dueBy=2026-03-31')).toEqual(['first-meeting-due 2026-03-16']);
    await tell(app, organisations.StaffMemberChanged, { staffId: testIds.coordinatorId, name: 'Ade Bright', email: 'ade.bright@example.org', grants: [], status: 'removed' });
    expect(await kinds()).toEqual(['coordinator-missing 2026-03-02']);
    await did(id, 'defer-referral', { reason: 'safety-first', signposts: [{ serviceId }] });
    expect(await kinds('?dueBy=2026-05-01')).toEqual(['coordinator-missing 2026-03-02', 'deferral-review-due 2026-04-27']);
  });
});

describe('who referred', () => {
  const clinic = { source: 'clinician', consent: { toBeReferred: true, toInformReferrer: true } };

  it('is named, where it is somebody else', async () => {
    expect((await staff.post('/api/referrals/receive-referral', newReferral({ source: 'gp' }))).body.errors).toEqual([expect.objectContaining({ path: 'referrer' })]);
  });

  it('sees the status with consent, and nothing else', async () => {
    await tell(app, organisations.StaffMemberChanged, {
      staffId: testIds.referrerId,
      name: 'Sam Sample',
      email: 'sam@clinic.example.org',
      agency: 'Harbour Clinic',
      grants: [{ role: 'referrer', sites: [testIds.siteId] }],
      status: 'active',
    });
    const clinician = app.as(referrer);
    const id = await receive(clinic, {}, clinician);
    const status = async () => (await clinician.get(`/api/referrals/${id}/status`)).body.status;
    expect(await status()).toBe('received');
    expect((await clinician.get(`/api/referrals/${id}`)).status).toBe(403);
    expect((await view(id)).referrer).toMatchObject({ name: 'Sam Sample', agency: 'Harbour Clinic' });
    await accepted(id);
    await tell(app, assessment.InitialMeetingHeld, { journeyId: id, heldOn: '2026-03-02' });
    expect(await status()).toBe('met');
    const identity = { journeyId: id, personId: testIds.personId, siteId: testIds.siteId, beganAt: '2026-03-02T10:00:00.000Z' };
    // The later one is heard first.
    await tell(app, supervision.RelationshipEnded, { ...identity, relationshipId: testIds.supporterId, supporterId: testIds.supporterId, ending: 'planned', wantsAnother: false, endedOn: '2026-03-05', lessons: [] }, { occurredAt: '2026-03-05T10:00:00.000Z' });
    await tell(app, matching.MatchIntroduced, { ...identity, relationshipId: testIds.supporterId, supporterId: testIds.supporterId, contactPersonId: testIds.coordinatorId, disclosed: {} }, { occurredAt: '2026-03-03T10:00:00.000Z' });
    expect(await status()).toBe('ended');
    await did(id, 'inform-referrer', { channel: 'email', status: 'ended' });
    expect((await act(id, 'inform-referrer', { channel: 'email', status: 'met' })).body).toMatchObject({ rule: 'status-has-changed' });
    await did(id, 'record-consent', { toInformReferrer: false });
    expect((await clinician.get(`/api/referrals/${id}/status`)).status).toBe(404);
    expect((await act(id, 'inform-referrer', { channel: 'email' })).body).toMatchObject({ rule: 'no-consent-to-inform' });
  });

  it('may withdraw it, but not that of others', async () => {
    const clinician = app.as(referrer);
    const id = await receive({ ...clinic, referrer: { name: 'Sam Sample', agency: 'Harbour Clinic', contact: 'sam@clinic.example.org' } }, {}, clinician);
    expect((await act(id, 'withdraw-referral', {}, app.as(testUser('referrer', { id: testIds.supporterId })))).status).toBe(404);
    await did(id, 'withdraw-referral', { by: 'referrer' }, clinician);
    expect(await view(id)).toMatchObject({ status: 'ended', outcome: 'withdrawn' });
  });
});

describe('reaching somebody', () => {
  it('honours what is safe', async () => {
    const id = await receive();
    const safeContact = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'], hours: [{ day: 'monday', from: '13:00', to: '15:00' }] };
    await did(id, 'set-safe-contact', { safeContact });
    const attempt = async (body: object) => (await act(id, 'record-contact-attempt', body)).body.rule;
    expect(await attempt({ channel: 'email', outcome: 'message-sent' })).toBe('channel-not-safe');
    expect(await attempt({ channel: 'telephone', outcome: 'left-voicemail' })).toBe('voicemail-not-safe');
    expect(await attempt({ channel: 'telephone', outcome: 'no-answer' })).toBe('outside-safe-hours');
    expect(await attempt({ channel: 'email', outcome: 'reached', direction: 'incoming' })).toBeUndefined();
    const again = await act(id, 'set-safe-contact', { safeContact });
    expect(again.body.revision).toBe((await act(id, 'set-safe-contact', { safeContact })).body.revision);
  });
});

describe('erasing a person', () => {
  it('waits for an open safeguarding concern, then leaves nothing to read, and they can come anew', async () => {
    const id = await receive();
    const second = await receive();
    const [{ personId }] = (await staff.get(`/api/referrals/${second}/duplicates`)).body.items;
    await did(second, 'link-to-person', { personId });
    await tell(app, supervision.ConcernChanged, { journeyId: second, concernId: testIds.supporterId, status: 'open', safeguarding: true });
    const admin = app.as(administrator);
    const body = { reason: 'asked-by-person', confirmation: 'erase' };
    expect((await act(id, 'erase-person', { ...body, confirmation: 'yes' }, admin)).status).toBe(422);
    expect((await act(id, 'erase-person', body, admin)).body).toMatchObject({ rule: 'open-safeguarding-concern' });
    expect((await act(id, 'erase-person', body)).status).toBe(403);
    const erased = await act(id, 'erase-person', { ...body, overrideReason: 'legal-advice' }, admin);
    expect(erased.status).toBe(200);
    // At once, not only when everything has settled.
    for (const each of [id, second]) {
      const record = await view(each);
      expect(record).toMatchObject({ erased: true, status: 'ended', outcome: 'erased' });
      expect(JSON.stringify(record)).not.toContain('Robin');
    }
    await app.settled();
    expect((await staff.get('/api/referrals?search=Robin')).body.items).toEqual([]);
    expect((await act(id, 'amend-form', { form: { email: 'robin@example.org' } })).body).toMatchObject({ rule: 'person-erased' });
    const anew = await receive();
    expect(await view(anew)).toMatchObject({ undecidedDuplicates: 0, otherJourneyIds: [] });
  });
});

describe('an erasure that somebody asks for whom a concern is about', () => {
  const body = { reason: 'asked-by-person', confirmation: 'erase' };
  const concern = (journeyId: string, status: 'open' | 'resolved', aboutId: string) =>
    tell(app, supervision.ConcernChanged, { journeyId, concernId: testIds.supporterId, status, safeguarding: true, aboutId });

  it('waits, and tells them nothing of it; another administrator may go on', async () => {
    const id = await receive();
    await concern(id, 'open', administrator.id);
    const admin = app.as(administrator);
    for (const more of [{}, { overrideReason: 'legal-advice' }]) {
      const refused = await act(id, 'erase-person', { ...body, ...more }, admin);
      expect(refused.body).toMatchObject({ status: 409, rule: 'not-ready-to-erase' });
      expect(JSON.stringify(refused.body)).not.toMatch(/concern|safeguarding/i);
    }
    const another = app.as(testUser('administrator', { id: testIds.supervisorId }));
    expect((await act(id, 'erase-person', body, another)).body).toMatchObject({ rule: 'open-safeguarding-concern' });
    await concern(id, 'resolved', administrator.id);
    expect((await act(id, 'erase-person', body, admin)).status).toBe(200);
  });
});

describe('erasing a person who is a supporter, too', () => {
  it('waits for an open safeguarding concern about them on the journey of somebody else, and reaches both', async () => {
    const id = await receive({ purpose: 'training' });
    await did(id, 'amend-form', { form: { 'date-of-birth': '1990-05-17', reason: 'To give back.' } });
    const { body } = await act(id, 'direct-to-training');
    expect((await act(id, 'direct-to-training')).body).toMatchObject({ supporterId: body.supporterId });
    const { supporterId } = body as { supporterId: string };
    const erase = () => act(id, 'erase-person', { reason: 'asked-by-person', confirmation: 'erase' }, app.as(administrator));
    const concern = (status: 'open' | 'resolved') =>
      tell(app, supervision.ConcernChanged, { journeyId: testIds.journeyId, concernId: testIds.supporterId, status, safeguarding: true, aboutId: supporterId });
    await concern('open');
    expect((await erase()).body).toMatchObject({ rule: 'open-safeguarding-concern' });
    await concern('resolved');
    expect((await erase()).status).toBe(200);
    const subjects = [`mentee-${id}`, `supporter-${supporterId}`];
    expect([...(await app.platform.personal.keys.find(subjects)).values()]).toEqual(['erased', 'erased']);
    await app.settled();
    expect(await view(id)).toMatchObject({ erased: true });
  });
});

describe('erasing who referred', () => {
  const clinic = (more: object = {}) => ({ source: 'gp', referrer: { name: 'Dr Ottoline Marsh', agency: 'Marsh Practice', contact: 'ottoline@marsh.example.org', ...more } });
  const erase = (id: string, client = app.as(administrator), more: object = {}) => act(id, 'erase-referrer', { reason: 'asked-by-person', confirmation: 'erase', ...more }, client);
  const nameOn = async (id: string): Promise<unknown> => (await view(id)).referrer.name;

  it('reaches every referral that named them alike, and no other', async () => {
    const first = await receive(clinic());
    const second = await receive(clinic({ name: 'dr ottoline  marsh', agency: 'The Practice', contact: 'Ottoline@Marsh.example.org' }));
    const namesake = await receive(clinic({ contact: 'another.marsh@example.org' }));
    await app.settled();
    expect((await erase(first, staff)).status).toBe(403);
    expect((await erase(first, app.as(administrator), { confirmation: 'yes' })).status).toBe(422);
    const erased = await erase(first);
    expect(erased.status).toBe(200);
    expect([...(erased.body.journeyIds as string[])].sort()).toEqual([first, second].sort());
    for (const id of [first, second]) {
      expect(await view(id)).toMatchObject({ erased: false, referrer: { name: 'erased', agency: 'erased', contact: 'erased', erased: true, mayBeInformed: false } });
    }
    expect(await nameOn(namesake)).toBe('Dr Ottoline Marsh');
    expect((await act(first, 'inform-referrer', { channel: 'email' })).body).toMatchObject({ rule: 'referrer-erased' });
    expect((await app.platform.store.readStream(`referral-${first}`)).find(({ type }) => type === 'ReferrerErased')).toMatchObject({ metadata: { actor: { id: administrator.id, role: 'administrator' } } });
    // The person who was referred is untouched.
    expect((await staff.get('/api/referrals?search=Robin')).body.items).toHaveLength(3);
    const anew = await receive(clinic());
    expect(await nameOn(anew)).toBe('Dr Ottoline Marsh');
    await app.settled();
    await app.platform.projections.rebuild();
    expect(await app.platform.projections.compare()).toEqual([]);
  });

  it('needs somebody who referred and who does not sign in; whom a colleague named is somebody of their own', async () => {
    expect((await erase(await receive())).body).toMatchObject({ rule: 'no-referrer' });
    await tell(app, organisations.StaffMemberChanged, { staffId: testIds.referrerId, name: 'Sam Sample', email: 'sam@clinic.example.org', agency: 'Harbour Clinic', grants: [{ role: 'referrer', sites: [testIds.siteId] }], status: 'active' });
    const clinician = app.as(referrer);
    const consent = { consent: { toBeReferred: true, toInformReferrer: true } };
    const own = await receive({ source: 'gp', ...consent }, {}, clinician);
    expect((await erase(own)).body).toMatchObject({ rule: 'referrer-signs-in' });
    const named = await receive({ ...clinic(), ...consent }, {}, clinician);
    expect((await erase(named)).status).toBe(200);
    expect(await nameOn(named)).toBe('erased');
    // Who sent it goes on seeing how it stands, and may name somebody again.
    expect((await clinician.get(`/api/referrals/${named}/status`)).body).toMatchObject({ status: 'received' });
    expect(await nameOn(await receive({ ...clinic({ name: 'Dr Finch' }), ...consent }, {}, clinician))).toBe('Dr Finch');
    expect(await nameOn(own)).toBe('Sam Sample');
  });

  it('is finished by the process where the request came no further', async () => {
    const first = await receive(clinic());
    const second = await receive(clinic());
    await app.settled();
    const { administratorId } = testIds;
    const events = await Promise.all([first, second].map((id) => app.platform.store.readStream(`referral-${id}`)));
    const subjects = events.map(([received]) => `referrer-${String(received?.data['referrerId'])}`);
    await app.platform.streams.execute(
      referralAggregate,
      first,
      { type: 'erase-referrer', data: { subjects, journeyIds: [first, second], reason: 'asked-by-person', signsIn: false } },
      { commandId: administratorId, correlationId: administratorId, actor: { id: administratorId, role: 'administrator' } },
    );
    await app.settled();
    for (const id of [first, second]) expect((await view(id)).referrer).toMatchObject({ name: 'erased', erased: true });
  });
});

describe('a death', () => {
  it('is told to every journey of the person and ends them', async () => {
    const first = await receive();
    await did(first, 'withdraw-referral');
    const second = await receive();
    const [{ personId }] = (await staff.get(`/api/referrals/${second}/duplicates`)).body.items;
    await did(second, 'link-to-person', { personId });
    await did(second, 'record-death', { diedOn: '2026-02-27' });
    expect(await view(second)).toMatchObject({ died: true, status: 'ended', outcome: 'died' });
    expect(await view(first)).toMatchObject({ died: true, status: 'ended', outcome: 'withdrawn' });
    expect((await act(second, 'record-contact-attempt', { channel: 'telephone', outcome: 'no-answer' })).body).toMatchObject({ rule: 'person-died' });
    expect((await act(second, 'record-death', { diedOn: '2030-01-01' })).status).toBe(422);
  });
});

describe('a death that was written down by mistake', () => {
  it('is taken back on every journey of the person, and they come anew as the same person', async () => {
    const first = await receive();
    const second = await receive();
    const [{ personId }] = (await staff.get(`/api/referrals/${second}/duplicates`)).body.items;
    await did(second, 'link-to-person', { personId });
    await did(second, 'record-death', { diedOn: '2026-02-27' });
    for (const journeyId of [first, second]) await tell(app, evaluation.JourneyClosed, { journeyId, personId, siteId: testIds.siteId, outcome: 'died', closedOn: '2026-03-02' });
    const third = await receive();
    expect((await act(third, 'link-to-person', { personId })).body).toMatchObject({ rule: 'linked-person-died' });
    expect((await act(third, 'correct-death')).body).toMatchObject({ rule: 'death-not-recorded' });
    expect((await act(first, 'correct-death', {}, app.as(administrator))).status).toBe(403);
    await did(first, 'correct-death', { note: 'It was a neighbour of the same name.' });
    for (const id of [first, second]) expect(await view(id)).toMatchObject({ died: false, status: 'closed', outcome: 'closed-other' });
    await did(third, 'link-to-person', { personId });
    expect(await view(third)).toMatchObject({ personId, died: false, status: 'received' });
    expect((await staff.get('/api/referrals?status=closed')).body.items.map((each: { outcome: string }) => each.outcome)).toEqual(['closed-other', 'closed-other']);
  });

  it('of which a journey is told that is linked at the same moment', async () => {
    const first = await receive();
    const second = await receive();
    const [{ personId }] = (await staff.get(`/api/referrals/${second}/duplicates`)).body.items;
    // Both were decided before either was known of.
    await Promise.all([act(second, 'link-to-person', { personId }), act(first, 'record-death', {})]);
    await app.settled();
    const linked = (await view(second)) as { personId: string; died: boolean };
    expect(linked.died).toBe(linked.personId === personId);
  });
});

describe('somebody who wants to support others', () => {
  it('is directed to training, which opens a candidacy', async () => {
    const id = await receive({ purpose: 'training' });
    await did(id, 'amend-form', { form: { 'date-of-birth': '1990-05-17', reason: 'To give back.' } });
    await did(id, 'confirm-identity', { method: 'document' });
    expect((await act(id, 'accept-referral')).body).toMatchObject({ rule: 'referred-for-training' });
    const { supporterId } = await did(id, 'direct-to-training');
    expect(await view(id)).toMatchObject({ status: 'ended', outcome: 'directed-to-training', supporterId });
  });
});
