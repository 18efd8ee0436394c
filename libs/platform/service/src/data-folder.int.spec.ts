import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

  test('that cannot be made or written is refused in one line', () => {
    writeFileSync(join(folder, 'file'), '');
    for (const wrong of [join(folder, 'file'), join(folder, 'file', 'below')]) {
      expect(() => lockDataFolder(wrong)).toThrow(DataFolderError);
      expect(() => lockDataFolder(wrong)).toThrow(/^[^\n]+ALONGSIDE_DATA[^\n]+$/);
    }
  });
});
