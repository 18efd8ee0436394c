import { setTimeout as delay } from 'node:timers/promises';
import { someEvent } from '@alongside/testing';
import { EventStoreDbStandIn, type StandInOptions } from '@alongside/testing/eventstoredb';
import { type Delivery, isUnreadable } from '../event-store.js';
import type { RecordedEvent } from '../recorded-event.js';
import { type EventStoreDb, openEventStoreDb } from './open.js';

// What is written here goes on between the adapter and a stand-in for the server's protocol.
let standIn: EventStoreDbStandIn;
let store: EventStoreDb;

async function begin(options: StandInOptions = {}, deadlineMs = 2_000): Promise<void> {
  standIn = await new EventStoreDbStandIn(options).start();
  store = openEventStoreDb({ url: `esdb://127.0.0.1:${standIn.port}?tls=false`, deadlineMs, putBackAfterMs: 300 });
}

afterEach(async () => {
  standIn.resume();
  await store.close();
  standIn.kill();
});

const streamsOf = (events: readonly RecordedEvent[]): readonly string[] => events.map((each) => each.stream);
const stands = async (stream: string): Promise<number> => (await store.readStream(stream)).length;

async function all(): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const each of store.readAll()) events.push(each);
  return events;
}

/** So many events of one stream, a few hundred together. */
async function fill(stream: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 250) {
    await store.append(stream, index === 0 ? 'no-stream' : index - 1, Array.from({ length: Math.min(250, count - index) }, (_, more) => someEvent(String(index + more))));
  }
}

/** Follows in the background until it is stopped. */
function following(after?: string, prefixes?: readonly string[]) {
  const abort = new AbortController();
  const deliveries: Delivery[] = [];
  const seen: RecordedEvent[] = [];
  const ended = (async () => {
    for await (const delivery of store.subscribeToAll({ ...(after !== undefined && { after }), ...(prefixes && { prefixes }), signal: abort.signal })) {
      deliveries.push(delivery);
      if (delivery.kind === 'events') seen.push(...delivery.events);
    }
  })();
  return {
    deliveries,
    seen,
    until: async (enough: () => boolean): Promise<void> => {
      while (!enough()) await Promise.race([delay(5), ended]);
    },
    stop: async (): Promise<void> => {
      abort.abort();
      await ended;
    },
  };
}

describe('an append of which nobody knows how it went', () => {
  it('is answered once the server is back, when it was written and the server was killed before it answered', async () => {
    await begin({}, 10_000);
    standIn.faults.afterWriting = async () => {
      delete standIn.faults.afterWriting;
      standIn.kill();
      await delay(50);
      await standIn.start();
    };
    const appended = await store.append('order-1', 'no-stream', [someEvent('a'), someEvent('b')]);
    expect(appended.revision).toBe(1);
    expect(standIn.appends).toBeGreaterThan(1);
    const events = await store.readStream('order-1');
    expect(events).toHaveLength(2);
    expect(appended.position).toBe(events.at(-1)?.position);
  });

  it('is made again once the server is back, when it was killed before it wrote', async () => {
    await begin({}, 10_000);
    standIn.faults.beforeWriting = async () => {
      delete standIn.faults.beforeWriting;
      standIn.kill();
      await delay(50);
      await standIn.start();
    };
    await expect(store.append('order-1', 'no-stream', [someEvent()])).resolves.toMatchObject({ revision: 0 });
    expect(await stands('order-1')).toBe(1);
  });

  it('is a conflict when somebody else was faster than its second attempt', async () => {
    await begin({}, 10_000);
    standIn.faults.beforeWriting = async () => {
      delete standIn.faults.beforeWriting;
      standIn.kill();
      await standIn.start();
      const other = openEventStoreDb({ url: `esdb://127.0.0.1:${standIn.port}?tls=false` });
      await other.append('order-1', 'no-stream', [someEvent('theirs')]);
      await other.close();
    };
    await expect(store.append('order-1', 'no-stream', [someEvent('ours')])).rejects.toMatchObject({ name: 'RevisionConflict', actual: 0 });
    expect((await store.readStream('order-1')).map((each) => each.data['label'])).toEqual(['theirs']);
  });

  it('is asked about again when the answer is later than the time for one attempt', async () => {
    await begin({}, 600);
    standIn.faults.afterWriting = () => {
      delete standIn.faults.afterWriting;
      return delay(1_000);
    };
    const appended = await store.append('order-1', 'no-stream', [someEvent()]);
    const [event] = await store.readStream('order-1');
    expect(appended).toEqual({ revision: 0, position: event?.position });
  });

  it('is given up within its time when the server hangs, and nothing is acknowledged', async () => {
    await begin({}, 400);
    // Connected: what is asked of it from here on waits there.
    expect(await stands('order-1')).toBe(0);
    standIn.pause();
    const began = performance.now();
    await expect(store.append('order-1', 'no-stream', [someEvent()])).rejects.toMatchObject({ name: 'EventStoreUnavailable', passing: true });
    expect(performance.now() - began).toBeLessThan(5_000);
    standIn.resume();
    // Both attempts are carried out now, as of one append.
    while ((await stands('order-1')) === 0) await delay(5);
    expect(await stands('order-1')).toBe(1);
  });
});

describe('a server that is not there', () => {
  it('is told at once, and is used as soon as it is', async () => {
    await begin();
    await store.append('order-1', 'no-stream', [someEvent()]);
    standIn.kill();
    const unavailable = { name: 'EventStoreUnavailable', passing: true, message: `the event store is unavailable: 127.0.0.1:${standIn.port} cannot be reached: start the event store there, or correct the address` };
    await expect(store.append('order-1', 0, [someEvent()])).rejects.toMatchObject({ name: 'EventStoreUnavailable', passing: true });
    await expect(store.readStream('order-1')).rejects.toMatchObject(unavailable);
    await expect(store.lastPosition()).rejects.toMatchObject(unavailable);
    await expect(all()).rejects.toMatchObject(unavailable);
    await expect(store.check()).rejects.toMatchObject(unavailable);
    await standIn.start();
    await expect(store.append('order-1', 0, [someEvent()])).resolves.toMatchObject({ revision: 1 });
    expect(await stands('order-1')).toBe(2);
    await store.check();
  });

  it('that hangs is told after the deadline', async () => {
    await begin({}, 300);
    await store.append('order-1', 'no-stream', [someEvent()]);
    standIn.pause();
    const silent = { name: 'EventStoreUnavailable', message: expect.stringContaining('does not answer') as unknown };
    await expect(store.readStream('order-1')).rejects.toMatchObject(silent);
    await expect(all()).rejects.toMatchObject(silent);
    standIn.resume();
    expect(await stands('order-1')).toBe(1);
  });
});

describe('a subscription', () => {
  it('takes up where it was when the server restarts, without gap or repetition', async () => {
    await begin();
    await Promise.all(Array.from({ length: 30 }, (_, index) => store.append(`order-${index}`, 'no-stream', [someEvent()])));
    const followed = following();
    await followed.until(() => followed.deliveries.some((each) => each.kind === 'caught-up'));
    for (let round = 0; round < 3; round += 1) {
      standIn.kill();
      await standIn.start();
      const writer = openEventStoreDb({ url: `esdb://127.0.0.1:${standIn.port}?tls=false` });
      for (let index = 0; index < 10; index += 1) await writer.append(`parcel-${round}-${index}`, 'no-stream', [someEvent(), someEvent()]);
      await writer.close();
      await followed.until(() => followed.seen.length === 30 + 20 * (round + 1));
    }
    expect(followed.seen).toEqual(await all());
    await followed.stop();
  });

  it('takes up where it was when the connection breaks in the middle of what there is', async () => {
    await begin({}, 10_000);
    await fill('order-1', 3_000);
    const abort = new AbortController();
    const seen: RecordedEvent[] = [];
    let broken = false;
    for await (const delivery of store.subscribeToAll({ signal: abort.signal })) {
      if (delivery.kind === 'events') seen.push(...delivery.events);
      else abort.abort();
      if (!broken && seen.length > 0 && seen.length < 3_000) {
        broken = true;
        standIn.kill();
        await standIn.start();
      }
    }
    expect(broken).toBe(true);
    expect(seen.map((each) => each.revision)).toEqual(Array.from({ length: 3_000 }, (_, index) => index));
  });

  it('loses nothing when its reader is slower than the writers', async () => {
    await begin({}, 10_000);
    const abort = new AbortController();
    const seen: RecordedEvent[] = [];
    const slowly = (async () => {
      for await (const delivery of store.subscribeToAll({ signal: abort.signal })) {
        if (delivery.kind === 'events') seen.push(...delivery.events);
        if (seen.length === 4_000) abort.abort();
        // Long enough for more to come than is taken.
        if (delivery.kind === 'caught-up' && seen.length === 0) await fill('order-1', 3_900).then(() => delay(100));
      }
    })();
    while ((await stands('order-1')) < 3_900) await delay(5);
    await store.append('order-1', 3_899, Array.from({ length: 100 }, () => someEvent()));
    await slowly;
    expect(seen.map((each) => each.revision)).toEqual(Array.from({ length: 4_000 }, (_, index) => index));
  });

  it('tells far more than one event at a time where many wait', async () => {
    await begin({}, 10_000);
    await fill('order-1', 2_000);
    const followed = following();
    await followed.until(() => followed.seen.length === 2_000);
    expect(followed.deliveries.length).toBeLessThan(200);
    await followed.stop();
  });

  it('is not behind at the end on a server from before 24.10, whose checkpoints are fewer', async () => {
    await begin({ version: '23.10.0' }, 10_000);
    for (let index = 0; index < 1_100; index += 100) await store.append(`parcel-${index}`, 'no-stream', Array.from({ length: 100 }, () => someEvent()));
    await store.append('order-1', 'no-stream', [someEvent()]);
    await store.append('parcel-0', 99, [someEvent()]);
    const followed = following(undefined, ['order-']);
    await followed.until(() => followed.deliveries.at(-1)?.kind === 'caught-up');
    expect(followed.deliveries.at(-1)?.position).toBe(await store.lastPosition());
    await store.append('order-2', 'no-stream', [someEvent()]);
    await store.append('parcel-0', 100, [someEvent()]);
    const last = (await store.lastPosition()) ?? 'z';
    await followed.until(() => (followed.deliveries.at(-1)?.position ?? '') >= last);
    expect(streamsOf(followed.seen)).toEqual(['order-1', 'order-2']);
    await followed.stop();
    // Every position that it told is one to begin from: nothing is left out behind it.
    for (const { position } of followed.deliveries) {
      const again = following(position, ['order-']);
      await again.until(() => again.deliveries.at(-1)?.kind === 'caught-up');
      expect(again.seen).toEqual(followed.seen.filter((each) => each.position > position));
      await again.stop();
    }
  });

  it('refuses a checkpoint that is ahead of the log', async () => {
    await begin();
    const reading = store.subscribeToAll({ after: '00000000000fffff00000000000fffff', signal: new AbortController().signal })[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toThrow('ahead of the log');
  });

  it('says that it has not caught up while the server has fallen behind', async () => {
    await begin();
    await store.append('order-1', 'no-stream', [someEvent()]);
    const followed = following();
    await followed.until(() => followed.deliveries.at(-1)?.kind === 'caught-up');
    const catchUp = standIn.fallBehind();
    await store.append('order-1', 0, [someEvent(), someEvent()]);
    await delay(50);
    expect(followed.deliveries.map(({ kind }) => kind)).toEqual(['events', 'caught-up']);
    catchUp();
    await followed.until(() => followed.seen.length === 3 && followed.deliveries.at(-1)?.kind === 'caught-up');
    // In whichever pieces the events come: caught up is told behind the last of them alone.
    expect(followed.deliveries.slice(2, -1).map(({ kind }) => kind)).not.toContain('caught-up');
    await followed.stop();
  });

  it('refuses what is no position of it', async () => {
    await begin();
    const reading = store.subscribeToAll({ after: '0000000000000007', signal: new AbortController().signal })[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toThrow(RangeError);
    await expect(store.readAll({ after: '0000000000000007' })[Symbol.asyncIterator]().next()).rejects.toThrow(RangeError);
  });
});

describe('an end that steps back', () => {
  const ahead = (): EventStoreDb => openEventStoreDb({ url: `esdb://127.0.0.1:${standIn.port}?tls=false`, putBackAfterMs: 60_000 });

  async function restart(): Promise<void> {
    standIn.kill();
    await standIn.start();
  }

  it('as after an election is waited out: nothing is refused, left out or told twice', async () => {
    await begin();
    await fill('order-1', 10);
    const patient = ahead();
    const abort = new AbortController();
    const seen: RecordedEvent[] = [];
    const following = (async () => {
      for await (const delivery of patient.subscribeToAll({ signal: abort.signal })) {
        if (delivery.kind === 'events') seen.push(...delivery.events);
        if (seen.length === 11) abort.abort();
      }
    })();
    while (seen.length < 10) await delay(5);
    const last = await patient.lastPosition();
    standIn.log.writeOwn();
    standIn.log.hide(5);
    await restart();
    const [asked, reached, fromAnother] = [patient.lastPosition(), patient.endsBefore(last ?? ''), ahead()];
    const askedElsewhere = fromAnother.endsBefore(last ?? '');
    await delay(100);
    standIn.log.hide(0);
    expect([await asked, await reached, await askedElsewhere]).toEqual([last, false, false]);
    await patient.append('order-1', 9, [someEvent()]);
    await following;
    expect(seen.map(({ revision }) => revision)).toEqual(Array.from({ length: 11 }, (_, index) => index));
    await Promise.all([patient.close(), fromAnother.close()]);
  });

  it('and stays there is a log that was put back', async () => {
    await begin();
    const { position } = await store.append('order-1', 'no-stream', [someEvent()]);
    const later = await store.append('order-2', 'no-stream', [someEvent()]);
    const followed = following();
    await followed.until(() => followed.deliveries.at(-1)?.kind === 'caught-up');
    standIn.log.putBackTo(BigInt(`0x${position.slice(0, 16)}`));
    standIn.log.writeOwn();
    await restart();
    await expect(followed.until(() => false)).rejects.toThrow('ahead of the log');
    expect(await store.endsBefore(later.position)).toBe(true);
    expect(await store.lastPosition()).toBe(position);
    expect(await store.endsBefore(position)).toBe(false);
  });

  it('is not waited for by whoever stops or closes', async () => {
    await begin();
    const { position } = await store.append('order-1', 'no-stream', [someEvent()]);
    const patient = ahead();
    const abort = new AbortController();
    const stopped = patient.endsBefore(`${position.slice(0, -1)}f`, abort.signal);
    const closed = patient.endsBefore(`${position.slice(0, -1)}f`);
    abort.abort();
    expect(await stopped).toBe(false);
    await patient.close();
    expect(await closed).toBe(false);
  });
});

describe('an event that cannot be read', () => {
  beforeEach(async () => {
    await begin();
    await store.append('order-1', 'no-stream', [someEvent()]);
    const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
    const { data = bytes(''), metadata = bytes('') } = standIn.log.stream('order-1')?.[0] ?? {};
    standIn.log.append('order-1', 0, [
      { id: '00000000-0000-4000-8000-000000000001', type: 'SomethingHappened', data: bytes('{'), metadata },
      { id: '00000000-0000-4000-8000-000000000002', type: 'SomethingHappened', data, metadata: bytes('null') },
      { id: '00000000-0000-4000-8000-000000000003', type: 'SomethingHappened', data: Uint8Array.from([0x22, 0xff, 0x22]), metadata },
    ]);
    await store.append('order-1', 3, [someEvent()]);
  });

  it('is told with its place', async () => {
    await expect(store.readStream('order-1')).rejects.toMatchObject({ name: 'UnreadableEvent', stream: 'order-1', revision: 1 });
    await expect(all()).rejects.toMatchObject({ name: 'UnreadableEvent', revision: 1 });
  });

  it('is handed over as a place to whoever follows the log', async () => {
    const followed = following();
    await followed.until(() => followed.seen.length === 5);
    await followed.stop();
    expect(followed.seen.map(isUnreadable)).toEqual([false, true, true, true, false]);
    expect(followed.seen[1]).toMatchObject({ data: {}, metadata: { organisationId: 'organisation-1', schemaVersion: 0 } });
    const read: RecordedEvent[] = [];
    for await (const each of store.readAll({ unreadable: 'place' })) read.push(each);
    expect(read).toEqual(followed.seen);
  });
});

describe('a cluster', () => {
  it('is asked for the node that leads, and another leader is followed', async () => {
    await begin();
    const before = await new EventStoreDbStandIn({ log: standIn.log, leaderPort: () => standIn.port }).start();
    const discovered = openEventStoreDb({ url: `esdb+discover://127.0.0.1:${before.port}?tls=false` });
    await discovered.append('order-1', 'no-stream', [someEvent()]);
    expect(before.appends).toBe(0);
    await discovered.close();
    const direct = openEventStoreDb({ url: `kurrentdb://127.0.0.1:${before.port}?tls=false` });
    await direct.append('order-1', 0, [someEvent()]);
    expect(await direct.readStream('order-1')).toHaveLength(2);
    expect(standIn.appends).toBe(2);
    await direct.close();
    before.kill();
  });
});
