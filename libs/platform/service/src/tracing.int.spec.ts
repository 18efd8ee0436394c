import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Message } from '@alongside/messaging';
import { currentTrace } from './trace-ids.js';
import { openTracing, tracingOff, type Tracing } from './tracing.js';

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly status: { readonly code?: number };
}

interface Sent {
  readonly resourceSpans: readonly { readonly resource: { readonly attributes: SentSpan['attributes'] }; readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[] }[];
}

const correlationId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const traceId = correlationId.replaceAll('-', '');
const caller = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

const message = {
  id: 'b7e1c0de-0000-4000-8000-000000000001',
  context: 'referrals',
  name: 'ReferralAccepted',
  correlationId,
  data: { note: 'Marigold Fairweather' },
} as unknown as Message;

/** A collector, as far as it matters here. */
let collector: Server;
let bodies: string[];
let headers: Record<string, unknown>[];
let tracing: Tracing;

beforeEach(async () => {
  bodies = [];
  headers = [];
  collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(`${request.url} ${body}`);
      headers.push(request.headers);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  tracing = await openTracing({ endpoint: `http://127.0.0.1:${port}/`, headers: 'x-tenant=alongside,authorization=Basic%20abc' }, 'alongside-matching');
});
afterEach(async () => {
  await tracing.close();
  await new Promise((resolve) => collector.close(resolve));
});

async function sent(): Promise<readonly SentSpan[]> {
  await tracing.close();
  return bodies.flatMap((body) => (JSON.parse(body.slice(body.indexOf(' '))) as Sent).resourceSpans.flatMap((each) => each.scopeSpans.flatMap(({ spans }) => spans)));
}

const attributesOf = (span: SentSpan | undefined): Readonly<Record<string, unknown>> => Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));

describe('with a collector configured', () => {
  test('a request without a trace begins that of its correlation id', async () => {
    const span = tracing.request({ method: 'POST', correlationId, traceparent: undefined });
    span.end({ name: 'POST /api/referrals/:id/accept-referral', attributes: { 'http.route': '/api/referrals/:id/accept-referral', 'http.response.status_code': 200 } });
    expect(span.traceId).toBe(traceId);
    const [only, ...others] = await sent();
    expect(others).toEqual([]);
    expect(only).toMatchObject({ traceId, name: 'POST /api/referrals/:id/accept-referral', kind: 2 });
    expect(only?.parentSpanId ?? '').toBe('');
    expect(span.traceparent).toBe(`00-${traceId}-${only?.spanId}-01`);
    expect(bodies[0]).toMatch(/^\/v1\/traces .*"alongside-matching"/);
    expect(headers[0]).toMatchObject({ 'x-tenant': 'alongside', authorization: 'Basic abc' });
  });

  test("a request with a trace goes on with it, and not where its caller doesn't record", async () => {
    tracing.request({ method: 'GET', correlationId, traceparent: `00-${caller.traceId}-${caller.spanId}-01` }).end();
    tracing.request({ method: 'GET', correlationId, traceparent: `00-${caller.traceId}-${caller.spanId}-00` }).end();
    expect(await sent()).toMatchObject([{ traceId: caller.traceId, parentSpanId: caller.spanId }]);
  });

  test('a message leads from the span that published it to the span of its reaction', async () => {
    const carried: Record<string, string> = {};
    tracing.messages.inject(carried, message);
    let within: string | undefined;
    await tracing.messages.around(carried, message, () =>
      tracing.reaction('matching', 'open-matching', message, async () => {
        within = currentTrace.getStore()?.traceId;
      }),
    );
    expect(within).toBe(traceId);
    const [publish, react] = await sent();
    expect(publish).toMatchObject({ traceId, kind: 4, name: 'publish alongside.referrals.v1' });
    expect(react).toMatchObject({ traceId, parentSpanId: publish?.spanId, kind: 5, name: 'matching/open-matching' });
    expect(attributesOf(react)).toMatchObject({ 'messaging.message.id': message.id, 'alongside.event': 'referrals.ReferralAccepted' });
  });

  test('a reaction to a message without a trace is in that of its correlation id', async () => {
    await tracing.messages.around({}, message, () => tracing.reaction('matching', 'open-matching', message, async () => undefined));
    expect(await sent()).toMatchObject([{ traceId, name: 'matching/open-matching' }]);
  });

  test('a fault is told by its name, and nothing personal is', async () => {
    const fault = Object.assign(new Error('Marigold Fairweather'), { code: 'SQLITE_FULL' });
    await expect(tracing.reaction('matching', 'open-matching', message, () => Promise.reject(fault))).rejects.toBe(fault);
    const [span] = await sent();
    expect(attributesOf(span)).toMatchObject({ 'error.type': 'SQLITE_FULL' });
    expect(span?.status.code).toBe(2);
    expect(bodies.join('')).not.toContain('Marigold');
  });

  test('a collector that is away holds up nothing', async () => {
    await new Promise((resolve) => collector.close(resolve));
    tracing.request({ method: 'GET', correlationId, traceparent: undefined }).end();
    await tracing.close();
    collector = createServer().listen(0);
  });
});

describe('without a collector', () => {
  test('traces have ids, and a trace that came is passed on as it was', async () => {
    expect(tracingOff.request({ method: 'GET', correlationId, traceparent: undefined })).toMatchObject({ traceId, traceparent: undefined });
    const traceparent = `00-${caller.traceId}-${caller.spanId}-01`;
    expect(tracingOff.request({ method: 'GET', correlationId, traceparent })).toMatchObject({ traceId: caller.traceId, traceparent });
    const carried: Record<string, string> = {};
    tracingOff.messages.inject(carried, message);
    expect(carried).toEqual({});
    let within: string | undefined;
    await tracingOff.messages.around(carried, message, async () => {
      within = currentTrace.getStore()?.traceId;
    });
    expect(within).toBe(traceId);
  });
});
