import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describeWith, freePort, ownKafka, type OwnServer } from '@alongside/testing';
import type { Admin } from 'kafkajs';
import type { Message } from '../integration-event.js';
import { aboutCopies } from './copies.js';
import { openClient, type Client } from './kafka-client.js';
import { Fleet, messagesOf } from './spec/fleet.js';
import { setUpTopics } from './topics.js';

const topics = ['alongside.referrals.v1', 'alongside.referrals.v1.dlq'];
const partitions = 6;
const keys = Array.from({ length: 12 }, (_, index) => `journey-${index}`);

/** Milliseconds, for three brokers on a busy machine. */
const patience = 90_000;

async function within(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const began = performance.now(); !(await holds()); await pause(50)) {
    if (performance.now() - began > patience) throw new Error(`waited in vain for: ${what}`);
  }
}

describeWith('kafka', 'several brokers', () => {
  let folder: string;
  let addresses: readonly string[];
  let servers: OwnServer[];
  let client: Client;
  let admin: Admin;
  let fleet: Fleet;
  const published: Message[] = [];

  /** The first is the controller too, and is never killed. */
  async function startBroker(number: number, controller: number): Promise<OwnServer> {
    const address = addresses[number - 1] ?? '';
    const port = Number(address.split(':')[1]);
    const shared = 'offsets.topic.replication.factor=2\ncontrolled.shutdown.enable=false\nleader.imbalance.check.interval.seconds=3\nleader.imbalance.per.broker.percentage=0\n';
    const own = `process.roles=broker\nnode.id=${number}\nlisteners=CLIENTS://127.0.0.1:${port}\ncontroller.quorum.voters=1@127.0.0.1:${controller}\n`;
    return ownKafka(join(folder, String(number)), { more: number === 1 ? shared : shared + own }, [port, controller]);
  }

  const brokers = async (): Promise<number> => (await admin.describeCluster()).brokers.length;
  const setUp = (replication?: number) => setUpTopics({ brokers: addresses, contexts: ['referrals'], partitions, ...(replication !== undefined && { replication }) });
  const publish = async (each: number): Promise<void> => {
    const messages = messagesOf(keys, each);
    published.push(...messages);
    await fleet.publish(messages);
  };
  const allDoneInOrder = async (): Promise<void> => {
    await within('all handled', () => fleet.hasHandled(published));
    for (const key of keys) expect(fleet.orderOf(key)).toEqual(published.filter((each) => each.key === key).map(({ id }) => id));
  };
  const leaders = async (): Promise<ReadonlySet<number>> => new Set((await admin.fetchTopicMetadata({ topics: [...topics] })).topics.flatMap((each) => each.partitions.map(({ leader }) => leader)));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-cluster-'));
    const [controller, ...ports] = await Promise.all(Array.from({ length: 4 }, () => freePort()));
    addresses = ports.map((port) => `127.0.0.1:${port}`);
    servers = [await startBroker(1, controller ?? 0)];
    servers.push(await startBroker(2, controller ?? 0));
    client = openClient({ brokers: addresses });
    admin = client.kafka.admin();
    await admin.connect();
    await within('two brokers', async () => (await brokers()) === 2);
    const made = await setUp();
    expect(made).toEqual({ replication: 2, topics: topics.map((topic) => ({ topic, done: 'made', replication: 2 })) });
    expect(aboutCopies(made).lines).toEqual([expect.stringMatching(/^2 topics made with 2 copies/)]);
    servers.push(await startBroker(3, controller ?? 0));
    await within('three brokers', async () => (await brokers()) === 3);
    fleet = new Fleet({ brokers: addresses, prefix: '', file: join(folder, 'loops.sqlite') });
  }, 240_000);
  afterAll(async () => {
    await fleet?.close();
    await admin?.disconnect();
    client?.cut();
    for (const server of servers ?? []) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('give topics more copies when told to, and then take messages only where two can be written', async () => {
    for (const asked of [undefined, 3]) expect(aboutCopies(await setUp(asked), asked)).toMatchObject({ short: 2, lines: [expect.stringContaining('has 2 copies of each message, not 3'), expect.anything()] });
    const assigned = Array.from({ length: partitions }, (_, partition) => ({ partition, replicas: [0, 1, 2].map((place) => ((partition + place) % 3) + 1) }));
    await admin.alterPartitionReassignments({ topics: topics.map((topic) => ({ topic, partitionAssignment: assigned })) });
    await within('moved', async () => (await admin.listPartitionReassignments({})).topics.length === 0);
    const done = await setUp(3);
    expect(done.topics.map((each) => [each.done, each.replication])).toEqual([['settings-changed', 3], ['settings-changed', 3]]);
    expect(aboutCopies(done, 3)).toEqual({ lines: [], short: 0 });
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: topics[0] ?? '', configNames: ['min.insync.replicas', 'retention.ms'] }] });
    expect(Object.fromEntries(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]) ?? [])).toMatchObject({ 'min.insync.replicas': '2', 'retention.ms': String(14 * 86_400_000) });
  });

  it('lose nothing when one of them is killed, and when it leads again', async () => {
    await within('all lead', async () => (await leaders()).size === 3);
    fleet.join('first', () => pause(1));
    fleet.join('second', () => pause(1));
    await publish(10);
    await allDoneInOrder();
    const third = servers[2];
    await third?.kill();
    await publish(10);
    await allDoneInOrder();
    expect(await leaders()).not.toContain(3);
    await third?.start();
    // It is given back what it led: partitions move away from both others at the same time, in the middle of work.
    await within('all lead', async () => {
      await publish(1);
      return (await leaders()).size === 3;
    });
    await publish(20);
    await allDoneInOrder();
  });
});
