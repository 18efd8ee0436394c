import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { accountsFollower, contexts } from '@alongside/system';
import { startTestApp, testClock, type TestApp } from '@alongside/testing/http';
import { runCommandLine } from '../command-line.js';
import { recordingTerminal } from './recording-terminal.fixture.js';

const email = 'noor@example.org';
let app: TestApp;
let administratorId: string;

async function passwordLink(account: string) {
  const terminal = recordingTerminal();
  const code = await runCommandLine({ args: ['password-link', account], environment: { ALONGSIDE_DATA: app.dataFolder }, terminal, signal: new AbortController().signal });
  return { code, path: /\/api\/session\/invitations\/\S+/.exec(terminal.printed.join())?.[0] ?? '', told: terminal.told.join() };
}
const signIn = async (password: string): Promise<number> => (await app.post('/api/session', { email, password })).status;

beforeAll(async () => {
  // The command line goes by the time of day.
  app = await startTestApp({ contexts, followers: (platform) => [accountsFollower(platform)], clock: testClock(new Date().toISOString()) });
  const setUpToken = /set-up\/(\S+)/.exec((await app.platform.access.setUpLink()) ?? '')?.[1];
  const { body } = await app.post('/api/organisations/register-organisation', { setUpToken, name: 'Northbank', administrator: { name: 'Noor Castle', email } });
  administratorId = body.administratorId as string;
  await app.settled();
  await app.post(new URL(body.link as string).pathname, { password: 'the first password' });
});
afterAll(() => app.remove());

it.each([
  ['id', () => administratorId, 'the second password'],
  ['e-mail address', () => email.toUpperCase(), 'the third password'],
])('lets whoever is named by their %s set a new password, once', async (_by, account, password) => {
  const { code, path } = await passwordLink(account());
  expect(code).toBe(0);
  app.clock.advanceTo(new Date().toISOString());
  expect((await app.post(path, { password })).status).toBe(200);
  expect(await signIn(password)).toBe(200);
  expect(await signIn('the first password')).toBe(401);
  expect((await app.post(path, { password: 'somebody else was here' })).body).toMatchObject({ code: 'invitation-spent' });
});

it('knows nobody else', async () => {
  expect(await passwordLink('robin@example.org')).toMatchObject({ code: 1, path: '', told: expect.stringContaining('nobody') });
});
