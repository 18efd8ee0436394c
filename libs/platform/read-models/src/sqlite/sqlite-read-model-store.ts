import type { SQLInputValue } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CopyGone, LeaseLost } from '../errors.js';
import type { Document, Found } from '../read-model.js';
import type { CopyState, DocumentWrite, Lease, LeaseState, ParkedEvent, ReadModelStore, ReplayRequest, StoredDocument } from '../read-model-store.js';
import { digestTables } from './digest-tables.js';
import { matching, ordered } from './filter-to-sql.js';
import { copySchema, dropSchema, indexSchema, schema } from './schema.js';
import { openSqliteFile } from './sqlite-file.js';

export interface SqliteReadModelStoreOptions {
  /** Path of the file, made when absent; `:memory:` for tests. */
  readonly file: string;
}

const dumpPage = 500;

/**
 * Read models in one SQLite file (WAL, `synchronous=NORMAL`: what a power loss takes is made again from the log). A commit is one
 * transaction: documents, digests, parked events and checkpoints together. A second process may use the file at the same time.
 */
export function openSqliteReadModelStore({ file }: SqliteReadModelStoreOptions): ReadModelStore {
  const database = openSqliteFile(file, 'NORMAL', schema);
  const { all, one, run, read, write } = database;
  const digestsOf = digestTables(database);

  function mustHold({ name, epoch }: Lease): void {
    const current = one('SELECT epoch, free FROM leases WHERE name = ?', name);
    if (current?.['epoch'] !== epoch || current['free'] !== 0) throw new LeaseLost(name);
  }

  function mustBeThere(copies: readonly number[]): void {
    const found = one('SELECT count(*) AS n FROM copies WHERE copy IN (SELECT value FROM json_each(?))', JSON.stringify(copies));
    if (found?.['n'] !== copies.length) throw new CopyGone();
  }

  function remove(copies: readonly number[]): void {
    for (const copy of copies) {
      database.exec(dropSchema(copy));
      run('DELETE FROM copies WHERE copy = ?', copy);
      run('DELETE FROM parked WHERE copy = ?', copy);
    }
  }

  function indexesOf(copy: number): readonly string[] {
    const row = one('SELECT indexes FROM copies WHERE copy = ?', copy);
    return row ? indexSchema(copy, JSON.parse(row['indexes'] as string) as string[][]) : [];
  }

  /** Everything that a copy needs besides its documents before it is read: in steps, each for a transaction. */
  function completing(copy: number): readonly (() => void)[] {
    return [...digestsOf.placing(copy), ...indexesOf(copy).map((statement) => () => database.exec(statement))];
  }

  function writeDocuments(documents: readonly DocumentWrite[]): void {
    const replaceDigests = digestsOf.replacing();
    for (const each of documents) {
      const { copy, id, organisationId, position, document, digests } = each;
      const values = [id, organisationId, position, document ? JSON.stringify(document) : null] as const;
      // What is said to be new need not be: only what was inserted is known to have no digests yet.
      const isInserted = each.isNew === true && insertDocument(copy, values);
      if ((isInserted || updateDocument(copy, values)) && digests) replaceDigests(copy, each, digests, isInserted);
    }
  }

  function insertDocument(copy: number, values: readonly SQLInputValue[]): boolean {
    return run(`INSERT INTO documents_${copy} (id, organisation, position, document) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`, ...values) > 0;
  }

  /** Unless the one that is there has seen more. */
  function updateDocument(copy: number, values: readonly SQLInputValue[]): boolean {
    const statement = `INSERT INTO documents_${copy} (id, organisation, position, document) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET organisation = excluded.organisation, position = excluded.position, document = excluded.document
       WHERE excluded.position >= documents_${copy}.position`;
    return run(statement, ...values) > 0;
  }

  function writeParked(event: ParkedEvent): void {
    run(
      'INSERT OR REPLACE INTO parked (copy, sequence, position, stream, revision, type, event_id, error, attempts, parked_at) VALUES (?,?,?,?,?,?,?,?,?,?)',
      event.copy,
      event.sequence,
      event.position,
      event.stream,
      event.revision,
      event.type,
      event.eventId,
      event.error ?? null,
      event.attempts,
      event.parkedAt,
    );
  }

  /** A query of the live copy. The copy may be replaced between looking it up and reading it: then it is looked up again. */
  async function live<T>(readModel: string, otherwise: T, query: (copy: number) => T): Promise<T> {
    return await read(() => {
      for (let attempt = 1; ; attempt += 1) {
        const copy = one('SELECT copy FROM copies WHERE read_model = ? AND live = 1', readModel)?.['copy'];
        if (typeof copy !== 'number') return otherwise;
        try {
          return query(copy);
        } catch (error) {
          if (attempt === 5 || !/no such table/.test(String(error))) throw error;
        }
      }
    });
  }

  return {
    copies: () => read(() => all('SELECT * FROM copies ORDER BY copy').map(copyFrom)),
    create: (copy) =>
      write(() => {
        if (copy.live && one('SELECT 1 FROM copies WHERE read_model = ? AND live = 1', copy.readModel)) return undefined;
        const row = one(
          'INSERT INTO copies (read_model, definition, indexes, live) VALUES (?, ?, ?, ?) RETURNING *',
          copy.readModel,
          copy.definition,
          JSON.stringify(copy.indexes),
          Number(copy.live),
        ) as Record<string, unknown>;
        const made = copyFrom(row);
        database.exec(copySchema(made.copy));
        if (copy.live) for (const step of completing(made.copy)) step();
        return made;
      }),
    prepare: async (lease, copies) => {
      for (const copy of copies) {
        for (const step of await read(() => completing(copy))) {
          await write(() => {
            mustHold(lease);
            step();
          });
          await nextTurn();
        }
      }
    },
    drop: (lease, copies) =>
      write(() => {
        mustHold(lease);
        const list = JSON.stringify(copies);
        remove(all('SELECT copy FROM copies WHERE live = 0 AND copy IN (SELECT value FROM json_each(?))', list).map((row) => row['copy'] as number));
      }),
    discard: (lease, copies) =>
      write(() => {
        mustHold(lease);
        remove(copies);
      }),
    swap: (lease, copies) =>
      write(() => {
        mustHold(lease);
        mustBeThere(copies);
        const pairs = copies.map((copy) => ({
          copy,
          replaced: one(
            `SELECT old.copy AS copy, old.checkpoint IS NOT NULL AND (new.checkpoint IS NULL OR new.checkpoint < old.checkpoint) AS ahead
             FROM copies new JOIN copies old ON old.read_model = new.read_model AND old.live = 1 WHERE new.copy = ?`,
            copy,
          ),
        }));
        if (pairs.some(({ replaced }) => replaced?.['ahead'] === 1)) return 'behind';
        for (const { copy, replaced } of pairs) {
          if (replaced?.['copy'] === copy) continue;
          if (replaced) remove([replaced['copy'] as number]);
          for (const step of completing(copy)) step();
          run('UPDATE copies SET live = 1, held = 0 WHERE copy = ?', copy);
        }
        return 'swapped';
      }),
    hold: (copies, held) =>
      write(() => {
        run('UPDATE copies SET held = ? WHERE copy IN (SELECT value FROM json_each(?))', Number(held), JSON.stringify(copies));
      }),

    commit: ({ lease, documents, advance, parked, unparked }) =>
      write(() => {
        mustHold(lease);
        const copies = [...new Set([...documents.map((each) => each.copy), ...(advance?.copies ?? []), ...(parked ?? []).map((each) => each.copy)])];
        mustBeThere(copies);
        const list = JSON.stringify(copies);
        if (one('SELECT 1 FROM copies WHERE held = 1 AND copy IN (SELECT value FROM json_each(?)) LIMIT 1', list)) return 'held';
        writeDocuments(documents);
        for (const each of parked ?? []) writeParked(each);
        for (const each of unparked ?? []) run('DELETE FROM parked WHERE copy = ? AND sequence = ? AND position = ?', each.copy, each.sequence, each.position);
        if (advance) {
          run(
            'UPDATE copies SET checkpoint = ?1 WHERE copy IN (SELECT value FROM json_each(?2)) AND (checkpoint IS NULL OR checkpoint < ?1)',
            advance.checkpoint,
            JSON.stringify(advance.copies),
          );
        }
        return 'committed';
      }),
    load: (copy, ids) =>
      read(() => {
        const found = gone(() =>
          all(`SELECT id, organisation, position, document FROM documents_${copy} WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids)),
        );
        return found.map(documentFrom);
      }),
    dump: async function* (copy) {
      for (let after = ''; ; ) {
        const from = after;
        const rows = await read(() =>
          gone(() => all(`SELECT id, organisation, position, document FROM documents_${copy} WHERE id > ? ORDER BY id LIMIT ?`, from, dumpPage)),
        );
        yield* rows.map(documentFrom);
        if (rows.length < dumpPage) return;
        after = rows.at(-1)?.['id'] as string;
      }
    },

    get: (readModel, id) =>
      live<Document | undefined>(readModel, undefined, (copy) => {
        const row = one(`SELECT document FROM documents_${copy} WHERE id = ?`, id);
        return typeof row?.['document'] === 'string' ? (JSON.parse(row['document']) as Document) : undefined;
      }),
    find: (readModel, query) =>
      live<readonly Found<Document>[]>(readModel, [], (copy) => {
        const where = matching(copy, query);
        const { order, behind } = ordered(query.sort, query.after);
        const rows = all(
          `SELECT id, document FROM documents_${copy} WHERE ${where.text}${behind ? ` AND ${behind.text}` : ''} ORDER BY ${order} LIMIT ?`,
          ...where.values,
          ...(behind?.values ?? []),
          query.limit,
        );
        return rows.map((row) => ({ id: row['id'] as string, document: JSON.parse(row['document'] as string) as Document }));
      }),
    count: (readModel, query) =>
      live(readModel, 0, (copy) => {
        const where = matching(copy, query);
        return one(`SELECT count(*) AS n FROM documents_${copy} WHERE ${where.text}`, ...where.values)?.['n'] as number;
      }),
    findByDigests: (readModel, organisationId, field, digests, limit = -1) =>
      live<readonly { id: string; digests: readonly string[] }[]>(readModel, [], (copy) => {
        const [only] = digests;
        if (digests.length === 1 && only !== undefined) {
          // In the order of the index, so that a limit stops the search.
          const rows = all(`SELECT DISTINCT document_id FROM digests_${copy} WHERE organisation = ? AND field = ? AND digest = ? ORDER BY document_id LIMIT ?`, organisationId, field, only, limit);
          return rows.map((row) => ({ id: row['document_id'] as string, digests }));
        }
        const rows = all(
          `SELECT document_id, json_group_array(DISTINCT digest) AS digests FROM digests_${copy}
           WHERE organisation = ? AND field = ? AND digest IN (SELECT value FROM json_each(?)) GROUP BY document_id
           ORDER BY count(DISTINCT digest) DESC, document_id LIMIT ?`,
          organisationId,
          field,
          JSON.stringify(digests),
          limit,
        );
        return rows.map((row) => ({ id: row['document_id'] as string, digests: JSON.parse(row['digests'] as string) as string[] }));
      }),
    forgetSubject: (subject) =>
      write(() => {
        run('INSERT OR IGNORE INTO forgotten (subject) VALUES (?)', subject);
        for (const { copy } of all('SELECT copy FROM copies')) digestsOf.forget(copy as number, subject);
      }),

    forgotten: () => read(() => all('SELECT subject FROM forgotten').map(({ subject }) => subject as string)),

    parked: () => read(() => all('SELECT * FROM parked ORDER BY copy, sequence, position').map(parkedFrom)),
    requestReplay: ({ id, readModel, sequence }) =>
      write(() => {
        run('INSERT OR REPLACE INTO replays (id, read_model, sequence) VALUES (?, ?, ?)', id, readModel, sequence);
      }),
    replayRequests: () => read(() => all('SELECT * FROM replays ORDER BY id').map(requestFrom)),
    answerReplay: (id, outcome) =>
      write(() => {
        run('UPDATE replays SET outcome = ? WHERE id = ?', outcome, id);
      }),
    removeReplay: (id) =>
      write(() => {
        run('DELETE FROM replays WHERE id = ?', id);
      }),

    lease: (name) => read(() => leaseFrom(one('SELECT * FROM leases WHERE name = ?', name))),
    takeLease: (name, seen) =>
      write(() => {
        const current = leaseFrom(one('SELECT * FROM leases WHERE name = ?', name));
        if (current && !current.free && (current.epoch !== seen?.epoch || current.beat !== seen.beat)) return undefined;
        const epoch = (current?.epoch ?? 0) + 1;
        run('INSERT OR REPLACE INTO leases (name, epoch, beat, free) VALUES (?, ?, 0, 0)', name, epoch);
        return { name, epoch };
      }),
    beat: (lease) =>
      write(() => {
        mustHold(lease);
        run('UPDATE leases SET beat = beat + 1 WHERE name = ?', lease.name);
      }),
    release: ({ name, epoch }) =>
      write(() => {
        run('UPDATE leases SET free = 1 WHERE name = ? AND epoch = ?', name, epoch);
      }),
    close: async () => database.close(),
  };
}

/** A copy's tables are gone: another copy took its place. */
function gone<T>(query: () => T): T {
  try {
    return query();
  } catch (error) {
    if (/no such table/.test(String(error))) throw new CopyGone();
    throw error;
  }
}

function copyFrom(row: Record<string, unknown>): CopyState {
  return {
    copy: row['copy'] as number,
    readModel: row['read_model'] as string,
    definition: row['definition'] as string,
    live: row['live'] === 1,
    ...(typeof row['checkpoint'] === 'string' ? { checkpoint: row['checkpoint'] } : {}),
  };
}

function documentFrom(row: Record<string, unknown>): StoredDocument {
  return {
    id: row['id'] as string,
    organisationId: row['organisation'] as string,
    position: row['position'] as string,
    ...(typeof row['document'] === 'string' ? { document: JSON.parse(row['document']) as Document } : {}),
  };
}

function parkedFrom(row: Record<string, unknown>): ParkedEvent {
  return {
    copy: row['copy'] as number,
    sequence: row['sequence'] as string,
    position: row['position'] as string,
    stream: row['stream'] as string,
    revision: row['revision'] as number,
    type: row['type'] as string,
    eventId: row['event_id'] as string,
    attempts: row['attempts'] as number,
    parkedAt: row['parked_at'] as string,
    ...(typeof row['error'] === 'string' ? { error: row['error'] } : {}),
  };
}

function requestFrom(row: Record<string, unknown>): ReplayRequest {
  return {
    id: row['id'] as string,
    readModel: row['read_model'] as string,
    sequence: row['sequence'] as string,
    ...(typeof row['outcome'] === 'string' ? { outcome: row['outcome'] } : {}),
  };
}

function leaseFrom(row: Record<string, unknown> | undefined): LeaseState | undefined {
  return row ? { epoch: row['epoch'] as number, beat: row['beat'] as number, free: row['free'] === 1 } : undefined;
}
