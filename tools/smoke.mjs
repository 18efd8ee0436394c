// Starts the system as a user does, twice, and stops it: npm run smoke. Plain Node 20; one line for each thing that was checked.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { ask, bearer, commandLine, freePort, registerOrganisation, request, signIn, startSystem } from './system.mjs';

const firstStartWithin = 180;
/** Promised for a machine that has nothing else to do; shown, and held to what no busy machine explains. */
const laterStartPromised = 5;
const laterStartWithin = 60;
const stopWithin = 10;
const clients = 16;

let failed = 0;

async function check(name, work) {
  try {
    const said = await work();
    console.log(`ok    ${name}${said === undefined ? '' : `: ${said}`}`);
    return true;
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}: ${error.message}`);
    return false;
  }
}

function must(condition, why) {
  if (!condition) throw new Error(why);
}

const within = (promise, seconds, what) => {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`${what} took longer than ${seconds} s`)), seconds * 1000)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/** Starts it in vain: exit code 1 and one line that says why. */
function refuses(name, settings, says) {
  return check(name, async () => {
    const system = startSystem(settings, { npm: true });
    const { code } = await within(system.ended, 30, 'refusing').finally(() => system.child.kill('SIGKILL'));
    const lines = system.errors.split('\n').filter((line) => line.trim() !== '');
    must(code === 1, `exit code ${code} instead of 1: ${system.errors.slice(0, 500)}`);
    must(lines.length === 1, `${lines.length} lines instead of one: ${system.errors.slice(0, 500)}`);
    must(says.test(lines[0]), `it says: ${lines[0]}`);
    return lines[0];
  });
}

/** Who can sign in: as printed with a demo, otherwise the administrator of an organisation that is registered here. */
async function administratorOf(system) {
  const { url: base, output } = system;
  const printed = output.split('\n').find((line) => /administrator/i.test(line) && /\S+@\S+/.test(line)) ?? output.split('\n').find((line) => /\S+@\S+/.test(line));
  if (printed === undefined) return registerOrganisation(system);
  const email = /[^\s:<>(),]+@[^\s:<>(),]+/.exec(printed)?.[0];
  // The password stands in the line itself, or in one line for everybody.
  const password = /password:?\s+(\S+)/i.exec(printed)?.[1] ?? /password[^\n]*?[:\s](\S+)\s*$/im.exec(output)?.[1] ?? printed.trim().split(/\s+/).at(-1);
  const session = await signIn(base, email, password);
  return { organisationId: session.user.organisationId, email, password, session };
}

const serviceOf = (number) => ({ name: `Drop-in ${number}`, status: 'active', description: 'Open to everyone.', areas: ['East'], eligibility: 'Anyone', contact: { telephone: '01632 960000' } });

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'alongside-smoke-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const settings = { ALONGSIDE_DATA: data, ALONGSIDE_PORT: String(port), ALONGSIDE_PUBLIC_LIMIT: '1000000/1', ALONGSIDE_SIGN_IN_LIMIT: '1000000/1', ALONGSIDE_LOG_LEVEL: 'warn' };
  const running = new Set();
  const start = (options) => {
    const system = startSystem(settings, { npm: true, ...options });
    running.add(system.child);
    return system;
  };
  try {
    const first = start();
    if (!(await check('first start', async () => `ready after ${(await first.ready(firstStartWithin)).toFixed(1)} s`))) return;
    const base = first.url;

    await check('/health/ready', async () => must((await ask(`${base}/health/ready`)).status === 'ready', 'it does not say ready'));
    await check('/', async () => must((await request(`${base}/`)).headers.location === '/api/docs', 'it does not lead to /api/docs'));
    await check('/api/openapi.json', async () => {
      const { openapi, paths } = await ask(`${base}/api/openapi.json`);
      must(/^3\.1/.test(openapi), `it is of version ${openapi}`);
      return `${Object.keys(paths).length} paths`;
    });
    await check('/api/docs', async () => must((await request(`${base}/api/docs`)).status === 200, 'it does not answer'));
    await check('/metrics', async () => must(/^# HELP /m.test(await ask(`${base}/metrics`)), 'it shows none'));

    let administrator;
    await check('signing in', async () => {
      administrator = await administratorOf(first);
      const { user } = await ask(`${base}/api/session`, { headers: bearer(administrator.session.token) });
      return user.grants.map(({ role }) => role).join(', ');
    });
    if (administrator === undefined) return;

    await check('the command line beside it', async () => {
      const { code, output, errors } = await commandLine(settings, ['verify']);
      must(code === 0, `verify ended with ${code}: ${output}${errors}`);
      return output.split('\n')[0];
    });

    await refuses('a second start on the same folder', { ...settings, ALONGSIDE_PORT: '0' }, /in use by another process/);
    await refuses('a port that is in use', { ...settings, ALONGSIDE_DATA: join(folder, 'other') }, new RegExp(`port ${port} .*in use`));
    writeFileSync(join(folder, 'file'), '');
    await refuses('a folder that cannot be made', { ...settings, ALONGSIDE_DATA: join(folder, 'file', 'data'), ALONGSIDE_PORT: '0' }, /data folder .* cannot be/);
    if (process.getuid?.() !== 0) {
      mkdirSync(join(folder, 'locked'), { mode: 0o500 });
      await refuses('a folder that cannot be written', { ...settings, ALONGSIDE_DATA: join(folder, 'locked'), ALONGSIDE_PORT: '0' }, /data folder .* cannot be written/);
    } else console.log('skip  a folder that cannot be written: root may write everywhere');
    await refuses('a variable that is wrong', { ...settings, ALONGSIDE_DATA: join(folder, 'other'), ALONGSIDE_PORT: 'eighty' }, /ALONGSIDE_PORT must be/);
    await refuses('a variable that does not exist', { ...settings, ALONGSIDE_DATA: join(folder, 'other'), ALONGSIDE_PROT: '80' }, /ALONGSIDE_PROT is not/);

    const acknowledged = new Map();
    await check('stopping under load', () => stopUnderLoad(first, base, administrator, acknowledged));
    running.delete(first.child);

    const second = start();
    if (!(await check('second start', async () => {
      const seconds = await second.ready(laterStartWithin);
      if (seconds > laterStartPromised) console.log(`note  second start: slower than the ${laterStartPromised} s promised for a machine at rest`);
      return `ready after ${seconds.toFixed(1)} s`;
    }))) return;
    await check('everything is kept', async () => {
      const { token } = await signIn(base, administrator.email, administrator.password);
      let repeated = 0;
      for (const [key, before] of acknowledged) {
        const again = await listService(base, token, administrator.organisationId, key);
        must(again.status === before.status && JSON.stringify(again.body) === JSON.stringify(before.body), `the command ${key} was answered differently`);
        repeated += 1;
      }
      return `${repeated} commands that were acknowledged answer the same again`;
    });
    await check('stopping', async () => {
      const began = performance.now();
      second.child.kill('SIGTERM');
      const { code, signal } = await within(second.ended, stopWithin, 'stopping');
      must(code === 0, `exit code ${code ?? signal}`);
      return `exit code 0 after ${((performance.now() - began) / 1000).toFixed(1)} s`;
    });
    running.delete(second.child);
    await check('the command line without a server', async () => {
      const { code, output, errors } = await commandLine(settings, ['verify']);
      must(code === 0, `verify ended with ${code}: ${output}${errors}`);
    });
  } finally {
    for (const child of running) child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, running.size > 0 ? 3000 : 0));
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

const listService = (base, token, organisationId, key, agent = false) =>
  request(`${base}/api/organisations/${organisationId}/list-service`, { method: 'POST', headers: { ...bearer(token), 'idempotency-key': key }, body: serviceOf(key), agent });

/**
 * Clients send commands without a pause; a signal comes. Whatever was sent must be answered: by its result, by word that the
 * system is stopping, or, once it listens no more, by a refused connection. The exit code is 0.
 */
async function stopUnderLoad({ child, ended }, base, { session, organisationId }, acknowledged) {
  let answered = 0;
  let sent = 0;
  const lost = [];
  const client = async (name) => {
    // One connection a client, as clients under load have: what waits in the kernel to be accepted when listening ends was never in flight.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let number = 0; ; number += 1) {
      const key = `smoke-${name}-${number}`;
      sent += 1;
      try {
        const answer = await listService(base, session.token, organisationId, key, agent);
        answered += 1;
        if (answer.status === 503) return;
        must(answer.status < 300, `${answer.status} ${answer.body.code ?? ''}`);
        acknowledged.set(key, answer);
      } catch (error) {
        if (error.code !== 'ECONNREFUSED') lost.push(error.code ?? error.message);
        return;
      }
    }
  };
  const load = Promise.all(Array.from({ length: clients }, (_, name) => client(name)));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const began = performance.now();
  child.kill('SIGTERM');
  const { code, signal } = await within(ended, stopWithin, 'stopping');
  const seconds = (performance.now() - began) / 1000;
  await load;
  must(code === 0, `exit code ${code ?? signal}`);
  must(lost.length === 0, `${lost.length} of ${sent} requests were not answered (${[...new Set(lost)].join(', ')})`);
  must(acknowledged.size > 0, 'nothing was acknowledged');
  return `${answered} requests answered, exit code 0 after ${seconds.toFixed(1)} s`;
}

installIfNeeded();
await build();
await main();
console.log(failed === 0 ? 'all well' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
