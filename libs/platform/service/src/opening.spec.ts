import { describe, expect, it } from '@jest/globals';
import { FileNotPrivate, KeyNotUnwrappable } from '@alongside/personal-data';
import { DataFolderError } from './data-folder.js';
import { openedFrom } from './opening.js';

const failing = (error: unknown): Promise<unknown> =>
  openedFrom('/data/keys.sqlite', () => {
    throw error;
  }).catch((caught: unknown) => caught);

describe('opening a file of the data folder', () => {
  it('answers what was opened', async () => {
    expect(await openedFrom('/data/keys.sqlite', async () => 'opened')).toBe('opened');
  });

  it.each([
    ['a file that others can read', new FileNotPrivate('/data/key-encryption.key'), '/data/key-encryption.key can be read by others: chmod 600 it'],
    ['another key-encryption key', new KeyNotUnwrappable('keys are wrapped under another one'), 'keys are wrapped under another one'],
    ['no database', Object.assign(new Error('file is not a database'), { errcode: 26 }), '/data/keys.sqlite cannot be opened: file is not a database'],
    ['one beneath another error', new Error('cannot open it', { cause: Object.assign(new Error('disk I/O error'), { errcode: 10 }) }), '/data/keys.sqlite cannot be opened: disk I/O error'],
  ])('tells of %s', async (_what, error, message) => {
    const told = await failing(error);
    expect(told).toBeInstanceOf(DataFolderError);
    expect((told as Error).message).toBe(message);
  });

  it('lets through what nobody outside can put right', async () => {
    const fault = new TypeError('Robin Example is not a function');
    expect(await failing(fault)).toBe(fault);
  });
});
