import { DatabaseSync } from 'node:sqlite';
import { insertMissing, type Mongo } from '@alongside/mongodb';
import type { KeyEncryptionKeys } from '../key-encryption-key.js';
import { KeyNotUnwrappable, unwrap, type WrappedKey } from '../wrapping.js';
import { keyCollections, setUpMongoSubjectKeys, type KeyDocument, type TombstoneDocument } from './mongo-subject-keys.js';

/** The target has a key of its own under a name that has another one in the source: it belongs to another system. */
export class OtherKeys extends Error {
  constructor(readonly owner: string) {
    super(`the target has another key for ${owner}`);
    this.name = 'OtherKeys';
  }
}

export interface SubjectKeysCopied {
  readonly keys: number;
  readonly secrets: number;
  readonly tombstones: number;
}

const batch = 500;

/**
 * Copies the keys of a SQLite file into MongoDB, wrapped as they are: subjects' keys, secrets, tombstones. Repeating it changes nothing, and
 * nothing that is there is replaced. Throws `KeyNotUnwrappable` when a key-encryption key is missing, and `OtherKeys`, before anything is written.
 */
export async function copySubjectKeys({ file, mongo, keyEncryptionKeys }: { readonly file: string; readonly mongo: Mongo; readonly keyEncryptionKeys: KeyEncryptionKeys }): Promise<SubjectKeysCopied> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const wrapped = (sql: string): readonly KeyDocument[] =>
      (database.prepare(sql).all() as unknown as readonly (WrappedKey & { readonly owner: string })[]).map(({ owner, wrappedUnder, wrapped }) => ({ _id: owner, wrappedUnder, wrapped: Buffer.from(wrapped).toString('base64') }));
    const tombstones = database.prepare('SELECT subject AS _id, erased_at AS erasedAt FROM tombstone').all() as unknown as readonly TombstoneDocument[];
    const keys = wrapped('SELECT subject AS owner, wrapped_under AS wrappedUnder, wrapped FROM subject_key WHERE subject NOT IN (SELECT subject FROM tombstone)');
    const secrets = wrapped('SELECT name AS owner, wrapped_under AS wrappedUnder, wrapped FROM secret');
    for (const each of [...keys, ...secrets]) opened(keyEncryptionKeys, each);

    await setUpMongoSubjectKeys(mongo);
    await mustBeOurs(mongo, keyCollections.secrets, secrets, keyEncryptionKeys);
    await mustBeOurs(mongo, keyCollections.keys, keys, keyEncryptionKeys);
    // The tombstones first: nobody comes back for a moment.
    await insert(mongo, keyCollections.tombstones, tombstones);
    await insert(mongo, keyCollections.secrets, secrets);
    await insert(mongo, keyCollections.keys, keys);
    return { keys: keys.length, secrets: secrets.length, tombstones: tombstones.length };
  } finally {
    database.close();
  }
}

/** What is there of the same name has to be the same key; wrapped anew it still is. */
async function mustBeOurs(mongo: Mongo, collection: string, documents: readonly KeyDocument[], keks: KeyEncryptionKeys): Promise<void> {
  for (const each of batches(documents)) {
    const ids = each.map(({ _id }) => _id);
    const there = await mongo.run((target) => target.collection<KeyDocument>(collection).find({ _id: { $in: ids } }).toArray());
    const found = new Map(there.map((one) => [one._id, one]));
    for (const one of each) {
      const other = found.get(one._id);
      if (other && other.wrapped !== one.wrapped && !isSame(keks, one, other)) throw new OtherKeys(one._id);
    }
  }
}

function isSame(keks: KeyEncryptionKeys, one: KeyDocument, other: KeyDocument): boolean {
  try {
    return opened(keks, one).equals(opened(keks, other));
  } catch (error) {
    // Wrapped under a key-encryption key that this system never had.
    if (error instanceof KeyNotUnwrappable) return false;
    throw error;
  }
}

async function insert<Document extends { readonly _id: string }>(mongo: Mongo, collection: string, documents: readonly Document[]): Promise<void> {
  for (const each of batches(documents)) await mongo.run((target) => insertMissing(target.collection<{ readonly _id: string }>(collection), each.map((one) => ({ ...one }))));
}

const opened = (keks: KeyEncryptionKeys, { _id, wrappedUnder, wrapped }: KeyDocument): ReturnType<typeof unwrap> => unwrap(keks, _id, { wrappedUnder, wrapped: Buffer.from(wrapped, 'base64') });

function* batches<Each>(all: readonly Each[]): Generator<readonly Each[]> {
  for (let start = 0; start < all.length; start += batch) yield all.slice(start, start + batch);
}
