import type { Producer, TopicMessages } from 'kafkajs';
import { partitioner } from './co-partitioned.js';
import { faultOf, type BrokerFault } from './faults.js';
import { openClient, type Client, type ClientOptions } from './kafka-client.js';

/** A record for a topic. */
export interface Outgoing {
  readonly topic: string;
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Bytes sent together: a batch for one partition must stay below what a topic takes at once. */
const batchBytes = 512 * 1024;

/**
 * Sends records durably (idempotent producer, all in-sync replicas), those of one key in the order of the calls.
 *
 * One send at a time, and a new producer after each failure: kafkajs takes the sequence numbers of a failed send back although the broker may have
 * them, and would give them to other records, which the broker then drops as repeats of the first.
 */
export class Publisher {
  #lane: Promise<unknown> = Promise.resolve();
  #current: { readonly client: Client; readonly producer: Producer } | undefined;

  constructor(private readonly options: ClientOptions) {}

  /** Throws `BrokerFault`; some of the records may be there then. */
  send(records: readonly Outgoing[]): Promise<void> {
    return this.#alone(async () => {
      const producer = await this.#producer();
      for (const batch of batchesOf(records)) await producer.sendBatch({ acks: -1, topicMessages: batch });
    });
  }

  /** Resolves when there is a producer. Throws `BrokerFault`. */
  check(): Promise<void> {
    return this.#alone(async () => void (await this.#producer()));
  }

  async close(): Promise<void> {
    await this.#lane;
    const { client, producer } = this.#current ?? {};
    this.#current = undefined;
    await producer?.disconnect().catch(() => undefined);
    client?.cut();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#lane.then(work).catch((error: unknown) => {
      throw this.#failed(error);
    });
    this.#lane = done.catch(() => undefined);
    return done;
  }

  async #producer(): Promise<Producer> {
    if (this.#current) return this.#current.producer;
    const client = openClient(this.options);
    const producer = client.kafka.producer({ idempotent: true, allowAutoTopicCreation: false, maxInFlightRequests: 1, createPartitioner: partitioner });
    this.#current = { client, producer };
    await producer.connect();
    return producer;
  }

  #failed(error: unknown): BrokerFault {
    this.#current?.client.cut();
    this.#current = undefined;
    return faultOf(error, this.options);
  }
}

function* batchesOf(records: readonly Outgoing[]): Generator<TopicMessages[]> {
  let topics = new Map<string, { key: Buffer | string | null; value: Buffer | string | null; headers: Record<string, string> }[]>();
  let bytes = 0;
  const batch = (): TopicMessages[] => [...topics].map(([topic, messages]) => ({ topic, messages }));
  for (const { topic, key, value, headers } of records) {
    const size = (value?.length ?? 0) + Object.entries(headers).reduce((sum, [name, text]) => sum + name.length + text.length, 0);
    if (bytes > 0 && bytes + size > batchBytes) {
      yield batch();
      topics = new Map();
      bytes = 0;
    }
    topics.set(topic, [...(topics.get(topic) ?? []), { key, value, headers: { ...headers } }]);
    bytes += size;
  }
  if (topics.size > 0) yield batch();
}
