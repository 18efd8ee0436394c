import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exampleOf } from '@alongside/service';
import { contexts } from '@alongside/system';
import { describeWith } from '@alongside/testing';
import type { Services } from '../../../tools/servers/services.mjs';

const json = { 'content-type': 'application/json' };

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly service: string;
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[] };
    readonly scopeSpans: readonly { readonly spans: readonly Omit<SentSpan, 'service'>[] }[];
  }[];
}

const spansOf = (body: string): readonly SentSpan[] =>
  (JSON.parse(body) as Sent).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service: resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '' }))),
  );

async function eventually<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const until = performance.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error(`not within half a minute: ${what}`);
  }
}

describeWith('kafka', 'services behind the gateway', (kafka) => {
  describeWith('mongodb', 'each in a process of its own', (mongodb) => {
    const spans: SentSpan[] = [];
    let bodies = '';
    let collector: Server;
    let folder: string;
    let system: Services;

    beforeAll(async () => {
      collector = createServer((request, reply) => {
        const parts: Buffer[] = [];
        request.on('data', (part: Buffer) => parts.push(part));
        request.on('end', () => {
          const body = Buffer.concat(parts).toString();
          bodies += body;
          spans.push(...spansOf(body));
          reply.setHeader('content-type', 'application/json').end('{}');
        });
      });
      await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
      folder = mkdtempSync(join(tmpdir(), 'alongside-front-'));
      mkdirSync(join(folder, 'log'));
      const { ownAddresses, startServices } = (await import(new URL('../../../tools/servers/services.mjs', import.meta.url).href)) as typeof import('../../../tools/servers/services.mjs');
      system = await startServices({
        folder,
        eventStore: `sqlite:${join(folder, 'log', 'events.sqlite')}`,
        ...ownAddresses({ kafka, mongodb }),
        settings: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`, OTEL_BSP_SCHEDULE_DELAY: '200', ALONGSIDE_SERVICE_TIMEOUT: '6000' },
      });
    }, 300_000);
    afterAll(async () => {
      await system?.stop();
      await new Promise((resolve) => collector.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    });

    const send = async (path: string, request: RequestInit = {}) => {
      const answer = await fetch(system.url + path, { redirect: 'manual', ...request });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: (text.startsWith('{') ? JSON.parse(text) : text) as Record<string, unknown> };
    };
    let authorization: string;

    test('one trace leads from the gateway over the service, the log and the broker to the reactions of other services', async () => {
      const route = contexts.flatMap(({ commands }) => commands).find(({ name }) => name === 'register-organisation');
      const { occurredAt: _, ...example } = exampleOf(route?.body as never) as Readonly<Record<string, unknown>>;
      const body = JSON.stringify({ ...example, setUpToken: await system.setUpToken() });
      const registered = await send('/api/organisations/register-organisation', { method: 'POST', headers: { ...json, 'idempotency-key': 'first' }, body });
      expect(registered.status).toBe(201);
      const traceId = String(registered.headers.get('x-correlation-id')).replaceAll('-', '');
      const link = new URL(String(registered.body['link'] ?? (registered.body['administrator'] as Record<string, unknown> | undefined)?.['link'])).pathname;

      const inTrace = (): readonly SentSpan[] => spans.filter((span) => span.traceId === traceId);
      const reaction = await eventually('a reaction', () => inTrace().find(({ name }) => name === 'access/keep-staff-account'));
      const named = (id: string | undefined) => eventually('its parent', () => inTrace().find(({ spanId }) => spanId === id));
      expect(reaction.service).toBe('alongside-gateway');
      expect(await named(reaction.parentSpanId)).toMatchObject({ name: 'publish alongside.organisations.v1', service: 'alongside-organisations' });
      const served = await eventually('the service', () => inTrace().find(({ name, service }) => name === 'POST /api/organisations/register-organisation' && service === 'alongside-organisations'));
      expect(await named(served.parentSpanId)).toMatchObject({ name: served.name, service: 'alongside-gateway' });
      await eventually('a reaction of another service', () => inTrace().find(({ name, service }) => name.startsWith('referrals/') && service === 'alongside-referrals'));
      expect(bodies).not.toContain('@');
      expect(system.one('gateway').said()).toContain(`"traceId":"${traceId}"`);

      // The account came over the broker: who was added signs in at the gateway.
      expect((await send(link, { method: 'POST', headers: json, body: '{"password":"a long and quiet walk"}' })).status).toBe(200);
      const email = JSON.stringify(example).match(/[\w.]+@[\w.]+/)?.[0];
      const session = await send('/api/session', { method: 'POST', headers: json, body: JSON.stringify({ email, password: 'a long and quiet walk' }) });
      expect(session.status).toBe(200);
      authorization = `Bearer ${String(session.body['token'])}`;
      expect((await send('/api/organisations', { headers: { authorization } })).status).toBeLessThan(500);
    });

    test('a service that is killed, and one that is paused, is missed for its own routes alone', async () => {
      const matching = system.one('matching');
      await matching.kill();
      expect(await send('/api/supporters', { headers: { authorization } })).toMatchObject({ status: 503, body: { code: 'service-unavailable', service: 'matching' } });
      expect((await send('/api/referrals', { headers: { authorization } })).status).toBe(403);
      await matching.start();
      await matching.ready();
      // It says itself again that it is not for an administrator.
      expect((await send('/api/supporters', { headers: { authorization } })).status).toBe(403);

      const referrals = system.one('referrals');
      referrals.pause();
      try {
        const began = performance.now();
        expect(await send('/api/referrals', { headers: { authorization } })).toMatchObject({ status: 503, body: { code: 'service-timeout', service: 'referrals' } });
        expect(performance.now() - began).toBeLessThan(15_000);
        expect((await send('/api/supporters', { headers: { authorization } })).status).toBe(403);
      } finally {
        referrals.resume();
      }
      await eventually('it answers again', async () => ((await send('/api/referrals', { headers: { authorization } })).status === 403 ? true : undefined));
    });

    test('they describe themselves as one', async () => {
      const described = await eventually('every service', async () => {
        const { body } = await send('/api/openapi.json');
        const paths = Object.keys(body['paths'] as object);
        return paths.length > 100 ? paths : undefined;
      });
      expect(described).toEqual(expect.arrayContaining(['/api/supporters', '/api/referrals/receive-referral', '/api/session/oidc', '/api/asyncapi.json']));
    });
  });
});
