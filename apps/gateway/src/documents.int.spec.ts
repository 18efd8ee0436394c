import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountsFollower, contexts } from '@alongside/system';
import { startTestApp, type TestApp } from '@alongside/testing/http';
import { startTestGateway, type TestGateway } from './front.fixture.js';

interface Described {
  readonly servers: unknown;
  readonly paths: Readonly<Record<string, unknown>>;
}

let whole: TestApp;
/** Each context by itself. */
let services: readonly (readonly [name: string, app: TestApp])[];
let gateway: TestGateway;

beforeAll(async () => {
  whole = await startTestApp({ contexts, followers: (platform) => [accountsFollower(platform)] });
  const started: [string, TestApp][] = [];
  for (const context of contexts) started.push([context.name, await startTestApp({ contexts: [context] })]);
  services = started;
  gateway = await startTestGateway(services.map(([name, app]) => `${name}=${app.url}`).join(','));
});
afterAll(async () => {
  await gateway.remove();
  for (const [, app] of services) await app.remove();
  await whole.remove();
});

const read = async (url: string, path: string): Promise<Described> => (await (await fetch(url + path)).json()) as Described;

describe('the gateway describes all services', () => {
  test('as the whole system describes itself', async () => {
    const [{ servers, ...merged }, { servers: _, ...embedded }] = [await read(gateway.url, '/api/openapi.json'), await read(whole.url, '/api/openapi.json')];
    expect(servers).toEqual([{ url: gateway.url }]);
    expect(Object.keys(merged.paths).length).toBeGreaterThan(100);
    expect(merged).toEqual(embedded);
  });

  test('and their events', async () => {
    expect(await read(gateway.url, '/api/asyncapi.json')).toEqual(await read(whole.url, '/api/asyncapi.json'));
  });

  test('in a page to read, too', async () => {
    expect(await (await fetch(`${gateway.url}/api/docs`)).text()).toContain('swagger-ui');
    expect(await (await fetch(`${gateway.url}/api/docs/swagger-ui-init.js`)).text()).toContain('/api/referrals/receive-referral');
  });

  test('also while one of them is down', async () => {
    const [, matching] = services.find(([name]) => name === 'matching') ?? [];
    await matching?.stop();
    expect((await read(gateway.url, '/api/openapi.json')).paths).toHaveProperty('/api/supporters');
  });

  test('without those that never answered', async () => {
    const later = await startTestGateway(services.map(([name, app]) => `${name}=${app.url}`).join(','));
    try {
      const { paths } = await read(later.url, '/api/openapi.json');
      expect(paths).not.toHaveProperty('/api/supporters');
      expect(paths).toHaveProperty('/api/referrals/receive-referral');
    } finally {
      await later.remove();
    }
  });
});
