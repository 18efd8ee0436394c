import { jest } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, settled } from '@alongside/testing';
import type { Broker, Cluster, Consumer, EachBatchPayload } from 'kafkajs';
import { openInProcessBroker, type InProcessBroker } from '../in-process/in-process-broker.js';
import { systemScheduler } from '../scheduler.js';
import { toCloudEvent } from './cloud-event.js';
import { Member } from './member.js';
import type { Publisher } from './publisher.js';
import { Recent } from './recent.js';
import { messagesOf } from './spec/fleet.js';
import { noTracing } from './tracing.js';

const topic = 'alongside.referrals.v1';

/** As much of kafkajs as a member sees of it: tells what happens in the group, and hands over batches. */
class Group {
  readonly events = { GROUP_JOIN: 'join', CRASH: 'crash', HEARTBEAT: 'heartbeat', REQUEST: 'request', FETCH_START: 'fetch-start', FETCH: 'fetch' };
  readonly committed: unknown[] = [];
  readonly #listeners = new Map<string, (event: { readonly payload: object; readonly nodeId?: number }) => void>();
  #eachBatch: (payload: EachBatchPayload) => Promise<void> = () => Promise.resolve();

  connect = (): Promise<void> => Promise.resolve();
  subscribe = (): Promise<void> => Promise.resolve();
  on = (event: string, listener: (event: object) => void): void => void this.#listeners.set(event, listener);
  run = ({ eachBatch }: { readonly eachBatch: (payload: EachBatchPayload) => Promise<void> }): Promise<void> => {
    this.#eachBatch = eachBatch;
    return Promise.resolve();
  };

  joined(...partitions: readonly number[]): void {
    this.#listeners.get('join')?.({ payload: { memberAssignment: { [topic]: partitions } } });
  }

  /** One message, at this offset of partition 0; `value` is what is there instead of what was published. */
  deliver(message: ReturnType<typeof messagesOf>[number] | undefined, offset: number, value?: string): Promise<void> {
    if (!message) throw new Error('no message');
    const { key, value: published, headers } = toCloudEvent(message);
    const record = { key: Buffer.from(key), value: Buffer.from(value ?? published), headers: { ...headers }, offset: String(offset), timestamp: '0', attributes: 0 };
    return this.#eachBatch({
      batch: { topic, partition: 0, messages: [record], lastOffset: () => String(offset) },
      resolveOffset: () => undefined,
      pause: () => () => undefined,
      commitOffsetsIfNecessary: (offsets: unknown) => Promise.resolve(void this.committed.push(offsets)),
    } as unknown as EachBatchPayload);
  }
}

let folder: string;
let loop: InProcessBroker;
let group: Group;
let member: Member;
let begun: string[];
let parked: object[];
let finish: () => void;
/** What the broker answers to whoever asks for committed offsets. */
let committed: () => Promise<unknown>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-member-'));
  loop = openInProcessBroker({ file: join(folder, 'loops.sqlite') });
  group = new Group();
  begun = [];
  parked = [];
  const finished = Promise.withResolvers<void>();
  finish = finished.resolve;
  const options = {
    consumption: {
      consumer: 'assessment',
      topics: [topic],
      handlersOf: () => ['open'],
      handle: async (_handler: string, { id }: { readonly id: string }) => {
        begun.push(id);
        await finished.promise;
      },
      signal: new AbortController().signal,
    },
    deadLetters: loop.deadLetters,
    scheduler: systemScheduler,
    observer: { parked: (work: object, { code }: { readonly code: string }) => void parked.push({ ...work, code }) },
    publisher: { send: () => Promise.resolve() } as unknown as Publisher,
    tracing: noTracing,
    recent: new Recent(100),
    prefix: '',
    sessionTimeout: 6_000,
    rebalanceTimeout: 20_000,
    client: { brokers: [] },
    instance: 'one',
    signal: new AbortController().signal,
  };
  member = new Member(options, (error) => {
    throw error;
  });
  committed = () => Promise.resolve({ responses: [] });
  const offsets = { offsetFetch: () => committed() } as unknown as Broker;
  member.view({ findTopicPartitionMetadata: () => [{}] } as unknown as Cluster, () => Promise.resolve(offsets));
  member.listenTo(group as unknown as Consumer);
  await member.run(group as unknown as Consumer);
});
afterEach(async () => {
  finish();
  await member.giveUp();
  await loop.close();
  rmSync(folder, { recursive: true });
});

/** Whether a promise has been kept, by and by. */
async function isKept(promise: Promise<unknown>): Promise<boolean> {
  let kept = false;
  void promise.then(() => (kept = true));
  await settled();
  return kept;
}

describe('a member of a group', () => {
  it('lets no rebalance go on before what is in flight is done and committed, however often it is asked at once', async () => {
    group.joined(0);
    const [message] = messagesOf(['journey-1'], 1);
    await group.deliver(message, 7);
    await eventually('begun', () => begun.length === 1);
    const first = member.handOver();
    const second = member.handOver();
    expect([await isKept(first), await isKept(second)]).toEqual([false, false]);
    finish();
    await Promise.all([first, second]);
    expect(group.committed.at(-1)).toEqual({ topics: [{ topic, partitions: [expect.objectContaining({ partition: 0, offset: '8' })] }] });
  });

  it('begins nothing of a second joining before what the first one began is done', async () => {
    group.joined(0);
    const [message, next] = messagesOf(['journey-1'], 2);
    await group.deliver(message, 7);
    await eventually('begun', () => begun.length === 1);
    group.joined(0);
    // The same again, as it was never committed, and what follows.
    const delivered = Promise.all([group.deliver(message, 7), group.deliver(next, 8)]);
    expect(await isKept(delivered)).toBe(false);
    expect(begun).toHaveLength(1);
    finish();
    await delivered;
    await eventually('the next one begun', () => begun.length === 2);
    expect(begun).toEqual([message?.id, next?.id]);
  });

  it('gives up what it could not begin, because the broker does not answer, and begins at the next joining', async () => {
    const [message] = messagesOf(['journey-1'], 1);
    committed = () => new Promise(() => {});
    group.joined(0);
    const delivered = group.deliver(message, 7);
    expect(await isKept(delivered)).toBe(false);
    await Promise.all([member.handOver(), delivered]);
    expect(begun).toEqual([]);
    committed = () => Promise.resolve({ responses: [] });
    group.joined(0);
    await group.deliver(message, 7);
    await eventually('begun', () => begun.length === 1);
  });

  it('tells where a record lies that it cannot read, and whose it is, but nothing else that somebody may have written', async () => {
    group.joined(0);
    const journey = '01920000-0000-7000-8000-00000000000a';
    const [message, named] = messagesOf([journey, 'Marigold Fairweather'], 1);
    await group.deliver(message, 7, '{not json');
    await group.deliver(named, 8, '{not json');
    await eventually('both told', () => parked.length === 2);
    expect(parked).toEqual([
      { consumer: 'assessment', step: 'read', key: journey, id: `${topic}/0/7`, code: 'not-a-message' },
      { consumer: 'assessment', step: 'read', key: '', id: `${topic}/0/8`, code: 'not-a-message' },
    ]);
    expect(begun).toEqual([]);
  });

  it('leaves no listener behind with each batch', async () => {
    finish();
    group.joined(0);
    const messages = messagesOf(['journey-1'], 30);
    await group.deliver(messages[0], 7);
    await eventually('the first is done', () => group.committed.length > 0);
    const signals = new Set<EventTarget>();
    const { addEventListener } = EventTarget.prototype;
    jest.spyOn(EventTarget.prototype, 'addEventListener').mockImplementation(function (this: EventTarget, ...about: Parameters<typeof addEventListener>) {
      signals.add(this);
      addEventListener.apply(this, about);
    });
    for (const [index, message] of messages.slice(1).entries()) await group.deliver(message, 8 + index);
    await eventually('all are done', () => begun.length === messages.length);
    jest.restoreAllMocks();
    expect([...signals].filter((each) => getEventListeners(each, 'abort').length > 5)).toEqual([]);
  });
});
