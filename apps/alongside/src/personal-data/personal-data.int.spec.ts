import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealedIn } from '@alongside/event-sourcing';
import { testUser, type TestClient } from '@alongside/testing/http';
import { overHttp } from '../case-studies/staged.js';
import { playDemo } from '../demo/play.js';
import type { Journey } from '../demo/scenario/journey.js';
import { story } from '../demo/scenario/story.js';
import { countedBack } from '../demo/scenario/timeline.js';
import type { World } from '../demo/world.js';
import { verifyLog } from '../verify-log.js';
import { startWholeSystem, type WholeSystem } from '../whole-system.js';
import type { Stage } from '../demo/scenario/cast.js';
import { codedWords, tellEverything, wren } from './everything-told.js';
import { marguerite, odalys, peregrine, tellOfOthers, wordsOfOthers, type Others } from './others-told.js';
import { planting, type Planted } from './planted.js';
import { bytesIn, tracesIn } from './traces.js';

// Nothing personal that was sent in stands in the clear in any file, in the logs or in the metrics, at any time; people are found by
// a part of their name all the same, and duplicates by likeness; and whoever is erased is erased everywhere.

let app: WholeSystem;
let dataFolder: string;
let world: World;
let journey: Journey;
let others: Others;
let planted: Planted;
const logged: string[] = [];
const reason = 'A word of kanari9999q with the niece.';
const password = 'a-password-of-the-tests';

const begin = (folder?: string): Promise<WholeSystem> => startWholeSystem({ allInFolder: true, environment: { ALONGSIDE_LOG_LEVEL: 'debug' }, ...(folder !== undefined && { dataFolder: folder }) });
const as = (role: Parameters<typeof testUser>[0], id: string): TestClient => app.as(testUser(role, { organisationId: world.organisation.id, id, sites: 'all' }));
const coordinator = (): TestClient => as('coordinator', world.staff.riverside.id);
const traces = async (): Promise<readonly string[]> => {
  const metrics = (await app.get('/metrics')).body as string;
  return tracesIn(dataFolder, { logs: [...logged, ...app.logged].join('\n'), metrics }, [...planted.canaries(), 'kanari9999q', wren.beforeMeeting['current-medication'], ...codedWords]);
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
  const stage: Stage = { transport: planted.transport, setUpToken, password };
  world = await playDemo(stage, today);
  journey = await tellEverything(world, story({ name: 'everything', timeline: countedBack(today, 20) }));
  others = await tellOfOthers(stage, world, story({ name: 'others', timeline: countedBack(today, 20) }));
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

it('looks for single words in which somebody was told of, too', () => {
  for (const word of codedWords) expect(planted.words()).toContain(word);
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

describe('a supporter, somebody on the staff and those who refer, once they are erased', () => {
  const administrator = (): TestClient => as('administrator', world.organisation.administrator.id);
  const organisation = (): string => `/api/organisations/${world.organisation.id}`;
  const erasure = { reason: 'asked-by-person', confirmation: 'erase' };
  const signIn = async (email: string): Promise<number> => (await app.post('/api/session', { email, password })).status;
  const subjects = (): readonly string[] => [`supporter-${others.supporter.id}`, `staff-${others.member.id}`, `referrer-${others.member.id}`, `staff-${others.referrer.id}`, `referrer-${others.referrer.id}`];
  const counted = async () => {
    await app.settled();
    const count = async (client: TestClient, path: string): Promise<number> => ((await client.get(`${path}${path.includes('?') ? '&' : '?'}limit=100`)).body as { items: unknown[] }).items.length;
    return {
      journeys: ((await as('analyst', world.staff.analyst.id).get('/api/overview')).body as { journeys: number }).journeys,
      referrals: await count(coordinator(), '/api/referrals'),
      supporters: await count(coordinator(), '/api/supporters'),
      staff: await count(administrator(), `${organisation()}/staff`),
      improvements: await count(coordinator(), '/api/evaluation/improvements'),
    };
  };
  let before: Awaited<ReturnType<typeof counted>>;

  it('are found and can sign in until then', async () => {
    for (const { email } of [odalys, peregrine, marguerite]) expect(await signIn(email)).toBe(200);
    expect(await found('/api/supporters?search=odal')).toMatchObject([{ id: others.supporter.id }]);
    expect(((await administrator().get(`${organisation()}/staff?search=peregr`)).body as { items: unknown[] }).items).toHaveLength(1);
  });

  it('have to leave first, and are erased by an administrator', async () => {
    expect((await administrator().post(`/api/supporters/${others.supporter.id}/erase-supporter`, erasure)).body).toMatchObject({ rule: 'not-retired' });
    expect((await coordinator().post(`/api/supporters/${others.supporter.id}/retire-supporter`, { reason: 'Goes to cast bells.' })).status).toBe(200);
    for (const { id: staffId } of [others.member, others.referrer]) {
      expect((await administrator().post(`${organisation()}/erase-staff-member`, { ...erasure, staffId })).body).toMatchObject({ rule: 'not-removed' });
      expect((await administrator().post(`${organisation()}/remove-staff-member`, { staffId })).status).toBe(200);
    }
    before = await counted();
    expect((await administrator().post(`/api/supporters/${others.supporter.id}/erase-supporter`, erasure)).status).toBe(200);
    for (const { id: staffId } of [others.member, others.referrer]) expect((await administrator().post(`${organisation()}/erase-staff-member`, { ...erasure, staffId })).status).toBe(200);
    for (const journeyId of [others.sent.named, others.sent.byLetter[0]]) expect((await administrator().post(`/api/referrals/${journeyId}/erase-referrer`, erasure)).status).toBe(200);
    expect((await administrator().post(`/api/referrals/${others.sent.byLetter[1]}/erase-referrer`, erasure)).status).toBe(200);
  });

  it('have no key any more, in whatever stream something of theirs stands', async () => {
    await app.settled();
    const keys = await app.platform.personal.keys.find(subjects());
    expect([...keys.values()]).toEqual(subjects().map(() => 'erased'));
    const theirs: unknown[] = [];
    const everything: unknown[] = [];
    for await (const { data } of app.platform.store.readAll()) {
      const sealed = sealedIn(data);
      theirs.push(...sealed.filter(({ $sealed: [, subject] }) => subjects().includes(subject)));
      everything.push(await app.platform.personal.open(data));
    }
    expect(theirs.length).toBeGreaterThan(40);
    expect(new Set((await app.platform.personal.open(theirs)) as readonly unknown[])).toEqual(new Set(['erased']));
    expect(everything.filter((each) => wordsOfOthers.test(JSON.stringify(each)))).toEqual([]);
  });

  it('cannot sign in, are found by nobody, and lists read erased', async () => {
    for (const { email } of [odalys, peregrine, marguerite]) expect(await signIn(email)).toBe(401);
    for (const search of ['odal', 'treml']) expect(await found(`/api/supporters?search=${search}`)).toEqual([]);
    for (const search of ['peregr', 'marguer']) expect(((await administrator().get(`${organisation()}/staff?search=${search}`)).body as { items: unknown[] }).items).toEqual([]);
    expect(await found('/api/supporters?status=retired')).toContainEqual(expect.objectContaining({ id: others.supporter.id, name: 'erased' }));
    const { items } = (await administrator().get(`${organisation()}/staff?status=removed`)).body as { items: Record<string, unknown>[] };
    for (const { id } of [others.member, others.referrer]) expect(items).toContainEqual(expect.objectContaining({ id, name: 'erased', email: 'erased' }));
    for (const id of [others.sent.byReferrer, others.sent.named, ...others.sent.byLetter]) {
      const { referrer } = (await coordinator().get(`/api/referrals/${id}`)).body as { referrer: Record<string, unknown> };
      expect(referrer).toMatchObject({ name: 'erased', agency: 'erased', contact: 'erased' });
    }
    // Whoever they referred is there as before.
    expect(await found('/api/referrals?search=penrose')).toHaveLength(1);
  });

  it('leave a log that is whole, read models that equal a rebuild, and the same counts', async () => {
    const { store, catalogue, personal, projections } = app.platform;
    const faults: unknown[] = [];
    expect((await verifyLog({ store, catalogue, personal, onFault: (fault) => faults.push(fault) })).sealed.corrupt).toBe(0);
    expect(faults).toEqual([]);
    expect(await projections.compare()).toEqual([]);
    await projections.rebuild();
    expect(await counted()).toEqual(before);
    expect(await traces()).toEqual([]);
  });

  it('stand in the history as erased, by whom and why', async () => {
    const erased: Record<string, unknown>[] = [];
    for await (const { type, data, metadata } of app.platform.store.readAll()) if (['SupporterErased', 'StaffMemberErased', 'ReferrerErased'].includes(type) && metadata.actor.role !== 'system') erased.push({ type, reason: data['reason'], by: metadata.actor.id });
    const by = { reason: 'asked-by-person', by: world.organisation.administrator.id };
    expect(erased).toEqual(expect.arrayContaining(['SupporterErased', 'StaffMemberErased', 'ReferrerErased'].map((type) => ({ type, ...by }))));
    const { items } = (await as('auditor', world.staff.auditor.id).get(`/api/journeys/${others.sent.named}/timeline?limit=100`)).body as { items: { type: string }[] };
    expect(items.map(({ type }) => type)).toContain('ReferrerErased');
  });

  it('can come anew, as somebody who was never there', async () => {
    const added = await administrator().post(`${organisation()}/add-staff-member`, { ...peregrine, grants: [{ role: 'supervisor', allSites: true }] });
    await app.settled();
    const { pathname } = new URL(String((added.body as { link: string }).link));
    expect((await app.post(pathname, { password })).status).toBeLessThan(300);
    expect(await signIn(peregrine.email)).toBe(200);
    expect((added.body as { staffId: string }).staffId).not.toBe(others.member.id);
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
