import type { Digesting } from './digesting.js';
import { InvalidCursor } from './errors.js';
import type { Condition, Document, Documents, Filter, Found, Query, ReadModel, Scalar } from './read-model.js';
import type { ReadModelStore, StoredQuery } from './read-model-store.js';

const defaultPage = 50;
const largestPage = 100;
/** Underneath `all`, where nobody sees the pages. */
const innerPage = 500;

type Place = { readonly key: Scalar; readonly id: string };

/** Reads a read model's live copy from any process that can open the store. */
export function documentsOf<Doc extends Document>(store: ReadModelStore, model: ReadModel<Doc>, digesting: Digesting): Documents<Doc> {
  const { name } = model;

  async function stored(query: Omit<Query<Doc>, 'limit' | 'cursor'>): Promise<Omit<StoredQuery, 'limit'> | undefined> {
    if (query.where) check(query.where as Filter);
    const text = query.search?.text.trim();
    let digests: StoredQuery['digests'];
    if (query.search && text) {
      const all = await digesting.queryDigests(query.organisationId, query.search.field, searchField(query.search.field).as, text);
      // Text that no digest can be made of (a single letter) is found nowhere, rather than everywhere.
      if (all.length === 0) return undefined;
      digests = { field: query.search.field, all };
    }
    return {
      organisationId: query.organisationId,
      ...(query.where ? { where: query.where as Filter } : {}),
      ...(digests ? { digests } : {}),
      sort: { ...(query.sort ? { field: query.sort.field } : {}), direction: query.sort?.direction ?? 'ascending' },
    };
  }

  function searchField(field: string) {
    const search = model.search?.[field];
    if (!search) throw new Error(`${name} has no search field ${field}`);
    return search;
  }

  async function page(query: Omit<StoredQuery, 'limit'>, limit: number, after: Place | undefined) {
    const found = (await store.find(name, { ...query, ...(after ? { after } : {}), limit: limit + 1 })) as readonly Found<Doc>[];
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, next: found.length > limit && last ? placeOf(last, query.sort.field) : undefined };
  }

  return {
    get: async (id) => (await store.get(name, id)) as Doc | undefined,
    find: async (query) => {
      const limit = Math.min(Math.max(Math.trunc(query.limit ?? defaultPage), 1), largestPage);
      const translated = await stored(query);
      if (!translated) return { items: [] };
      const { items, next } = await page(translated, limit, query.cursor === undefined ? undefined : placeFrom(query.cursor, translated.sort));
      return next ? { items, next: cursorOf(next, translated.sort) } : { items };
    },
    all: async function* (query) {
      const translated = await stored(query);
      if (!translated) return;
      let after: Place | undefined;
      do {
        const { items, next } = await page(translated, innerPage, after);
        yield* items;
        after = next;
      } while (after);
    },
    count: async (query) => {
      const translated = await stored(query);
      return translated ? await store.count(name, translated) : 0;
    },
    like: async (organisationId, field, value, limit) => {
      const digests = await digesting.queryDigests(organisationId, field, searchField(field).as, value);
      if (digests.length === 0) return [];
      const found = await store.findByDigests(name, organisationId, field, digests, limit);
      return [...found].sort((one, other) => other.digests.length - one.digests.length || (one.id < other.id ? -1 : 1)).map(({ id }) => id);
    },
  };
}

/** A condition that is undefined would silently widen what is found: a fault of the caller, never a match for everything. */
function check(filter: Filter): void {
  for (const [field, condition] of Object.entries(filter)) {
    if (condition === undefined) throw new Error(`the condition on ${field} is undefined`);
    if (field === 'anyOf' || field === 'allOf') (condition as readonly Filter[]).forEach(check);
    else if (typeof condition === 'object' && condition !== null) {
      for (const [operator, value] of Object.entries(condition as Condition & object)) {
        if (value === undefined) throw new Error(`the condition on ${field} is undefined (${operator})`);
      }
    }
  }
}

function placeOf(found: Found<Document>, field: string | undefined): Place {
  const key = field === undefined ? null : ((found.document as unknown as Record<string, unknown>)[field] ?? null);
  if (typeof key === 'object' && key !== null) throw new Error(`${field} is no field to sort by`);
  return { key: key as Scalar, id: found.id };
}

function cursorOf(place: Place, sort: StoredQuery['sort']): string {
  return Buffer.from(JSON.stringify([sort.field ?? null, sort.direction, place.key, place.id])).toString('base64url');
}

function placeFrom(cursor: string, sort: StoredQuery['sort']): Place {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new InvalidCursor();
  }
  if (!Array.isArray(parts) || parts.length !== 4 || parts[0] !== (sort.field ?? null) || parts[1] !== sort.direction) throw new InvalidCursor();
  const [, , key, id] = parts as [unknown, unknown, unknown, unknown];
  if (typeof id !== 'string' || (typeof key === 'object' && key !== null)) throw new InvalidCursor();
  return { key: key as Scalar, id };
}
