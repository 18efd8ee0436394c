import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongo, type Mongo } from '@alongside/mongodb';
import { databaseAt, describeWith, eventually, ownFerretDb, subjectKeysContract } from '@alongside/testing';
import { applyTombstones, exportTombstones } from '../erasure.js';
import { keyEncryptionKey, type KeyEncryptionKeys } from '../key-encryption-key.js';
import { KeyEncryptionKeyMissing, openMongoSubjectKeys, setUpMongoSubjectKeys, type MongoSubjectKeys } from './mongo-subject-keys.js';

const erasedAt = '2026-03-02T10:00:00.000Z';

interface StoredKey {
  readonly _id: string;
  readonly wrappedUnder: string;
  readonly wrapped: string;
}

describeWith('mongodb', 'subject keys in MongoDB', (address) => {
  let mongos: Mongo[];
  let url: string;
  let keks: KeyEncryptionKeys;
  beforeEach(() => {
    mongos = [];
    url = databaseAt(address, `keys_${randomBytes(6).toString('hex')}`);
    keks = { current: keyEncryptionKey(), earlier: [] };
  });
  afterEach(async () => {
    await mongos[0]?.run((database) => database.dropDatabase());
    for (const mongo of mongos) await mongo.close();
  });

  /** As another process has it. */
  const open = (keyEncryptionKeys = keks): MongoSubjectKeys & { readonly mongo: Mongo } => {
    const mongo = openMongo({ url });
    mongos.push(mongo);
    return { ...openMongoSubjectKeys({ mongo, keyEncryptionKeys }), mongo };
  };
  const stored = (mongo: Mongo): Promise<readonly StoredKey[]> =>
    mongo.run((database) => database.collection<StoredKey>('subject_keys').find().sort({ _id: 1 }).toArray());

  subjectKeysContract('MongoDB', async () => ({ keys: open(), again: async () => open() }));

  it('leaves no key that was being made while its subject was erased', async () => {
    const [one, other] = [open(), open()];
    for (let round = 0; round < 10; round++) {
      const subject = `mentee-${round}`;
      await Promise.all([one.make([subject]), other.erase([subject], erasedAt), other.make([subject])]);
      expect((await one.make([subject])).get(subject)).toBe('erased');
    }
    expect(await stored(one.mongo)).toEqual([]);
  });

  it('gives nobody a key whose erasure a crash interrupted, and deletes it with the repeat', async () => {
    const keys = open();
    await keys.make(['mentee-1', 'mentee-2']);
    await keys.mongo.run((database) => database.collection<{ _id: string; erasedAt: string }>('erased_subjects').insertOne({ _id: 'mentee-1', erasedAt }));
    expect((await keys.find(['mentee-1'])).get('mentee-1')).toBe('erased');
    expect(await stored(keys.mongo)).toHaveLength(2);
    await keys.erase(['mentee-1'], '2026-04-01T10:00:00.000Z');
    expect((await stored(keys.mongo)).map(({ _id }) => _id)).toEqual(['mentee-2']);
    expect(await keys.tombstones()).toEqual([{ subject: 'mentee-1', erasedAt }]);
  });

  it('deletes what a backup of the keys brought back', async () => {
    const keys = open();
    await keys.make(['mentee-1']);
    const backup = await stored(keys.mongo);
    await keys.erase(['mentee-1'], erasedAt);
    await keys.mongo.run((database) => database.collection<StoredKey>('subject_keys').insertMany([...backup]));
    expect((await keys.find(['mentee-1'])).get('mentee-1')).toBe('erased');
    await keys.rewrap();
    expect(await stored(keys.mongo)).toEqual([]);
  });

  it('exports the erased subjects, and applies such a list', async () => {
    const keys = open();
    await keys.erase(['mentee-1', 'staff-2'], erasedAt);
    const list = await exportTombstones(keys);
    await keys.mongo.run((database) => database.dropDatabase());
    await keys.make(['mentee-1']);
    expect(await applyTombstones(keys, list)).toBe(2);
    expect(await applyTombstones(keys, list)).toBe(0);
    expect((await keys.find(['mentee-1'])).get('mentee-1')).toBe('erased');
  });

  it('makes no keys under a key-encryption key that is not the others’, and says which one is missing', async () => {
    const keys = open();
    await keys.make(['mentee-1']);
    const wrong = open({ current: keyEncryptionKey(), earlier: [] });
    for (const using of [wrong.check(), wrong.make(['mentee-2']), wrong.find(['mentee-1']), wrong.secret('search-1'), wrong.rewrap()]) {
      await expect(using).rejects.toThrow(KeyEncryptionKeyMissing);
    }
    await expect(wrong.check()).rejects.toThrow(`the key-encryption key ${keks.current.id}, which was not given: add it to ALONGSIDE_KEY_ENCRYPTION_KEY`);
    expect(await stored(keys.mongo)).toHaveLength(1);
    await keys.check();
  });

  it('rotates the key-encryption key beside processes that know both', async () => {
    const keys = open();
    const made = (await keys.make(['mentee-1'])).get('mentee-1');
    await keys.secret('search-1');
    const next = keyEncryptionKey();
    const knowing = open({ current: keks.current, earlier: [next] });
    const rotating = open({ current: next, earlier: [keks.current] });
    expect(await rotating.rewrap()).toBe(2);
    expect(await rotating.rewrap()).toBe(0);
    const after = open({ current: next, earlier: [] });
    for (const each of [knowing, after]) {
      const found = (await each.find(['mentee-1'])).get('mentee-1');
      if (!made || made === 'erased' || !found || found === 'erased') throw new Error('the key is gone');
      expect(found.export()).toEqual(made.export());
    }
    await expect(keys.find(['mentee-1'])).rejects.toMatchObject({ passing: true });
  });

  it('refuses a wrapped key that was put in another document', async () => {
    const keys = open();
    await keys.make(['mentee-1', 'mentee-2']);
    const [, second] = await stored(keys.mongo);
    await keys.mongo.run((database) => database.collection<StoredKey>('subject_keys').updateOne({ _id: 'mentee-1' }, { $set: { wrapped: second?.wrapped ?? '' } }));
    await expect(open().find(['mentee-1'])).rejects.toThrow('mentee-1');
  });

  it('asks once for all that is asked at the same time', async () => {
    const keys = open();
    await keys.make(['mentee-1', 'mentee-2']);
    let commands = 0;
    const counting = { ...keys.mongo, run: (async (work, suffix) => ((commands += 1), keys.mongo.run(work, suffix))) as Mongo['run'] };
    const counted = openMongoSubjectKeys({ mongo: counting, keyEncryptionKeys: keks });
    await counted.find(['mentee-1']);
    commands = 0;
    await Promise.all([counted.find(['mentee-1']), counted.find(['mentee-2']), counted.make(['mentee-1', 'mentee-2']), counted.find([])]);
    expect(commands).toBe(2);
  });

  it('is set up as often as you like', async () => {
    const { mongo } = open();
    await setUpMongoSubjectKeys(mongo);
    await setUpMongoSubjectKeys(mongo);
  });

  it('goes on with what it had when the server was killed and comes again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keys-'));
    const server = await ownFerretDb(folder);
    const mongo = openMongo({ url: server.address, serverWait: 500 });
    try {
      const keys = openMongoSubjectKeys({ mongo, keyEncryptionKeys: keks });
      const made = (await keys.make(['mentee-1', 'mentee-2'])).get('mentee-1');
      await keys.erase(['mentee-2'], erasedAt);
      await server.kill();
      await expect(keys.find(['mentee-1'])).rejects.toMatchObject({ passing: true });
      await expect(keys.erase(['mentee-1'], erasedAt)).rejects.toMatchObject({ passing: true });
      await server.start();
      await eventually('it answers again', () => keys.check().then(() => true, () => false));
      const found = await keys.find(['mentee-1', 'mentee-2']);
      expect(found.get('mentee-2')).toBe('erased');
      const again = found.get('mentee-1');
      if (!made || made === 'erased' || !again || again === 'erased') throw new Error('the key is gone');
      expect(again.export()).toEqual(made.export());
    } finally {
      await mongo.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
