import { InvalidCursor } from '@alongside/read-models';
import fc from 'fast-check';
import { pageOf } from './paging.js';

const items = (count: number) => Array.from({ length: count }, (_, index) => ({ position: String(index + 1).padStart(16, '0') }));

describe('pages of a history', () => {
  it('hold every item once, in order, whatever their size', () => {
    fc.assert(
      fc.property(fc.nat({ max: 60 }), fc.integer({ min: 1, max: 20 }), fc.boolean(), (count, limit, latestFirst) => {
        const all = items(count);
        const seen: (typeof all)[number][] = [];
        for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages += 1) {
          const page = pageOf(all, { limit, latestFirst, cursor });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items);
          cursor = page.next;
        }
        expect(seen).toEqual(latestFirst ? [...all].reverse() : all);
      }),
    );
  });

  it('refuse a cursor that no page gave', () => {
    expect(() => pageOf(items(3), { cursor: 'next' })).toThrow(InvalidCursor);
  });
});
