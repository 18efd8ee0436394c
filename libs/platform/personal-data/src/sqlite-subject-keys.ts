import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { erased } from '@alongside/event-sourcing';
import { changesElsewhere, openDatabase, scrub, write } from './database.js';
import { readTombstones, writeTombstones } from './erasure.js';
import type { KeyEncryptionKeys } from './key-encryption-key.js';
import type { SubjectKey, SubjectKeys, Tombstone } from './subject-keys.js';
import { KeyNotUnwrappable, unwrap, wrap, wrapNew, type WrappedKey } from './wrapping.js';

export interface SqliteSubjectKeysOptions {
  /** A file of its own; `:memory:` in tests. */
  readonly file: string;
  readonly keyEncryptionKeys: KeyEncryptionKeys;
  /**
   * Every erasure is written here too, and what stands here is erased at opening: kept when `file` is restored from a backup, no
   * erased subject comes back. Default: no such list.
   */
  readonly tombstoneList?: string;
  /** Unwrapped keys kept in memory, default 10,000 (about 2 MB); raise it when more subjects are read again and again. */
  readonly cached?: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS subject_key (subject TEXT PRIMARY KEY, wrapped_under TEXT NOT NULL, wrapped BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, wrapped_under TEXT NOT NULL, wrapped BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS tombstone (sequence INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL UNIQUE, erased_at TEXT NOT NULL) STRICT;
`;

const rewrapBatch = 500;
const NEWLINE = 10;

/** Subjects' keys in a SQLite file. Keys that several callers make at the same time share one durable commit. */
export async function openSqliteSubjectKeys(options: SqliteSubjectKeysOptions): Promise<SubjectKeys> {
  const keks = options.keyEncryptionKeys;
  const cached = options.cached ?? 10_000;
  const database = openDatabase(options.file, schema);
  const isChangedElsewhere = changesElsewhere(database);
  const insertKey = database.prepare(
    `INSERT INTO subject_key (subject, wrapped_under, wrapped) SELECT $subject, $wrappedUnder, $wrapped
     WHERE NOT EXISTS (SELECT 1 FROM tombstone WHERE subject = $subject) ON CONFLICT DO NOTHING`,
  );
  const selectKey = database.prepare('SELECT wrapped_under AS wrappedUnder, wrapped FROM subject_key WHERE subject = ?');
  const deleteKey = database.prepare('DELETE FROM subject_key WHERE subject = ?');
  const insertSecret = database.prepare('INSERT INTO secret (name, wrapped_under, wrapped) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const selectSecret = database.prepare('SELECT wrapped_under AS wrappedUnder, wrapped FROM secret WHERE name = ?');
  const insertTombstone = database.prepare('INSERT INTO tombstone (subject, erased_at) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const selectTombstones = database.prepare('SELECT sequence, subject, erased_at AS erasedAt FROM tombstone WHERE sequence > ? ORDER BY sequence');

  /** In order of last use. */
  const keys = new Map<string, KeyObject>();
  const secrets = new Map<string, KeyObject>();
  const tombstones = new Map<string, Tombstone>();
  let lastTombstone = 0;
  let making: { readonly subjects: Set<string>; readonly made: Promise<void> } | undefined;

  function readNewTombstones(): void {
    for (const row of selectTombstones.all(lastTombstone) as unknown as (Tombstone & { sequence: number })[]) {
      lastTombstone = row.sequence;
      tombstones.set(row.subject, { subject: row.subject, erasedAt: row.erasedAt });
      keys.delete(row.subject);
    }
  }

  /** Tombstones first, from wherever they were set; then the cache; then the file. */
  function lookUp(subject: string): SubjectKey | undefined {
    if (tombstones.has(subject)) return erased;
    const known = keys.get(subject);
    if (known) {
      keys.delete(subject);
      keys.set(subject, known);
      return known;
    }
    const row = selectKey.get(subject) as unknown as WrappedKey | undefined;
    return row && remember(subject, unwrap(keks, subject, row));
  }

  function remember(subject: string, key: KeyObject): KeyObject {
    keys.set(subject, key);
    if (keys.size > cached) keys.delete(keys.keys().next().value ?? '');
    return key;
  }

  function lookUpAll(subjects: readonly string[]): Map<string, SubjectKey> {
    if (isChangedElsewhere()) readNewTombstones();
    const found = new Map<string, SubjectKey>();
    for (const subject of subjects) {
      const key = lookUp(subject);
      if (key) found.set(subject, key);
    }
    return found;
  }

  function makeWithOthers(subjects: readonly string[]): Promise<void> {
    if (!making) {
      const batch = new Set<string>();
      const made = new Promise((resolve) => setImmediate(resolve)).then(() => {
        making = undefined;
        return write(database, () => {
          for (const subject of batch) insertKey.run({ subject, ...wrapNew(keks.current, subject) });
        });
      });
      making = { subjects: batch, made };
    }
    for (const subject of subjects) making.subjects.add(subject);
    return making.made;
  }

  function mustKnowEveryWrapping(): void {
    const known = new Set([keks.current, ...keks.earlier].map(({ id }) => id));
    const used = database.prepare('SELECT DISTINCT wrapped_under AS id FROM subject_key UNION SELECT wrapped_under FROM secret').all();
    const unknown = used.find((row) => !known.has(String(row['id'])));
    if (unknown) throw new KeyNotUnwrappable(`${options.file}: keys are wrapped under the key-encryption key ${unknown['id']}, which was not given`);
  }

  async function rewrapTable(table: 'subject_key' | 'secret', owner: 'subject' | 'name'): Promise<number> {
    const select = database.prepare(
      `SELECT ${owner} AS owner, wrapped_under AS wrappedUnder, wrapped FROM ${table} WHERE wrapped_under <> ? LIMIT ${rewrapBatch}`,
    );
    const update = database.prepare(`UPDATE ${table} SET wrapped_under = ?, wrapped = ? WHERE ${owner} = ?`);
    for (let total = 0; ; ) {
      const count = await write(database, () => {
        const rows = select.all(keks.current.id) as unknown as (WrappedKey & { owner: string })[];
        for (const row of rows) {
          const { wrappedUnder, wrapped } = wrap(keks.current, row.owner, unwrap(keks, row.owner, row).export());
          update.run(wrappedUnder, wrapped, row.owner);
        }
        return rows.length;
      });
      total += count;
      if (count < rewrapBatch) return total;
    }
  }

  const subjectKeys: SubjectKeys = {
    async make(subjects) {
      const found = lookUpAll(subjects);
      const missing = subjects.filter((subject) => !found.has(subject));
      if (missing.length === 0) return found;
      await makeWithOthers(missing);
      return lookUpAll(subjects);
    },

    async find(subjects) {
      return lookUpAll(subjects);
    },

    async secret(name) {
      const known = secrets.get(name);
      if (known) return known;
      const row = await readOrMakeSecret(name);
      const key = unwrap(keks, name, row);
      secrets.set(name, key);
      return key;
    },

    async erase(subjects, erasedAt) {
      if (subjects.length === 0) return;
      if (isChangedElsewhere()) readNewTombstones();
      const fresh = subjects.filter((subject) => !tombstones.has(subject)).map((subject) => ({ subject, erasedAt }));
      // First the list: a crash in between is made good at the next opening.
      if (options.tombstoneList !== undefined && fresh.length > 0) appendDurably(options.tombstoneList, writeTombstones(fresh));
      await write(database, () => {
        for (const subject of subjects) {
          insertTombstone.run(subject, erasedAt);
          deleteKey.run(subject);
        }
      });
      readNewTombstones();
      await scrub(database);
    },

    async tombstones() {
      if (isChangedElsewhere()) readNewTombstones();
      return [...tombstones.values()];
    },

    async rewrap() {
      const count = (await rewrapTable('subject_key', 'subject')) + (await rewrapTable('secret', 'name'));
      if (count > 0) await scrub(database);
      return count;
    },

    async close() {
      if (!database.isOpen) return;
      // Keys being made are finished first: somebody waits for them.
      await making?.made.catch(() => undefined);
      keys.clear();
      secrets.clear();
      database.close();
    },
  };

  async function readOrMakeSecret(name: string): Promise<WrappedKey> {
    const row = selectSecret.get(name) as unknown as WrappedKey | undefined;
    if (row) return row;
    return write(database, () => {
      const { wrappedUnder, wrapped } = wrapNew(keks.current, name);
      insertSecret.run(name, wrappedUnder, wrapped);
      return selectSecret.get(name) as unknown as WrappedKey;
    });
  }

  try {
    mustKnowEveryWrapping();
    readNewTombstones();
    await eraseWhatTheListNames();
  } catch (failure) {
    database.close();
    throw failure;
  }
  return subjectKeys;

  async function eraseWhatTheListNames(): Promise<void> {
    if (options.tombstoneList === undefined || !existsSync(options.tombstoneList)) return;
    const missing = readTombstones(readFileSync(options.tombstoneList, 'utf8')).filter(({ subject }) => !tombstones.has(subject));
    if (missing.length === 0) return;
    await write(database, () => {
      for (const { subject, erasedAt } of missing) {
        insertTombstone.run(subject, erasedAt);
        deleteKey.run(subject);
      }
    });
    readNewTombstones();
    await scrub(database);
  }
}

function appendDurably(file: string, text: string): void {
  const descriptor = openSync(file, 'a', 0o600);
  try {
    // A line without its end was torn by a crash, before anything was erased by it.
    const content = readFileSync(file);
    if (content.length > 0 && content.at(-1) !== NEWLINE) ftruncateSync(descriptor, content.lastIndexOf(NEWLINE) + 1);
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
