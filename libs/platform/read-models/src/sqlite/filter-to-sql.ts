import type { Condition, Filter, Scalar } from '../read-model.js';
import type { StoredQuery } from '../read-model-store.js';

export type Bound = string | number | null;

/** A piece of SQL with its bound parameters in order. */
export interface Sql {
  readonly text: string;
  readonly values: readonly Bound[];
}

/** The expression of a top-level field, exactly as in the index declarations, or no index would be used. */
export function fieldSql(field: string): string {
  return `json_extract(document, '${pathOf(field)}')`;
}

export function bound(value: Scalar): Bound {
  return typeof value === 'boolean' ? Number(value) : value;
}

/** The rows of a copy's table that a query is about, before sorting and paging. */
export function matching(copy: number, query: Pick<StoredQuery, 'organisationId' | 'where' | 'digests'>): Sql {
  const parts: Sql[] = [{ text: 'organisation = ? AND document IS NOT NULL', values: [query.organisationId] }];
  if (query.where) parts.push(...filterSql(query.where));
  for (const digest of query.digests?.all ?? []) {
    parts.push({
      text: `id IN (SELECT document_id FROM digests_${copy} WHERE organisation = ? AND field = ? AND digest = ?)`,
      values: [query.organisationId, query.digests?.field ?? '', digest],
    });
  }
  return joined(parts, ' AND ');
}

/** Order and place of a page. Absent and null come first when ascending; the id decides between equals. */
export function ordered(sort: StoredQuery['sort'], after: StoredQuery['after']): { readonly order: string; readonly behind?: Sql } {
  const ascending = sort.direction === 'ascending';
  const [direction, compare] = ascending ? ['ASC', '>'] : ['DESC', '<'];
  if (sort.field === undefined) {
    return { order: `id ${direction}`, ...(after ? { behind: { text: `id ${compare} ?`, values: [after.id] } } : {}) };
  }
  const field = fieldSql(sort.field);
  const order = `${field} ${direction}, id ${direction}`;
  if (!after) return { order };
  if (after.key === null) {
    const text = ascending ? `(${field} IS NOT NULL OR id > ?)` : `(${field} IS NULL AND id < ?)`;
    return { order, behind: { text, values: [after.id] } };
  }
  const values = [bound(after.key), after.id];
  const text = ascending ? `(${field}, id) > (?, ?)` : `((${field}, id) < (?, ?) OR ${field} IS NULL)`;
  return { order, behind: { text, values } };
}

function filterSql(filter: Filter): Sql[] {
  return Object.entries(filter).flatMap(([field, condition]): Sql[] => {
    if (field === 'anyOf') return [either((condition as readonly Filter[]).map((each) => every(filterSql(each))))];
    if (field === 'allOf') return (condition as readonly Filter[]).flatMap(filterSql);
    return conditionSql(field, condition as Condition);
  });
}

function conditionSql(field: string, condition: Condition): Sql[] {
  const at = fieldSql(field);
  if (typeof condition !== 'object' || condition === null) return [equal(at, condition)];
  return Object.entries(condition).map(([operator, operand]): Sql => {
    const value = operand as Scalar;
    switch (operator) {
      case 'in': {
        const list = operand as readonly Scalar[];
        // One parameter whatever the list's length: the statement's text stays the same.
        const found: Sql = { text: `${at} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(list.filter((each) => each !== null))] };
        return list.includes(null) ? either([found, equal(at, null)]) : found;
      }
      case 'not':
        return { text: `${at} IS NOT ?`, values: [bound(value)] };
      case 'lt':
        return below(at, '<', value);
      case 'lte':
        return below(at, '<=', value);
      case 'gt':
        return above(at, '>', value);
      case 'gte':
        return above(at, '>=', value);
      case 'exists':
        return { text: `${at} IS ${value ? 'NOT ' : ''}NULL`, values: [] };
      case 'contains':
        return {
          text: `(json_type(document, '${pathOf(field)}') = 'array' AND EXISTS (SELECT 1 FROM json_each(document, '${pathOf(field)}') WHERE value IS ?))`,
          values: [bound(value)],
        };
      default:
        throw new Error(`there is no condition ${operator}`);
    }
  });
}

/** SQLite puts every number before every text: the empty text lies between them. */
function below(at: string, compare: '<' | '<=', value: Scalar): Sql {
  const text = typeof value === 'string' ? `(${at} ${compare} ? AND ${at} >= '')` : `${at} ${compare} ?`;
  return { text, values: [bound(value)] };
}

function above(at: string, compare: '>' | '>=', value: Scalar): Sql {
  const text = typeof value === 'string' ? `${at} ${compare} ?` : `(${at} ${compare} ? AND ${at} < '')`;
  return { text, values: [bound(value)] };
}

function equal(at: string, value: Scalar): Sql {
  return value === null ? { text: `${at} IS NULL`, values: [] } : { text: `${at} = ?`, values: [bound(value)] };
}

function every(parts: readonly Sql[]): Sql {
  return parts.length === 0 ? { text: 'TRUE', values: [] } : joined(parts, ' AND ');
}

function either(parts: readonly Sql[]): Sql {
  if (parts.length === 0) return { text: 'FALSE', values: [] };
  const { text, values } = joined(parts, ' OR ');
  return { text: `(${text})`, values };
}

function joined(parts: readonly Sql[], by: string): Sql {
  return {
    text: parts.map((each) => (by === ' OR ' ? `(${each.text})` : each.text)).join(by),
    values: parts.flatMap((each) => each.values),
  };
}

/** Field names come from code, not from requests; anything else than a plain name is refused all the same. */
function pathOf(field: string): string {
  if (!/^[A-Za-z_]\w{0,63}$/.test(field)) throw new Error('a field of a document is named by a plain word');
  return `$.${field}`;
}
