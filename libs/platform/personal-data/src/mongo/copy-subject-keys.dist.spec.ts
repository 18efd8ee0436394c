import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongo, type Mongo } from '@alongside/mongodb';
import { databaseAt, describeWith } from '@alongside/testing';
import { keyEncryptionKey, type KeyEncryptionKeys } from '../key-encryption-key.js';
import { openSqliteSubjectKeys } from '../sqlite-subject-keys.js';
import { copySubjectKeys } from './copy-subject-keys.js';
import { openMongoSubjectKeys } from './mongo-subject-keys.js';

const erasedAt = '2026-03-02T10:00:00.000Z';
const subjects = Array.from({ length: 20 }, (_, index) => `mentee-${index}`);

describeWith('mongodb', 'copying subject keys', (address) => {
  let folder: string;
  let file: string;
  let mongo: Mongo;
  let keyEncryptionKeys: KeyEncryptionKeys;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'keys-'));
    file = join(folder, 'keys.sqlite');
    mongo = openMongo({ url: databaseAt(address, `keys_${randomBytes(6).toString('hex')}`) });
    keyEncryptionKeys = { current: keyEncryptionKey(), earlier: [] };
    const keys = await openSqliteSubjectKeys({ file, keyEncryptionKeys });
    await keys.make(subjects);
    await keys.secret('accounts');
    await keys.erase(['mentee-7'], erasedAt);
    await keys.close();
  });
  afterEach(async () => {
    await mongo.run((database) => database.dropDatabase());
    await mongo.close();
    rmSync(folder, { recursive: true });
  });

  it('opens everything with the same keys, and nothing of who was erased', async () => {
    const more = await openSqliteSubjectKeys({ file, keyEncryptionKeys });
    const others = Array.from({ length: 1_200 }, (_, index) => `supporter-${index}`);
    await more.make(others);
    await more.close();
    expect(await copySubjectKeys({ file, mongo, keyEncryptionKeys })).toEqual({ keys: 1_219, secrets: 1, tombstones: 1 });
    const all = [...subjects, ...others];
    const [from, to] = [await openSqliteSubjectKeys({ file, keyEncryptionKeys }), openMongoSubjectKeys({ mongo, keyEncryptionKeys })];
    const [before, after] = [await from.find(all), await to.find(all)];
    expect(after.size).toBe(1_220);
    expect(after.get('mentee-7')).toBe('erased');
    for (const [subject, key] of before) if (key !== 'erased') expect((after.get(subject) as typeof key).equals(key)).toBe(true);
    expect((await to.secret('accounts')).equals(await from.secret('accounts'))).toBe(true);
    expect(await to.tombstones()).toEqual([{ subject: 'mentee-7', erasedAt }]);
    await Promise.all([from.close(), to.close()]);
  });

  it('may be repeated, also when keys were wrapped anew or erased meanwhile, and brings nobody back', async () => {
    await copySubjectKeys({ file, mongo, keyEncryptionKeys });
    const next = { current: keyEncryptionKey(), earlier: [keyEncryptionKeys.current] };
    const keys = openMongoSubjectKeys({ mongo, keyEncryptionKeys: next });
    await keys.rewrap();
    await keys.erase(['mentee-8'], erasedAt);
    await copySubjectKeys({ file, mongo, keyEncryptionKeys: next });
    expect((await keys.find(['mentee-8'])).get('mentee-8')).toBe('erased');
    await keys.close();
  });

  it('refuses what belongs to another system', async () => {
    const keys = openMongoSubjectKeys({ mongo, keyEncryptionKeys });
    await keys.secret('accounts');
    await keys.close();
    await expect(copySubjectKeys({ file, mongo, keyEncryptionKeys })).rejects.toMatchObject({ name: 'OtherKeys', owner: 'accounts' });
  });

  it('writes nothing when the key-encryption key is another one', async () => {
    await expect(copySubjectKeys({ file, mongo, keyEncryptionKeys: { current: keyEncryptionKey(), earlier: [] } })).rejects.toMatchObject({ name: 'KeyNotUnwrappable' });
    expect(await mongo.run((database) => database.collection('subject_keys').countDocuments())).toBe(0);
  });
});
