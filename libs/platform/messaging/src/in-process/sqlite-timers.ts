import type { Json } from '@alongside/event-store';
import type { Changes } from '../scheduler.js';
import type { TimerEntry, TimerStore } from '../timer-store.js';
import type { BrokerDatabase } from './broker-database.js';
import type { SqliteProgress } from './sqlite-progress.js';

interface Row {
  readonly context: string;
  readonly name: string;
  readonly stream: string;
  readonly key: string;
  readonly due: string;
  readonly occurred_at: string;
  readonly set_position: string;
  readonly event_id: string;
  readonly fire_at: number;
  readonly data: string | null;
  readonly attempts: number;
  readonly code: string | null;
}

const entryOf = (row: Row): TimerEntry => ({
  context: row.context,
  name: row.name,
  stream: row.stream,
  key: row.key,
  due: row.due,
  occurredAt: row.occurred_at,
  setPosition: row.set_position,
  eventId: row.event_id,
  fireAt: row.fire_at,
  ...(row.data !== null && { data: JSON.parse(row.data) as Json }),
  attempts: row.attempts,
  ...(row.code !== null && { failure: row.code }),
});

const one = 'context = ? AND name = ? AND stream = ? AND key = ?';

export class SqliteTimers implements TimerStore {
  constructor(
    private readonly database: BrokerDatabase,
    private readonly progress: SqliteProgress,
    readonly changes: Changes,
  ) {}

  async set(entry: Omit<TimerEntry, 'attempts' | 'failure'>): Promise<void> {
    await this.database.write(() =>
      this.database.run(
        `INSERT INTO timers (context, name, stream, key, due, occurred_at, set_position, event_id, fire_at, data)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET due = excluded.due, occurred_at = excluded.occurred_at, set_position = excluded.set_position,
           event_id = excluded.event_id, fire_at = excluded.fire_at, data = excluded.data, attempts = 0, code = NULL
         WHERE set_position < excluded.set_position`,
        entry.context,
        entry.name,
        entry.stream,
        entry.key,
        entry.due,
        entry.occurredAt,
        entry.setPosition,
        entry.eventId,
        entry.fireAt,
        entry.data === undefined ? null : JSON.stringify(entry.data),
      ),
    );
    this.changes.announce();
  }

  async clear(entry: Pick<TimerEntry, 'context' | 'name' | 'stream' | 'key'> & { readonly position: string }): Promise<void> {
    const sql = `DELETE FROM timers WHERE ${one} AND set_position < ?`;
    await this.database.write(() => this.database.run(sql, entry.context, entry.name, entry.stream, entry.key, entry.position));
  }

  async due(context: string, now: number, limit: number): Promise<readonly TimerEntry[]> {
    const sql = 'SELECT * FROM timers WHERE context = ? AND fire_at <= ? ORDER BY fire_at LIMIT ?';
    return this.database.all<Row>(sql, context, now, limit).map(entryOf);
  }

  async next(context: string): Promise<number | undefined> {
    const row = this.database.get<{ fire_at: number | null }>('SELECT min(fire_at) AS fire_at FROM timers WHERE context = ?', context);
    return row?.fire_at ?? undefined;
  }

  async remove(entry: TimerEntry): Promise<void> {
    const sql = `DELETE FROM timers WHERE ${one} AND set_position = ?`;
    await this.database.write(() => this.database.run(sql, entry.context, entry.name, entry.stream, entry.key, entry.setPosition));
  }

  async postpone(entry: TimerEntry, fireAt: number, failure: string): Promise<void> {
    const sql = `UPDATE timers SET fire_at = ?, code = ?, attempts = attempts + 1 WHERE ${one} AND set_position = ?`;
    await this.database.write(() => this.database.run(sql, fireAt, failure, entry.context, entry.name, entry.stream, entry.key, entry.setPosition));
  }

  async list(context: string, { failing = false }: { failing?: boolean } = {}): Promise<readonly TimerEntry[]> {
    const sql = `SELECT * FROM timers WHERE context = ? ${failing ? 'AND code IS NOT NULL' : ''} ORDER BY fire_at`;
    return this.database.all<Row>(sql, context).map(entryOf);
  }

  async forget(context: string): Promise<void> {
    await this.database.write(() => this.database.run('DELETE FROM timers WHERE context = ?', context));
    await this.progress.forgetCheckpoint(`timers:${context}`);
  }
}
