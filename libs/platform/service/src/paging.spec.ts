import { InvalidCursor } from '@alongside/read-models';
import fc from 'fast-check';
import { pageOf } from './paging.js';

const orderOf = (item: string): string => item;

function throughPages(all: readonly string[], limit: number): readonly string[] {
  const seen: string[] = [];
  for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages += 1) {
    const page = pageOf(all, orderOf, { limit, cursor });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    seen.push(...page.items);
    cursor = page.next;
  }
  return seen;
}

describe('pages of a list that is made up anew', () => {
  it('hold every item once, in order, whatever their size', () => {
    const items = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 60 });
    fc.assert(fc.property(items, fc.integer({ min: 1, max: 20 }), (all, limit) => expect(throughPages(all, limit)).toEqual([...all].sort())));
  });

  it('hold fifty items unless told otherwise, and say nothing of a next one after the last', () => {
    const all = Array.from({ length: 51 }, (_, index) => String(index + 100));
    const first = pageOf(all, orderOf, {});
    expect(first.items).toHaveLength(50);
    expect(pageOf(all, orderOf, { cursor: first.next })).toEqual({ items: ['150'] });
    expect(pageOf(all.slice(1), orderOf, {})).not.toHaveProperty('next');
  });

  it('go on where the one before stopped, although its last item is gone and another came', () => {
    const { next } = pageOf(['a', 'b', 'd'], orderOf, { limit: 2 });
    expect(pageOf(['a', 'aa', 'c', 'd'], orderOf, { cursor: next }).items).toEqual(['c', 'd']);
  });

  it('refuse a cursor that no page gave', () => {
    const others = ['[1]', '["a","b"]', '{"a":1}', 'null'].map((text) => Buffer.from(text).toString('base64url'));
    for (const cursor of ['garbage', ...others]) expect(() => pageOf(['a'], orderOf, { cursor })).toThrow(InvalidCursor);
  });
});
