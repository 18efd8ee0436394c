import { EventStoreUnavailable } from '../event-store.js';

const busy = 5;
const constraint = 19;
/** Locked by another one (5, 6), read-only (8), an I/O error (10), no space left (13), cannot be opened (14). */
const notNow: ReadonlySet<number | undefined> = new Set([busy, 6, 8, 10, 13, 14]);

/** SQLite's primary result code of an error, undefined when it is none of SQLite's. https://www.sqlite.org/rescode.html */
export function sqliteCode(error: unknown): number | undefined {
  // By shape: an error of another realm is no instance of this one's Error.
  const code: unknown = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

export const isBusy = (error: unknown): boolean => sqliteCode(error) === busy;
export const isConstraint = (error: unknown): boolean => sqliteCode(error) === constraint;

/**
 * Whether an error is of something that cannot be used now and may be later, with nothing wrong in what was asked of it: a store (its disk is
 * full, another process holds it), a view that is behind. Errors say so of themselves by `passing`.
 */
export const isPassing = (error: unknown): boolean => (error as { readonly passing?: unknown } | null | undefined)?.passing === true || notNow.has(sqliteCode(error));

/** SQLite's own words, which name no values; everything else passes as it is. */
export function unavailable(error: unknown): unknown {
  return sqliteCode(error) === undefined ? error : new EventStoreUnavailable(reasonOf(error), { cause: error });
}

export function reasonOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : 'unknown error';
}
