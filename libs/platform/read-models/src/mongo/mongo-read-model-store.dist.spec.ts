import { randomBytes } from 'node:crypto';
import { openMongo, type Mongo } from '@alongside/mongodb';
import { describeWith, readModelStoreContract } from '@alongside/testing';
import { openMongoReadModelStore } from './mongo-read-model-store.js';

/** A database of its own for one test. */
function freshMongo(address: string): Mongo {
  return openMongo({ url: `${address.replace(/\/$/, '')}/models_${randomBytes(6).toString('hex')}` });
}

async function dropDatabases(mongo: Mongo): Promise<void> {
  await mongo.run((database) => database.dropDatabase());
  await mongo.run((database) => database.dropDatabase(), 'analysis');
  await mongo.close();
}

describeWith('mongodb', 'read models', (address) => {
  readModelStoreContract('MongoDB', () => {
    const mongo = freshMongo(address);
    const others: Mongo[] = [];
    const another = () => {
      const other = openMongo({ url: `${address.replace(/\/$/, '')}/${mongo.connection.name}` });
      others.push(other);
      return openMongoReadModelStore({ mongo: other });
    };
    return {
      store: openMongoReadModelStore({ mongo }),
      another,
      remove: async () => {
        await Promise.all(others.map((each) => each.close()));
        await dropDatabases(mongo);
      },
    };
  });
});
