import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import {
  type Appended,
  type Delivery,
  type EventStore,
  EventStoreUnavailable,
  type ExpectedRevision,
  type ReadAllOptions,
  type SubscribeOptions,
} from '../event-store.js';
import type { EventToAppend, RecordedEvent } from '../recorded-event.js';
import { GroupCommit } from './group-commit.js';
import { Pages, rows, type StoredPage, streamFilter } from './pages.js';
import { isPosition, toPosition, toRow } from './position.js';
import { isBusy, unavailable } from './sqlite-errors.js';
import { recordedEvent, storedColumns, type StoredEvent } from './stored-event.js';
import { Tail } from './tail.js';
import { Wakes } from './wakes.js';

const pageSize = 500;
const defaultPollIntervalMs = 50;
const defaultLockTimeoutMs = 10_000;
const readRetryMs = 2;

export interface SqliteEventStoreParts {
  readonly pollIntervalMs?: number;
  readonly lockTimeoutMs?: number;
  /** Absent where the connection's own commits wait for the disk. */
  readonly flush?: () => Promise<void>;
  /** Called before the connection is closed. */
  readonly closing?: () => void;
}

/** The event store on an open connection that it owns from now on. The schema is there. Nothing is shown before it is durable. */
export function sqliteEventStoreOn(
  database: DatabaseSync,
  { pollIntervalMs = defaultPollIntervalMs, lockTimeoutMs = defaultLockTimeoutMs, flush, closing: beforeClosing }: SqliteEventStoreParts,
): EventStore {
  const pages = new Pages(database);
  const tail = new Tail(pages.head());
  const stream = rows(database.prepare(`SELECT ${storedColumns} FROM events WHERE stream = ? AND revision >= ? ORDER BY revision`));
  const dataVersion = rows(database.prepare('PRAGMA data_version'));
  let closing: Promise<void> | undefined;

  const writer = new GroupCommit(database, {
    lockTimeoutMs,
    ...(flush && { flush }),
    head: () => pages.head(),
    committed: (events, before) => {
      tail.push(events, before);
      wakes.wake();
    },
  });

  // Own commits do not change the data version of a connection, those of other connections do.
  let seenVersion = versionNow();
  const wakes = new Wakes(pollIntervalMs, () => {
    // While own rows are on their way to the disk, others' behind them are not shown either: asked again in a moment.
    if (writer.flushedTo < Infinity) return false;
    const version = versionNow();
    if (version === seenVersion) return false;
    seenVersion = version;
    const head = pages.head();
    if (head !== tail.head) tail.reset(head);
    return true;
  });

  function versionNow(): unknown {
    return (dataVersion.get() as unknown as readonly unknown[])[0];
  }

  /** Row of the last event that may be shown. */
  const durableHead = (): number => Math.min(pages.head(), writer.flushedTo);

  function mustBeOpen(): void {
    if (closing) throw new EventStoreUnavailable('it is closed');
  }

  /** Another process that recovers or closes the file may hold it for a moment. */
  async function reading<T>(read: () => T): Promise<T> {
    const until = performance.now() + lockTimeoutMs;
    for (;;) {
      mustBeOpen();
      try {
        return read();
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw unavailable(error);
        await delay(readRetryMs);
      }
    }
  }

  async function* readAll({ after, prefixes, limit = Infinity, unreadable = 'throw' }: ReadAllOptions = {}): AsyncGenerator<RecordedEvent, void, undefined> {
    let row = toRow(after);
    let left = limit;
    const head = await reading(durableHead);
    while (row < head && left > 0) {
      const page = await reading(() => pages.read(row, head, prefixes, pageSize, unreadable));
      for (const each of page.events) {
        if (left <= 0) return;
        left -= 1;
        yield each;
      }
      row = page.seen;
      if (row < head) await nextTurn();
    }
  }

  /** The next page for a subscription: from memory when it is close behind, else from the file. */
  function nextPage(row: number, prefixes: readonly string[] | undefined, passes: (stream: string) => boolean): StoredPage & { readonly head: number } {
    if (tail.holdsAfter(row)) return { ...tail.read(row, pageSize, passes), head: tail.head };
    const head = durableHead();
    return { ...pages.read(row, head, prefixes, pageSize, 'place'), head };
  }

  async function* subscribeToAll({ after, prefixes, signal }: SubscribeOptions): AsyncGenerator<Delivery, void, undefined> {
    let row = toRow(after);
    let told: number | undefined;
    if (row > (await reading(durableHead))) throw new RangeError('this position is ahead of the log: it belongs to another or a newer copy');
    const passes = streamFilter(prefixes);
    const sleeper = wakes.sleeper(signal);
    try {
      while (!signal.aborted && !closing) {
        sleeper.reset();
        const page = await reading(() => nextPage(row, prefixes, passes)).catch((error: unknown) => {
          if (closing) return undefined;
          throw error;
        });
        if (!page || signal.aborted) return;
        row = page.seen;
        if (page.events.length > 0) yield { kind: 'events', events: page.events, position: toPosition(row) };
        if (row < page.head) {
          await nextTurn();
          continue;
        }
        if (told !== row) {
          told = row;
          // Read again before sleeping: the consumer may have taken its time.
          yield { kind: 'caught-up', position: toPosition(row) };
          continue;
        }
        await sleeper.sleep();
      }
    } finally {
      sleeper.end();
    }
  }

  return {
    async append(name: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<Appended> {
      mustBeOpen();
      if (events.length === 0) throw new RangeError('an append needs at least one event');
      return writer.append(name, expected, events);
    },

    async readStream(name: string, fromRevision = 0): Promise<readonly RecordedEvent[]> {
      const stored = await reading(() => stream.all(name, fromRevision) as unknown as readonly StoredEvent[]);
      const { flushedTo } = writer;
      return (flushedTo < Infinity ? stored.filter(([row]) => row <= flushedTo) : stored).map(recordedEvent);
    },

    readAll,

    async lastPosition(): Promise<string | undefined> {
      const head = await reading(durableHead);
      return head === 0 ? undefined : toPosition(head);
    },

    async endsBefore(position: string): Promise<boolean> {
      return position > toPosition(await reading(durableHead));
    },

    subscribeToAll,

    isPosition,

    close(): Promise<void> {
      closing ??= writer.drain().then(() => {
        wakes.close();
        beforeClosing?.();
        database.close();
      });
      return closing;
    },
  };
}
