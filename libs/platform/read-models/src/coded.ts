import type { Document } from './read-model.js';

/** A document of a read model without identities holds something that may tell who somebody is. */
export class NotCoded extends Error {
  constructor(
    /** Where in the document; no value. */
    readonly field: string,
  ) {
    super(`${field} is neither an id, a code, a date nor a number`);
    this.name = 'NotCoded';
  }
}

/** Ids, codes, dates, times and zones have no blanks and are short; names and sentences have or are not. */
const code = /^[\w.:+/-]{0,80}$/;

/**
 * Throws `NotCoded` unless a document holds coded fields alone. Whoever writes by hand writes words; no rule knows a name that is one word.
 * What it has from the shape before, which was checked, is not looked at again.
 */
export function mustBeCoded(document: Document, before?: Document): void {
  for (const [key, value] of Object.entries(document)) {
    if (before && value === before[key as keyof Document] && Object.hasOwn(before, key)) continue;
    checkField(key, value, 'document', `document.${key}`);
  }
}

function check(value: unknown, field: string): void {
  if (typeof value === 'string' && !code.test(value)) throw new NotCoded(field);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) checkField(key, each, field, Array.isArray(value) ? field : `${field}.${key}`);
}

function checkField(key: string, value: unknown, within: string, field: string): void {
  if (key === '$sealed' || !code.test(key)) throw new NotCoded(within);
  check(value, field);
}
