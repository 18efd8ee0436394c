import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort } from '@alongside/testing';
import { openInProcessBroker, type InProcessBroker } from '../in-process/in-process-broker.js';
import { openKafkaBroker, type KafkaBroker } from './kafka-broker.js';

describe('a broker that is away', () => {
  let folder: string;
  let loop: InProcessBroker;
  let broker: KafkaBroker;
  let faults: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-broker-'));
    loop = openInProcessBroker({ file: join(folder, 'loops.sqlite') });
    faults = [];
    broker = openKafkaBroker({ brokers: [`127.0.0.1:${await freePort()}`], loop, contexts: ['referrals'], observer: { faulted: (at, { code }) => void faults.push(`${at} ${code}`) } });
  });
  afterEach(async () => {
    await broker.close();
    await loop.close();
    rmSync(folder, { recursive: true });
  });

  it('is told to whoever asks, and to nobody else', async () => {
    await expect(broker.check()).rejects.toThrow(/cannot be reached \(ECONNREFUSED\)/);
    expect(faults).toEqual([]);
  });

  it('is told once at each attempt of a consumer', async () => {
    const stopping = new AbortController();
    const running = broker.consume({ consumer: 'assessment', topics: ['alongside.referrals.v1'], handlersOf: () => ['open'], handle: () => Promise.resolve(), signal: stopping.signal });
    await eventually('told', () => faults.length > 0);
    stopping.abort();
    await running;
    expect(new Set(faults)).toEqual(new Set(['consumer:assessment ECONNREFUSED']));
  });
});
