import { createHash } from 'node:crypto';
import type { ReadModel } from './read-model.js';

/** Raised when the same read model makes other documents or positions of the same log: 2: an event that changes nothing moves no position. */
const rules = 2;

/** Fingerprint of what a copy was made by. Another one means that the live copy must be rebuilt. */
export function definitionOf(model: ReadModel): string {
  const search = Object.entries(model.search ?? {}).map(([field, { as }]) => [field, as]);
  const parts = [rules, model.version, model.streams, model.indexes, search, model.on.map((step) => step.type), ...(model.identities ? [model.identities] : [])];
  return `${model.version}-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)}`;
}
