import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { subjectKeysContract } from '@alongside/testing';
import { applyTombstones, exportTombstones } from './erasure.js';
import { keyEncryptionKey, loadKeyEncryptionKey, type KeyEncryptionKeys } from './key-encryption-key.js';
import { openSqliteSubjectKeys } from './sqlite-subject-keys.js';
import type { SubjectKeys } from './subject-keys.js';

const keyEncryptionKeys: KeyEncryptionKeys = { current: keyEncryptionKey(Buffer.alloc(32, 7)), earlier: [] };
const erasedAt = '2026-03-02T10:00:00.000Z';

let folder: string;
const opened: SubjectKeys[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'subject-keys-'));
});
afterEach(async () => {
  for (const keys of opened.splice(0)) await keys.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: Partial<Parameters<typeof openSqliteSubjectKeys>[0]> = {}): Promise<SubjectKeys> {
  const keys = await openSqliteSubjectKeys({ file: join(folder, 'keys.sqlite'), keyEncryptionKeys, ...options });
  opened.push(keys);
  return keys;
}

/** Everything that the folder's files hold, write-ahead log included. */
const everyByte = (): Buffer => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

function wrappedKeyOf(subject: string): Buffer {
  const database = new DatabaseSync(join(folder, 'keys.sqlite'), { readOnly: true });
  const row = database.prepare('SELECT wrapped FROM subject_key WHERE subject = ?').get(subject);
  database.close();
  return Buffer.from(row?.['wrapped'] as Uint8Array);
}

let numbered = 0;
subjectKeysContract('SQLite', async () => {
  const file = join(folder, `contract-${numbered++}.sqlite`);
  const again = () => openSqliteSubjectKeys({ file, keyEncryptionKeys });
  return { keys: await again(), again };
});

subjectKeysContract('SQLite that caches next to nothing', async () => {
  const file = join(folder, `contract-${numbered++}.sqlite`);
  const again = () => openSqliteSubjectKeys({ file, keyEncryptionKeys, cached: 1 });
  return { keys: await again(), again };
});

describe('keys in a SQLite file', () => {
  it('stores no key in the clear', async () => {
    const keys = await open();
    const made = (await keys.make(['mentee-1'])).get('mentee-1');
    expect(made).not.toBe('erased');
    expect(everyByte().includes(wrappedKeyOf('mentee-1'))).toBe(true);
    if (made && made !== 'erased') expect(everyByte().includes(made.export())).toBe(false);
  });

  it('leaves nothing of an erased key in any file, also after pages were split many times', async () => {
    const keys = await open();
    const subjects = Array.from({ length: 600 }, (_, index) => `mentee-${(index * 7919) % 600}`);
    for (let start = 0; start < subjects.length; start += 60) await keys.make(subjects.slice(start, start + 60));
    const gone = subjects.filter((_, index) => index % 50 === 0);
    const wrapped = gone.map(wrappedKeyOf);
    await keys.erase(gone, erasedAt);
    const left = everyByte();
    expect(wrapped.filter((each) => left.includes(each))).toEqual([]);
    expect(wrapped.filter((each) => left.includes(each.subarray(0, 20)))).toEqual([]);
    expect((await keys.find(subjects)).size).toBe(600);
  });

  it('erases while another process has the file open', async () => {
    const [server, commandLine] = [await open(), await open()];
    await server.make(['mentee-1', 'mentee-2']);
    const wrapped = wrappedKeyOf('mentee-1');
    await commandLine.erase(['mentee-1'], erasedAt);
    expect(everyByte().includes(wrapped)).toBe(false);
    expect((await server.find(['mentee-1'])).get('mentee-1')).toBe('erased');
  });

  it('stores no key that was being made while its subject was erased', async () => {
    const [server, commandLine] = [await open(), await open()];
    const making = server.make(['mentee-1']);
    await commandLine.erase(['mentee-1'], erasedAt);
    expect((await making).get('mentee-1')).toBe('erased');
    const database = new DatabaseSync(join(folder, 'keys.sqlite'), { readOnly: true });
    expect(database.prepare('SELECT count(*) AS count FROM subject_key').get()).toMatchObject({ count: 0 });
    database.close();
  });

  it('does not open under another key-encryption key, and says which one is missing', async () => {
    const keys = await open();
    await keys.make(['mentee-1']);
    await keys.close();
    const another: KeyEncryptionKeys = { current: keyEncryptionKey(), earlier: [] };
    await expect(open({ keyEncryptionKeys: another })).rejects.toThrow(keyEncryptionKeys.current.id);
  });

  it('rotates the key-encryption key: wrapped anew, the earlier one is needed no more', async () => {
    const keys = await open();
    const made = (await keys.make(['mentee-1'])).get('mentee-1');
    await keys.secret('search-1');
    const wrappedBefore = wrappedKeyOf('mentee-1');
    await keys.close();

    const current = keyEncryptionKey();
    const rotating = await open({ keyEncryptionKeys: { current, earlier: [keyEncryptionKeys.current] } });
    expect(await rotating.rewrap()).toBe(2);
    expect(await rotating.rewrap()).toBe(0);
    expect(everyByte().includes(wrappedBefore)).toBe(false);
    await rotating.close();

    const rotated = (await (await open({ keyEncryptionKeys: { current, earlier: [] } })).find(['mentee-1'])).get('mentee-1');
    if (!made || made === 'erased' || !rotated || rotated === 'erased') throw new Error('the key is gone');
    expect(rotated.export()).toEqual(made.export());
  });

  it('refuses a wrapped key that was put in another row', async () => {
    const keys = await open();
    await keys.make(['mentee-1', 'mentee-2']);
    await keys.close();
    const database = new DatabaseSync(join(folder, 'keys.sqlite'));
    database.exec("UPDATE subject_key SET wrapped = (SELECT wrapped FROM subject_key WHERE subject = 'mentee-2') WHERE subject = 'mentee-1'");
    database.close();
    await expect((await open()).find(['mentee-1'])).rejects.toThrow('mentee-1');
  });

  it('erases again, at opening, what a backup of the keys brought back', async () => {
    const tombstoneList = join(folder, 'tombstones.jsonl');
    const keys = await open({ tombstoneList });
    await keys.make(['mentee-1', 'mentee-2']);
    await keys.close();
    copyFileSync(join(folder, 'keys.sqlite'), join(folder, 'backup'));

    const running = await open({ tombstoneList });
    await running.erase(['mentee-1'], erasedAt);
    await running.close();
    copyFileSync(join(folder, 'backup'), join(folder, 'keys.sqlite'));
    rmSync(join(folder, 'backup'));

    const wrapped = wrappedKeyOf('mentee-1');
    const restored = await open({ tombstoneList });
    expect((await restored.find(['mentee-1', 'mentee-2'])).get('mentee-1')).toBe('erased');
    expect((await restored.find(['mentee-2'])).get('mentee-2')).not.toBe('erased');
    expect(everyByte().includes(wrapped)).toBe(false);
  });

  it('goes on after a crash in the middle of writing the list', async () => {
    const tombstoneList = join(folder, 'tombstones.jsonl');
    writeFileSync(tombstoneList, `{"subject":"mentee-1","erasedAt":"${erasedAt}"}\n{"subject":"ment`);
    const keys = await open({ tombstoneList });
    expect(await keys.tombstones()).toEqual([{ subject: 'mentee-1', erasedAt }]);
    await keys.erase(['mentee-2'], erasedAt);
    await keys.close();
    expect(await (await open({ tombstoneList })).tombstones()).toHaveLength(2);
  });

  it('exports the erased subjects, and applies such a list elsewhere', async () => {
    const keys = await open();
    await keys.erase(['mentee-1', 'staff-2'], erasedAt);
    const list = await exportTombstones(keys);
    const elsewhere = await open({ file: join(folder, 'elsewhere.sqlite') });
    await elsewhere.make(['mentee-1']);
    expect(await applyTombstones(elsewhere, list)).toBe(2);
    expect(await applyTombstones(elsewhere, list)).toBe(0);
    expect((await elsewhere.find(['mentee-1'])).get('mentee-1')).toBe('erased');
  });
});

describe('the key-encryption key', () => {
  it('is made once, for the owner alone, and read from then on', () => {
    const file = join(folder, 'key-encryption-key');
    const made = loadKeyEncryptionKey({ file });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadKeyEncryptionKey({ file }).current.id).toBe(made.current.id);
    expect(readdirSync(folder)).toEqual(['key-encryption-key']);
  });

  it('comes from the environment where that names one, with earlier ones after it', () => {
    const [next, before] = [Buffer.alloc(32, 1).toString('base64'), Buffer.alloc(32, 2).toString('base64')];
    const keys = loadKeyEncryptionKey({ value: `${next},${before}`, file: join(folder, 'unused') });
    expect(keys.current.id).toBe(keyEncryptionKey(Buffer.alloc(32, 1)).id);
    expect(keys.earlier.map(({ id }) => id)).toEqual([keyEncryptionKey(Buffer.alloc(32, 2)).id]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['short', Buffer.alloc(16).toString('base64'), ','])('refuses %s', (value) => {
    expect(() => loadKeyEncryptionKey({ value, file: join(folder, 'unused') })).toThrow('the key-encryption key');
  });

  it('refuses a file that others can read', () => {
    const file = join(folder, 'key-encryption-key');
    writeFileSync(file, Buffer.alloc(32).toString('base64'), { mode: 0o644 });
    expect(() => loadKeyEncryptionKey({ file })).toThrow('chmod 600');
  });
});
