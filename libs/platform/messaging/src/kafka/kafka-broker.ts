import { randomUUID } from 'node:crypto';
import type { Admin } from 'kafkajs';
import type { Message } from '../integration-event.js';
import type { LoopState } from '../loop-state.js';
import { topicOf, type ConsumerLag, type Consumption, type MessageBroker, type PublishOptions } from '../message-broker.js';
import type { MessagingObserver } from '../observer.js';
import { LeaseLost } from '../progress.js';
import { keepTrying } from '../running.js';
import { systemScheduler, type Scheduler } from '../scheduler.js';
import { toCloudEvent } from './cloud-event.js';
import { BrokerFault, faultOf } from './faults.js';
import { onceReady } from './getting-ready.js';
import { openClient, type Client, type ClientOptions } from './kafka-client.js';
import { runMember } from './member.js';
import { differingCounts } from './partition-counts.js';
import { Publisher } from './publisher.js';
import { Recent } from './recent.js';
import { topicsOf } from './topics.js';
import { noTracing, type MessageTracing } from './tracing.js';

export interface KafkaBrokerOptions extends ClientOptions {
  readonly loop: Pick<LoopState, 'deadLetters' | 'progress'>;
  readonly scheduler?: Scheduler;
  readonly observer?: MessagingObserver;
  readonly tracing?: MessageTracing;
  /** Contexts whose topics `check` looks for, beside those that are consumed here. */
  readonly contexts?: readonly string[];
  /**
   * Milliseconds after which a member that is not heard of has its partitions given to others. Default 6000: raise it where processes stand
   * still for longer; the broker takes no less than its `group.min.session.timeout.ms`.
   */
  readonly sessionTimeout?: number;
  /** Milliseconds that a rebalance waits for what members have in flight. Default 20000: longer than any reaction takes. */
  readonly rebalanceTimeout?: number;
}

export interface KafkaBroker extends MessageBroker {
  /** Resolves when the brokers answer, every topic is there, and those that a consumer reads have as many partitions each. Throws one line that says what is wrong and what to do. */
  check(): Promise<void>;
}

/** Milliseconds before a consumer that failed begins again: kafkajs has tried for a while already. */
const longestPause = 2_000;
/** Ids of each consumer's last messages that are remembered as done. */
const remembered = 10_000;

/** The broker of many machines. Nothing has to be there yet: whoever publishes or consumes goes on trying. */
export function openKafkaBroker(options: KafkaBrokerOptions): KafkaBroker {
  return new RemoteBroker(options);
}

class RemoteBroker implements KafkaBroker {
  readonly #observer: MessagingObserver;
  readonly #tracing: MessageTracing;
  readonly #prefix: string;
  readonly #publisher: Publisher;
  readonly #closing = new AbortController();
  /** Consumers that were ever started here, with their topics. */
  readonly #consumers = new Map<string, readonly string[]>();
  #admin: { readonly client: Client; readonly admin: Admin; readonly connected: Promise<void> } | undefined;
  #lag: Promise<readonly ConsumerLag[]> | undefined;

  constructor(private readonly options: KafkaBrokerOptions) {
    this.#observer = options.observer ?? {};
    this.#tracing = options.tracing ?? noTracing;
    this.#prefix = options.prefix ?? '';
    this.#publisher = new Publisher(options);
  }

  async publish(messages: readonly Message[], { checkpoint, onlyFor }: PublishOptions = {}): Promise<void> {
    if (checkpoint?.lease.lost.aborted) throw new LeaseLost(checkpoint.lease.name);
    if (messages.length > 0) {
      await this.#publisher.send(
        messages.map((message) => {
          const { key, value, headers } = toCloudEvent(message, onlyFor);
          const traced = { ...headers };
          this.#tracing.inject(traced, message);
          return { topic: this.#prefix + topicOf(message.context), key, value, headers: traced };
        }),
      );
    }
    if (checkpoint) await this.options.loop.progress.saveCheckpoint(checkpoint.lease, checkpoint.position);
  }

  consume(consumption: Consumption): Promise<void> {
    const { consumer, topics } = consumption;
    this.#consumers.set(consumer, topics);
    const signal = AbortSignal.any([consumption.signal, this.#closing.signal]);
    const scheduler = this.options.scheduler ?? systemScheduler;
    const parts = {
      consumption,
      deadLetters: this.options.loop.deadLetters,
      scheduler,
      observer: this.#observer,
      publisher: this.#publisher,
      tracing: this.#tracing,
      recent: new Recent(remembered),
      prefix: this.#prefix,
      sessionTimeout: this.options.sessionTimeout ?? 6_000,
      rebalanceTimeout: this.options.rebalanceTimeout ?? 20_000,
      client: this.options,
      instance: randomUUID(),
      signal,
    };
    return keepTrying(`consumer:${consumer}`, { scheduler: systemScheduler, observer: this.#observer, signal }, () => onceReady(() => runMember(parts), { scheduler: systemScheduler, signal }), longestPause);
  }

  lag(): Promise<readonly ConsumerLag[]> {
    return (this.#lag ??= this.#asked((admin) => this.#lagOf(admin)).finally(() => (this.#lag = undefined)));
  }

  async check(): Promise<void> {
    // A broker that is too old for us first shows in the producer.
    await this.#publisher.check();
    const { contexts = [] } = this.options;
    const consumed = [...this.#consumers.values()].flat().flatMap((topic) => [this.#prefix + topic]);
    const needed = [...new Set([...topicsOf(contexts, this.#prefix), ...consumed])];
    const { topics } = await this.#asked((admin) => admin.fetchTopicMetadata());
    const there = new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
    const missing = needed.find((topic) => !there.has(topic));
    if (missing !== undefined) throw new BrokerFault('topic-missing', `topic ${missing} is missing: run alongside setup`);
    for (const own of this.#consumers.values()) {
      const differing = differingCounts(new Map(own.map((topic) => [this.#prefix + topic, there.get(this.#prefix + topic) ?? 0])));
      if (differing !== undefined) throw new BrokerFault('partition-counts-differ', differing);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#publisher.close();
    const { client, admin } = this.#admin ?? {};
    this.#admin = undefined;
    await admin?.disconnect().catch(() => undefined);
    client?.cut();
  }

  async #lagOf(admin: Admin): Promise<readonly ConsumerLag[]> {
    const topics = [...new Set([...this.#consumers.values()].flat())];
    const ends = new Map(await Promise.all(topics.map(async (topic) => [topic, await admin.fetchTopicOffsets(this.#prefix + topic)] as const)));
    const lags = await Promise.all(
      [...this.#consumers].map(async ([consumer, own]) => {
        const committed = await admin.fetchOffsets({ groupId: this.#prefix + consumer, topics: own.map((topic) => this.#prefix + topic) });
        return own.map((topic) => {
          const offsets = new Map(committed.find((each) => each.topic === this.#prefix + topic)?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
          const messages = (ends.get(topic) ?? []).reduce((sum, { partition, high, low }) => {
            const from = Math.max(offsets.get(partition) ?? -1, Number(low));
            return sum + Math.max(0, Number(high) - from);
          }, 0);
          return { consumer, topic, messages };
        });
      }),
    );
    return lags.flat().sort((one, other) => (`${one.consumer} ${one.topic}` < `${other.consumer} ${other.topic}` ? -1 : 1));
  }

  /** Asks through one connection that is kept; after a fault through a new one. Throws `BrokerFault`. */
  async #asked<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const asking = (this.#admin ??= this.#connect());
    try {
      await asking.connected;
      return await question(asking.admin);
    } catch (error) {
      if (this.#admin === asking) this.#admin = undefined;
      asking.client.cut();
      throw faultOf(error, this.options);
    }
  }

  #connect(): { readonly client: Client; readonly admin: Admin; readonly connected: Promise<void> } {
    const client = openClient(this.options);
    const admin = client.kafka.admin();
    return { client, admin, connected: admin.connect() };
  }
}
