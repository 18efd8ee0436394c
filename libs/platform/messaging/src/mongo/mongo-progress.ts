import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { isPassing } from '@alongside/event-store';
import { isDuplicateKey, type Mongo } from '@alongside/mongodb';
import { failureOf } from '../failure.js';
import type { MessagingObserver } from '../observer.js';
import { LeaseLost, type Lease, type Progress } from '../progress.js';
import type { Scheduler } from '../scheduler.js';
import { collections, loopStateIndexes, type CheckpointDocument, type LeaseDocument } from './collections.js';

interface Held {
  readonly name: string;
  readonly epoch: number;
  readonly lost: AbortController;
  /** When the last beat that arrived was sent, by our own clock. */
  alive: number;
}

export interface MongoProgressParts {
  readonly mongo: Mongo;
  readonly scheduler: Scheduler;
  readonly observer: MessagingObserver;
  /** Milliseconds without a beat after which a lease may be taken over. */
  readonly timeToLive: number;
  readonly closing: AbortSignal;
}

/** So many beats, and looks of a challenger, in a time to live. */
const beats = 5;

/**
 * A lease is a document that its holder inserted: of several challengers one can. It then raises the epoch of the loop's checkpoint, from
 * where on nobody of before can write it; and gives the lease back by deleting the document.
 */
export class MongoProgress implements Progress {
  readonly #holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  readonly #held = new Map<string, Held>();
  readonly #every: number;
  #beating: Promise<void> | undefined;

  constructor(private readonly parts: MongoProgressParts) {
    this.#every = parts.timeToLive / beats;
  }

  async acquire(name: string, signal: AbortSignal): Promise<Lease | undefined> {
    const { scheduler, closing, timeToLive, observer } = this.parts;
    const until = AbortSignal.any([signal, closing]);
    let seen: LeaseDocument | undefined;
    let looked = scheduler.elapsed();
    let silent = 0;
    while (!until.aborted) {
      try {
        const { newest, epoch } = await this.#look(name);
        const now = scheduler.elapsed();
        // Time in which we did not look, or could not, says nothing of the holder.
        silent = newest && newest._id === seen?._id && newest.beat === seen.beat ? silent + Math.min(now - looked, 2 * this.#every) : 0;
        looked = now;
        seen = newest;
        const isFree = !newest || silent >= timeToLive || (newest.holder === this.#holder && !this.#held.has(newest._id));
        if (isFree && !until.aborted) {
          const lease = await this.#take(name, epoch + 1);
          if (lease && until.aborted) await lease.release();
          else if (lease) return lease;
        }
      } catch (error) {
        if (!isPassing(error)) throw error;
        seen = undefined;
        observer.faulted?.(name, failureOf(error));
      }
      await scheduler.wait(this.#every, until);
    }
    return undefined;
  }

  async checkpoint(name: string): Promise<string | undefined> {
    return this.parts.mongo.run(async (database) => {
      const found = await database.collection<CheckpointDocument>(collections.checkpoints).findOne({ _id: name });
      return found?.position;
    });
  }

  async saveCheckpoint(lease: Lease, position: string): Promise<void> {
    const id = idOf(lease.name, lease.epoch);
    if (!this.#held.has(id)) throw new LeaseLost(lease.name);
    const { matchedCount } = await this.parts.mongo.run((database) =>
      database.collection<CheckpointDocument>(collections.checkpoints).updateOne({ _id: lease.name, epoch: lease.epoch }, { $set: { position } }),
    );
    if (matchedCount > 0) return;
    this.#lose(id);
    throw new LeaseLost(lease.name);
  }

  async forgetCheckpoint(name: string): Promise<void> {
    await this.parts.mongo.run((database) =>
      database.collection<CheckpointDocument>(collections.checkpoints).updateOne({ _id: name }, { $unset: { position: '' } }),
    );
  }

  /** Gives back whatever is still held; after `closing` has aborted. */
  async close(): Promise<void> {
    await this.#beating;
    const ids = [...this.#held.keys()];
    for (const id of ids) this.#lose(id);
    if (ids.length > 0) await this.#delete(ids);
  }

  /** The lease that counts, if anybody has it, and the highest epoch that there ever was. */
  async #look(name: string): Promise<{ readonly newest: LeaseDocument | undefined; readonly epoch: number }> {
    const { mongo } = this.parts;
    await mongo.indexed(loopStateIndexes);
    return mongo.run(async (database) => {
      const [newest, checkpoint] = await Promise.all([
        database.collection<LeaseDocument>(collections.leases).findOne({ name }, { sort: { epoch: -1 } }),
        database.collection<CheckpointDocument>(collections.checkpoints).findOne({ _id: name }),
      ]);
      return { newest: newest ?? undefined, epoch: Math.max(newest?.epoch ?? 0, checkpoint?.epoch ?? 0) };
    });
  }

  async #take(name: string, epoch: number): Promise<Lease | undefined> {
    const { mongo, scheduler } = this.parts;
    const id = idOf(name, epoch);
    const held: Held = { name, epoch, lost: new AbortController(), alive: scheduler.elapsed() };
    // Ours from before it is there, so that another loop of this process does not think it left behind.
    this.#held.set(id, held);
    let isTaken = false;
    try {
      isTaken = await mongo.run(async (database) => {
        const leases = database.collection<LeaseDocument>(collections.leases);
        const checkpoints = database.collection<CheckpointDocument>(collections.checkpoints);
        if (await isRefusedAsDuplicate(leases.insertOne({ _id: id, name, epoch, holder: this.#holder, beat: 0 }))) return false;
        const raising = checkpoints.updateOne({ _id: name, epoch: { $lt: epoch } }, { $set: { epoch } }, { upsert: true });
        // Refused: there is a higher one, and we came too late with ours.
        const isLate = await isRefusedAsDuplicate(raising);
        const newest = isLate ? undefined : await leases.findOne({ name }, { sort: { epoch: -1 } });
        if (newest?._id !== id) {
          await leases.deleteOne({ _id: id });
          return false;
        }
        await leases.deleteMany({ name, epoch: { $lt: epoch } });
        return true;
      });
    } finally {
      if (!isTaken) this.#held.delete(id);
    }
    if (!isTaken) return undefined;
    this.#beating ??= this.#beat().finally(() => (this.#beating = undefined));
    return { name, epoch, lost: held.lost.signal, release: () => this.#release(id) };
  }

  async #release(id: string): Promise<void> {
    if (this.#held.delete(id)) await this.#delete([id]);
  }

  /** Where it cannot be deleted, it is taken over after its time to live. */
  async #delete(ids: readonly string[]): Promise<void> {
    const { mongo, observer } = this.parts;
    try {
      await mongo.run((database) => database.collection<LeaseDocument>(collections.leases).deleteMany({ _id: { $in: [...ids] } }));
    } catch (error) {
      observer.faulted?.('leases', failureOf(error));
    }
  }

  /** One beat for all leases that this process holds. Whoever cannot be heard for the time to live gives up by itself, as others take over then. */
  async #beat(): Promise<void> {
    const { scheduler, closing, timeToLive, observer } = this.parts;
    while (this.#held.size > 0 && !closing.aborted) {
      await scheduler.wait(this.#every, closing);
      if (closing.aborted) return;
      const beaten = this.#beatOnce().catch((error: unknown) => observer.faulted?.('leases', failureOf(error)));
      const waiting = new AbortController();
      await Promise.race([beaten, scheduler.wait(this.#every, AbortSignal.any([closing, waiting.signal]))]);
      waiting.abort();
      const now = scheduler.elapsed();
      for (const [id, { alive }] of [...this.#held]) if (now - alive >= timeToLive) this.#lose(id);
    }
  }

  async #beatOnce(): Promise<void> {
    const began = this.parts.scheduler.elapsed();
    const mine = new Map(this.#held);
    const names = [...new Set([...mine.values()].map(({ name }) => name))];
    await this.parts.mongo.run(async (database) => {
      await database.collection<LeaseDocument>(collections.leases).updateMany({ _id: { $in: [...mine.keys()] } }, { $inc: { beat: 1 } });
      const checkpoints = await database.collection<CheckpointDocument>(collections.checkpoints).find({ _id: { $in: names } }).toArray();
      const epochs = new Map(checkpoints.map(({ _id, epoch }) => [_id, epoch]));
      for (const [id, held] of mine) {
        const epoch = epochs.get(held.name) ?? 0;
        // Lower: we are about to raise it.
        if (epoch > held.epoch) this.#lose(id);
        else if (epoch === held.epoch) held.alive = Math.max(held.alive, began);
      }
    });
  }

  #lose(id: string): void {
    const held = this.#held.get(id);
    this.#held.delete(id);
    held?.lost.abort();
  }
}

const idOf = (name: string, epoch: number): string => `${name}#${epoch}`;

async function isRefusedAsDuplicate(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return false;
  } catch (error) {
    if (isDuplicateKey(error)) return true;
    throw error;
  }
}
