import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startTestApp, testUser, type TestApp } from '@alongside/testing/http';
import { gardensContext, testOrganisation, weather } from './samples/gardens.js';

const organisation = { organisationId: testOrganisation };
const siteId = 'c0ffee00-0000-4000-8000-000000000001';
const otherSite = 'c0ffee00-0000-4000-8000-000000000002';
const coordinator = testUser('coordinator', { ...organisation, sites: [siteId] });
const supervisor = testUser('supervisor', { ...organisation, sites: [siteId] });
const elsewhere = testUser('coordinator', { ...organisation, sites: [otherSite], id: 'e15e0000-0000-4000-8000-000000000001' });
const stranger = testUser('coordinator', { organisationId: 'f0e16000-0000-4000-8000-000000000001', sites: 'all', id: 'e15e0000-0000-4000-8000-000000000002' });

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ contexts: [gardensContext] });
});
afterAll(() => app.remove());
beforeEach(() => {
  weather.frost = false;
});

const open = async (beds = 2): Promise<string> => {
  const { status, body } = await app.as(coordinator).post('/api/gardens/open-garden', { siteId, keeper: 'Ada Lovelace', beds });
  expect(status).toBe(201);
  return (body as { id: string }).id;
};
const nowhere = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

describe('a command', () => {
  test('that creates answers 201 with where it is, its revision and a link', async () => {
    const { status, body, headers } = await app.as(coordinator).post('/api/gardens/open-garden', { siteId, keeper: 'Ada', beds: 2 });
    expect(status).toBe(201);
    expect(body).toEqual({ id: expect.any(String), revision: 0, position: expect.any(String), link: expect.stringContaining('/api/session/invitations/') });
    expect(headers.get('location')).toBe(`/api/gardens/${body.id}`);
    expect(headers.get('etag')).toBe('"0"');
  });

  test('is seen by the query that is given its position', async () => {
    const id = await open();
    const { body } = await app.as(coordinator).post(`/api/gardens/${id}/plant-bed`, { plant: 'beans' });
    const read = await app.as(coordinator).get(`/api/gardens/${id}?after=${body.position}`);
    expect(read.status).toBe(200);
    expect(read.body).toMatchObject({ keeper: 'Ada Lovelace', plants: ['beans'] });
    const revision = Number(read.headers.get('etag')?.replaceAll('"', ''));
    expect(revision).toBeGreaterThanOrEqual(1);
  });

  test('that a rule refuses answers 409 with the rule, and nothing is written', async () => {
    const id = await open(1);
    await app.as(coordinator).post(`/api/gardens/${id}/plant-bed`, { plant: 'beans' });
    await app.settled();
    const before = await app.platform.store.lastPosition();
    const refused = await app.as(coordinator).post(`/api/gardens/${id}/plant-bed`, { plant: 'peas' });
    expect(refused.status).toBe(409);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.body).toMatchObject({ status: 409, code: 'rule-refused', rule: 'no-bed-left', details: { beds: 1 } });
    expect(await app.platform.store.lastPosition()).toBe(before);
  });

  test('brings about its reactions, processes and, when their time comes, its timers', async () => {
    const id = await open();
    await app.as(coordinator).post(`/api/gardens/${id}/plant-bed`, { plant: 'beans', harvestOn: '2026-07-01' });
    await app.settled();
    const types = async (): Promise<string[]> => (await app.platform.store.readStream(`garden-${id}`)).map((event) => event.type);
    expect(await types()).toEqual(['GardenOpened', 'BedPlanted', 'BedWatered']);
    expect(await app.platform.store.readStream(`visits-first-garden-${id}`)).toHaveLength(1);
    app.clock.advanceTo('2026-07-01T00:00:01.000Z');
    await app.settled();
    expect(await types()).toEqual(['GardenOpened', 'BedPlanted', 'BedWatered', 'HarvestDue']);
  });

  test('that cannot be reacted to is told by settled, and done once the fault is gone', async () => {
    const id = await open();
    weather.frost = true;
    await app.as(coordinator).post(`/api/gardens/${id}/plant-bed`, { plant: 'beans' });
    await expect(app.settled()).rejects.toThrow('gardens/gardens.BedWasPlanted');
    weather.frost = false;
    await app.platform.loops.deadLetters.replay({ consumer: 'gardens' });
    await app.settled({ faultsAllowed: true });
    await app.settled();
  });
});

describe('an Idempotency-Key', () => {
  test('repeats the answer, also at the same time, and writes once', async () => {
    const send = () => app.as(coordinator).post('/api/gardens/open-garden', { siteId, keeper: 'Grace', beds: 1 }, { 'idempotency-key': 'the-same' });
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await app.platform.store.readStream(`garden-${answers[0]?.body.id as string}`)).toHaveLength(1);
  });

  test('repeats the answer when the rule would refuse by now', async () => {
    const id = await open(1);
    const send = () => app.as(coordinator).post(`/api/gardens/${id}/plant-bed`, { plant: 'beans' }, { 'idempotency-key': 'once' });
    const first = await send();
    const second = await send();
    expect(second).toMatchObject({ status: 200, body: first.body });
  });

  test('repeats the answer of a command that goes its own way', async () => {
    const id = await open(1);
    const send = () => app.as(coordinator).post(`/api/gardens/${id}/water-bed`, { times: 2 }, { 'idempotency-key': 'wet' });
    const first = await send();
    expect(first.status).toBe(200);
    expect(await send()).toMatchObject({ status: 200, body: first.body });
    expect((await app.as(coordinator).post(`/api/gardens/${id}/water-bed`, { times: 3 }, { 'idempotency-key': 'wet' })).body).toMatchObject({ code: 'idempotency-key-reused' });
    expect((await app.as(coordinator).post(`/api/gardens/${id}/water-bed`, { times: 2 })).body).toMatchObject({ rule: 'too-wet' });
  });

  test('with another body is refused', async () => {
    const id = await open();
    const headers = { 'idempotency-key': 'k' };
    await app.as(coordinator).post(`/api/gardens/${id}/plant-bed`, { plant: 'beans' }, headers);
    const refused = await app.as(coordinator).post(`/api/gardens/${id}/plant-bed`, { plant: 'peas' }, headers);
    expect(refused).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });

  test('of a command on somebody who was erased since is answered no more, with whichever body', async () => {
    const id = await open();
    const send = (plant: string) => app.as(coordinator).post(`/api/gardens/${id}/plant-bed`, { plant }, { 'idempotency-key': 'before' });
    expect((await send('beans')).status).toBe(200);
    await app.platform.personal.keys.erase([`mentee-${id}`], app.clock.now().toISOString());
    for (const plant of ['beans', 'leeks']) expect(await send(plant)).toMatchObject({ status: 422, body: { code: 'idempotency-key-erased' } });
    expect((await app.platform.store.readStream(`garden-${id}`)).filter(({ type }) => type === 'BedPlanted')).toHaveLength(1);
  });

  test.each(['', 'two words', 'x'.repeat(201)])('%p is refused', async (key) => {
    const refused = await app.as(coordinator).post('/api/gardens/open-garden', { siteId, keeper: 'Ada', beds: 1 }, { 'idempotency-key': key });
    expect(refused).toMatchObject({ status: 422, body: { code: 'invalid-fields', errors: [{ path: 'Idempotency-Key' }] } });
  });
});

describe('If-Match', () => {
  test('lets the command through at that revision and answers 412 at another', async () => {
    const id = await open();
    const plant = (revision: string) => app.as(coordinator).post(`/api/gardens/${id}/plant-bed`, { plant: 'beans' }, { 'if-match': revision });
    expect((await plant('"0"')).status).toBe(200);
    await app.settled();
    expect(await plant('"0"')).toMatchObject({ status: 412, body: { code: 'changed-meanwhile' } });
    expect((await plant('nonsense')).status).toBe(412);
    expect((await plant('*')).status).toBe(200);
  });

  test('holds for commands that go their own way', async () => {
    const id = await open();
    expect((await app.as(coordinator).post(`/api/gardens/${id}/water-bed`, { times: 1 }, { 'if-match': '"7"' })).status).toBe(412);
    expect((await app.as(coordinator).post(`/api/gardens/${id}/water-bed`, { times: 1 }, { 'if-match': '"0"' })).status).toBe(200);
  });
});

describe('access', () => {
  test('without a token, with a false one, or one that has expired is 401', async () => {
    expect(await app.post('/api/gardens/open-garden', {})).toMatchObject({ status: 401, body: { code: 'not-signed-in' } });
    expect((await app.get('/api/gardens', { authorization: 'Bearer nonsense' })).status).toBe(401);
    const { token } = await app.platform.access.tokens.issue({ ...coordinator, sessionId: 's' });
    app.clock.advance({ minutes: 10 });
    expect((await app.get('/api/gardens', { authorization: `Bearer ${token}` })).status).toBe(401);
  });

  test('by a role that the route is not for is 403, whatever the body', async () => {
    const id = await open();
    expect(await app.as(supervisor).post(`/api/gardens/${id}/plant-bed`, { nonsense: 1 })).toMatchObject({ status: 403, body: { code: 'not-for-your-role' } });
    expect((await app.as(testUser('supporter', organisation)).get(`/api/gardens/${id}`)).status).toBe(403);
  });

  test('to a record of another site or organisation answers exactly as to one that does not exist', async () => {
    const id = await open();
    const answers = await Promise.all([
      app.as(coordinator).post(`/api/gardens/${nowhere}/plant-bed`, { plant: 'beans' }),
      app.as(elsewhere).post(`/api/gardens/${id}/plant-bed`, { plant: 'beans' }),
      app.as(stranger).post(`/api/gardens/${id}/plant-bed`, { plant: 'beans' }),
      app.as(stranger).post(`/api/gardens/${id}/water-bed`, { times: 1 }),
      app.as(elsewhere).post(`/api/gardens/${id}/plant-bed`, { plant: 'beans' }, { 'if-match': '"9"' }),
      app.as(coordinator).get(`/api/gardens/${nowhere}`),
      app.as(elsewhere).get(`/api/gardens/${id}`),
      app.as(stranger).get(`/api/gardens/${id}`),
      app.as(testUser('auditor', organisation)).get(`/api/gardens/${id}`),
      app.as(coordinator).get('/api/gardens/no-uuid'),
      app.as(elsewhere).post('/api/gardens/open-garden', { siteId, keeper: 'Ada', beds: 1 }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  test('to a list shows only what is at the sites of the reader', async () => {
    await open();
    await app.settled();
    const mine = await app.as(coordinator).get('/api/gardens?limit=100');
    expect(mine.body.items.length).toBeGreaterThan(0);
    expect((await app.as(elsewhere).get('/api/gardens')).body).toEqual({ items: [] });
    expect((await app.as(coordinator).get('/api/gardens?search=love')).body.items[0]).toMatchObject({ document: { keeper: 'Ada Lovelace' } });
  });

  test("to a person's record is written down, with the reason, before it is answered", async () => {
    const id = await open();
    const read = () => app.as(coordinator).get(`/api/gardens/${id}`, { 'access-reason': 'First visit' });
    await app.settled();
    expect((await read()).status).toBe(200);
    const [recorded] = await app.platform.store.readStream(`access-gardens-${id}`);
    expect(recorded).toMatchObject({ type: 'AccessRecorded', data: { what: 'garden', reader: { id: coordinator.id, roles: ['coordinator'] } } });
    expect(JSON.stringify(recorded)).not.toContain('First visit');
    expect((await app.as(coordinator).get(`/api/gardens/${id}`, { 'access-reason': 'x'.repeat(201) })).status).toBe(422);
    expect(await app.platform.store.readStream(`access-gardens-${id}`)).toHaveLength(1);
  });

  test('of the public is open, reveals a receipt alone and is counted by address', async () => {
    const id = await open();
    const visited = await app.post(`/api/public/gardens/${id}/visit`, { name: 'Grace' });
    expect(visited).toMatchObject({ status: 201, body: { receipt: expect.any(String) } });
    expect(Object.keys(visited.body as object)).toEqual(['receipt']);
    expect(visited.headers.get('etag')).toBeNull();
    expect((await app.post(`/api/public/gardens/${nowhere}/visit`, { name: 'Grace' })).status).toBe(404);
  });
});

describe('reading', () => {
  test('what a newer program wrote, or writing there, answers 503 and says so', async () => {
    const id = await open();
    const stream = `garden-${id}`;
    const [first] = await app.platform.store.readStream(stream);
    if (!first) throw new Error('there is no garden');
    await app.settled();
    await app.platform.store.append(stream, 0, [{ type: 'BedPlanted', data: { plant: 'beans' }, metadata: { ...first.metadata, eventId: 'of-a-newer-program', commandId: 'of-a-newer-program', schemaVersion: 99 } }]);
    for (const answer of [await app.as(coordinator).get(`/api/gardens/${id}`), await app.as(coordinator).post(`/api/gardens/${id}/plant-bed`, { plant: 'peas' })]) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'written-by-newer-program' } });
      expect(answer.headers.get('retry-after')).toBe('60');
    }
    expect(await app.platform.store.readStream(stream)).toHaveLength(2);
  });

  test('after a position that never comes answers 503 with Retry-After', async () => {
    const impatient = await startTestApp({ contexts: [gardensContext], environment: { ALONGSIDE_WAIT_FOR_VIEW: '30' } });
    try {
      const { body } = await impatient.as(coordinator).post('/api/gardens/open-garden', { siteId, keeper: 'Ada', beds: 1 });
      const beyond = (body as { position: string }).position.replace(/.$/, '9').replace(/^0/, '1');
      const waited = await impatient.as(coordinator).get(`/api/gardens?after=${beyond}`);
      expect(waited).toMatchObject({ status: 503, body: { code: 'not-yet-visible' } });
      expect(waited.headers.get('retry-after')).toBe('1');
    } finally {
      await impatient.remove();
    }
  });

  test('with parameters that are wrong or unknown is refused', async () => {
    const problems = async (query: string) => (await app.as(coordinator).get(`/api/gardens?${query}`)).body.errors.map((each: { path: string }) => each.path) as string[];
    expect(await problems('limit=0')).toEqual(['limit']);
    expect(await problems('colour=red')).toEqual(['colour']);
    expect(await problems('after=%00')).toEqual(['after']);
    expect(await problems('after=abc')).toEqual(['after']);
    expect(await problems('cursor=abc')).toEqual(['cursor']);
    expect(await problems('limit=1&limit=2')).toEqual(['limit']);
  });
});
