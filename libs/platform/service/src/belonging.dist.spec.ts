import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openMongo } from '@alongside/mongodb';
import { databaseAt, describeWith, eventually, freePort } from '@alongside/testing';
import { startTestApp, testUser, type TestApp } from '@alongside/testing/http';
import { startApplication } from './application.js';
import { configurationFrom } from './configuration.js';
import { openPlatform } from './platform.js';
import { gardensContext, testOrganisation } from './samples/gardens.js';

const siteId = 'c0ffee00-0000-4000-8000-000000000001';
const coordinator = testUser('coordinator', { organisationId: testOrganisation, sites: [siteId] });

describeWith('mongodb', 'a log and the databases beside it', (address) => {
  const name = `belonging${randomBytes(5).toString('hex')}`;
  const [right, other, empty] = ['right', 'other', 'empty'].map((each) => databaseAt(address, `${name}_${each}`)) as [string, string, string];
  const folder = mkdtempSync(join(tmpdir(), 'alongside-belonging-'));
  const key = randomBytes(32).toString('base64');
  const settings = (database: string, log: string, more: Readonly<Record<string, string>> = {}) => ({
    ALONGSIDE_EVENT_STORE: `sqlite:${join(folder, `${log}.sqlite`)}`,
    ALONGSIDE_READ_MODELS: database,
    ALONGSIDE_KEYS: database,
    ALONGSIDE_ACCOUNTS: database,
    ALONGSIDE_KEY_ENCRYPTION_KEY: key,
    ...more,
  });
  const open = async (database: string, log: string, more: Readonly<Record<string, string>> = {}): Promise<void> => {
    const data = mkdtempSync(join(folder, 'data-'));
    const platform = await openPlatform(configurationFrom({ ALONGSIDE_DATA: data, ALONGSIDE_LOG_LEVEL: 'silent', ...settings(database, log, more) }), [gardensContext]);
    await platform.close();
  };
  async function inDatabase<T>(database: string, work: (mongo: ReturnType<typeof openMongo>) => Promise<T>): Promise<T> {
    const mongo = openMongo({ url: database });
    try {
      return await work(mongo);
    } finally {
      await mongo.close();
    }
  }
  const said = (database: string) => inDatabase(database, (mongo) => mongo.run((each) => each.collection<{ readonly _id: string; readonly firstEvent: string }>('belongs_to_log').find().sort({ _id: 1 }).toArray()));
  const keysIn = (database: string) => inDatabase(database, (mongo) => mongo.run(async (each) => (await each.collection('subject_keys').countDocuments()) + (await each.collection('secrets').countDocuments())));
  async function playIn(database: string, log: string): Promise<string> {
    const app: TestApp = await startTestApp({ contexts: [gardensContext], environment: settings(database, log) });
    const { status } = await app.as(coordinator).post('/api/gardens/open-garden', { siteId, keeper: 'Robin Example', beds: 1 });
    expect(status).toBe(201);
    await app.settled();
    let first = '';
    for await (const { metadata } of app.platform.store.readAll({ limit: 1 })) first = metadata.eventId;
    await app.remove();
    return first;
  }

  let first: string;
  beforeAll(async () => {
    first = await playIn(right, 'right');
    await playIn(other, 'other');
    // A process says it with the next look, two seconds later at most; these were stopped before.
    await open(other, 'other');
  });
  afterAll(async () => {
    for (const database of [right, other, empty]) {
      await inDatabase(database, async (mongo) => {
        await mongo.run((each) => each.dropDatabase());
        await mongo.run((each) => each.dropDatabase(), 'analysis');
      });
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('belong together: the databases say so, also those that were made before they could', async () => {
    await inDatabase(right, (mongo) => mongo.run((each) => each.collection('belongs_to_log').deleteMany({})));
    await Promise.all([open(right, 'right'), open(right, 'right'), open(right, 'right')]);
    expect(await said(right)).toEqual(['accounts', 'keys', 'read-models'].map((what) => ({ _id: what, firstEvent: first })));
    await open(right, 'right');
  });

  it('an empty key store beside a log with events makes no key: the service does not begin, and says why', async () => {
    const port = await freePort();
    const stopping = new AbortController();
    const lines: string[] = [];
    const environment = { ALONGSIDE_DATA: mkdtempSync(join(folder, 'data-')), ALONGSIDE_PORT: String(port), ...settings(right, 'right', { ALONGSIDE_KEYS: empty }) };
    const starting = startApplication({ configuration: configurationFrom(environment), contexts: [gardensContext], signal: stopping.signal, logDestination: { write: (line: string) => void lines.push(line) } }).then(
      () => 'started',
      () => 'stopped',
    );
    const why = `${name}_empty holds no key, and the log of ALONGSIDE_EVENT_STORE has events: correct ALONGSIDE_KEYS or ALONGSIDE_EVENT_STORE, or put back what was there`;
    await eventually('it says so', async () => lines.some((line) => line.includes(`ALONGSIDE_KEYS: `) && line.includes(why)));
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect({ status: ready.status, body: await ready.json() }).toMatchObject({ status: 503, body: { missing: ['keys'], why: [{ variable: 'ALONGSIDE_KEYS', why: expect.stringContaining(why) }] } });
    const asked = await fetch(`http://127.0.0.1:${port}/api/gardens`);
    expect({ status: asked.status, body: await asked.json() }).toMatchObject({ status: 503, body: { code: 'starting' } });
    stopping.abort();
    expect(await starting).toBe('stopped');
    expect({ keys: await keysIn(empty), said: await said(empty) }).toEqual({ keys: 0, said: [] });
    // One database for everything, and a wrong one: what else is kept there does not vouch for keys.
    await expect(open(empty, 'right')).rejects.toThrow('holds no key');
    await expect(open(empty, 'right')).rejects.toThrow('holds no key');
  });

  it('another log, or an empty one, beside a database that belongs to one is refused', async () => {
    await expect(open(right, 'other')).rejects.toThrow(/ALONGSIDE_READ_MODELS: [^;]+_right belongs to another log than that of ALONGSIDE_EVENT_STORE: correct ALONGSIDE_READ_MODELS or ALONGSIDE_EVENT_STORE/);
    await expect(open(right, 'right', { ALONGSIDE_ACCOUNTS: other })).rejects.toThrow(/^ALONGSIDE_ACCOUNTS: [^;]+_other belongs to another log/);
    await expect(open(right, 'new')).rejects.toThrow(/ALONGSIDE_KEYS: [^;]+_right belongs to a log, and the one of ALONGSIDE_EVENT_STORE is empty/);
    expect((await said(right)).map(({ firstEvent }) => firstEvent)).toEqual([first, first, first]);
  });
});
