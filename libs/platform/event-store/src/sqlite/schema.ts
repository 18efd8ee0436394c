import type { DatabaseSync } from 'node:sqlite';

/** `PRAGMA application_id`: "ALOG" in ASCII, so that another database is never taken for a log. */
const applicationId = 0x414c4f47;
const schemaVersion = 1;

// Positions are given out under the write lock, one after the other, so commit order is position order and there are no gaps.
// `category` is an index over few values: a filter by prefix walks it in position order.
const schema = `
  CREATE TABLE categories (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    category INTEGER NOT NULL REFERENCES categories (id),
    event_id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE INDEX events_of_a_category ON events (category, position);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

/** Makes the tables in an empty file, accepts a log of this version, and refuses everything else. Also proves that the file can be written. */
export function prepareSchema(database: DatabaseSync): void {
  const tables = Number(database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count']);
  if (tables > 0 && pragma(database, 'application_id') !== applicationId) throw new Error('it is a database of something else');
  const version = pragma(database, 'user_version');
  if (tables > 0 && version !== schemaVersion) throw new Error(`its schema has version ${version}, this program knows version ${schemaVersion}`);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;');
  database.exec('PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 67108864;');
  database.exec('BEGIN IMMEDIATE');
  try {
    // Asked again under the lock: another process may have been first.
    if (pragma(database, 'user_version') === 0) database.exec(schema);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
