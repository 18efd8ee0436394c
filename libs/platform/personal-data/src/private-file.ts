import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs';

/** A file with secrets can be read by others than its owner. */
export class FileNotPrivate extends Error {
  constructor(file: string) {
    super(`${file} can be read by others: chmod 600 it`);
    this.name = 'FileNotPrivate';
  }
}

/**
 * The text of a file with secrets, made with mode 0600 where there is none yet. Two processes that start at once end with the same
 * text: the file appears whole or not at all, and only once.
 */
export function readOrMakePrivateFile(file: string, make: () => string): string {
  const text = readPrivateFile(file);
  if (text !== undefined) return text;
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeSync(descriptor, make());
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    linkSync(draft, file);
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'EEXIST') throw failure;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(file, 'utf8');
}

function readPrivateFile(file: string): string | undefined {
  try {
    if ((statSync(file).mode & 0o077) !== 0) throw new FileNotPrivate(file);
    return readFileSync(file, 'utf8');
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw failure;
  }
}
