import type { mongo } from 'mongoose';

/** The indexes of one collection; each has a name, by which it is known again. */
export interface CollectionIndexes {
  readonly collection: string;
  readonly indexes: readonly (mongo.IndexDescription & { readonly name: string })[];
}

const noSuchCollection = 26;
/** Milliseconds: an index of a collection that is not empty takes as long as reading all of it. */
const longestBuild = 10 * 60_000;
/** The first version of the protocol whose replica sets are asked how many members shall have built an index. */
const withCommitQuorum = 9;

/** Creates the indexes that are missing, and nothing where none is: a user who may only read and write data is enough then. May be repeated. */
export async function createMissingIndexes(database: mongo.Db, wanted: readonly CollectionIndexes[]): Promise<void> {
  await Promise.all(
    wanted.map(async ({ collection, indexes }) => {
      if (indexes.length === 0) return;
      const known = await namesOfIndexes(database.collection(collection));
      const missing = indexes.filter(({ name }) => !known.has(name));
      if (missing.length > 0) await database.collection(collection).createIndexes([...missing], await building(database));
    }),
  );
}

/**
 * A replica set waits until every member that votes has built an index of a collection that is not empty, also for one that is down. Most of them
 * are enough; one that comes later builds it by itself. Other servers know no such option.
 */
async function building(database: mongo.Db): Promise<mongo.CreateIndexesOptions & { readonly socketTimeoutMS: number }> {
  const { setName, maxWireVersion } = (await database.command({ hello: 1 })) as { readonly setName?: string; readonly maxWireVersion?: number };
  const isReplicaSet = setName !== undefined && (maxWireVersion ?? 0) >= withCommitQuorum;
  return { socketTimeoutMS: longestBuild, ...(isReplicaSet ? { commitQuorum: 'majority' } : {}) };
}

async function namesOfIndexes(collection: mongo.Collection): Promise<ReadonlySet<string>> {
  try {
    return new Set((await collection.listIndexes().toArray()).map((each) => String(each['name'])));
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === noSuchCollection) return new Set();
    throw error;
  }
}
