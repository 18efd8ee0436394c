import fc from 'fast-check';
import { withheldGroups } from './small-groups.js';

const ofSizes = (...sizes: readonly number[]) => withheldGroups(sizes.map((inside) => ({ inside, outside: 0 })), 5);

describe('groups that are withheld', () => {
  it.each<[string, readonly number[], readonly boolean[]]>([
    ['none of five and more', [12, 14], [false, false]],
    ['a small one, and the next that it would follow from', [3, 14, 9], [true, false, true]],
    ['small ones that are many together, and no other', [3, 2, 14], [true, true, false]],
    ['small ones that are few together, and another', [1, 1, 14, 8], [true, true, false, true]],
    ['none of a whole that is not broken down', [3, 0], [false, false]],
  ])('are %s', (_what, sizes, expected) => expect(ofSizes(...sizes)).toEqual(expected));

  it('are those of which a few are left out', () => {
    const groups = [
      { inside: 7, outside: 3 },
      { inside: 8, outside: 9 },
      { inside: 20, outside: 9 },
    ];
    expect(withheldGroups(groups, 5)).toEqual([true, true, false]);
  });

  it('follow from the whole only together, as five people or more', () => {
    const group = fc.record({ inside: fc.nat(12), outside: fc.nat(12) });
    fc.assert(
      fc.property(fc.array(group, { minLength: 2 }), fc.integer({ min: 1, max: 6 }), (groups, smallest) => {
        const withheld = withheldGroups(groups, smallest);
        const peopled = groups.filter((each) => each.inside > 0);
        if (peopled.length < 2) return;
        const few = (people: number) => people > 0 && people < smallest;
        groups.forEach((each, index) => expect(withheld[index] === false && (few(each.inside) || (each.inside > 0 && few(each.outside)))).toBe(false));
        const hidden = groups.filter((_each, index) => withheld[index]);
        const sum = (side: 'inside' | 'outside') => hidden.reduce((all, each) => all + each[side], 0);
        if (hidden.length < peopled.length) expect([few(sum('inside')), few(sum('outside'))]).toEqual([false, false]);
        if (smallest === 1) expect(hidden).toEqual([]);
      }),
    );
  });
});
