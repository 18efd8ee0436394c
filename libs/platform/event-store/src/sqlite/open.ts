import { closeSync, fdatasync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import type { EventStore } from '../event-store.js';
import { prepareSchema } from './schema.js';
import { reasonOf } from './sqlite-errors.js';
import { sqliteEventStoreOn, type SqliteEventStoreParts } from './sqlite-event-store.js';

export interface SqliteEventStoreOptions {
  /** The log's file, made when absent (its folder must be there), or `:memory:`. */
  readonly file: string;
  /**
   * Milliseconds between looks for what other processes wrote, default 50. Raise it when nobody else writes to the file,
   * lower it when subscriptions must see others' events sooner. The own process's events are seen at once either way.
   */
  readonly pollIntervalMs?: number;
  /** Milliseconds to wait for another process's write lock before appends are refused, default 10,000. */
  readonly lockTimeoutMs?: number;
}

/** How long the opening itself, the only blocking wait, lets another process finish its own. */
const openingTimeoutMs = 5_000;

const flushed = promisify(fdatasync);

/**
 * The event store in one SQLite file: WAL, group commit on the calling thread, each flushed to the disk before it is acknowledged
 * (by the thread pool, so that nothing else waits for the disk). Several processes may open one file. Throws one error that names the file when it cannot be opened, written, or is no log.
 */
export function openSqliteEventStore(options: SqliteEventStoreOptions): EventStore {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(options.file, { timeout: openingTimeoutMs });
    prepareSchema(database);
    database.exec('PRAGMA busy_timeout = 0');
    return sqliteEventStoreOn(database, { ...options, ...flushing(database, options.file) });
  } catch (error) {
    database?.close();
    throw new Error(`cannot open the event store ${options.file}: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * With `synchronous=NORMAL` a commit writes its frames to the write-ahead log and leaves it to us to flush them; SQLite itself flushes
 * the log's header, and log and file around a checkpoint, as with `FULL` (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
function flushing(database: DatabaseSync, file: string): Pick<SqliteEventStoreParts, 'flush' | 'closing'> {
  if (file === ':memory:') return {};
  // There since the schema was looked at, and for as long as this connection is open.
  const log = openSync(`${file}-wal`, 'r+');
  database.exec('PRAGMA synchronous = NORMAL');
  return { flush: () => flushed(log), closing: () => closeSync(log) };
}
