// Kills and pauses every process that the distributed system stands on, one after the other, while journeys run; then checks that every
// journey completes, nothing acknowledged is lost and nothing was done twice:
// npm run test:faults -- [--replicas 1] [--pause 30] [--only referrals,broker] [--seed 1] [--keep]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { Wrong, allReacted, nobodyIsExposed, none, sameAnswers, timelinesAreWhole, verified } from './crash/checks.mjs';
import { Client } from './crash/client.mjs';
import { acknowledgedStand, placesAreRight } from './crash/log-checks.mjs';
import { randomFrom } from './crash/random.mjs';
import { renewToken, setUp, signInAgain } from './crash/set-up.mjs';
import { installIfNeeded } from './install.mjs';
import { isOnRuntime } from './runtime.mjs';
import { startFerretDb, whyNoFerretDb } from './servers/ferretdb.mjs';
import { startKafka, whyNoKafka } from './servers/kafka.mjs';
import { openLog, ownLog } from './servers/own-log.mjs';
import { ownAddresses, serviceNames, startServices } from './servers/services.mjs';

const clients = 4;
/** Seconds. */
const readyWithin = 120;
/** Within it every client has to have come on again after a fault: longer than any of them goes on asking. */
const onAgainWithin = 180;

/** When each client was last answered, and the longest that one had to wait for it. */
class Pulse {
  #last;
  longest = 0;
  answers = 0;

  constructor(count) {
    this.#last = Array.from({ length: count }, () => performance.now());
  }

  beat(client) {
    const now = performance.now();
    this.longest = Math.max(this.longest, now - this.#last[client]);
    this.#last[client] = now;
    this.answers += 1;
  }

  begin() {
    this.longest = 0;
    this.answers = 0;
  }

  /** Resolves when every client has been answered since `from`. */
  async allSince(from, seconds) {
    for (const until = performance.now() + seconds * 1000; this.#last.some((each) => each < from); await wait(50)) {
      if (performance.now() > until) throw new Wrong(`${this.#last.filter((each) => each < from).length} of ${this.#last.length} clients did not come on again within ${seconds} s`);
    }
    // Whoever waited longest has just been answered.
    return (Math.max(...this.#last) - from) / 1000;
  }
}

const seconds = (milliseconds) => Number((milliseconds / 1000).toFixed(1));

async function main({ replicas, pause, only, seed, keep }) {
  const whyNot = whyNoKafka() ?? whyNoFerretDb();
  if (whyNot !== undefined) {
    console.log(`!! SKIPPED, faults of single processes: it kills and pauses a broker and a database of its own (${whyNot})`);
    return;
  }
  const random = randomFrom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'alongside-faults-'));
  console.log(`seed ${seed}, ${replicas} of each service, in ${folder}`);
  const servers = [];
  let system;
  let failed = false;
  try {
    const [broker, database] = await Promise.all([startKafka(join(folder, 'kafka')), startFerretDb(join(folder, 'database'))]);
    servers.push(broker, database);
    const log = await ownLog(folder);
    console.log(`${log.says}${log.server ? '' : ' It is not ours to kill.'}`);
    if (log.server) servers.push(log.server);
    system = await startServices({
      folder: join(folder, 'services'),
      eventStore: log.address,
      ...ownAddresses({ kafka: broker.address, mongodb: database.address }),
      replicas,
      gateways: 1,
      settings: { ALONGSIDE_LOG_LEVEL: 'warn' },
    });
    const gateway = system.one('gateway');
    const world = await setUp({ url: system.url, printed: (pattern, limit) => gateway.printed(pattern, limit) });
    const targets = [...serviceNames.map((name) => ({ name, process: system.one(name) })), { name: 'gateway', process: gateway }, { name: 'broker', process: broker }, { name: 'database', process: database }, ...(log.server ? [{ name: 'eventstore', process: log.server }] : [])];
    const chosen = only === undefined ? targets : targets.filter(({ name }) => only.split(',').includes(name));

    const pulse = new Pulse(clients);
    const acknowledged = [];
    const people = Array.from({ length: clients }, (_, name) => {
      const answered = { push: (command) => (acknowledged.push(command), pulse.beat(name)) };
      return new Client(name, { world, random: randomFrom(seed * 1000 + name), acknowledged: answered, endures: true, signInAgain: (person) => renewToken(system.url, person) });
    });
    const stopping = new AbortController();
    let broken;
    const load = Promise.all(people.map((each) => each.run(system.url, stopping.signal))).catch((error) => (broken = error));
    const going = async (work) => {
      await Promise.race([work, load]);
      if (broken) throw broken;
      return work;
    };

    const figures = [];
    const step = async (name, fault, work) => {
      pulse.begin();
      const from = performance.now();
      await going(work());
      const over = performance.now();
      const on = await going(pulse.allSince(over, onAgainWithin));
      figures.push({ process: name, fault, 'seconds until over': seconds(over - from), 'until all go on': Number(on.toFixed(1)), 'longest wait of one': seconds(pulse.longest), answered: pulse.answers });
      console.log(`${name} ${fault}: ${JSON.stringify(figures.at(-1))}`);
    };
    await step('nothing', 'for comparison', () => wait(10_000));
    for (const { name, process } of chosen) {
      await step(name, 'killed', async () => {
        await process.kill();
        // Another replica has to take over before this one is back.
        if (replicas > 1 && serviceNames.includes(name)) await pulse.allSince(performance.now() + 1_000, onAgainWithin);
        await process.start();
        await system.ready(readyWithin);
      });
      await step(name, `paused ${pause} s`, async () => {
        await process.pause();
        await wait(pause * 1000);
        await process.resume();
        await system.ready(readyWithin);
      });
    }
    stopping.abort();
    await load;
    if (broken) throw broken;
    console.table(figures);
    console.log(await check({ system, folder, address: log.address, world, people, acknowledged, random }));
  } catch (error) {
    failed = true;
    console.error(`FAILED with seed ${seed}: ${error instanceof Wrong ? error.message : error.stack}`);
    process.exitCode = 1;
  } finally {
    await system?.stop();
    await Promise.all(servers.map((each) => each.stop()));
    if (failed || keep) console.log(`its data and logs stay in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

async function check({ system, folder, address, world, people, acknowledged, random }) {
  const store = await openLog(address);
  try {
    for (const each of people) await each.finish(system.url);
    await signInAgain(system.url, world);
    const log = await allReacted(store);
    const repeated = await sameAnswers(system.url, acknowledged.slice(-50), acknowledged, random);
    none('places', placesAreRight(log));
    none('acknowledged commands', acknowledgedStand(log, acknowledged, new Map()).faults);
    const ids = new Set(log.events.map(({ metadata }) => metadata.eventId));
    if (ids.size !== log.events.length) throw new Wrong(`${log.events.length - ids.size} events stand twice in the log`);
    await timelinesAreWhole(system.url, world, people, log);
    await verified(system.settings);
    nobodyIsExposed(folder, people, '');
    return `all well: ${acknowledged.length} commands acknowledged, ${repeated} repeated, ${log.events.length} events whole, none twice; read models equal a rebuild`;
  } finally {
    await store.close();
  }
}

installIfNeeded();
if (await isOnRuntime()) {
  await build();
  const { values } = parseArgs({
    options: {
      replicas: { type: 'string', default: '1' },
      pause: { type: 'string', default: '30' },
      only: { type: 'string' },
      seed: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const [replicas, pause, seed] = [values.replicas, values.pause, values.seed ?? Math.trunc(Math.random() * 1_000_000)].map(Number);
  if ([replicas, pause, seed].every((each) => Number.isInteger(each) && each >= 0) && replicas > 0) await main({ replicas, pause, only: values.only, seed, keep: values.keep });
  else {
    console.error('usage: npm run test:faults -- [--replicas 1] [--pause 30] [--only referrals,broker] [--seed 1] [--keep]');
    process.exitCode = 2;
  }
}
