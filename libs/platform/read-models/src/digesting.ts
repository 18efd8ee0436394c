import { isSealed } from '@alongside/event-sourcing';
import type { Document, ReadModel } from './read-model.js';
import type { DigestRow, DocumentWrite } from './read-model-store.js';

/** What digests are to be made of. */
export interface ToDigest {
  readonly organisationId: string;
  readonly field: string;
  /** `words`: every word and its prefixes; `exact`: the whole value. */
  readonly as: 'words' | 'exact';
  readonly value: unknown;
}

/**
 * Keyed digests of personal values, as personal-data makes them. One key an organisation; values are normalised first.
 * Nothing is made of a value whose key is gone.
 */
export interface Digesting {
  /** Of values to be found later, for each of them. */
  digests(wanted: readonly ToDigest[]): Promise<readonly (readonly string[])[]>;
  /** Of what is looked for: `words`: one a word; `exact`: one. */
  queryDigests(organisationId: string, field: string, as: 'words' | 'exact', value: unknown): Promise<readonly string[]>;
}

/** For read models without search fields: finds nothing. */
export const noDigesting: Digesting = { digests: async (wanted) => wanted.map(() => []), queryDigests: async () => [] };

/** A document's next shape beside the one before. */
export interface Reshaped {
  readonly model: ReadModel;
  readonly before: Document | undefined;
  readonly after: Document | undefined;
}

/**
 * For each document the digest rows of each search field whose values changed from one shape to the next; undefined where none did.
 * Opening is costly, so unchanged values are never opened again, and all others are opened together.
 */
export async function changedDigests(documents: readonly Reshaped[], digesting: Digesting): Promise<readonly DocumentWrite['digests'][]> {
  const changed = documents.map(changedFields);
  const made = await digesting.digests(changed.flatMap((fields) => fields.flatMap(({ values }) => values)));
  let next = 0;
  return changed.map((fields) => {
    if (fields.length === 0) return undefined;
    return Object.fromEntries(fields.map(({ field, values }) => [field, rowsOf(values, made.slice(next, (next += values.length)))]));
  });
}

/** Search fields whose values changed, with what is to be digested of them now. */
function changedFields({ model, before, after }: Reshaped): readonly { readonly field: string; readonly values: readonly ToDigest[] }[] {
  return Object.entries(model.search ?? {}).flatMap(([field, { of, as }]) => {
    const [values, valuesBefore] = [after ? of(after) : [], before ? of(before) : []];
    if (areSame(values, valuesBefore)) return [];
    return [{ field, values: leaves(values).map((value) => ({ organisationId: (after as Document).organisationId, field, as, value })) }];
  });
}

/** What an event says nothing about is the same object still. */
const areSame = (values: readonly unknown[], before: readonly unknown[]): boolean =>
  (values.length === before.length && values.every((value, index) => value === before[index])) || JSON.stringify(leaves(values)) === JSON.stringify(leaves(before));

function rowsOf(values: readonly ToDigest[], made: readonly (readonly string[])[]): readonly DigestRow[] {
  const rows = new Map<string, DigestRow>();
  for (const [index, { value }] of values.entries()) {
    const subject = isSealed(value) ? value.$sealed[1] : '';
    for (const digest of made[index] ?? []) rows.set(`${digest} ${subject}`, { digest, subject });
  }
  return [...rows.values()];
}

/** Each sealed or plain value on its own, so that every digest is known to be of one subject. */
function leaves(values: readonly unknown[]): readonly unknown[] {
  return values.flatMap((value) => {
    if (value === undefined || value === null || value === '') return [];
    return typeof value === 'object' && !isSealed(value) ? leaves(Object.values(value)) : [value];
  });
}
