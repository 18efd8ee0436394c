import { isDuplicateKey } from '@alongside/mongodb';
import { CopyGone } from '../errors.js';
import type { CopyState, Lease, NewCopy } from '../read-model-store.js';
import { collections, copyIndexes, copyOf, digestsOf, documentsOf, dropCollection, sharedIndexes, type Copy, type Databases, type StateRow } from './collections.js';
import type { Leases } from './leases.js';
import { fenced, isFenced, statesOn, type Change } from './states.js';

export interface Copies {
  all(): Promise<readonly CopyState[]>;
  live(readModel: string): Promise<number | undefined>;
  isThere(copy: number): Promise<boolean>;
  create(copy: NewCopy): Promise<CopyState | undefined>;
  prepare(lease: Lease, copies: readonly number[]): Promise<void>;
  drop(lease: Lease, copies: readonly number[]): Promise<void>;
  discard(lease: Lease, copies: readonly number[]): Promise<void>;
  swap(lease: Lease, copies: readonly number[]): Promise<'swapped' | 'behind'>;
  hold(copies: readonly number[], held: boolean): Promise<void>;
  /** Throws `LeaseLost` or `CopyGone`; otherwise the states of the read models that these copies are of. */
  standing(lease: Lease, copies: readonly number[]): Promise<Standing>;
  /** False: one of them is held; others may have moved. Throws like `standing`. */
  advance(lease: Lease, copies: readonly number[], checkpoint: string, known: Standing): Promise<boolean>;
  /** The lease is of this epoch now: what was begun under an older one comes to nothing. */
  fence(lease: Lease): Promise<void>;
  published(readModel: string, copy: number): Promise<void>;
  /** Removes what belongs to copies that are there no more: left behind by whoever was cut off, or wrote too late. */
  sweep(): Promise<void>;
}

/** Read models as they were a moment ago. */
export interface Standing {
  readonly states: readonly StateRow[];
  readonly held: boolean;
}

export const copyIn = (state: StateRow, copy: number): Copy | undefined => state.copies.find((each) => each.copy === copy);
export const liveIn = (state: StateRow): Copy | undefined => (state.live === undefined ? undefined : copyIn(state, state.live));

const withCopies = (state: StateRow, wanted: ReadonlySet<number>, change: (copy: Copy) => Copy): StateRow => ({
  ...state,
  copies: state.copies.map((each) => (wanted.has(each.copy) ? change(each) : each)),
});

function without({ live, ...state }: StateRow, gone: (copy: Copy) => boolean): StateRow {
  const copies = state.copies.filter((each) => !gone(each));
  return { ...state, copies, ...(live !== undefined && copies.some(({ copy }) => copy === live) ? { live } : {}) };
}

const isAhead = (live: Copy | undefined, fresh: Copy): boolean => live?.checkpoint !== undefined && (fresh.checkpoint === undefined || fresh.checkpoint < live.checkpoint);

const stateOf = (readModel: string, { copy, definition, checkpoint }: Copy, live: boolean): CopyState => ({
  copy,
  readModel,
  definition,
  live,
  ...(checkpoint === undefined ? {} : { checkpoint }),
});

/** Which copies there are, which are live, and what they have seen. */
export function copiesIn({ mongo, on }: Databases, leases: Pick<Leases, 'mustHold'>): Copies {
  const states = statesOn(on);
  /** A number stays with its read model for ever. */
  const readModels = new Map<number, string>();

  function learn(rows: readonly StateRow[]): void {
    for (const { readModel, copies } of rows) for (const { copy } of copies) readModels.set(copy, readModel);
  }

  /** The read models that these copies are of; undefined where one of them is unknown. */
  async function readModelsOf(copies: readonly number[]): Promise<{ readonly names: readonly string[]; readonly complete: boolean }> {
    if (copies.some((copy) => !readModels.has(copy))) learn(await states.all());
    const names = copies.flatMap((copy) => readModels.get(copy) ?? []);
    return { names: [...new Set(names)], complete: names.length === copies.length };
  }

  async function nextNumber(): Promise<number> {
    for (;;) {
      try {
        const counter = await on((database) =>
          database
            .collection<{ readonly _id: string; readonly last: number }>(collections.counters)
            .findOneAndUpdate({ _id: 'copies' }, { $inc: { last: 1 } }, { upsert: true, returnDocument: 'after' }),
        );
        if (counter) return await claimedNumber(counter.last);
      } catch (error) {
        // Somebody else has that number, or made the counter at the same time.
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  /** A number is whoever's inserts it: two may have read the same one from the counter. */
  async function claimedNumber(copy: number): Promise<number> {
    await on((database) => database.collection<{ readonly _id: string }>(collections.counters).insertOne({ _id: `copy ${copy}` }));
    return copy;
  }

  async function index(copies: readonly Copy[]): Promise<void> {
    await Promise.all(copies.map((copy) => mongo.indexed(copyIndexes(copy))));
  }

  async function empty(copies: readonly number[]): Promise<void> {
    if (copies.length === 0) return;
    await on((database) => database.collection(collections.parked).deleteMany({ copy: { $in: [...copies] } }));
    for (const copy of copies) for (const name of [documentsOf(copy), digestsOf(copy)]) await dropCollection(on, name);
  }

  async function sweep(): Promise<void> {
    // Looked at before the copies: whatever belongs to a copy came after it.
    const names = (await on((database) => database.listCollections({}, { nameOnly: true }).toArray())).map(({ name }) => name);
    const parked = (await on((database) => database.collection(collections.parked).distinct('copy'))) as number[];
    const known = new Set((await states.all()).flatMap(({ copies }) => copies.map(({ copy }) => copy)));
    await empty([...new Set([...names.map(copyOf), ...parked])].filter((copy) => copy !== undefined).filter((copy) => !known.has(copy)));
  }

  /** Removes copies; those that are live only where they are `discarded`. */
  async function remove(lease: Lease, copies: readonly number[], discarded: boolean): Promise<void> {
    await leases.mustHold(lease);
    const wanted = new Set(copies);
    const change: Change = (state) => without(fenced(state, lease), ({ copy }) => wanted.has(copy) && (discarded || copy !== state.live));
    await states.change((await readModelsOf(copies)).names, change);
    await sweep();
  }

  async function hold(copies: readonly number[], held: boolean): Promise<void> {
    const wanted = new Set(copies);
    const change: Change = (state) => (state.copies.some((each) => wanted.has(each.copy) && each.held !== held) ? withCopies(state, wanted, (each) => ({ ...each, held })) : undefined);
    await states.change((await readModelsOf(copies)).names, change);
  }

  async function standing(lease: Lease, copies: readonly number[]): Promise<Standing> {
    const { names, complete } = await readModelsOf(copies);
    let [rows] = await Promise.all([states.of(names), leases.mustHold(lease)]);
    if (!rows.every((state) => isFenced(state, lease))) {
      rows = await states.change(names, (state) => (isFenced(state, lease) ? undefined : fenced(state, lease)), rows);
      await index(rows.flatMap((state) => liveIn(state) ?? []));
      // Looked at again: either we see that the lease is lost, or who takes it over sees our fence.
      await leases.mustHold(lease);
    }
    learn(rows);
    const there = new Map(rows.flatMap((state) => state.copies.map((each) => [each.copy, each] as const)));
    if (!complete || copies.some((copy) => !there.has(copy))) throw new CopyGone();
    return { states: rows, held: copies.some((copy) => there.get(copy)?.held) };
  }

  async function advance(lease: Lease, copies: readonly number[], checkpoint: string, known: Standing): Promise<boolean> {
    const wanted = new Set(copies);
    const { names } = await readModelsOf(copies);
    let isHeld = false;
    const change: Change = (state) => {
      const own = state.copies.filter((each) => wanted.has(each.copy));
      if (own.length < copies.filter((copy) => readModels.get(copy) === state.readModel).length) throw new CopyGone();
      if (own.some(({ held }) => held)) isHeld = true;
      if (isHeld) return undefined;
      return withCopies(fenced(state, lease), wanted, (each) => (each.checkpoint !== undefined && each.checkpoint >= checkpoint ? each : { ...each, checkpoint }));
    };
    await states.change(names, change, known.states.filter(({ readModel }) => names.includes(readModel)));
    return !isHeld;
  }

  async function swap(lease: Lease, copies: readonly number[]): Promise<'swapped' | 'behind'> {
    const { states: rows } = await standing(lease, copies);
    const wanted = new Set(copies);
    const names = rows.map(({ readModel }) => readModel);
    const freshIn = (state: StateRow): Copy => {
      const fresh = state.copies.find(({ copy }) => wanted.has(copy));
      if (!fresh) throw new CopyGone();
      return fresh;
    };
    await index(rows.map(freshIn));
    let isBehind = false;
    const unlessBehind =
      (change: Change): Change =>
      (state) => {
        isBehind ||= isAhead(liveIn(state), freshIn(state));
        return isBehind || state.live === freshIn(state).copy ? undefined : change(fenced(state, lease));
      };
    const heldByUs: number[] = [];
    if (names.length > 1) {
      // Each read model is swapped by itself: held, none of them falls behind while the others are.
      const held = await states.change(names, unlessBehind((state) => withCopies(state, new Set([state.live ?? 0]), (each) => ({ ...each, held: true }))), rows);
      const before = new Map(rows.flatMap((state) => liveIn(state) ?? []).map((each) => [each.copy, each.held]));
      heldByUs.push(...held.flatMap((state) => liveIn(state) ?? []).filter((each) => each.held && before.get(each.copy) !== true).map(({ copy }) => copy));
    }
    if (!isBehind) {
      await states.change(names, unlessBehind((state) => ({ ...without(state, ({ copy }) => copy === state.live), live: freshIn(state).copy })));
    }
    if (!isBehind) return 'swapped';
    await hold(heldByUs, false);
    return 'behind';
  }

  return {
    all: async () => {
      const rows = await states.all();
      learn(rows);
      return rows.flatMap((state) => state.copies.map((each) => stateOf(state.readModel, each, each.copy === state.live))).sort((one, other) => one.copy - other.copy);
    },
    live: async (readModel) => (await states.of([readModel]))[0]?.live,
    isThere: async (copy) => (await states.of((await readModelsOf([copy])).names)).some((state) => copyIn(state, copy) !== undefined),
    create: async ({ readModel, definition, indexes, identities, live }) => {
      await mongo.indexed(sharedIndexes);
      if (live && (await states.of([readModel]))[0]?.live !== undefined) return undefined;
      const made: Copy = {
        copy: await nextNumber(),
        definition,
        indexes: indexes.map((fields) => ({ fields })),
        held: false,
        ...(identities ? { identities, published: false } : {}),
      };
      const rows = await states.change([readModel], (state) => {
        if ((live && state.live !== undefined) || copyIn(state, made.copy)) return undefined;
        return { ...state, copies: [...state.copies, made], ...(live ? { live: made.copy } : {}) };
      });
      learn(rows);
      if (!rows.some((state) => copyIn(state, made.copy))) return undefined;
      // As long as it is empty they are there at once. Later a replica set would have to wait for its other members.
      await index([made]);
      return stateOf(readModel, made, live);
    },
    prepare: async (lease, copies) => {
      const { states: rows } = await standing(lease, copies);
      await index(rows.flatMap((state) => state.copies.filter(({ copy }) => copies.includes(copy))));
    },
    drop: (lease, copies) => remove(lease, copies, false),
    discard: (lease, copies) => remove(lease, copies, true),
    swap,
    hold,
    standing,
    advance,
    fence: async (lease) => {
      const older = (await states.all()).filter(({ fences }) => fences.some((each) => each.lease === lease.name && each.epoch < lease.epoch));
      await states.change(older.map(({ readModel }) => readModel), (state) => (isFenced(state, lease) ? undefined : fenced(state, lease)), older);
    },
    published: async (readModel, copy) => {
      await states.change([readModel], (state) => (copyIn(state, copy) ? withCopies(state, new Set([copy]), (each) => ({ ...each, published: true })) : undefined));
    },
    sweep,
  };
}
