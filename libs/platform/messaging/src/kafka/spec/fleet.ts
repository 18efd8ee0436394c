import { uuidOf } from '@alongside/event-sourcing';
import { openInProcessBroker, type InProcessBroker } from '../../in-process/in-process-broker.js';
import type { Message } from '../../integration-event.js';
import { topicOf, type Consumption } from '../../message-broker.js';
import type { Failure } from '../../failure.js';
import { Connections, openSocket } from '../connections.js';
import { openKafkaBroker, type KafkaBroker } from '../kafka-broker.js';

let made = 0;

/** Several messages for each of these keys, turn by turn. */
export function messagesOf(keys: readonly string[], each: number, data: object = {}): Message[] {
  return Array.from({ length: each * keys.length }, (_, index) => {
    const number = (made += 1);
    const key = keys[index % keys.length] ?? '';
    return {
      id: uuidOf('fleet', number),
      context: 'referrals',
      name: 'ReferralAccepted',
      version: 1,
      key,
      organisationId: 'organisation-1',
      occurredAt: '2026-03-02T09:00:00.000Z',
      recordedAt: '2026-03-02T09:01:00.000Z',
      correlationId: 'correlation-1',
      source: { stream: `referral-${key}`, revision: number, eventId: uuidOf('fleet-event', number) },
      data: { number, ...data },
    };
  });
}

export interface FleetMember {
  readonly name: string;
  readonly broker: KafkaBroker;
  readonly faults: readonly (Failure & { readonly loop: string })[];
  readonly handled: readonly string[];
  /** Leaves in order. */
  stop(): Promise<void>;
  /** Ends it as `kill -9` would: no word to the group, and nothing it was doing is finished. */
  kill(): void;
}

export interface FleetOptions {
  readonly brokers: readonly string[];
  readonly prefix: string;
  /** Where the members keep their working state, as processes on one store do. */
  readonly file: string;
}

/** Members of one consumer group, each as a process of its own would be one, and what all of them did. */
export class Fleet {
  /** Every handling that ended well, in the order in which they did. */
  readonly handled: { readonly member: string; readonly message: Message }[] = [];
  readonly state: InProcessBroker;
  readonly #members: FleetMember[] = [];
  readonly #closers: (() => Promise<void>)[] = [];
  readonly publisher: KafkaBroker;

  constructor(private readonly options: FleetOptions) {
    this.state = openInProcessBroker({ file: options.file, pollEvery: 20 });
    this.publisher = openKafkaBroker({ brokers: options.brokers, prefix: options.prefix, loop: this.state });
  }

  join(name: string, work: (message: Message) => Promise<void> | void = () => {}, consumption: Partial<Consumption> = {}): FleetMember {
    const connections = new Connections(openSocket);
    const loop = openInProcessBroker({ file: this.options.file, pollEvery: 20 });
    const faults: (Failure & { loop: string })[] = [];
    const handled: string[] = [];
    const observer = { faulted: (at: string, failure: Failure) => void faults.push({ loop: at, ...failure }) };
    const { brokers, prefix } = this.options;
    const broker = openKafkaBroker({ brokers, prefix, loop, observer, sessionTimeout: 2_000, rebalanceTimeout: 6_000, socketFactory: connections.factory });
    const stopping = new AbortController();
    let dead = false;
    const running = broker.consume({
      consumer: 'assessment',
      topics: [topicOf('referrals')],
      handlersOf: () => ['open'],
      backOff: [10, 10],
      ...consumption,
      handle: async (_handler, message) => {
        if (dead) await new Promise(() => {});
        await work(message);
        if (dead) await new Promise(() => {});
        handled.push(message.id);
        this.handled.push({ member: name, message });
      },
      signal: stopping.signal,
    });
    let stopped: Promise<void> | undefined;
    const member: FleetMember = {
      name,
      broker,
      faults,
      handled,
      stop: () => {
        stopping.abort();
        return (stopped ??= dead ? Promise.resolve() : running);
      },
      kill: () => {
        dead = true;
        connections.cut();
      },
    };
    this.#members.push(member);
    this.#closers.push(async () => {
      await broker.close();
      await loop.close();
    });
    return member;
  }

  /** As the relay does: again and again until it is there. */
  async publish(messages: readonly Message[]): Promise<void> {
    for (;;) {
      try {
        return await this.publisher.publish(messages);
      } catch (error) {
        if ((error as { readonly passing?: boolean }).passing !== true) throw error;
      }
    }
  }

  countOf(message: Message): number {
    return this.handled.filter((each) => each.message.id === message.id).length;
  }

  hasHandled(messages: readonly Message[]): boolean {
    const ids = new Set(this.handled.map((each) => each.message.id));
    return messages.every(({ id }) => ids.has(id));
  }

  /** The messages of a key by their first handling. */
  orderOf(key: string): readonly string[] {
    return [...new Set(this.handled.filter(({ message }) => message.key === key).map(({ message }) => message.id))];
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((each) => each.stop()));
    for (const close of this.#closers) await close();
    await this.publisher.close();
    await this.state.close();
  }
}
