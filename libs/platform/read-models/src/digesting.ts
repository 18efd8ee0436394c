import { isSealed } from '@alongside/event-sourcing';
import type { Document, ReadModel } from './read-model.js';
import type { DigestRow } from './read-model-store.js';

/**
 * Keyed digests of personal values, as personal-data makes them. One key an organisation; values are normalised first.
 * Nothing is made of a value whose key is gone.
 */
export interface Digesting {
  /** Of a value to be found later: `words`: every word and its prefixes; `exact`: the whole value. */
  digests(organisationId: string, field: string, as: 'words' | 'exact', value: unknown): Promise<readonly string[]>;
  /** Of what is looked for: `words`: one a word; `exact`: one. */
  queryDigests(organisationId: string, field: string, as: 'words' | 'exact', value: unknown): Promise<readonly string[]>;
}

/** For read models without search fields: finds nothing. */
export const noDigesting: Digesting = { digests: async () => [], queryDigests: async () => [] };

/**
 * The digest rows of each search field whose values changed from one shape of a document to the next; undefined when none did.
 * Opening is costly, so unchanged values are never opened again.
 */
export async function changedDigests(
  model: ReadModel,
  before: Document | undefined,
  after: Document | undefined,
  digesting: Digesting,
): Promise<Readonly<Record<string, readonly DigestRow[]>> | undefined> {
  let changed: Record<string, readonly DigestRow[]> | undefined;
  for (const [field, search] of Object.entries(model.search ?? {})) {
    const values = after ? leaves(search.of(after)) : [];
    const valuesBefore = before ? leaves(search.of(before)) : [];
    if (JSON.stringify(values) === JSON.stringify(valuesBefore)) continue;
    const rows = new Map<string, DigestRow>();
    for (const value of values) {
      const subject = isSealed(value) ? value.$sealed[1] : '';
      for (const digest of await digesting.digests((after as Document).organisationId, field, search.as, value)) {
        rows.set(`${digest} ${subject}`, { digest, subject });
      }
    }
    changed = { ...changed, [field]: [...rows.values()] };
  }
  return changed;
}

/** Each sealed or plain value on its own, so that every digest is known to be of one subject. */
function leaves(values: readonly unknown[]): readonly unknown[] {
  return values.flatMap((value) => {
    if (value === undefined || value === null || value === '') return [];
    return typeof value === 'object' && !isSealed(value) ? leaves(Object.values(value)) : [value];
  });
}
