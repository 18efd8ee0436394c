import type { KeyObject } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { erased } from '@alongside/event-sourcing';
import { insertMissing, type CollectionIndexes, type Mongo } from '@alongside/mongodb';
import type { KeyEncryptionKeys } from '../key-encryption-key.js';
import type { SubjectKey, SubjectKeys, Tombstone } from '../subject-keys.js';
import { unwrap, wrap, wrapNew, type WrappedKey } from '../wrapping.js';

export interface MongoSubjectKeysOptions {
  readonly mongo: Mongo;
  /** Given to every process alike: one that made its own would wrap keys that nobody else can unwrap. */
  readonly keyEncryptionKeys: KeyEncryptionKeys;
}

export interface MongoSubjectKeys extends SubjectKeys {
  /** Resolves when the server answers and every key can be unwrapped; throws one line for an operator. */
  check(): Promise<void>;
  /** Whether nobody has ever made a key here, or erased one. */
  isEmpty(): Promise<boolean>;
}

/** Keys of the store cannot be unwrapped with what this process was given. An operator mends that: nothing is wrong with what was asked. */
export class KeyEncryptionKeyMissing extends Error {
  readonly passing = true;

  constructor(hosts: string, id: string) {
    super(`keys at ${hosts} are wrapped under the key-encryption key ${id}, which was not given: add it to ALONGSIDE_KEY_ENCRYPTION_KEY, behind the one that new keys are wrapped under`);
    this.name = 'KeyEncryptionKeyMissing';
  }
}

/** A wrapped key: of a subject, or a secret of the system's own. */
export interface KeyDocument {
  /** The subject, or the secret's name. */
  readonly _id: string;
  readonly wrappedUnder: string;
  /** In base64. */
  readonly wrapped: string;
}

/** Never deleted: whoever has one has no key, whatever else stands in the store. */
export interface TombstoneDocument {
  /** The subject. */
  readonly _id: string;
  readonly erasedAt: string;
}

export const keyCollections = { keys: 'subject_keys', secrets: 'secrets', tombstones: 'erased_subjects' } as const;

const keyIndexes: readonly CollectionIndexes[] = [
  { collection: keyCollections.keys, indexes: [{ name: 'by_wrapping', key: { wrappedUnder: 1 } }] },
  { collection: keyCollections.tombstones, indexes: [{ name: 'by_time', key: { erasedAt: 1, _id: 1 } }] },
];

const batch = 500;
/** Milliseconds after which checks look again at what keys are wrapped under, which costs a look at every key: an operator may have given others a new one. */
const wrappingsKnownFor = 60_000;

/**
 * Subjects' keys in MongoDB, for any number of processes. Nothing is remembered between two uses: each asks for keys and tombstones, so that an
 * erasure counts everywhere once it is acknowledged; uses at the same time share one question. Who makes a key inserts it, and of several
 * one can. The server need not be there yet, and may go and come.
 */
export function openMongoSubjectKeys({ mongo, keyEncryptionKeys: keks }: MongoSubjectKeysOptions): MongoSubjectKeys {
  const known = new Set([keks.current, ...keks.earlier].map(({ id }) => id));
  const secrets = new Map<string, KeyObject>();
  let wrappingsKnownUntil = 0;
  let prepared: Promise<void> | undefined;
  let asking: { readonly subjects: Set<string>; readonly found: Promise<ReadonlyMap<string, SubjectKey>> } | undefined;

  async function mustKnowEveryWrapping(): Promise<void> {
    const used = await mongo.run((database) =>
      Promise.all([keyCollections.keys, keyCollections.secrets].map((name) => database.collection<KeyDocument>(name).distinct('wrappedUnder'))),
    );
    const unknown = used.flat().find((id) => !known.has(id));
    if (unknown !== undefined) throw new KeyEncryptionKeyMissing(mongo.hosts, unknown);
  }

  /** Once, before anything else: a process with a wrong key-encryption key must make no keys. */
  function ready(): Promise<void> {
    prepared ??= mongo
      .indexed(keyIndexes)
      .then(mustKnowEveryWrapping)
      .catch((error: unknown) => {
        prepared = undefined;
        throw error;
      });
    return prepared;
  }

  function opened(owner: string, { wrappedUnder, wrapped }: KeyDocument): KeyObject {
    if (!known.has(wrappedUnder)) throw new KeyEncryptionKeyMissing(mongo.hosts, wrappedUnder);
    return unwrap(keks, owner, { wrappedUnder, wrapped: Buffer.from(wrapped, 'base64') });
  }

  const newKey = (owner: string): KeyDocument => ({ _id: owner, ...asText(wrapNew(keks.current, owner)) });

  async function tombstonesOf(subjects: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await mongo.run((database) =>
      database
        .collection<TombstoneDocument>(keyCollections.tombstones)
        .find({ _id: { $in: [...subjects] } }, { projection: { _id: 1 } })
        .toArray(),
    );
    return new Set(found.map(({ _id }) => _id));
  }

  async function ask(subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>> {
    await ready();
    const [keys, tombstones] = await Promise.all([
      mongo.run((database) =>
        database
          .collection<KeyDocument>(keyCollections.keys)
          .find({ _id: { $in: [...subjects] } })
          .toArray(),
      ),
      tombstonesOf(subjects),
    ]);
    const found = new Map<string, SubjectKey>(keys.map((each) => [each._id, tombstones.has(each._id) ? erased : opened(each._id, each)]));
    // Erasing sets the tombstone first: whose key is not there may have got one since it was looked for.
    const absent = subjects.filter((subject) => !found.has(subject));
    const since = absent.length === 0 ? tombstones : await tombstonesOf(absent);
    for (const subject of absent) if (since.has(subject)) found.set(subject, erased);
    return found;
  }

  /** Whoever asks before the question is sent shares it. */
  async function lookUp(subjects: readonly string[]): Promise<Map<string, SubjectKey>> {
    if (subjects.length === 0) return new Map();
    if (!asking) {
      const together = new Set<string>();
      const found = new Promise((resolve) => setImmediate(resolve)).then(() => {
        asking = undefined;
        return ask([...together]);
      });
      asking = { subjects: together, found };
    }
    for (const subject of subjects) asking.subjects.add(subject);
    const found = await asking.found;
    return new Map(subjects.flatMap((subject) => {
      const key = found.get(subject);
      return key ? [[subject, key] as const] : [];
    }));
  }

  const deleteKeys = (subjects: readonly string[]): Promise<unknown> =>
    mongo.run((database) => database.collection<KeyDocument>(keyCollections.keys).deleteMany({ _id: { $in: [...subjects] } }));

  /** Keys that a crash between tombstone and deletion left, or that a backup of the keys brought back: nobody gets them, and they go. */
  async function deleteKeysOfErased(): Promise<void> {
    const subjects = (await subjectKeys.tombstones()).map(({ subject }) => subject);
    for (let start = 0; start < subjects.length; start += batch) await deleteKeys(subjects.slice(start, start + batch));
  }

  async function rewrapAll(collection: string): Promise<number> {
    for (let count = 0; ; ) {
      const documents = await mongo.run((database) =>
        database
          .collection<KeyDocument>(collection)
          .find({ wrappedUnder: { $ne: keks.current.id } })
          .limit(batch)
          .toArray(),
      );
      if (documents.length === 0) return count;
      for (const document of documents) {
        const { _id, wrappedUnder } = document;
        const anew = asText(wrap(keks.current, _id, opened(_id, document).export()));
        const { modifiedCount } = await mongo.run((database) => database.collection<KeyDocument>(collection).updateOne({ _id, wrappedUnder }, { $set: anew }));
        count += modifiedCount;
      }
    }
  }

  const subjectKeys: MongoSubjectKeys = {
    async make(subjects) {
      const found = await lookUp(subjects);
      for (let missing = subjects.filter((subject) => !found.has(subject)); missing.length > 0; ) {
        await mongo.run((database) => insertMissing(database.collection<KeyDocument>(keyCollections.keys), missing.map(newKey)));
        const since = await lookUp(missing);
        const unwanted = missing.filter((subject) => since.get(subject) === erased);
        if (unwanted.length > 0) await deleteKeys(unwanted);
        for (const [subject, key] of since) found.set(subject, key);
        // Somebody else's is not yet on most members of the replica set, where alone it is for good.
        missing = missing.filter((subject) => !since.has(subject));
        if (missing.length > 0) await pause(10);
      }
      return found;
    },

    find: lookUp,

    async secret(name) {
      const remembered = secrets.get(name);
      if (remembered) return remembered;
      await ready();
      for (;;) {
        const document = await mongo.run((database) => database.collection<KeyDocument>(keyCollections.secrets).findOne({ _id: name }));
        if (document) {
          const key = opened(name, document);
          secrets.set(name, key);
          return key;
        }
        await mongo.run((database) => insertMissing(database.collection<KeyDocument>(keyCollections.secrets), [newKey(name)]));
      }
    },

    async erase(subjects, erasedAt) {
      if (subjects.length === 0) return;
      await mongo.indexed(keyIndexes);
      // The tombstone first: from then on nobody gets the key, and a crash before it is deleted is made good by the repeat.
      const tombstones = [...new Set(subjects)].map((subject) => ({ _id: subject, erasedAt }));
      await mongo.run((database) => insertMissing(database.collection<TombstoneDocument>(keyCollections.tombstones), tombstones));
      await deleteKeys(subjects);
    },

    async tombstones(): Promise<readonly Tombstone[]> {
      const documents = await mongo.run((database) =>
        database.collection<TombstoneDocument>(keyCollections.tombstones).find().sort({ erasedAt: 1, _id: 1 }).toArray(),
      );
      return documents.map(({ _id, erasedAt }) => ({ subject: _id, erasedAt }));
    },

    async rewrap() {
      await ready();
      await deleteKeysOfErased();
      return (await rewrapAll(keyCollections.keys)) + (await rewrapAll(keyCollections.secrets));
    },

    async check() {
      await mongo.check();
      if (performance.now() < wrappingsKnownUntil) return;
      await mustKnowEveryWrapping();
      wrappingsKnownUntil = performance.now() + wrappingsKnownFor;
    },

    async isEmpty() {
      const found = await mongo.run((database) => Promise.all(Object.values(keyCollections).map((name) => database.collection(name).findOne({}, { projection: { _id: 1 } }))));
      return found.every((each) => each === null);
    },

    async close() {
      await asking?.found.catch(() => undefined);
      secrets.clear();
    },
  };
  return subjectKeys;
}

/** For `alongside setup`: the collections and indexes. May be repeated; the adapter creates what is missing by itself, too. */
export const setUpMongoSubjectKeys = (mongo: Mongo): Promise<void> => mongo.indexed(keyIndexes);

const asText = ({ wrappedUnder, wrapped }: WrappedKey) => ({ wrappedUnder, wrapped: Buffer.from(wrapped).toString('base64') });
