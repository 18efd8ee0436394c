import {
  DuplicateEvent,
  type Delivery,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  type ReadAllOptions,
  type RecordedEvent,
  positionPattern,
  RevisionConflict,
  type SubscribeOptions,
} from '@alongside/event-store';

/** A log of its own for one test. */
export interface OpenedLog {
  readonly store: EventStore;
  /** Another connection to the same log, as another process would have it. Closed by the suite. */
  readonly another: () => EventStore | Promise<EventStore>;
  /** Where the store writes something into the log for itself, and can be made to. */
  readonly writeOwn?: () => void;
  /** After every handle is closed. */
  readonly remove: () => void | Promise<void>;
}

let made = 0;

/** An event that is nobody's, with ids that no other test uses. */
export function someEvent(label = 'something', eventId = `event-${(made += 1)}`): EventToAppend {
  return {
    type: 'SomethingHappened',
    data: { label, nested: { list: [1, null, true, 'ä€🙂'] } },
    metadata: {
      eventId,
      schemaVersion: 1,
      occurredAt: '2025-03-04T09:30:00.000Z',
      recordedAt: '2025-03-04T09:31:00.000Z',
      actor: { id: 'coordinator-1', role: 'coordinator' },
      organisationId: 'organisation-1',
      commandId: 'command-1',
      correlationId: 'correlation-1',
    },
  };
}

const labels = (events: readonly RecordedEvent[]): unknown[] => events.map((each) => each.data['label']);
const eventIds = (events: readonly RecordedEvent[]): string[] => events.map((each) => each.metadata.eventId);
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

async function all(store: EventStore, options?: ReadAllOptions): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const each of store.readAll(options)) events.push(each);
  return events;
}

/** What a subscription yields until a delivery is enough. */
async function subscribed(store: EventStore, options: Omit<SubscribeOptions, 'signal'>, enough: (delivery: Delivery, events: readonly RecordedEvent[]) => boolean) {
  const abort = new AbortController();
  const events: RecordedEvent[] = [];
  const deliveries: Delivery[] = [];
  for await (const delivery of store.subscribeToAll({ ...options, signal: abort.signal })) {
    deliveries.push(delivery);
    if (delivery.kind === 'events') events.push(...delivery.events);
    if (enough(delivery, events)) abort.abort();
  }
  return { events, deliveries };
}

const caughtUp = (delivery: Delivery): boolean => delivery.kind === 'caught-up';

/** Every adapter of `EventStore` passes this: order, atomicity, races, reading, subscriptions, a second handle. */
export function eventStoreContract(name: string, open: () => OpenedLog | Promise<OpenedLog>): void {
  describe(`${name} keeps the promises of an event store`, () => {
    let log: OpenedLog;
    let store: EventStore;
    let handles: EventStore[];

    beforeEach(async () => {
      log = await open();
      store = log.store;
      handles = [store];
    });

    afterEach(async () => {
      await Promise.all(handles.map((each) => each.close()));
      await log.remove();
    });

    async function another(): Promise<EventStore> {
      const handle = await log.another();
      handles.push(handle);
      return handle;
    }

    async function race(appends: readonly (() => Promise<unknown>)[]): Promise<unknown[]> {
      const outcomes = await Promise.allSettled(appends.map((each) => each()));
      const lost = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
      expect(outcomes.length - lost.length).toBe(1);
      for (const each of lost) expect(each).toBeInstanceOf(RevisionConflict);
      return lost;
    }

    describe('appending', () => {
      it('gives back what was appended, with stream, revision and position', async () => {
        const event = someEvent();
        const appended = await store.append('order-1', 'no-stream', [event]);
        expect(await store.readStream('order-1')).toEqual([{ stream: 'order-1', revision: 0, position: appended.position, ...event }]);
        expect(await all(store)).toEqual(await store.readStream('order-1'));
        expect(await store.lastPosition()).toBe(appended.position);
        expect(store.isPosition(appended.position)).toBe(true);
        expect(appended.position).toMatch(positionPattern);
        // A position of another kind of store is none here.
        expect(['', '0', '9'.repeat(64), 'z'.repeat(appended.position.length), appended.position.length === 16 ? '9'.repeat(32) : '9'.repeat(16)].some((text) => store.isPosition(text))).toBe(false);
        expect(appended.revision).toBe(0);
      });

      it('counts revisions in each stream and orders positions over all, fixed in width', async () => {
        const first = await store.append('order-1', 'no-stream', [someEvent('a'), someEvent('b')]);
        const second = await store.append('order-2', 'no-stream', [someEvent('c')]);
        const third = await store.append('order-1', 1, [someEvent('d')]);
        expect([first.revision, second.revision, third.revision]).toEqual([1, 0, 2]);
        const positions = (await all(store)).map((each) => each.position);
        expect(positions).toEqual([...positions].sort());
        expect(new Set(positions).size).toBe(4);
        expect(new Set(positions.map((each) => each.length)).size).toBe(1);
        expect(positions.slice(1)).toEqual([first.position, second.position, third.position]);
        expect(labels(await all(store))).toEqual(['a', 'b', 'c', 'd']);
      });

      it.each<[string, ExpectedRevision, number | undefined]>([
        ['a stream that is there as new', 'no-stream', 1],
        ['behind', 0, 1],
        ['ahead', 2, 1],
      ])('refuses %s and writes nothing', async (_, expected, actual) => {
        await store.append('order-1', 'no-stream', [someEvent('a'), someEvent('b')]);
        await expect(store.append('order-1', expected, [someEvent('c')])).rejects.toMatchObject({ name: 'RevisionConflict', stream: 'order-1', expected, actual });
        expect(labels(await all(store))).toEqual(['a', 'b']);
      });

      it('refuses a revision of a stream that is not there', async () => {
        await expect(store.append('order-1', 0, [someEvent()])).rejects.toMatchObject({ name: 'RevisionConflict', actual: undefined });
        expect(await store.readStream('order-1')).toEqual([]);
        expect(await store.lastPosition()).toBeUndefined();
      });

      it('refuses an append of nothing', async () => {
        await expect(store.append('order-1', 'no-stream', [])).rejects.toThrow(RangeError);
      });

      it('writes a batch whole or not at all, whatever waits beside it', async () => {
        await store.append('order-1', 'no-stream', [someEvent('a')]);
        const outcomes = await Promise.allSettled([
          store.append('order-2', 'no-stream', [someEvent('b')]),
          store.append('order-3', 'no-stream', [someEvent('c'), someEvent('d', 'same-id'), someEvent('e', 'same-id')]),
          store.append('order-4', 'no-stream', [someEvent('f')]),
        ]);
        expect(outcomes.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect(outcomes[1]).toMatchObject({ reason: expect.any(DuplicateEvent) as unknown });
        expect(await store.readStream('order-3')).toEqual([]);
        const events = await all(store);
        expect(labels(events).sort()).toEqual(['a', 'b', 'f']);
        for (const [index, outcome] of outcomes.entries()) {
          if (outcome.status === 'fulfilled') expect((await store.readStream(`order-${index + 2}`)).at(-1)?.position).toBe(outcome.value.position);
        }
      });

      describe('the same append again', () => {
        const first = [someEvent('a'), someEvent('b')];
        const second = [someEvent('c'), someEvent('d')];

        beforeEach(async () => {
          await store.append('order-1', 'no-stream', first);
        });

        it('is answered as the first time and writes nothing, also when the stream has grown since and from another handle', async () => {
          const appended = await store.append('order-1', 1, second);
          const creation = await store.append('order-1', 'no-stream', first);
          expect(creation.revision).toBe(1);
          await store.append('order-1', 3, [someEvent('e')]);
          expect(await store.append('order-1', 1, second)).toEqual(appended);
          expect(await (await another()).append('order-1', 1, second)).toEqual(appended);
          expect(labels(await all(store))).toEqual(['a', 'b', 'c', 'd', 'e']);
          expect((await store.readStream('order-1'))[1]?.position).toBe(creation.position);
        });

        it.each<[string, readonly EventToAppend[]]>([
          ['with another event behind', [...second, someEvent('e')]],
          ['with other data under the same ids', second.map((each) => ({ ...each, data: { label: 'x' } }))],
          ['with other metadata under the same ids', second.map((each) => ({ ...each, metadata: { ...each.metadata, recordedAt: '2025-03-04T09:32:00.000Z' } }))],
          ['with another type under the same ids', second.map((each) => ({ ...each, type: 'SomethingElseHappened' }))],
        ])('is a conflict %s', async (_, events) => {
          await store.append('order-1', 1, second);
          await expect(store.append('order-1', 1, events)).rejects.toMatchObject({ name: 'RevisionConflict', expected: 1, actual: 3 });
          expect(labels(await all(store))).toEqual(['a', 'b', 'c', 'd']);
        });

        it('wins with all its twins when they race', async () => {
          const [one, ...others] = await Promise.all(range(20).map(() => store.append('order-1', 1, second)));
          for (const each of others) expect(each).toEqual(one);
          expect(labels(await all(store))).toEqual(['a', 'b', 'c', 'd']);
        });
      });

      it('takes what was appended as it was then', async () => {
        const event = someEvent('before');
        const appending = store.append('order-1', 'no-stream', [event]);
        (event.data as Record<string, unknown>)['label'] = 'after';
        await appending;
        expect(labels(await all(store))).toEqual(['before']);
      });
    });

    describe('races', () => {
      it('lets one of 50 creations of a stream win', async () => {
        const lost = await race(range(50).map((index) => () => store.append('order-1', 'no-stream', [someEvent(String(index))])));
        expect(lost[0]).toMatchObject({ stream: 'order-1', expected: 'no-stream', actual: 0 });
        expect(await store.readStream('order-1')).toHaveLength(1);
      });

      it('lets one of 50 appends at one expected revision win', async () => {
        await store.append('order-1', 'no-stream', [someEvent(), someEvent()]);
        await race(range(50).map((index) => () => store.append('order-1', 1, [someEvent(String(index))])));
        expect(await store.readStream('order-1')).toHaveLength(3);
      });

      it('lets one of 50 win when two handles append', async () => {
        const second = await another();
        await race(range(50).map((index) => () => (index % 2 ? store : second).append('order-1', 'no-stream', [someEvent(String(index))])));
        expect(await second.readStream('order-1')).toHaveLength(1);
      });

      it('loses nothing of appends to many streams from two handles, and shows a concurrent reader no gap', async () => {
        const second = await another();
        const seen: RecordedEvent[] = [];
        let writing = true;
        const reader = (async () => {
          while (writing || seen.length < 400) {
            const after = seen.at(-1)?.position;
            seen.push(...(await all(store, after === undefined ? {} : { after })));
            await new Promise((resolve) => setImmediate(resolve));
          }
        })();
        await Promise.all(
          range(40).map(async (index) => {
            const handle = index % 2 ? store : second;
            for (const revision of range(10)) await handle.append(`order-${index}`, revision === 0 ? 'no-stream' : revision - 1, [someEvent()]);
          }),
        );
        writing = false;
        await reader;
        expect(eventIds(seen)).toEqual(eventIds(await all(second)));
        expect(seen).toHaveLength(400);
      });
    });

    describe('reading', () => {
      const stream = (index: number): string => `${index % 3 === 0 ? 'order' : index % 3 === 1 ? 'order-line' : 'parcel'}-${index}`;

      beforeEach(async () => {
        await Promise.all(range(1_200).map((index) => store.append(stream(index), 'no-stream', [someEvent(String(index))])));
      });

      it('reads a stream from a revision on', async () => {
        await store.append('order-0', 0, [someEvent('second'), someEvent('third')]);
        expect(labels(await store.readStream('order-0', 1))).toEqual(['second', 'third']);
        expect(await store.readStream('order-0', 3)).toEqual([]);
        expect(await store.readStream('order-none')).toEqual([]);
      });

      it('goes on after a position and stops at a limit', async () => {
        const everything = await all(store);
        expect(everything).toHaveLength(1_200);
        const after = everything[699]?.position ?? '';
        expect(await all(store, { after })).toEqual(everything.slice(700));
        expect(await all(store, { after, limit: 3 })).toEqual(everything.slice(700, 703));
        expect(await all(store, { after: everything.at(-1)?.position ?? '' })).toEqual([]);
        expect(await all(store, { limit: 0 })).toEqual([]);
      });

      it.each([
        ['one prefix', ['parcel-']],
        ['two prefixes', ['parcel-', 'order-line-']],
        ['a prefix that covers others', ['order-']],
        ['a prefix within an id', ['order-line-1']],
        ['all prefixes', ['order-', 'parcel-']],
        ['an unknown prefix', ['invoice-']],
        ['no prefix', []],
      ])('filters by %s, in order', async (_, prefixes) => {
        const expected = (await all(store)).filter((each) => prefixes.some((prefix) => each.stream.startsWith(prefix)));
        expect(await all(store, { prefixes })).toEqual(expected);
        const after = expected[Math.floor(expected.length / 2)]?.position;
        if (after !== undefined) expect(await all(store, { prefixes, after })).toEqual(expected.filter((each) => each.position > after));
        expect(await all(store, { prefixes, limit: 5 })).toEqual(expected.slice(0, 5));
        const live = await subscribed(store, { prefixes }, caughtUp);
        expect(live.events).toEqual(expected);
      });

      it('ends at what was the end when reading began', async () => {
        let count = 0;
        for await (const each of store.readAll()) {
          if (count === 0) await store.append('order-late', 'no-stream', [someEvent()]);
          expect(each.stream).not.toBe('order-late');
          count += 1;
        }
        expect(count).toBe(1_200);
      });
    });

    describe('subscribing', () => {
      it('tells of an empty log that it has caught up, and then yields what comes', async () => {
        const { events, deliveries } = await subscribed(store, {}, (delivery, seen) => {
          if (seen.length === 0 && caughtUp(delivery)) void store.append('order-1', 'no-stream', [someEvent('a'), someEvent('b')]);
          return caughtUp(delivery) && seen.length === 2;
        });
        expect(labels(events)).toEqual(['a', 'b']);
        expect([deliveries[0]?.kind, deliveries[1]?.kind]).toEqual(['caught-up', 'events']);
        expect(deliveries.at(-1)?.kind).toBe('caught-up');
        expect((deliveries.at(-1)?.position ?? '') >= ((await store.lastPosition()) ?? 'z')).toBe(true);
        expect((deliveries[0]?.position ?? 'z') < (deliveries[1]?.position ?? '')).toBe(true);
      });

      it('resumes after a position, those that it gave out itself included', async () => {
        const empty = await subscribed(store, {}, caughtUp);
        await Promise.all(range(700).map((index) => store.append(`order-${index}`, 'no-stream', [someEvent()])));
        const everything = await all(store);
        const fromTheStart = await subscribed(store, { after: empty.deliveries[0]?.position ?? '' }, caughtUp);
        expect(fromTheStart.events).toEqual(everything);
        for (const index of [0, 350, 698]) {
          const { events } = await subscribed(store, { after: everything[index]?.position ?? '' }, caughtUp);
          expect(events).toEqual(everything.slice(index + 1));
        }
      });

      it('advances over what its filter leaves out', async () => {
        let first: string | undefined;
        const { events, deliveries } = await subscribed(store, { prefixes: ['order-'] }, (delivery) => {
          if (first === undefined) void store.append('parcel-1', 'no-stream', [someEvent()]);
          first ??= delivery.position;
          return delivery.position > first;
        });
        expect(events).toEqual([]);
        expect(deliveries.at(-1)?.kind).toBe('caught-up');
        const behind = await subscribed(store, { prefixes: ['order-', 'parcel-'], after: deliveries.at(-1)?.position ?? '' }, caughtUp);
        expect(behind.events).toEqual([]);
      });

      it('has passed what its filter leaves out when it tells that it has caught up', async () => {
        await Promise.all(range(20).map((index) => store.append(`parcel-${index}`, 'no-stream', [someEvent()])));
        const last = (await store.lastPosition()) ?? 'z';
        for (const prefixes of [['order-'], []]) {
          const { events, deliveries } = await subscribed(store, { prefixes }, caughtUp);
          expect(events).toEqual([]);
          expect((deliveries.at(-1)?.position ?? '') >= last).toBe(true);
        }
      });

      it('tells no position beyond the last event, whatever the store writes for itself', async () => {
        log.writeOwn?.();
        const empty = await subscribed(store, {}, caughtUp);
        const { position: begin } = empty.deliveries.at(-1) ?? { position: 'z' };
        await store.append('order-1', 'no-stream', [someEvent()]);
        const { position: last } = await store.append('parcel-1', 'no-stream', [someEvent()]);
        expect(begin < last).toBe(true);
        for (const prefixes of [['order-'], ['parcel-'], ['invoice-']]) {
          let more = 0;
          const { deliveries } = await subscribed(store, { prefixes, after: begin }, (delivery) => {
            if (caughtUp(delivery)) for (; more < 3; more += 1) log.writeOwn?.();
            return delivery.position >= last;
          });
          for (const { position } of deliveries) {
            expect(position <= last).toBe(true);
            expect(await store.endsBefore(position)).toBe(false);
          }
          // Whoever begins there has missed nothing, and is told of what comes next alone.
          const after = deliveries.at(-1)?.position ?? '';
          expect((await subscribed(await another(), { after }, caughtUp)).deliveries).toEqual([{ kind: 'caught-up', position: last }]);
        }
        expect(await store.lastPosition()).toBe(last);
      });

      it('yields every event once, in order, while appends go on', async () => {
        const watching = subscribed(store, {}, (_, seen) => seen.length === 500);
        await Promise.all(
          range(50).map(async (index) => {
            for (const revision of range(10)) await store.append(`order-${index}`, revision === 0 ? 'no-stream' : revision - 1, [someEvent()]);
          }),
        );
        const { events } = await watching;
        expect(events).toEqual(await all(store));
      });

      it('sees what another handle writes', async () => {
        const second = await another();
        await store.append('order-1', 'no-stream', [someEvent('own')]);
        let writing: Promise<unknown> | undefined;
        const { events } = await subscribed(store, {}, (delivery, seen) => {
          if (caughtUp(delivery) && seen.length === 1) writing ??= second.append('order-1', 0, [someEvent('theirs')]).then(() => store.append('order-1', 1, [someEvent('own again')]));
          return seen.length === 3;
        });
        expect(labels(events)).toEqual(['own', 'theirs', 'own again']);
        expect(eventIds(await store.readStream('order-1'))).toEqual(eventIds(await second.readStream('order-1')));
      });

      it('ends without an error when aborted: before it begins, while it sleeps, and when the store closes', async () => {
        await store.append('order-1', 'no-stream', [someEvent()]);
        const before: Delivery[] = [];
        for await (const delivery of store.subscribeToAll({ signal: AbortSignal.abort() })) before.push(delivery);
        expect(before).toEqual([]);

        const abort = new AbortController();
        for await (const delivery of store.subscribeToAll({ signal: abort.signal })) if (caughtUp(delivery)) setImmediate(() => abort.abort());

        const second = await another();
        const kinds: string[] = [];
        for await (const delivery of second.subscribeToAll({ signal: new AbortController().signal })) {
          kinds.push(delivery.kind);
          if (caughtUp(delivery)) setImmediate(() => void second.close());
        }
        expect(kinds.slice(0, 2)).toEqual(['events', 'caught-up']);
      });
    });

    it('says of a position whether the log reaches as far', async () => {
      const { position } = await store.append('order-1', 'no-stream', [someEvent()]);
      const beyond = `${position.slice(0, -1)}g`;
      expect(await store.endsBefore(position)).toBe(false);
      expect(await (await another()).endsBefore(position)).toBe(false);
      expect(await store.endsBefore(beyond)).toBe(true);
    });

    describe('closing', () => {
      it('finishes the appends that wait, then refuses', async () => {
        const second = await another();
        const appends = range(20).map((index) => second.append(`order-${index}`, 'no-stream', [someEvent()]));
        await second.close();
        await Promise.all(appends);
        await expect(second.append('order-1', 0, [someEvent()])).rejects.toMatchObject({ name: 'EventStoreUnavailable' });
        await expect(second.readStream('order-1')).rejects.toMatchObject({ name: 'EventStoreUnavailable' });
        await second.close();
        expect(await all(store)).toHaveLength(20);
      });
    });
  });
}
