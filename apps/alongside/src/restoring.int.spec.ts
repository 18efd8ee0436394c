import { randomBytes } from 'node:crypto';
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { accountsFollower, contexts } from '@alongside/system';
import { startTestApp, testUser, type TestApp, type TestClient } from '@alongside/testing/http';

const calendar = { timeZone: 'Europe/London', workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], holidays: [] };

let app: TestApp;
let folder: string;
let organisationId: string;
let journeyId: string;

async function start(dataFolder?: string): Promise<void> {
  app = await startTestApp({ contexts, followers: (platform) => [accountsFollower(platform)], ...(dataFolder !== undefined && { dataFolder }) });
  folder = app.dataFolder;
}
const as = (role: 'administrator' | 'coordinator'): TestClient => app.as(testUser(role, { organisationId, sites: 'all' }));
const found = async (search: string): Promise<unknown[]> => (await as('coordinator').get(`/api/referrals?search=${search}`)).body.items as unknown[];
const file = (name: string): string => join(folder, name);
const backup = (): string => `${folder}-backup`;

beforeEach(async () => {
  await start();
  const setUpToken = /set-up\/(\S+)/.exec((await app.platform.access.setUpLink()) ?? '')?.[1];
  const registered = await app.post('/api/organisations/register-organisation', { setUpToken, name: 'Northbank', administrator: { name: 'Noor Castle', email: 'noor@example.org' } });
  organisationId = registered.body.id as string;
  const opened = await as('administrator').post(`/api/organisations/${organisationId}/open-site`, { name: 'Riverside', calendar });
  await app.settled();
  const received = await as('coordinator').post('/api/referrals/receive-referral', {
    siteId: opened.body.siteId,
    purpose: 'peer-support',
    source: 'self',
    channel: 'telephone',
    form: { name: 'Robin Example', telephone: '01632 960001' },
    consent: { toBeReferred: true },
  });
  journeyId = received.body.id as string;
  await app.settled();
});
afterEach(async () => {
  await app.remove();
  rmSync(backup(), { recursive: true, force: true });
});

it('brings nobody back who was erased after the backup was made, nor what they were found by', async () => {
  await app.stop();
  cpSync(folder, backup(), { recursive: true });

  await start(folder);
  expect(await found('robin')).toHaveLength(1);
  expect((await as('administrator').post(`/api/referrals/${journeyId}/erase-person`, { reason: 'asked-by-person', confirmation: 'erase' })).status).toBe(200);
  await app.settled();
  await app.stop();

  copyFileSync(file('erased-subjects.jsonl'), join(backup(), 'erased-subjects.jsonl'));
  rmSync(folder, { recursive: true });
  cpSync(backup(), folder, { recursive: true });
  await start(folder);
  await app.settled();
  expect(await found('robin')).toEqual([]);
  const { body } = await as('coordinator').get(`/api/referrals/${journeyId}`);
  expect(body.form.fields.find((field: { readonly name: string }) => field.name === 'name').value).toBe('erased');
});

it('needs an earlier key-encryption key no more once the system has started under a new one', async () => {
  await app.stop();
  const [earlier, next] = [readFileSync(file('key-encryption.key'), 'utf8').trim(), randomBytes(32).toString('base64')];
  writeFileSync(file('key-encryption.key'), `${next}\n${earlier}\n`);
  await start(folder);
  await app.stop();
  writeFileSync(file('key-encryption.key'), `${next}\n`);
  await start(folder);
  await app.settled();
  expect(await found('robin')).toMatchObject([{ name: 'Robin Example' }]);
});
