import { evaluation, organisations } from '@alongside/contracts';
import { testIds } from '@alongside/testing';
import { tell, testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { fields, newReferral, otherSiteId, serviceId, startReferrals } from './told-by-others.fixture.js';

const coordinator = testUser('coordinator');
const elsewhere = testUser('coordinator', { id: testIds.supervisorId, sites: [otherSiteId] });
const clinician = testUser('referrer');
const administrator = testUser('administrator', { sites: 'all' });

let app: TestApp;
let staff: TestClient;

beforeEach(async () => {
  app = await startReferrals();
  staff = app.as(coordinator);
});
afterEach(() => app.remove());

const act = (id: string, name: string, body: object = {}, client = staff) => client.post(`/api/referrals/${id}/${name}`, body);
async function did(id: string, name: string, body: object = {}, client = staff): Promise<void> {
  const { status, body: answer } = await act(id, name, body, client);
  if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(answer)}`);
  await app.settled();
}
async function receive(more = {}, form = {}, client = staff): Promise<string> {
  const { status, body } = await client.post('/api/referrals/receive-referral', newReferral(more, form));
  if (status !== 201) throw new Error(JSON.stringify(body));
  await app.settled();
  return body.id as string;
}
const view = async (id: string, client = staff) => (await client.get(`/api/referrals/${id}`)).body;
const field = async (id: string, name: string) => (await view(id)).form.fields.find((each: { name: string }) => each.name === name);
const close = (journeyId: string) => tell(app, evaluation.JourneyClosed, { journeyId, personId: testIds.personId, siteId: testIds.siteId, outcome: 'not-taken-forward', closedOn: '2026-03-02' });
const link = async (id: string, to: string, holder = staff) => did(id, 'link-to-person', { personId: (await view(to, holder)).personId });

const quiet = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'] };
const byEmail = { ...quiet, channels: ['email'] };
const earlier = { occurredAt: '2026-03-01T09:00:00.000Z' };
const voicemail = { channel: 'telephone', outcome: 'left-voicemail' };

/** A journey that told all that is needed, and is over. */
async function over(more: object = {}): Promise<string> {
  const id = await receive({ ...earlier, safeContact: quiet, ...more }, { email: 'robin@example.org' });
  await did(id, 'amend-form', { ...earlier, form: { 'date-of-birth': '1990-05-17', reason: 'To talk to somebody.' } });
  await did(id, 'not-take-forward', { reason: 'declined-by-person', note: 'Enough support around.', signposts: [{ serviceId }] });
  await close(id);
  return id;
}

describe('somebody who comes again', () => {
  it('is reached as they asked the first time', async () => {
    const first = await over();
    const second = await receive();
    expect((await act(second, 'record-contact-attempt', voicemail)).status).toBe(200);
    await link(second, first);
    expect(await view(second)).toMatchObject({ safeContact: quiet, safeContactTold: { fromJourneyId: first, at: earlier.occurredAt } });
    expect((await act(second, 'record-contact-attempt', voicemail)).body).toMatchObject({ rule: 'voicemail-not-safe' });
    expect((await app.platform.store.readStream(`referral-${second}`)).map(({ type }) => type)).toEqual(expect.arrayContaining(['ReferralLinkedToPerson', 'SafeContactCarriedOver']));
  });

  it('is reached as they say since, on every journey of theirs', async () => {
    const first = await over();
    const second = await receive({ safeContact: byEmail });
    await link(second, first);
    expect(await view(second)).toMatchObject({ safeContact: byEmail });
    expect(await view(first)).toMatchObject({ safeContact: byEmail, safeContactTold: { fromJourneyId: second } });
    const none = { ...quiet, channels: [] };
    app.clock.advance({ minutes: 1 });
    await did(first, 'set-safe-contact', { safeContact: none });
    expect(await view(second)).toMatchObject({ safeContact: none });
  });

  it('is asked for nothing that they told the first time', async () => {
    const first = await over();
    const second = await receive();
    await did(second, 'confirm-identity', { method: 'document' });
    await link(second, first);
    expect((await view(second)).form.missing).toEqual([]);
    expect(await field(second, 'date-of-birth')).toMatchObject({ filled: true, value: '1990-05-17', told: { fromJourneyId: first, at: earlier.occurredAt } });
    expect(await field(second, 'reason')).toMatchObject({ filled: true, value: 'To talk to somebody.' });
    expect(await field(second, 'name')).toMatchObject({ told: { by: 'staff', takenDownBy: testIds.coordinatorId } });
    expect(await view(second)).toMatchObject({ linked: { by: 'staff' } });
    await did(second, 'accept-referral');
  });

  it('answers otherwise where it is otherwise now', async () => {
    const first = await over();
    const second = await receive();
    await link(second, first);
    await did(second, 'amend-form', { form: { reason: 'Something new.' }, clear: ['email'], by: 'mentee' });
    expect(await field(second, 'reason')).toMatchObject({ value: 'Something new.', told: { by: 'mentee' } });
    expect(await field(second, 'email')).toMatchObject({ filled: false });
    expect(await field(first, 'reason')).toMatchObject({ value: 'To talk to somebody.' });
  });

  it('is asked again what the form does not take as it was', async () => {
    const first = await over();
    await tell(app, organisations.ReferralFormConfigured, { version: 2, fields: fields.map((each) => (each.name === 'reason' ? { ...each, type: 'choice' as const, choices: ['talking', 'walking'] } : each)) });
    const second = await receive();
    await link(second, first);
    expect((await view(second)).form.missing).toMatchObject([{ name: 'reason' }]);
  });

  it('takes nothing along that was linked by mistake', async () => {
    const first = await over();
    const second = await receive({ safeContact: byEmail });
    await link(second, first);
    await did(second, 'unlink-from-person');
    expect(await view(first)).toMatchObject({ safeContact: quiet });
    expect(await view(second)).toMatchObject({ safeContact: byEmail, form: { missing: [{ name: 'date-of-birth' }, { name: 'reason' }] } });
  });

  it('shows nothing of another site to who links to it, but how not to harm them', async () => {
    const away = await receive({ siteId: otherSiteId, safeContact: quiet, ...earlier }, { email: 'robin@example.org' }, app.as(elsewhere));
    await did(away, 'amend-form', { ...earlier, form: { 'date-of-birth': '1990-05-17' } }, app.as(elsewhere));
    await did(away, 'withdraw-referral', {}, app.as(elsewhere));
    const second = await receive();
    await link(second, away, app.as(elsewhere));
    expect(await field(second, 'date-of-birth')).toMatchObject({ filled: false });
    expect(await view(second)).toMatchObject({ safeContact: quiet });
  });

  it('leaves nothing to read once they are erased', async () => {
    const first = await over();
    const second = await receive();
    await link(second, first);
    expect((await act(first, 'erase-person', { reason: 'asked-by-person', confirmation: 'erase', by: 'mentee' }, app.as(administrator))).status).toBe(200);
    const record = await view(second);
    expect(record).toMatchObject({ erased: true, safeContact: 'erased', erasure: { reason: 'asked-by-person' } });
    expect(JSON.stringify(record)).not.toMatch(/1990-05-17|robin@example|To talk/);
    await app.settled();
    expect((await staff.get('/api/referrals')).body.items).toEqual([expect.objectContaining({ id: second, name: 'erased' }), expect.objectContaining({ id: first, name: 'erased' })]);
  });
});

describe('how to reach somebody', () => {
  const loud = { voicemail: true, nameOurselves: true, writeToAddress: true, channels: ['telephone', 'email', 'letter'] };
  const day = (of: number) => ({ occurredAt: `2026-02-${String(of).padStart(2, '0')}T09:00:00.000Z` });
  const reached = (ids: readonly string[]) => Promise.all(ids.map(async (id) => (await view(id)).safeContact as unknown));

  it('is as they said it last, though they had said the same before', async () => {
    const first = await receive({ ...day(1), safeContact: quiet });
    const second = await receive({ ...day(2), safeContact: loud });
    await did(first, 'set-safe-contact', { ...day(3), safeContact: quiet, by: 'mentee' });
    expect((await view(first)).safeContactTold).toMatchObject({ at: day(3).occurredAt, by: 'mentee' });
    await link(second, first);
    expect(await reached([first, second])).toEqual([quiet, quiet]);
  });

  it('is as they said it last, also where a word before that is written down later', async () => {
    const first = await receive({ ...day(1), safeContact: quiet });
    const second = await receive({ ...day(4), safeContact: quiet });
    await link(second, first);
    const third = await receive(day(1));
    await link(third, first);
    await did(third, 'set-safe-contact', { ...day(2), safeContact: loud });
    expect(await reached([first, second, third])).toEqual([quiet, quiet, quiet]);
  });

  it('is as they said it last, where somebody else was taken for them', async () => {
    const none = await receive(day(1));
    const early = await receive({ ...day(2), safeContact: byEmail });
    const late = await receive({ ...day(5), safeContact: loud });
    await link(early, none);
    await link(late, none);
    await did(early, 'set-safe-contact', { ...day(9), safeContact: quiet });
    const theirs = [none, early, late];
    expect(await reached(theirs)).toEqual([quiet, quiet, quiet]);
    const stranger = await receive({ ...day(10), safeContact: { ...loud, channels: ['email'] } });
    await link(stranger, none);
    await did(stranger, 'unlink-from-person');
    expect(await reached(theirs)).toEqual([quiet, quiet, quiet]);
    expect(await reached([stranger])).toEqual([{ ...loud, channels: ['email'] }]);
  });

  it('is as it was told on a referral that joined, where the journey was taken for somebody else’s', async () => {
    const journey = await receive(day(1), { email: 'old@example.org' });
    const joined = await receive({ ...day(4), safeContact: quiet }, { email: 'new@example.org', 'known-as': 'Rob' });
    await link(joined, journey);
    await did(joined, 'merge-into-journey', { intoJourneyId: journey });
    const [older, newer] = [await receive({ ...day(3), safeContact: loud }), await receive({ ...day(6), safeContact: loud })];
    for (const stranger of [older, newer]) {
      await link(journey, stranger);
      await did(journey, 'unlink-from-person');
      expect(await view(journey)).toMatchObject({ safeContact: quiet, safeContactTold: { fromJourneyId: joined }, joinedJourneyIds: [joined] });
      expect(await view(journey)).not.toHaveProperty('linked');
      expect(await field(journey, 'email')).toMatchObject({ value: 'new@example.org' });
      expect(await field(journey, 'known-as')).toMatchObject({ value: 'Rob' });
      expect((await act(journey, 'record-contact-attempt', voicemail)).body).toMatchObject({ rule: 'voicemail-not-safe' });
      // Nor do they keep what was told on the referral that joined.
      expect(await reached([stranger])).toEqual([loud]);
    }
    await link(journey, newer);
    await did(joined, 'set-safe-contact', { ...day(7), safeContact: byEmail });
    await did(journey, 'unlink-from-person');
    expect(await reached([journey])).toEqual([byEmail]);
    expect(await reached([newer])).toEqual([loud]);
    await app.platform.projections.rebuild();
    expect(await app.platform.projections.compare()).toEqual([]);
  });
});

describe('a second referral that joins an open journey', () => {
  it('is the newer one also where both were told at the same moment', async () => {
    const first = await receive({ safeContact: quiet }, { email: 'old@example.org' });
    const second = await receive({ safeContact: byEmail }, { email: 'new@example.org' });
    await link(second, first);
    await did(second, 'merge-into-journey', { intoJourneyId: first });
    expect(await view(first)).toMatchObject({ safeContact: byEmail });
    expect(await field(first, 'email')).toMatchObject({ value: 'new@example.org' });
  });

  it('brings what was told with it', async () => {
    const first = await receive({ ...earlier, safeContact: quiet }, { email: 'old@example.org' });
    const second = await receive({ safeContact: byEmail }, { email: 'new@example.org', 'known-as': 'Rob' });
    await link(second, first);
    await did(second, 'merge-into-journey', { intoJourneyId: first });
    expect(await view(first)).toMatchObject({ safeContact: byEmail, joinedJourneyIds: [second] });
    expect(await field(first, 'email')).toMatchObject({ value: 'new@example.org', told: { fromJourneyId: second } });
    expect(await field(first, 'known-as')).toMatchObject({ value: 'Rob', told: { fromJourneyId: second } });
    await app.platform.projections.rebuild();
    expect(await app.platform.projections.compare()).toEqual([]);
  });
});

describe('what goes on after a journey', () => {
  it('is changed after it, too', async () => {
    await tell(app, organisations.StaffMemberChanged, { staffId: testIds.referrerId, name: 'Sam Sample', email: 'sam@clinic.example.org', agency: 'Harbour Clinic', grants: [{ role: 'referrer', sites: [testIds.siteId] }], status: 'active' });
    const id = await receive({ source: 'clinician', consent: { toBeReferred: true, toInformReferrer: true } }, {}, app.as(clinician));
    await did(id, 'not-take-forward', { reason: 'other' });
    await close(id);
    const status = async () => (await app.as(clinician).get(`/api/referrals/${id}/status`)).status;
    expect(await status()).toBe(200);
    await did(id, 'inform-referrer', { channel: 'email', by: 'staff' });
    await did(id, 'record-consent', { toInformReferrer: false, by: 'mentee' });
    expect(await status()).toBe(404);
    expect(await view(id)).toMatchObject({ referrer: { mayBeInformed: false, consent: { toInformReferrer: false, by: 'mentee' }, told: [{ status: 'not-taken-forward', channel: 'email' }] } });
    await did(id, 'set-safe-contact', { safeContact: { ...quiet, channels: [] } });
    expect(await view(id)).toMatchObject({ status: 'closed', safeContact: { channels: [] } });
  });
});

describe('what was written down', () => {
  it('is read by who works with it', async () => {
    const id = await receive();
    const written = { by: 'mentee', takenDownBy: testIds.coordinatorId };
    await did(id, 'assign-coordinator', { coordinatorId: testIds.coordinatorId, menteeTold: true });
    await did(id, 'record-contact-attempt', { channel: 'telephone', outcome: 'reached', by: 'mentee' });
    await did(id, 'defer-referral', { reason: 'safety-first', note: 'Moving house.', signposts: [{ serviceId }], by: 'mentee' });
    expect(await view(id)).toMatchObject({ deferral: { reason: 'safety-first', note: 'Moving house.', signposts: [{ serviceId }] }, coordinatorAssigned: { menteeTold: true }, contacts: [{ by: 'mentee' }] });
    await did(id, 'review-referral-deferral', { outcome: 'continue', note: 'Has moved.' });
    await did(id, 'transfer-referral', { toSiteId: otherSiteId, note: 'Nearer to home.' });
    await did(id, 'return-transfer', { note: 'Full.' }, app.as(elsewhere));
    await did(id, 'not-take-forward', { reason: 'outside-remit', note: 'Legal advice.', signposts: [{ serviceId }], by: 'mentee' });
    await close(id);
    expect(await view(id)).toMatchObject({
      received: { by: 'staff' },
      deferrals: [{ ...written, reason: 'safety-first', signposts: [{ serviceId }], reviews: [{ outcome: 'continue', note: 'Has moved.' }] }],
      transfers: [{ note: 'Nearer to home.', decision: { outcome: 'returned', note: 'Full.', takenDownBy: testIds.supervisorId } }],
      notTakenForward: { ...written, reason: 'outside-remit', note: 'Legal advice.', signposts: [{ serviceId }] },
    });
  });

  it('of a dismissed duplicate, a withdrawal and a death, too', async () => {
    const first = await receive();
    const second = await receive();
    const [{ personId }] = (await staff.get(`/api/referrals/${second}/duplicates`)).body.items;
    await did(second, 'dismiss-duplicate', { personId, note: 'Father and son.' });
    expect((await staff.get(`/api/referrals/${second}/duplicates`)).body.items).toMatchObject([{ status: 'dismissed', dismissal: { note: 'Father and son.', takenDownBy: testIds.coordinatorId } }]);
    await did(second, 'withdraw-referral', { note: 'Found another.', by: 'mentee' });
    expect(await view(second)).toMatchObject({ withdrawal: { note: 'Found another.', by: 'mentee' } });
    await did(first, 'record-death', { diedOn: '2026-02-27', note: 'Told by the family.' });
    await did(first, 'correct-death', { note: 'A neighbour.' });
    expect(await view(first)).toMatchObject({ death: { diedOn: '2026-02-27', note: 'Told by the family.', corrected: { note: 'A neighbour.' } } });
  });
});

describe('a long worklist', () => {
  it('comes in pages', async () => {
    const ids = [await receive(), await receive({}, { name: 'Kim Other', telephone: '01632 960099' }), await receive({}, { name: 'Ash Third', telephone: '01632 960098' })];
    const page = async (query: string) => (await staff.get(`/api/referrals/worklist?dueBy=2026-03-31&limit=4${query}`)).body;
    const seen: string[] = [];
    for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages += 1) {
      const { items, next, counts } = await page(cursor === undefined ? '' : `&cursor=${cursor}`);
      expect(items.length).toBeLessThanOrEqual(4);
      expect(counts).toMatchObject({ items: 9, byKind: { 'first-contact-due': 3 } });
      seen.push(...items.map((each: { kind: string; journeyId: string }) => `${each.kind} ${each.journeyId}`));
      cursor = next;
    }
    expect(new Set(seen).size).toBe(9);
    for (const id of ids) expect(seen).toContain(`first-meeting-due ${id}`);
    expect((await page('&cursor=garbage')).errors).toMatchObject([{ path: 'cursor' }]);
    expect((await staff.get('/api/referrals/worklist?limit=101')).status).toBe(422);
  });
});
