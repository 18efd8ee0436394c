import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordedEvent } from '../recorded-event.js';
import { deliveredEvent, recordedEvent, storedColumns, type StoredEvent } from './stored-event.js';

export interface StoredPage {
  readonly events: readonly RecordedEvent[];
  /** Everything up to this row has been looked at. */
  readonly seen: number;
}

/** More arms than this in a merge, and walking the log itself is cheaper. */
const mostMergedCategories = 16;

/** Pages of the log in order, filtered by stream prefix through the index on categories. */
export class Pages {
  readonly #headStatement: StatementSync;
  readonly #categoriesStatement: StatementSync;
  readonly #everything: StatementSync;
  readonly #merges = new Map<number, StatementSync>();
  readonly #categories: { readonly id: number; readonly name: string }[] = [];

  constructor(private readonly database: DatabaseSync) {
    this.#headStatement = rows(database.prepare('SELECT max(position) FROM events'));
    this.#categoriesStatement = rows(database.prepare('SELECT id, name FROM categories WHERE id > ? ORDER BY id'));
    this.#everything = rows(database.prepare(`SELECT ${storedColumns} FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?`));
  }

  /** Row of the last event, 0 for an empty log. */
  head(): number {
    return (this.#headStatement.get() as unknown as readonly [number | null])[0] ?? 0;
  }

  /** Events after `row` up to `head`, of streams that begin with one of the prefixes (all without); at most `limit`. */
  read(row: number, head: number, prefixes: readonly string[] | undefined, limit: number, unreadable: 'throw' | 'place'): StoredPage {
    if (row >= head) return { events: [], seen: row };
    const found = this.#rows(row, head, prefixes, limit);
    const last = found.at(-1);
    const seen = found.length === limit && last ? last[0] : head;
    const passes = streamFilter(prefixes);
    const events: RecordedEvent[] = [];
    const read = unreadable === 'throw' ? recordedEvent : deliveredEvent;
    for (const each of found) if (passes(each[1])) events.push(read(each));
    return { events, seen };
  }

  #rows(row: number, head: number, prefixes: readonly string[] | undefined, limit: number): readonly StoredEvent[] {
    // `head` was read before the categories: none that an event up to it has is missing here.
    const wanted = prefixes && this.#categoriesOf(prefixes);
    if (wanted === undefined || wanted.length === this.#categories.length || wanted.length > mostMergedCategories) {
      return this.#everything.all(row, head, limit) as unknown as readonly StoredEvent[];
    }
    if (wanted.length === 0) return [];
    return this.#merge(wanted.length).all(...wanted.flatMap((category) => [category, row, head]), limit) as unknown as readonly StoredEvent[];
  }

  /** Categories that may hold streams with one of the prefixes. */
  #categoriesOf(prefixes: readonly string[]): number[] {
    const known = this.#categories.at(-1)?.id ?? 0;
    for (const each of this.#categoriesStatement.all(known) as unknown as readonly (readonly [number, string])[]) {
      this.#categories.push({ id: each[0], name: each[1] });
    }
    return this.#categories
      .filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix) || prefix.startsWith(name)))
      .map(({ id }) => id);
  }

  /** Each arm walks the index in order, so that SQLite merges them without sorting. */
  #merge(arms: number): StatementSync {
    let statement = this.#merges.get(arms);
    if (!statement) {
      const arm = `SELECT ${storedColumns} FROM events INDEXED BY events_of_a_category WHERE category = ? AND position > ? AND position <= ?`;
      statement = rows(this.database.prepare(`${Array(arms).fill(arm).join(' UNION ALL ')} ORDER BY position LIMIT ?`));
      this.#merges.set(arms, statement);
    }
    return statement;
  }
}

/** Whether a stream begins with one of the prefixes. */
export function streamFilter(prefixes: readonly string[] | undefined): (stream: string) => boolean {
  if (prefixes === undefined) return () => true;
  const [only] = prefixes;
  if (prefixes.length === 1 && only !== undefined) return (stream) => stream.startsWith(only);
  return (stream) => prefixes.some((prefix) => stream.startsWith(prefix));
}

/** Rows as arrays: faster than objects, and as typed as what SQLite gives can be. */
export function rows(statement: StatementSync): StatementSync {
  statement.setReturnArrays(true);
  return statement;
}
