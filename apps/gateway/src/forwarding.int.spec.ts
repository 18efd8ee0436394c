import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { allAt, startFakeService, startTestGateway, type FakeService, type TestGateway } from './front.fixture.js';

const id = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const accept = `/api/referrals/${id}/accept-referral`;
const json = { 'content-type': 'application/json' };

let referrals: FakeService;
let others: FakeService;
let gateway: TestGateway;

beforeAll(async () => {
  [referrals, others] = await Promise.all([startFakeService(), startFakeService()]);
  gateway = await startTestGateway(allAt(others.url, { referrals: referrals.url }), { ALONGSIDE_SERVICE_TIMEOUT: '400', ALONGSIDE_WAIT_FOR_VIEW: '300' });
});
afterAll(async () => {
  await gateway.remove();
  await Promise.all([referrals.stop(), others.stop()]);
});
beforeEach(() => {
  for (const each of [referrals, others]) each.answer((_request, reply) => void reply.setHeader('content-type', 'application/json').end('{"id":"1"}'));
});

const send = async (path: string, request: RequestInit = {}, at = gateway): Promise<{ status: number; headers: Headers; body: unknown }> => {
  const answer = await fetch(at.url + path, { redirect: 'manual', ...request });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text };
};
const post = (path: string, headers: Record<string, string> = {}): ReturnType<typeof send> => send(path, { method: 'POST', headers: { ...json, ...headers }, body: '{}' });
const last = () => {
  const request = referrals.told.at(-1);
  if (!request) throw new Error('nothing was asked');
  return request;
};

describe('a request', () => {
  test('goes to the service whose context declares its path, as it came', async () => {
    const body = '{"occurredAt":"2026-03-01T09:00:00Z",  "note":"Zoë",  "huge":1e999}';
    await send(`${accept}?a=%2F..%2e&b=1`, { method: 'POST', headers: json, body });
    expect(last()).toMatchObject({ method: 'POST', path: `${accept}?a=%2F..%2e&b=1`, body: Buffer.from(body).toString('latin1') });
    const before = referrals.told.length;
    await send('/api/supporters');
    expect(others.told.at(-1)?.path).toBe('/api/supporters');
    expect(referrals.told).toHaveLength(before);
  });

  test('carries what the service has to know, and nothing of its own connection', async () => {
    await post(accept, {
      'if-match': '"3"',
      'idempotency-key': 'b7e1c0de-7',
      'access-reason': Buffer.from('Zoë asked').toString('latin1'),
      authorization: 'Bearer none',
      'x-correlation-id': 'desk-1',
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
      'x-real-ip': '203.0.113.9',
      te: 'trailers',
    });
    const { headers } = last();
    expect(headers).toMatchObject({
      'if-match': '"3"',
      'idempotency-key': 'b7e1c0de-7',
      authorization: 'Bearer none',
      'x-correlation-id': 'desk-1',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': new URL(gateway.url).host,
      'content-length': '2',
    });
    expect(Buffer.from(String(headers['access-reason']), 'latin1').toString()).toBe('Zoë asked');
    for (const gone of ['forwarded', 'x-real-ip', 'te', 'transfer-encoding']) expect(headers).not.toHaveProperty(gone);
  });

  test('has a correlation id, also when it came without one, which the answer tells', async () => {
    const { headers } = await post(accept);
    expect(last().headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-correlation-id')).toBe(last().headers['x-correlation-id']);
  });

  test('without a body is sent without one', async () => {
    await send(accept, { method: 'POST' });
    expect(last()).toMatchObject({ body: '', headers: { 'content-length': '0' } });
  });

  test('that is too large, of another type, unreadable, or for nobody never gets to a service', async () => {
    const before = referrals.told.length + others.told.length;
    expect(await send(accept, { method: 'POST', headers: json, body: JSON.stringify({ note: 'x'.repeat(1_100_000) }) })).toMatchObject({ status: 413, body: { code: 'body-too-large' } });
    expect(await send(accept, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' })).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
    expect(await send(accept, { method: 'POST', headers: json, body: '{' })).toMatchObject({ status: 400, body: { code: 'malformed-json' } });
    expect(await send(accept)).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } });
    expect(await send('/api/nobody')).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(referrals.told.length + others.told.length).toBe(before);
  });
});

describe('an answer', () => {
  test('comes as the service gave it', async () => {
    referrals.answer((_request, reply) => {
      reply.writeHead(412, { 'content-type': 'application/problem+json; charset=utf-8', etag: '"7"', 'retry-after': '3', location: '/api/referrals/1', 'x-own': 'a', connection: 'keep-alive, x-hop', 'x-hop': 'gone' });
      reply.end('{"code":"changed-meanwhile"}');
    });
    const { status, headers, body } = await post(accept);
    expect({ status, body }).toEqual({ status: 412, body: { code: 'changed-meanwhile' } });
    expect(Object.fromEntries(headers)).toMatchObject({ 'content-type': 'application/problem+json; charset=utf-8', etag: '"7"', 'retry-after': '3', location: '/api/referrals/1', 'x-own': 'a' });
    expect(headers.has('x-hop')).toBe(false);
  });

  test('of several megabytes arrives whole', async () => {
    const long = JSON.stringify({ items: Array.from({ length: 200_000 }, (_, index) => `item ${index}`) });
    referrals.answer((_request, reply) => void reply.setHeader('content-type', 'application/json').end(long));
    expect((await send('/api/referrals')).body).toEqual(JSON.parse(long));
  });

  test('without a body has none', async () => {
    referrals.answer((_request, reply) => void reply.writeHead(204).end());
    expect(await send('/api/referrals')).toMatchObject({ status: 204, body: '' });
  });
});

describe('without an answer', () => {
  const problem = (code: string, detail: RegExp) => ({ status: 503, code, type: `urn:alongside:problem:${code}`, title: expect.any(String), service: 'referrals', detail: expect.stringMatching(detail) });

  test('a service that is down is said to be, for its routes alone, and nothing was done', async () => {
    const port = Number(new URL(referrals.url).port);
    await referrals.stop();
    try {
      const refused = await post(accept, { 'idempotency-key': 'once' });
      expect(refused).toMatchObject({ status: 503, body: problem('service-unavailable', /nothing was done/) });
      expect(refused.headers.get('retry-after')).toBe('2');
      expect(refused.headers.get('content-type')).toContain('application/problem+json');
      expect((await send('/api/supporters')).status).toBe(200);
      expect((await send('/health/started')).status).toBe(200);
      expect((await send('/health/ready')).status).toBe(200);
      expect(gateway.logged.some((line) => line.includes('"no answer of a service"') && line.includes('ECONNREFUSED') && line.includes('traceId'))).toBe(true);
    } finally {
      referrals = await startFakeService(port);
    }
    expect((await post(accept)).status).toBe(200);
  });

  test('a command that does not come back in time may have been done: it is said, and not sent twice', async () => {
    referrals.answer(() => undefined);
    const before = referrals.told.length;
    const [withKey, without, asked] = await Promise.all([post(accept, { 'idempotency-key': 'once' }), post(accept), send('/api/referrals')]);
    expect(withKey).toMatchObject({ status: 503, body: problem('service-timeout', /same Idempotency-Key/) });
    expect(without).toMatchObject({ status: 503, body: problem('service-timeout', /without an Idempotency-Key/) });
    expect(asked).toMatchObject({ status: 503, body: problem('service-timeout', /Nothing was changed/) });
    expect(withKey.headers.get('retry-after')).toBe('2');
    expect(referrals.told).toHaveLength(before + 3);
  });

  test('a command whose connection breaks may have been done, and is not sent twice', async () => {
    referrals.answer((_request, _reply, socket) => socket.destroy());
    const before = referrals.told.length;
    expect(await post(accept, { 'idempotency-key': 'once' })).toMatchObject({ status: 503, body: problem('service-unavailable', /same Idempotency-Key/) });
    expect(referrals.told).toHaveLength(before + 1);
  });

  test('a question is asked once more where an idle connection turned out to be closed', async () => {
    await send('/api/referrals');
    let breaks = 1;
    referrals.answer((_request, reply, socket) => {
      if (breaks-- > 0) socket.destroy();
      else reply.end('{}');
    });
    expect((await send('/api/referrals')).status).toBe(200);
  });

  test('an answer that breaks off before it was begun is none', async () => {
    referrals.answer((_request, reply, socket) => {
      reply.writeHead(200, { 'content-type': 'application/json', 'content-length': '100', etag: '"1"' }).flushHeaders();
      setImmediate(() => socket.destroy());
    });
    expect(await send('/api/referrals')).toMatchObject({ status: 503, body: problem('service-unavailable', /Nothing was changed/) });
  });

  test('what answers no HTTP is no service', async () => {
    const noise = createServer((socket) => void socket.end('nonsense\r\n\r\n'));
    await new Promise<void>((resolve) => noise.listen(0, '127.0.0.1', resolve));
    const another = await startTestGateway(allAt(others.url, { referrals: `http://127.0.0.1:${(noise.address() as AddressInfo).port}` }));
    try {
      expect(await send('/api/referrals', {}, another)).toMatchObject({ status: 503, body: problem('service-unavailable', /Nothing was changed/) });
    } finally {
      await another.remove();
      noise.close();
    }
  });

  test('is counted', async () => {
    const text = String((await send('/metrics')).body);
    expect(text).toMatch(/alongside_gateway_failures_total\{service="referrals",what="unreachable"\} \d/);
    expect(text).toMatch(/alongside_http_request_seconds_count\{method="POST",route="\/api\/referrals\/:id\/accept-referral",status="503"\}/);
  });
});

describe('a service at several addresses', () => {
  let one: FakeService;
  let two: FakeService;
  let balanced: TestGateway;
  beforeEach(async () => {
    [one, two] = await Promise.all([startFakeService(), startFakeService()]);
    balanced = await startTestGateway(allAt(others.url, { referrals: `${one.url}|${two.url}` }));
  });
  afterEach(async () => {
    await balanced.remove();
    await Promise.all([one.stop(), two.stop()]);
  });
  const command = () => send(accept, { method: 'POST', headers: json, body: '{}' }, balanced);

  test('is asked in turn', async () => {
    for (let times = 0; times < 4; times += 1) await command();
    expect([one.told.length, two.told.length]).toEqual([2, 2]);
  });

  test('is asked where it can be reached, commands too', async () => {
    await one.stop();
    const answers = [await command(), await command(), await command()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(two.told).toHaveLength(3);
  });

  test('is not asked at the other address what the first may have done', async () => {
    one.answer((_request, _reply, socket) => socket.destroy());
    two.answer((_request, _reply, socket) => socket.destroy());
    expect((await command()).status).toBe(503);
    expect(one.told.length + two.told.length).toBe(1);
  });
});
