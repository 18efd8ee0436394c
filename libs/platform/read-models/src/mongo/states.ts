import { randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import { LeaseLost } from '../errors.js';
import type { Lease } from '../read-model-store.js';
import { collections, type On, type StateRow } from './collections.js';
import { refusedIds } from './conditional-writes.js';

/** What is to become of a state; undefined: it stays. Throws where it may not be. Asked again of a state that it has changed, it changes no more. */
export type Change = (state: StateRow) => StateRow | undefined;

export interface States {
  all(): Promise<readonly StateRow[]>;
  /** Of these read models; of one without a copy as well. */
  of(readModels: readonly string[]): Promise<readonly StateRow[]>;
  /**
   * Changes each of them in one step, as it is then; when one may not be changed the others may have been.
   * @param known as they were a moment ago. Answers them as they are now.
   */
  change(readModels: readonly string[], change: Change, known?: readonly StateRow[]): Promise<readonly StateRow[]>;
}

const none = (readModel: string): StateRow => ({ _id: `${readModel} 0`, readModel, version: 0, copies: [], fences: [] });

type Version = StateRow & { readonly stamp: string };

function versionAfter({ readModel, version: before, stamp: madeOf }: StateRow, { madeOf: _earlier, ...wanted }: StateRow): Version {
  const version = before + 1;
  return { ...wanted, _id: `${readModel} ${version}`, version, stamp: randomUUID(), ...(madeOf === undefined ? {} : { madeOf }) };
}

/** Versions that stay, so that a reading of all of them finds one of each, whatever is written meanwhile. */
const kept = 3;

export function statesOn(on: On): States {
  const states = <T>(work: (rows: mongo.Collection<StateRow>) => Promise<T>): Promise<T> => on((database) => work(database.collection<StateRow>(collections.states)));

  function newest(rows: readonly StateRow[]): Map<string, StateRow> {
    const found = new Map<string, StateRow>();
    for (const row of rows) if (row.version > (found.get(row.readModel)?.version ?? 0)) found.set(row.readModel, row);
    return found;
  }

  async function of(readModels: readonly string[]): Promise<readonly StateRow[]> {
    if (readModels.length === 0) return [];
    const filter = readModels.length === 1 ? { readModel: readModels[0] as string } : { readModel: { $in: [...readModels] } };
    const found = newest(await states((rows) => rows.find(filter).toArray()));
    return readModels.map((each) => found.get(each) ?? none(each));
  }

  /** Answers the ids that did not come to count: somebody else inserted them first, or so long ago that they are cleared away. */
  async function insert(next: readonly Version[]): Promise<ReadonlySet<string>> {
    const outdated = next.map(({ readModel, version }) => ({ readModel, version: { $lte: version - kept } }));
    const inserting = async (): Promise<ReadonlySet<string>> => {
      try {
        await states((rows) => rows.insertMany([...next], { ordered: false }));
        return new Set();
      } catch (error) {
        const refused = refusedIds(error, next);
        if (!refused) throw error;
        return refused;
      }
    };
    const [refused] = await Promise.all([inserting(), states((rows) => rows.deleteMany({ $or: outdated }))]);
    const stray = await strayOf(next.filter(({ _id }) => !refused.has(_id)));
    for (const { _id, stamp } of stray) await states((rows) => rows.deleteOne({ _id, stamp }));
    return new Set([...refused, ...stray.map(({ _id }) => _id)]);
  }

  /**
   * Those that nobody has gone on from, though there are later ones. Whoever stood still between reading and inserting may have taken a number
   * again that had been cleared away. One that was gone on from long ago may be among them: then the change is made a second time, of what it is now.
   */
  async function strayOf(inserted: readonly Version[]): Promise<readonly Version[]> {
    if (inserted.length === 0) return [];
    const laterThan = inserted.map(({ readModel, version }) => ({ readModel, version: { $gt: version } }));
    const filter = laterThan.length === 1 ? (laterThan[0] as (typeof laterThan)[number]) : { $or: laterThan };
    const later = await states((rows) => rows.find(filter, { projection: { readModel: 1, version: 1, madeOf: 1 } }).toArray());
    return inserted.filter(({ readModel, version, stamp }) => {
      const ours = later.filter((each) => each.readModel === readModel);
      return ours.length > 0 && !ours.some((each) => each.version === version + 1 && each.madeOf === stamp);
    });
  }

  return {
    all: async () => [...newest(await states((rows) => rows.find({}).toArray())).values()],
    of,
    change: async (readModels, change, known) => {
      const changed = new Map<string, StateRow>();
      let left = readModels;
      let before = known;
      while (left.length > 0) {
        before ??= await of(left);
        const next: Version[] = [];
        for (const state of before) {
          const wanted = change(state);
          changed.set(state.readModel, wanted ?? state);
          if (wanted) next.push(versionAfter(state, wanted));
        }
        const refused = next.length > 0 ? await insert(next) : new Set<string>();
        for (const state of next) if (!refused.has(state._id)) changed.set(state.readModel, state);
        left = next.filter(({ _id }) => refused.has(_id)).map(({ readModel }) => readModel);
        before = undefined;
      }
      return readModels.map((each) => changed.get(each) ?? none(each));
    },
  };
}

/** The state with the lease's epoch in it. Throws `LeaseLost` where a later one is. */
export function fenced(state: StateRow, { name, epoch }: Lease): StateRow {
  const known = state.fences.find(({ lease }) => lease === name)?.epoch;
  if (known === epoch) return state;
  if (known !== undefined && known > epoch) throw new LeaseLost(name);
  return { ...state, fences: [...state.fences.filter(({ lease }) => lease !== name), { lease: name, epoch }] };
}

export const isFenced = (state: StateRow, { name, epoch }: Lease): boolean => state.fences.some((each) => each.lease === name && each.epoch === epoch);
