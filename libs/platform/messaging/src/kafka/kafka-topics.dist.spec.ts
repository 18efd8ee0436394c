import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, eventually } from '@alongside/testing';
import type { Admin } from 'kafkajs';
import { LeaseLost } from '../progress.js';
import { openClient, type Client } from './kafka-client.js';
import { openKafkaBroker } from './kafka-broker.js';
import { Publisher } from './publisher.js';
import { Fleet, messagesOf } from './spec/fleet.js';
import { removeTopics } from './spec/topics-on-demand.js';
import { setUpTopics } from './topics.js';

const day = 86_400_000;

describeWith('kafka', 'topics', (address) => {
  let folder: string;
  let prefix: string;
  let topic: string;
  let client: Client;
  let admin: Admin;
  let fleet: Fleet;

  const setUp = (options: object = {}) => setUpTopics({ brokers: [address], prefix, contexts: ['referrals'], partitions: 3, ...options });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-topics-'));
    prefix = `topics-${randomUUID().slice(0, 8)}-`;
    topic = `${prefix}alongside.referrals.v1`;
    client = openClient({ brokers: [address] });
    admin = client.kafka.admin();
    await admin.connect();
    fleet = new Fleet({ brokers: [address], prefix, file: join(folder, 'loops.sqlite') });
  });
  afterEach(async () => {
    await fleet.close();
    await admin.disconnect();
    client.cut();
    await removeTopics({ brokers: [address], prefix });
    rmSync(folder, { recursive: true });
  });

  async function configurationOf(name: string): Promise<Record<string, string>> {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name }] });
    return Object.fromEntries(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]) ?? []);
  }

  /** Everything that was put aside for people to see. */
  async function deadLetters(count: number): Promise<readonly { readonly key: string; readonly value: string; readonly headers: Readonly<Record<string, string>> }[]> {
    const found: { key: string; value: string; headers: Record<string, string> }[] = [];
    const consumer = client.kafka.consumer({ groupId: `${prefix}people`, maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topic: `${topic}.dlq`, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]));
        found.push({ key: String(message.key), value: String(message.value), headers });
        await Promise.resolve();
      },
    });
    await eventually('dead letters', () => found.length >= count);
    await consumer.disconnect();
    return found;
  }

  describe('are set up', () => {
    it('with partition count and retention, beside their dead letters, once', async () => {
      const names = [topic, `${topic}.dlq`];
      const setUpAs = (done: string) => ({ replication: 1, topics: names.map((each) => ({ topic: each, done, replication: 1 })) });
      expect(await setUp({ retentionDays: 3, deadLetterRetentionDays: 30 })).toEqual(setUpAs('made'));
      expect(await setUp({ retentionDays: 3, deadLetterRetentionDays: 30 })).toEqual(setUpAs('unchanged'));
      const { topics } = await admin.fetchTopicMetadata({ topics: names });
      expect(topics.map(({ partitions }) => partitions.length)).toEqual([3, 3]);
      expect(await configurationOf(topic)).toMatchObject({ 'retention.ms': String(3 * day), 'cleanup.policy': 'delete', 'max.message.bytes': String(4 * 1024 * 1024) });
      expect(await configurationOf(`${topic}.dlq`)).toMatchObject({ 'retention.ms': String(30 * day) });
    });

    it('with another retention where that was asked for, all else kept', async () => {
      await setUp({ retentionDays: 3 });
      expect((await setUp({ retentionDays: 5 })).topics.map(({ done }) => done)).toEqual(['settings-changed', 'unchanged']);
      expect(await configurationOf(topic)).toMatchObject({ 'retention.ms': String(5 * day), 'max.message.bytes': String(4 * 1024 * 1024) });
    });

    it('again without being asked for anything: as they are, and one that is new like the others', async () => {
      await setUp({ partitions: 5, retentionDays: 3, deadLetterRetentionDays: 30 });
      const again = await setUpTopics({ brokers: [address], prefix, contexts: ['referrals', 'matching'] });
      expect(again.topics.map(({ done }) => done)).toEqual(['unchanged', 'unchanged', 'made', 'made']);
      const { topics } = await admin.fetchTopicMetadata({ topics: again.topics.map((each) => each.topic) });
      expect(topics.map(({ partitions }) => partitions.length)).toEqual([5, 5, 5, 5]);
      expect(await configurationOf(topic)).toMatchObject({ 'retention.ms': String(3 * day) });
      expect(await configurationOf(`${prefix}alongside.matching.v1`)).toMatchObject({ 'retention.ms': String(14 * day) });
    });

    it('not beside others that have another partition count', async () => {
      await setUp();
      await setUpTopics({ brokers: [address], prefix, contexts: ['matching'], partitions: 2 });
      await expect(setUpTopics({ brokers: [address], prefix, contexts: ['referrals', 'matching', 'assessment'] })).rejects.toThrow(
        `topics that are read together have different numbers of partitions (3 of ${topic}; 2 of ${prefix}alongside.matching.v1), and a consumer that starts reads none of them: stop the services, run alongside setup --partitions 3,`,
      );
      expect(await admin.listTopics()).not.toContain(`${prefix}alongside.assessment.v1`);
    });

    it('with as many partitions as somebody gave one of them by other means, and nothing is lost', async () => {
      const contexts = ['referrals', 'matching'];
      const matching = `${prefix}alongside.matching.v1`;
      const topics = contexts.map((each) => `alongside.${each}.v1`);
      const stopped = AbortSignal.abort();
      await setUp({ contexts });
      const broker = openKafkaBroker({ brokers: [address], prefix, loop: fleet.state, contexts });
      await broker.consume({ consumer: 'assessment', topics, handlersOf: () => ['open'], handle: () => Promise.resolve(), signal: stopped });
      await broker.check();
      const unread = messagesOf(['a', 'b', 'c', 'd', 'e', 'f'], 2).map((each) => ({ ...each, context: 'matching' }));
      await fleet.publisher.publish(unread);
      await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] });
      const said = `(5 of ${topic}; 3 of ${matching}), and a consumer that starts reads none of them: stop the services, run alongside setup --partitions 5,`;
      await eventually('seen', () => broker.check().then(() => false, () => true));
      await expect(broker.check()).rejects.toThrow(said);
      for (const partitions of [undefined, 3, 6]) await expect(setUpTopics({ brokers: [address], prefix, contexts, ...(partitions && { partitions }) })).rejects.toThrow(said);
      const done = await setUp({ contexts, partitions: 5 });
      expect(done.topics.map((each) => each.done)).toEqual(['unchanged', 'unchanged', 'partitions-added', 'unchanged']);
      expect((await setUp({ contexts, partitions: 5 })).topics.map((each) => each.done)).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);
      await broker.check();
      await broker.close();
      fleet.join('first', () => {}, { topics });
      await eventually('all handled', () => fleet.hasHandled(unread));
    });

    it('with no more copies than there are brokers', async () => {
      await expect(setUp({ replication: 3 })).rejects.toThrow('3 copies of each message need as many brokers, and 1 is there: start the others, or ask for fewer copies');
      expect(await admin.listTopics()).not.toContain(topic);
    });

    it('never with another partition count', async () => {
      await setUp();
      await expect(setUp({ partitions: 6 })).rejects.toThrow(
        `topic ${topic} has 3 partitions, not 6: partition counts never change, or a journey's messages would lose their order; ask for 3`,
      );
      await setUp();
    });
  });

  it('are looked for, dead letters too', async () => {
    const broker = openKafkaBroker({ brokers: [address], prefix, loop: fleet.state, contexts: ['referrals'] });
    await expect(broker.check()).rejects.toThrow(`topic ${topic} is missing: run alongside setup`);
    await setUp();
    await broker.check();
    await admin.deleteTopics({ topics: [`${topic}.dlq`] });
    await eventually('gone', async () => !(await admin.listTopics()).includes(`${topic}.dlq`));
    await expect(broker.check()).rejects.toThrow(`topic ${topic}.dlq is missing: run alongside setup`);
    await broker.close();
  });

  it('are refused to a consumer where a key would lie in different partitions of them', async () => {
    await setUp();
    await setUpTopics({ brokers: [address], prefix, contexts: ['matching'], partitions: 2 });
    const member = fleet.join('first', () => {}, { topics: ['alongside.referrals.v1', 'alongside.matching.v1'] });
    await eventually('told', () => member.faults.some(({ code }) => code === 'partition-counts-differ'));
  });

  it('tell no lag of a group that has never been', async () => {
    await setUp();
    const broker = openKafkaBroker({ brokers: [address], prefix, loop: fleet.state });
    expect(await broker.lag()).toEqual([]);
    const stopped = AbortSignal.abort();
    await broker.consume({ consumer: 'nobody', topics: ['alongside.referrals.v1'], handlersOf: () => [], handle: () => Promise.resolve(), signal: stopped });
    await broker.publish(messagesOf(['a', 'b'], 2));
    expect(await broker.lag()).toEqual([{ consumer: 'nobody', topic: 'alongside.referrals.v1', messages: 4 }]);
    await broker.close();
  });

  it('take a big batch at once, and give it in order', async () => {
    await setUp();
    const keys = Array.from({ length: 40 }, (_, index) => `journey-${index}`);
    const messages = messagesOf(keys, 100, { text: 'x'.repeat(1_000) });
    fleet.join('first');
    await fleet.publisher.publish(messages);
    await eventually('all handled', () => fleet.handled.length >= messages.length);
    for (const key of keys) expect(fleet.orderOf(key)).toEqual(messages.filter((each) => each.key === key).map(({ id }) => id));
    expect(fleet.handled).toHaveLength(messages.length);
  });

  describe('a poison message', () => {
    it('holds up nobody else: all others are done while it is still being tried', async () => {
      await setUp();
      const release = new AbortController();
      const others = Array.from({ length: 30 }, (_, index) => `journey-${index}`);
      const [poison, ...behind] = messagesOf(['poisoned'], 3);
      fleet.join(
        'first',
        ({ key }) => {
          if (key === 'poisoned' && !release.signal.aborted) throw new Error('Marigold Fairweather');
        },
        // The second attempt comes long after the test has ended.
        { backOff: [3_600_000], concurrency: 2 },
      );
      const messages = messagesOf(others, 20);
      await fleet.publisher.publish([...(poison ? [poison] : []), ...behind, ...messages]);
      await eventually('all others handled', () => fleet.hasHandled(messages));
      expect(fleet.handled).toHaveLength(messages.length);
      expect(await fleet.state.deadLetters.list()).toEqual([]);
    });

    it('is put aside with what failed and where it lay, and what is behind it too', async () => {
      await setUp();
      const [poison, behind, other] = [...messagesOf(['poisoned'], 2, { note: { $sealed: ['sealed'] } }), ...messagesOf(['other'], 1)];
      if (!poison || !behind || !other) throw new Error('no messages');
      fleet.join('first', ({ key }) => {
        if (key === 'poisoned') throw Object.assign(new Error('Marigold Fairweather could not be told'), { code: 'SQLITE_CONSTRAINT' });
      });
      await fleet.publisher.publish([other, poison, behind]);
      const [first, second, ...more] = await deadLetters(2);
      expect(more).toEqual([]);
      expect(first).toMatchObject({
        key: 'poisoned',
        value: JSON.stringify(poison.data),
        headers: {
          ce_id: poison.id,
          ce_type: 'alongside.referrals.ReferralAccepted.v1',
          'dlq-status': 'failed',
          'dlq-error': 'SQLITE_CONSTRAINT',
          'dlq-attempts': '3',
          'dlq-consumer': 'assessment',
          'dlq-steps': 'open',
          'dlq-topic': topic,
        },
      });
      const { 'dlq-partition': partition, 'dlq-offset': offset } = first?.headers ?? {};
      expect(second).toMatchObject({ key: 'poisoned', headers: { ce_id: behind.id, 'dlq-status': 'waiting', 'dlq-attempts': '0', 'dlq-partition': partition, 'dlq-offset': String(Number(offset) + 1) } });
      expect(second?.headers['dlq-error']).toBeUndefined();
      expect(JSON.stringify([first, second])).not.toContain('Marigold');
      expect((await fleet.state.deadLetters.list()).map(({ messageId, status }) => [messageId, status])).toEqual([
        [poison.id, 'failed'],
        [behind.id, 'waiting'],
      ]);
    });

    it('that is none of our messages is put aside and passed', async () => {
      await setUp();
      const publisher = new Publisher({ brokers: [address] });
      await publisher.send([{ topic, key: 'journey-1', value: 'Marigold Fairweather', headers: { from: 'elsewhere' } }]);
      await publisher.close();
      const [message] = messagesOf(['journey-1'], 1);
      if (!message) throw new Error('no message');
      await fleet.publisher.publish([message]);
      const member = fleet.join('first');
      await eventually('passed', () => fleet.hasHandled([message]));
      expect(await deadLetters(1)).toMatchObject([{ key: 'journey-1', headers: { from: 'elsewhere', 'dlq-error': 'not-a-message', 'dlq-topic': topic, 'dlq-offset': '0' } }]);
      await eventually('nothing is left', async () => (await member.broker.lag()).every(({ messages }) => messages === 0));
    });
  });

  describe('the relay', () => {
    const recorded = async (): Promise<number> => {
      // A topic that was just made may not be known to its own leader yet.
      await eventually('the topic known', () => admin.fetchTopicOffsets(topic).then(() => true, () => false));
      return (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
    };

    it('keeps its checkpoint once its messages are there', async () => {
      await setUp();
      const lease = await fleet.state.progress.acquire('relay:referrals', new AbortController().signal);
      if (!lease) throw new Error('not acquired');
      await fleet.publisher.publish(messagesOf(['a'], 2), { checkpoint: { lease, position: '0002' } });
      expect(await fleet.state.progress.checkpoint('relay:referrals')).toBe('0002');
      expect(await recorded()).toBe(2);
      await fleet.publisher.publish([], { checkpoint: { lease, position: '0003' } });
      expect(await fleet.state.progress.checkpoint('relay:referrals')).toBe('0003');
      await lease.release();
    });

    it('publishes nothing under a lease that it knows is lost, and keeps no checkpoint under one that is', async () => {
      await setUp();
      const lease = await fleet.state.progress.acquire('relay:referrals', new AbortController().signal);
      if (!lease) throw new Error('not acquired');
      const checkpoint = { lease: { ...lease, lost: AbortSignal.abort() }, position: '0002' };
      await expect(fleet.publisher.publish(messagesOf(['a'], 1), { checkpoint })).rejects.toBeInstanceOf(LeaseLost);
      expect(await recorded()).toBe(0);
      await lease.release();
      await expect(fleet.publisher.publish(messagesOf(['a'], 1), { checkpoint: { lease, position: '0002' } })).rejects.toBeInstanceOf(LeaseLost);
      expect(await fleet.state.progress.checkpoint('relay:referrals')).toBeUndefined();
    });
  });

  it('carry traces from who publishes to who handles', async () => {
    await setUp();
    const seen: (string | undefined)[] = [];
    const tracing = {
      inject: (headers: Record<string, string>) => void (headers['traceparent'] = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
      around: <T>(headers: Readonly<Record<string, string>>, _message: unknown, work: () => Promise<T>): Promise<T> => {
        seen.push(headers['traceparent']);
        return work();
      },
    };
    const broker = openKafkaBroker({ brokers: [address], prefix, loop: fleet.state, tracing });
    const stopping = new AbortController();
    const running = broker.consume({ consumer: 'assessment', topics: ['alongside.referrals.v1'], handlersOf: () => ['open'], handle: () => Promise.resolve(), signal: stopping.signal });
    await broker.publish(messagesOf(['a'], 1));
    await eventually('handled', () => seen.length === 1);
    expect(seen).toEqual(['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']);
    stopping.abort();
    await running;
    await broker.close();
  });
});
