import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { databaseAt, describeWith, eventually, freePort, ownFerretDb } from '@alongside/testing';
import { isDuplicateKey } from './driver-errors.js';
import { MongoUnavailable, openMongo, type Mongo } from './mongo.js';

const named = (address: string, name = `mongo_${randomBytes(6).toString('hex')}`): string => databaseAt(address, name);

describeWith('mongodb', 'a document database', (address) => {
  let mongo: Mongo;
  beforeEach(() => (mongo = openMongo({ url: named(address) })));
  afterEach(async () => {
    await mongo.run((database) => database.dropDatabase());
    await mongo.close();
  });

  it('answers, and keeps what it was given in the database of the address', async () => {
    await mongo.check();
    await mongo.run((database) => database.collection('things').insertOne({ number: 1 }));
    expect(await mongo.run((database) => database.collection('things').findOne({}))).toMatchObject({ number: 1 });
    expect(await mongo.connection.collection('things').countDocuments()).toBe(1);
  });

  it('tells a second one of a unique value from other faults, inserted or updated', async () => {
    const indexes = [{ collection: 'things', indexes: [{ name: 'by_number', key: { number: 1 }, unique: true }] }];
    await mongo.indexed(indexes);
    await mongo.indexed(indexes);
    const insert = (number: number) => mongo.run((database) => database.collection('things').insertOne({ number }));
    await insert(1);
    await insert(2);
    const update = mongo.run((database) => database.collection('things').updateOne({ number: 2 }, { $set: { number: 1 } }));
    for (const second of [insert(1), update]) expect(isDuplicateKey(await second.catch((error: unknown) => error))).toBe(true);
    const wrong = await mongo.run((database) => database.command({ thereIsNoSuchCommand: 1 })).catch((error: unknown) => error);
    expect(wrong).not.toBeInstanceOf(MongoUnavailable);
    expect(isDuplicateKey(wrong)).toBe(false);
  });

  it('creates indexes again where they are there already, and those that are missing', async () => {
    const index = (name: string) => ({ name, key: { [name]: 1 } });
    await mongo.indexed([{ collection: 'things', indexes: [index('one')] }]);
    const other = openMongo({ url: named(address, mongo.connection.name) });
    await other.indexed([{ collection: 'things', indexes: [index('one'), index('two')] }]);
    const names = (await other.run((database) => database.collection('things').listIndexes().toArray())).map((each) => String(each['name']));
    expect(names.sort()).toEqual(['_id_', 'one', 'two']);
    await other.close();
  });

  describe('that comes late, is killed and comes again', () => {
    it('is found each time, by itself', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'mongo-'));
      const port = await freePort();
      const own = openMongo({ url: `mongodb://127.0.0.1:${port}/late`, serverWait: 500 });
      const insert = () => own.run((database) => database.collection('things').insertOne({}));
      await expect(insert()).rejects.toBeInstanceOf(MongoUnavailable);
      const server = await ownFerretDb(folder, port);
      try {
        await eventually('it is there', () => insert().then(() => true, () => false));
        await server.kill();
        await expect(insert()).rejects.toBeInstanceOf(MongoUnavailable);
        await expect(own.check()).rejects.toThrow(`127.0.0.1:${port} cannot be reached`);
        await server.start();
        await eventually('it is there again', () => insert().then(() => true, () => false));
        server.pause();
        await expect(own.check()).rejects.toBeInstanceOf(MongoUnavailable);
        server.resume();
        await eventually('it goes on', () => insert().then(() => true, () => false));
      } finally {
        await own.close();
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    });

    it('leaves nobody waiting who asked as it was killed', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'mongo-'));
      const server = await ownFerretDb(folder);
      const own = openMongo({ url: `${server.address}/killed`, serverWait: 500 });
      const ask = () => own.run((database) => database.collection('things').findOne({}));
      try {
        for (let round = 0; round < 8; round++) {
          await eventually('it is there', () => Promise.all([ask(), ask()]).then(() => true, () => false));
          await server.kill();
          // As the driver is about to hear of it: some of these it would never answer.
          await turn();
          const asked = await Promise.allSettled([ask(), ask(), ask()]);
          for (const each of asked) expect(each).toMatchObject({ status: 'rejected', reason: { passing: true } });
          await server.start();
        }
      } finally {
        await own.close();
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
});
