import { Kafka, logLevel, type ISocketFactory, type LogEntry } from 'kafkajs';
import type { MessagingObserver } from '../observer.js';
import { Connections, openSocket } from './connections.js';
import type { KafkaAddress } from './kafka-address.js';
import { mendRequestQueue } from './mended-request-queue.js';

mendRequestQueue();

export interface ClientOptions extends KafkaAddress {
  /** Names this process in the broker's logs and quotas. Default `alongside`. */
  readonly clientId?: string;
  /** For specs: how connections are made. */
  readonly socketFactory?: ISocketFactory;
}

export interface Client {
  readonly kafka: Kafka;
  /** Tells nothing any more: what goes wrong while a client ends is no news. */
  quiet(): void;
  /** Ends every connection of this client for good. */
  cut(): void;
}

/** A client of its own, connections included: kafkajs shares offsets between the consumers of one. */
export function openClient({ brokers, ssl, sasl, clientId = 'alongside', socketFactory = openSocket }: ClientOptions, observer: MessagingObserver): Client {
  const connections = new Connections(socketFactory);
  let tell = telling(observer);
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId,
    ...(ssl && { ssl: { ...ssl } }),
    ...(sasl && { sasl: { ...sasl } as { mechanism: 'plain'; username: string; password: string } }),
    connectionTimeout: 3_000,
    authenticationTimeout: 10_000,
    requestTimeout: 15_000,
    // Whoever asks goes on trying by itself; each broker is tried at least once.
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: Math.max(3, brokers.length) },
    socketFactory: connections.factory,
    logLevel: logLevel.ERROR,
    logCreator: () => (entry) => tell(entry),
  });
  return {
    kafka,
    quiet: () => (tell = () => {}),
    cut: () => {
      tell = () => {};
      connections.cut();
    },
  };
}

const quietFor = 10_000;

/** kafkajs's own errors: their codes, none of their texts, and each no more often than every ten seconds. What has no code (a rebalance) is no fault. */
function telling(observer: MessagingObserver): (entry: Pick<LogEntry, 'namespace' | 'log'>) => void {
  const told = new Map<string, number>();
  return ({ namespace, log }) => {
    const code = /\b(E[A-Z]{4,}|[A-Z]+(?:_[A-Z]+)+|KafkaJS\w+)\b/.exec(log.message)?.[1];
    if (code === undefined) return;
    const now = performance.now();
    const name = `${namespace}: ${code}`;
    if (now - (told.get(name) ?? -Infinity) < quietFor) return;
    told.set(name, now);
    observer.faulted?.(`kafka:${namespace || 'client'}`, { code });
  };
}
