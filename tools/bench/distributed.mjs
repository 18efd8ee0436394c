// npm run bench -- distributed [--quick]: from produce to reaction done, over a real broker, beside kafkajs alone in the same run.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { openInProcessBroker, topicOf } from '../../libs/platform/messaging/dist/index.js';
import { openKafkaBroker, setUpTopics } from '../../libs/platform/messaging/dist/kafka/index.js';
import { openSqliteEventStore } from '../../libs/platform/event-store/dist/index.js';
import { startKafka } from '../servers/kafka.mjs';
import { percentile, report, rounded } from './figures.mjs';

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const now = () => performance.now();

/** Milliseconds that are left to the machine between two messages: lag is measured at rest, not under load. */
const between = 20;

async function broker(folder) {
  const given = process.env.ALONGSIDE_TEST_KAFKA;
  if (given) return { address: given, stop: async () => undefined };
  return startKafka(join(folder, 'kafka'));
}

const message = (number) => ({
  id: randomUUID(),
  context: 'referrals',
  name: 'ReferralAccepted',
  version: 1,
  key: `journey-${number % 50}`,
  organisationId: 'organisation-1',
  siteId: 'site-1',
  journeyId: `journey-${number % 50}`,
  occurredAt: new Date().toISOString(),
  recordedAt: new Date().toISOString(),
  correlationId: randomUUID(),
  source: { stream: `referral-journey-${number % 50}`, revision: number, eventId: randomUUID() },
  data: { number, form: { $sealed: [1, 'subject', 'stream', 'event', 'name', 'x'.repeat(400)] } },
});

function arrivals() {
  const waiting = new Map();
  return { wait: (number) => new Promise((resolve) => waiting.set(number, resolve)), come: (number) => waiting.get(number)?.() };
}

/** kafkajs as its documentation uses it: an idempotent producer, a consumer that does nothing. */
async function raw(address) {
  const prefix = await topics(address);
  const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  const consumer = kafka.consumer({ groupId: `${prefix}raw`, maxWaitTimeInMs: 100 });
  const topic = `${prefix}${topicOf('referrals')}`;
  const { wait, come } = arrivals();
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message: { value } }) => come(JSON.parse(value.toString()).number) });
  const send = (number) => producer.send({ topic, acks: -1, messages: [{ key: `journey-${number % 50}`, value: JSON.stringify(message(number).data) }] });
  const close = async () => {
    await consumer.disconnect();
    await producer.disconnect();
  };
  return { send, wait, close };
}

/** The system's own way: publish, the member of the group, a reaction. */
async function ours(address, folder, react) {
  const prefix = await topics(address);
  const loop = openInProcessBroker({ file: join(folder, `${randomUUID()}.sqlite`) });
  const kafka = openKafkaBroker({ brokers: [address], prefix, loop });
  const stopping = new AbortController();
  const { wait, come } = arrivals();
  const running = kafka.consume({
    consumer: 'bench',
    topics: [topicOf('referrals')],
    handlersOf: () => ['react'],
    handle: async (_handler, { data }) => {
      await react();
      come(data.number);
    },
    signal: stopping.signal,
  });
  const close = async () => {
    stopping.abort();
    await running;
    await kafka.close();
    await loop.close();
  };
  return { send: (number) => kafka.publish([message(number)]), wait, close };
}

async function topics(address) {
  const prefix = `bench-${randomUUID().slice(0, 8)}-`;
  await setUpTopics({ brokers: [address], prefix, contexts: ['referrals'] });
  return prefix;
}

/** Milliseconds from before the send to the arrival. */
async function lag({ send, wait }, number) {
  const here = wait(number);
  const began = now();
  await send(number);
  await here;
  return now() - began;
}

const eventMetadata = (id) => {
  const at = new Date().toISOString();
  return { eventId: id, schemaVersion: 1, occurredAt: at, recordedAt: at, actor: { id: 'bench', role: 'system' }, organisationId: 'organisation-1', commandId: id, correlationId: id, causationId: id };
};

/** One after the other and each in turn, so that all of them have the same machine. */
async function measured(ways, samples) {
  const results = ways.map(() => []);
  const warm = Math.ceil(samples / 10);
  for (let number = 0; number < samples + warm; number++) {
    for (const [index, way] of ways.entries()) {
      const milliseconds = await way(number);
      if (number >= warm) results[index].push(milliseconds);
      await pause(between);
    }
  }
  return results;
}

export async function distributed({ samples, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), 'alongside-bench-distributed-'));
  const server = await broker(folder);
  const store = openSqliteEventStore({ file: join(folder, 'events.sqlite') });
  const append = () => {
    const id = randomUUID();
    return store.append(`bench-${id}`, 'no-stream', [{ type: 'Reacted', data: { reacted: true }, metadata: eventMetadata(id) }]);
  };
  let write = 0;
  const timedAppend = async () => {
    const began = now();
    await append();
    write = now() - began;
  };
  const writes = [];
  const rows = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      const [bare, empty, reacting] = [await raw(server.address), await ours(server.address, folder, async () => undefined), await ours(server.address, folder, timedAppend)];
      const lessItsWrite = async (number) => {
        const whole = await lag(reacting, number);
        writes.push(write);
        return whole - write;
      };
      const [kafkajs, passed, reacted] = await measured([(number) => lag(bare, number), (number) => lag(empty, number), lessItsWrite], samples);
      await Promise.all([bare.close(), empty.close(), reacting.close()]);
      const beside = (values, share) => rounded(percentile(values, share) / percentile(kafkajs, share));
      const ratios = (values) => ({ 'p50 ratio': beside(values, 0.5), 'p99 ratio': beside(values, 0.99) });
      const row = (what, values, more) => ({ round, what, 'p50 ms': rounded(percentile(values, 0.5)), 'p99 ms': rounded(percentile(values, 0.99)), ...more });
      rows.push(
        row('kafkajs alone, produce to consume', kafkajs),
        row('message to an empty reaction', passed, ratios(passed)),
        row('its durable write', writes.splice(0)),
        row('message to reaction done, less its write', reacted, ratios(reacted)),
      );
    }
  } finally {
    await store.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  report('From produce to reaction done, beside kafkajs alone (aim: within 1.5, and the reaction\'s own durable write)', rows);
}
