import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolderError } from '@alongside/service';

/** What a data folder was begun as. It names nobody. */
export type Beginning =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'demo';
      /** RFC 3339: the demo's dates are counted back from it. */
      readonly startedAt: string;
      /** Of the link by which the demo's organisation was registered; spent with it. */
      readonly setUpToken: string;
      /** When everything was played in; absent: the next start goes on. */
      readonly completedAt?: string;
    };

const fileIn = (folder: string): string => join(folder, 'beginning.json');

/** Undefined for a folder that has none. */
export function readBeginning(folder: string): Beginning | undefined {
  let text: string;
  try {
    text = readFileSync(fileIn(folder), 'utf8');
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    // Whether a folder that is none can be made is for its lock to say.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new DataFolderError(`the data folder ${folder} cannot be read (${code}): set ALONGSIDE_DATA to a folder that can`);
  }
  try {
    return JSON.parse(text) as Beginning;
  } catch {
    throw new DataFolderError(`${fileIn(folder)} is damaged: restore it, or begin with another data folder`);
  }
}

/** Whole or not at all, and durable when it returns. */
export function writeBeginning(folder: string, beginning: Beginning): void {
  const unfinished = `${fileIn(folder)}.part`;
  const file = openSync(unfinished, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify(beginning)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, fileIn(folder));
}
