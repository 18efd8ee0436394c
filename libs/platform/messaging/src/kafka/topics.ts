import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { topicOf } from '../message-broker.js';
import { deadLetterTopicOf } from './dead-letter-record.js';
import { faultOf } from './faults.js';
import { openClient, type ClientOptions } from './kafka-client.js';

const day = 86_400_000;
/** Bytes that one batch of records may have, the largest message included. */
const largestBatch = 4 * 1024 * 1024;

export interface TopicsOptions extends ClientOptions {
  readonly contexts: readonly string[];
  /** Default 12. It never changes afterwards: the order of a key's messages hangs on it. At least as many as a service has replicas. */
  readonly partitions?: number;
  /** Copies of each message. Default: 3, or as many as there are brokers where there are fewer. */
  readonly replication?: number;
  /** Days that messages stay. Default 14: longer than any consumer is ever away; one that was away longer has them published again. */
  readonly retentionDays?: number;
  /** Days that dead letters stay in their topics. Default 90. */
  readonly deadLetterRetentionDays?: number;
}

export interface TopicSetUp {
  readonly topic: string;
  readonly done: 'made' | 'unchanged' | 'retention-changed';
}

/** The topics that a set of contexts needs, as the broker names them. */
export const topicsOf = (contexts: readonly string[], prefix = ''): readonly string[] =>
  contexts.flatMap((context) => [prefix + topicOf(context), prefix + deadLetterTopicOf(topicOf(context))]);

/**
 * Makes the topics of these contexts, and their dead-letter topics, with partition count and retention; those that are there keep what is in
 * them. Throws one line where a topic has another partition count, which is never changed.
 */
export async function setUpTopics(options: TopicsOptions): Promise<readonly TopicSetUp[]> {
  const client = openClient(options, {});
  const admin = client.kafka.admin();
  try {
    await admin.connect();
    return await setUp(admin, options);
  } catch (error) {
    throw error instanceof PartitionCountsNeverChange ? error : faultOf(error, options);
  } finally {
    await admin.disconnect().catch(() => undefined);
    client.cut();
  }
}

export class PartitionCountsNeverChange extends Error {
  constructor(topic: string, there: number, asked: number) {
    super(`topic ${topic} has ${there} partitions, not ${asked}: partition counts never change, or a journey's messages would lose their order; ask for ${there}`);
    this.name = 'PartitionCountsNeverChange';
  }
}

async function setUp(admin: Admin, options: TopicsOptions): Promise<readonly TopicSetUp[]> {
  const { contexts, prefix = '', partitions = 12, retentionDays = 14, deadLetterRetentionDays = 90 } = options;
  const replication = options.replication ?? Math.min(3, (await admin.describeCluster()).brokers.length);
  const retentionOf = (topic: string): string => String((topic.endsWith('.dlq') ? deadLetterRetentionDays : retentionDays) * day);
  const wanted = topicsOf(contexts, prefix);
  const there = new Set(await admin.listTopics());
  const old = wanted.filter((topic) => there.has(topic));
  if (old.length > 0) {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...old] });
    for (const topic of old) {
      const counted = topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
      if (counted !== partitions) throw new PartitionCountsNeverChange(topic, counted, partitions);
    }
  }
  const missing = wanted.filter((topic) => !there.has(topic));
  if (missing.length > 0) {
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map((topic) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries: [
          { name: 'retention.ms', value: retentionOf(topic) },
          { name: 'cleanup.policy', value: 'delete' },
          { name: 'max.message.bytes', value: String(largestBatch) },
          // An acknowledged message survives the loss of any one broker.
          { name: 'min.insync.replicas', value: replication >= 3 ? '2' : '1' },
        ],
      })),
    });
    await ledBySomebody(admin, missing);
  }
  const changed = await keepRetention(admin, old, retentionOf);
  return wanted.map((topic) => ({ topic, done: missing.includes(topic) ? 'made' : changed.has(topic) ? 'retention-changed' : 'unchanged' }));
}

/** A topic that was just made takes a moment until every broker knows who leads its partitions. (kafkajs's own waiting gives up at the first that does not.) */
async function ledBySomebody(admin: Admin, topics: readonly string[]): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    try {
      const known = await admin.fetchTopicMetadata({ topics: [...topics] });
      if (known.topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      if (attempts >= 50) throw error;
    }
    await pause(Math.min(20 * attempts, 500));
  }
}

async function keepRetention(admin: Admin, topics: readonly string[], retentionOf: (topic: string) => string): Promise<ReadonlySet<string>> {
  if (topics.length === 0) return new Set();
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: topics.map((name) => ({ type: topicResource, name })) });
  // Altering replaces every entry that was set for the topic, so those are given again.
  const others = resources
    .filter(({ resourceName, configEntries }) => configEntries.find(({ configName }) => configName === 'retention.ms')?.configValue !== retentionOf(resourceName))
    .map(({ resourceName, configEntries }) => ({
      type: topicResource,
      name: resourceName,
      configEntries: [
        ...configEntries.filter(({ configName, isDefault, configSource }) => configName !== 'retention.ms' && !isDefault && configSource === topicSource).map(({ configName, configValue }) => ({ name: configName, value: configValue })),
        { name: 'retention.ms', value: retentionOf(resourceName) },
      ],
    }));
  if (others.length > 0) await admin.alterConfigs({ validateOnly: false, resources: others });
  return new Set(others.map(({ name }) => name));
}

/** Kafka's resource type TOPIC: Node sees no such export of kafkajs, whose module is CommonJS. */
const topicResource = 2;
/** Kafka's DYNAMIC_TOPIC_CONFIG: set for the topic itself. */
const topicSource = 1;
