import { randomBytes } from 'node:crypto';
import { openMongo, type Mongo } from '@alongside/mongodb';
import { databaseAt } from '@alongside/testing';
import type { OrchardStores } from '../orchard.fixture.js';
import { collections, type StateRow } from './collections.js';
import { openMongoParkingDecisions } from './mongo-parking-decisions.js';
import { openMongoReadModelStore } from './mongo-read-model-store.js';

/** A database of its own for one test, over as many connections as it likes. */
export function freshMongo(address: string) {
  const url = databaseAt(address, `models_${randomBytes(6).toString('hex')}`);
  const opened: Mongo[] = [];
  const open = (): Mongo => {
    const mongo = openMongo({ url, serverWait: 10_000 });
    opened.push(mongo);
    return mongo;
  };
  return {
    open,
    remove: async () => {
      const mongo = open();
      await mongo.run((database) => database.dropDatabase());
      await mongo.run((database) => database.dropDatabase(), 'analysis');
      await Promise.all(opened.map((each) => each.close()));
    },
  };
}

/** @param through what stands between the stores and the database. */
export function mongoStores(address: string, through: (mongo: Mongo) => Mongo = (mongo) => mongo): OrchardStores {
  return {
    lease: { beat: 50, timeToLive: 1000 },
    open: () => {
      const fresh = freshMongo(address);
      return {
        store: () => openMongoReadModelStore({ mongo: through(fresh.open()) }),
        decisions: () => openMongoParkingDecisions({ mongo: fresh.open() }),
        forgetCheckpoints: async () => {
          await fresh.open().run(async (database) => {
            const states = database.collection<StateRow>(collections.states);
            for (const { _id, copies } of await states.find({}).toArray()) {
              await states.updateOne({ _id }, { $set: { copies: copies.map(({ checkpoint: _checkpoint, ...copy }) => copy) } });
            }
          });
        },
        remove: fresh.remove,
      };
    },
  };
}

/** What happens at an operation, by its number from 1 on: before it is sent, and after it was answered. */
export interface Hooks {
  before?(operation: number): Promise<void> | void;
  after?(operation: number): Promise<void> | void;
}

/** The same database, every operation of which passes by the hooks. */
export function hooked(mongo: Mongo, hooks: Hooks): Mongo {
  let operations = 0;
  return {
    ...mongo,
    run: async (work, suffix) => {
      operations += 1;
      const operation = operations;
      await hooks.before?.(operation);
      const result = await mongo.run(work, suffix);
      await hooks.after?.(operation);
      return result;
    },
  };
}
