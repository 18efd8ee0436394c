import { Kafka, logLevel, type ISocketFactory } from 'kafkajs';
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
  /** Ends every connection of this client for good. */
  cut(): void;
}

/**
 * A client of its own, connections included: kafkajs shares offsets between the consumers of one. It writes no log: what it tries again is no fault,
 * and what it gives up is told to whoever asked.
 */
export function openClient({ brokers, ssl, sasl, clientId = 'alongside', socketFactory = openSocket }: ClientOptions): Client {
  const connections = new Connections(socketFactory);
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
    logLevel: logLevel.NOTHING,
    logCreator: () => () => undefined,
  });
  return { kafka, cut: () => connections.cut() };
}
