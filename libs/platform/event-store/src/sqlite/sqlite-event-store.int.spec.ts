import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { eventStoreContract, someEvent } from '@alongside/testing';
import { isUnreadable } from '../event-store.js';
import type { RecordedEvent } from '../recorded-event.js';
import { openSqliteEventStore } from './open.js';
import { prepareSchema } from './schema.js';
import { sqliteEventStoreOn } from './sqlite-event-store.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'event-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

eventStoreContract('SQLite', () => {
  const file = join(folder, 'events.sqlite');
  const another = () => openSqliteEventStore({ file, pollIntervalMs: 5 });
  return { store: another(), another, remove: () => undefined };
});

describe('a log on disk', () => {
  it('is there after closing and opening', async () => {
    const file = join(folder, 'events.sqlite');
    const first = openSqliteEventStore({ file });
    await first.append('order-1', 'no-stream', [someEvent()]);
    const events = await first.readStream('order-1');
    await first.close();
    const second = openSqliteEventStore({ file });
    expect(await second.readStream('order-1')).toEqual(events);
    await second.append('order-1', 0, [someEvent()]);
    await second.close();
  });

  it('refuses an event id that stands anywhere in it, and writes nothing of that append', async () => {
    const store = openSqliteEventStore({ file: join(folder, 'events.sqlite') });
    await store.append('order-1', 'no-stream', [someEvent('a', 'taken-id')]);
    await expect(store.append('order-2', 'no-stream', [someEvent('b'), someEvent('c', 'taken-id')])).rejects.toMatchObject({ name: 'DuplicateEvent', stream: 'order-2' });
    await expect(store.append('order-1', 0, [someEvent('d', 'taken-id')])).rejects.toMatchObject({ name: 'DuplicateEvent', stream: 'order-1' });
    expect(await store.readStream('order-2')).toEqual([]);
    await store.close();
  });

  it('refuses a checkpoint that is ahead of it', async () => {
    const store = openSqliteEventStore({ file: join(folder, 'events.sqlite') });
    const reading = store.subscribeToAll({ after: '0000000000000007', signal: new AbortController().signal })[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toThrow('ahead of the log');
    await store.close();
  });

  it('rejects every waiting append of a full disk, stays readable, and goes on when there is room', async () => {
    const database = new DatabaseSync(join(folder, 'events.sqlite'));
    prepareSchema(database);
    const store = sqliteEventStoreOn(database, {});
    await store.append('order-1', 'no-stream', [someEvent('first')]);
    database.exec('PRAGMA max_page_count = 12');
    const large = (stream: string) => store.append(stream, 'no-stream', [someEvent('x'.repeat(20_000))]);
    const outcomes = await Promise.allSettled([store.append('parcel-2', 'no-stream', [someEvent()]), large('parcel-3'), large('parcel-4'), large('parcel-5')]);
    for (const each of outcomes) expect(each).toMatchObject({ status: 'rejected', reason: { name: 'EventStoreUnavailable' } });
    expect(await store.readStream('order-1')).toHaveLength(1);
    database.exec('PRAGMA max_page_count = 1000000');
    const appended = await large('parcel-3');
    expect(await store.readStream('parcel-3')).toMatchObject([{ position: appended.position, revision: 0 }]);
    const read: string[] = [];
    for await (const each of store.readAll({ prefixes: ['parcel-'] })) read.push(each.stream);
    expect(read).toEqual(['parcel-3']);
    await store.close();
  });

  it('shows nothing and acknowledges nothing before it is flushed to the disk, and what comes meanwhile is one batch', async () => {
    const file = join(folder, 'events.sqlite');
    const database = new DatabaseSync(file);
    prepareSchema(database);
    const flushes: (() => void)[] = [];
    const store = sqliteEventStoreOn(database, { pollIntervalMs: 5, flush: () => new Promise((resolve) => void flushes.push(resolve)) });
    const acknowledged: string[] = [];
    const append = (stream: string) => store.append(stream, 'no-stream', [someEvent()]).then(() => acknowledged.push(stream));
    const followed = store.subscribeToAll({ signal: new AbortController().signal })[Symbol.asyncIterator]();
    expect((await followed.next()).value).toMatchObject({ kind: 'caught-up' });
    const first = append('order-1');
    while (flushes.length === 0) await nextTurn();
    const others = [append('order-2'), append('order-3')];
    // Another process writes behind it, and sees to its own durability.
    const another = openSqliteEventStore({ file });
    await another.append('order-4', 'no-stream', [someEvent()]);
    await delay(20);
    expect(acknowledged).toEqual([]);
    expect(await store.lastPosition()).toBeUndefined();
    expect(await store.readStream('order-1')).toEqual([]);
    expect(flushes).toHaveLength(1);
    flushes[0]?.();
    await first;
    expect(await store.readStream('order-1')).toHaveLength(1);
    while (flushes.length === 1) await nextTurn();
    expect(acknowledged).toEqual(['order-1']);
    flushes[1]?.();
    await Promise.all(others);
    expect(flushes).toHaveLength(2);
    const streams: string[] = [];
    while (streams.length < 4) {
      const { value } = await followed.next();
      if (value?.kind === 'events') streams.push(...(value.events as readonly RecordedEvent[]).map((each) => each.stream));
    }
    expect(streams).toEqual(['order-1', 'order-4', 'order-2', 'order-3']);
    await followed.return?.(undefined);
    await another.close();
    await store.close();
  });

  it('sees what another process wrote during a flush when nothing more is written here', async () => {
    const file = join(folder, 'events.sqlite');
    const database = new DatabaseSync(file);
    prepareSchema(database);
    let flush = (): void => undefined;
    const store = sqliteEventStoreOn(database, { pollIntervalMs: 5, flush: () => new Promise((resolve) => void (flush = resolve)) });
    const followed = store.subscribeToAll({ signal: new AbortController().signal })[Symbol.asyncIterator]();
    await followed.next();
    const own = store.append('order-1', 'no-stream', [someEvent()]);
    const another = openSqliteEventStore({ file });
    while ((await another.lastPosition()) === undefined) await nextTurn();
    await another.append('order-2', 'no-stream', [someEvent()]);
    await delay(20);
    flush();
    await own;
    const streams: string[] = [];
    while (streams.length < 2) {
      const { value } = await followed.next();
      if (value?.kind === 'events') streams.push(...(value.events as readonly RecordedEvent[]).map((each) => each.stream));
    }
    expect(streams).toEqual(['order-1', 'order-2']);
    await followed.return?.(undefined);
    await another.close();
    await store.close();
  });

  it('refuses everything after a flush that failed, and shows nothing of it', async () => {
    const database = new DatabaseSync(join(folder, 'events.sqlite'));
    prepareSchema(database);
    let flush = (): Promise<void> => Promise.resolve();
    const store = sqliteEventStoreOn(database, { flush: () => flush() });
    await store.append('order-1', 'no-stream', [someEvent()]);
    flush = () => Promise.reject(new Error('EIO'));
    const refused = { status: 'rejected', reason: { name: 'EventStoreUnavailable' } };
    expect(await Promise.allSettled([store.append('order-1', 0, [someEvent()]), store.append('order-2', 'no-stream', [someEvent()])])).toMatchObject([refused, refused]);
    flush = () => Promise.resolve();
    await expect(store.append('order-3', 'no-stream', [someEvent()])).rejects.toMatchObject({ name: 'EventStoreUnavailable' });
    expect(await store.readStream('order-1')).toHaveLength(1);
    expect(await store.readStream('order-2')).toEqual([]);
    await store.close();
  });

  it('waits for another process that holds the lock without blocking, and gives up in the end', async () => {
    const file = join(folder, 'events.sqlite');
    const store = openSqliteEventStore({ file, lockTimeoutMs: 60 });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const waiting = store.append('order-1', 'no-stream', [someEvent()]);
    expect(await store.readStream('order-1')).toEqual([]);
    other.exec('ROLLBACK');
    await expect(waiting).resolves.toMatchObject({ revision: 0 });
    other.exec('BEGIN IMMEDIATE');
    await expect(store.append('order-1', 0, [someEvent()])).rejects.toMatchObject({ name: 'EventStoreUnavailable' });
    other.exec('ROLLBACK');
    other.close();
    await expect(store.append('order-1', 0, [someEvent()])).resolves.toMatchObject({ revision: 1 });
    await store.close();
  });

  it('tells the place of an event that cannot be read', async () => {
    const file = join(folder, 'events.sqlite');
    const store = openSqliteEventStore({ file });
    await store.append('order-1', 'no-stream', [someEvent(), someEvent()]);
    const other = new DatabaseSync(file);
    other.exec(`UPDATE events SET data = '{' WHERE revision = 1`);
    other.close();
    await expect(store.readStream('order-1')).rejects.toMatchObject({ name: 'UnreadableEvent', stream: 'order-1', revision: 1, position: '0000000000000002' });
    await store.close();
  });

  it('hands the place of an event that cannot be read to whoever follows it, and goes on', async () => {
    const file = join(folder, 'events.sqlite');
    const store = openSqliteEventStore({ file });
    await store.append('order-1', 'no-stream', [someEvent(), someEvent(), someEvent(), someEvent()]);
    const other = new DatabaseSync(file);
    other.exec(`UPDATE events SET data = '{' WHERE revision = 1; UPDATE events SET metadata = 'null' WHERE revision = 2`);
    other.close();
    await store.close();
    const again = openSqliteEventStore({ file });
    const reading = again.subscribeToAll({ signal: new AbortController().signal })[Symbol.asyncIterator]();
    const { value } = (await reading.next()) as { value: { events: readonly RecordedEvent[] } };
    expect(value.events.map(isUnreadable)).toEqual([false, true, true, false]);
    expect(value.events[1]).toMatchObject({ revision: 1, type: value.events[0]?.type, data: {}, metadata: { organisationId: value.events[0]?.metadata.organisationId } });
    const read: RecordedEvent[] = [];
    for await (const each of again.readAll({ unreadable: 'place' })) read.push(each);
    expect(read).toEqual(value.events);
    await again.close();
  });

  it('merges categories through the index without sorting', () => {
    const database = new DatabaseSync(':memory:');
    prepareSchema(database);
    const arm = 'SELECT position FROM events INDEXED BY events_of_a_category WHERE category = ? AND position > ? AND position <= ?';
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${arm} UNION ALL ${arm} ORDER BY position LIMIT ?`).all();
    expect(plan.map((each) => each['detail']).join('\n')).not.toContain('TEMP B-TREE');
  });
});

describe('opening refuses with one error that names the file', () => {
  it.each<[string, (file: string) => void, string]>([
    ['a folder that is not there', (file) => rmSync(join(file, '..'), { recursive: true }), 'unable to open database file'],
    ['a folder in its place', (file) => mkdirSync(file), 'unable to open database file'],
    ['a file of another kind', (file) => writeFileSync(file, 'a text that is no database'.repeat(100)), 'file is not a database'],
    [
      'a database of something else',
      (file) => {
        const other = new DatabaseSync(file);
        other.exec('CREATE TABLE notes (text TEXT)');
        other.close();
      },
      'it is a database of something else',
    ],
    [
      'a log of a later version',
      (file) => {
        const other = new DatabaseSync(file);
        prepareSchema(other);
        other.exec('PRAGMA user_version = 2');
        other.close();
      },
      'its schema has version 2, this program knows version 1',
    ],
  ])('%s', (_, make, reason) => {
    const file = join(folder, 'within', 'events.sqlite');
    mkdirSync(join(folder, 'within'));
    make(file);
    expect(() => openSqliteEventStore({ file })).toThrow(`cannot open the event store ${file}: ${reason}`);
  });
});
