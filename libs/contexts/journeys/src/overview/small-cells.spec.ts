import fc from 'fast-check';
import { withheldCells } from './small-cells.js';

const smallest = 5;
/** Groups of which column 0 is the size: the sum of the block of the others. */
const tables = fc
  .integer({ min: 1, max: 5 })
  .chain((width) => fc.array(fc.array(fc.nat({ max: 12 }), { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }))
  .map((rows) => rows.map((row) => [row.reduce((sum, each) => sum + each, 0), ...row]));
const blockOf = (table: readonly (readonly number[])[]) => [(table[0] ?? []).slice(1).map((_cell, index) => index + 1)];
const isBrokenDown = (table: readonly (readonly number[])[]) => table.filter(([size = 0]) => size > 0).length > 1;

describe('small cells', () => {
  it('are never shown', () => {
    fc.assert(
      fc.property(tables.filter(isBrokenDown), (table) => {
        const withheld = withheldCells(table, blockOf(table), smallest);
        table.forEach((row, index) => row.forEach((count, column) => expect(withheld[index]?.[column] || count === 0 || count >= smallest).toBe(true)));
      }),
    );
  });

  it('do not follow from a sum by themselves, where another cell can be withheld beside them', () => {
    fc.assert(
      fc.property(tables.filter(isBrokenDown), (table) => {
        const withheld = withheldCells(table, blockOf(table), smallest);
        const lines = [
          ...(table[0] ?? []).map((_cell, column) => table.map((row, index) => [row[column] ?? 0, withheld[index]?.[column]] as const)),
          ...table.map((row, index) => row.slice(1).map((count, column) => [count, withheld[index]?.[column + 1]] as const)),
        ];
        for (const line of lines) {
          const filled = line.filter(([count]) => count > 0);
          expect(filled.filter(([, hidden]) => hidden).length === 1 && filled.length > 1).toBe(false);
        }
      }),
    );
  });

  it('withhold a second site where one would follow by subtraction', () => {
    expect(withheldCells([[9], [3], [7]], [], smallest)).toEqual([[false], [true], [true]]);
  });

  it('of a group that is small as a whole are withheld with it, nothing included', () => {
    expect(withheldCells([[3, 3, 0], [20, 10, 10], [20, 10, 10]], [[1, 2]], smallest)[0]).toEqual([true, true, true]);
  });

  it('are shown where there is only one group, which is no break-down', () => {
    expect(withheldCells([[3, 3], [0, 0]], [], smallest)).toEqual([[false, false], [false, false]]);
  });
});
