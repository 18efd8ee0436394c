import { isDuplicateKey } from '@alongside/mongodb';
import { CopyGone } from '../errors.js';
import type { CopyState, Lease, NewCopy } from '../read-model-store.js';
import { collections, copyIndexes, copyOf, digestsOf, documentsOf, dropCollection, type CopyRow, type Databases, type LiveRow } from './collections.js';
import type { Leases } from './leases.js';

export interface Copies {
  all(): Promise<readonly CopyState[]>;
  /** Those that are there. */
  rows(copies: readonly number[]): Promise<readonly CopyRow[]>;
  live(readModel: string): Promise<number | undefined>;
  create(copy: NewCopy): Promise<CopyRow | undefined>;
  index(copies: readonly number[]): Promise<void>;
  drop(lease: Lease, copies: readonly number[]): Promise<void>;
  discard(lease: Lease, copies: readonly number[]): Promise<void>;
  /** Answers the rows that are live now. */
  swap(lease: Lease, copies: readonly number[]): Promise<readonly CopyRow[] | 'behind'>;
  hold(copies: readonly number[], held: boolean): Promise<void>;
  /** From here on nobody of an older epoch of the lease advances these copies. */
  claim(lease: Lease, copies: readonly number[]): Promise<void>;
  /** Whether all of them took the checkpoint: they are there, not held, and ours. */
  advance(lease: Lease, copies: readonly number[], checkpoint: string): Promise<boolean>;
  /** The lease is of this epoch now: what was begun under an older one comes to nothing. */
  fence(lease: Lease): Promise<void>;
  published(copy: number): Promise<void>;
  /** Removes what belongs to copies that are there no more: left behind by whoever was cut off, or wrote too late. */
  sweep(): Promise<void>;
}

export function stateOf({ _id, readModel, definition, checkpoint }: CopyRow, live: boolean): CopyState {
  return { copy: _id, readModel, definition, live, ...(checkpoint === undefined ? {} : { checkpoint }) };
}

const isAhead = (live: CopyRow, fresh: CopyRow): boolean => live.checkpoint !== undefined && (fresh.checkpoint === undefined || fresh.checkpoint < live.checkpoint);

/** Has seen no more than the other, as a filter. */
const notAhead = ({ checkpoint }: CopyRow) => ({ $or: [{ checkpoint: { $exists: false } }, ...(checkpoint === undefined ? [] : [{ checkpoint: { $lte: checkpoint } }])] });

/**
 * Which copies there are and which ones are live. A read model's live copy is named by one document, changed in one step. Whoever changes
 * it, removes copies or ends a hold takes a turn in that document first, and what somebody else had begun before then fails: a process
 * that stood still for a while cannot put a copy in place that is behind or gone.
 */
export function copiesIn({ mongo, on }: Databases, leases: Pick<Leases, 'mustHold'>): Copies {
  const rowsOf = (copies: readonly number[]): Promise<CopyRow[]> =>
    copies.length === 0 ? Promise.resolve([]) : on((database) => database.collection<CopyRow>(collections.copies).find({ _id: { $in: [...copies] } }).sort({ _id: 1 }).toArray());

  const liveRow = async (readModel: string): Promise<LiveRow | undefined> =>
    (await on((database) => database.collection<LiveRow>(collections.live).findOne({ _id: readModel }))) ?? undefined;

  async function all(): Promise<readonly CopyState[]> {
    for (let attempt = 1; ; attempt += 1) {
      const [rows, live] = await Promise.all([
        on((database) => database.collection<CopyRow>(collections.copies).find({}).sort({ _id: 1 }).toArray()),
        on((database) => database.collection<LiveRow>(collections.live).find({}).toArray()),
      ]);
      const current = new Set(live.map(({ copy }) => copy));
      // A swap between the two readings: one of them is of before.
      const isTorn = live.some(({ copy }) => copy !== undefined && !rows.some(({ _id }) => _id === copy));
      if (!isTorn || attempt === 5) return rows.map((row) => stateOf(row, current.has(row._id)));
    }
  }

  async function nextNumber(): Promise<number> {
    for (;;) {
      try {
        const counter = await on((database) =>
          database
            .collection<{ readonly _id: string; readonly last: number }>(collections.counters)
            .findOneAndUpdate({ _id: 'copies' }, { $inc: { last: 1 } }, { upsert: true, returnDocument: 'after' }),
        );
        if (counter) return counter.last;
      } catch (error) {
        // Two made the counter at once.
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  async function insertCopy({ readModel, definition, indexes, identities }: NewCopy): Promise<CopyRow> {
    for (;;) {
      const row: CopyRow = { _id: await nextNumber(), readModel, definition, indexes: indexes.map((fields) => ({ fields })), held: false, ...(identities ? { identities, published: false } : {}) };
      try {
        await on((database) => database.collection<CopyRow>(collections.copies).insertOne(row));
        return row;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  async function takeTurn(readModel: string, lease?: Lease): Promise<LiveRow> {
    const change = { $inc: { turn: 1 }, ...(lease ? { $set: { lease: lease.name } } : {}) };
    for (;;) {
      try {
        const row = await on((database) =>
          database.collection<LiveRow>(collections.live).findOneAndUpdate({ _id: readModel }, change, { upsert: true, returnDocument: 'after' }),
        );
        if (row) return row;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  /** Puts a copy in place, if nobody took a turn since `from` was read. */
  async function point(readModel: string, from: LiveRow | undefined, copy: number): Promise<boolean> {
    if (from) {
      const filter = { _id: readModel, turn: from.turn };
      return (await on((database) => database.collection<LiveRow>(collections.live).updateOne(filter, { $set: { copy }, $inc: { turn: 1 } }))).matchedCount === 1;
    }
    try {
      await on((database) => database.collection<LiveRow>(collections.live).insertOne({ _id: readModel, copy, turn: 1 }));
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async function index(rows: readonly CopyRow[]): Promise<void> {
    for (const row of rows) await mongo.indexed(copyIndexes(row));
  }

  async function remove(copies: readonly number[]): Promise<void> {
    if (copies.length === 0) return;
    // First of all, so that whoever writes to them is told.
    await on((database) => database.collection<CopyRow>(collections.copies).deleteMany({ _id: { $in: [...copies] } }));
    await on((database) => database.collection(collections.parked).deleteMany({ copy: { $in: [...copies] } }));
    for (const copy of copies) for (const name of [documentsOf(copy), digestsOf(copy)]) await dropCollection(on, name);
  }

  async function sweep(): Promise<void> {
    // Looked at before the copies: whatever belongs to a copy came after it.
    const names = (await on((database) => database.listCollections({}, { nameOnly: true }).toArray())).map(({ name }) => name);
    const parked = (await on((database) => database.collection(collections.parked).distinct('copy'))) as number[];
    const known = new Set((await on((database) => database.collection<CopyRow>(collections.copies).find({}, { projection: { _id: 1 } }).toArray())).map(({ _id }) => _id));
    const isLeft = (copy: number | undefined): boolean => copy !== undefined && !known.has(copy);
    for (const name of names) if (isLeft(copyOf(name))) await dropCollection(on, name);
    const left = parked.filter(isLeft);
    if (left.length > 0) await on((database) => database.collection(collections.parked).deleteMany({ copy: { $in: left } }));
  }

  async function hold(copies: readonly number[], held: boolean): Promise<void> {
    const replaced: number[] = [];
    if (!held) {
      // A swap that counts on the hold must not be finished after it.
      for (const row of await rowsOf(copies)) {
        const { copy } = await takeTurn(row.readModel);
        if (row.held && copy !== undefined && copy !== row._id) replaced.push(row._id);
      }
    }
    // Whoever put another in their place was cut off before removing them.
    await remove(replaced);
    await on((database) => database.collection<CopyRow>(collections.copies).updateMany({ _id: { $in: [...copies] } }, { $set: { held } }));
  }

  async function swap(lease: Lease, copies: readonly number[]): Promise<readonly CopyRow[] | 'behind'> {
    const wanted = await rowsOf(copies);
    const turns = await Promise.all(wanted.map(({ readModel }) => takeTurn(readModel, lease)));
    await leases.mustHold(lease);
    if (wanted.length < new Set(copies).size) throw new CopyGone();
    const pairs = wanted.flatMap((fresh, at) => {
      const turn = turns[at];
      return turn && turn.copy !== fresh._id ? [{ fresh, turn }] : [];
    });
    await index(pairs.map(({ fresh }) => fresh));

    const freshOf = new Map(pairs.map(({ fresh }) => [fresh.readModel, fresh]));
    const stillAhead = (live: readonly CopyRow[]): boolean => live.some((row) => isAhead(row, freshOf.get(row.readModel) as CopyRow));
    const replaced = pairs.flatMap(({ turn }) => (turn.copy === undefined ? [] : [turn.copy]));
    const before = await rowsOf(replaced);
    if (stillAhead(before)) return 'behind';
    const heldByUs = before.filter(({ held }) => !held).map(({ _id }) => _id);
    const giveUp = async (): Promise<'behind'> => {
      await hold(heldByUs, false);
      return 'behind';
    };
    // Held they see no more, until the hold is ended; and whoever ends it takes a turn.
    for (const row of before) {
      const filter = { _id: row._id, ...notAhead(freshOf.get(row.readModel) as CopyRow) };
      const frozen = await on((database) => database.collection<CopyRow>(collections.copies).updateOne(filter, { $set: { held: true } }));
      if (frozen.matchedCount === 0) return await giveUp();
    }
    // Not every server of the wire protocol changes a document in one step.
    const after = await rowsOf(replaced);
    if (stillAhead(after) || after.some(({ held }) => !held)) return await giveUp();

    for (const { fresh, turn } of pairs) if (!(await point(fresh.readModel, turn, fresh._id))) return await giveUp();
    await remove(replaced);
    return wanted;
  }

  return {
    all,
    rows: rowsOf,
    live: async (readModel) => (await liveRow(readModel))?.copy,
    create: async (copy) => {
      // Before the copy can be seen by anybody who removes what is not live.
      const from = await liveRow(copy.readModel);
      if (copy.live && from?.copy !== undefined) return undefined;
      const row = await insertCopy(copy);
      if (!copy.live) return row;
      await index([row]);
      if (await point(copy.readModel, from, row._id)) return row;
      await remove([row._id]);
      return undefined;
    },
    index: async (copies) => index(await rowsOf(copies)),
    drop: async (lease, copies) => {
      await leases.mustHold(lease);
      const rows = await rowsOf(copies);
      const live = new Map<string, number | undefined>();
      for (const readModel of new Set(rows.map((row) => row.readModel))) live.set(readModel, (await takeTurn(readModel)).copy);
      await remove(rows.filter((row) => live.get(row.readModel) !== row._id).map(({ _id }) => _id));
      await sweep();
    },
    discard: async (lease, copies) => {
      await leases.mustHold(lease);
      const rows = await rowsOf(copies);
      for (const { _id, readModel } of rows) {
        await takeTurn(readModel);
        await on((database) => database.collection<LiveRow>(collections.live).updateOne({ _id: readModel, copy: _id }, { $unset: { copy: '' }, $inc: { turn: 1 } }));
      }
      await remove(rows.map(({ _id }) => _id));
      await sweep();
    },
    swap,
    hold,
    claim: async ({ name, epoch }, copies) => {
      const filter = { _id: { $in: [...copies] }, $or: [{ lease: { $ne: name } }, { epoch: { $lt: epoch } }] };
      await on((database) => database.collection<CopyRow>(collections.copies).updateMany(filter, { $set: { lease: name, epoch } }));
    },
    advance: async ({ name, epoch }, copies, checkpoint) => {
      const filter = { _id: { $in: [...copies] }, lease: name, epoch, held: false };
      const advanced = await on((database) => database.collection<CopyRow>(collections.copies).updateMany(filter, { $max: { checkpoint } }));
      return advanced.matchedCount === new Set(copies).size;
    },
    fence: async ({ name, epoch }) => {
      await Promise.all([
        on((database) => database.collection<CopyRow>(collections.copies).updateMany({ lease: name, epoch: { $lt: epoch } }, { $set: { epoch } })),
        on((database) => database.collection<LiveRow>(collections.live).updateMany({ lease: name }, { $inc: { turn: 1 } })),
      ]);
    },
    published: async (copy) => {
      await on((database) => database.collection<CopyRow>(collections.copies).updateOne({ _id: copy }, { $set: { published: true } }));
    },
    sweep,
  };
}
