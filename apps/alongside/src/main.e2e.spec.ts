import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteEventStore } from '@alongside/event-store';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..', '..');
const main = join(root, 'apps', 'alongside', 'dist', 'main.js');

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly ended: Promise<number | null>;
  readonly setUpToken: string;
}

let dataFolder: string;
const started: ChildProcess[] = [];

beforeAll(() => {
  expect(spawnSync(process.execPath, [join(root, 'tools', 'build.mjs')]).status).toBe(0);
});
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'alongside-e2e-'));
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(dataFolder, { recursive: true, force: true });
});

const environment = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  ALONGSIDE_DATA: dataFolder,
  ALONGSIDE_PORT: '0',
  ALONGSIDE_PUBLIC_LIMIT: '1000000/1',
  ...more,
});

/** Starts the system, empty, and resolves when it says that it is ready and how to set it up. */
function start(): Promise<Running> {
  const child = spawn(process.execPath, [main, '--empty'], { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const [, url, setUpToken] = /ready at (http:\S+)[^]*set-up\/(\S+)\n/.exec(output) ?? [];
      if (url !== undefined && setUpToken !== undefined) resolve({ child, url, ended, setUpToken });
    });
    void ended.then((code) => reject(new Error(`ended with ${code} before it was ready`)));
  });
}

/** Starts it in vain; what it wrote to standard error, and its exit code. */
function startInVain(more: Readonly<Record<string, string>>): { readonly error: string; readonly code: number | null } {
  const { stderr, status } = spawnSync(process.execPath, [main, '--empty'], { env: environment(more), timeout: 20_000 });
  return { error: stderr.toString(), code: status };
}

describe('starting', () => {
  test('twice on one data folder, the second refuses; after kill -9 it may start at once', async () => {
    const first = await start();
    expect(startInVain({})).toEqual({ code: 1, error: expect.stringMatching(/^alongside: the data folder [^\n]+ is in use by another process[^\n]+\n$/) });
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await start();
    expect((await fetch(`${second.url}/health/ready`)).status).toBe(200);
  });

  test('with a port in use, a folder that is none, or a wrong variable is one clear line and exit code 1', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    expect(startInVain({ ALONGSIDE_PORT: String(port) })).toEqual({ code: 1, error: expect.stringMatching(/^alongside: port \d+ [^\n]+ in use[^\n]+\n$/) });
    taken.close();
    writeFileSync(join(dataFolder, 'file'), '');
    expect(startInVain({ ALONGSIDE_DATA: join(dataFolder, 'file', 'below') })).toEqual({ code: 1, error: expect.stringMatching(/^alongside: the data folder [^\n]+\n$/) });
    expect(startInVain({ ALONGSIDE_PRT: '1' })).toEqual({ code: 1, error: expect.stringMatching(/^alongside: ALONGSIDE_PRT [^\n]+\n$/) });
  });
});

describe('a body of 10 MB', () => {
  // In one process with the server, the client would have sent all of it before the answer.
  test('is answered, also to somebody who is still sending it', async () => {
    const { url } = await start();
    const answerTo = (length: Readonly<Record<string, string>>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const sending = request(`${url}/api/referrals/receive-referral`, { method: 'POST', agent: false, headers: { 'content-type': 'application/json', ...length } });
        sending.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
        sending.end(Buffer.alloc(10_000_000, 'x'));
      });
    for (let round = 0; round < 20; round += 1) {
      expect(await answerTo({ 'content-length': '10000000' })).toBe(413);
      expect(await answerTo({})).toBe(413);
    }
  });
});

describe('SIGTERM under load', () => {
  test('answers what is in flight, loses nothing that was acknowledged, and ends with 0 within ten seconds', async () => {
    const running = await start();
    const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
      fetch(path.startsWith('http') ? path : running.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
    const administrator = { name: 'Noor Castle', email: 'noor.castle@example.org' };
    const registered = (await (await post('/api/organisations/register-organisation', { setUpToken: running.setUpToken, name: 'Northbank', administrator })).json()) as { id: string; link: string };
    expect((await post(registered.link, { password: 'a long and quiet walk' })).status).toBe(200);
    const { token } = (await (await post('/api/session', { email: administrator.email, password: 'a long and quiet walk' })).json()) as { token: string };

    const acknowledged: string[] = [];
    const statuses = new Set<number>();
    let cut = 0;
    const terms = (client: number, turn: number) => ({ terms: [{ list: 'interest', code: `term-${client}-${turn}`, label: `Term ${client} ${turn}`, synonyms: [] }] });
    const load = Array.from({ length: 16 }, async (_, client) => {
      for (let turn = 0; ; turn += 1) {
        let response: Response;
        try {
          response = await post(`/api/organisations/${registered.id}/publish-term-list`, terms(client, turn), { authorization: `Bearer ${token}` });
        } catch {
          return;
        }
        statuses.add(response.status);
        try {
          const { position } = (await response.json()) as { position?: string };
          if (response.status === 200 && position !== undefined) acknowledged.push(position);
          else return;
        } catch {
          cut += 1;
        }
      }
    });
    while (acknowledged.length < 100) await new Promise(setImmediate);
    const began = performance.now();
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    await Promise.all(load);
    expect(cut).toBe(0);
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);

    const log = openSqliteEventStore({ file: join(dataFolder, 'events.sqlite') });
    const positions = new Set<string>();
    for await (const event of log.readAll({ prefixes: ['organisation-'] })) positions.add(event.position);
    await log.close();
    expect(acknowledged.filter((position) => !positions.has(position))).toEqual([]);
  });
});

describe('Ctrl-C', () => {
  test('that arrives more than once at the same time still answers what is in flight and ends with 0', async () => {
    const running = await start();
    const body = JSON.stringify({ email: 'noor.castle@example.org', password: 'a long and quiet walk' });
    const client = connect(Number(new URL(running.url).port), '127.0.0.1');
    await once(client, 'connect');
    client.write(`POST /api/session HTTP/1.1\r\nHost: alongside\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`);
    await once(client, 'data');
    // The terminal's own, npm's and that of the script in between.
    for (let times = 0; times < 3; times += 1) running.child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    running.child.kill('SIGINT');
    client.write(body);
    const [answer] = (await once(client, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 401 /);
    expect(await running.ended).toBe(0);
  });
});
