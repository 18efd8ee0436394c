import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';

/** Another process kept the file locked for longer than anybody should wait. Nothing was written. */
export class DatabaseBusy extends Error {
  readonly passing = true;

  constructor() {
    super('another process keeps the database locked');
    this.name = 'DatabaseBusy';
  }
}

const patience = 10_000;
const BUSY = 5;
const LOCKED = 6;

/**
 * Opens a small primary store (keys, accounts) in a file of its own: write-ahead log, every commit flushed to the disk,
 * deleted content overwritten with zeros. Several processes may have it open. `:memory:` serves tests.
 */
export function openDatabase(file: string, schema: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: patience });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;');
    database.exec(schema);
    // From here on a lock held elsewhere is waited for without blocking the event loop.
    database.exec('PRAGMA busy_timeout = 0');
    return database;
  } catch (failure) {
    database.close();
    throw failure;
  }
}

/** Runs `work` in one transaction, which is durable when the promise resolves, and undone when `work` throws. */
export function write<T>(database: DatabaseSync, work: () => T): Promise<T> {
  return whenFree(() => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (failure) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw failure;
    }
  });
}

/**
 * Makes sure that nothing deleted or overwritten is left in the file or its write-ahead log. Zeroing alone leaves copies behind
 * where pages were split, so the file is written anew; then the log is emptied into it.
 */
export async function scrub(database: DatabaseSync): Promise<void> {
  await whenFree(() => database.exec('VACUUM'));
  await whenFree(() => {
    const outcome = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    if (outcome?.['busy'] === 1) throw Object.assign(new Error('a reader holds the write-ahead log'), { errcode: BUSY });
  });
}

/** Tells whether another connection, of this process or another one, has written since it was last asked. */
export function changesElsewhere(database: DatabaseSync): () => boolean {
  const version = database.prepare('PRAGMA data_version');
  // Asked for every command: an array costs a third less than an object.
  version.setReturnArrays(true);
  let seen: unknown;
  return () => {
    const [now] = version.get() as unknown as readonly unknown[];
    const changed = now !== seen;
    seen = now;
    return changed;
  };
}

async function whenFree<T>(work: () => T): Promise<T> {
  const deadline = performance.now() + patience;
  for (let wait = 1; ; wait = Math.min(wait * 2, 50)) {
    try {
      return work();
    } catch (failure) {
      if (!isLocked(failure)) throw failure;
      if (performance.now() > deadline) throw new DatabaseBusy();
    }
    await pause(wait);
  }
}

function isLocked(failure: unknown): boolean {
  const code = (failure as { errcode?: number }).errcode;
  // The low byte is the primary result code, the rest says more about it.
  return code !== undefined && ((code & 0xff) === BUSY || (code & 0xff) === LOCKED);
}
