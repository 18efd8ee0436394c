import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountsFollower, contexts } from '@alongside/system';
import { startTestApp, testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { runCommandLine } from './command-line.js';
import { recordingTerminal } from './commands/recording-terminal.fixture.js';

const calendar = { timeZone: 'Europe/London', workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], holidays: [] };

let app: TestApp;
let organisationId: string;
let siteId: string;
let coordinator: TestClient;

const start = (dataFolder?: string): Promise<TestApp> =>
  startTestApp({ contexts, followers: (platform) => [accountsFollower(platform)], ...(dataFolder !== undefined && { dataFolder }) });

/** Runs a command on the data folder of the test app, which may be running. */
async function alongside(args: readonly string[], answer?: boolean) {
  const terminal = recordingTerminal(answer);
  const code = await runCommandLine({ args, environment: { ALONGSIDE_DATA: app.dataFolder }, terminal, signal: new AbortController().signal });
  return { code, printed: terminal.printed.join('\n'), told: terminal.told.join('\n') };
}

async function receive(name: string, telephone: string): Promise<string> {
  const { body, status } = await coordinator.post('/api/referrals/receive-referral', {
    siteId,
    purpose: 'peer-support',
    source: 'self',
    channel: 'telephone',
    form: { name, telephone },
    consent: { toBeReferred: true },
  });
  expect(status).toBe(201);
  await app.settled({ faultsAllowed: true });
  return body.journeyId as string;
}

/** What verifying says before anybody has done anything. */
let verifiedEmpty: { code: number; printed: string };

beforeAll(async () => {
  app = await start();
  verifiedEmpty = await alongside(['verify']);
  const setUpToken = /set-up\/(\S+)/.exec((await app.platform.access.setUpLink()) ?? '')?.[1];
  const registered = await app.post('/api/organisations/register-organisation', { setUpToken, name: 'Northbank', administrator: { name: 'Noor Castle', email: 'noor@example.org' } });
  organisationId = registered.body.id as string;
  coordinator = app.as(testUser('coordinator', { organisationId, sites: 'all' }));
  const opened = await app.as(testUser('administrator', { organisationId, sites: 'all' })).post(`/api/organisations/${organisationId}/open-site`, { name: 'Riverside', calendar });
  siteId = opened.body.siteId as string;
  await app.settled();
});
afterAll(() => app.remove());

describe('beside a running server', () => {
  it('finds an empty system in order', () => {
    expect(verifiedEmpty).toMatchObject({ code: 0, printed: expect.stringMatching(/^0 events[^]*everything is in order$/) });
  });

  it('verifies the log and the read models', async () => {
    await receive('Robin Example', '01632 960001');
    const { code, printed } = await alongside(['verify', '--read-models']);
    expect({ code, printed }).toEqual({ code: 0, printed: expect.stringMatching(/^\d+ events in \d+ streams[^]*everything is in order$/) });
    expect(printed).not.toContain('Robin');
  });

  it('rebuilds all read models or one, and the server goes on with the new ones', async () => {
    const all = await alongside(['rebuild']);
    expect({ code: all.code, printed: all.printed }).toEqual({ code: 0, printed: expect.stringMatching(/^\d+ read models rebuilt from \d+ events/) });
    expect((await alongside(['rebuild', '--read-model', 'referrals.referrals'])).printed).toMatch(/^1 read model rebuilt/);
    expect(await alongside(['rebuild', '--read-model', 'referrals.nothing'])).toMatchObject({ code: 2, told: expect.stringMatching(/there is no read model referrals.nothing; there are: .*referrals.referrals/) });

    await receive('Kim Nobody', '01632 960002');
    const { body } = await coordinator.get('/api/referrals?search=Nobo');
    expect(body.items).toHaveLength(1);
  });

  it('exports a journey to a file for its owner alone, and writes down that it was opened', async () => {
    const journeyId = await receive('Sky Sample', '01632 960003');
    const folder = mkdtempSync(join(tmpdir(), 'alongside-export-'));
    try {
      const file = join(folder, 'journey.json');
      expect(await alongside(['export-journey', journeyId, '--out', file, '--reason', 'asked for by the person'])).toEqual({ code: 0, printed: `written to ${file}`, told: '' });
      expect(readFileSync(file, 'utf8')).toContain('Sky Sample');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(await alongside(['export-journey', journeyId, '--out', file])).toMatchObject({ code: 1, told: expect.stringMatching(/is there already/) });
      const { body } = await app.as(testUser('auditor', { organisationId, sites: 'all' })).get(`/api/journeys/${journeyId}/access-records`);
      expect(JSON.stringify(body)).toContain('asked for by the person');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('erases a person only when that is confirmed and asked for as it has to be', async () => {
    const journeyId = await receive('Lee Stays', '01632 960004');
    expect(await alongside(['erase-person', journeyId, '--reason', 'asked-by-person'])).toMatchObject({ code: 2, told: expect.stringMatching(/--yes/) });
    expect(await alongside(['erase-person', journeyId, '--reason', 'asked-by-person'], false)).toMatchObject({ code: 1, told: expect.stringMatching(/nothing was changed/) });
    expect(await alongside(['erase-person', journeyId, '--reason', 'because', '--yes'])).toMatchObject({ code: 2, told: expect.stringMatching(/reason/) });
    expect(await alongside(['erase-person', '00000000-0000-4000-8000-00000000dead', '--reason', 'asked-by-person', '--yes'])).toMatchObject({ code: 1, told: expect.stringMatching(/there is no journey/) });
    expect((await coordinator.get('/api/referrals?search=Stays')).body.items).toHaveLength(1);
  });

  it('erases a person, of whom nothing can be read any more', async () => {
    const journeyId = await receive('Alex Leaving', '01632 960005');
    expect(await alongside(['erase-person', journeyId, '--reason', 'asked-by-person'], true)).toEqual({ code: 0, printed: `the person of journey ${journeyId} is erased: 1 key is gone for good`, told: '' });
    await app.settled();
    expect((await coordinator.get('/api/referrals?search=Leaving')).body.items).toEqual([]);
    expect((await alongside(['export-journey', journeyId])).printed).not.toContain('Leaving');
    expect(await alongside(['verify', '--read-models'])).toMatchObject({ code: 0, printed: expect.stringMatching(/[1-9]\d* are of people erased, 0 do not open/) });
  });

  it('erases a supporter, a staff member and a referrer, whom an option names, once they have left', async () => {
    const administrator = app.as(testUser('administrator', { organisationId, sites: 'all' }));
    const erase = (...args: readonly string[]) => alongside(['erase-person', ...args, '--reason', 'asked-by-person', '--yes']);
    const supporter = await coordinator.post('/api/supporters/register-supporter', { siteId, name: 'Sten Arvid', email: 'sten@example.org', capacity: 1, livedExperience: ['addiction'], languages: ['en'], availability: [], disclosure: {} });
    const supporterId = String(supporter.body.id);
    expect(await erase('--supporter', supporterId)).toMatchObject({ code: 1, told: expect.stringMatching(/not-retired/) });
    await coordinator.post(`/api/supporters/${supporterId}/retire-supporter`, {});
    expect(await erase('--supporter', supporterId)).toEqual({ code: 0, printed: `supporter ${supporterId} is erased: 1 key is gone for good`, told: '' });

    const member = await administrator.post(`/api/organisations/${organisationId}/add-staff-member`, { name: 'Ida Holm', email: 'ida@example.org', grants: [{ role: 'referrer', allSites: true }] });
    const staffId = String(member.body.staffId);
    expect(await erase('--staff', staffId)).toMatchObject({ code: 1, told: expect.stringMatching(/not-removed/) });
    await administrator.post(`/api/organisations/${organisationId}/remove-staff-member`, { staffId });
    // Who signed in to refer is on the list of staff.
    expect(await erase('--referrer', staffId)).toMatchObject({ code: 0, printed: `staff member ${staffId} is erased: 2 keys are gone for good` });

    const received = await coordinator.post('/api/referrals/receive-referral', { siteId, purpose: 'peer-support', source: 'gp', channel: 'letter', form: { name: 'Bo Referred', telephone: '01632 960007' }, referrer: { name: 'Dr Finch', agency: 'Marsh Practice', contact: 'finch@example.org' }, consent: { toBeReferred: true } });
    const referrerId = String((await coordinator.get(`/api/referrals/${String(received.body.id)}`)).body.referrer.id);
    expect(await erase('--referrer', referrerId)).toMatchObject({ code: 0, printed: `referrer ${referrerId} is erased: 1 key is gone for good` });
    expect((await coordinator.get(`/api/referrals/${String(received.body.id)}`)).body.referrer).toMatchObject({ name: 'erased', erased: true });

    expect(await erase('--supporter', supporterId, '--staff', staffId)).toMatchObject({ code: 2, told: expect.stringMatching(/name one/) });
    expect(await erase()).toMatchObject({ code: 2, told: expect.stringMatching(/name one/) });
    expect(await erase('--staff', 'Ida')).toMatchObject({ code: 2, told: expect.stringMatching(/named by its id/) });
    for (const option of ['supporter', 'staff', 'referrer']) {
      expect(await erase(`--${option}`, '00000000-0000-4000-8000-00000000dead')).toMatchObject({ code: 1, told: expect.stringMatching(/there is no/) });
    }
    expect(await alongside(['verify', '--read-models'])).toMatchObject({ code: 0 });
  });

  it('lists what was parked and put aside, and replays, leaves out and drops it', async () => {
    expect(await alongside(['parked', 'list'])).toMatchObject({ code: 0, printed: 'nothing is parked' });
    expect(await alongside(['dead-letters', 'list'])).toMatchObject({ code: 0, printed: 'there are no dead letters' });
    const stream = `organisation-${organisationId}`;
    const last = (await app.platform.store.readStream(stream)).at(-1);
    if (!last) throw new Error('there is no organisation');
    // As a newer program would write it.
    await app.platform.store.append(stream, last.revision, [{ type: 'SiteOpened', data: { siteId }, metadata: { ...last.metadata, eventId: 'of-a-newer-program', commandId: 'of-a-newer-program', schemaVersion: 99 } }]);
    const at = `revision ${last.revision + 1}`;
    await app.settled({ faultsAllowed: true });

    const { code, printed, told } = await alongside(['verify']);
    expect({ code, told }).toEqual({ code: 1, told: 'alongside: 1 fault found' });
    expect(printed).toMatch(new RegExp(`${stream}, ${at}, position \\d{16} \\(SiteOpened\\): SiteOpened version 99 is not known`));

    const parked = await alongside(['parked', 'list']);
    expect(parked.printed).toMatch(new RegExp(`organisations\\.sites +${siteId} .*SiteOpened`));
    expect(await alongside(['parked', 'replay', 'organisations.sites', siteId])).toMatchObject({ code: 1, told: expect.stringMatching(/stops at position/) });
    expect(await alongside(['parked', 'skip', 'organisations.sites', siteId], false)).toMatchObject({ code: 1, told: expect.stringMatching(/nothing was changed/) });
    expect(await alongside(['parked', 'skip', 'organisations.sites', siteId])).toMatchObject({ code: 2, told: expect.stringMatching(/--yes/) });
    expect(await alongside(['parked', 'skip', 'organisations.sites', siteId, '--yes'])).toMatchObject({ code: 0, printed: `organisations.sites ${siteId}: 0 applied, 1 left out` });
    expect((await alongside(['parked', 'list'])).printed).not.toContain('organisations.sites ');

    const letters = await alongside(['dead-letters', 'list', '--consumer', 'relay:organisations']);
    const id = /^(\d+) +relay:organisations/m.exec(letters.printed)?.[1] ?? 'none';
    expect(await alongside(['dead-letters', 'replay', id])).toMatchObject({ code: 1, told: expect.stringMatching(/failed again/) });
    expect(await alongside(['dead-letters', 'drop', id])).toMatchObject({ code: 2, told: expect.stringMatching(/--yes/) });
    expect(await alongside(['dead-letters', 'drop', id, '--yes'])).toMatchObject({ code: 0, printed: expect.stringMatching(/^dropped SiteOpened of organisation-/) });
    expect(await alongside(['dead-letters', 'drop', id, '--yes'])).toMatchObject({ code: 1 });
  });
});

describe('while nothing runs', () => {
  it('erases, and does what the processes of the server would do', async () => {
    const journeyId = await receive('Jo Gone', '01632 960006');
    await app.stop();
    expect(await alongside(['erase-person', journeyId, '--reason', 'asked-by-person', '--yes'])).toMatchObject({ code: 0, printed: expect.stringMatching(/is erased/) });
    app = await start(app.dataFolder);
    coordinator = app.as(testUser('coordinator', { organisationId, sites: 'all' }));
    expect((await coordinator.get('/api/referrals?search=Gone')).body.items).toEqual([]);
  });

  it('tells of an event that somebody took out of the log', async () => {
    await app.stop();
    const file = new DatabaseSync(join(app.dataFolder, 'events.sqlite'));
    file.exec("DELETE FROM events WHERE position = (SELECT max(position) FROM events WHERE stream LIKE 'referral-%')");
    file.close();
    expect(await alongside(['verify'])).toMatchObject({ code: 1, printed: expect.stringMatching(/events are missing before it|the end of the log is missing/) });
  });
});
