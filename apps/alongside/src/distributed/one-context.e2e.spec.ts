import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const key = Buffer.alloc(32, 7).toString('base64');
let folder: string;

beforeAll(() => {
  expect(spawnSync(process.execPath, [join(root, 'tools', 'build.mjs')]).status).toBe(0);
  folder = mkdtempSync(join(tmpdir(), 'alongside-service-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const whole = (): Readonly<Record<string, string>> => ({
  ALONGSIDE_PORT: '0',
  ALONGSIDE_DATA: join(folder, 'data'),
  ALONGSIDE_EVENT_STORE: `sqlite:${join(folder, 'log', 'events.sqlite')}`,
  ALONGSIDE_MESSAGES: 'kafka://127.0.0.1:1',
  ALONGSIDE_READ_MODELS: 'mongodb://reader:hunter2@127.0.0.1:1/alongside',
  ALONGSIDE_KEYS: 'mongodb://reader:hunter2@127.0.0.1:1/alongside',
  ALONGSIDE_ACCOUNTS: 'mongodb://reader:hunter2@127.0.0.1:1/alongside',
  ALONGSIDE_KEY_ENCRYPTION_KEY: key,
});

/** A service, as its process alone. */
const argumentsFor = (name: string): string[] => [join(root, 'apps', name, 'dist', 'main.js')];
const environment = (settings: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], ...settings });

describe('a service of its own', () => {
  it.each([
    ['ALONGSIDE_MESSAGES', undefined],
    ['ALONGSIDE_EVENT_STORE', 'esdb://one:hunter2@127.0.0.1:2113?tlsVerifyCert=false'],
    ['ALONGSIDE_MESSAGES', 'kafka://127.0.0.1:9092?compress=hunter2'],
  ])('ends with 1 and one line that names %s=%s', (variable, value) => {
    const { status, stderr, stdout } = spawnSync(process.execPath, argumentsFor('referrals'), { env: environment({ ...whole(), [variable]: value }), timeout: 30_000, encoding: 'utf8' });
    expect({ status, stdout: stdout.includes('is ready') }).toEqual({ status: 1, stdout: false });
    expect(stderr).toMatch(new RegExp(`^referrals: ${variable} [^\\n]+\\n$`));
    expect(stderr).not.toContain('hunter2');
  });

  it('listens at once, says what is missing and why, and stops when it is asked to', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, 'close');
    const child = spawn(process.execPath, argumentsFor('matching'), { env: environment({ ...whole(), ALONGSIDE_PORT: String(port) }), stdio: ['ignore', 'pipe', 'pipe'] });
    let told = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (told += chunk.toString()));
    const ended = once(child, 'exit');
    try {
      const ask = async (path: string) => {
        for (;;) {
          const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
          if (answer) return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: (await answer.json()) as { readonly missing?: readonly string[]; readonly why?: readonly { readonly why: string }[] } };
        }
      };
      expect(await ask('/health/live')).toMatchObject({ status: 200 });
      expect(await ask('/api/matching/waiting-list')).toMatchObject({ status: 503, retryAfter: '2' });
      for (const variable of ['ALONGSIDE_MESSAGES', 'ALONGSIDE_READ_MODELS', 'ALONGSIDE_KEYS', 'ALONGSIDE_ACCOUNTS']) while (!told.includes(`${variable}: `)) await once(child.stdout, 'data');
      const { status, body } = await ask('/health/ready');
      expect({ status, missing: [...(body.missing ?? [])].sort() }).toEqual({ status: 503, missing: ['accounts', 'keys', 'messages', 'read-models'] });
      for (const { why } of body.why ?? []) expect(why).toMatch(/127\.0\.0\.1:1 cannot be reached/);
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
      expect(told).not.toContain('hunter2');
    } finally {
      child.kill('SIGKILL');
    }
  });
});
