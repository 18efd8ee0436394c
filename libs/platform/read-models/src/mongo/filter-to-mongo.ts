import type { Condition, Document, Filter, Scalar } from '../read-model.js';
import type { StoredQuery } from '../read-model-store.js';
import type { DocumentRow } from './collections.js';

export type MongoFilter = Record<string, unknown>;

/** A filter that nothing passes. */
const nothing: MongoFilter = { _id: { $in: [] } };

const plainWord = /^[A-Za-z_]\w{0,63}$/;

/** Field names come from code, not from requests; anything else than a plain name is refused all the same. */
function plain(field: string): string {
  if (!plainWord.test(field)) throw new Error('a field of a document is named by a plain word');
  return field;
}

const storedScalar = (value: string | number | boolean): string | number => (typeof value === 'boolean' ? Number(value) : value);
const isScalar = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value);

/** What a document is asked by; see `DocumentRow`. */
export function askedBy(document: Document): Required<Pick<DocumentRow, 'fields' | 'lists'>> {
  const fields = new Map<string, unknown>();
  const lists = new Map<string, unknown[]>();
  for (const [field, value] of Object.entries(document) as [string, unknown][]) {
    if (!plainWord.test(field) || value === undefined || value === null) continue;
    fields.set(field, isScalar(value) ? storedScalar(value) : {});
    if (Array.isArray(value)) {
      lists.set(field, value.flatMap((each: unknown) => (isScalar(each) ? [storedScalar(each)] : each === null ? [{}] : [])));
    }
  }
  return { fields, lists };
}

/** The rows of a copy that a query is about, before sorting and paging. `ids`: only those. */
export function matching({ organisationId, where }: Pick<StoredQuery, 'organisationId' | 'where'>, ids?: readonly string[]): MongoFilter {
  const parts = [...(where ? filterParts(where) : []), ...(ids ? [{ _id: { $in: ids } }] : [])];
  return { organisation: organisationId, ...(parts.length > 0 ? { $and: parts } : {}) };
}

/** Absent and null come first when ascending; the id decides between equals. */
export function sorting({ field, direction }: StoredQuery['sort']): Record<string, 1 | -1> {
  const order = direction === 'ascending' ? 1 : -1;
  return field === undefined ? { _id: order } : { [`fields.${plain(field)}`]: order, _id: order };
}

/** What lies strictly behind a place of that order. */
export function behind({ field, direction }: StoredQuery['sort'], after: NonNullable<StoredQuery['after']>): MongoFilter {
  const ascending = direction === 'ascending';
  const further = { _id: { [ascending ? '$gt' : '$lt']: after.id } };
  if (field === undefined) return further;
  const at = `fields.${plain(field)}`;
  if (after.key === null) return ascending ? { $or: [{ [at]: { $ne: null } }, { [at]: null, ...further }] } : { [at]: null, ...further };
  const key = storedScalar(after.key);
  // The outer bound is what an index is entered by.
  if (ascending) return { [at]: { $gte: key }, $or: [{ [at]: { $gt: key } }, further] };
  return { $or: [{ [at]: { $lt: key } }, { [at]: key, ...further }, { [at]: null }] };
}

function filterParts(filter: Filter): MongoFilter[] {
  return Object.entries(filter).flatMap(([field, condition]): MongoFilter[] => {
    if (field === 'anyOf') return [either((condition as readonly Filter[]).map((each) => every(filterParts(each))))];
    if (field === 'allOf') return (condition as readonly Filter[]).flatMap(filterParts);
    return conditionParts(plain(field), condition as Condition);
  });
}

function conditionParts(field: string, condition: Condition): MongoFilter[] {
  const at = `fields.${field}`;
  if (typeof condition !== 'object' || condition === null) return [equal(at, condition)];
  return Object.entries(condition).map(([operator, operand]): MongoFilter => {
    switch (operator) {
      case 'in': {
        const list = operand as readonly Scalar[];
        const found = { [at]: { $in: list.filter((each) => each !== null).map(storedScalar) } };
        return list.includes(null) ? either([found, equal(at, null)]) : found;
      }
      case 'not':
        return { [at]: { $ne: operand === null ? null : storedScalar(operand as string | number | boolean) } };
      case 'lt':
      case 'lte':
      case 'gt':
      case 'gte':
        return operand === null ? nothing : { [at]: { [`$${operator}`]: storedScalar(operand as string | number | boolean) } };
      case 'exists':
        return { [at]: operand === true ? { $ne: null } : null };
      case 'contains':
        return { [`lists.${field}`]: operand === null ? {} : storedScalar(operand as string | number | boolean) };
      default:
        throw new Error(`there is no condition ${operator}`);
    }
  });
}

function equal(at: string, value: Scalar): MongoFilter {
  return { [at]: value === null ? null : storedScalar(value) };
}

function every(parts: readonly MongoFilter[]): MongoFilter {
  return parts.length === 0 ? {} : { $and: parts };
}

function either(parts: readonly MongoFilter[]): MongoFilter {
  return parts.length === 0 ? nothing : { $or: parts };
}
