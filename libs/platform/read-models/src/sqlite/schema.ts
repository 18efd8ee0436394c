import type { NewCopy } from '../read-model-store.js';
import { fieldSql } from './filter-to-sql.js';

export const schema = `
  CREATE TABLE IF NOT EXISTS copies (
    copy INTEGER PRIMARY KEY AUTOINCREMENT,
    read_model TEXT NOT NULL,
    definition TEXT NOT NULL,
    indexes TEXT NOT NULL,
    checkpoint TEXT,
    live INTEGER NOT NULL,
    held INTEGER NOT NULL DEFAULT 0
  );
  CREATE UNIQUE INDEX IF NOT EXISTS live_copies ON copies (read_model) WHERE live = 1;
  CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, beat INTEGER NOT NULL, free INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS parked (
    copy INTEGER NOT NULL,
    sequence TEXT NOT NULL,
    position TEXT NOT NULL,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    event_id TEXT NOT NULL,
    error TEXT,
    attempts INTEGER NOT NULL,
    parked_at TEXT NOT NULL,
    PRIMARY KEY (copy, sequence, position)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS replays (id TEXT PRIMARY KEY, read_model TEXT NOT NULL, sequence TEXT NOT NULL, outcome TEXT) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS forgotten (subject TEXT PRIMARY KEY) WITHOUT ROWID;
`;

/**
 * A copy's own tables: dropping a copy is dropping them. `digests` is what is searched; `digest_sources` says of which document and
 * subject they are, so that they can be taken out again without a second index over every one of them.
 */
export function copySchema(copy: number): string {
  return `
    CREATE TABLE documents_${copy} (id TEXT PRIMARY KEY, organisation TEXT NOT NULL, position TEXT NOT NULL, document TEXT);
    CREATE TABLE digest_sources_${copy} (
      document_id TEXT NOT NULL,
      field TEXT NOT NULL,
      subject TEXT NOT NULL,
      organisation TEXT NOT NULL,
      digests TEXT NOT NULL
    );
  `;
}

/** A digest comes first, although organisation and field say more: it alone tells nearly every two rows apart. */
export function digestSchema(copy: number): string {
  return `
    CREATE TABLE digests_${copy} (
      organisation TEXT NOT NULL,
      field TEXT NOT NULL,
      digest TEXT NOT NULL,
      document_id TEXT NOT NULL,
      PRIMARY KEY (digest, organisation, field, document_id)
    ) WITHOUT ROWID;
    ${sourceIndexSchema(copy)};
  `;
}

/** Each once, and found by their document: needed from when the first of them is replaced. */
export function sourceIndexSchema(copy: number): string {
  return `CREATE UNIQUE INDEX IF NOT EXISTS digest_sources_${copy}_by_document ON digest_sources_${copy} (document_id, field, subject)`;
}

/** One statement an index, so that others can write in between. A full table is indexed faster than an index is kept while it fills. */
export function indexSchema(copy: number, indexes: NewCopy['indexes']): readonly string[] {
  return [
    `CREATE INDEX IF NOT EXISTS documents_${copy}_by_id ON documents_${copy} (organisation, id)`,
    `CREATE INDEX IF NOT EXISTS digest_sources_${copy}_by_subject ON digest_sources_${copy} (subject)`,
    ...indexes.map(
      (fields, index) =>
        `CREATE INDEX IF NOT EXISTS documents_${copy}_by_${index} ON documents_${copy} (organisation, ${fields.map(fieldSql).join(', ')}, id)`,
    ),
  ];
}

export function dropSchema(copy: number): string {
  return `DROP TABLE IF EXISTS documents_${copy}; DROP TABLE IF EXISTS digests_${copy}; DROP TABLE IF EXISTS digest_sources_${copy};`;
}
