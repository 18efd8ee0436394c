import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestApp, testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { gardensContext, testOrganisation } from './samples/gardens.js';

const siteId = 'c0ffee00-0000-4000-8000-000000000001';
const coordinator = testUser('coordinator', { organisationId: testOrganisation, sites: 'all' });
const secret = 'Wilhelmina-of-the-hill';
const whole = { siteId, keeper: secret, beds: 2 };

let app: TestApp;
let client: TestClient;
let id: string;
let written: string | undefined;
beforeAll(async () => {
  app = await startTestApp({ contexts: [gardensContext], environment: { ALONGSIDE_BODY_LIMIT: '100000' } });
  client = app.as(coordinator);
  id = ((await client.post('/api/gardens/open-garden', { siteId, keeper: 'Ada', beds: 9 })).body as { id: string }).id;
  await app.settled();
  written = await app.platform.store.lastPosition();
});
afterAll(() => app.remove());

const json = { 'content-type': 'application/json' };
const openGarden = '/api/gardens/open-garden';

describe('bad input is a problem document, and nothing is written', () => {
  const cases: readonly (readonly [what: string, path: () => string, request: RequestInit, status: number, code: string, field?: string])[] = [
    ['no body', () => openGarden, { method: 'POST' }, 422, 'invalid-fields', 'siteId'],
    ['an empty body that says it is JSON', () => openGarden, { method: 'POST', headers: json, body: '' }, 400, 'malformed-json'],
    ['malformed JSON', () => openGarden, { method: 'POST', headers: json, body: `{"keeper": "${secret}"` }, 400, 'malformed-json'],
    ['a broken character', () => openGarden, { method: 'POST', headers: json, body: Buffer.from([...Buffer.from('{"keeper":"'), 0xc3, 0x28, ...Buffer.from('"}')]) }, 400, 'malformed-json'],
    ['a text', () => openGarden, { method: 'POST', headers: json, body: '"text"' }, 422, 'invalid-fields', ''],
    ['a list', () => openGarden, { method: 'POST', headers: json, body: '[]' }, 422, 'invalid-fields', ''],
    ['null', () => openGarden, { method: 'POST', headers: json, body: 'null' }, 422, 'invalid-fields', 'siteId'],
    ['a poisoned prototype', () => openGarden, { method: 'POST', headers: json, body: '{"__proto__": {"admin": true}}' }, 422, 'invalid-fields', '__proto__'],
    ['a field missing', () => openGarden, { method: 'POST', headers: json, body: JSON.stringify({ ...whole, beds: undefined }) }, 422, 'invalid-fields', 'beds'],
    ['a field of another type', () => openGarden, { method: 'POST', headers: json, body: JSON.stringify({ ...whole, beds: '2' }) }, 422, 'invalid-fields', 'beds'],
    ['a field too long', () => openGarden, { method: 'POST', headers: json, body: JSON.stringify({ ...whole, keeper: secret.repeat(20) }) }, 422, 'invalid-fields', 'keeper'],
    ['a field that nobody knows', () => openGarden, { method: 'POST', headers: json, body: JSON.stringify({ ...whole, colour: 'red' }) }, 422, 'invalid-fields', 'colour'],
    ['31 February', () => `/api/gardens/${id}/plant-bed`, { method: 'POST', headers: json, body: '{"plant":"beans","sownOn":"2026-02-31"}' }, 422, 'invalid-fields', 'sownOn'],
    ['an end before its beginning', () => `/api/gardens/${id}/plant-bed`, { method: 'POST', headers: json, body: '{"plant":"beans","sownOn":"2026-03-02","harvestOn":"2026-03-01"}' }, 422, 'invalid-fields', 'harvestOn'],
    ['a list within too long', () => `/api/gardens/${id}/plant-bed`, { method: 'POST', headers: json, body: JSON.stringify({ plant: 'beans', pests: [1, 2, 3, 4] }) }, 422, 'invalid-fields', 'pests'],
    ['a wrong field of an item', () => `/api/gardens/${id}/plant-bed`, { method: 'POST', headers: json, body: JSON.stringify({ plant: 'beans', pests: [{ name: 'slugs' }, { name: '' }] }) }, 422, 'invalid-fields', 'pests.1.name'],
    ['a moment to come', () => `/api/gardens/${id}/plant-bed`, { method: 'POST', headers: json, body: '{"plant":"beans","occurredAt":"2099-01-01T00:00:00Z"}' }, 422, 'invalid-fields', 'occurredAt'],
    ['a moment before it began', () => `/api/gardens/${id}/plant-bed`, { method: 'POST', headers: json, body: '{"plant":"beans","occurredAt":"1999-01-01T00:00:00Z"}' }, 422, 'invalid-fields', 'occurredAt'],
    ['an id that is none', () => '/api/gardens/7/plant-bed', { method: 'POST', headers: json, body: '{"plant":"beans"}' }, 404, 'not-found'],
    ['a body over the limit', () => openGarden, { method: 'POST', headers: json, body: JSON.stringify({ ...whole, keeper: 'x'.repeat(100_001) }) }, 413, 'body-too-large'],
    ['a body of a form', () => openGarden, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'keeper=Ada' }, 415, 'unsupported-media-type'],
    ['a body of plain text', () => openGarden, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }, 415, 'unsupported-media-type'],
    ['an address that nobody serves', () => `/api/${secret}`, { method: 'GET' }, 404, 'not-found'],
    ['PUT of a command', () => openGarden, { method: 'PUT', headers: json, body: '{}' }, 405, 'method-not-allowed'],
    ['DELETE of a query', () => '/api/gardens', { method: 'DELETE' }, 405, 'method-not-allowed'],
    ['OPTIONS of a query', () => '/api/gardens', { method: 'OPTIONS' }, 405, 'method-not-allowed'],
    ['an address that cannot be decoded', () => '/api/gardens/%E0%A4%A', { method: 'GET' }, 400, 'malformed-request'],
    ['an address beyond measure', () => `/api/gardens/${'a'.repeat(600)}`, { method: 'GET' }, 414, 'address-too-long'],
  ];

  test.each(cases.map(([what, path, request, status, code, field]) => ({ what, path, request, status, code, field })))('$what', async ({ path, request, status, code, field }) => {
    const refused = await client.send(path(), request);
    expect({ status: refused.status, body: refused.body as unknown }).toMatchObject({ status, body: { status, code, type: `urn:alongside:problem:${code}` } });
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    if (field !== undefined) expect((refused.body as { errors: { path: string }[] }).errors.map((each) => each.path)).toContain(field);
    if (status === 405) expect(refused.headers.get('allow')).toMatch(/^(GET|POST)/);
    expect(JSON.stringify(refused.body)).not.toContain(secret);
    expect(await app.platform.store.lastPosition()).toBe(written);
  });

  test('what is no HTTP, or has headers beyond measure', async () => {
    const port = Number(new URL(app.url).port);
    const answerTo = (text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        let answer = '';
        const socket = connect(port, '127.0.0.1', () => socket.write(text));
        socket.on('data', (chunk) => (answer += chunk.toString()));
        socket.on('close', () => resolve(answer));
        socket.on('error', reject);
      });
    expect(await answerTo('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*"code":"malformed-request"/);
    expect(await answerTo(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 [^]*"code":"headers-too-large"/);
    expect(await answerTo('POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: abc\r\n\r\n{}')).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('nothing that was sent is in the logs', () => {
    const logs = app.logged.join('');
    expect(app.logged.length).toBeGreaterThan(20);
    expect(logs).not.toContain(secret);
    expect(logs).not.toContain('/api/gardens/7');
    expect(logs).toContain('"route":"/api/gardens/:id/plant-bed"');
  });
});

test('a fault of ours is a 500 that tells its id alone, which the log has too', async () => {
  const broken = await startTestApp({
    contexts: [
      {
        ...gardensContext,
        queries: [
          {
            path: '/api/gardens/broken',
            says: 'Fails.',
            access: { roles: 'public' },
            answer: () => {
              throw new Error(`cannot read ${secret}`);
            },
          },
        ],
      },
    ],
  });
  try {
    const { status, body } = await broken.get('/api/gardens/broken');
    expect(status).toBe(500);
    expect(Object.keys(body as object).sort()).toEqual(['code', 'id', 'status', 'title', 'type']);
    const line = broken.logged.find((each) => each.includes('"fault"'));
    expect(line).toContain((body as { id: string }).id);
    expect(broken.logged.join('')).not.toContain(secret);
  } finally {
    await broken.remove();
  }
});
