import type { DigestRow, DocumentWrite } from '../read-model-store.js';
import { digestSchema, sourceIndexSchema } from './schema.js';
import type { SqliteFile } from './sqlite-file.js';

interface Source {
  readonly document: string;
  readonly field: string;
  readonly subject: string;
  readonly organisation: string;
  readonly digests: readonly string[];
}

/** Sources whose digests are put in place in one transaction: the more, the fewer pages are written twice; the fewer, the shorter others wait. */
const leastAtOnce = 5000;
/** At most so many transactions, or a large copy would be written again and again. */
const mostTransactions = 8;

/**
 * The digests beside a copy's documents. While a copy is filled, sources alone are kept, and nothing is searched: afterwards all digests
 * are put in place in their order (`placing`), which costs half of putting in each with its document. Until then there is no table
 * of them. Every function runs within a transaction of the caller's.
 */
export function digestTables({ all, one, run, exec }: SqliteFile) {
  /** Copies that are known to have theirs in place. */
  const placed = new Set<number>();

  function isPlaced(copy: number): boolean {
    if (!placed.has(copy) && one('SELECT 1 FROM sqlite_schema WHERE name = ?', `digests_${copy}`)) placed.add(copy);
    return placed.has(copy);
  }

  /** Whether it was taken: none of a forgotten subject is. */
  function insertSource(copy: number, { document, field, subject, organisation }: Source, list: string): boolean {
    return (
      run(
        `INSERT OR REPLACE INTO digest_sources_${copy} (document_id, field, subject, organisation, digests)
         SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM forgotten WHERE subject = ?3)`,
        document,
        field,
        subject,
        organisation,
        list,
      ) > 0
    );
  }

  /** One statement for a whole list: a call for each of its digests costs more than the rows themselves. */
  function insertRows(copy: number, organisation: string, field: string, list: string, document: string): void {
    run(`INSERT OR IGNORE INTO digests_${copy} (organisation, field, digest, document_id) SELECT ?, ?, value, ? FROM json_each(?)`, organisation, field, document, list);
  }

  function take(copy: number, sources: readonly Source[], isSearched: boolean): void {
    for (const { document, field, subject, organisation, digests } of sources) {
      for (const digest of isSearched ? digests : []) {
        run(`DELETE FROM digests_${copy} WHERE organisation = ? AND field = ? AND digest = ? AND document_id = ?`, organisation, field, digest, document);
      }
      run(`DELETE FROM digest_sources_${copy} WHERE document_id = ? AND field = ? AND subject = ?`, document, field, subject);
    }
  }

  const sourcesOf = (copy: number, document: string, field: string) =>
    all(`SELECT * FROM digest_sources_${copy} WHERE document_id = ? AND field = ?`, document, field).map(sourceFrom);

  return {
    /** Makes a copy's digests be searched: in steps, each for a transaction. None where they are in place. */
    placing(copy: number): readonly (() => void)[] {
      if (isPlaced(copy)) return [];
      const last = Number(one(`SELECT max(rowid) AS last FROM digest_sources_${copy}`)?.['last'] ?? 0);
      const atOnce = Math.max(leastAtOnce, Math.ceil(last / mostTransactions));
      const steps = [() => exec(digestSchema(copy))];
      for (let from = 0; from < last; from += atOnce) {
        steps.push(() => {
          run(
            `INSERT OR IGNORE INTO digests_${copy} (organisation, field, digest, document_id)
             SELECT organisation, field, value, document_id FROM digest_sources_${copy} AS source, json_each(source.digests)
             WHERE source.rowid > ? AND source.rowid <= ? ORDER BY value, organisation, field, document_id`,
            from,
            from + atOnce,
          );
        });
      }
      return steps;
    },
    /** For one transaction: the rows of each field named take the place of the ones before; a forgotten subject's are left out. */
    replacing() {
      const searched = new Map<number, boolean>();
      return (copy: number, { id, organisationId }: Pick<DocumentWrite, 'id' | 'organisationId'>, digests: NonNullable<DocumentWrite['digests']>, isNew: boolean): void => {
        let isSearched = searched.get(copy);
        if (isSearched === undefined) searched.set(copy, (isSearched = isPlaced(copy)));
        if (!isNew && !isSearched) exec(sourceIndexSchema(copy));
        for (const [field, rows] of Object.entries(digests)) {
          if (!isNew) take(copy, sourcesOf(copy, id, field), isSearched);
          for (const [subject, own] of bySubject(rows)) {
            const list = JSON.stringify(own);
            const isTaken = insertSource(copy, { document: id, field, subject, organisation: organisationId, digests: own }, list);
            if (isTaken && isSearched) insertRows(copy, organisationId, field, list, id);
          }
        }
      };
    },
    forget(copy: number, subject: string): void {
      const isSearched = isPlaced(copy);
      const sources = all(`SELECT * FROM digest_sources_${copy} WHERE subject = ?`, subject).map(sourceFrom);
      take(copy, sources, isSearched);
      if (!isSearched) return;
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
