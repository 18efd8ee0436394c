import { defaultBackOff } from '../attempts.js';
import type { DeadLetters } from '../dead-letters.js';
import type { Message } from '../integration-event.js';
import { KeyedWork } from '../keyed-work.js';
import type { Consumption } from '../message-broker.js';
import { messageLetter, messageOfLetter } from '../message-letter.js';
import type { MessagingObserver } from '../observer.js';
import type { Lease } from '../progress.js';
import type { Changes, Scheduler } from '../scheduler.js';
import { Watermark } from '../watermark.js';
import type { BrokerDatabase } from './broker-database.js';
import type { SqliteProgress } from './sqlite-progress.js';

const batch = 200;

interface Row {
  readonly offset: number;
  readonly topic: string;
  readonly only_for: string;
  readonly payload: string;
}

export interface ConsumerParts {
  readonly database: BrokerDatabase;
  readonly progress: SqliteProgress;
  readonly deadLetters: DeadLetters;
  readonly scheduler: Scheduler;
  readonly observer: MessagingObserver;
  readonly published: Changes;
}

/** Reads the consumer's topics from its offsets on until the signal aborts; then what is in flight is finished. */
export async function consume(parts: ConsumerParts, consumption: Consumption, lease: Lease, signal: AbortSignal): Promise<void> {
  const { database, deadLetters, scheduler, observer, published } = parts;
  const { consumer, handlersOf, handle } = consumption;
  const topics = JSON.stringify(consumption.topics);
  const offsets = await startingOffsets(parts, consumption);
  const work = await KeyedWork.open<Message>({
    consumer,
    deadLetters,
    scheduler,
    observer,
    signal,
    concurrency: consumption.concurrency ?? 8,
    backOff: consumption.backOff ?? defaultBackOff,
    stepsOf: handlersOf,
    // A letter may name a handler that has been renamed since: then every handler of today does it again.
    run: async (step, message) => {
      const known = handlersOf(message);
      for (const each of known.includes(step) ? [step] : known) await handle(each, message);
    },
    toLetter: messageLetter,
    fromLetter: messageOfLetter,
  });
  const commit = committing(parts, consumer, topics, lease);

  const read = async (after: number): Promise<number> => {
    const seen = published.version;
    const rows = database.all<Row>(
      `SELECT offset, topic, only_for, payload FROM messages
       WHERE offset > ? AND topic IN (SELECT value FROM json_each(?)) ORDER BY offset LIMIT ${batch}`,
      after,
      topics,
    );
    for (const row of rows) {
      if (row.offset <= (offsets.get(row.topic) ?? 0)) continue;
      const message = row.only_for === '' || row.only_for === consumer ? (JSON.parse(row.payload) as Message) : undefined;
      if (message && handlersOf(message).length > 0) work.add(message, commit.after(row.offset));
      else commit.pass(row.offset);
    }
    if (rows.length === 0) {
      await commit.now();
      await published.after(seen, work.signal);
    }
    return rows.at(-1)?.offset ?? after;
  };

  try {
    let cursor = Math.min(...offsets.values());
    while (!work.signal.aborted) {
      cursor = await read(cursor);
      await work.room();
    }
  } catch (error) {
    work.fail(error);
  }
  await work.stopped();
  await commit.now();
}

async function startingOffsets({ database }: ConsumerParts, { consumer, topics }: Consumption): Promise<ReadonlyMap<string, number>> {
  await database.write(() => {
    for (const topic of topics) database.run('INSERT INTO offsets VALUES (?, ?, 0) ON CONFLICT DO NOTHING', consumer, topic);
  });
  const rows = database.all<{ topic: string; offset: number }>('SELECT topic, offset FROM offsets WHERE consumer = ?', consumer);
  return new Map(rows.filter((row) => topics.includes(row.topic)).map((row) => [row.topic, row.offset]));
}

/** Commits what is done up to the low-water mark: what was done above it comes again after a crash. */
function committing({ database, progress }: ConsumerParts, consumer: string, topics: string, lease: Lease) {
  const passed = new Watermark<number>();
  let committed = 0;
  let scheduled = false;
  const now = async (): Promise<void> => {
    const low = passed.low;
    if (low === undefined || low <= committed) return;
    await database.write(() => {
      progress.mustHold(lease);
      const sql = 'UPDATE offsets SET offset = ?1 WHERE consumer = ?2 AND offset < ?1 AND topic IN (SELECT value FROM json_each(?3))';
      database.run(sql, low, consumer, topics);
    });
    committed = low;
  };
  const soon = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      // Only a repeat is at stake; the next commit, or the one at the end, says what is wrong.
      if (database.isOpen) now().catch(() => undefined);
    });
  };
  return {
    now,
    pass: (offset: number): void => passed.pass(offset),
    after: (offset: number) => {
      const done = passed.begin(offset);
      return (): void => {
        done();
        soon();
      };
    },
  };
}
