import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openSqliteEventStore, type EventStore, type RecordedEvent } from '@alongside/event-store';
import { openEventStoreDb } from '@alongside/event-store/eventstoredb';
import { letterOfEvent, openInProcessBroker, type InProcessBroker } from '@alongside/messaging';
import { someEvent } from '@alongside/testing';
import { EventStoreDbStandIn } from '@alongside/testing/eventstoredb';
import { copyLog, positionsIn } from './copy-log.js';
import { copyLoopState } from './copy-loop-state.js';

const signal = new AbortController().signal;
let folder: string;
let standIn: EventStoreDbStandIn;
let log: EventStore;
let newLog: EventStore;
let to: InProcessBroker;
let before: readonly RecordedEvent[];
let after: readonly RecordedEvent[];

const file = (): string => join(folder, 'messages.sqlite');
const copy = () => copyLoopState({ file: file(), to, contexts: ['referrals'], newPosition: positionsIn({ from: log, to: newLog }), signal });

/** What the embedded system does before it stops. */
async function embedded(work: (broker: InProcessBroker) => Promise<void>): Promise<void> {
  const broker = openInProcessBroker({ file: file() });
  await work(broker);
  await broker.close();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loops-'));
  standIn = await new EventStoreDbStandIn().start();
  log = openSqliteEventStore({ file: ':memory:' });
  newLog = openEventStoreDb({ url: `esdb://127.0.0.1:${standIn.port}?tls=false` });
  for (const stream of ['referral-1', 'referral-2']) await log.append(stream, 'no-stream', [someEvent(), someEvent()]);
  await copyLog({ from: log, to: newLog, signal });
  [before, after] = [[...(await log.readStream('referral-1')), ...(await log.readStream('referral-2'))], [...(await newLog.readStream('referral-1')), ...(await newLog.readStream('referral-2'))]];
  to = openInProcessBroker({ file: join(folder, 'target.sqlite') });
});
afterEach(async () => {
  await Promise.all([to.close(), log.close(), newLog.close()]);
  standIn.kill();
  rmSync(folder, { recursive: true });
});

const timer = (event: RecordedEvent, key: string) => ({ context: 'referrals', name: 'expire', stream: event.stream, key, due: '2026-03-01', occurredAt: '2026-03-01T00:00:00.000Z', setPosition: event.position, eventId: event.metadata.eventId, fireAt: 5 });

it('takes over checkpoints, timers and dead letters at the positions of the same events', async () => {
  const [first, second, third, fourth] = before as [RecordedEvent, RecordedEvent, RecordedEvent, RecordedEvent];
  await embedded(async ({ progress, timers, deadLetters }) => {
    const lease = await progress.acquire('relay:referrals', signal);
    if (lease) await progress.saveCheckpoint(lease, third.position);
    await timers.set({ ...timer(first, 'one'), data: { of: 'data' } });
    await timers.set(timer(second, 'two'));
    await deadLetters.park('process:referrals', letterOfEvent(third), ['finish'], { code: 'TypeError', at: 'somewhere.ts:1' }, 4);
    await deadLetters.waitBehind('process:referrals', letterOfEvent(fourth), ['finish']);
  });
  expect(await copy()).toEqual({ checkpoints: 1, timers: 2, deadLetters: 2 });
  expect(await to.progress.checkpoint('relay:referrals')).toBe(after[2]?.position);
  expect(await to.timers.list('referrals')).toMatchObject([
    { key: 'one', setPosition: after[0]?.position, data: { of: 'data' } },
    { key: 'two', setPosition: after[1]?.position },
  ]);
  expect(await to.deadLetters.list()).toMatchObject([
    { consumer: 'process:referrals', key: 'referral-2', status: 'failed', attempts: 4, failure: { code: 'TypeError', at: 'somewhere.ts:1' } },
    { status: 'waiting', origin: { stream: 'referral-2', revision: 1 } },
  ]);
  expect((await to.deadLetters.head('process:referrals', 'referral-2'))?.payload).toEqual(after[2]);
});

it('has forgotten what was done since when it is run again', async () => {
  const [first, second, third] = before as [RecordedEvent, RecordedEvent, RecordedEvent];
  await embedded(async ({ timers, deadLetters }) => {
    await timers.set(timer(first, 'one'));
    await deadLetters.park('process:referrals', letterOfEvent(third), ['finish'], { code: 'TypeError' }, 4);
  });
  await copy();
  await embedded(async ({ timers, deadLetters }) => {
    for (const each of await timers.list('referrals')) await timers.remove(each);
    await timers.set(timer(second, 'two'));
    for (const { id } of await deadLetters.list()) await deadLetters.drop(id);
  });
  expect(await copy()).toEqual({ checkpoints: 0, timers: 1, deadLetters: 0 });
  expect((await to.timers.list('referrals')).map(({ key }) => key)).toEqual(['two']);
  expect(await to.deadLetters.list()).toEqual([]);
});

it('refuses while messages are on their way, and changes nothing', async () => {
  await embedded(async ({ timers }) => timers.set(timer(before[0] as RecordedEvent, 'one')));
  const database = new DatabaseSync(file());
  database.exec(`INSERT INTO messages (topic, id, published_at, payload) VALUES ('alongside.referrals.v1', 'a message', 0, '{}');
    INSERT INTO offsets VALUES ('matching', 'alongside.referrals.v1', 0), ('journeys', 'alongside.referrals.v1', 1)`);
  database.close();
  await expect(copy()).rejects.toMatchObject({ name: 'MessagesUnhandled', consumers: ['matching'] });
  expect(await to.timers.list('referrals')).toEqual([]);
});
