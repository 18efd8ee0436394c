import { InvalidCursor } from '@alongside/read-models';
import { isPosition } from '@alongside/event-store';

const defaultLimit = 50;

/**
 * A page of what is in the order of the log, ascending or, with `latestFirst`, descending. The cursor is the position of the last
 * item of the page before; what is written meanwhile moves nothing. Throws `InvalidCursor`.
 */
export function pageOf<Item extends { readonly position: string }>(
  items: readonly Item[],
  { limit = defaultLimit, cursor, latestFirst = false }: { readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly latestFirst?: boolean },
): { readonly items: readonly Item[]; readonly next?: string } {
  if (cursor !== undefined && !isPosition(cursor)) throw new InvalidCursor();
  const ordered = latestFirst ? [...items].reverse() : items;
  const rest = cursor === undefined ? ordered : ordered.filter(({ position }) => (latestFirst ? position < cursor : position > cursor));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return rest.length > page.length && last ? { items: page, next: last.position } : { items: page };
}
