import { DatabaseSync } from 'node:sqlite';
import type { EventStore } from '../event-store.js';
import { prepareSchema } from './schema.js';
import { reasonOf } from './sqlite-errors.js';
import { sqliteEventStoreOn } from './sqlite-event-store.js';

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

/**
 * The event store in one SQLite file: WAL, `synchronous=FULL`, group commit on the calling thread. Several processes may
 * open one file. Throws one error that names the file when it cannot be opened, written, or is no log.
 */
export function openSqliteEventStore(options: SqliteEventStoreOptions): EventStore {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(options.file, { timeout: openingTimeoutMs });
    prepareSchema(database);
    database.exec('PRAGMA busy_timeout = 0');
    return sqliteEventStoreOn(database, options);
  } catch (error) {
    database?.close();
    throw new Error(`cannot open the event store ${options.file}: ${reasonOf(error)}`, { cause: error });
  }
}
