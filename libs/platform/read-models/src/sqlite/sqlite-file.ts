import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreBusy } from '../errors.js';

const busy = 5;
const openedTimeout = 2000;
const patience = 10_000;
const mostStatements = 400;
const cacheKibibytes = 16_000;
/** Rare, because a checkpoint holds up the commit that it falls on; the log beside the file grows to about 40 MB. */
const checkpointPages = 10_000;

/**
 * One SQLite file that several processes may have open. Whoever finds it locked comes back a moment later instead of blocking
 * the event loop; a transaction runs without a pause in between.
 */
export interface SqliteFile {
  /** Runs within one transaction, alone. */
  write<T>(work: () => T): Promise<T>;
  read<T>(work: () => T): Promise<T>;
  all(sql: string, ...values: readonly SQLInputValue[]): Record<string, unknown>[];
  one(sql: string, ...values: readonly SQLInputValue[]): Record<string, unknown> | undefined;
  /** Number of rows changed. */
  run(sql: string, ...values: readonly SQLInputValue[]): number;
  exec(sql: string): void;
  close(): void;
}

export function openSqliteFile(file: string, synchronous: 'NORMAL' | 'FULL', schema: string): SqliteFile {
  const database = new DatabaseSync(file, { timeout: openedTimeout });
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA temp_store = MEMORY; PRAGMA cache_size = ${-cacheKibibytes};`);
  database.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}; PRAGMA journal_size_limit = ${checkpointPages * 4096};`);
  database.exec(schema);
  database.exec('PRAGMA busy_timeout = 0');
  const statements = new Map<string, StatementSync>();

  function statement(sql: string): StatementSync {
    let prepared = statements.get(sql);
    if (!prepared) {
      if (statements.size >= mostStatements) statements.clear();
      prepared = database.prepare(sql);
      statements.set(sql, prepared);
    }
    return prepared;
  }

  async function patiently<T>(attempt: () => T): Promise<T> {
    const until = performance.now() + patience;
    for (let wait = 1; ; wait = Math.min(wait * 2, 20)) {
      try {
        return attempt();
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (performance.now() > until) throw new StoreBusy();
        await delay(wait * (0.5 + Math.random()));
      }
    }
  }

  return {
    write: (work) =>
      patiently(() => {
        statement('BEGIN IMMEDIATE').run();
        try {
          const result = work();
          statement('COMMIT').run();
          return result;
        } catch (error) {
          if (database.isTransaction) database.exec('ROLLBACK');
          throw error;
        }
      }),
    read: (work) => patiently(work),
    all: (sql, ...values) => statement(sql).all(...values),
    one: (sql, ...values) => statement(sql).get(...values),
    run: (sql, ...values) => Number(statement(sql).run(...values).changes),
    exec: (sql) => database.exec(sql),
    close: () => {
      statements.clear();
      if (database.isOpen) database.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  return code !== undefined && (code & 0xff) === busy;
}
