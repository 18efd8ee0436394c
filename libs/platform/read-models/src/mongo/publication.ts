import { createMissingIndexes } from '@alongside/mongodb';
import type { Document } from '../read-model.js';
import type { Lease, StoredDocument } from '../read-model-store.js';
import { documentsOf, dropCollection, type Databases, type DocumentRow, type Row } from './collections.js';
import { notNewer, seenOf, writeUnlessNewer } from './conditional-writes.js';

/**
 * The live copies of read models without identities, once more in a database of their own, which analysts may read: one collection a read
 * model, under its name, whatever copy is live; one field a field.
 */
export interface Publication {
  /** Documents of a copy that is live and published. What is removed leaves nothing there that would keep a late writer out. */
  follow(lease: Lease, shown: Shown, documents: readonly StoredDocument[]): Promise<void>;
  /** All of a copy in the place of the one before. May be repeated. */
  publish(lease: Lease, shown: Shown): Promise<void>;
  /** Nothing of a read model is left there. */
  withdraw(readModel: string): Promise<void>;
}

/** A copy of a read model without identities. */
export interface Shown {
  readonly readModel: string;
  readonly copy: number;
}

const page = 500;

export function publicationIn({ on, onAnalysis }: Databases): Publication {
  /** A later copy has seen more than any before. */
  const placeOf = (copy: number, position = ''): string => `${String(copy).padStart(12, '0')} ${position}`;

  const rowOf = (lease: Lease, copy: number, id: string, position: string, document: Document): Row => ({
    ...(readable(document) as object),
    _id: id,
    _seen: seenOf(placeOf(copy, position), lease),
  });

  return {
    follow: async (lease, { copy, readModel }, documents) => {
      const rows = documents.flatMap(({ id, position, document }) => (document ? [rowOf(lease, copy, id, position, document)] : []));
      const gone = documents.filter(({ document }) => !document);
      const removals = gone.map(({ id, position }) => ({ deleteOne: { filter: { _id: id, $or: notNewer(seenOf(placeOf(copy, position), lease)) } } }));
      await Promise.all([
        writeUnlessNewer(onAnalysis, readModel, rows),
        removals.length > 0 && onAnalysis((database) => database.collection<Row>(readModel).bulkWrite(removals, { ordered: false })),
      ]);
    },
    publish: async (lease, { copy, readModel }) => {
      await onAnalysis((database) => createMissingIndexes(database, [{ collection: readModel, indexes: [{ name: 'by_organisation', key: { organisationId: 1 } }] }]));
      for (let after: string | undefined; ; ) {
        const filter = after === undefined ? {} : { _id: { $gt: after } };
        const found = await on((database) => database.collection<DocumentRow>(documentsOf(copy)).find(filter).sort({ _id: 1 }).limit(page).toArray());
        const rows = found.flatMap(({ _id, _seen, json }) => (json === undefined ? [] : [rowOf(lease, copy, _id, _seen.position, JSON.parse(json) as Document)]));
        await writeUnlessNewer(onAnalysis, readModel, rows);
        if (found.length < page) break;
        after = found.at(-1)?._id;
      }
      // What only a former copy had.
      await onAnalysis((database) => database.collection<Row>(readModel).deleteMany({ '_seen.position': { $lt: placeOf(copy) } }));
    },
    withdraw: (readModel) => dropCollection(onAnalysis, readModel),
  };
}

/** Names that a field may not have are written with the full-width sign. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key.replaceAll('.', '．').replace(/^\$/, '＄'), readable(each)]])));
}
