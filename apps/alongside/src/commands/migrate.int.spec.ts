import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '@alongside/event-store';
import { openEventStoreDb, type EventStoreDb } from '@alongside/event-store/eventstoredb';
import { openSqliteEventStore } from '@alongside/event-store';
import { openInProcessBroker } from '@alongside/messaging';
import { accountsFollower, contexts } from '@alongside/system';
import { EventStoreDbStandIn } from '@alongside/testing/eventstoredb';
import { startTestApp, testClock, testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { runCommandLine } from '../command-line.js';
import { positionsIn } from '../migration/copy-log.js';
import { copyLoopState } from '../migration/copy-loop-state.js';
import { recordingTerminal } from './recording-terminal.fixture.js';

const calendar = { timeZone: 'Europe/London', workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], holidays: [] };
const clock = testClock();
let app: TestApp;
let folder: string;
let organisationId: string;
let siteId: string;
let standIn: EventStoreDbStandIn;
let target: EventStoreDb;

const start = (dataFolder?: string, environment?: Readonly<Record<string, string>>): Promise<TestApp> =>
  startTestApp({ contexts, followers: (platform) => [accountsFollower(platform)], clock, ...(dataFolder !== undefined && { dataFolder }), ...(environment && { environment }) });
const as = (role: 'administrator' | 'coordinator'): TestClient => app.as(testUser(role, { organisationId, sites: 'all' }));
const address = (): string => `esdb://127.0.0.1:${standIn.port}?tls=false`;

async function receive(name: string): Promise<string> {
  const form = { name, telephone: '01632 960001' };
  const { body, status } = await as('coordinator').post('/api/referrals/receive-referral', { siteId, purpose: 'peer-support', source: 'self', channel: 'telephone', form, consent: { toBeReferred: true } });
  expect(status).toBe(201);
  return body.journeyId as string;
}

async function alongside(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const terminal = recordingTerminal();
  const code = await runCommandLine({ args, environment, terminal, signal: new AbortController().signal });
  return { code, printed: terminal.printed.join('\n'), told: terminal.told.join('\n') };
}

const migrate = (...args: readonly string[]) => alongside(['migrate', ...args], { ALONGSIDE_DATA: folder });

async function inTarget(): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const each of target.readAll()) events.push(each);
  return events;
}

beforeAll(async () => {
  app = await start();
  folder = app.dataFolder;
  const setUpToken = /set-up\/(\S+)/.exec((await app.platform.access.setUpLink()) ?? '')?.[1];
  const registered = await app.post('/api/organisations/register-organisation', { setUpToken, name: 'Northbank', administrator: { name: 'Noor Castle', email: 'noor@example.org' } });
  organisationId = registered.body.id as string;
  siteId = (await as('administrator').post(`/api/organisations/${organisationId}/open-site`, { name: 'Riverside', calendar })).body.siteId as string;
  // The others hear of the site first.
  await app.settled();
  for (const name of ['Robin Example', 'Sky Sample', 'Kim Nobody']) await receive(name);
  await app.settled();
  await app.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  standIn = await new EventStoreDbStandIn().start();
  target = openEventStoreDb({ url: address() });
});
afterEach(async () => {
  await target.close();
  standIn.kill();
});

it('copies the log of a system that is stopped, verifies it, and has nothing to do a second time', async () => {
  const first = await migrate('--from', 'sqlite:events.sqlite', '--to', address());
  expect(first).toMatchObject({ code: 0, printed: expect.stringMatching(/^(\d+) events in \d+ streams: \1 copied, 0 were there\nverified: .* \(SHA-256 [0-9a-f]{64}\)$/), told: expect.stringContaining('--state') });
  const again = await migrate('--from', 'sqlite:events.sqlite', '--to', address());
  expect(again).toMatchObject({ code: 0, printed: expect.stringMatching(/ 0 copied, \d+ were there/) });
  expect(again.printed.split('SHA-256')[1]).toBe(first.printed.split('SHA-256')[1]);
  expect(first.printed + first.told).not.toContain('Robin');
});

it('takes an address from a file', async () => {
  const file = join(folder, 'esdb.address');
  writeFileSync(file, `${address()}\n`);
  expect(await migrate('--from', `sqlite:${join(folder, 'events.sqlite')}`, '--to', `file:${file}`)).toMatchObject({ code: 0 });
  expect((await inTarget()).length).toBeGreaterThan(10);
});

describe('says in one line why it cannot', () => {
  it.each<[string, () => readonly string[], number, string]>([
    ['no source', () => ['--to', address()], 2, '--from sqlite:events.sqlite'],
    ['no target', () => ['--from', 'sqlite:events.sqlite'], 2, '--to esdb://'],
    ['a log that is not there', () => ['--from', 'sqlite:nothing.sqlite', '--to', address()], 1, 'there is no log'],
    ['a target of another kind', () => ['--from', 'sqlite:events.sqlite', '--to', 'mongodb://localhost'], 2, 'must be of the form esdb://'],
    ['a target that is not there', () => ['--from', 'sqlite:events.sqlite', '--to', 'esdb://user:secret@127.0.0.1:1?tls=false'], 1, '127.0.0.1:1 cannot be reached'],
  ])('%s', async (_, args, code, says) => {
    const said = await migrate(...args());
    expect(said).toMatchObject({ code, told: expect.stringContaining(says) });
    expect(said.told).not.toMatch(/secret|\n/);
    expect(existsSync(join(folder, 'nothing.sqlite'))).toBe(false);
  });

  it('a system that runs', async () => {
    app = await start(folder);
    try {
      expect(await migrate('--from', 'sqlite:events.sqlite', '--to', address())).toMatchObject({ code: 1, told: expect.stringContaining('is in use by another process') });
    } finally {
      await app.stop();
    }
  });
});

it('lets the system go on on the new log, which does nothing of before a second time', async () => {
  const moved = mkdtempSync(join(tmpdir(), 'alongside-moved-'));
  expect(await migrate('--from', 'sqlite:events.sqlite', '--to', address())).toMatchObject({ code: 0 });
  const before = await inTarget();

  for (const file of ['keys.sqlite', 'key-encryption.key', 'accounts.sqlite', 'signing-keys.json']) copyFileSync(join(folder, file), join(moved, file));
  const [from, loops] = [openSqliteEventStore({ file: join(folder, 'events.sqlite') }), openInProcessBroker({ file: join(moved, 'messages.sqlite'), clock, scheduler: clock.scheduler })];
  const newPosition = positionsIn({ from, to: target });
  const signal = new AbortController().signal;
  const copied = await copyLoopState({ file: join(folder, 'messages.sqlite'), to: loops, contexts: contexts.map(({ name }) => name), newPosition, signal });
  expect(copied.checkpoints).toBeGreaterThan(5);
  expect(await copyLoopState({ file: join(folder, 'messages.sqlite'), to: loops, contexts: contexts.map(({ name }) => name), newPosition, signal })).toEqual(copied);
  const last = before.at(-1)?.position ?? '';
  expect((await loops.progress.checkpoint('relay:referrals')) ?? '').toMatch(/^[0-9a-f]{32}$/);
  expect(((await loops.progress.checkpoint('relay:referrals')) ?? 'z') <= last).toBe(true);
  await Promise.all([loops.close(), from.close()]);

  app = await start(moved, { ALONGSIDE_EVENT_STORE: address() });
  try {
    await app.settled();
    expect(await inTarget()).toEqual(before);
    expect((await as('coordinator').get('/api/referrals?search=Robin')).body.items).toHaveLength(1);
    const journeyId = await receive('Alex Arrives');
    await app.settled();
    expect((await as('coordinator').get(`/api/referrals/${journeyId}`)).status).toBe(200);
    expect((await inTarget()).length).toBeGreaterThan(before.length);
    // Whatever the server writes for itself behind that, the log is whole, and read models are made anew.
    standIn.log.writeOwn();
    const environment = { ALONGSIDE_DATA: moved, ALONGSIDE_EVENT_STORE: address() };
    for (const args of [['verify', '--read-models'], ['rebuild'], ['verify']]) expect(await alongside(args, environment)).toMatchObject({ code: 0 });
  } finally {
    await app.remove();
  }
});
