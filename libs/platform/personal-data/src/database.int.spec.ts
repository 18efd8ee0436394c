import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { changesElsewhere, openDatabase, scrub, write } from './database.js';

const schema = 'CREATE TABLE IF NOT EXISTS thing (name TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT';

let folder: string;
let databases: DatabaseSync[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'database-'));
  databases = [];
});
afterEach(() => {
  for (const database of databases) database.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): DatabaseSync {
  const database = openDatabase(join(folder, 'things.sqlite'), schema);
  databases.push(database);
  return database;
}

const left = (contents: readonly Buffer[]): number => {
  const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  return contents.filter((content) => bytes.includes(content.subarray(0, 16)) || bytes.includes(content.subarray(30, 46))).length;
};

/** Inserts, replaces and deletes in an order that is the same every time; answers what is gone by then. */
function churn(database: DatabaseSync, seed: number): readonly Buffer[] {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const content = (): Buffer => Buffer.from(Array.from({ length: 60 }, () => next(256)));
  const live = new Map<string, Buffer>();
  const gone: Buffer[] = [];
  const put = database.prepare('INSERT INTO thing VALUES (?, ?) ON CONFLICT DO UPDATE SET content = excluded.content');
  const remove = database.prepare('DELETE FROM thing WHERE name = ?');
  database.exec('BEGIN');
  for (let step = 0; step < 3000; step += 1) {
    const known = [...live.keys()][next(live.size || 1)];
    const name = known === undefined || next(10) < 6 ? `${next(1e9)}`.padEnd(8 + next(28), 'x') : known;
    const before = live.get(name);
    if (before) gone.push(before);
    if (before && next(2) === 0) {
      remove.run(name);
      live.delete(name);
    } else {
      const bytes = content();
      put.run(name, bytes);
      live.set(name, bytes);
    }
  }
  database.exec('COMMIT');
  return gone;
}

describe('a small primary store', () => {
  it('holds nothing of what was deleted, once it is scrubbed', async () => {
    const database = open();
    // With this seed, zeroing what is deleted is not enough: a copy stays where a page was split.
    const gone = churn(database, 41);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    expect(left(gone)).toBeGreaterThan(0);
    await scrub(database);
    expect(left(gone)).toBe(0);
  });

  it('waits for another one that writes, without blocking', async () => {
    const [one, other] = [open(), open()];
    one.exec("BEGIN IMMEDIATE; INSERT INTO thing VALUES ('first', x'01')");
    const written = write(other, () => other.prepare('SELECT count(*) AS count FROM thing').get());
    setImmediate(() => one.exec('COMMIT'));
    expect(await written).toMatchObject({ count: 1 });
  });

  it('undoes what fails half-way', async () => {
    const database = open();
    const failing = write(database, () => {
      database.exec("INSERT INTO thing VALUES ('first', x'01')");
      throw new Error('half-way');
    });
    await expect(failing).rejects.toThrow('half-way');
    expect(database.prepare('SELECT count(*) AS count FROM thing').get()).toMatchObject({ count: 0 });
  });

  it('notices what others write, and not what it writes itself', async () => {
    const [one, other] = [open(), open()];
    const isChanged = changesElsewhere(one);
    expect([isChanged(), isChanged()]).toEqual([true, false]);
    await write(other, () => other.exec("INSERT INTO thing VALUES ('first', x'01')"));
    expect([isChanged(), isChanged()]).toEqual([true, false]);
    await write(one, () => one.exec("INSERT INTO thing VALUES ('second', x'01')"));
    expect(isChanged()).toBe(false);
  });
});
