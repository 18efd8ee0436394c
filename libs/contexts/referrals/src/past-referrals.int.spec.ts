import { evaluation, supervision } from '@alongside/contracts';
import type { ContextDefinition } from '@alongside/service';
import { testIds } from '@alongside/testing';
import { tell, testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { ReferralLinkedToPerson, ReferralUnlinkedFromPerson } from './domain/events.js';
import { referralsContext } from './referrals.context.js';
import { newReferral, serviceId, startReferrals } from './told-by-others.fixture.js';

// A person is one person on referrals that are over, too: whoever they turn out to be, these go with them, and come back with them.

let app: TestApp;
let staff: TestClient;

afterEach(() => app.remove());

async function start(context = referralsContext): Promise<void> {
  app = await startReferrals(context);
  staff = app.as(testUser('coordinator'));
}

interface Known {
  readonly id: string;
  readonly personId: string;
}

const quiet = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'] };

async function receive(more = {}): Promise<Known> {
  const { body } = await staff.post('/api/referrals/receive-referral', newReferral(more));
  await app.settled();
  return body as Known;
}
async function did({ id }: Known, name: string, body: object = {}, client = staff): Promise<void> {
  expect([name, await client.post(`/api/referrals/${id}/${name}`, body)]).toEqual([name, expect.objectContaining({ status: 200 })]);
  await app.settled();
}
const view = async ({ id }: Known) => (await staff.get(`/api/referrals/${id}`)).body;
const link = (one: Known, to: Known) => did(one, 'link-to-person', { personId: to.personId });
const erase = (one: Known) => did(one, 'erase-person', { reason: 'asked-by-person', confirmation: 'erase' }, app.as(testUser('administrator', { sites: 'all' })));
const personIds = (...known: readonly Known[]): Promise<readonly string[]> => Promise.all(known.map(async (each) => (await view(each)).personId as string));
const erased = (...known: readonly Known[]): Promise<readonly boolean[]> => Promise.all(known.map(async (each) => !JSON.stringify(await view(each)).includes('Robin')));

/** A referral, and another one of the same person that is over; and one of somebody whom they turn out to be. */
async function open(more = {}): Promise<{ readonly past: Known; readonly present: Known; readonly elsewhere: Known }> {
  const present = await receive();
  const past = await receive(more);
  await link(past, present);
  await did(past, 'not-take-forward', { reason: 'declined-by-person', signposts: [{ serviceId }] });
  return { past, present, elsewhere: await receive() };
}

describe('a referral that is over', () => {
  beforeEach(() => start());

  it('is of whom the person turns out to be', async () => {
    const { past, present, elsewhere } = await open();
    await link(present, elsewhere);
    expect(await personIds(past, present, elsewhere)).toEqual([elsewhere.personId, elsewhere.personId, elsewhere.personId]);
    expect((await view(elsewhere)).otherJourneyIds).toEqual(expect.arrayContaining([past.id, present.id]));
    for (const each of [present, elsewhere]) expect(await view(each)).toMatchObject({ undecidedDuplicates: 0 });
  });

  it('is erased with the person, from whichever side', async () => {
    const { past, present, elsewhere } = await open();
    await link(present, elsewhere);
    await erase(elsewhere);
    expect(await erased(past, present, elsewhere)).toEqual([true, true, true]);
    const other = await open();
    await link(other.present, other.elsewhere);
    await erase(other.past);
    expect(await erased(other.past, other.present, other.elsewhere)).toEqual([true, true, true]);
  });

  it('lets what was told on it hold everywhere', async () => {
    const { past, present, elsewhere } = await open();
    await link(present, elsewhere);
    await did(past, 'set-safe-contact', { safeContact: quiet });
    for (const each of [past, present, elsewhere]) expect(await view(each)).toMatchObject({ safeContact: quiet });
  });

  it('goes on with whom it was linked to, if that one turns out to be yet another', async () => {
    const { past, present, elsewhere } = await open();
    await link(present, elsewhere);
    await did(present, 'not-take-forward', { reason: 'declined-by-person', signposts: [{ serviceId }] });
    const last = await receive();
    await link(elsewhere, last);
    expect(await personIds(past, present, elsewhere)).toEqual([last.personId, last.personId, last.personId]);
    await did(elsewhere, 'unlink-from-person');
    expect(await personIds(past, present, elsewhere, last)).toEqual([elsewhere.personId, elsewhere.personId, elsewhere.personId, last.personId]);
  });
});

describe('a link that was a mistake', () => {
  beforeEach(() => start());

  it('gives referrals that are over back to whom they were of', async () => {
    const { past, present, elsewhere } = await open();
    await link(present, elsewhere);
    await did(present, 'unlink-from-person');
    expect(await personIds(past, present, elsewhere)).toEqual([present.personId, present.personId, elsewhere.personId]);
    await erase(elsewhere);
    expect(await erased(past, present, elsewhere)).toEqual([false, false, true]);
    await erase(present);
    expect(await erased(past, present)).toEqual([true, true]);
  });

  it('leaves none of what was told on them with somebody else, and none of theirs with them', async () => {
    const { past, present, elsewhere } = await open({ safeContact: quiet });
    const byEmail = { ...quiet, channels: ['email'] };
    app.clock.advance({ minutes: 1 });
    await link(present, elsewhere);
    expect(await view(elsewhere)).toMatchObject({ safeContact: quiet });
    app.clock.advance({ minutes: 1 });
    await did(elsewhere, 'set-safe-contact', { safeContact: byEmail });
    expect(await view(past)).toMatchObject({ safeContact: byEmail });
    await did(present, 'unlink-from-person');
    expect(await view(past)).toMatchObject({ safeContact: quiet });
    expect(await view(present)).toMatchObject({ safeContact: quiet });
    expect(await view(elsewhere)).toMatchObject({ safeContact: byEmail });
  });

  it('leaves what was told on them since', async () => {
    const { past, present, elsewhere } = await open();
    await link(present, elsewhere);
    await did(past, 'set-safe-contact', { safeContact: quiet });
    await did(present, 'unlink-from-person');
    expect(await view(past)).toMatchObject({ safeContact: quiet });
    expect(await view(present)).toMatchObject({ safeContact: quiet });
    expect(await view(elsewhere)).not.toHaveProperty('safeContact');
  });
});

/** The system as a crash leaves it, or as a busy moment finds it: links stand in the log, and nothing has followed them yet. */
const nothingFollows = (followed: string, by: readonly string[] = referralsContext.processes.map(({ name }) => name)): ContextDefinition => ({
  ...referralsContext,
  commands: referralsContext.commands.map(({ run, ...command }) => (run && !(command.name === 'unlink-from-person' && followed === ReferralUnlinkedFromPerson.type) ? { ...command, run } : command)),
  processes: referralsContext.processes.map((process) => ({ ...process, on: process.on.filter(({ type }) => !by.includes(process.name) || type !== followed) })),
});

describe('an erasure that comes before referrals that are over have followed', () => {
  beforeEach(() => start(nothingFollows(ReferralLinkedToPerson.type)));

  it.each(['past', 'present', 'elsewhere'] as const)('is of the whole person, asked for on the one that is %s', async (side) => {
    const known = await open();
    await link(known.present, known.elsewhere);
    expect((await view(known.past)).personId).not.toBe(known.elsewhere.personId);
    await erase(known[side]);
    expect(await erased(known.past, known.present, known.elsewhere)).toEqual([true, true, true]);
  });

  it.each(['past', 'present', 'elsewhere'] as const)('is so, too, over two links, asked for on the one that is %s', async (side) => {
    const { past: first, present: past, elsewhere: present } = await open();
    await link(past, present);
    await did(past, 'not-take-forward', { reason: 'declined-by-person', signposts: [{ serviceId }] });
    const known = { past: first, present, elsewhere: await receive() };
    await link(present, known.elsewhere);
    await erase(known[side]);
    expect(await erased(first, past, present, known.elsewhere)).toEqual([true, true, true, true]);
  });
});

describe('safe contact that comes before referrals that are over have followed', () => {
  beforeEach(() => start(nothingFollows(ReferralLinkedToPerson.type, ['keep-persons'])));

  it('is theirs, whichever of their referrals it was told on', async () => {
    const { past, present, elsewhere } = await open({ safeContact: quiet });
    await link(present, elsewhere);
    for (const each of [past, present, elsewhere]) expect(await view(each)).toMatchObject({ safeContact: quiet });
    const types = (await app.platform.store.readStream(`referral-${present.id}`)).map(({ type }) => type);
    expect(types).not.toContain('CarriedOverTakenBack');
  });
});

describe('what comes before a link that was a mistake has been followed', () => {
  beforeEach(() => start(nothingFollows(ReferralUnlinkedFromPerson.type)));

  it('reaches nobody who is somebody else', async () => {
    for (const [command, body, by] of [
      ['erase-person', { reason: 'asked-by-person', confirmation: 'erase' }, app.as(testUser('administrator', { sites: 'all' }))],
      ['record-death', {}, staff],
    ] as const) {
      const { past, present, elsewhere } = await open();
      await link(present, elsewhere);
      await did(present, 'unlink-from-person');
      expect((await view(past)).personId).toBe(elsewhere.personId);
      await did(elsewhere, command, body, by);
      expect(await Promise.all([past, present, elsewhere].map(async (each) => Boolean((await view(each)).erased) || Boolean((await view(each)).died)))).toEqual([false, false, true]);
      expect(await personIds(past, present)).toEqual([present.personId, present.personId]);
    }
  });
});

describe('a supporter whom somebody became by a referral that is over', () => {
  beforeEach(() => start());

  async function trained(): Promise<{ readonly past: Known; readonly present: Known; readonly elsewhere: Known; readonly supporterId: string }> {
    const present = await receive();
    const past = await receive({ purpose: 'training' });
    await link(past, present);
    await did(past, 'amend-form', { form: { 'date-of-birth': '1990-05-17', reason: 'To give back.' } });
    await did(past, 'direct-to-training');
    await tell(app, evaluation.JourneyClosed, { journeyId: past.id, personId: past.personId, siteId: testIds.siteId, outcome: 'directed-to-training', closedOn: '2026-03-02' });
    const { supporterId } = (await staff.post(`/api/referrals/${past.id}/direct-to-training`, {})).body;
    return { past, present, elsewhere: await receive(), supporterId };
  }
  const concern = (aboutId: string, status: 'open' | 'resolved') => tell(app, supervision.ConcernChanged, { journeyId: testIds.journeyId, concernId: testIds.supporterId, status, safeguarding: true, aboutId });
  const keyOf = async (supporterId: string) => (await app.platform.personal.keys.find([`supporter-${supporterId}`])).get(`supporter-${supporterId}`);

  it('is erased with the person, once no concern about them is open', async () => {
    const { present, elsewhere, supporterId } = await trained();
    await link(present, elsewhere);
    await concern(supporterId, 'open');
    const administrator = app.as(testUser('administrator', { sites: 'all' }));
    const asked = await administrator.post(`/api/referrals/${elsewhere.id}/erase-person`, { reason: 'asked-by-person', confirmation: 'erase' });
    expect(asked.body).toMatchObject({ rule: 'open-safeguarding-concern' });
    await concern(supporterId, 'resolved');
    await erase(elsewhere);
    expect(await keyOf(supporterId)).toBe('erased');
  });

  it('stays where the link was a mistake, also if an erasure was asked for before', async () => {
    const { present, elsewhere, supporterId } = await trained();
    await link(present, elsewhere);
    await concern(supporterId, 'open');
    const administrator = app.as(testUser('administrator', { sites: 'all' }));
    expect((await administrator.post(`/api/referrals/${elsewhere.id}/erase-person`, { reason: 'asked-by-person', confirmation: 'erase' })).status).toBe(409);
    await did(present, 'unlink-from-person');
    await concern(supporterId, 'resolved');
    await erase(elsewhere);
    expect(await keyOf(supporterId)).not.toBe('erased');
    await erase(present);
    expect(await keyOf(supporterId)).toBe('erased');
  });
});
