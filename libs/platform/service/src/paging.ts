import { InvalidCursor } from '@alongside/read-models';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** The cursor of the page that follows; none: this is the last. */
  readonly next?: string;
}

/** What `ListQuery` takes of it. */
export interface Paging {
  /** 50 unless told otherwise. */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

const defaultLimit = 50;

/**
 * A page of a list that is made up anew at each reading, as worklists are: in the order of `orderOf`, ascending. That text is told
 * to the reader within the cursor, so it is made of days, kinds and ids and holds nothing personal; it is unique and stable, so
 * that what comes or goes between two pages moves nothing else: no item twice, none left out. Throws `InvalidCursor`.
 */
export function pageOf<Item>(all: readonly Item[], orderOf: (item: Item) => string, { limit = defaultLimit, cursor }: Paging): Page<Item> {
  const after = cursor === undefined ? undefined : orderFrom(cursor);
  const rest = all
    .map((item) => ({ item, order: orderOf(item) }))
    .filter(({ order }) => after === undefined || order > after)
    .sort((one, other) => (one.order < other.order ? -1 : one.order > other.order ? 1 : 0));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { items: page.map(({ item }) => item), ...(last && rest.length > page.length && { next: cursorOf(last.order) }) };
}

const cursorOf = (order: string): string => Buffer.from(JSON.stringify([order])).toString('base64url');

function orderFrom(cursor: string): string {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new InvalidCursor();
  }
  const order: unknown = Array.isArray(parts) && parts.length === 1 ? parts[0] : undefined;
  if (typeof order !== 'string') throw new InvalidCursor();
  return order;
}
