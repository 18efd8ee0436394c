// Kills the running system at random moments under load, and checks after every restart that nothing acknowledged is lost and
// nothing is half: npm run test:crash -- [--rounds 20] [--seed 1] [--keep]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { Wrong, allReacted, nobodyIsExposed, none, sameAnswers, timelinesAreWhole, verified } from './crash/checks.mjs';
import { Client } from './crash/client.mjs';
import { acknowledgedStand, placesAreRight } from './crash/log-checks.mjs';
import { randomFrom } from './crash/random.mjs';
import { setUp, signInAgain } from './crash/set-up.mjs';
import { installIfNeeded } from './install.mjs';
import { isOnRuntime } from './runtime.mjs';
import { freePort, startSystem } from './system.mjs';

const clients = 6;
/** Milliseconds of load before a kill. */
const shortest = 150;
const longest = 1_800;
/** Seconds. */
const startWithin = 60;

/** One port for all starts: links that are given out name it. */
const settingsOf = (data, port) => ({
  ALONGSIDE_DATA: data,
  ALONGSIDE_PORT: String(port),
  ALONGSIDE_LOG_LEVEL: 'warn',
  ALONGSIDE_PUBLIC_LIMIT: '1000000/1',
  ALONGSIDE_SIGN_IN_LIMIT: '1000000/1',
});

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
