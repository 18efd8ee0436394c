import { isSealed } from '@alongside/event-sourcing';
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

/** Throws `NotCoded` unless a document holds coded fields alone. Whoever writes by hand writes words; no rule knows a name that is one word. */
export function mustBeCoded(document: Document): void {
  check(document, 'document');
}

function check(value: unknown, field: string): void {
  if (typeof value === 'string' && !code.test(value)) throw new NotCoded(field);
  if (typeof value !== 'object' || value === null) return;
  if (isSealed(value)) throw new NotCoded(field);
  for (const [key, each] of Object.entries(value)) {
    if (!code.test(key)) throw new NotCoded(field);
    check(each, Array.isArray(value) ? field : `${field}.${key}`);
  }
}
