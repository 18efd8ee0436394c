import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, messageBrokerContract, type OpenedBroker } from '@alongside/testing';
import { openInProcessBroker } from '../in-process/in-process-broker.js';
import type { MessageBroker } from '../message-broker.js';
import { Connections, openSocket } from './connections.js';
import { openKafkaBroker } from './kafka-broker.js';
import { removeTopics, withTopics } from './spec/topics-on-demand.js';

describeWith('kafka', 'over real Kafka', (address) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function open(prefix = `spec-${randomUUID().slice(0, 8)}-`, before: () => Promise<void> = async () => {}): OpenedBroker {
    const file = join(folder, 'loops.sqlite');
    const loop = openInProcessBroker({ file, pollEvery: 20 });
    const connections = new Connections(openSocket);
    const kafka = openKafkaBroker({ brokers: [address], prefix, loop, sessionTimeout: 1_500, rebalanceTimeout: 4_000, socketFactory: connections.factory });
    const broker: MessageBroker = withTopics(kafka, { brokers: [address], prefix, partitions: 3 });
    const close = async (): Promise<void> => {
      await kafka.close();
      await loop.close();
    };
    return {
      broker,
      deadLetters: loop.deadLetters,
      beside: () => openInProcessBroker({ file, pollEvery: 20 }),
      crash: async () => {
        connections.cut();
        return open(prefix, close);
      },
      close: async () => {
        await close();
        await before();
        await removeTopics({ brokers: [address], prefix });
      },
    };
  }

  messageBrokerContract('Kafka', () => open());
});
