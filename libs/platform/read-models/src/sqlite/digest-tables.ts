import type { DigestRow, DocumentWrite } from '../read-model-store.js';
import type { SqliteFile } from './sqlite-file.js';

interface Source {
  readonly document: string;
  readonly field: string;
  readonly subject: string;
  readonly organisation: string;
  readonly digests: readonly string[];
}

/** The digests beside a copy's documents. Every function runs within a transaction of the caller's. */
export function digestTables({ all, one, run }: SqliteFile) {
  function insert(copy: number, { document, field, subject, organisation, digests }: Source): void {
    const list = JSON.stringify(digests);
    run(`INSERT OR REPLACE INTO digest_sources_${copy} (document_id, field, subject, organisation, digests) VALUES (?, ?, ?, ?, ?)`, document, field, subject, organisation, list);
    insertRows(copy, organisation, field, list, document);
  }

  /** One statement for a whole list: a call for each of its digests costs more than the rows themselves. */
  function insertRows(copy: number, organisation: string, field: string, list: string, document: string): void {
    run(`INSERT OR IGNORE INTO digests_${copy} (organisation, field, digest, document_id) SELECT ?, ?, value, ? FROM json_each(?)`, organisation, field, document, list);
  }

  function take(copy: number, sources: readonly Source[]): void {
    for (const { document, field, subject, organisation, digests } of sources) {
      for (const digest of digests) {
        run(`DELETE FROM digests_${copy} WHERE organisation = ? AND field = ? AND digest = ? AND document_id = ?`, organisation, field, digest, document);
      }
      run(`DELETE FROM digest_sources_${copy} WHERE document_id = ? AND field = ? AND subject = ?`, document, field, subject);
    }
  }

  const sourcesOf = (copy: number, document: string, field: string) =>
    all(`SELECT * FROM digest_sources_${copy} WHERE document_id = ? AND field = ?`, document, field).map(sourceFrom);

  return {
    /** The rows of each field named take the place of the ones before; a forgotten subject's are left out. */
    replace(copy: number, { id, organisationId }: Pick<DocumentWrite, 'id' | 'organisationId'>, digests: NonNullable<DocumentWrite['digests']>): void {
      for (const [field, rows] of Object.entries(digests)) {
        take(copy, sourcesOf(copy, id, field));
        for (const [subject, own] of bySubject(rows)) {
          if (one('SELECT 1 FROM forgotten WHERE subject = ?', subject)) continue;
          insert(copy, { document: id, field, subject, organisation: organisationId, digests: own });
        }
      }
    },
    forget(copy: number, subject: string): void {
      const sources = all(`SELECT * FROM digest_sources_${copy} WHERE subject = ?`, subject).map(sourceFrom);
      take(copy, sources);
      // Another subject of the same document may have a word in common.
      for (const { document, field } of sources) {
        for (const other of sourcesOf(copy, document, field)) {
          insertRows(copy, other.organisation, field, JSON.stringify(other.digests), document);
        }
      }
    },
  };
}

function bySubject(rows: readonly DigestRow[]): ReadonlyMap<string, readonly string[]> {
  const subjects = new Map<string, string[]>();
  for (const { subject, digest } of rows) {
    const digests = subjects.get(subject);
    if (digests) digests.push(digest);
    else subjects.set(subject, [digest]);
  }
  return subjects;
}

function sourceFrom(row: Record<string, unknown>): Source {
  return {
    document: row['document_id'] as string,
    field: row['field'] as string,
    subject: row['subject'] as string,
    organisation: row['organisation'] as string,
    digests: JSON.parse(row['digests'] as string) as string[],
  };
}
