import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DataFolderError, lockDataFolder } from './data-folder.js';

describe('the data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'alongside-folder-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is held by one at a time, and free again once released', () => {
    const lock = lockDataFolder(folder);
    expect(() => lockDataFolder(folder)).toThrow(/is in use by another process/);
    lock.release();
    lockDataFolder(folder).release();
  });

  test('is made with those above it, for us alone', () => {
    lockDataFolder(join(folder, 'above', 'data')).release();
    for (const made of [join(folder, 'above'), join(folder, 'above', 'data')]) expect(statSync(made).mode & 0o777).toBe(0o700);
  });

  test('that cannot be made or written is refused in one line', () => {
    writeFileSync(join(folder, 'file'), '');
    // Below /proc nothing can be made, by nobody.
    for (const wrong of [join(folder, 'file'), join(folder, 'file', 'below'), ...(process.platform === 'linux' ? ['/proc/alongside/data'] : [])]) {
      expect(() => lockDataFolder(wrong)).toThrow(DataFolderError);
      expect(() => lockDataFolder(wrong)).toThrow(/^[^\n]+ALONGSIDE_DATA[^\n]+$/);
    }
  });
});
