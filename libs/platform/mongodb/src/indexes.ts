import type { mongo } from 'mongoose';

/** The indexes of one collection; each has a name, by which it is known again. */
export interface CollectionIndexes {
  readonly collection: string;
  readonly indexes: readonly (mongo.IndexDescription & { readonly name: string })[];
}

const noSuchCollection = 26;

/** Creates the indexes that are missing, and nothing where none is: a user who may only read and write data is enough then. May be repeated. */
export async function createMissingIndexes(database: mongo.Db, wanted: readonly CollectionIndexes[]): Promise<void> {
  await Promise.all(
    wanted.map(async ({ collection, indexes }) => {
      if (indexes.length === 0) return;
      const known = await namesOfIndexes(database.collection(collection));
      const missing = indexes.filter(({ name }) => !known.has(name));
      if (missing.length > 0) await database.collection(collection).createIndexes([...missing]);
    }),
  );
}

async function namesOfIndexes(collection: mongo.Collection): Promise<ReadonlySet<string>> {
  try {
    return new Set((await collection.listIndexes().toArray()).map((each) => String(each['name'])));
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === noSuchCollection) return new Set();
    throw error;
  }
}
