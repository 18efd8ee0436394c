import type { Clock, JsonObject } from '@alongside/event-sourcing';
import { isDuplicateKey, type Mongo } from '@alongside/mongodb';
import type { DeadLetter, DeadLetterCount, DeadLetterFilter, DeadLetters, DeadLetterStatus, LetterContent } from '../dead-letters.js';
import type { Failure } from '../failure.js';
import type { Changes } from '../scheduler.js';
import { collections, loopStateIndexes, type LetterDocument } from './collections.js';

export interface MongoDeadLettersParts {
  readonly mongo: Mongo;
  readonly clock: Clock;
  readonly changes: Changes;
  /** Tells other processes. */
  readonly announce: () => Promise<void>;
}

/** Enough for whatever goes on at the same time; a server that goes on refusing is broken. */
const mostNumbersTried = 1_000;

export class MongoDeadLetters implements DeadLetters {
  readonly changes: Changes;

  constructor(private readonly parts: MongoDeadLettersParts) {
    this.changes = parts.changes;
  }

  async list({ consumer, key, limit = 100, after = 0 }: DeadLetterFilter & { limit?: number; after?: number } = {}): Promise<readonly DeadLetter[]> {
    const letters = await this.#run((letters) =>
      letters.find({ _id: { $gt: after }, ...where({ consumer, key }) }, { projection: { payload: 0 } }).sort({ _id: 1 }).limit(limit).toArray(),
    );
    return letters.map(letterOf);
  }

  async counts(): Promise<readonly DeadLetterCount[]> {
    const groups = await this.#run((letters) =>
      letters
        .aggregate<{ readonly _id: { readonly consumer: string; readonly status: DeadLetterStatus }; readonly count: number }>([
          { $group: { _id: { consumer: '$consumer', status: '$status' }, count: { $sum: 1 } } },
        ])
        .toArray(),
    );
    const counts = new Map<string, { failed: number; waiting: number }>();
    for (const { _id, count } of groups) {
      const before = counts.get(_id.consumer) ?? { failed: 0, waiting: 0 };
      counts.set(_id.consumer, _id.status === 'failed' ? { ...before, failed: before.failed + count } : { ...before, waiting: before.waiting + count });
    }
    return [...counts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([consumer, count]) => ({ consumer, ...count }));
  }

  async replay(filter: DeadLetterFilter | { readonly id: number }): Promise<number> {
    const { id, consumer, key } = filter as DeadLetterFilter & { readonly id?: number };
    const one = id === undefined ? undefined : await this.#run((letters) => letters.findOne({ _id: id }, { projection: { consumer: 1, key: 1 } }));
    if (one === null) return 0;
    const firsts = await this.#firsts(one ? { consumer: one.consumer, key: one.key } : { consumer, key });
    const asked = firsts.filter(({ _id, status }) => status === 'failed' && (id === undefined || _id === id)).map(({ _id }) => _id);
    const { modifiedCount } = await this.#run((letters) => letters.updateMany({ _id: { $in: asked }, status: 'failed' }, { $set: { status: 'replaying' } }));
    await this.#announce();
    return modifiedCount;
  }

  async drop(id: number): Promise<boolean> {
    const { deletedCount } = await this.#run((letters) => letters.deleteOne({ _id: id }));
    await this.#announce();
    return deletedCount > 0;
  }

  park(consumer: string, content: LetterContent, steps: readonly string[], failure: Failure, attempts: number): Promise<void> {
    const now = this.#now();
    return this.#insert(content, { consumer, status: 'failed', steps, attempts, failure: plain(failure), parkedAt: now, failedAt: now });
  }

  waitBehind(consumer: string, content: LetterContent, steps: readonly string[]): Promise<void> {
    return this.#insert(content, { consumer, status: 'waiting', steps, attempts: 0, parkedAt: this.#now() });
  }

  async heads(consumer: string): Promise<ReadonlyMap<string, DeadLetterStatus>> {
    return new Map((await this.#firsts({ consumer })).map(({ key, status }) => [key, status]));
  }

  async head(consumer: string, key: string): Promise<(DeadLetter & LetterContent) | undefined> {
    const letter = await this.#run((letters) => letters.findOne({ consumer, key }, { sort: { _id: 1 } }));
    return letter ? { ...letterOf(letter), payload: JSON.parse(letter.payload) as JsonObject } : undefined;
  }

  async settle(id: number): Promise<void> {
    await this.#run((letters) => letters.deleteOne({ _id: id }));
  }

  async failAgain(id: number, steps: readonly string[], failure: Failure, attempts: number): Promise<void> {
    const set = { status: 'failed' as const, steps, failure: plain(failure), failedAt: this.#now() };
    await this.#run((letters) => letters.updateOne({ _id: id }, { $set: set, $inc: { attempts } }));
  }

  async #run<T>(work: (letters: ReturnType<typeof lettersIn>) => Promise<T>): Promise<T> {
    const { mongo } = this.parts;
    await mongo.indexed(loopStateIndexes);
    return mongo.run((database) => work(lettersIn(database)));
  }

  /** One reading, so that none is passed over while the one before it goes. */
  async #firsts(filter: DeadLetterFilter | { consumer: string | undefined; key: string | undefined }): Promise<readonly Pick<LetterDocument, '_id' | 'key' | 'status'>[]> {
    const letters = await this.#run((letters) => letters.find(where(filter), { projection: { consumer: 1, key: 1, status: 1 } }).sort({ _id: 1 }).toArray());
    const firsts = new Map<string, Pick<LetterDocument, '_id' | 'key' | 'status'>>();
    for (const letter of letters) {
      const sequence = JSON.stringify([letter.consumer, letter.key]);
      if (!firsts.has(sequence)) firsts.set(sequence, letter);
    }
    return [...firsts.values()];
  }

  /** A number is used once and is higher than any of its key: what comes later stands behind. A repeat finds the letter there already. */
  async #insert({ key, name, messageId, origin, payload }: LetterContent, about: Omit<LetterDocument, '_id' | 'key' | 'name' | 'messageId' | 'origin' | 'payload'>): Promise<void> {
    const { consumer } = about;
    const { stream, revision, eventId } = origin;
    const letter = { ...about, key, name, messageId, origin: { stream, revision, eventId }, payload: JSON.stringify(payload) };
    for (let tried = 0; tried < mostNumbersTried; tried++) {
      const [there, last] = await this.#run((letters) =>
        Promise.all([
          letters.findOne({ consumer, key, messageId }, { projection: { _id: 1 } }),
          letters.findOne({ consumer, key }, { sort: { _id: -1 }, projection: { _id: 1 } }),
        ]),
      );
      if (there) return;
      const number = await this.#nextNumber();
      if (number <= (last?._id ?? 0)) continue;
      try {
        await this.#run((letters) => letters.insertOne({ _id: number, ...letter }));
        return;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
    throw new Error('no number could be had for a dead letter');
  }

  async #nextNumber(): Promise<number> {
    for (;;) {
      try {
        const counter = await this.parts.mongo.run((database) =>
          database
            .collection<{ readonly _id: string; readonly last: number }>(collections.counters)
            .findOneAndUpdate({ _id: collections.deadLetters }, { $inc: { last: 1 } }, { upsert: true, returnDocument: 'after' }),
        );
        if (counter) return counter.last;
      } catch (error) {
        // Two were the first at once.
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  async #announce(): Promise<void> {
    this.changes.announce();
    await this.parts.announce();
  }

  #now(): string {
    return this.parts.clock.now().toISOString();
  }
}

type Database = Parameters<Parameters<Mongo['run']>[0]>[0];

const lettersIn = (database: Database) => database.collection<LetterDocument>(collections.deadLetters);

const where = ({ consumer, key }: { readonly consumer?: string | undefined; readonly key?: string | undefined }) => ({
  ...(consumer !== undefined && { consumer }),
  ...(key !== undefined && { key }),
});

const plain = ({ code, at }: Failure): Failure => (at === undefined ? { code } : { code, at });

function letterOf(document: Omit<LetterDocument, 'payload'>): DeadLetter {
  const { _id, consumer, key, name, messageId, status, steps, attempts, failure, parkedAt, failedAt, origin } = document;
  return {
    id: _id,
    consumer,
    key,
    name,
    messageId,
    status,
    steps,
    attempts,
    ...(failure && { failure }),
    parkedAt,
    ...(failedAt !== undefined && { failedAt }),
    origin,
  };
}
