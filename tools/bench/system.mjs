// The built system with an organisation of its own, set up through the public API.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, server } from '../runtime.mjs';

const password = 'a long enough password for a bench';

/** Starts a program and resolves with the address in the line that says it is ready. */
export async function started(args, environment = {}) {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  const address = await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const ready = /ready (?:at )?(http:\S+)/.exec(output);
      if (ready) resolve(ready[1]);
    });
    child.on('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code} before it was ready`)));
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { address, child, stop, output: () => output };
}

/** The system as `npm start` runs it. */
export const startedSystem = (options, environment) =>
  started([...server.options, 'apps/alongside/dist/main.js', ...options], { ...server.environment, ...environment });

async function asked(address, path, { body, token, key } = {}) {
  const response = await fetch(address + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...(token && { authorization: `Bearer ${token}` }), ...(key && { 'idempotency-key': key }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = response.headers.get('content-type')?.includes('json') ? await response.json() : undefined;
  return { status: response.status, answer };
}

export async function mustAnswer(address, path, options) {
  const { status, answer } = await asked(address, path, options);
  if (status >= 300) throw new Error(`${path} answered ${status} ${answer?.code ?? ''} ${answer?.rule ?? ''} ${JSON.stringify(answer?.errors ?? '')}`);
  return answer;
}

/** Asks until another context has heard: it answers 404 (or 422 for what it does not know yet) until then. */
async function untilHeard(address, path, options) {
  const until = Date.now() + 10_000;
  for (;;) {
    const { status, answer } = await asked(address, path, options);
    if (status < 300) return answer;
    if (Date.now() > until || ![404, 422, 503].includes(status)) throw new Error(`${path} answered ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function signedIn(address, link, email) {
  const token = link.split('/').at(-1);
  await untilHeard(address, `/api/session/invitations/${token}`, { body: { password } });
  return (await mustAnswer(address, '/api/session', { body: { email, password } })).token;
}

/** A running system without a demo: an organisation, a site, a coordinator who is signed in. */
export async function preparedSystem() {
  const data = mkdtempSync(join(tmpdir(), 'alongside-bench-'));
  const running = await startedSystem(['--empty'], { ALONGSIDE_DATA: data, ALONGSIDE_PORT: '0', ALONGSIDE_LOG_LEVEL: 'error', ALONGSIDE_PUBLIC_LIMIT: '1000000/60' });
  const { address } = running;
  while (!/once: \S+/.test(running.output())) await new Promise((resolve) => setTimeout(resolve, 20));
  const setUpToken = /once: (\S+)/.exec(running.output())[1].split('/').at(-1);
  const registered = await mustAnswer(address, '/api/organisations/register-organisation', {
    body: { setUpToken, name: 'Bench', administrator: { name: 'Noor Castle', email: 'noor@example.org' } },
  });
  const administrator = await signedIn(address, registered.link, 'noor@example.org');
  const at = (name) => `/api/organisations/${registered.id}/${name}`;
  const calendar = { timeZone: 'Europe/London', workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], holidays: [] };
  const { siteId } = await mustAnswer(address, at('open-site'), { token: administrator, body: { name: 'Riverside', calendar } });
  const added = await mustAnswer(address, at('add-staff-member'), {
    token: administrator,
    body: { name: 'Ade Bright', email: 'ade@example.org', grants: [{ role: 'coordinator', sites: [siteId] }] },
  });
  const token = await signedIn(address, added.link, 'ade@example.org');
  await untilHeard(address, `/api/public/sites/${siteId}/referral-form`);
  return {
    ...running,
    data,
    siteId,
    token,
    received: (number) => mustAnswer(address, '/api/referrals/receive-referral', { token, body: referralBody(siteId, number) }),
    remove: async () => {
      await running.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export const referralBody = (siteId, number) => ({
  siteId,
  purpose: 'peer-support',
  source: 'self',
  channel: 'telephone',
  // Every one somebody else, or the search for duplicates would be what is measured.
  form: { name: `${letters(number)} ${letters(number * 7919)}`, telephone: `01632 ${String(100000 + number)}` },
  consent: { toBeReferred: true, toInformReferrer: false },
});

const letters = (number) => [...String(number)].map((digit) => 'aeioumnrst'[digit]).join('');
