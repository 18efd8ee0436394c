import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { testUser } from '@alongside/testing/http';
import { allAt, startFakeService, startTestGateway, type FakeService, type TestGateway } from './front.fixture.js';

let service: FakeService;
let gateway: TestGateway | undefined;
beforeAll(async () => {
  service = await startFakeService();
});
afterAll(() => service.stop());
afterEach(async () => {
  await gateway?.remove();
  gateway = undefined;
});

const start = async (environment: Readonly<Record<string, string>>) => {
  const started = (gateway = await startTestGateway(allAt(service.url), { ALONGSIDE_TRUST_PROXY: 'yes', ...environment }));
  return (path: string, from: string, token?: string) => fetch(started.url + path, { headers: { 'x-forwarded-for': from, ...(token !== undefined && { authorization: `Bearer ${token}` }) } });
};
const tokenOf = async (id: string): Promise<string> => (await (gateway as TestGateway).application.platform.access.tokens.issue({ ...testUser('coordinator', { id }), sessionId: 'a session' })).token;

const ada = 'ada00000-0000-4000-8000-00000000000a';
const ben = 'be000000-0000-4000-8000-00000000000b';

describe('requests are limited', () => {
  test('for one address, whatever they are for, and not for another', async () => {
    const get = await start({ ALONGSIDE_ADDRESS_LIMIT: '3/3600' });
    const paths = ['/api/supporters', '/api/nobody', '/api/session', '/api/referrals'];
    const statuses = [];
    for (const path of paths) statuses.push((await get(path, '203.0.113.1')).status);
    expect(statuses).toEqual([200, 404, 401, 429]);
    const refused = await get('/api/supporters', '203.0.113.1');
    expect(await refused.json()).toMatchObject({ code: 'too-many-requests', status: 429 });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000);
    expect(service.told.at(-1)?.headers['x-forwarded-for']).toBe('203.0.113.1');
    expect((await get('/api/supporters', '203.0.113.2')).status).toBe(200);
    for (const path of ['/health/live', '/health/started', '/health/ready', '/metrics']) expect((await get(path, '203.0.113.1')).status).toBe(200);
  });

  test('for one person, from wherever they come, and not for another', async () => {
    const get = await start({ ALONGSIDE_PERSON_LIMIT: '2/3600' });
    const [hers, his] = [await tokenOf(ada), await tokenOf(ben)];
    expect((await get('/api/supporters', '203.0.113.1', hers)).status).toBe(200);
    expect((await get('/api/referrals', '203.0.113.2', hers)).status).toBe(200);
    expect((await get('/api/supporters', '203.0.113.3', hers)).status).toBe(429);
    expect((await get('/api/supporters', '203.0.113.1', his)).status).toBe(200);
    // A token that is none speaks for nobody.
    expect((await get('/api/supporters', '203.0.113.1', `${hers}x`)).status).toBe(200);
  });
});
