import type { Clock, JsonObject } from '@alongside/event-sourcing';
import type {
  DeadLetter,
  DeadLetterCount,
  DeadLetterFilter,
  DeadLetters,
  DeadLetterStatus,
  LetterContent,
  Origin,
} from '../dead-letters.js';
import type { Failure } from '../failure.js';
import type { Changes } from '../scheduler.js';
import type { BrokerDatabase } from './broker-database.js';

interface Row {
  readonly id: number;
  readonly consumer: string;
  readonly key: string;
  readonly name: string;
  readonly message_id: string;
  readonly status: DeadLetterStatus;
  readonly steps: string;
  readonly attempts: number;
  readonly code: string | null;
  readonly at: string | null;
  readonly parked_at: string;
  readonly failed_at: string | null;
  readonly origin: string;
  readonly payload: string;
}

const columns = 'id, consumer, key, name, message_id, status, steps, attempts, code, at, parked_at, failed_at, origin';
const firstOfEachKey = 'SELECT min(id) FROM dead_letters GROUP BY consumer, key';

function letterOf(row: Omit<Row, 'payload'>): DeadLetter {
  return {
    id: row.id,
    consumer: row.consumer,
    key: row.key,
    name: row.name,
    messageId: row.message_id,
    status: row.status,
    steps: JSON.parse(row.steps) as string[],
    attempts: row.attempts,
    ...(row.code !== null && { failure: row.at === null ? { code: row.code } : { code: row.code, at: row.at } }),
    parkedAt: row.parked_at,
    ...(row.failed_at !== null && { failedAt: row.failed_at }),
    origin: JSON.parse(row.origin) as Origin,
  };
}

export class SqliteDeadLetters implements DeadLetters {
  constructor(
    private readonly database: BrokerDatabase,
    private readonly clock: Clock,
    readonly changes: Changes,
  ) {}

  async list({ consumer, key, limit = 100, after = 0 }: DeadLetterFilter & { limit?: number; after?: number } = {}): Promise<readonly DeadLetter[]> {
    const rows = this.database.all<Row>(
      `SELECT ${columns} FROM dead_letters WHERE id > ?1 AND (?2 IS NULL OR consumer = ?2) AND (?3 IS NULL OR key = ?3) ORDER BY id LIMIT ?4`,
      after,
      consumer ?? null,
      key ?? null,
      limit,
    );
    return rows.map(letterOf);
  }

  async counts(): Promise<readonly DeadLetterCount[]> {
    return this.database
      .all<DeadLetterCount>(
        `SELECT consumer, count(*) FILTER (WHERE status = 'failed') AS failed, count(*) FILTER (WHERE status <> 'failed') AS waiting
         FROM dead_letters GROUP BY consumer ORDER BY consumer`,
      )
      .map((row) => ({ ...row }));
  }

  async replay(filter: DeadLetterFilter | { readonly id: number }): Promise<number> {
    const { id, consumer, key } = filter as DeadLetterFilter & { readonly id?: number };
    const keys = await this.database.write(() =>
      this.database.run(
        `UPDATE dead_letters SET status = 'replaying' WHERE status = 'failed' AND id IN (${firstOfEachKey})
         AND (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR consumer = ?2) AND (?3 IS NULL OR key = ?3)`,
        id ?? null,
        consumer ?? null,
        key ?? null,
      ),
    );
    this.changes.announce();
    return keys;
  }

  async drop(id: number): Promise<boolean> {
    const dropped = await this.database.write(() => this.database.run('DELETE FROM dead_letters WHERE id = ?', id));
    this.changes.announce();
    return dropped > 0;
  }

  park(consumer: string, content: LetterContent, steps: readonly string[], failure: Failure, attempts: number): Promise<void> {
    return this.#insert(consumer, content, steps, 'failed', failure, attempts);
  }

  waitBehind(consumer: string, content: LetterContent, steps: readonly string[]): Promise<void> {
    return this.#insert(consumer, content, steps, 'waiting', undefined, 0);
  }

  async heads(consumer: string): Promise<ReadonlyMap<string, DeadLetterStatus>> {
    const rows = this.database.all<{ key: string; status: DeadLetterStatus }>(
      'SELECT key, status FROM dead_letters WHERE id IN (SELECT min(id) FROM dead_letters WHERE consumer = ? GROUP BY key)',
      consumer,
    );
    return new Map(rows.map((row) => [row.key, row.status]));
  }

  async head(consumer: string, key: string): Promise<(DeadLetter & LetterContent) | undefined> {
    const row = this.database.get<Row>(`SELECT ${columns}, payload FROM dead_letters WHERE consumer = ? AND key = ? ORDER BY id LIMIT 1`, consumer, key);
    return row && { ...letterOf(row), payload: JSON.parse(row.payload) as JsonObject };
  }

  async settle(id: number): Promise<void> {
    await this.database.write(() => this.database.run('DELETE FROM dead_letters WHERE id = ?', id));
  }

  async failAgain(id: number, steps: readonly string[], failure: Failure, attempts: number): Promise<void> {
    await this.database.write(() =>
      this.database.run(
        `UPDATE dead_letters SET status = 'failed', steps = ?, code = ?, at = ?, attempts = attempts + ?, failed_at = ? WHERE id = ?`,
        JSON.stringify(steps),
        failure.code,
        failure.at ?? null,
        attempts,
        this.#now(),
        id,
      ),
    );
  }

  async #insert(
    consumer: string,
    { key, name, messageId, origin, payload }: LetterContent,
    steps: readonly string[],
    status: DeadLetterStatus,
    failure: Failure | undefined,
    attempts: number,
  ): Promise<void> {
    const now = this.#now();
    await this.database.write(() =>
      this.database.run(
        `INSERT INTO dead_letters (consumer, key, name, message_id, status, steps, attempts, code, at, parked_at, failed_at, origin, payload)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        consumer,
        key,
        name,
        messageId,
        status,
        JSON.stringify(steps),
        attempts,
        failure?.code ?? null,
        failure?.at ?? null,
        now,
        failure ? now : null,
        JSON.stringify(origin),
        JSON.stringify(payload),
      ),
    );
  }

  #now(): string {
    return this.clock.now().toISOString();
  }
}
