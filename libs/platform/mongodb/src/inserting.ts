import type { mongo } from 'mongoose';

interface BulkFailure {
  readonly writeErrors?: readonly { readonly code?: unknown }[] | { readonly code?: unknown };
  readonly result?: { getWriteConcernError?(): unknown };
}

const duplicateKey = 11000;

/** Inserts those whose id, or whatever else is unique of them, is not there yet; the others stay as they are. */
export async function insertMissing<Document extends mongo.BSON.Document>(collection: mongo.Collection<Document>, documents: readonly mongo.OptionalUnlessRequiredId<Document>[]): Promise<void> {
  try {
    await collection.insertMany([...documents], { ordered: false });
  } catch (error) {
    const { writeErrors = [], result } = error as BulkFailure;
    const refused = [writeErrors].flat();
    if (refused.length === 0 || result?.getWriteConcernError?.() || refused.some(({ code }) => code !== duplicateKey)) throw error;
  }
}
