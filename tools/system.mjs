// The system as a user has it: started in a process of its own, asked over HTTP. Plain Node 20.
import { spawn } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { root, runtime } from './runtime.mjs';

/** A port that nobody listens on, below those that outgoing connections are given: it stays free between two starts. */
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.trunc(Math.random() * 12_000);
    const server = createServer();
    const isFree = await new Promise((resolve) => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** The environment without any setting of the system that the caller happens to have. */
export function environment(settings) {
  const outer = Object.entries(process.env).filter(([name]) => !name.startsWith('ALONGSIDE_') && !/^npm_/i.test(name));
  return { ...Object.fromEntries(outer), ...settings };
}

/**
 * Starts the system; `npm`: as a user does, with `npm start`, otherwise its process alone. `output` and `errors` fill while it runs.
 */
export function startSystem(settings, { npm = false, options = [] } = {}) {
  const main = join(root, 'apps', 'alongside', 'dist', 'main.js');
  const [program, args] = npm
    ? ['npm', ['start', '--silent', ...(options.length > 0 ? ['--', ...options] : [])]]
    : [runtime(), ['--enable-source-maps', main, ...options]];
  const startedAt = performance.now();
  const child = spawn(program, args, { cwd: root, env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'] });
  const system = { child, output: '', errors: '', url: undefined, seconds: () => (performance.now() - startedAt) / 1000 };
  let told = () => undefined;
  child.stdout.on('data', (chunk) => {
    system.output += chunk;
    // Of logs only what follows the last whole line matters here.
    system.url ??= /ready at (http:\/\/\S+)/.exec(system.output)?.[1];
    told();
  });
  child.stderr.on('data', (chunk) => (system.errors += chunk));
  system.ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal });
      told();
    });
  });
  /** Resolves with the seconds it took; throws where it ends before or takes longer than `limit` seconds. */
  system.ready = async (limit) => {
    const until = performance.now() + limit * 1000;
    while (system.url === undefined) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended with ${child.exitCode ?? child.signalCode} before it was ready: ${system.errors.slice(-2000)}`);
      if (performance.now() > until) throw new Error(`it was not ready within ${limit} s: ${system.errors.slice(-2000)}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, 50);
        told = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return system.seconds();
  };
  /** Resolves with what it printed; throws where it does not within `limit` seconds. */
  system.printed = async (pattern, limit) => {
    for (const until = performance.now() + limit * 1000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const found = pattern.exec(system.output);
      if (found) return found;
      if (performance.now() > until) throw new Error(`it did not print ${pattern}`);
    }
  };
  return system;
}

/** Runs the command line to its end. */
export async function commandLine(settings, args) {
  const child = spawn(process.execPath, [join(root, 'apps', 'alongside', 'bin', 'alongside.mjs'), ...args], { cwd: root, env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  return { code, output, errors };
}

/**
 * One request over a connection of its own. Rejects only when no answer came; `error.code` then says why.
 */
export function request(url, { method = 'GET', headers = {}, body, timeout = 30_000, agent = false } = {}) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = httpRequest(
      url,
      { method, agent, timeout, headers: { ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }), ...headers } },
      (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (answer += chunk));
        response.once('error', reject);
        response.once('aborted', () => reject(Object.assign(new Error('the answer broke off'), { code: 'ABORTED' })));
        response.once('end', () => {
          const isJson = /json/.test(response.headers['content-type'] ?? '');
          resolve({ status: response.statusCode, headers: response.headers, body: isJson && answer !== '' ? JSON.parse(answer) : answer });
        });
      },
    );
    sent.once('timeout', () => sent.destroy(Object.assign(new Error('no answer in time'), { code: 'TIMEOUT' })));
    sent.once('error', reject);
    sent.end(text);
  });
}

/** What was asked for, or an error that says which request was answered how. No body is shown: it may be personal. */
export async function ask(url, options = {}) {
  const answer = await request(url, options);
  if (answer.status >= 300) {
    const { code = '', rule = '', errors = [] } = typeof answer.body === 'object' ? answer.body : {};
    const fields = errors.map(({ path, code: why }) => `${path} ${why}`).join(', ');
    throw Object.assign(new Error(`${options.method ?? 'GET'} ${new URL(url).pathname}: ${answer.status} ${code} ${rule} ${fields}`.trim()), { status: answer.status, rule });
  }
  return answer.body;
}

export const bearer = (token) => ({ authorization: `Bearer ${token}` });

/** Sets the password of somebody who was added, and signs them in. */
export async function acceptInvitation(base, link, email, password) {
  await ask(new URL(new URL(link).pathname, base).href, { method: 'POST', body: { password } });
  return signIn(base, email, password);
}

export async function signIn(base, email, password) {
  const session = await ask(`${base}/api/session`, { method: 'POST', body: { email, password } });
  return session;
}

/** Registers the first organisation of an empty system with the link that it prints; answers its id and its administrator's session. */
export async function registerOrganisation({ url: base, printed }) {
  const [, setUpToken] = await printed(/set-up\/(\S+)\s/, 10);
  const [email, password] = ['noor.castle@example.org', 'correct horse battery staple'];
  const registered = await ask(`${base}/api/organisations/register-organisation`, {
    method: 'POST',
    body: { setUpToken, name: 'Northbank Peer Support', administrator: { name: 'Noor Castle', email } },
    headers: { 'idempotency-key': 'register' },
  });
  const session = await acceptInvitation(base, registered.link, email, password);
  return { organisationId: registered.id, email, password, session };
}
