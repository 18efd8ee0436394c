import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { describeWith, ownKafka, type OwnServer } from '@alongside/testing';
import type { Message } from '../integration-event.js';
import { Fleet, messagesOf } from './spec/fleet.js';
import { setUpTopics } from './topics.js';

const keys = Array.from({ length: 24 }, (_, index) => `journey-${index}`);

/** As `eventually`, for what takes a broker's time: members are missed, brokers start. */
async function within(seconds: number, what: string, condition: () => boolean | Promise<boolean>): Promise<number> {
  const began = performance.now();
  for (; !(await condition()); await turn()) {
    if (performance.now() - began > seconds * 1_000) throw new Error(`waited in vain for: ${what}`);
  }
  return performance.now() - began;
}

describeWith('kafka', 'a broker and members that fail', () => {
  let folder: string;
  let kafka: OwnServer;
  let prefix: string;
  let fleet: Fleet;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-faults-'));
    kafka = await ownKafka(join(folder, 'kafka'));
  }, 120_000);
  afterAll(async () => {
    await kafka.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    prefix = `faults-${randomUUID().slice(0, 8)}-`;
    await setUpTopics({ brokers: [kafka.address], prefix, contexts: ['referrals'], partitions: 6 });
    fleet = new Fleet({ brokers: [kafka.address], prefix, file: join(folder, `${prefix}loops.sqlite`) });
  });
  afterEach(() => fleet.close());

  const inOrder = (published: readonly Message[]): void => {
    for (const key of keys) expect(fleet.orderOf(key)).toEqual(published.filter((each) => each.key === key).map(({ id }) => id));
  };
  const onceEach = (published: readonly Message[]): void => {
    expect(published.filter((each) => fleet.countOf(each) !== 1).map((each) => [each.key, fleet.countOf(each)])).toEqual([]);
  };
  /** Publishes more and more until this is so. */
  const feedUntil = async (what: string, condition: () => boolean): Promise<Message[]> => {
    const published: Message[] = [];
    await within(30, what, async () => {
      if (condition()) return true;
      const more = messagesOf(keys, 2);
      published.push(...more);
      await fleet.publish(more);
      return false;
    });
    return published;
  };
  const work = async (): Promise<void> => {
    await pause(1);
  };

  it('hands keys over from member to member: every message once, in order', async () => {
    const published: Message[] = [];
    const publishUntil = async (what: string, condition: () => boolean): Promise<void> => void published.push(...(await feedUntil(what, condition)));
    const first = fleet.join('first', work);
    await publishUntil('the first at work', () => first.handled.length > 20);
    const second = fleet.join('second', work);
    await publishUntil('the second at work', () => second.handled.length > 20);
    const third = fleet.join('third', work);
    await publishUntil('the third at work', () => third.handled.length > 20);
    await first.stop();
    const more = messagesOf(keys, 5);
    published.push(...more);
    await fleet.publish(more);
    await within(20, 'all handled', () => fleet.hasHandled(published));
    onceEach(published);
    inOrder(published);
    expect(await fleet.state.deadLetters.list()).toEqual([]);
  });

  it('gives the keys of a killed member to another within ten seconds, and loses nothing', async () => {
    const victim = fleet.join('victim', work);
    const other = fleet.join('other', work);
    const before = await feedUntil('both at work', () => victim.handled.length > 20 && other.handled.length > 20);
    victim.kill();
    const seen = fleet.handled.length;
    const after = messagesOf(keys, 20);
    await fleet.publish(after);
    const took = await within(10, 'taken over', () => fleet.hasHandled([...before, ...after]));
    expect(took).toBeLessThan(10_000);
    inOrder([...before, ...after]);
    // What the victim had done and not yet committed comes again, and only that: what lies between two commits.
    const again = before.filter((each) => fleet.countOf(each) > 1);
    expect(again.every(({ id }) => victim.handled.includes(id))).toBe(true);
    expect(fleet.handled.length - seen).toBeGreaterThanOrEqual(after.length);
    onceEach(after);
  });

  it('loses nothing, and does again only what could not be committed, when the broker is killed and started again', async () => {
    const members = [fleet.join('first', work), fleet.join('second', work)];
    const before = await feedUntil('both at work', () => members.every((each) => each.handled.length > 20));
    await kafka.kill();
    const meanwhile = messagesOf(keys, 5);
    const publishing = fleet.publish(meanwhile);
    await pause(3_000);
    const handledBefore = new Set(fleet.handled.map(({ message }) => message.id));
    await kafka.start();
    await publishing;
    const after = messagesOf(keys, 5);
    await fleet.publish(after);
    const published = [...before, ...meanwhile, ...after];
    await within(60, 'all handled', () => fleet.hasHandled(published));
    onceEach([...meanwhile, ...after]);
    const again = before.filter((each) => fleet.countOf(each) > 1);
    expect(again.every(({ id }) => handledBefore.has(id))).toBe(true);
    inOrder(published);
    await within(30, 'all committed', async () => (await members[0]?.broker.lag().catch(() => undefined))?.every(({ messages }) => messages === 0) ?? false);
  }, 180_000);

  it('loses nothing, and does again only what could not be committed, when the broker stands still for half a minute', async () => {
    const members = [fleet.join('first', work), fleet.join('second', work)];
    const before = await feedUntil('both at work', () => members.every((each) => each.handled.length > 20));
    kafka.pause();
    const meanwhile = messagesOf(keys, 5);
    const publishing = fleet.publish(meanwhile);
    await pause(30_000);
    const handledBefore = new Set(fleet.handled.map(({ message }) => message.id));
    kafka.resume();
    await publishing;
    const after = messagesOf(keys, 5);
    await fleet.publish(after);
    const published = [...before, ...meanwhile, ...after];
    await within(60, 'all handled', () => fleet.hasHandled(published));
    onceEach([...meanwhile, ...after]);
    const again = before.filter((each) => fleet.countOf(each) > 1);
    expect(again.every(({ id }) => handledBefore.has(id))).toBe(true);
    inOrder(published);
  }, 180_000);

  it('replays a dead letter once, by the member that has its key', async () => {
    let broken = true;
    const poisoned = new Set(keys.slice(0, 6));
    const failing = async (message: Message): Promise<void> => {
      await work();
      if (broken && poisoned.has(message.key)) throw new Error('Marigold Fairweather');
    };
    const members = [fleet.join('first', failing), fleet.join('second', failing)];
    const published = messagesOf(keys, 5);
    await fleet.publish(published);
    const healthy = published.filter(({ key }) => !poisoned.has(key));
    await within(20, 'the others done', () => fleet.hasHandled(healthy));
    await within(20, 'all put aside', async () => (await fleet.state.deadLetters.list()).length === 30);
    expect(members.every((each) => each.handled.length > 0)).toBe(true);
    broken = false;
    expect(await fleet.state.deadLetters.replay({})).toBe(6);
    await within(20, 'all handled', () => fleet.hasHandled(published));
    await within(20, 'no letters', async () => (await fleet.state.deadLetters.list()).length === 0);
    onceEach(published);
    inOrder(published);
  });

  it('starts before its topics and its broker are there, and goes on when they are', async () => {
    await kafka.kill();
    const early = fleet.join('early', work, { topics: ['alongside.matching.v1'] });
    await within(20, 'told', () => early.faults.length > 0);
    await expect(early.broker.check()).rejects.toThrow(`kafka ${kafka.address} cannot be reached (ECONNREFUSED): is it running, and is ALONGSIDE_MESSAGES right?`);
    await kafka.start();
    await within(30, 'the missing topic named', async () => /^topic \S+alongside\.matching\.v1 is missing: run alongside setup$/.test(await early.broker.check().then(() => '', (error: Error) => error.message)));
    await within(30, 'told of the topic', () => early.faults.some(({ loop, code }) => loop === 'consumer:assessment' && code === 'UNKNOWN_TOPIC_OR_PARTITION'));
    await setUpTopics({ brokers: [kafka.address], prefix, contexts: ['matching'], partitions: 6 });
    const published = messagesOf(keys, 1).map((each) => ({ ...each, context: 'matching' }));
    await fleet.publish(published);
    await within(30, 'all handled', () => fleet.hasHandled(published));
    onceEach(published);
    await early.broker.check();
  }, 120_000);
});
