import type { Json } from '@alongside/event-store';
import { isDuplicateKey, type Mongo } from '@alongside/mongodb';
import type { Progress } from '../progress.js';
import type { Changes } from '../scheduler.js';
import type { TimerEntry, TimerStore } from '../timer-store.js';
import { collections, loopStateIndexes, textOf, type TimerDocument } from './collections.js';

export interface MongoTimersParts {
  readonly mongo: Mongo;
  readonly progress: Pick<Progress, 'forgetCheckpoint'>;
  readonly changes: Changes;
  /** Tells other processes, soon. */
  readonly announce: () => void;
}

type Which = Pick<TimerEntry, 'context' | 'name' | 'stream' | 'key'>;

/**
 * Each setting of a timer is a document of its own, and the one at the highest position counts: what works at one that was set anew
 * meanwhile touches the other one only.
 */
export class MongoTimers implements TimerStore {
  readonly changes: Changes;

  constructor(private readonly parts: MongoTimersParts) {
    this.changes = parts.changes;
  }

  async set(entry: Omit<TimerEntry, 'attempts' | 'failure'>): Promise<void> {
    const timer = timerOf(entry);
    const { context, name, stream, key, due, occurredAt, setPosition, eventId, fireAt } = entry;
    const document: TimerDocument = {
      _id: idOf(entry, setPosition),
      timer,
      context,
      name,
      stream,
      key,
      due,
      occurredAt,
      setPosition,
      eventId,
      fireAt,
      ...textOf(entry.data),
      attempts: 0,
    };
    await this.#run(async (timers) => {
      if (await timers.findOne({ timer, setPosition: { $gt: setPosition } }, { projection: { _id: 1 } })) return;
      // There already: a crash came between this and what follows.
      await timers.insertOne(document).catch((error: unknown) => {
        if (!isDuplicateKey(error)) throw error;
      });
      await timers.deleteMany({ timer, setPosition: { $lt: setPosition } });
    });
    this.changes.announce();
    this.parts.announce();
  }

  async clear(entry: Which & { readonly position: string }): Promise<void> {
    await this.#run((timers) => timers.deleteMany({ timer: timerOf(entry), setPosition: { $lt: entry.position } }));
  }

  async due(context: string, now: number, limit: number): Promise<readonly TimerEntry[]> {
    return this.#run(async (timers) => {
      for (;;) {
        const due = await timers.find({ context, fireAt: { $lte: now } }).sort({ fireAt: 1 }).limit(limit).toArray();
        if (due.length === 0) return [];
        const settings = await timers
          .find({ timer: { $in: due.map((each) => each.timer) } }, { projection: { timer: 1, setPosition: 1 } })
          .sort({ setPosition: 1 })
          .toArray();
        const newest = new Map(settings.map((each) => [each.timer, each._id]));
        const replaced = due.filter((each) => newest.get(each.timer) !== each._id);
        if (replaced.length === 0) return due.map(entryOf);
        // A crash, or this very moment, lies between setting a timer anew and taking the former setting away.
        await timers.deleteMany({ _id: { $in: replaced.map(({ _id }) => _id) } });
      }
    });
  }

  async next(context: string): Promise<number | undefined> {
    const first = await this.#run((timers) => timers.findOne({ context }, { sort: { fireAt: 1 }, projection: { fireAt: 1 } }));
    return first?.fireAt;
  }

  async remove(entry: TimerEntry): Promise<void> {
    await this.#run((timers) => timers.deleteOne({ _id: idOf(entry, entry.setPosition) }));
  }

  async postpone(entry: TimerEntry, fireAt: number, failure: string): Promise<void> {
    await this.#run((timers) => timers.updateOne({ _id: idOf(entry, entry.setPosition) }, { $set: { fireAt, failure }, $inc: { attempts: 1 } }));
  }

  async list(context: string, { failing = false }: { failing?: boolean } = {}): Promise<readonly TimerEntry[]> {
    const documents = await this.#run((timers) => timers.find({ context }).sort({ setPosition: 1 }).toArray());
    const newest = [...new Map(documents.map((each) => [each.timer, each])).values()];
    return newest
      .filter(({ failure }) => !failing || failure !== undefined)
      .sort((one, other) => one.fireAt - other.fireAt)
      .map(entryOf);
  }

  async forget(context: string): Promise<void> {
    await this.#run((timers) => timers.deleteMany({ context }));
    await this.parts.progress.forgetCheckpoint(`timers:${context}`);
  }

  async #run<T>(work: (timers: ReturnType<typeof timersIn>) => Promise<T>): Promise<T> {
    const { mongo } = this.parts;
    await mongo.indexed(loopStateIndexes);
    return mongo.run((database) => work(timersIn(database)));
  }
}

type Database = Parameters<Parameters<Mongo['run']>[0]>[0];

const timersIn = (database: Database) => database.collection<TimerDocument>(collections.timers);

const timerOf = ({ context, name, stream, key }: Which): string => JSON.stringify([context, name, stream, key]);

const idOf = ({ context, name, stream, key }: Which, position: string): string => JSON.stringify([context, name, stream, key, position]);

function entryOf({ _id, timer, data, ...entry }: TimerDocument): TimerEntry {
  return { ...entry, ...(data !== undefined && { data: JSON.parse(data) as Json }) };
}
