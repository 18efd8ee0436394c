import type { mongo } from 'mongoose';
import type { DocumentWrite, Lease } from '../read-model-store.js';
import type { On, Row, Seen } from './collections.js';

export function seenOf(position: string, { name, epoch }: Lease): Seen {
  return { position, lease: name, epoch };
}

/** As a filter: what is there has seen no more, and was not written by somebody who took the lease over from us. */
export function notNewer({ position, lease, epoch }: Seen): Record<string, unknown>[] {
  return [
    { '_seen.position': { $lt: position } },
    { '_seen.position': position, '_seen.lease': { $ne: lease } },
    { '_seen.position': position, '_seen.epoch': { $lte: epoch } },
  ];
}

function isNewer(there: Seen, { position, lease, epoch }: Seen): boolean {
  return there.position > position || (there.position === position && there.lease === lease && there.epoch > epoch);
}

/** What the rows of these ids have seen, of those that are there. */
async function seenBefore(on: On, collection: string, ids: readonly string[]): Promise<ReadonlyMap<string, Seen>> {
  if (ids.length === 0) return new Map();
  // A single id as such: not every server looks a list of ids up by an index.
  const filter = { _id: ids.length === 1 ? (ids[0] as string) : { $in: [...ids] } };
  const rows = await on((database) => database.collection<Row>(collection).find(filter, { projection: { _seen: 1 }, batchSize: ids.length }).toArray());
  return new Map(rows.map((row) => [row._id, row._seen]));
}

/** Whether rows were there when they were looked for the last time, by id. */
export type Places = ReadonlyMap<string, 'there' | 'absent'>;

export function placesOf(documents: readonly DocumentWrite[]): Places {
  return new Map(documents.flatMap(({ id, isNew }) => (isNew === undefined ? [] : [[id, isNew ? 'absent' : 'there'] as const])));
}

const longestContest = 20;

/**
 * Writes each row that is not there yet, or that has seen as much as what is there; the others are passed over. May be repeated, by
 * anybody, at any time.
 * @param places spares looking; it is looked where they turn out to be wrong.
 */
export async function writeUnlessNewer(on: On, collection: string, rows: readonly Row[], places: Places = new Map()): Promise<void> {
  const at = (place: 'there' | 'absent'): readonly Row[] => rows.filter(({ _id }) => places.get(_id) === place);
  const tried = await Promise.all([insert(on, collection, at('absent')), replace(on, collection, at('there'))]);
  let left = [...rows.filter(({ _id }) => !places.has(_id)), ...tried.flat()];
  for (let contest = 1; left.length > 0; contest += 1) {
    // Somebody inserts what we do not find and removes what we find, again and again: nobody does.
    if (contest > longestContest) throw new Error(`${left.length} rows of ${collection} could not be written`);
    const there = await seenBefore(on, collection, left.map(({ _id }) => _id));
    const fresh = left.filter(({ _id }) => !there.has(_id));
    const older = left.filter(({ _id, _seen }) => {
      const before = there.get(_id);
      return before !== undefined && !isNewer(before, _seen);
    });
    left = (await Promise.all([insert(on, collection, fresh), replace(on, collection, older)])).flat();
  }
}

/** Answers those that had come meanwhile. */
async function insert(on: On, collection: string, rows: readonly Row[]): Promise<readonly Row[]> {
  if (rows.length === 0) return [];
  try {
    await on((database) => database.collection<Row>(collection).insertMany([...rows], { ordered: false }));
    return [];
  } catch (error) {
    const refused = refusedIds(error, rows);
    if (!refused) throw error;
    return rows.filter(({ _id }) => refused.has(_id));
  }
}

/** Answers all of them where not every one was replaced: something newer is there, or nothing. */
async function replace(on: On, collection: string, rows: readonly Row[]): Promise<readonly Row[]> {
  if (rows.length === 0) return [];
  const operations = rows.map(({ _id, ...row }) => ({ replaceOne: { filter: { _id, $or: notNewer(row._seen) }, replacement: row } }));
  const { matchedCount } = await on((database) => database.collection<Row>(collection).bulkWrite(operations, { ordered: false }));
  return matchedCount === rows.length ? [] : rows;
}

const duplicateKey = 11000;

/** Ids of the rows that were there already, when that is all that went wrong with inserting them. */
export function refusedIds(error: unknown, rows: readonly { readonly _id: string }[]): ReadonlySet<string> | undefined {
  const { writeErrors } = error as { readonly writeErrors?: mongo.WriteError | readonly mongo.WriteError[] };
  if (writeErrors === undefined) return undefined;
  const all = Array.isArray(writeErrors) ? (writeErrors as readonly mongo.WriteError[]) : [writeErrors as mongo.WriteError];
  if (all.length === 0 || all.some(({ code }) => code !== duplicateKey)) return undefined;
  return new Set(all.flatMap(({ index }) => rows[index]?._id ?? []));
}
