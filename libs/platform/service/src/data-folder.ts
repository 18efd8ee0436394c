import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The data folder cannot be used: one line that says why. */
export class DataFolderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DataFolderError';
  }
}

export interface DataFolderLock {
  release(): void;
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? (error as Error).message);

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Makes a folder for us alone, and those above it. Node's own `recursive` never ends where one that is there takes no folders (/proc). */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(folder)) throw error;
  }
}

/**
 * Takes the data folder for this process. The lock is the operating system's on an open file, so it is gone with the
 * process however that ends, `kill -9` included; a folder that another process holds is refused.
 */
export function lockDataFolder(folder: string): DataFolderLock {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new DataFolderError(`the data folder ${folder} cannot be made (${codeOf(error)}): set ALONGSIDE_DATA to a folder that can be written`);
  }
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 });
    // No journal file and no waiting: the exclusive transaction stays open for as long as the process lives.
    lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    const held = lock;
    return { release: () => held.close() };
  } catch (error) {
    lock?.close();
    const { errcode } = error as { errcode?: number };
    // SQLITE_BUSY and SQLITE_LOCKED
    if (errcode === 5 || errcode === 6) throw new DataFolderError(`the data folder ${folder} is in use by another process: stop that one first, or set ALONGSIDE_DATA to another folder`);
    throw new DataFolderError(`the data folder ${folder} cannot be written (${codeOf(error)}): set ALONGSIDE_DATA to a folder that can be written`);
  }
}
