import { describeWith, readModelStoreContract } from '@alongside/testing';
import { freshMongo } from './mongo.fixture.js';
import { openMongoReadModelStore } from './mongo-read-model-store.js';

describeWith('mongodb', 'read models', (address) => {
  readModelStoreContract('MongoDB', () => {
    const { open, remove } = freshMongo(address);
    const another = () => openMongoReadModelStore({ mongo: open() });
    return { store: another(), another, remove };
  });
});
