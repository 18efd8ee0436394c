import { SigningKeysInvalid } from '@alongside/access';
import { FileNotPrivate, KeyEncryptionKeyInvalid, KeyNotUnwrappable, TombstonesUnreadable } from '@alongside/personal-data';
import { DataFolderError } from './data-folder.js';

/** Their messages name files, variables and ids of keys, nothing that was told. */
const toldInTheirOwnWords = [FileNotPrivate, KeyEncryptionKeyInvalid, KeyNotUnwrappable, SigningKeysInvalid, TombstonesUnreadable];

/** SQLite's own words, which name no values; undefined for any other error. */
function reasonOf(error: unknown): string | undefined {
  const { errcode, message, cause } = (error ?? {}) as { readonly errcode?: unknown; readonly message?: unknown; readonly cause?: unknown };
  if (typeof errcode === 'number') return String(message);
  return cause === undefined ? undefined : reasonOf(cause);
}

/** Opens what is kept in `file`; what whoever runs the system can put right becomes a `DataFolderError` that says so. */
export async function openedFrom<T>(file: string, open: () => Promise<T> | T): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (toldInTheirOwnWords.some((kind) => error instanceof kind)) throw new DataFolderError((error as Error).message);
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new DataFolderError(`${file} cannot be opened: ${reason}`);
  }
}
