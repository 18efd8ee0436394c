import { testIds } from '@alongside/testing';
import { testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { newReferral, otherSiteId, startReferrals } from './told-by-others.fixture.js';

let app: TestApp;
let staff: TestClient;

beforeEach(async () => {
  app = await startReferrals();
  staff = app.as(testUser('coordinator'));
});
afterEach(() => app.remove());

interface Known {
  readonly id: string;
  readonly personId: string;
}

async function receive(more = {}, form = {}, client = staff): Promise<Known> {
  const { body } = await client.post('/api/referrals/receive-referral', newReferral(more, form));
  await app.settled();
  return body as Known;
}
const view = async ({ id }: Known) => (await staff.get(`/api/referrals/${id}`)).body;
const link = (one: Known, to: Known) => staff.post(`/api/referrals/${one.id}/link-to-person`, { personId: to.personId });
async function linked(one: Known, to: Known): Promise<void> {
  expect(await link(one, to)).toMatchObject({ status: 200 });
  await app.settled();
}

/** They are one person: each knows of the other, nothing is undecided, and nothing of either is left once they are erased. */
async function expectOnePerson(...known: readonly Known[]): Promise<void> {
  await app.settled();
  const views = await Promise.all(known.map(view));
  expect(new Set(views.map(({ personId }) => personId as string)).size).toBe(1);
  for (const [index, { otherJourneyIds, undecidedDuplicates }] of views.entries()) {
    expect([...(otherJourneyIds as string[])].sort()).toEqual(known.filter((_each, other) => other !== index).map(({ id }) => id).sort());
    expect(undecidedDuplicates).toBe(0);
  }
  const [first] = known as [Known];
  expect((await app.as(testUser('administrator', { sites: 'all' })).post(`/api/referrals/${first.id}/erase-person`, { reason: 'asked-by-person', confirmation: 'erase' })).status).toBe(200);
  await app.settled();
  for (const each of known) expect(JSON.stringify(await view(each))).not.toContain('Robin');
}

describe('two referrals of one person', () => {
  it('are of one person when they are linked from both sides, one after the other', async () => {
    const [first, second] = [await receive(), await receive()];
    await linked(first, second);
    await linked(second, first);
    expect((await view(second)).personId).toBe(second.personId);
    await expectOnePerson(first, second);
  });

  it('are of one person when they are linked from both sides at the same moment', async () => {
    const [first, second] = [await receive(), await receive()];
    const answers = await Promise.all([link(first, second), link(second, first)]);
    expect(answers.map(({ status }) => status)).toContain(200);
    for (const { status, body } of answers) if (status !== 200) expect([status, body]).toEqual([409, expect.objectContaining({ rule: 'link-under-way' })]);
    await expectOnePerson(first, second);
  });

  it('are of one person, too, where another one had joined the first', async () => {
    const [first, second, joined] = [await receive(), await receive(), await receive()];
    await linked(joined, first);
    expect((await staff.post(`/api/referrals/${joined.id}/merge-into-journey`, { intoJourneyId: first.id })).status).toBe(200);
    await linked(first, second);
    await linked(second, first);
    expect((await view(second)).personId).toBe(second.personId);
    await expectOnePerson(first, second, joined);
  });

  it('may be linked from the other side once a link was taken back', async () => {
    const [first, second] = [await receive(), await receive()];
    await linked(first, second);
    expect((await staff.post(`/api/referrals/${first.id}/unlink-from-person`, {})).status).toBe(200);
    await linked(second, first);
    expect((await view(second)).personId).toBe(first.personId);
    await expectOnePerson(first, second);
  });
});

describe('three referrals of one person', () => {
  it('are linked to whom the person turned out to be that was raised', async () => {
    const first = await receive();
    const second = await receive();
    const third = await receive();
    await linked(second, first);
    await linked(third, second);
    // Who stands for both was raised, too: decided by the same link.
    expect(await link(third, first)).toMatchObject({ status: 200 });
    await expectOnePerson(first, second, third);
  });

  it('are linked so, too, where only the one is known here', async () => {
    const away = app.as(testUser('coordinator', { id: testIds.supervisorId, sites: [otherSiteId] }));
    const first = await receive({ siteId: otherSiteId }, { name: 'Robin Sample', email: 'robin@example.org', telephone: undefined }, away);
    const second = await receive({}, { email: 'robin@example.org' });
    const third = await receive({}, { name: 'Robin Example' });
    await linked(second, first);
    await linked(third, second);
    expect((await view(third)).personId).toBe(first.personId);
  });

  it('leave nobody behind', async () => {
    const [first, second, third] = [await receive(), await receive(), await receive()];
    await linked(second, first);
    expect((await link(first, third)).body).toMatchObject({ status: 409, rule: 'others-linked-to-this-person' });
    await linked(third, first);
    await expectOnePerson(first, second, third);
  });

  it('leave nobody behind who is linked at the same moment', async () => {
    const [first, second, third] = [await receive(), await receive(), await receive()];
    const answers = await Promise.all([link(second, first), link(first, third)]);
    expect(answers.map(({ status }) => status)).toContain(200);
    await app.settled();
    const [one, other, another] = await Promise.all([first, second, third].map(async (each) => (await view(each)).personId as string));
    // Whichever came first: nobody is linked to a person whose own referral has gone to another.
    expect(other === first.personId ? one === first.personId : other === second.personId || other === another).toBe(true);
  });
});
