import { EventStoreUnavailable } from '../event-store.js';

const busy = 5;
const constraint = 19;

/** SQLite's primary result code of an error, undefined when it is none of SQLite's. https://www.sqlite.org/rescode.html */
export function sqliteCode(error: unknown): number | undefined {
  // By shape: an error of another realm is no instance of this one's Error.
  const code: unknown = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

export const isBusy = (error: unknown): boolean => sqliteCode(error) === busy;
export const isConstraint = (error: unknown): boolean => sqliteCode(error) === constraint;

/** SQLite's own words, which name no values; everything else passes as it is. */
export function unavailable(error: unknown): unknown {
  return sqliteCode(error) === undefined ? error : new EventStoreUnavailable(reasonOf(error), { cause: error });
}

export function reasonOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : 'unknown error';
}
