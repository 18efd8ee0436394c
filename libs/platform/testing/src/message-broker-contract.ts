import { setImmediate as turn } from 'node:timers/promises';
import { uuidOf } from '@alongside/event-sourcing';
import { topicOf, type Consumption, type DeadLetters, type Message, type MessageBroker } from '@alongside/messaging';
import fc from 'fast-check';
import { eventually } from './manual-time.js';

/** A broker of its own for one test. */
export interface OpenedBroker {
  readonly broker: MessageBroker;
  readonly deadLetters: DeadLetters;
  /** The same dead letters, as another process beside this one has them. Closed by the suite. */
  readonly beside: () => { readonly deadLetters: DeadLetters; close(): Promise<void> };
  /** Ends the broker as `kill -9` would, and opens what it left. */
  readonly crash: () => Promise<OpenedBroker>;
  /** Closes it; every consumer has stopped. */
  readonly close: () => Promise<void>;
}

let made = 0;

/** A message that is nobody's: its id and its data are its number. */
export function someMessage(key = 'journey-1', overrides: Partial<Message> = {}): Message<{ readonly number: number }> {
  const number = (made += 1);
  return {
    id: uuidOf('message', number),
    context: 'referrals',
    name: 'ReferralAccepted',
    version: 1,
    key,
    organisationId: 'organisation-1',
    journeyId: key,
    occurredAt: '2026-03-02T09:00:00.000Z',
    recordedAt: '2026-03-02T09:01:00.000Z',
    correlationId: 'correlation-1',
    source: { stream: `referral-${key}`, revision: number, eventId: uuidOf('event', number) },
    ...overrides,
    data: { number },
  };
}

class Broken extends Error {
  constructor() {
    super('Marigold Fairweather could not be told');
    this.name = 'Broken';
  }
}

/** As a store fails that is away for the moment. */
class Passing extends Error {
  readonly passing = true;
}

const several = (count: number, key?: string): Message[] => Array.from({ length: count }, () => someMessage(key));
const ids = (messages: readonly Message[]): string[] => messages.map((each) => each.id);

/** One consumer under test: what it was given and what it did. */
class Consumer {
  readonly given: Message[] = [];
  readonly handled: Message[] = [];
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly handle: (message: Message, handler: string) => Promise<void> | void = () => {},
    private readonly options: Partial<Consumption> = {},
  ) {}

  start(broker: MessageBroker): this {
    this.#running = broker.consume({
      consumer: 'assessment',
      topics: [topicOf('referrals')],
      handlersOf: () => ['open'],
      backOff: [10, 10],
      ...this.options,
      handle: async (handler, message) => {
        this.given.push(message);
        await this.handle(message, handler);
        this.handled.push(message);
      },
      signal: this.#stopping.signal,
    });
    return this;
  }

  stop(): Promise<void> {
    this.#stopping.abort();
    return this.#running;
  }

  hasHandled(messages: readonly Message[]): Promise<void> {
    return eventually(`${messages.length} messages handled`, () => messages.every((each) => this.handled.some((handled) => handled.id === each.id)));
  }
}

/** Everything that a message broker promises, whatever keeps its messages. */
export function messageBrokerContract(name: string, open: () => Promise<OpenedBroker> | OpenedBroker): void {
  describe(`${name} as a message broker`, () => {
    let opened: OpenedBroker;
    let consumers: Consumer[];
    const start = (consumer: Consumer): Consumer => {
      consumers.push(consumer);
      return consumer.start(opened.broker);
    };
    const letters = () => opened.deadLetters.list();
    const lag = async (): Promise<number> => (await opened.broker.lag()).reduce((sum, each) => sum + each.messages, 0);

    beforeEach(async () => {
      consumers = [];
      opened = await open();
    });
    afterEach(async () => {
      await Promise.all(consumers.map((each) => each.stop()));
      await opened.close();
    });

    describe('delivering', () => {
      it('gives the messages of a key in the order of publishing, as they were published', async () => {
        const messages = several(50);
        const consumer = start(new Consumer());
        for (const message of messages) await opened.broker.publish([message]);
        await consumer.hasHandled(messages);
        expect(consumer.given).toEqual(messages);
      });

      it('gives a new group what was published before it came', async () => {
        const messages = several(3);
        await opened.broker.publish(messages);
        await start(new Consumer()).hasHandled(messages);
      });

      it('publishes one id once', async () => {
        const [message, last] = [someMessage(), someMessage()];
        await opened.broker.publish([message, message]);
        await opened.broker.publish([message]);
        await opened.broker.publish([last]);
        const consumer = start(new Consumer());
        await consumer.hasHandled([last]);
        expect(ids(consumer.given)).toEqual(ids([message, last]));
      });

      it('gives every group every message of its topics, and no other', async () => {
        const other = someMessage('journey-1', { context: 'matching' });
        const messages = several(5);
        await opened.broker.publish([other, ...messages]);
        const first = start(new Consumer());
        const second = start(new Consumer(undefined, { consumer: 'journeys', topics: [topicOf('referrals'), topicOf('matching')] }));
        await first.hasHandled(messages);
        await second.hasHandled([other, ...messages]);
        expect(ids(first.given)).toEqual(ids(messages));
      });

      it('passes over what nobody handles', async () => {
        const messages = several(3);
        const consumer = start(new Consumer(undefined, { handlersOf: (message) => (message.id === messages[2]?.id ? ['open'] : []) }));
        await opened.broker.publish(messages);
        await consumer.hasHandled(messages.slice(2));
        await eventually('nothing is left', async () => (await lag()) === 0);
        expect(consumer.given).toHaveLength(1);
      });

      it('tells how far a group is behind', async () => {
        const release = Promise.withResolvers<void>();
        start(new Consumer(() => release.promise));
        await opened.broker.publish([...several(2), someMessage('journey-2')]);
        await eventually('three are waiting', async () => (await lag()) === 3);
        expect(await opened.broker.lag()).toEqual([{ consumer: 'assessment', topic: topicOf('referrals'), messages: 3 }]);
        release.resolve();
        await eventually('none are waiting', async () => (await lag()) === 0);
      });

      it('gives what is only for one group to it alone, and again', async () => {
        const message = someMessage();
        const consumer = start(new Consumer());
        const other = start(new Consumer(undefined, { consumer: 'journeys' }));
        await opened.broker.publish([message]);
        await Promise.all([consumer.hasHandled([message]), other.hasHandled([message])]);
        for (const times of [2, 3]) {
          await opened.broker.publish([message], { onlyFor: 'assessment' });
          await eventually('handled again', () => consumer.handled.length === times);
        }
        await eventually('nothing is left', async () => (await lag()) === 0);
        expect(other.handled).toHaveLength(1);
      });
    });

    describe('keys', () => {
      it('are handled at the same time, one message of each', async () => {
        const release = Promise.withResolvers<void>();
        const consumer = start(new Consumer((message) => (message.key === 'slow' ? release.promise : undefined)));
        const slow = several(3, 'slow');
        const quick = several(5, 'quick');
        await opened.broker.publish([...slow, ...quick]);
        // Two keys may come from two partitions, and those in either order.
        await eventually('one of the slow is held', () => consumer.given.some((each) => each.key === 'slow'));
        await consumer.hasHandled(quick);
        expect(consumer.given.filter((each) => each.key === 'slow')).toHaveLength(1);
        release.resolve();
        await consumer.hasHandled(slow);
        expect(ids(consumer.handled.filter((each) => each.key === 'slow'))).toEqual(ids(slow));
      });

      it('are handled no more at a time than asked', async () => {
        let now = 0;
        let most = 0;
        const consumer = start(
          new Consumer(
            async () => {
              most = Math.max(most, (now += 1));
              await turn();
              now -= 1;
            },
            { concurrency: 3 },
          ),
        );
        const messages = Array.from({ length: 20 }, (_, index) => someMessage(`journey-${index}`));
        await opened.broker.publish(messages);
        await consumer.hasHandled(messages);
        expect(most).toBe(3);
      });

      it('keep their order whatever fails, and nothing is lost', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), failures: fc.nat(4) }), { minLength: 1, maxLength: 30 }), async (plan) => {
            const group = uuidOf('group', made);
            const failures = new Map<string, number>();
            const messages = plan.map(({ key, failures: count }) => {
              const message = someMessage(key, { context: group });
              failures.set(message.id, count);
              return message;
            });
            const handle = ({ id }: Message): void => {
              const left = failures.get(id) ?? 0;
              failures.set(id, left - 1);
              if (left > 0) throw new Broken();
            };
            const consumer = start(new Consumer(handle, { consumer: group, topics: [topicOf(group)], backOff: [1] }));
            await opened.broker.publish(messages);
            await eventually('all handled', async () => {
              await opened.deadLetters.replay({ consumer: group });
              return consumer.handled.length === messages.length;
            });
            for (const key of ['a', 'b', 'c']) {
              expect(ids(consumer.handled.filter((each) => each.key === key))).toEqual(ids(messages.filter((each) => each.key === key)));
            }
            await consumer.stop();
          }),
          { numRuns: 25 },
        );
      });
    });

    describe('a fault', () => {
      it('is tried again, and what follows of the key waits', async () => {
        let failures = 2;
        const consumer = start(
          new Consumer(() => {
            if (failures-- > 0) throw new Broken();
          }),
        );
        const messages = several(2);
        await opened.broker.publish(messages);
        await consumer.hasHandled(messages);
        expect(ids(consumer.given)).toEqual(ids([0, 0, 0, 1].flatMap((index) => messages[index] ?? [])));
        expect(await letters()).toEqual([]);
      });

      it('takes no place from other keys while it waits for its next attempt', async () => {
        const consumer = start(
          new Consumer(
            ({ key }) => {
              if (key === 'failing') throw new Passing();
            },
            { concurrency: 1, backOff: [5] },
          ),
        );
        const others = [...several(20, 'other'), ...several(20, 'another')];
        await opened.broker.publish([...several(2, 'failing'), ...others]);
        await consumer.hasHandled(others);
        expect(await letters()).toEqual([]);
      });

      it('repeats only the handler that failed', async () => {
        const done: string[] = [];
        let failures = 1;
        const consumer = start(
          new Consumer(
            (_message, handler) => {
              if (handler === 'first' && failures-- > 0) throw new Broken();
              done.push(handler);
            },
            { handlersOf: () => ['first', 'second'] },
          ),
        );
        await opened.broker.publish(several(1));
        await eventually('both done', () => done.length === 2);
        expect(done).toEqual(['second', 'first']);
        expect(consumer.given).toHaveLength(3);
      });
    });

    describe('a poison message', () => {
      let broken: boolean;
      let poison: Message;
      let behind: Message[];
      let others: Message[];
      let consumer: Consumer;

      beforeEach(async () => {
        broken = true;
        poison = someMessage('poisoned');
        behind = several(2, 'poisoned');
        others = several(3, 'other');
        consumer = start(
          new Consumer((message) => {
            if (broken && message.id === poison.id) throw new Broken();
          }),
        );
        await opened.broker.publish([poison, ...behind, ...others]);
        await consumer.hasHandled(others);
        await eventually('all put aside', async () => (await letters()).length === 3);
      });

      it('parks its key alone', async () => {
        expect((await letters()).map(({ messageId, status }) => [messageId, status])).toEqual([
          [poison.id, 'failed'],
          ...behind.map(({ id }) => [id, 'waiting']),
        ]);
        await eventually('nothing is left', async () => (await lag()) === 0);
        expect(await opened.deadLetters.counts()).toEqual([{ consumer: 'assessment', failed: 1, waiting: 2 }]);
      });

      it('shows what failed, how often and where it came from, and not what the error said', async () => {
        const [letter] = await letters();
        expect(letter).toMatchObject({
          consumer: 'assessment',
          key: 'poisoned',
          name: 'referrals.ReferralAccepted',
          steps: ['open'],
          attempts: 3,
          failure: { code: 'Broken' },
          origin: poison.source,
        });
        expect(JSON.stringify(letter)).not.toContain('Marigold');
      });

      it('goes on in order when it is replayed, with what came meanwhile behind', async () => {
        const later = someMessage('poisoned');
        await opened.broker.publish([later]);
        broken = false;
        expect(await opened.deadLetters.replay({ key: 'poisoned' })).toBe(1);
        await consumer.hasHandled([poison, ...behind, later]);
        expect(ids(consumer.handled.filter((each) => each.key === 'poisoned'))).toEqual(ids([poison, ...behind, later]));
        expect(await letters()).toEqual([]);
      });

      it('stays where it is when it fails again', async () => {
        const [letter] = await letters();
        await opened.deadLetters.replay({ id: letter?.id ?? 0 });
        await eventually('tried again', async () => (await letters())[0]?.attempts === 6);
        expect((await letters()).map((each) => each.status)).toEqual(['failed', 'waiting', 'waiting']);
        expect(consumer.handled.some((each) => each.key === 'poisoned')).toBe(false);
      });

      it('lets those behind it go on when it is dropped', async () => {
        const [letter] = await letters();
        expect(await opened.deadLetters.drop(letter?.id ?? 0)).toBe(true);
        expect(await opened.deadLetters.drop(letter?.id ?? 0)).toBe(false);
        await consumer.hasHandled(behind);
        expect(ids(consumer.handled.filter((each) => each.key === 'poisoned'))).toEqual(ids(behind));
        await eventually('no letters', async () => (await letters()).length === 0);
      });

      it('is replayed from another process', async () => {
        broken = false;
        const beside = opened.beside();
        await beside.deadLetters.replay({ consumer: 'assessment' });
        await consumer.hasHandled([poison, ...behind]);
        await eventually('gone there too', async () => (await beside.deadLetters.list()).length === 0);
        await beside.close();
      });

      it('still blocks its key after a crash, until it is replayed', async () => {
        opened = await opened.crash();
        const later = [someMessage('poisoned'), someMessage('other')];
        const next = start(
          new Consumer((message) => {
            if (broken && message.id === poison.id) throw new Broken();
          }),
        );
        await opened.broker.publish(later);
        await next.hasHandled(later.slice(1));
        await eventually('put behind', async () => (await letters()).length === 4);
        broken = false;
        await opened.deadLetters.replay({});
        await next.hasHandled([poison, ...behind, ...later]);
        expect(ids(next.handled.filter((each) => each.key === 'poisoned')).slice(-4)).toEqual(ids([poison, ...behind, ...later.slice(0, 1)]));
      });
    });

    describe('stopping and starting', () => {
      it('finishes what is in flight and goes on behind it the next time', async () => {
        const release = Promise.withResolvers<void>();
        const first = start(new Consumer(() => release.promise));
        const messages = several(3);
        await opened.broker.publish(messages);
        await eventually('one is in flight', () => first.given.length === 1);
        const stopped = first.stop();
        release.resolve();
        await stopped;
        expect(ids(first.handled)).toEqual(ids(messages.slice(0, 1)));
        const second = start(new Consumer());
        await second.hasHandled(messages.slice(1));
        expect(ids(second.given)).toEqual(ids(messages.slice(1)));
      });

      it('begins a topic that a group takes up, or takes up again, where it left it', async () => {
        const both = [topicOf('referrals'), topicOf('matching')];
        const messages = [someMessage('journey-1', { context: 'matching' }), someMessage(), someMessage('journey-1', { context: 'matching' }), someMessage()];
        await opened.broker.publish(messages.slice(0, 2));
        const one = start(new Consumer());
        await one.hasHandled(messages.slice(1, 2));
        await one.stop();
        const two = start(new Consumer(undefined, { topics: both }));
        await two.hasHandled(messages.slice(0, 1));
        expect(two.given).toEqual(messages.slice(0, 1));
        await two.stop();
        await opened.broker.publish(messages.slice(2));
        const three = start(new Consumer());
        await three.hasHandled(messages.slice(3));
        await three.stop();
        const four = start(new Consumer(undefined, { topics: both }));
        await four.hasHandled(messages.slice(2, 3));
        expect(four.given).toEqual(messages.slice(2, 3));
      });

      it('delivers again what was in flight at a crash, and not what was committed', async () => {
        const messages = [...several(2, 'done'), someMessage('in-flight'), ...several(2, 'after')];
        const first = start(new Consumer((message) => (message.key === 'in-flight' ? new Promise(() => {}) : undefined)));
        await opened.broker.publish(messages.slice(0, 2));
        await eventually('committed', async () => (await lag()) === 0 && first.handled.length === 2);
        await opened.broker.publish(messages.slice(2));
        await first.hasHandled(messages.slice(3));
        consumers = [];
        opened = await opened.crash();
        const second = start(new Consumer());
        await second.hasHandled(messages.slice(2));
        expect(second.given.some((each) => each.key === 'done')).toBe(false);
      });

      it('lets one member of a group work on a key at a time, and another go on where it stopped', async () => {
        const busyKeys = new Set<string>();
        let overlaps = 0;
        const handle = async ({ key }: Message): Promise<void> => {
          if (busyKeys.has(key)) overlaps += 1;
          busyKeys.add(key);
          await turn();
          busyKeys.delete(key);
        };
        const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
        const members = [start(new Consumer(handle)), start(new Consumer(handle))];
        const handled = (key: string): string[] => ids(members.flatMap((each) => each.handled).filter((each) => each.key === key)).sort();
        const published = keys.flatMap((key) => several(10, key));
        const publishedOf = (key: string): string[] => ids(published.filter((each) => each.key === key)).sort();
        await opened.broker.publish(published);
        await eventually('all handled', () => keys.every((key) => handled(key).length >= 10));
        for (const key of keys) expect(handled(key)).toEqual(publishedOf(key));
        await eventually('committed', async () => (await lag()) === 0);

        const [stopped, left] = members[0]?.handled.length === 0 ? [members[1], members[0]] : members;
        await stopped?.stop();
        const more = keys.flatMap((key) => several(3, key));
        await opened.broker.publish(more);
        await left?.hasHandled(more);
        expect(members.flatMap((each) => each.handled)).toHaveLength(published.length + more.length);
        for (const { handled: own } of members) {
          for (const key of keys) {
            const numbers = own.filter((each) => each.key === key).map((each) => (each.data as { readonly number: number }).number);
            expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
          }
        }
        expect(overlaps).toBe(0);
      });
    });
  });
}
