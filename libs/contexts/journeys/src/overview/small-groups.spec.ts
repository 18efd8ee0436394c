import fc from 'fast-check';
import { withheldFrom, type Cell } from './small-groups.js';

/** People by site and month, of whom the dates of a filter leave those inside. */
const cellsOf = (people: Readonly<Record<string, Readonly<Record<string, number | Partial<Record<Cell['when'], number>>>>>>): readonly Cell[] =>
  Object.entries(people).flatMap(([siteId, months]) =>
    Object.entries(months).flatMap(([month, count]) =>
      Object.entries(typeof count === 'number' ? { inside: count } : count).map(([when, each]) => ({ siteId, month: `2026-${month}`, when: when as Cell['when'], people: each })),
    ),
  );
const withheld = (people: Parameters<typeof cellsOf>[0], smallest = 5) => {
  const { period, sites, months, monthsOfSites } = withheldFrom(cellsOf(people), smallest);
  const numbers = (all: ReadonlySet<string>) => [...all].map((each) => each.slice(5)).sort();
  return { period, sites: [...sites].sort(), months: numbers(months), monthsOfSites: numbers(monthsOfSites) };
};

describe('sites that are withheld', () => {
  it.each<[string, readonly number[], readonly string[]]>([
    ['none of five and more', [12, 14], []],
    ['a small one, and the next that it would follow from', [3, 14, 9], ['a', 'c']],
    ['small ones that are many together, and no other', [3, 2, 14], ['a', 'b']],
    ['small ones that are few together, and another', [1, 1, 14, 8], ['a', 'b', 'd']],
    ['none of a whole that is not broken down', [3], []],
  ])('are %s', (_what, sizes, expected) => {
    const people = Object.fromEntries(sizes.map((size, index) => ['abcd'.charAt(index), { '01': size }]));
    expect(withheld(people).sites).toEqual(expected);
    expect(withheld(people, 1).sites).toEqual([]);
  });

  it('are those of whom dates leave a few, or leave out a few, with the next', () => {
    expect(withheld({ a: { '01': { before: 3, inside: 7 } }, b: { '01': { before: 9, inside: 8 } }, c: { '01': { before: 20, inside: 10 } } })).toMatchObject({ period: false, sites: ['a', 'b'] });
    expect(withheld({ a: { '01': { before: 30 } }, b: { '01': { before: 1, inside: 20 } } })).toMatchObject({ period: false, sites: ['a', 'b'] });
  });
});

describe('months that are withheld', () => {
  it('follow each other, as many as it takes to be five people', () => {
    expect(withheld({ a: { '01': 10, '02': 3, '03': 10, '04': 2, '05': 1, '06': 2, '07': 5 } }).months).toEqual(['02', '03', '04', '05', '06']);
    expect(withheld({ a: { '01': 10, '02': 10, '03': 3 } }).months).toEqual(['02', '03']);
  });

  it('of a site are those, too, in which another has a few', () => {
    const people = { a: { '01': 7, '02': 8, '03': 20 }, b: { '01': 3, '02': 9, '03': 9 } };
    expect(withheld(people)).toMatchObject({ months: [], monthsOfSites: ['01', '02'] });
    expect(withheld(people, 1)).toMatchObject({ months: [], monthsOfSites: [] });
  });

  it('are together in their year where that is enough', () => {
    const cell = (month: string, people: number): Cell => ({ siteId: 'a', month, when: 'inside', people });
    expect([...withheldFrom([cell('2025-11', 7), cell('2025-12', 3), cell('2026-01', 6), cell('2026-02', 6)], 5).months]).toEqual(['2025-11', '2025-12']);
    expect([...withheldFrom([cell('2025-12', 3), cell('2026-01', 6), cell('2026-02', 6)], 5).months]).toEqual(['2025-12', '2026-01']);
  });
});

describe('a period', () => {
  it('is withheld that leaves a few, or leaves out a few', () => {
    expect(withheld({ a: { '01': { before: 3 }, '02': 10 } }).period).toBe(true);
    expect(withheld({ a: { '01': { before: 10 }, '02': 3 } }).period).toBe(true);
    expect(withheld({ a: { '01': { before: 10, inside: 4 }, '02': 10 } }).period).toBe(true);
    expect(withheld({ a: { '01': { before: 10, inside: 5 }, '02': 10 } }).period).toBe(false);
  });

  it('is withheld that parts months of which none is told, whatever is on either side', () => {
    expect(withheld({ a: { '01': { before: 10 }, '02': { before: 3 }, '03': 10 } }).period).toBe(true);
    expect(withheld({ a: { '01': { before: 10 }, '02': 3, '03': 10 } }).period).toBe(false);
    expect(withheld({ a: { '01': { before: 10 }, '02': { before: 10 }, '03': 10 }, b: { '02': { before: 3 }, '03': 10 } })).toMatchObject({ period: false, sites: ['a', 'b'] });
  });
});

/** What is told of people in one place after the other (a row of 0 and 1), and whether another row follows from it by adding and subtracting. */
function follows(told: readonly (readonly number[])[]): (row: readonly number[]) => boolean {
  const reduced: { readonly at: number; readonly row: readonly number[] }[] = [];
  const reduce = (row: readonly number[]): readonly number[] =>
    reduced.reduce((rest, { at, row: known }) => {
      const factor = rest[at] ?? 0;
      return factor === 0 ? rest : rest.map((value, index) => value - factor * (known[index] ?? 0));
    }, row);
  for (const row of told) {
    const rest = reduce(row);
    const at = rest.findIndex((value) => Math.abs(value) > 1e-9);
    if (at >= 0) reduced.push({ at, row: rest.map((value) => value / (rest[at] ?? 1)) });
  }
  return (row) => reduce(row).every((value) => Math.abs(value) <= 1e-9);
}

it('tells of no few people, whatever answers are subtracted from each other', () => {
  const siteIds = ['a', 'b', 'c'];
  // Each month in two halves, which dates may part.
  const halves = ['2025-12', '2026-01', '2026-02', '2026-03'].flatMap((month) => [month, month]);
  const places = siteIds.flatMap((siteId) => halves.map((month, half) => ({ siteId, month, half })));
  const some = fc.oneof(fc.constant(0), fc.nat(4), fc.nat(15));
  fc.assert(
    fc.property(fc.array(some, { minLength: places.length, maxLength: places.length }), fc.integer({ min: 2, max: 5 }), (people, smallest) => {
      const told: (readonly number[])[] = [];
      const rowOf = (isIn: (place: (typeof places)[number]) => boolean) => places.map((place) => (isIn(place) ? 1 : 0));
      const peopleOf = (row: readonly number[]) => row.reduce((sum, isIn, index) => sum + isIn * (people[index] ?? 0), 0);
      const peopled = (isIn: (place: (typeof places)[number]) => boolean) => peopleOf(rowOf(isIn));
      if (peopled(() => true) < smallest) return;
      for (let from = 0; from < halves.length; from += 1) {
        for (let to = from; to < halves.length; to += 1) {
          const cells = places.map(({ siteId, month, half }, index) => ({ siteId, month, when: half < from ? 'before' : half > to ? 'after' : 'inside', people: people[index] ?? 0 }) as const);
          const { period, sites, months, monthsOfSites } = withheldFrom(cells.filter((each) => each.people > 0), smallest);
          if (period) continue;
          const isInside = ({ half }: { readonly half: number }) => from <= half && half <= to;
          told.push(rowOf(isInside));
          for (const month of new Set(halves)) if (!months.has(month)) told.push(rowOf((place) => isInside(place) && place.month === month));
          for (const siteId of siteIds.filter((each) => !sites.has(each))) {
            told.push(rowOf((place) => isInside(place) && place.siteId === siteId));
            for (const month of new Set(halves)) if (!monthsOfSites.has(month)) told.push(rowOf((place) => isInside(place) && place.siteId === siteId && place.month === month));
          }
        }
      }
      // Where nobody is told to be, nobody is.
      const empty = told.filter((row) => peopleOf(row) === 0).flatMap((row) => places.map((_place, index) => places.map((_each, other) => (other === index ? (row[index] ?? 0) : 0))));
      const isTold = follows([...empty, ...told]);
      for (const among of [['a'], ['b'], ['c'], ['a', 'b'], ['a', 'c'], ['b', 'c'], siteIds]) {
        for (let from = 0; from < halves.length; from += 1) {
          for (let to = from; to < halves.length; to += 1) {
            const row = rowOf(({ siteId, half }) => among.includes(siteId) && from <= half && half <= to);
            const count = peopleOf(row);
            if (count > 0 && count < smallest) expect([among, from, to, isTold(row)]).toEqual([among, from, to, false]);
          }
        }
      }
    }),
    { numRuns: 40 },
  );
});
