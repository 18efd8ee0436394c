import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSealed } from '@alongside/event-sourcing';
import { testUser, type TestClient } from '@alongside/testing/http';
import { overHttp } from '../case-studies/staged.js';
import { playDemo } from '../demo/play.js';
import type { Journey } from '../demo/scenario/journey.js';
import { story } from '../demo/scenario/story.js';
import { countedBack } from '../demo/scenario/timeline.js';
import type { World } from '../demo/world.js';
import { verifyLog } from '../verify-log.js';
import { startWholeSystem, type WholeSystem } from '../whole-system.js';
import { tellEverything, wren } from './everything-told.js';
import { planting, type Planted } from './planted.js';
import { bytesIn, tracesIn } from './traces.js';

// Nothing personal that was sent in stands in the clear in any file, in the logs or in the metrics, at any time; people are found by
// a part of their name all the same, and duplicates by likeness; and whoever is erased is erased everywhere.

let app: WholeSystem;
let dataFolder: string;
let world: World;
let journey: Journey;
let planted: Planted;
const logged: string[] = [];
const reason = 'A word of kanari9999q with the niece.';

const begin = (folder?: string): Promise<WholeSystem> => startWholeSystem({ allInFolder: true, environment: { ALONGSIDE_LOG_LEVEL: 'debug' }, ...(folder !== undefined && { dataFolder: folder }) });
const as = (role: Parameters<typeof testUser>[0], id: string): TestClient => app.as(testUser(role, { organisationId: world.organisation.id, id, sites: 'all' }));
const coordinator = (): TestClient => as('coordinator', world.staff.riverside.id);
const traces = async (): Promise<readonly string[]> => {
  const metrics = (await app.get('/metrics')).body as string;
  return tracesIn(dataFolder, { logs: [...logged, ...app.logged].join('\n'), metrics }, [...planted.canaries(), 'kanari9999q', wren.beforeMeeting['current-medication']]);
};
const found = async (path: string): Promise<readonly Record<string, unknown>[]> => {
  await app.settled();
  return ((await coordinator().get(path)).body as { items: readonly Record<string, unknown>[] }).items;
};

beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'alongside-personal-'));
  app = await begin(dataFolder);
  planted = planting(overHttp(app));
  const setUpToken = (await app.platform.access.setUpLink())?.split('/').at(-1) ?? '';
  const today = app.clock.now().toISOString().slice(0, 10);
  world = await playDemo({ transport: planted.transport, setUpToken, password: 'a-password-of-the-tests' }, today);
  journey = await tellEverything(world, story({ name: 'everything', timeline: countedBack(today, 20) }));
  await app.settled();
  await coordinator().get(`/api/referrals/${journey.id}`, { 'access-reason': reason });
});
afterAll(async () => {
  await app.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

it('looks for what was sent, and can find it', async () => {
  expect(planted.canaries().length).toBeGreaterThan(300);
  expect(bytesIn(dataFolder)).toBeGreaterThan(1_000_000);
  for (const form of ['kanari0001q', Buffer.from('..kanari0001q..').toString('base64'), Buffer.from('kanari0001q').toString('hex')]) {
    expect(tracesIn(dataFolder, { logs: `before ${form} after` }, ['kanari0001q'])).toEqual(['logs: kanari0001q']);
  }
});

it('stands in the clear nowhere while the system runs', async () => {
  expect(await traces()).toEqual([]);
});

it('stands in the clear nowhere when it has stopped, nor after it has started again', async () => {
  logged.push(...app.logged);
  await app.stop();
  expect(tracesIn(dataFolder, { logs: logged.join('\n') }, planted.canaries())).toEqual([]);
  app = await begin(dataFolder);
  await app.settled();
  expect(await traces()).toEqual([]);
});

it('is not told in errors', async () => {
  const { body } = await coordinator().post(`/api/referrals/${journey.id}/amend-form`, { form: { 'date-of-birth': 'kanari0001q', 'kanari0001q name': 'kanari0001q' } });
  expect(JSON.stringify(body)).toContain('form');
  expect(JSON.stringify(body)).not.toContain('kanari0001q');
});

it('finds people by a part of their name, and duplicates by likeness', async () => {
  expect(await found('/api/referrals?search=olders')).toMatchObject([{ id: journey.id }]);
  expect(await found('/api/referrals?search=wrenn')).toMatchObject([{ id: journey.id }]);
  expect(await found('/api/referrals?search=ldershaw')).toEqual([]);
  const again = await receiveAgain();
  const { body } = await coordinator().get(`/api/referrals/${again.id}/duplicates`);
  expect(body.items).toMatchObject([{ personId: journey.personId, journeys: [{ journeyId: journey.id }] }]);
  expect((await coordinator().post(`/api/referrals/${again.id}/link-to-person`, { personId: journey.personId })).status).toBe(200);
  expect((await coordinator().post(`/api/referrals/${again.id}/withdraw-referral`, {})).status).toBe(200);
});

describe('a person who is erased', () => {
  interface Counted {
    readonly journeys: number;
    readonly bySite: readonly { readonly journeys: number | null }[];
  }
  let before: { readonly counts: Counted; readonly entries: readonly Record<string, unknown>[] };
  const auditor = () => as('auditor', world.staff.auditor.id);
  const counts = async (): Promise<Counted> => {
    await app.settled();
    const { journeys, bySite } = (await as('analyst', world.staff.analyst.id).get('/api/overview')).body as Counted;
    return { journeys, bySite: bySite.map((each) => ({ journeys: each.journeys })) };
  };
  const erasing = (more: object = {}) => as('administrator', world.organisation.administrator.id).post(`/api/referrals/${journey.id}/erase-person`, { reason: 'asked-by-person', confirmation: 'erase', ...more });
  const timelineOf = async () => {
    await app.settled();
    const entries: Record<string, unknown>[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const { body } = await auditor().get(`/api/journeys/${journey.id}/timeline?limit=100${next === '' ? '' : `&cursor=${next}`}`);
      entries.push(...(body.items as Record<string, unknown>[]));
      next = body.next as string | undefined;
    }
    return entries;
  };

  it('waits for an open safeguarding concern, unless an administrator says why not', async () => {
    before = { entries: await timelineOf(), counts: await counts() };
    expect((await erasing({ confirmation: 'yes' })).status).toBe(422);
    expect((await erasing()).body).toMatchObject({ rule: 'open-safeguarding-concern' });
    expect((await coordinator().post(`/api/referrals/${journey.id}/erase-person`, { reason: 'asked-by-person', confirmation: 'erase' })).status).toBe(403);
    expect((await erasing({ overrideReason: 'legal-advice' })).status).toBe(200);
  });

  it('has no key any more, and every field of theirs reads erased', async () => {
    const { keys } = app.platform.personal;
    expect((await keys.find([`mentee-${journey.id}`])).get(`mentee-${journey.id}`)).toBe('erased');
    const streams = ['referral', 'assessment', 'matching', 'support', 'evaluation'].map((category) => `${category}-${journey.id}`);
    const events = (await Promise.all(streams.map((stream) => app.platform.store.readStream(stream)))).flat();
    const sealed = events.flatMap(({ data }) => sealedIn(data));
    expect(sealed.length).toBeGreaterThan(60);
    // What the supporter is, and what referrer and staff are called, is not the person's.
    const opened = (await app.platform.personal.open(sealed)) as readonly unknown[];
    expect(opened.filter((each) => each === 'erased').length).toBeGreaterThan(60);
    expect(JSON.stringify(opened)).not.toMatch(/Wrenna|Oldershaw|Nettlefold|weir/i);
    const { body } = await coordinator().get(`/api/referrals/${journey.id}`);
    expect(body.erased).toBe(true);
    expect(JSON.stringify(body)).not.toMatch(/Wrenna|Oldershaw|Nettlefold/i);
    expect(JSON.stringify(body)).toContain('erased');
  });

  it('leaves a history that still reads, with what happened and without who it was', async () => {
    const entries = await timelineOf();
    expect(entries.slice(0, before.entries.length).map((each) => each['type'])).toEqual(before.entries.map((each) => each['type']));
    expect(entries.map((each) => each['type'])).toContain('PersonErased');
    // Staff, supporters that were considered, and who referred are people of their own.
    const ofOthers = new Set(['best', 'referrer']);
    const told = (of: readonly Record<string, unknown>[]): string => JSON.stringify(of.map((each) => each['data']), (key, value: unknown) => (ofOthers.has(key) ? undefined : value));
    expect(planted.canaries().filter((canary) => told(before.entries).includes(canary)).length).toBeGreaterThan(60);
    expect(planted.canaries().filter((canary) => told(entries).includes(canary))).toEqual([]);
    expect(told(entries)).toContain('erased');
    expect(await traces()).toEqual([]);
  });

  it('leaves a log that is whole, and read models that equal a rebuild', async () => {
    await app.settled();
    const { store, catalogue, personal, projections } = app.platform;
    const faults: unknown[] = [];
    const verified = await verifyLog({ store, catalogue, personal, onFault: (fault) => faults.push(fault) });
    expect(faults).toEqual([]);
    expect(verified.sealed.erased).toBeGreaterThan(40);
    expect(verified.sealed.corrupt).toBe(0);
    expect(await projections.compare()).toEqual([]);
    await projections.rebuild();
    expect(await traces()).toEqual([]);
  });

  it('is counted as before', async () => {
    const after = await counts();
    expect(after).toEqual(before.counts);
    expect(after.journeys).toBeGreaterThan(20);
  });

  it('can come anew, as somebody who was never there', async () => {
    expect(await found('/api/referrals?search=olders')).toEqual([]);
    const anew = await receiveAgain();
    expect((await coordinator().get(`/api/referrals/${anew.id}/duplicates`)).body.items).toEqual([]);
    expect(await found('/api/referrals?search=olders')).toMatchObject([{ id: anew.id }]);
    expect(anew.personId).not.toBe(journey.personId);
    expect(await traces()).toEqual([]);
  });
});

async function receiveAgain(): Promise<{ readonly id: string; readonly personId: string }> {
  const { body, status } = await coordinator().post('/api/referrals/receive-referral', {
    purpose: 'peer-support',
    source: 'self',
    channel: 'telephone',
    siteId: world.sites.riverside,
    form: { name: 'Wrenna Oldershaw', telephone: wren.form.telephone },
    consent: { toBeReferred: true },
  });
  expect(status).toBe(201);
  await app.settled();
  return { id: body.journeyId as string, personId: body.personId as string };
}

/** Every sealed value within a value, at any depth. */
function sealedIn(value: unknown): readonly unknown[] {
  if (isSealed(value)) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(sealedIn);
}
