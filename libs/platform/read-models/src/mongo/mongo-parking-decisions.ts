import type { mongo as driver } from 'mongoose';
import { isDuplicateKey, type Mongo } from '@alongside/mongodb';
import type { ParkingDecisions, SkippedEvent } from '../parking.js';
import { collections } from './collections.js';

interface DecisionRow extends SkippedEvent {
  readonly _id: string;
}

/** On disk at most of the servers: nothing else knows what was decided. */
const writeConcern = { w: 'majority', journal: true } as const;

export function openMongoParkingDecisions({ mongo }: { readonly mongo: Mongo }): ParkingDecisions & { check(): Promise<void> } {
  const decisions = <T>(work: (rows: driver.Collection<DecisionRow>) => Promise<T>): Promise<T> =>
    mongo.run((database) => work(database.collection<DecisionRow>(collections.decisions, { writeConcern })));
  return {
    skip: async ({ readModel, sequence, eventId, decidedAt }) => {
      try {
        await decisions((rows) => rows.insertOne({ _id: `${readModel} ${eventId}`, readModel, sequence, eventId, decidedAt }));
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    skipped: async () => {
      const found = await decisions((rows) => rows.find({}).sort({ _id: 1 }).toArray());
      return found.map(({ _id, ...decision }) => decision);
    },
    check: () => mongo.check(),
    // The connection is its owner's.
    close: async () => undefined,
  };
}
