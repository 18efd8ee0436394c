import type { mongo } from 'mongoose';
import { isDuplicateKey } from '@alongside/mongodb';
import { LeaseLost } from '../errors.js';
import type { Lease, LeaseState } from '../read-model-store.js';
import { collections, type LeaseRow, type On } from './collections.js';

export interface Leases {
  current(name: string): Promise<LeaseState | undefined>;
  /** Undefined: somebody was faster, or still beats. */
  take(name: string, seen: LeaseState | undefined): Promise<Lease | undefined>;
  beat(lease: Lease): Promise<void>;
  release(lease: Lease): Promise<void>;
  /** Throws `LeaseLost`. */
  mustHold(lease: Lease): Promise<void>;
}

const idOf = ({ name, epoch }: Lease): string => `${name} ${epoch}`;

/** Every epoch of a lease is a document: who inserts it first has it, on every server of the wire protocol. */
export function leasesOn(on: On): Leases {
  const leases = <T>(work: (rows: mongo.Collection<LeaseRow>) => Promise<T>): Promise<T> => on((database) => work(database.collection<LeaseRow>(collections.leases)));

  async function newest(name: string): Promise<LeaseRow | undefined> {
    const [row] = await leases((rows) => rows.find({ name }).sort({ epoch: -1 }).limit(1).toArray());
    return row;
  }

  /** Whether nobody holds that epoch any more: given back, or just ended by us because it stands as it was seen. */
  async function isOver(current: LeaseRow, seen: LeaseState | undefined): Promise<boolean> {
    if (current.free) return true;
    if (current.epoch !== seen?.epoch || current.beat !== seen.beat) return false;
    const ended = await leases((rows) => rows.updateOne({ _id: current._id, beat: current.beat, free: false }, { $set: { free: true } }));
    return ended.matchedCount === 1 || (await leases((rows) => rows.findOne({ _id: current._id })))?.free === true;
  }

  return {
    current: async (name) => {
      const row = await newest(name);
      return row && { epoch: row.epoch, beat: row.beat, free: row.free };
    },
    take: async (name, seen) => {
      const current = await newest(name);
      if (current && !(await isOver(current, seen))) return undefined;
      const lease = { name, epoch: (current?.epoch ?? 0) + 1 };
      try {
        await leases((rows) => rows.insertOne({ _id: idOf(lease), ...lease, beat: 0, free: false }));
      } catch (error) {
        if (isDuplicateKey(error)) return undefined;
        throw error;
      }
      // Whoever stood still may take an epoch that others took and cleared away since: theirs is higher.
      if ((await newest(name))?.epoch !== lease.epoch) {
        await leases((rows) => rows.deleteOne({ _id: idOf(lease) }));
        return undefined;
      }
      await leases((rows) => rows.deleteMany({ name, epoch: { $lt: lease.epoch } }));
      return lease;
    },
    beat: async (lease) => {
      const beaten = await leases((rows) => rows.updateOne({ _id: idOf(lease), free: false }, { $inc: { beat: 1 } }));
      if (beaten.matchedCount === 0) throw new LeaseLost(lease.name);
    },
    release: async (lease) => {
      await leases((rows) => rows.updateOne({ _id: idOf(lease) }, { $set: { free: true } }));
    },
    mustHold: async (lease) => {
      const row = await leases((rows) => rows.findOne({ _id: idOf(lease) }));
      if (row?.free !== false) throw new LeaseLost(lease.name);
    },
  };
}
