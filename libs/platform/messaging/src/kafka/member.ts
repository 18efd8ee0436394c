import { setTimeout as pause } from 'node:timers/promises';
import type { Broker, Cluster, Consumer } from 'kafkajs';
import { coPartitioned } from './co-partitioned.js';
import { readDoneAhead } from './done-ahead.js';
import { BrokerFault, faultOf } from './faults.js';
import { openClient, type ClientOptions } from './kafka-client.js';
import { Session, type Assignment, type SessionParts } from './session.js';

export interface MemberOptions extends Omit<SessionParts, 'failed'> {
  readonly client: ClientOptions;
  /** Milliseconds that a rebalance waits for a member to hand over. */
  readonly rebalanceTimeout: number;
  /** Stays the same when the member begins again, and so do its partitions as long as the others do. */
  readonly instance: string;
  readonly signal: AbortSignal;
}

/** Milliseconds that a fetch waits for something new, and so the longest that a resumed partition waits. */
const longestFetch = 100;
/** A member that no broker has answered for so long is given up. */
const silence = 60_000;
/** Milliseconds after which kafkajs gives up a request. */
const longestRequest = 15_000;
/** What leaving the group may take. */
const leaving = 5_000;

/**
 * Is a member of the consumer group until the signal aborts; then what is in flight is finished and committed. Throws when it cannot go on: it
 * is up to the caller to begin again. kafkajs never restarts it by itself.
 */
export async function runMember(options: MemberOptions): Promise<void> {
  const { signal, sessionTimeout, rebalanceTimeout } = options;
  const ended = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => ended.resolve(), { once: true });
  const client = openClient(options.client);
  const member = new Member(options, ended.reject);
  const consumer = client.kafka.consumer({
    groupId: `${options.prefix}${options.consumption.consumer}`,
    partitionAssigners: [coPartitioned({ instance: options.instance, before: () => member.handOver(), through: (...view) => member.view(...view) })],
    sessionTimeout,
    rebalanceTimeout,
    heartbeatInterval: Math.min(1_000, sessionTimeout / 5),
    maxWaitTimeInMs: longestFetch,
    maxBytesPerPartition: 256 * 1024,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5, restartOnFailure: () => Promise.resolve(false) },
  });
  member.listenTo(consumer);
  try {
    const running = member.run(consumer);
    running.catch(ended.reject);
    await Promise.race([ended.promise, member.silent(ended.promise)]);
    await member.finish();
    // In the middle of joining kafkajs cannot be stopped: it would be a member without anybody to work for it.
    await Promise.race([running.then(() => consumer.disconnect()), pause(leaving, undefined, { ref: false })]);
  } catch (error) {
    await member.giveUp();
    await Promise.race([consumer.disconnect().catch(() => undefined), pause(1_000, undefined, { ref: false })]);
    throw error instanceof Error && error.name.startsWith('KafkaJS') ? faultOf(error, options.client) : error;
  } finally {
    client.cut();
  }
}

/** What the broker answers and kafkajs's types leave out. */
interface CommittedOffset {
  readonly partition: number;
  readonly offset: string;
  readonly metadata: string | null;
}

/** kafkajs may never say that a request was lost with its connection. */
async function noAnswer(): Promise<never> {
  await pause(longestRequest, undefined, { ref: false });
  throw new BrokerFault('no-answer', 'the broker does not answer');
}

/** Exported for its spec alone. */
export class Member {
  #cluster: Cluster | undefined;
  #findCoordinator: ((groupId: string) => Promise<Broker>) | undefined;
  #session: Session | undefined;
  #over = false;
  #lastSign = performance.now();
  /** What sessions of before still have in flight: resolves when all of them have ended. */
  #ending: Promise<unknown> = Promise.resolve();
  /** Fetches under way, by broker, and when they began; and those of them that began before the group was joined, whose batches may be somebody else's by now. */
  readonly #fetching = new Map<number, number>();
  #outdated = new Set<number>();
  #joinedAt = 0;

  constructor(
    private readonly options: MemberOptions,
    private readonly failed: (error: unknown) => void,
  ) {}

  view(cluster: Cluster, findCoordinator: (groupId: string) => Promise<Broker>): void {
    this.#cluster = cluster;
    this.#findCoordinator = findCoordinator;
  }

  async run(consumer: Consumer): Promise<void> {
    const { prefix, consumption } = this.options;
    await consumer.connect();
    await consumer.subscribe({ topics: consumption.topics.map((topic) => prefix + topic), fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => {
        if (this.#isOutdated()) return;
        await this.#session?.take(payload);
      },
    });
  }

  listenTo(consumer: Consumer): void {
    const { events } = consumer;
    consumer.on(events.GROUP_JOIN, ({ payload }) => this.#join(payload.memberAssignment));
    consumer.on(events.CRASH, ({ payload }) => this.failed(payload.error));
    consumer.on(events.HEARTBEAT, () => {
      this.#sign();
      this.#session?.confirm();
    });
    consumer.on(events.REQUEST, () => this.#sign());
    consumer.on(events.FETCH_START, ({ payload: { nodeId } }) => {
      this.#outdated.delete(nodeId);
      this.#fetching.set(nodeId, performance.now());
    });
    consumer.on(events.FETCH, (event) => void this.#fetching.delete((event.payload as unknown as { readonly nodeId: number }).nodeId));
  }

  /** Rejects when no broker has answered for too long: kafkajs may hang without a word. */
  async silent(until: Promise<void>): Promise<void> {
    let over = false;
    until.then(
      () => (over = true),
      () => (over = true),
    );
    while (!over) {
      if (performance.now() - this.#lastSign > silence) throw new BrokerFault('no-answer', 'the broker does not answer');
      await pause(1_000, undefined, { ref: false });
    }
  }

  /** Before others may take over. A member that is done with does not join again. */
  async handOver(): Promise<void> {
    if (this.#over) throw Object.assign(new Error('this member is done with'), { retriable: false });
    await this.#endSession();
  }

  /** Finishes what is in flight, however long it takes; the group goes on knowing us meanwhile. */
  async finish(): Promise<void> {
    await Promise.all([this.#ending, this.#session?.end(Infinity)]);
    this.#over = true;
  }

  async giveUp(): Promise<void> {
    this.#over = true;
    await this.#endSession();
  }

  /**
   * kafkajs joins several times at once where several brokers say at the same time that partitions are led elsewhere: whoever comes second waits for the
   * same end, and not for nothing.
   */
  #endSession(): Promise<unknown> {
    const session = this.#session;
    this.#session = undefined;
    // The group waits for us as long as the rebalance may take, and no longer.
    if (session) this.#ending = Promise.all([this.#ending, session.end(Math.max(1_000, this.options.rebalanceTimeout - 3_000))]).then(() => undefined);
    return this.#ending;
  }

  #join(memberAssignment: Readonly<Record<string, number[]>>): void {
    if (this.#over) return;
    this.#sign();
    this.#joinedAt = performance.now();
    this.#outdated = new Set([...this.#fetching].filter(([, since]) => this.#joinedAt - since < longestRequest).map(([nodeId]) => nodeId));
    // Another one is still there only where the group was joined twice at once: two would work on the same keys.
    const assignment = this.#endSession().then(() => this.#assignmentOf(memberAssignment));
    this.#session = new Session({ ...this.options, failed: this.failed }, assignment);
  }

  async #assignmentOf(partitions: Readonly<Record<string, number[]>>): Promise<Assignment> {
    const { prefix, consumption } = this.options;
    const counts = consumption.topics.map((topic) => this.#cluster?.findTopicPartitionMetadata(prefix + topic).length);
    const [partitionCount = 0] = counts;
    if (counts.some((count) => count !== partitionCount)) {
      throw new BrokerFault('partition-counts-differ', `the topics of ${consumption.consumer} have different numbers of partitions: a key must be in the same one of each`);
    }
    const groupId = `${prefix}${consumption.consumer}`;
    const asked = Object.entries(partitions).map(([topic, numbers]) => ({ topic, partitions: numbers.map((partition) => ({ partition, offset: '' })) }));
    const ask = async () => (asked.length > 0 ? (await this.#findCoordinator?.(groupId))?.offsetFetch({ groupId, topics: asked }) : undefined);
    const { responses = [] } = (await Promise.race([ask(), noAnswer()])) ?? {};
    const committed = responses.flatMap(({ topic, partitions: own }) => (own as unknown as readonly CommittedOffset[]).map((each) => [`${topic}/${each.partition}`, each] as const));
    const done = new Map(committed.map(([place, { offset, metadata }]) => [place, readDoneAhead(Number(offset), metadata)]));
    return { partitionCount, partitions, isDone: (topic, partition, offset) => done.get(`${topic}/${partition}`)?.(offset) ?? false };
  }

  /** Only several brokers fetch at the same time, and none for longer than a request may take. */
  #isOutdated(): boolean {
    return this.#outdated.size > 0 && performance.now() - this.#joinedAt < longestRequest;
  }

  #sign(): void {
    this.#lastSign = performance.now();
  }
}
