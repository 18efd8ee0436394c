import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { configurationFrom, openPlatform, type Platform } from '@alongside/service';
import { contexts } from '@alongside/system';
import { describeWith, freePort, ownFerretDb, type OwnServer } from '@alongside/testing';
import { ownAddresses, prepareServices, removeTopics, type ServiceProcess, type Services } from '../../../../tools/servers/services.mjs';

const root = join(import.meta.dirname, '..', '..', '..', '..');

interface NotReady {
  readonly missing: readonly string[];
  readonly why?: readonly { readonly name: string; readonly variable: string; readonly why: string }[];
}

/** Milliseconds, for whatever may take its time on a busy machine. */
const patience = 60_000;
/** In which another replica has taken over from one that was killed. */
const handedOverWithin = 10_000;

async function within(what: string, milliseconds: number, holds: () => Promise<boolean>): Promise<number> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > milliseconds) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await pause(50);
  }
  return performance.now() - began;
}

const missingAt = async (service: ServiceProcess): Promise<NotReady | undefined> => {
  const answer = await service.readiness();
  return answer?.status === 503 ? (answer.body as NotReady) : undefined;
};
const lacks = (service: ServiceProcess, ...names: readonly string[]): Promise<number> =>
  within(`${service.name} lacks ${names.join(', ')}`, patience, async () => {
    const missing = (await missingAt(service))?.missing ?? [];
    return missing.length === names.length && names.every((each) => missing.includes(each));
  });

describeWith('kafka', 'services as processes of their own, one of them twice', (kafka) => {
  let folder: string;
  let addresses: ReturnType<typeof ownAddresses>;
  let database: OwnServer;
  let system: Services;
  let one: ServiceProcess;
  let two: ServiceProcess;
  let referrals: ServiceProcess;
  let platform: Platform | undefined;
  let organisationId: string;
  let sites = 0;

  beforeAll(async () => {
    expect(spawnSync(process.execPath, [join(root, 'tools', 'build.mjs')]).status).toBe(0);
    folder = mkdtempSync(join(tmpdir(), 'alongside-services-'));
    mkdirSync(join(folder, 'log'));
    const port = await freePort();
    addresses = ownAddresses({ kafka, mongodb: `mongodb://127.0.0.1:${port}` });
    system = await prepareServices({
      folder,
      eventStore: `sqlite:${join(folder, 'log', 'events.sqlite')}`,
      ...addresses,
      replicas: { organisations: 2, referrals: 1, assessment: 0, matching: 0, supervision: 0, evaluation: 0, journeys: 1 },
      gateways: 0,
      settings: { ALONGSIDE_SERVICES: '' },
    });
    [one, two, referrals] = [system.one('organisations', 1), system.one('organisations', 2), system.one('referrals')];
    await system.start(0);
    await lacks(one, 'read-models', 'keys', 'accounts', 'messages');
    database = await ownFerretDb(join(folder, 'database'), port);
  });
  afterAll(async () => {
    await platform?.close();
    await system?.stop();
    await database?.stop();
    await removeTopics(addresses);
    rmSync(folder, { recursive: true, force: true });
  });

  const tokenOf = async (): Promise<string> => {
    const user = { id: randomUUID(), organisationId, grants: [{ role: 'administrator', sites: 'all' }, { role: 'coordinator', sites: 'all' }] } as const;
    return ((await platform?.access.tokens.issue({ ...user, sessionId: randomUUID() })) ?? { token: '' }).token;
  };
  const ask = async (service: ServiceProcess, path: string, body?: object) => {
    const answer = await fetch(`${service.url}${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...(organisationId !== undefined && { authorization: `Bearer ${await tokenOf()}` }) },
    });
    return { status: answer.status, body: (await answer.json()) as { readonly id: string; readonly siteId: string; readonly position: string; readonly items: readonly unknown[]; readonly code?: string } };
  };
  const openSite = (at: ServiceProcess) => ask(at, `/api/organisations/${organisationId}/open-site`, { name: `Site ${(sites += 1)}`, calendar: { timeZone: 'Europe/London', workingDays: ['monday'], holidays: [] } });
  const sitesAt = (at: ServiceProcess, after: string) => ask(at, `/api/organisations/${organisationId}/sites?after=${after}`);
  /** Whether this replica keeps the read models: the others do not tell of them. */
  const leads = async ({ url }: ServiceProcess): Promise<boolean> => /^alongside_projection_lag_seconds\{/m.test(await (await fetch(`${url}/metrics`)).text());

  it('come up by themselves, whatever comes when, and say meanwhile what is missing', async () => {
    await Promise.all([one, two, referrals].map((each) => lacks(each, 'messages')));
    expect((await missingAt(referrals))?.why?.find(({ name }) => name === 'messages')).toMatchObject({ variable: 'ALONGSIDE_MESSAGES', why: expect.stringMatching(/^topic \S+ is missing: run alongside setup$/) });
    expect(await ask(one, '/api/organisations/anything')).toMatchObject({ status: 503, body: { code: 'starting' } });
    expect((await fetch(`${one.url}/health/started`)).status).toBe(503);
    await system.setUp('--partitions', '2');
    await system.ready();
    // Each change was told once.
    expect(one.said().match(/ALONGSIDE_MESSAGES: is there/g)).toHaveLength(1);
  });

  it('hear of each other: a reaction crosses', async () => {
    platform = await openPlatform(configurationFrom(system.settings), contexts);
    const token = (await platform.access.setUpLink())?.split('/').at(-1);
    const registered = await ask(two, '/api/organisations/register-organisation', { setUpToken: token, name: 'Northbank', administrator: { name: 'Noor Castle', email: 'noor.castle@example.org' } });
    expect(registered.status).toBe(201);
    organisationId = registered.body.id;
    expect((await openSite(one)).status).toBe(200);
    const { store } = platform;
    await within('referrals keeps what organisations said', patience, async () => (await store.readStream(`settings-referrals-${organisationId}`)).length > 0);
  });

  it('show what was written at one replica at the other, whichever keeps the read models', async () => {
    expect([await leads(one), await leads(two)].filter(Boolean)).toHaveLength(1);
    for (const [writer, reader] of [[one, two], [two, one]] as const) {
      const { status, body } = await openSite(writer);
      expect(status).toBe(200);
      const seen = await sitesAt(reader, body.position);
      expect({ status: seen.status, sites: seen.body.items.length }).toEqual({ status: 200, sites });
    }
  });

  it('hand over within ten seconds when the one that keeps the read models is killed', async () => {
    const [leader, other] = (await leads(one)) ? [one, two] : [two, one];
    await leader.kill();
    const killed = performance.now();
    const { body } = await openSite(other);
    await within('the other one keeps them', handedOverWithin, async () => (await sitesAt(other, body.position)).status === 200);
    expect(performance.now() - killed).toBeLessThan(handedOverWithin);
    await leader.start();
    await leader.ready();
    expect((await sitesAt(leader, body.position)).status).toBe(200);
    expect([await leads(one), await leads(two)].filter(Boolean)).toHaveLength(1);
  });

  it('are not ready while the database is away, say so, stay where requests come to, and go on when it is back', async () => {
    await database.kill();
    await lacks(one, 'read-models', 'keys', 'accounts');
    expect((await missingAt(one))?.why?.[0]?.why).toMatch(/127\.0\.0\.1:\d+ cannot be reached/);
    for (const path of ['/health/live', '/health/started']) expect((await fetch(`${one.url}${path}`)).status).toBe(200);
    expect((await ask(one, `/api/organisations/${organisationId}/sites`)).status).toBe(503);
    expect(await (await fetch(`${one.url}/metrics`)).text()).toContain('alongside_dependency_missing{dependency="read-models"} 1');
    await database.start();
    await system.ready();
    const { status, body } = await openSite(one);
    expect(status).toBe(200);
    await within('both show it', patience, async () => (await sitesAt(two, body.position)).status === 200);
  });

  it('and the command line works beside them', async () => {
    for (const words of [['verify'], ['rebuild', '--read-model', 'organisations.sites'], ['parked', 'list'], ['dead-letters', 'list'], ['republish', '--consumer', 'referrals'], ['setup', '--partitions', '2'], ['setup']]) {
      expect({ words, ...(await system.alongside(...words)) }).toMatchObject({ words, code: 0 });
    }
  });

  it('which exports a journey, and has a person erased by the service whose person it is', async () => {
    const { body: site } = await openSite(one);
    const referral = {
      siteId: site.siteId,
      purpose: 'peer-support',
      source: 'self',
      channel: 'telephone',
      form: { name: 'Robin Kestrelwood', telephone: '07700 900123' },
      consent: { toBeReferred: true },
      safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'] },
    };
    let journeyId = '';
    await within('referrals has heard of the site', patience, async () => {
      const { status, body } = await ask(referrals, '/api/referrals/receive-referral', referral);
      journeyId = body.id;
      return status === 201;
    });
    const { output } = await system.alongside('export-journey', journeyId);
    expect(output).toContain('Robin Kestrelwood');
    expect(await system.alongside('erase-person', journeyId, '--reason', 'asked-by-person', '--yes')).toMatchObject({ code: 0, output: expect.stringMatching(/is erased: \d+ keys? (is|are) gone for good/) });
    expect((await system.alongside('export-journey', journeyId)).output).not.toContain('Robin Kestrelwood');
    await within('no replica opens it any more', patience, async () => !JSON.stringify((await ask(referrals, `/api/referrals/${journeyId}`)).body).includes('Robin'));
  });
});
