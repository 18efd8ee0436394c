import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '@alongside/event-sourcing';
import { contexts } from '@alongside/system';
import type { TestClient, TestResponse } from '@alongside/testing/http';
import { clientOf, commands, done, Findings, startSystem, type Role, type System } from './system.js';
import { startWholeSystem, type WholeSystem } from '../whole-system.js';

// The same key twice, at the same time, after a restart: one event, the same answer.

interface Case {
  readonly name: string;
  readonly role: Role | 'public';
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** As good, but another one. */
  readonly other: Readonly<Record<string, unknown>>;
}

const environment = { ALONGSIDE_PUBLIC_URL: 'https://alongside.example.org' };
const atOnce = 20;

let system: System;
/** The app that runs now; the system's own until it was stopped. */
let app: WholeSystem;
let clients: Readonly<Record<Role | 'public', TestClient>>;
let cases: readonly Case[];
const answers = new Map<string, TestResponse>();
const keyOf = ({ name }: Case): Readonly<Record<string, string>> => ({ 'idempotency-key': `key-of-${name.replaceAll(' ', '-')}` });

async function signIn(): Promise<void> {
  const { world, user } = system;
  const ids = { administrator: world.organisation.administrator.id, coordinator: world.staff.riverside.id, supervisor: world.staff.supervisor.id, supporter: world.supporters.aisha.id, referrer: world.staff.referrer.id, auditor: world.staff.auditor.id, analyst: world.staff.analyst.id };
  const signedIn = await Promise.all(Object.entries(ids).map(async ([role, id]) => [role, await clientOf(app, user(role as Role, { id }))] as const));
  clients = { ...(Object.fromEntries(signedIn) as Record<Role, TestClient>), public: app };
}

const journeyOf = async (name: string): Promise<string> => (await clients.coordinator.get(`/api/referrals?search=${name}`)).body.items[0].id as string;

beforeAll(async () => {
  system = await startSystem({ environment });
  ({ app } = system);
  await signIn();
  const { world, tokens } = system;
  const [callum, priya, wanda, idris, frank, owen, petra, nadia] = (await Promise.all(['Callum', 'Priya', 'Wanda', 'Idris', 'Frank', 'Owen', 'Petra', 'Nadia'].map(journeyOf))) as [string, string, string, string, string, string, string, string];
  await done(clients.coordinator.post(`/api/matching/${wanda}/respond-to-match`, { side: 'mentee', answer: 'accepted', by: 'mentee' }));
  const { riverside } = world.sites;
  const staffId = world.staff.riverside.id;
  const organisation = `/api/organisations/${world.organisation.id}`;
  const sent = { purpose: 'peer-support', source: 'self', form: { name: 'Vera Lindhurst', email: 'vera.lindhurst@example.org' }, consent: { toBeReferred: true } };
  const taken = { ...sent, channel: 'telephone', siteId: riverside };
  const contact = { channel: 'telephone', outcome: 'reached', note: 'Prefers the afternoon.' };
  const meeting = { meetingAt: '2026-03-20T10:00:00Z', channel: 'in-person', withStaffId: staffId };
  const member = { name: 'Ida Holm', email: 'ida.holm@example.org', grants: [{ role: 'coordinator', allSites: true }] };
  const supporter = {
    name: 'Sten Arvid',
    email: 'sten.arvid@example.org',
    siteId: riverside,
    capacity: 2,
    knownAs: 'Sten',
    livedExperience: ['addiction'],
    interests: ['art'],
    dislikes: [],
    languages: ['en'],
    area: 'East',
    remote: true,
    availability: [{ day: 'tuesday', from: '13:00', to: '17:00' }],
    disclosure: {},
  };
  const session = { minutes: 60, channel: 'in-person', kind: 'meeting', coreFunctions: ['ongoing-support'] };
  const introduction = { contactPersonId: staffId, firstMeetingAt: '2026-03-09T14:00:00Z', firstMeetingPlace: 'The library café' };
  const group = { siteId: riverside, name: 'Thursday morning', supervisorId: world.staff.supervisor.id, supporterIds: [world.supporters.gwen.id] };
  const { invitations } = (await done(clients.coordinator.get(`/api/evaluation/${nadia}`))) as { invitations: { id: string; status: string }[] };
  const reissue = { invitationId: invitations.find(({ status }) => status !== 'replaced')?.id };
  cases = [
    { name: 'one that creates', role: 'coordinator', path: '/api/referrals/receive-referral', body: taken, other: { ...taken, source: 'word-of-mouth' } },
    { name: 'one that creates, of a referrer', role: 'referrer', path: '/api/referrals/receive-referral', body: { ...taken, source: 'gp' }, other: { ...taken, source: 'clinician' } },
    { name: 'the public form', role: 'public', path: `/api/public/sites/${riverside}/referral-form`, body: sent, other: { ...sent, source: 'word-of-mouth' } },
    { name: 'one that creates, with a link', role: 'coordinator', path: '/api/supporters/register-supporter', body: supporter, other: { ...supporter, capacity: 3 } },
    { name: 'one that creates, in supervision', role: 'supervisor', path: '/api/supervision/groups/form-group', body: group, other: { ...group, name: 'Friday' } },
    { name: 'one that appends', role: 'coordinator', path: `/api/referrals/${callum}/record-contact-attempt`, body: contact, other: { ...contact, note: 'Prefers the morning.' } },
    { name: 'one that changes what is', role: 'coordinator', path: `/api/assessment/${priya}/rearrange-meeting`, body: meeting, other: { ...meeting, place: 'The library' } },
    { name: 'one of a supporter', role: 'supporter', path: `/api/supervision/${idris}/log-session`, body: session, other: { ...session, minutes: 45 } },
    { name: 'one with a one-time link', role: 'administrator', path: `${organisation}/add-staff-member`, body: member, other: { ...member, name: 'Ida Holme' } },
    { name: 'one with an invitation', role: 'coordinator', path: `/api/evaluation/${nadia}/reissue-invitation`, body: reissue, other: { ...reissue, by: 'mentee' } },
    { name: 'an answer by link', role: 'public', path: `/api/matching/responses/${tokens.response}`, body: { answer: 'turned-down' }, other: { answer: 'accepted' } },
    { name: 'one across streams', role: 'coordinator', path: `/api/matching/${wanda}/introduce`, body: introduction, other: { ...introduction, firstMeetingPlace: 'The park' } },
    { name: 'one that goes through every stream', role: 'coordinator', path: `/api/referrals/${frank}/record-death`, body: { diedOn: '2026-03-01' }, other: { diedOn: '2026-02-28' } },
    { name: 'one that nothing takes back', role: 'administrator', path: `/api/referrals/${owen}/erase-person`, body: { reason: 'asked-by-person', confirmation: 'erase' }, other: { reason: 'legal-duty', confirmation: 'erase' } },
    { name: 'a worry', role: 'coordinator', path: `/api/supervision/${petra}/raise-query`, body: { text: 'May I bring a friend?' }, other: { text: 'May I bring a dog?' } },
  ];
});
afterAll(() => app?.remove());

const post = ({ role, path }: Case, body: unknown, headers: Readonly<Record<string, string>>): Promise<TestResponse> => clients[role].post(path, body, headers);
const shown = ({ status, body, headers }: TestResponse): string => JSON.stringify([status, body, headers.get('etag'), headers.get('location')]);

/** What people did, reactions aside. */
async function written(): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of app.platform.store.readAll()) if (event.metadata.actor.role !== 'system' && !event.stream.startsWith('access-')) events.push(event);
  return events;
}

describe('the same key', () => {
  test(`${atOnce} at the same time: one is done, and all are answered alike`, async () => {
    const findings = new Findings();
    for (const each of cases) {
      const before = (await written()).length;
      const all = await Promise.all(Array.from({ length: atOnce }, () => post(each, each.body, keyOf(each))));
      const [first] = all as [TestResponse];
      if (first.status >= 300) findings.add(each.name, 'is not done', first.status, first.body);
      const others = all.filter((answer) => shown(answer) !== shown(first));
      if (others.length > 0) findings.add(each.name, 'is answered differently', shown(first), others.map(shown));
      answers.set(each.name, first);
      const events = (await written()).slice(before);
      const kinds = events.map(({ stream, type }) => `${stream} ${type}`);
      if (events.length === 0 || new Set(kinds).size !== kinds.length) findings.add(each.name, 'is written', kinds);
      if (each.role !== 'public' && !events.some(({ position }) => position === first.body.position)) findings.add(each.name, 'is answered with a position that is none of its own', first.body);
    }
    await app.settled();
    findings.none();
  });

  test('again, later: the same answer, and nothing is written', () => again());

  test('with another body: refused, and nothing is written', () => refused());

  test('of somebody who was erased since: refused with whichever body, for nobody can tell which one it was', async () => {
    const { body } = await clients.coordinator.post('/api/referrals/receive-referral', (cases[0] as Case).body);
    const path = `/api/referrals/${body.id as string}`;
    const key = { 'idempotency-key': randomUUID() };
    const contact = { channel: 'telephone', outcome: 'reached', note: 'Rang from the ferry.' };
    await done(clients.coordinator.post(`${path}/record-contact-attempt`, contact, key));
    await done(clients.administrator.post(`${path}/erase-person`, { reason: 'asked-by-person', confirmation: 'erase' }));
    await app.settled();
    const before = (await written()).length;
    for (const again of [contact, { ...contact, note: 'Rang from the mill.' }]) {
      expect((await clients.coordinator.post(`${path}/record-contact-attempt`, again, key)).body).toMatchObject({ status: 422, code: 'idempotency-key-erased' });
    }
    expect((await written()).length).toBe(before);
  });

  test('of somebody else is another key', async () => {
    const [each] = cases as [Case];
    const colleague = await clientOf(app, system.user('coordinator', { id: randomUUID() }));
    const other = await colleague.post(each.path, each.body, keyOf(each));
    expect(other.status).toBe(201);
    expect(other.body.id).not.toBe(answers.get(each.name)?.body.id);
  });

  test('for another address is another key', async () => {
    const each = cases.find(({ name }) => name === 'one that appends') as Case;
    const elsewhere = each.path.replace(/[0-9a-f-]{36}/, await journeyOf('Greta'));
    const answer = await clients.coordinator.post(elsewhere, each.body, keyOf(each));
    expect(answer.status).toBe(200);
    expect(answer.body.id).not.toBe(answers.get(each.name)?.body.id);
  });
});

async function again(): Promise<void> {
  const findings = new Findings();
  const before = (await written()).length;
  for (const each of cases) {
    const answer = await post(each, each.body, keyOf(each));
    const first = answers.get(each.name) as TestResponse;
    if (shown(answer) !== shown(first)) findings.add(each.name, shown(first), shown(answer));
  }
  if ((await written()).length !== before) findings.add('something was written');
  findings.none();
}

async function refused(): Promise<void> {
  const findings = new Findings();
  const before = (await written()).length;
  for (const each of cases) {
    const answer = await post(each, each.other, keyOf(each));
    if (answer.status !== 422 || answer.body.code !== 'idempotency-key-reused') findings.add(each.name, answer.status, answer.body);
  }
  if ((await written()).length !== before) findings.add('something was written');
  findings.none();
}

describe('the same key, after a restart', () => {
  beforeAll(async () => {
    const { clock, dataFolder } = app;
    await app.settled();
    await app.stop();
    app = await startWholeSystem({ clock, dataFolder, environment });
    await signIn();
  });

  test('the same answer, link included, and nothing is written', async () => {
    expect(answers.get('one with a one-time link')?.body.link).toMatch(/^https:\/\/alongside\.example\.org\/api\/session\/invitations\//);
    expect(answers.get('one with an invitation')?.body.link).toMatch(/^https:\/\/alongside\.example\.org\/api\/evaluation\/invitations\//);
    await again();
  });

  test('with another body: refused, and nothing is written', () => refused());

  test('at the same time, and for the first time', async () => {
    const each = cases.find(({ name }) => name === 'one that appends') as Case;
    const key = { 'idempotency-key': randomUUID() };
    const all = await Promise.all(Array.from({ length: atOnce }, () => post(each, each.body, key)));
    expect(new Set(all.map(shown)).size).toBe(1);
  });
});

describe('a revision that is not the last', () => {
  test('is refused with 412 by every command that does not create, before anything is done', async () => {
    const findings = new Findings();
    const before = (await written()).length;
    for (const each of cases.filter(({ role }) => role !== 'public')) {
      const command = commands.find(({ path }) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`).test(each.path));
      if (command?.route.creates) continue;
      const answer = await post(each, each.body, { 'if-match': '"0"' });
      if (answer.status !== 412 || answer.body.code !== 'changed-meanwhile') findings.add(each.name, answer.status, answer.body);
    }
    if ((await written()).length !== before) findings.add('something was written');
    findings.none();
  });

  test('is told by ETag: the last one is taken once, `*` always', async () => {
    const journeyId = await journeyOf('Greta');
    const path = `/api/referrals/${journeyId}/record-contact-attempt`;
    const body = { channel: 'telephone', outcome: 'reached' };
    const read = (await clients.coordinator.get(`/api/referrals/${journeyId}`)).headers.get('etag') ?? '';
    const first = await clients.coordinator.post(path, body, { 'if-match': read });
    expect(first.status).toBe(200);
    expect(first.headers.get('etag')).toBe(`"${String(first.body.revision)}"`);
    expect((await clients.coordinator.post(path, body, { 'if-match': read })).status).toBe(412);
    expect((await clients.coordinator.post(path, body, { 'if-match': '*' })).status).toBe(200);
    expect((await clients.coordinator.post(path, body, { 'if-match': first.headers.get('etag') ?? '' })).status).toBe(412);
  });

  test('with a key: what was done is answered again, whatever was written since', async () => {
    const journeyId = await journeyOf('Greta');
    const path = `/api/referrals/${journeyId}/record-contact-attempt`;
    const body = { channel: 'telephone', outcome: 'reached' };
    const read = (await clients.coordinator.get(`/api/referrals/${journeyId}`)).headers.get('etag') ?? '';
    const headers = { 'if-match': read, 'idempotency-key': randomUUID() };
    const first = await clients.coordinator.post(path, body, headers);
    await done(clients.coordinator.post(path, body));
    expect(shown(await clients.coordinator.post(path, body, headers))).toBe(shown(first));
  });
});

test('a command that changed nothing undoes nothing when it is repeated', async () => {
  const journey = await journeyOf('Callum');
  const path = `/api/referrals/${journey}/set-safe-contact`;
  const as = (key: string) => ({ 'idempotency-key': key });
  const post = (channels: readonly string[], key: string) => clients.coordinator.post(path, { safeContact: { channels, voicemail: false, nameOurselves: false, writeToAddress: false }, by: 'mentee' }, as(key));
  // At one moment: said again later it would be their latest word, and written down.
  const first = await done(post(['telephone'], 'first-said'));
  const same = await done(post(['telephone'], 'said-again'));
  expect(same['revision']).toBe(first['revision']);
  const since = await done(post([], 'rather-not'));
  expect((await post(['telephone'], 'said-again')).body).toEqual(same);
  expect((await clients.coordinator.get(`/api/referrals/${journey}?after=${String(since.position)}`)).body).toMatchObject({ safeContact: { channels: [] } });
});

test('afterwards the read models are as if made from nothing', async () => {
  await app.settled();
  expect(await app.platform.projections.compare(contexts.flatMap(({ readModels }) => readModels.map(({ name }) => name)))).toEqual([]);
});
