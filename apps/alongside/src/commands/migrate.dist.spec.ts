import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openMongoAccounts } from '@alongside/access/mongo';
import { systemClock } from '@alongside/event-sourcing';
import { openMongoLoopState } from '@alongside/messaging/mongo';
import { openMongo, type Mongo } from '@alongside/mongodb';
import { loadKeyEncryptionKey } from '@alongside/personal-data';
import { openMongoSubjectKeys } from '@alongside/personal-data/mongo';
import { accountsFollower, contexts } from '@alongside/system';
import { databaseAt, describeWith } from '@alongside/testing';
import { EventStoreDbStandIn } from '@alongside/testing/eventstoredb';
import { startTestApp, testUser, type TestApp } from '@alongside/testing/http';
import { runCommandLine } from '../command-line.js';
import { recordingTerminal } from './recording-terminal.fixture.js';

const calendar = { timeZone: 'Europe/London', workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], holidays: [] };
const start = (dataFolder?: string): Promise<TestApp> => startTestApp({ contexts, followers: (platform) => [accountsFollower(platform)], ...(dataFolder !== undefined && { dataFolder }) });

// The log goes to a stand-in for EventStoreDB's protocol, everything else to a real document database.
describeWith('mongodb', 'moving a system with its state', (server) => {
  let standIn: EventStoreDbStandIn;
  let mongo: Mongo;
  let folder: string;
  let journeyId: string;
  let administratorId: string;
  const state = databaseAt(server, `moved_${randomBytes(6).toString('hex')}`);

  /** Of the services, in whose image it is run where nothing else gets to the servers: with the key-encryption key of the embedded system. */
  const variablesOfServices = (): Readonly<Record<string, string>> => ({
    ALONGSIDE_EVENT_STORE: `esdb://127.0.0.1:${standIn.port}?tls=false`,
    ALONGSIDE_MESSAGES: 'kafka://kafka:9092',
    ALONGSIDE_READ_MODELS: state,
    ALONGSIDE_KEYS: state,
    ALONGSIDE_ACCOUNTS: state,
    ALONGSIDE_KEY_ENCRYPTION_KEY_FILE: join(folder, 'key-encryption.key'),
  });

  async function migrate(dataFolder = folder, environment: Readonly<Record<string, string>> = {}) {
    const terminal = recordingTerminal();
    const args = ['migrate', '--from', 'sqlite:events.sqlite', '--to', `esdb://127.0.0.1:${standIn.port}?tls=false`, '--state', state];
    const code = await runCommandLine({ args, environment: { ...environment, ALONGSIDE_DATA: dataFolder }, terminal, signal: new AbortController().signal });
    return { code, printed: terminal.printed.join('\n'), told: terminal.told.join('\n') };
  }

  beforeAll(async () => {
    const app = await start();
    folder = app.dataFolder;
    const setUpToken = /set-up\/(\S+)/.exec((await app.platform.access.setUpLink()) ?? '')?.[1];
    const registered = await app.post('/api/organisations/register-organisation', { setUpToken, name: 'Northbank', administrator: { name: 'Noor Castle', email: 'noor@example.org' } });
    administratorId = registered.body.administratorId as string;
    const organisationId = registered.body.id as string;
    const administrator = app.as(testUser('administrator', { organisationId, sites: 'all' }));
    const { siteId } = (await administrator.post(`/api/organisations/${organisationId}/open-site`, { name: 'Riverside', calendar })).body as { readonly siteId: string };
    await app.settled();
    const form = { name: 'Robin Example', telephone: '01632 960001' };
    const received = await app.as(testUser('coordinator', { organisationId, sites: 'all' })).post('/api/referrals/receive-referral', { siteId, purpose: 'peer-support', source: 'self', channel: 'telephone', form, consent: { toBeReferred: true } });
    journeyId = received.body.journeyId as string;
    await app.settled();
    await app.stop();
    standIn = await new EventStoreDbStandIn().start();
    mongo = openMongo({ url: state });
  });
  afterAll(async () => {
    await mongo.run((database) => database.dropDatabase());
    await mongo.close();
    standIn.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes over keys, accounts, checkpoints and timers, and may be run again', async () => {
    const first = await migrate();
    expect(first).toMatchObject({ code: 0, told: '' });
    for (const line of [/\d+ copied, 0 were there/, /[1-9]\d* keys of people, [1-9]\d* secrets and 0 tombstones/, /[1-9]\d* accounts and \d+ sessions/, /0 decisions/, /[1-9]\d* checkpoints, \d+ timers and 0 dead letters/]) expect(first.printed).toMatch(line);
    const again = await migrate(folder, variablesOfServices());
    expect(again.printed.split('\n').slice(2)).toEqual(first.printed.split('\n').slice(2));

    const keys = openMongoSubjectKeys({ mongo, keyEncryptionKeys: loadKeyEncryptionKey({ file: join(folder, 'key-encryption.key') }) });
    expect((await keys.find([`mentee-${journeyId}`])).has(`mentee-${journeyId}`)).toBe(true);
    expect(await openMongoAccounts({ mongo, keys, clock: systemClock }).find(administratorId)).toMatchObject({ status: 'active' });
    const loops = openMongoLoopState({ mongo });
    expect(await loops.progress.checkpoint('relay:referrals')).toMatch(/^[0-9a-f]{32}$/);
    await loops.close();
    await keys.close();
  });

  it('takes no other key-encryption key than that of the embedded system', async () => {
    const refused = await migrate(folder, { ...variablesOfServices(), ALONGSIDE_KEY_ENCRYPTION_KEY_FILE: '', ALONGSIDE_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64') });
    expect(refused).toMatchObject({ code: 1, told: expect.stringContaining('which was not given') });
  });

  it('touches nothing of a database that belongs to another system', async () => {
    const other = await start(mkdtempSync(join(tmpdir(), 'alongside-other-')));
    await other.application.ready();
    await other.stop();
    // The same log with keys of another system.
    for (const file of ['events.sqlite', 'messages.sqlite']) cpSync(join(folder, file), join(other.dataFolder, file));
    expect(await migrate(other.dataFolder)).toMatchObject({ code: 1, told: expect.stringContaining('the target has another key for ') });
    const keys = openMongoSubjectKeys({ mongo, keyEncryptionKeys: loadKeyEncryptionKey({ file: join(folder, 'key-encryption.key') }) });
    expect(await openMongoAccounts({ mongo, keys, clock: systemClock }).find(administratorId)).toMatchObject({ status: 'active' });
    rmSync(other.dataFolder, { recursive: true, force: true });
  });
});
