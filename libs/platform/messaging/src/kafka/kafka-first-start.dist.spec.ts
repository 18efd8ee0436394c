import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, eventually, ownKafka, type OwnServer } from '@alongside/testing';
import { Fleet, messagesOf } from './spec/fleet.js';
import { setUpTopics } from './topics.js';

describeWith('kafka', 'a broker that nobody has used before', () => {
  let folder: string;
  let kafka: OwnServer;
  let fleet: Fleet;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-first-start-'));
    kafka = await ownKafka(join(folder, 'kafka'));
    fleet = new Fleet({ brokers: [kafka.address], prefix: '', file: join(folder, 'loops.sqlite') });
  }, 120_000);
  afterAll(async () => {
    await fleet.close();
    await kafka.stop();
    rmSync(folder, { recursive: true });
  });

  it('is no fault while it makes what it keeps of groups', async () => {
    await setUpTopics({ brokers: [kafka.address], contexts: ['referrals', 'matching'], partitions: 12 });
    const consumers = ['access', 'assessment', 'evaluation', 'matching', 'organisations'];
    const members = consumers.map((consumer) => fleet.join(consumer, () => {}, { consumer, topics: ['alongside.referrals.v1', 'alongside.matching.v1'] }));
    const messages = messagesOf(['a', 'b'], 3);
    await fleet.publish(messages);
    await eventually('each has handled all', () => members.every(({ handled }) => handled.length === messages.length));
    expect(members.flatMap(({ faults }) => faults)).toEqual([]);
  }, 60_000);
});
