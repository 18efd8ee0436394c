import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HastyTime, ManualTime, messageBrokerContract, settled, someMessage, testNow, type OpenedBroker } from '@alongside/testing';
import { topicOf } from '../message-broker.js';
import { LeaseLost } from '../progress.js';
import { openInProcessBroker } from './in-process-broker.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broker-'));
  file = join(folder, 'messages.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(before: () => Promise<void> = async () => {}): OpenedBroker {
  const time = new HastyTime(testNow);
  const broker = openInProcessBroker({ file, clock: time, scheduler: time, leaseTimeToLive: 100 });
  const close = (): Promise<void> => before().then(() => broker.close());
  return {
    broker,
    deadLetters: broker.deadLetters,
    beside: () => openInProcessBroker({ file }),
    crash: async () => {
      time.freeze();
      return open(close);
    },
    close,
  };
}

messageBrokerContract('the in-process broker', () => open());

describe('the in-process broker', () => {
  const aborted = () => new AbortController().signal;

  it('publishes nothing with the checkpoint of a lease that was lost', async () => {
    const time = new ManualTime(testNow);
    const options = { file, clock: time, scheduler: time, leaseTimeToLive: 1000 };
    const paused = openInProcessBroker({ ...options, scheduler: { ...time, wait: () => new Promise<void>(() => {}), elapsed: () => 0 } });
    const held = await paused.progress.acquire('relay:referrals', aborted());
    if (!held) throw new Error('not acquired');

    const other = openInProcessBroker(options);
    const taking = other.progress.acquire('relay:referrals', aborted());
    await time.advance(2000);
    const taken = await taking;
    expect(taken?.epoch).toBe(held.epoch + 1);

    const checkpoint = { lease: held, position: '0000000000000001' };
    await expect(paused.publish([someMessage()], { checkpoint })).rejects.toBeInstanceOf(LeaseLost);
    expect(await other.progress.checkpoint('relay:referrals')).toBeUndefined();
    await other.close();
  });

  it('takes over at once from an earlier life of the same process number', async () => {
    const time = new ManualTime(testNow);
    const broker = openInProcessBroker({ file, clock: time, scheduler: time, leaseTimeToLive: 60_000 });
    const held = await broker.progress.acquire('relay:referrals', aborted());
    await held?.release();
    const beside = new DatabaseSync(file);
    beside.prepare('UPDATE leases SET holder = ?').run(`${hostname()}/${process.pid}/an-earlier-life`);
    beside.close();
    const taken = await broker.progress.acquire('relay:referrals', aborted());
    expect(taken?.epoch).toBe((held?.epoch ?? 0) + 1);
    await broker.close();
  });

  it('leaves a lease with a holder that shows signs of life, and takes one given back at once', async () => {
    const time = new ManualTime(testNow);
    const options = { file, clock: time, scheduler: time, leaseTimeToLive: 1000 };
    const [first, second] = [openInProcessBroker(options), openInProcessBroker(options)];
    const held = await first.progress.acquire('relay:referrals', aborted());
    let taken = false;
    const taking = second.progress.acquire('relay:referrals', aborted()).then((lease) => {
      taken = true;
      return lease;
    });
    await time.advance(10_000);
    expect(taken).toBe(false);
    await held?.release();
    await time.advance(250);
    expect((await taking)?.epoch).toBe(2);
    await Promise.all([first.close(), second.close()]);
  });

  it('deletes what every consumer has passed and is old, and keeps what dead letters hold', async () => {
    const day = 86_400_000;
    const time = new ManualTime(testNow);
    const broker = openInProcessBroker({ file, clock: time, scheduler: time, keepDays: 2, pollEvery: day, leaseTimeToLive: 40 * day });
    const stopping = new AbortController();
    const delivered: string[] = [];
    const consume = (consumer: string, handle: () => Promise<void>, signal = stopping.signal): Promise<void> =>
      broker.consume({
        consumer,
        topics: [topicOf('referrals')],
        handlersOf: () => ['open'],
        handle: (_handler, message) => {
          delivered.push(`${consumer}: ${message.id}`);
          return handle();
        },
        backOff: [],
        signal,
      });
    const away = new AbortController();
    const slow = consume('journeys', () => Promise.resolve(), away.signal);
    await settled();
    away.abort();
    await slow;

    const [old, recent] = [someMessage('poisoned'), someMessage('other')];
    const failing = consume('assessment', () => Promise.reject(new Error('no')));
    await broker.publish([old]);
    await time.advance(3 * day);
    await broker.publish([recent]);
    await settled();
    expect(await broker.trim()).toBe(0);

    const back = consume('journeys', () => Promise.resolve());
    await settled();
    expect(await broker.trim()).toBe(1);
    const late = consume('matching', () => Promise.resolve());
    await settled();
    expect(delivered.filter((each) => !each.startsWith('assessment'))).toEqual([`journeys: ${old.id}`, `journeys: ${recent.id}`, `matching: ${recent.id}`]);
    expect(await broker.deadLetters.head('assessment', 'poisoned')).toMatchObject({ payload: { id: old.id } });

    stopping.abort();
    await Promise.all([failing, back, late]);
    await broker.close();
  });
});
