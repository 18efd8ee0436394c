// Kills the running system at random moments under load, and checks after every restart that nothing acknowledged is lost and
// nothing is half: npm run test:crash -- [--rounds 20] [--seed 1] [--keep]
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { Client, post } from './crash/client.mjs';
import { acknowledgedStand, placesAreRight, readLog, unfinished } from './crash/log-checks.mjs';
import { randomFrom } from './crash/random.mjs';
import { setUp, signInAgain } from './crash/set-up.mjs';
import { installIfNeeded } from './install.mjs';
import { isOnRuntime } from './runtime.mjs';
import { ask, bearer, freePort, startSystem } from './system.mjs';

const clients = 6;
/** Milliseconds of load before a kill. */
const shortest = 150;
const longest = 1_800;
/** Seconds. */
const startWithin = 60;
const reactionsWithin = 60;
/** Commands of earlier rounds that are asked again in each round. */
const askedAgain = 40;

/** One port for all starts: links that are given out name it. */
const settingsOf = (data, port) => ({
  ALONGSIDE_DATA: data,
  ALONGSIDE_PORT: String(port),
  ALONGSIDE_LOG_LEVEL: 'warn',
  ALONGSIDE_PUBLIC_LIMIT: '1000000/1',
  ALONGSIDE_SIGN_IN_LIMIT: '1000000/1',
});

class Wrong extends Error {}

function none(what, faults) {
  if (faults.length > 0) throw new Wrong(`${what}: ${faults.length}\n  ${faults.slice(0, 10).join('\n  ')}`);
}

async function main({ rounds, seed, keep }) {
  const random = randomFrom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'alongside-crash-'));
  const settings = settingsOf(join(folder, 'data'), await freePort());
  console.log(`seed ${seed}, ${rounds} rounds in ${folder}`);
  const started = performance.now();
  let system;
  let failed = false;
  const start = async () => {
    system = startSystem(settings, { options: ['--empty'] });
    await system.ready(startWithin);
  };
  try {
    await start();
    const world = await setUp(system);
    const acknowledged = [];
    const shapes = new Map();
    const people = Array.from({ length: clients }, (_, name) => new Client(name, { world, random: randomFrom(seed * 1000 + name), acknowledged }));
    for (let round = 1; round <= rounds; round += 1) {
      const before = acknowledged.length;
      const killedAfter = random.whole(shortest, longest);
      await killUnderLoad(system, people, killedAfter);
      await start();
      await signInAgain(system.url, world);
      const said = await check({ system, settings, world, people, acknowledged, before, shapes, random });
      console.log(`round ${round}: killed after ${killedAfter} ms, ${said} (${((performance.now() - started) / 1000).toFixed(0)} s)`);
    }
    system.child.kill('SIGTERM');
    const { code } = await system.ended;
    if (code !== 0) throw new Wrong(`stopping ended with ${code}`);
    nobodyIsExposed(folder, people, system.output + system.errors);
    console.log(`all well: ${acknowledged.length} commands acknowledged, none lost, none half; seed ${seed}`);
  } catch (error) {
    failed = true;
    console.error(`FAILED with seed ${seed}: ${error instanceof Wrong ? error.message : error.stack}`);
    if (system) console.error(`the system said: ${`${system.output}${system.errors}`.slice(-3000)}`);
    process.exitCode = 1;
  } finally {
    system?.child.kill('SIGKILL');
    await system?.ended;
    if (failed || keep) console.log(`its data stays in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

async function killUnderLoad(system, people, after) {
  const stopping = new AbortController();
  const load = Promise.all(people.map((each) => each.run(system.url, stopping.signal)));
  await Promise.race([pause(after), load]);
  system.child.kill('SIGKILL');
  await system.ended;
  stopping.abort();
  await load;
}

async function check({ system, settings, world, people, acknowledged, before, shapes, random }) {
  const own = acknowledged.slice(before);
  const { openSqliteEventStore } = await import('@alongside/event-store');
  const store = openSqliteEventStore({ file: join(settings.ALONGSIDE_DATA, 'events.sqlite') });
  try {
    // What was interrupted completes or is undone by itself, before anybody asks for it again.
    await allReacted(store);
    for (const each of people) await each.finish(system.url);
    const repeated = await sameAnswers(system.url, own, acknowledged.slice(0, before), random);
    const log = await allReacted(store);
    none('places', placesAreRight(log));
    const stand = acknowledgedStand(log, acknowledged.slice(before), shapes);
    none('acknowledged commands', stand.faults);
    await timelinesAreWhole(system.url, world, people, log);
    await verified(settings);
    return `${own.length} acknowledged before, ${stand.interrupted} interrupted, ${repeated} repeated, ${log.events.length} events whole`;
  } finally {
    await store.close();
  }
}

/** Every command of the round, and some of earlier ones, answer the same again. */
async function sameAnswers(base, own, earlier, random) {
  const repeated = [...own, ...Array.from({ length: Math.min(earlier.length, askedAgain) }, () => random.oneOf(earlier))];
  none('commands answered differently when they are repeated', await differentAnswers(base, repeated));
  return repeated.length;
}

/** Nobody who was erased is sent a link. */
function answerOf({ journey }, body) {
  if (!journey.isErased) return body;
  const { link: _link, ...rest } = body;
  return rest;
}

async function differentAnswers(base, commands) {
  const faults = [];
  const left = [...commands];
  const worker = async () => {
    for (let command = left.pop(); command; command = left.pop()) {
      const again = await post(base, { ...command });
      const [before, after] = [command.answer, again].map(({ status, body }) => JSON.stringify([status, answerOf(command, body)]));
      if (before !== after) faults.push(`${command.key} (${command.name}): ${again.status} ${again.body?.rule ?? again.body?.code ?? ''} instead of ${command.answer.status}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return faults;
}

/** Resolves with the log once everything that must follow has followed. */
async function allReacted(store) {
  for (const began = performance.now(); ; await pause(100)) {
    const log = await readLog(store);
    const left = unfinished(log);
    if (left.length === 0) return log;
    if (performance.now() - began > reactionsWithin * 1000) none('reactions that did not complete', left);
  }
}

/** `alongside verify --read-models`, in this process: the log is whole, and the read models equal a rebuild from nothing. */
async function verified(settings) {
  const { runCommandLine } = await import('../apps/alongside/dist/command-line.js');
  const run = async (...args) => {
    const lines = [];
    const terminal = { print: (line) => lines.push(line), tell: (line) => lines.push(line), progress: () => undefined, confirm: () => undefined };
    const code = await runCommandLine({ args, environment: settings, terminal, signal: new AbortController().signal });
    return { code, lines };
  };
  const { code, lines } = await run('verify', '--read-models');
  if (code !== 0) none('alongside verify --read-models', lines);
  for (const list of ['parked', 'dead-letters']) {
    const { lines: listed } = await run(list, 'list');
    if (listed.length > 1) none(`alongside ${list} list`, listed);
  }
}

/** The history of a journey over HTTP tells every event of its streams. */
async function timelinesAreWhole(base, { auditor }, people, log) {
  const faults = [];
  for (const { journeyId } of people) {
    if (journeyId === undefined) continue;
    const told = new Set();
    for (let cursor = ''; cursor !== undefined; ) {
      const page = await ask(`${base}/api/journeys/${journeyId}/timeline?limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`, { headers: bearer(auditor.token) });
      for (const { stream, revision } of page.items) told.add(`${stream} ${revision}`);
      cursor = page.next;
    }
    const written = ['referral', 'assessment', 'matching', 'support', 'evaluation'].flatMap((category) => log.byStream.get(`${category}-${journeyId}`) ?? []);
    const untold = written.filter(({ stream, revision }) => !told.has(`${stream} ${revision}`)).length;
    if (untold > 0) faults.push(`${journeyId}: ${untold} of ${written.length} events are not told`);
  }
  none('timelines that are not whole', faults);
}

/** None of the words that only the people of this run have stands in any file, or was printed. */
function nobodyIsExposed(folder, people, printed) {
  const words = people.flatMap((each) => each.words());
  const found = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = readFileSync(join(entry.parentPath, entry.name)).toString('latin1');
    if (words.some((word) => content.includes(word))) found.push(entry.name);
  }
  if (words.some((word) => printed.includes(word))) found.push('the log');
  none('personal data in the clear', found);
}

installIfNeeded();
if (await isOnRuntime()) {
  await build();
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' }, seed: { type: 'string' }, keep: { type: 'boolean', default: false } } });
  const seed = Number(values.seed ?? Math.trunc(Math.random() * 1_000_000));
  const rounds = Number(values.rounds);
  if (Number.isInteger(rounds) && rounds > 0 && Number.isInteger(seed)) await main({ rounds, seed, keep: values.keep });
  else {
    console.error('usage: npm run test:crash -- [--rounds 20] [--seed 1] [--keep]');
    process.exitCode = 2;
  }
}
