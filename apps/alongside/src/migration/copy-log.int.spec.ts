import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSqliteEventStore, type EventStore, type RecordedEvent } from '@alongside/event-store';
import { openEventStoreDb } from '@alongside/event-store/eventstoredb';
import { someEvent } from '@alongside/testing';
import { EventStoreDbStandIn } from '@alongside/testing/eventstoredb';
import { AnotherLog, copyLog, positionsIn, SourceWritten } from './copy-log.js';

// The target is a stand-in for EventStoreDB's protocol; what a real server does with it, the suites with one show.
let from: EventStore;
let to: EventStore;
let standIn: EventStoreDbStandIn;
const never = new AbortController().signal;

beforeEach(async () => {
  from = openSqliteEventStore({ file: ':memory:' });
  standIn = await new EventStoreDbStandIn().start();
  to = openEventStoreDb({ url: `esdb://127.0.0.1:${standIn.port}?tls=false` });
});
afterEach(async () => {
  await Promise.all([from.close(), to.close()]);
  standIn.kill();
});

/** Forty streams that grow by one to four events at a time, in turns. */
async function grow(appends: number): Promise<void> {
  for (let index = 0; index < appends; index += 1) {
    const stream = `${['order', 'order-line', 'parcel'][index % 3]}-${(index * 7) % 40}`;
    const last = (await from.readStream(stream)).at(-1);
    await from.append(stream, last?.revision ?? 'no-stream', Array.from({ length: 1 + (index % 4) }, (_, more) => someEvent(`${index}.${more}`)));
  }
}

async function all(store: EventStore): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const each of store.readAll()) events.push(each);
  return events;
}
const withoutPositions = (events: readonly RecordedEvent[]): readonly unknown[] => events.map(({ position: _, ...rest }) => rest);

it('copies everything, in the order of the log, as it is', async () => {
  await grow(300);
  const copied = await copyLog({ from, to, signal: never });
  expect(withoutPositions(await all(to))).toEqual(withoutPositions(await all(from)));
  expect(copied).toEqual({ copied: 750, before: 0, streams: 120, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

it('goes on where it was stopped, after every number of events, and finds nothing to do when it is done', async () => {
  await grow(60);
  const whole = (await all(from)).length;
  let before = 0;
  for (const stopAt of [1, 20, 21, 100]) {
    const stopping = new AbortController();
    const append = to.append.bind(to);
    let written = before;
    const stopped: EventStore = {
      ...to,
      append: async (...given) => {
        const appended = await append(...given);
        written += given[2].length;
        if (written >= stopAt) stopping.abort();
        return appended;
      },
    };
    await expect(copyLog({ from, to: stopped, signal: stopping.signal })).rejects.toThrow();
    before = (await all(to)).length;
    expect(before).toBe(written);
  }
  const rest = await copyLog({ from, to, signal: never });
  expect(rest).toMatchObject({ before, copied: whole - before });
  expect(withoutPositions(await all(to))).toEqual(withoutPositions(await all(from)));
  expect(await copyLog({ from, to, signal: never })).toEqual({ ...rest, before: whole, copied: 0 });
});

it('goes on after the server was killed in the middle', async () => {
  await grow(60);
  standIn.faults.afterWriting = () => {
    if (standIn.appends === 30) standIn.kill();
  };
  await expect(copyLog({ from, to: openEventStoreDb({ url: `esdb://127.0.0.1:${standIn.port}?tls=false`, deadlineMs: 200 }), signal: never })).rejects.toMatchObject({ name: 'EventStoreUnavailable' });
  delete standIn.faults.afterWriting;
  await standIn.start();
  await copyLog({ from, to, signal: never });
  expect(withoutPositions(await all(to))).toEqual(withoutPositions(await all(from)));
});

it('copies what has come since, when it is run again', async () => {
  await grow(20);
  const first = await copyLog({ from, to, signal: never });
  await from.append('invoice-1', 'no-stream', [someEvent()]);
  expect(await copyLog({ from, to, signal: never })).toMatchObject({ before: first.copied, copied: 1 });
});

describe('refuses, and takes nothing away', () => {
  it('a target with another log', async () => {
    await grow(10);
    await to.append('order-0', 'no-stream', [someEvent('somebody else')]);
    await expect(copyLog({ from, to, signal: never })).rejects.toThrow(new AnotherLog('the target has order-0, revision 0 where the log that is copied has order-0, revision 0, and they differ'));
    expect(await all(to)).toHaveLength(1);
  });

  it('a target that somebody writes to', async () => {
    await grow(10);
    await copyLog({ from, to, signal: never });
    await to.append('order-new', 'no-stream', [someEvent()]);
    await expect(copyLog({ from, to, signal: never })).rejects.toThrow('order-new, revision 0 is not in the log that is copied');
  });

  it('a source that somebody writes to', async () => {
    await grow(10);
    let appended = false;
    const written: EventStore = {
      ...from,
      async *readAll(options) {
        yield* from.readAll(options);
        if (!appended) await from.append('order-late', 'no-stream', [someEvent()]);
        appended = true;
      },
    };
    await expect(copyLog({ from: written, to, signal: never })).rejects.toThrow(SourceWritten);
    await copyLog({ from, to, signal: never });
    expect(await all(to)).toHaveLength(24);
  });
});

it('finds each position again at the same event', async () => {
  await grow(40);
  await copyLog({ from, to, signal: never });
  const newPosition = positionsIn({ from, to });
  const [before, after] = [await all(from), await all(to)];
  for (const [index, { position }] of before.entries()) expect(await newPosition(position)).toBe(after[index]?.position);
  expect(await newPosition('0000000000000000')).toBeUndefined();
  await expect(newPosition('0000000000009999')).rejects.toThrow('ahead of the log');
});
