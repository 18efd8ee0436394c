import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationFrom, type Application } from '@alongside/service';
import { start } from '../start.js';
import { readBeginning } from './demo-record.js';
import { bringInDemo, demoPassword, keepEmpty, signIns } from './demo.js';

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'alongside-demo-'));
  folders.push(made);
  return made;
};
afterAll(() => folders.forEach((each) => rmSync(each, { recursive: true, force: true })));

const configuration = (dataFolder: string) => configurationFrom({ ALONGSIDE_PORT: '0', ALONGSIDE_DATA: dataFolder, ALONGSIDE_LOG_LEVEL: 'error' });
const begin = (dataFolder: string, signal?: AbortSignal): Promise<Application> => start(configuration(dataFolder), { prelude: bringInDemo, ...(signal && { signal }) });

async function asking(application: Application, part: string) {
  const ask = async (method: 'GET' | 'POST', path: string, token?: string, body?: unknown) => {
    const headers = { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const answer = await application.request({ method, path, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    return { status: answer.status, body: JSON.parse(answer.body) as unknown };
  };
  const { body } = await ask('POST', '/api/session', undefined, { email: `${part}@example.org`, password: demoPassword });
  const { token } = body as { readonly token: string };
  return async (path: string) => (await ask('GET', path, token)).body as { readonly items: readonly Record<string, unknown>[] };
}

const coordinators = ['coordinator.riverside', 'coordinator.hillside'] as const;

/** Every worklist and list of both coordinators, by what it shows and not by when. */
async function everything(application: Application): Promise<readonly unknown[]> {
  const lists = ['/api/referrals?limit=100', '/api/referrals/worklist', '/api/assessment/worklist', '/api/matching/waiting-list', '/api/matching/worklist', '/api/supervision/worklist', '/api/evaluation/worklist'];
  const shown: unknown[] = [];
  for (const part of coordinators) {
    const read = await asking(application, part);
    for (const path of lists) {
      const { items } = await read(path);
      shown.push([part, path, items.map((each) => [each['kind'], each['id'] ?? each['journeyId'] ?? each['supporterId'], each['stage'], each['outcome']])]);
    }
  }
  return shown;
}

const kindsIn = async (application: Application, path: string): Promise<ReadonlySet<unknown>> => {
  const both = await Promise.all(coordinators.map(async (part) => (await (await asking(application, part))(path)).items));
  return new Set(both.flat().map((each) => each['kind']));
};
const stagesIn = async (application: Application): Promise<ReadonlySet<unknown>> => {
  const both = await Promise.all(coordinators.map(async (part) => (await (await asking(application, part))('/api/referrals?limit=100')).items));
  return new Set(both.flat().flatMap((each) => [each['status'], each['stage'], each['outcome']]));
};

const emailsIn = (line: string): readonly string[] => line.match(/[\w.]+@example\.org/g) ?? [];

/** Of those whom the printed list names, with the password that it names. */
async function signInsThatWork(application: Application): Promise<readonly string[]> {
  const [heading = '', ...lines] = signIns();
  const work: string[] = [];
  for (const [index, email] of lines.flatMap(emailsIn).entries()) {
    const body = JSON.stringify({ email, password: heading.split(' ').at(-1) });
    const { status } = await application.request({ method: 'POST', path: '/api/session', headers: { 'content-type': 'application/json' }, body, from: `10.0.0.${index}` });
    if (status === 200) work.push(email);
  }
  return work;
}

describe('the demo', () => {
  it('has a journey at every stage, is there at the next start, and is not played twice', async () => {
    const data = folder();
    const first = await begin(data);
    expect(readBeginning(data)).toMatchObject({ kind: 'demo', completedAt: expect.any(String) as unknown });
    expect(await stagesIn(first)).toEqual(
      new Set([
        undefined, 'received', 'deferred', 'accepted', 'closed', 'referral', 'assessment', 'matching', 'support', 'evaluation', 'over',
        'completed', 'declined', 'signposted', 'not-taken-forward', 'directed-to-training',
      ]),
    );
    expect(await kindsIn(first, '/api/referrals/worklist')).toEqual(new Set(['first-contact-due', 'first-meeting-due', 'coordinator-missing', 'undecided-duplicate', 'transfer-to-accept']));
    expect(await kindsIn(first, '/api/assessment/worklist')).toEqual(new Set(['meeting-missed', 'meeting-to-arrange', 'outcome-awaited', 'deferral-review']));
    expect([...(await kindsIn(first, '/api/supervision/worklist'))]).toEqual(expect.arrayContaining(['safeguarding-concern', 'quiet-relationship', 'check-in-due', 'query']));
    const riverside = await asking(first, 'coordinator.riverside');
    expect((await riverside('/api/evaluation/improvements')).items.map((each) => each['status'])).toEqual(expect.arrayContaining(['proposed', 'reported-back']));
    expect((await (await asking(first, 'supervisor'))('/api/supervision/groups')).items).toHaveLength(1);
    expect(await first.platform.projections.parked()).toEqual([]);
    expect(await first.platform.loops.deadLetters.list()).toEqual([]);
    const shown = await everything(first);
    const log = await first.platform.store.lastPosition();
    await first.stop();

    const second = await begin(data);
    expect(await everything(second)).toEqual(shown);
    expect(await second.platform.store.lastPosition()).toBe(log);
    expect(await signInsThatWork(second)).toEqual(signIns().flatMap(emailsIn));
    await second.stop();
  }, 120_000);

  it('goes on where it was cut short, to the same end', async () => {
    const data = folder();
    const whole = folder();
    const uncut = await begin(whole);
    const expected = await everything(uncut);
    await uncut.stop();
    for (const requests of [30, 200, 450]) {
      const cut = new AbortController();
      let made = 0;
      const counting = (application: Application): Application => ({
        ...application,
        request: (asked) => {
          made += 1;
          if (made === requests) cut.abort();
          return application.request(asked);
        },
      });
      await expect(start(configuration(data), { signal: cut.signal, prelude: (application, signal) => bringInDemo(counting(application), signal) })).rejects.toBeDefined();
      expect(readBeginning(data)).not.toMatchObject({ completedAt: expect.any(String) as unknown });
    }
    const finished = await begin(data);
    expect(await everything(finished)).toEqual(expected);
    await finished.stop();
  }, 180_000);

  it('stays out of a folder that was begun empty', async () => {
    const data = folder();
    const empty = await start(configuration(data), { prelude: keepEmpty });
    expect(await empty.platform.access.setUpLink()).toBeDefined();
    await empty.stop();
    const later = await begin(data);
    expect(await later.platform.store.lastPosition()).toBeUndefined();
    await later.stop();
  });
});
