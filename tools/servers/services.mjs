// The system as it runs on several machines: every service a process, any number of replicas, a gateway in front, on servers that are there.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runtime, server as runAs } from '../runtime.mjs';
import { commandLine, environment, freePort, request } from '../system.mjs';
import { serverProcess } from './server-process.mjs';

export const serviceNames = ['organisations', 'referrals', 'assessment', 'matching', 'supervision', 'evaluation', 'journeys'];

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Addresses of its own on servers that others use, too, of one host or several: a database and a prefix of topics that nobody else has. */
export function ownAddresses({ kafka, mongodb }) {
  const name = `a${randomBytes(5).toString('hex')}`;
  const [, server, former = '', query] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(mongodb);
  const options = new URLSearchParams(query);
  // Where the user is known is told by the database of an address, unless it is said.
  if (server.includes('@') && !options.has('authSource')) options.set('authSource', former || 'admin');
  return { messages: `kafka://${kafka}?prefix=${name}.`, documents: `${server}/${name}${options.size > 0 ? `?${options}` : ''}` };
}

/** Removes the topics of `ownAddresses` from a broker that others go on using. */
export async function removeTopics({ messages }) {
  const { default: kafkajs } = await import('kafkajs');
  const [, brokers, prefix] = /^kafka:\/\/([^/?]+)\?prefix=(.+)$/.exec(messages);
  const admin = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: 0 }).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
}

/**
 * Prepares the system's processes, their logs in `folder`, and starts none of them.
 * - `eventStore`: `esdb://…`, or `sqlite:<absolute file>` on one machine
 * - `messages`: `kafka://…`; `documents`: `mongodb://…`
 * - `replicas`: of each service, default 1; or a number for each name, 0 for none
 * - `gateways`: replicas of the gateway, default 1
 * - `settings`: more variables, for all of them
 * - `programOf`: for a process's name, `{main, args}` of a program that talks and stands for its own
 */
export async function prepareServices({ folder, eventStore, messages, documents, replicas = 1, gateways = 1, settings = {}, programOf }) {
  mkdirSync(folder, { recursive: true });
  const countOf = (name) => (name === 'gateway' ? gateways : typeof replicas === 'number' ? replicas : (replicas[name] ?? 1));
  const places = [];
  const taken = new Set();
  for (const name of [...serviceNames, 'gateway']) {
    for (let replica = 1; replica <= countOf(name); replica += 1) {
      let port;
      do port = await freePort();
      while (taken.has(port));
      taken.add(port);
      places.push({ name, replica, port, url: `http://127.0.0.1:${port}` });
    }
  }
  const urlsOf = (name) => places.filter((each) => each.name === name).map(({ url }) => url);
  const [url] = urlsOf('gateway');
  const common = {
    ALONGSIDE_EVENT_STORE: eventStore,
    ALONGSIDE_MESSAGES: messages,
    ALONGSIDE_READ_MODELS: documents,
    ALONGSIDE_KEYS: documents,
    ALONGSIDE_ACCOUNTS: documents,
    ALONGSIDE_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ALONGSIDE_DATA: join(folder, 'data'),
    ALONGSIDE_PUBLIC_URL: url ?? 'http://127.0.0.1:8400',
    ALONGSIDE_TRUST_PROXY: 'yes',
    ALONGSIDE_PUBLIC_LIMIT: '1000000/60',
    ALONGSIDE_SIGN_IN_LIMIT: '1000000/60',
    ALONGSIDE_SERVICES: serviceNames.filter((name) => urlsOf(name).length > 0).map((name) => `${name}=${urlsOf(name).join('|')}`).join(','),
    ...settings,
  };
  const processes = places.map((place) => processAt(place, folder, common, programOf?.(place.name)));
  const one = (name, replica = 1) => {
    const found = processes.find((each) => each.name === name && each.replica === replica);
    if (!found) throw new Error(`there is no replica ${replica} of ${name}`);
    return found;
  };
  const system = {
    /** Of the first gateway: where people reach the system. */
    url,
    /** The variables of every process, for a command line beside them. */
    settings: common,
    /** All of them: `{name, replica, url, log, start, kill, pause, resume, stop, ready, readiness, printed, pid}`. */
    processes,
    one,
    all: (name) => processes.filter((each) => each.name === name),
    /** `alongside <args>` with the variables of the processes: `{code, output, errors}`. */
    alongside: (...args) => commandLine(common, args),
    /** `alongside setup`, and throws where that fails. */
    async setUp(...args) {
      const { code, output, errors } = await commandLine(common, ['setup', ...args]);
      if (code !== 0) throw new Error(`alongside setup ended with ${code}: ${errors}`);
      return output;
    },
    /** Starts every process that is not running; with `limit`, until all are ready or so many seconds have passed. */
    async start(limit = 120) {
      await Promise.all(processes.map((each) => each.start()));
      if (limit > 0) await system.ready(limit);
      return system;
    },
    ready: (limit = 120) => Promise.all(processes.map((each) => each.ready(limit))),
    /** The token of the link that an empty system's gateway prints. */
    async setUpToken() {
      const [, token] = await one('gateway').printed(/set-up\/(\S+)\s/, 30);
      return token;
    },
    stop: () => Promise.all(processes.map((each) => each.stop())),
  };
  return system;
}

/** `startServices(options)`: prepared, set up and started; resolves when all of it is ready. */
export async function startServices({ setUp = ['--partitions', '4'], ...options }) {
  const system = await prepareServices(options);
  try {
    await system.setUp(...setUp);
    return await system.start();
  } catch (error) {
    await system.stop();
    throw error;
  }
}

function processAt({ name, replica, port, url }, folder, common, program) {
  const { main, args } = program ?? { main: join('apps', name, 'dist', 'main.js'), args: [] };
  const log = join(folder, `${name}-${replica}.log`);
  const { NODE_OPTIONS: _of, ...outer } = environment({});
  const process_ = serverProcess({
    name: `${name} ${replica}`,
    command: runtime(),
    args: [...runAs.options, join(root, main), ...args],
    talks: program !== undefined,
    cwd: root,
    env: { ...Object.fromEntries(Object.keys(process.env).filter((each) => each.startsWith('ALONGSIDE_')).map((each) => [each, undefined])), ...runAs.environment, ...outer, ...common, ALONGSIDE_PORT: String(port) },
    port,
    log,
  });
  const said = () => {
    try {
      return readFileSync(log, 'utf8');
    } catch {
      return '';
    }
  };
  /** What its readiness answers: `{status, body}`; undefined where nothing answers. */
  const readiness = () => request(`${url}/health/ready`, { timeout: 5_000 }).catch(() => undefined);
  return Object.assign(process_, {
    service: name,
    name,
    replica,
    port,
    url,
    log,
    said,
    readiness,
    /** Resolves when it is ready; throws after so many seconds. */
    async ready(limit = 60) {
      let last;
      for (const until = performance.now() + limit * 1000; performance.now() < until; await pause(50)) {
        last = await readiness();
        if (last?.status === 200) return;
      }
      throw new Error(`${name} ${replica} was not ready within ${limit} s: ${JSON.stringify(last?.body)}\n${said().slice(-2000)}`);
    },
    /** What it printed or logged that matches, within so many seconds. */
    async printed(pattern, limit) {
      for (const until = performance.now() + limit * 1000; ; await pause(20)) {
        const found = pattern.exec(said());
        if (found) return found;
        if (performance.now() > until) throw new Error(`${name} ${replica} did not print ${pattern}`);
      }
    },
  });
}
