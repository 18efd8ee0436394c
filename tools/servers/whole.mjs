// The whole system for a test that moves the time of day: every service a process of its own, on servers of its own or on those that are there.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFerretDb, whyNoFerretDb } from './ferretdb.mjs';
import { startKafka, whyNoKafka } from './kafka.mjs';
import { ownLog } from './own-log.mjs';
import { freePorts } from './server-process.mjs';
import { ownAddresses, prepareServices } from './services.mjs';

const main = 'tools/servers/under-test.mjs';

/** What a folder is started with, so that it can be started again. */
async function newRecord(folder, ownServers) {
  const [broker, controller, database] = await freePorts(3);
  const { address: eventStore, says } = await ownLog(folder);
  process.stderr.write(`${says}\n`);
  return {
    key: randomBytes(32).toString('base64'),
    ports: { kafka: [broker, controller], database },
    eventStore,
    ...ownAddresses(
      ownServers
        ? { kafka: `127.0.0.1:${broker}`, mongodb: `mongodb://127.0.0.1:${database}` }
        : { kafka: process.env.ALONGSIDE_TEST_KAFKA, mongodb: process.env.ALONGSIDE_TEST_MONGODB },
    ),
  };
}

/**
 * Starts it in `folder`, or again on what an earlier one left there; resolves when all of it is ready.
 * - `now`: where the clock stands, RFC 3339
 * - `ownServers`: broker and database of its own, their files in the folder too, where this machine can run them; otherwise those that
 *   ALONGSIDE_TEST_KAFKA and ALONGSIDE_TEST_MONGODB name
 * The log is where `ownLog` finds a place for it; a container ends with the process that started it.
 */
export async function startWhole({ folder, now, ownServers: wanted = false, settings = {} }) {
  const ownServers = wanted && (whyNoKafka() ?? whyNoFerretDb()) === undefined;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'whole.json');
  const record = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : await newRecord(folder, ownServers);
  writeFileSync(file, JSON.stringify(record), { mode: 0o600 });
  const { eventStore, messages, documents } = record;
  const servers = ownServers ? await Promise.all([startKafka(join(folder, 'kafka'), record.ports.kafka), startFerretDb(join(folder, 'database'), record.ports.database)]) : [];
  const stopServers = () => Promise.all(servers.map((each) => each.stop()));
  try {
    const system = await prepareServices({
      folder,
      eventStore,
      messages,
      documents,
      settings: { ALONGSIDE_KEY_ENCRYPTION_KEY: record.key, ...settings },
      programOf: (name) => ({ main, args: [name, now] }),
    });
    await system.setUp('--partitions', '4');
    await system.start();
    return {
      url: system.url,
      settings: system.settings,
      /** Of each process, where its metrics are. */
      urls: system.processes.map(({ url }) => url),
      moveTo: (moment) => Promise.all(system.processes.map((each) => each.tell({ moveTo: moment }))),
      said: () => system.processes.map((each) => each.said()).join(''),
      async stop() {
        await system.stop();
        await stopServers();
      },
    };
  } catch (error) {
    await stopServers();
    throw error;
  }
}
