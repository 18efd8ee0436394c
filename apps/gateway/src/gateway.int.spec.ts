import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exampleOf, queriesOf } from '@alongside/service';
import { accountsFollower, contexts } from '@alongside/system';
import { startTestApp, testUser, type TestApp } from '@alongside/testing/http';
import { allAt, signingKeys, startTestGateway, type TestGateway } from './front.fixture.js';

const json = { 'content-type': 'application/json' };
const bodyLimit = { ALONGSIDE_BODY_LIMIT: '100000' };

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly service: string;
}

/** A collector, as far as it matters here. */
const bodies: string[] = [];
let collector: Server;
/** The whole system in one process: what the gateway is compared with, and what stands behind it. */
let whole: TestApp;
let gateway: TestGateway;

beforeAll(async () => {
  collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` };
  whole = await startTestApp({
    contexts,
    followers: (platform) => [accountsFollower(platform)],
    environment: { ALONGSIDE_SIGNING_KEYS: signingKeys, ALONGSIDE_TRUST_PROXY: 'yes', ALONGSIDE_PUBLIC_LIMIT: '5/3600', ...bodyLimit, ...traces },
  });
  gateway = await startTestGateway(allAt(whole.url), { ALONGSIDE_TRUST_PROXY: 'yes', ...bodyLimit, ...traces }, whole.clock);
});
afterAll(async () => {
  await gateway.remove();
  await whole.remove();
  await new Promise((resolve) => collector.close(resolve));
});

const send = async (url: string, path: string, request: RequestInit = {}) => {
  const answer = await fetch(url + path, { redirect: 'manual', ...request });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: (text.startsWith('{') ? JSON.parse(text) : text) as Record<string, unknown> };
};

const coordinator = testUser('coordinator', { sites: 'all' });
const tokenOf = async (user = coordinator): Promise<string> => (await whole.platform.access.tokens.issue({ ...user, sessionId: 'a session' })).token;

describe('what is refused is refused alike through the gateway', () => {
  const receive = '/api/referrals/receive-referral';
  const cases: readonly (readonly [what: string, path: string, request: RequestInit])[] = [
    ['whoever may not', '/api/organisations', {}],
    ['a token that is none', '/api/supporters', { headers: { authorization: 'Bearer nonsense' } }],
    ['no body', receive, { method: 'POST' }],
    ['an empty body that says it is JSON', receive, { method: 'POST', headers: json, body: '' }],
    ['malformed JSON', receive, { method: 'POST', headers: json, body: '{"name": ' }],
    ['a broken character', receive, { method: 'POST', headers: json, body: Buffer.from([0x22, 0xc3, 0x28, 0x22]) }],
    ['a list', receive, { method: 'POST', headers: json, body: '[]' }],
    ['fields that nobody knows', receive, { method: 'POST', headers: json, body: '{"colour":"red","huge":1e999}' }],
    ['a body over the limit', receive, { method: 'POST', headers: json, body: JSON.stringify({ note: 'x'.repeat(100_001) }) }],
    ['a body of a form', receive, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=b' }],
    ['a body of plain text', receive, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }],
    ['a body without a type', receive, { method: 'POST', body: Buffer.from('{}') }],
    ['an address that nobody serves', '/api/gardens', {}],
    ['an address that nobody serves, with a body', '/api/gardens', { method: 'POST', headers: json, body: '{}' }],
    ['an address outside /api', '/etc/passwd', {}],
    ['PUT of a command', receive, { method: 'PUT', headers: json, body: '{}' }],
    ['DELETE of a query', '/api/supporters', { method: 'DELETE' }],
    ['OPTIONS of a query', '/api/supporters', { method: 'OPTIONS' }],
    ['HEAD of a query', '/api/supporters', { method: 'HEAD' }],
    ['PATCH of the session', '/api/session', { method: 'PATCH' }],
    ['an address that cannot be decoded', '/api/referrals/%E0%A4%A', {}],
    ['an address beyond measure', `/api/referrals/${'a'.repeat(600)}`, {}],
    ['an id that is none', '/api/referrals/7/accept-referral', { method: 'POST', headers: json, body: '{}' }],
    ['steps out of the way', '/api/referrals/%2e%2e/accept-referral', { method: 'POST', headers: json, body: '{}' }],
    ['a wrong Idempotency-Key', receive, { method: 'POST', headers: { ...json, 'idempotency-key': 'x'.repeat(201) }, body: '{}' }],
    ['a query parameter that is none', '/api/supporters?limit=1000', {}],
    ['a trailing slash', '/api/supporters/', {}],
    ['capital letters', '/API/SUPPORTERS', {}],
  ];
  test.each(cases.flatMap(([what, path, request]) => [false, true].map((signedIn) => ({ what, path, request, signedIn, who: signedIn ? 'somebody' : 'nobody' }))))('$what, by $who', async ({ path, request, signedIn }) => {
    const headers = { ...(signedIn && { authorization: `Bearer ${await tokenOf()}` }), ...(request.headers as Record<string, string>) };
    const [direct, through] = [await send(whole.url, path, { ...request, headers }), await send(gateway.url, path, { ...request, headers })];
    const shapeOf = ({ status, headers: told, body }: typeof direct) => ({
      status,
      type: told.get('content-type'),
      allow: told.get('allow'),
      retryAfter: told.get('retry-after'),
      authenticate: told.get('www-authenticate'),
      cache: told.get('cache-control'),
      body,
    });
    expect(shapeOf(through)).toEqual(shapeOf(direct));
    expect(direct.status).toBeGreaterThanOrEqual(400);
  });
});

describe('through the gateway', () => {
  test('somebody signs in, and what they do is answered as by the service itself', async () => {
    const administrator = { id: 'ad000000-0000-4000-8000-00000000000a', organisationId: coordinator.organisationId, grants: [{ role: 'coordinator' as const, sites: 'all' as const }] };
    const { access } = gateway.application.platform;
    await access.accounts.put({ ...administrator, email: 'robin.marlow@example.org', status: 'active', sourceRevision: 1 });
    const link = new URL(access.invitationLink(administrator.id, whole.clock.now().toISOString())).pathname;
    expect((await send(gateway.url, link, { method: 'POST', headers: json, body: '{"password":"a long and quiet walk"}' })).status).toBe(200);
    const { body } = await send(gateway.url, '/api/session', { method: 'POST', headers: json, body: '{"email":"robin.marlow@example.org","password":"a long and quiet walk"}' });
    expect(await send(gateway.url, '/api/supporters', { headers: { authorization: `Bearer ${String(body['token'])}` } })).toMatchObject({ status: 200, body: { items: [] } });
    expect(gateway.logged.some((line) => line.includes(`"route":"/api/supporters"`) && line.includes(administrator.id))).toBe(true);
  });

  test('services count the address of whoever asks, and not that of the gateway', async () => {
    const open = contexts.flatMap(queriesOf).find(({ roles }) => roles === 'public');
    const path = (open?.path ?? '').replaceAll(/:\w+/g, 'made-up');
    const statusFrom = async (address: string) => (await send(gateway.url, path, { headers: { 'x-forwarded-for': address } })).status;
    const statuses = [];
    for (let times = 0; times < 6; times += 1) statuses.push(await statusFrom('203.0.113.1'));
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.slice(0, -1)).not.toContain(429);
    expect(await statusFrom('203.0.113.2')).not.toBe(429);
  });

  test('a command is done once however often it is sent, and its trace leads from the gateway over the log to the reactions', async () => {
    const token = new URL((await whole.platform.access.setUpLink()) ?? '').pathname.split('/').at(-1) ?? '';
    const route = contexts.flatMap(({ commands }) => commands).find(({ name }) => name === 'register-organisation');
    const { occurredAt: _, ...example } = exampleOf(route?.body as never) as Readonly<Record<string, unknown>>;
    const body = JSON.stringify({ ...example, setUpToken: token });
    const register = () => send(gateway.url, '/api/organisations/register-organisation', { method: 'POST', headers: { ...json, 'idempotency-key': 'first' }, body });
    const first = await register();
    expect(first).toMatchObject({ status: 201, body: { id: expect.any(String), revision: expect.any(Number), position: expect.any(String) } });
    expect(first.headers.get('etag')).toBe(`"${String(first.body['revision'])}"`);
    expect(first.headers.get('location')).toContain(String(first.body['id']));
    const again = await register();
    expect(again).toMatchObject({ status: 201, body: first.body });
    await whole.settled();

    const traceId = String(first.headers.get('x-correlation-id')).replaceAll('-', '');
    await gateway.application.stop();
    await whole.stop();
    const spans = bodies
      .flatMap((each) => (JSON.parse(each) as { resourceSpans: { resource: { attributes: { key: string; value: { stringValue?: string } }[] }; scopeSpans: { spans: Omit<SentSpan, 'service'>[] }[] }[] }).resourceSpans)
      .flatMap(({ resource, scopeSpans }) => scopeSpans.flatMap(({ spans: own }) => own.map((span): SentSpan => ({ ...span, service: resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '' }))))
      .filter((span) => span.traceId === traceId);
    const root = spans.find((span) => span.service === 'alongside-gateway');
    expect(root).toMatchObject({ name: 'POST /api/organisations/register-organisation' });
    expect(spans.find((span) => span.service === 'alongside' && span.parentSpanId === root?.spanId)).toMatchObject({ name: root?.name });
    const reactions = spans.filter(({ name }) => /^\w+\/[\w-]+$/.test(name)).map(({ name }) => name);
    expect(reactions).toContain('access/keep-staff-account');
    // Both sides tell it in their logs, too.
    for (const logged of [gateway.logged, whole.logged]) expect(logged.some((line) => line.includes('register-organisation') && line.includes(traceId))).toBe(true);
    // Names of routes and ids, nothing that was sent.
    expect(bodies.join('')).not.toContain('@');
  });
});
