import type { mongo } from 'mongoose';
import { LeaseLost } from '../errors.js';
import type { Lease } from '../read-model-store.js';
import { collections, type On, type StateRow } from './collections.js';
import { refusedIds } from './conditional-writes.js';

/** What is to become of a state; undefined: it stays. Throws where it may not be. */
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

  /** Answers the ids that somebody else inserted first. */
  async function insert(next: readonly StateRow[]): Promise<ReadonlySet<string>> {
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
    return refused;
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
        const next: StateRow[] = [];
        for (const state of before) {
          const wanted = change(state);
          changed.set(state.readModel, wanted ?? state);
          const version = state.version + 1;
          if (wanted) next.push({ ...wanted, _id: `${state.readModel} ${version}`, version });
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
