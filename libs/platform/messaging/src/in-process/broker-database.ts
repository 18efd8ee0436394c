import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { schema, schemaVersion } from './schema.js';

const busy = 5;
const longestWait = 10_000;

const isBusy = (error: unknown): boolean => ((error as { readonly errcode?: number }).errcode ?? 0) % 256 === busy;

/** The broker's file. Writes never block the process: while another one writes, they wait for their turn. */
export class BrokerDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #open = true;

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: longestWait });
    // The relay's checkpoint lies in the same transaction as its messages, and every other loop may repeat: what a power
    // loss takes from the end is done again, so nothing here has to be flushed at each commit.
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    this.#migrate();
    this.#database.exec('PRAGMA busy_timeout = 0');
  }

  get isOpen(): boolean {
    return this.#open;
  }

  all<Row>(sql: string, ...parameters: SQLInputValue[]): readonly Row[] {
    return this.#prepared(sql).all(...parameters) as Row[];
  }

  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.#prepared(sql).get(...parameters) as Row | undefined;
  }

  /** Answers how many rows changed. Within `write` only. */
  run(sql: string, ...parameters: SQLInputValue[]): number {
    return Number(this.#prepared(sql).run(...parameters).changes);
  }

  /** Everything in `work` is committed together, or nothing when it throws. */
  async write<T>(work: () => T): Promise<T> {
    for (const began = performance.now(); ; await pause(2)) {
      try {
        this.#database.exec('BEGIN IMMEDIATE');
        break;
      } catch (error) {
        if (!isBusy(error) || performance.now() - began > longestWait) throw error;
      }
    }
    try {
      const answer = work();
      this.#database.exec('COMMIT');
      return answer;
    } catch (error) {
      // A full disk and some I/O errors have rolled back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Changes whenever another connection has committed. */
  dataVersion(): number {
    return this.get<{ data_version: number }>('PRAGMA data_version')?.data_version ?? 0;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#statements.clear();
    this.#database.close();
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #migrate(): void {
    this.#database.exec('BEGIN IMMEDIATE');
    const version = this.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
    if (version > schemaVersion) throw new Error(`the message store was written by a newer version (${version})`);
    if (version === 0) this.#database.exec(`${schema}; PRAGMA user_version = ${schemaVersion}`);
    this.#database.exec('COMMIT');
  }
}
