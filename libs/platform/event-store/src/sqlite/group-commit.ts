import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Appended, DuplicateEvent, EventStoreUnavailable, type ExpectedRevision, RevisionConflict } from '../event-store.js';
import type { EventToAppend } from '../recorded-event.js';
import { categoryOf } from './category.js';
import { rows } from './pages.js';
import { toPosition } from './position.js';
import { isBusy, isConstraint, unavailable } from './sqlite-errors.js';
import type { StoredEvent } from './stored-event.js';

interface Waiting {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly { readonly eventId: string; readonly type: string; readonly data: string; readonly metadata: string }[];
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = Appended | RevisionConflict | DuplicateEvent;

/** The event loop gets a turn after so many appends. */
const mostInOneTransaction = 512;
const lockRetryMs = 3;

export interface GroupCommitOptions {
  readonly lockTimeoutMs: number;
  /** The row of the log's last event; asked under the write lock. */
  readonly head: () => number;
  /** Resolves when what was committed is on the disk; absent where a commit itself waits for that. */
  readonly flush?: () => Promise<void>;
  /** Told when what was written is durable, before the appends are acknowledged: what follows row `before`. */
  readonly committed: (events: readonly StoredEvent[], before: number) => void;
}

/**
 * Appends that wait at the same time share one transaction and one flush to the disk. Each is checked against its own expected
 * revision and fails alone; all are answered only when they are durable. Those that come during a flush make up the next batch.
 */
export class GroupCommit {
  #waiting: Waiting[] = [];
  #scheduled = false;
  #lockedSince: number | undefined;
  #drained: (() => void)[] = [];
  #flushedTo = Infinity;
  #failure: EventStoreUnavailable | undefined;
  #categories = new Map<string, number>();
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #lastRevision: StatementSync;
  readonly #written: StatementSync;
  readonly #insert: StatementSync;
  readonly #undo: StatementSync;
  readonly #category: StatementSync;
  readonly #newCategory: StatementSync;

  constructor(
    private readonly database: DatabaseSync,
    private readonly options: GroupCommitOptions,
  ) {
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#lastRevision = rows(database.prepare('SELECT max(revision) FROM events WHERE stream = ?'));
    this.#written = rows(database.prepare('SELECT position, event_id, type, data, metadata FROM events WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision'));
    this.#insert = database.prepare(
      'INSERT INTO events (position, stream, revision, category, event_id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#undo = database.prepare('DELETE FROM events WHERE position >= ?');
    this.#category = rows(database.prepare('SELECT id FROM categories WHERE name = ?'));
    this.#newCategory = database.prepare('INSERT INTO categories (name) VALUES (?)');
  }

  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<Appended> {
    // Made text here: what cannot be stored fails its own caller, and nobody changes it while it waits.
    const texts = events.map(({ type, data, metadata }) => ({
      eventId: metadata.eventId,
      type,
      data: text(data),
      metadata: text(metadata),
    }));
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ stream, expected, events: texts, resolve, reject });
      this.#schedule();
    });
  }

  /** The last row that may be shown; infinite while all that this process wrote is durable. */
  get flushedTo(): number {
    return this.#flushedTo;
  }

  /** Resolves when nothing waits any more. */
  drain(): Promise<void> {
    if (!this.#scheduled) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#write());
  }

  #write(): void {
    if (!this.#locked()) return;
    const batch = this.#waiting.splice(0, mostInOneTransaction);
    try {
      const before = this.options.head();
      const written: StoredEvent[] = [];
      const outcomes = batch.map((each) => this.#append(each, before, written));
      this.#commit.run();
      void this.#acknowledge(batch, outcomes, written, before);
    } catch (error) {
      this.#rollBack();
      for (const { reject } of batch) reject(unavailable(error));
      this.#next();
    }
  }

  async #acknowledge(batch: readonly Waiting[], outcomes: readonly Outcome[], written: readonly StoredEvent[], before: number): Promise<void> {
    try {
      if (written.length > 0) {
        this.#flushedTo = before;
        await this.options.flush?.();
        this.#flushedTo = Infinity;
        this.options.committed(written, before);
      }
      batch.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome instanceof Error || outcome === undefined) reject(outcome);
        else resolve(outcome);
      });
    } catch (error) {
      this.#fail(batch, error);
    }
    this.#next();
  }

  /**
   * What a failed flush leaves on the disk nobody can know, and a later one that succeeds says nothing about it
   * (https://www.sqlite.org/howtocorrupt.html#_failure_to_sync): nothing more is written or shown until the log is opened anew.
   */
  #fail(batch: readonly Waiting[], cause: unknown): void {
    this.#failure = new EventStoreUnavailable('it could not be flushed to the disk; the log must be opened anew', { cause });
    for (const { reject } of [...batch, ...this.#waiting.splice(0)]) reject(this.#failure);
  }

  /** Takes the write lock, or comes back later without blocking, or gives up on all who wait. */
  #locked(): boolean {
    try {
      this.#begin.run();
      this.#lockedSince = undefined;
      return true;
    } catch (error) {
      const now = performance.now();
      this.#lockedSince ??= now;
      if (isBusy(error) && now - this.#lockedSince < this.options.lockTimeoutMs) {
        setTimeout(() => this.#write(), lockRetryMs * (0.5 + Math.random()));
        return false;
      }
      this.#lockedSince = undefined;
      const reason = isBusy(error) ? new EventStoreUnavailable('another process holds it', { cause: error }) : unavailable(error);
      for (const { reject } of this.#waiting.splice(0)) reject(reason);
      this.#next();
      return false;
    }
  }

  #append({ stream, expected, events }: Waiting, before: number, written: StoredEvent[]): Outcome {
    const actual = (this.#lastRevision.get(stream) as unknown as readonly [number | null])[0] ?? undefined;
    if (actual !== (expected === 'no-stream' ? undefined : expected)) return this.#repeated(stream, expected, events) ?? new RevisionConflict(stream, expected, actual);
    const category = this.#categoryId(stream);
    const first = before + written.length + 1;
    const firstRevision = actual === undefined ? 0 : actual + 1;
    const stored: StoredEvent[] = [];
    try {
      for (const { eventId, type, data, metadata } of events) {
        const position = first + stored.length;
        const revision = firstRevision + stored.length;
        this.#insert.run(position, stream, revision, category, eventId, type, data, metadata);
        stored.push([position, stream, revision, type, data, metadata]);
      }
    } catch (error) {
      // The revision was free under the lock: only the event id can be taken. Positions taken back are given out again.
      if (!isConstraint(error)) throw error;
      this.#undo.run(first);
      return new DuplicateEvent(stream);
    }
    for (const each of stored) written.push(each);
    return { revision: firstRevision + stored.length - 1, position: toPosition(first + stored.length - 1) };
  }

  /** What was answered the first time, when these very events were appended there before. */
  #repeated(stream: string, expected: ExpectedRevision, events: Waiting['events']): Appended | undefined {
    const first = expected === 'no-stream' ? 0 : expected + 1;
    const there = this.#written.all(stream, first, first + events.length - 1) as unknown as readonly (readonly [number, string, string, string, string])[];
    const same = there.length === events.length && events.every((each, index) => {
      const [, eventId, type, data, metadata] = there[index] ?? [];
      return each.eventId === eventId && each.type === type && each.data === data && each.metadata === metadata;
    });
    const position = there.at(-1)?.[0];
    return same && position !== undefined ? { revision: first + events.length - 1, position: toPosition(position) } : undefined;
  }

  #categoryId(stream: string): number {
    const name = categoryOf(stream);
    let id = this.#categories.get(name);
    if (id === undefined) {
      id = (this.#category.get(name) as unknown as readonly [number] | undefined)?.[0] ?? Number(this.#newCategory.run(name).lastInsertRowid);
      this.#categories.set(name, id);
    }
    return id;
  }

  #rollBack(): void {
    this.#categories.clear();
    // A full disk and some I/O errors have rolled back already.
    if (this.database.isTransaction) this.database.exec('ROLLBACK');
  }

  #next(): void {
    this.#scheduled = false;
    if (this.#waiting.length > 0) this.#schedule();
    else for (const resolve of this.#drained.splice(0)) resolve();
  }
}

function text(value: unknown): string {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError('an event needs data and metadata');
  return json;
}
