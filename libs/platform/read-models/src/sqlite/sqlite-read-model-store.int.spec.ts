import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readModelStoreContract } from '@alongside/testing';
import { openSqliteParkingDecisions } from './sqlite-parking-decisions.js';
import { openSqliteReadModelStore } from './sqlite-read-model-store.js';

const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'read-models-'));

readModelStoreContract('SQLite file', () => {
  const folder = makeFolder();
  const another = () => openSqliteReadModelStore({ file: join(folder, 'read-models.sqlite') });
  return { store: another(), another, remove: () => rmSync(folder, { recursive: true }) };
});

readModelStoreContract('SQLite in memory', () => ({ store: openSqliteReadModelStore({ file: ':memory:' }), remove: () => undefined }));

describe('a read-model file', () => {
  let folder: string;
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('finds by a declared index', async () => {
    const file = join(folder, 'read-models.sqlite');
    const store = openSqliteReadModelStore({ file });
    const made = await store.create({ readModel: 'testing.gardens', definition: 'first', indexes: [['city', 'beds']], live: true });
    const database = new DatabaseSync(file);
    const plan = database
      .prepare(
        `EXPLAIN QUERY PLAN SELECT id FROM documents_${made?.copy} WHERE organisation = ? AND json_extract(document, '$.city') = ?
         ORDER BY json_extract(document, '$.beds'), id`,
      )
      .all('organisation-1', 'Bath');
    expect(JSON.stringify(plan)).toContain('by_0');
    expect(JSON.stringify(plan)).not.toContain('TEMP B-TREE');
    database.close();
    await store.close();
  });

  it('waits for another process without blocking', async () => {
    const file = join(folder, 'read-models.sqlite');
    const store = openSqliteReadModelStore({ file });
    const elsewhere = new DatabaseSync(file);
    elsewhere.exec('BEGIN IMMEDIATE');
    let isWritten = false;
    const writing = store.takeLease('runner', undefined).then(() => (isWritten = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isWritten).toBe(false);
    elsewhere.exec('COMMIT');
    await writing;
    expect(isWritten).toBe(true);
    elsewhere.close();
    await store.close();
  });

  it('keeps decisions apart, where they outlive the read models', async () => {
    const file = join(folder, 'decisions.sqlite');
    const decision = { readModel: 'testing.gardens', sequence: 'rose', eventId: 'event-1', decidedAt: '2026-03-02T10:00:00.000Z' };
    const first = openSqliteParkingDecisions({ file });
    await first.skip(decision);
    await first.skip(decision);
    await first.close();
    const second = openSqliteParkingDecisions({ file });
    expect(await second.skipped()).toEqual([decision]);
    await second.close();
  });
});
