import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { topicOf } from '../message-broker.js';
import { deadLetterTopicOf } from './dead-letter-record.js';
import { faultOf } from './faults.js';
import { openClient, type ClientOptions } from './kafka-client.js';
import { differingCounts } from './partition-counts.js';

const day = 86_400_000;
/** Bytes that one batch of records may have, the largest message included. */
const largestBatch = 4 * 1024 * 1024;

export interface TopicsOptions extends ClientOptions {
  readonly contexts: readonly string[];
  /**
   * Default: as many as the topics that are there have, else 12. It never changes afterwards: the order of a key's messages hangs on it. At least
   * as many as a service has replicas. Only where somebody gave one topic more, the others are given as many when those are asked for.
   */
  readonly partitions?: number;
  /** Copies of each message, of topics that are made. Default: 3, or as many as there are brokers where there are fewer. */
  readonly replication?: number;
  /** Days that messages stay. Default: as it is, and 14 for topics that are made: longer than any consumer is ever away; one that was away longer has them published again. */
  readonly retentionDays?: number;
  /** Days that dead letters stay in their topics. Default: as it is, and 90 for topics that are made. */
  readonly deadLetterRetentionDays?: number;
}

export interface TopicSetUp {
  readonly topic: string;
  readonly done: 'made' | 'unchanged' | 'settings-changed' | 'partitions-added';
  /** Copies that there are of each message, of the partition that has the fewest. */
  readonly replication: number;
}

export interface TopicsSetUp {
  readonly topics: readonly TopicSetUp[];
  /** Copies that were asked for; where none were, as many as the brokers that are there now can keep, at most 3. */
  readonly replication: number;
}

const defaultPartitions = 12;
const inSync = 'min.insync.replicas';
const isForDeadLetters = (topic: string): boolean => topic.endsWith(deadLetterTopicOf(''));
const retentionOf = (days: number): string => String(days * day);
/** With so many copies, two of which have to be there, an acknowledged message survives the loss of any one broker, and so does publishing. */
const safeReplication = 3;

/** The topics that a set of contexts needs, as the broker names them. */
export const topicsOf = (contexts: readonly string[], prefix = ''): readonly string[] =>
  contexts.flatMap((context) => [prefix + topicOf(context), prefix + deadLetterTopicOf(topicOf(context))]);

/**
 * Makes the topics of these contexts, and their dead-letter topics, with partition count and retention; those that are there keep what is in
 * them, and their copies: these only the broker's own tools change. Throws one line where a topic has another partition count, which is never changed
 * but to be the same as that of the others again.
 */
export async function setUpTopics(options: TopicsOptions): Promise<TopicsSetUp> {
  const client = openClient(options);
  const admin = client.kafka.admin();
  try {
    await admin.connect();
    return await setUp(admin, options);
  } catch (error) {
    throw [PartitionCountsNeverChange, PartitionCountsDiffer, TooFewBrokers].some((kind) => error instanceof kind) ? error : faultOf(error, options);
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

export class PartitionCountsDiffer extends Error {
  constructor(said: string) {
    super(said);
    this.name = 'PartitionCountsDiffer';
  }
}

export class TooFewBrokers extends Error {
  constructor(asked: number, there: number) {
    super(`${asked} copies of each message need as many brokers, and ${there === 1 ? '1 is' : `${there} are`} there: start the others, or ask for fewer copies`);
    this.name = 'TooFewBrokers';
  }
}

interface KnownTopic {
  readonly partitions: number;
  readonly replication: number;
}

async function setUp(admin: Admin, options: TopicsOptions): Promise<TopicsSetUp> {
  const { contexts, prefix = '', retentionDays, deadLetterRetentionDays } = options;
  const wanted = topicsOf(contexts, prefix);
  const listed = new Set(await admin.listTopics());
  const there = await known(admin, wanted.filter((topic) => listed.has(topic)));
  const partitions = partitionsOf(there, options.partitions);
  const brokers = (await admin.describeCluster()).brokers.length;
  const replication = options.replication ?? Math.min(safeReplication, brokers);
  const missing = wanted.filter((topic) => !there.has(topic));
  if (missing.length > 0 && replication > brokers) throw new TooFewBrokers(replication, brokers);
  const askedRetention = (topic: string): number | undefined => (isForDeadLetters(topic) ? deadLetterRetentionDays : retentionDays);
  if (missing.length > 0) {
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map((topic) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries: [
          { name: 'retention.ms', value: retentionOf(askedRetention(topic) ?? (isForDeadLetters(topic) ? 90 : 14)) },
          { name: 'cleanup.policy', value: 'delete' },
          { name: 'max.message.bytes', value: String(largestBatch) },
          { name: inSync, value: replication >= safeReplication ? '2' : '1' },
        ],
      })),
    });
    await ledBySomebody(admin, missing, partitions);
  }
  const fewer = [...there].filter(([topic, each]) => !isForDeadLetters(topic) && each.partitions < partitions).map(([topic]) => topic);
  if (fewer.length > 0) {
    await admin.createPartitions({ topicPartitions: fewer.map((topic) => ({ topic, count: partitions })) });
    await ledBySomebody(admin, fewer, partitions);
  }
  const changed = await changeSettings(admin, [...there.keys()], (topic, has) => {
    const days = askedRetention(topic);
    const isSafe = (there.get(topic)?.replication ?? 1) < safeReplication || Number(has.get(inSync) ?? 1) > 1;
    return new Map([...(days === undefined ? [] : [['retention.ms', retentionOf(days)] as const]), ...(isSafe ? [] : [[inSync, '2'] as const])]);
  });
  const topics = wanted.map((topic): TopicSetUp => {
    const old = there.get(topic);
    if (!old) return { topic, done: 'made', replication };
    if (fewer.includes(topic)) return { topic, done: 'partitions-added', replication: old.replication };
    return { topic, done: changed.has(topic) ? 'settings-changed' : 'unchanged', replication: old.replication };
  });
  return { topics, replication };
}

async function known(admin: Admin, names: readonly string[]): Promise<ReadonlyMap<string, KnownTopic>> {
  if (names.length === 0) return new Map();
  const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
  const found = new Map(topics.map(({ name, partitions }) => [name, { partitions: partitions.length, replication: Math.min(...partitions.map(({ replicas }) => replicas.length)) }]));
  // In the order of the names, not of the answer: always the same topic is told of.
  return new Map(names.map((name) => [name, found.get(name)] as const).filter((each): each is readonly [string, KnownTopic] => each[1] !== undefined));
}

/**
 * The same for every topic, since a key has to be in the same partition of each: what was asked for, or what there is. Where somebody gave one
 * topic more than the others, only the greatest number can be had without a loss, and it has to be asked for. Dead letters nobody reads by key.
 */
function partitionsOf(there: ReadonlyMap<string, KnownTopic>, asked?: number): number {
  const counts = new Map([...there].filter(([topic]) => !isForDeadLetters(topic)).map(([topic, { partitions }]) => [topic, partitions]));
  const [first] = counts;
  if (!first) return asked ?? defaultPartitions;
  const differing = differingCounts(counts);
  if (differing !== undefined && asked !== Math.max(...counts.values())) throw new PartitionCountsDiffer(differing);
  const [topic, partitions] = first;
  if (differing === undefined && asked !== undefined && asked !== partitions) throw new PartitionCountsNeverChange(topic, partitions, asked);
  return asked ?? partitions;
}

/** A partition that was just made takes a moment until every broker knows who leads it. (kafkajs's own waiting gives up at the first that does not.) */
async function ledBySomebody(admin: Admin, topics: readonly string[], count: number): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    try {
      const known = await admin.fetchTopicMetadata({ topics: [...topics] });
      if (known.topics.every(({ partitions }) => partitions.length >= count && partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      if (attempts >= 50) throw error;
    }
    await pause(Math.min(20 * attempts, 500));
  }
}

type Settings = ReadonlyMap<string, string>;

/** Gives topics the settings that they are to have, as those judge that they have now; answers which had others. */
async function changeSettings(admin: Admin, topics: readonly string[], settingsFor: (topic: string, has: Settings) => Settings): Promise<ReadonlySet<string>> {
  if (topics.length === 0) return new Set();
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: topics.map((name) => ({ type: topicResource, name })) });
  const others = resources.flatMap(({ resourceName, configEntries }) => {
    const has = new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]));
    const wanted = settingsFor(resourceName, has);
    if ([...wanted].every(([name, value]) => has.get(name) === value)) return [];
    // Altering replaces every entry that was set for the topic, so those are given again.
    const own = configEntries.filter(({ isDefault, configSource }) => !isDefault && configSource === topicSource).map(({ configName, configValue }) => [configName, configValue] as const);
    return [{ type: topicResource, name: resourceName, configEntries: [...new Map([...own, ...wanted])].map(([name, value]) => ({ name, value })) }];
  });
  if (others.length > 0) await admin.alterConfigs({ validateOnly: false, resources: others });
  return new Set(others.map(({ name }) => name));
}

/** Kafka's resource type TOPIC: Node sees no such export of kafkajs, whose module is CommonJS. */
const topicResource = 2;
/** Kafka's DYNAMIC_TOPIC_CONFIG: set for the topic itself. */
const topicSource = 1;
