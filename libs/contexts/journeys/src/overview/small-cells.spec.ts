import fc from 'fast-check';
import { withheldCells, type Counts, type TableShape } from './small-cells.js';

const smallest = 3;
/** Size; going on, closed; closed as completed, closed otherwise; and something that is counted by itself. */
const shape: TableShape = { blocks: [{ sum: 0, parts: [1, 2] }, { sum: 2, parts: [3, 4] }] };
const leaves = [1, 3, 4, 5];

const groups = (most: number, atLeast: number, atMost: number) =>
  fc
    .array(fc.tuple(fc.nat({ max: most }), fc.nat({ max: most }), fc.nat({ max: most }), fc.nat({ max: most })), { minLength: atLeast, maxLength: atMost })
    .map((rows) => rows.map(([goingOn, completed, otherwise, alone]) => [goingOn + completed + otherwise, goingOn, completed + otherwise, completed, otherwise, alone]));
const isBrokenDown = (table: Counts) => table.filter(([size = 0]) => size > 0).length > 1;
const totalOf = (table: Counts, column: number): number => table.reduce((sum, row) => sum + (row[column] ?? 0), 0);

type Withheld = readonly (readonly boolean[])[];

/** Every way to deal out a number among so many. */
function* dealt(left: number, among: number): Generator<readonly number[]> {
  if (among === 0) {
    if (left === 0) yield [];
    return;
  }
  for (let first = 0; first <= left; first += 1) for (const rest of dealt(left - first, among - 1)) yield [first, ...rest];
}

/** Every table that agrees with what is shown and with the total of every column: all that somebody who reads it can think possible. */
function* possible(table: Counts, withheld: Withheld): Generator<Counts> {
  const shown = (row: number, column: number): number | undefined => (withheld[row]?.[column] ? undefined : table[row]?.[column]);
  const fits = (row: readonly number[], index: number): boolean => {
    const [, goingOn = 0, , completed = 0, otherwise = 0] = row;
    const closed = completed + otherwise;
    return [[0, goingOn + closed], [2, closed]].every(([column = 0, sum]) => (shown(index, column) ?? sum) === sum);
  };
  function* filled(column: number, rows: readonly (readonly number[])[]): Generator<Counts> {
    const leaf = leaves[column];
    if (leaf === undefined) {
      if (rows.every(fits)) yield rows.map(([, goingOn = 0, , completed = 0, otherwise = 0, alone = 0]) => [goingOn + completed + otherwise, goingOn, completed + otherwise, completed, otherwise, alone]);
      return;
    }
    const unknown = rows.flatMap((_row, index) => (shown(index, leaf) === undefined ? [index] : []));
    const left = totalOf(table, leaf) - rows.reduce((sum, _row, index) => sum + (shown(index, leaf) ?? 0), 0);
    for (const values of dealt(left, unknown.length)) {
      yield* filled(column + 1, rows.map((row, index) => row.map((cell, at) => (at !== leaf ? cell : (shown(index, leaf) ?? values[unknown.indexOf(index)] ?? 0)))));
    }
  }
  yield* filled(0, table.map((row) => row.map(() => 0)));
}

/** Withheld cells, of columns in which anything is counted, that have one possible value. */
function derived(table: Counts, withheld: Withheld): readonly string[] {
  const open = new Map(withheld.flatMap((row, index) => row.flatMap((cell, column) => (cell && totalOf(table, column) > 0 ? [[`${index}/${column}`, table[index]?.[column] ?? 0] as const] : []))));
  for (const other of possible(table, withheld)) {
    for (const [cell, count] of open) {
      const [row = 0, column = 0] = cell.split('/').map(Number);
      if (other[row]?.[column] !== count) open.delete(cell);
    }
    if (open.size === 0) break;
  }
  return [...open.keys()];
}

describe('small cells', () => {
  it('are never shown', () => {
    fc.assert(
      fc.property(groups(12, 1, 8).filter(isBrokenDown), (table) => {
        const withheld = withheldCells(table, shape, 5);
        table.forEach((row, index) => row.forEach((count, column) => expect(withheld[index]?.[column] || count === 0 || count >= 5).toBe(true)));
      }),
    );
  });

  it('nor any other that is withheld, can be derived from what is shown and from totals', () => {
    fc.assert(
      fc.property(groups(4, 2, 3).filter(isBrokenDown), (table) => {
        expect(derived(table, withheldCells(table, shape, smallest))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('are not the only withheld ones of a sum, in tables of any size', () => {
    fc.assert(
      fc.property(groups(12, 2, 12).filter(isBrokenDown), (table) => {
        const withheld = withheldCells(table, shape, 5);
        for (const [index, row] of withheld.entries()) {
          for (const { sum = 0, parts } of shape.blocks) if (!row[sum]) expect([`row ${index}`, parts.filter((column) => row[column]).length]).not.toEqual([`row ${index}`, 1]);
        }
        for (const column of leaves) if (totalOf(table, column) > 0) expect([`column ${column}`, withheld.filter((row) => row[column]).length]).not.toEqual([`column ${column}`, 1]);
      }),
    );
  });

  it('of one of two sites take the nothing of the other with them', () => {
    const table = [[9, 6, 3, 3, 0, 0], [8, 8, 0, 0, 0, 0]];
    const withheld = withheldCells(table, shape, 5);
    expect([withheld[0]?.[2], withheld[1]?.[2]]).toEqual([true, true]);
    expect(derived(table, withheld)).toEqual([]);
    // As it was done before: what is nothing is shown, and the total tells the rest.
    expect(derived(table, [[false, true, true, true, false, false], [false, true, false, false, false, false]])).not.toEqual([]);
  });

  it('withhold the smaller of two sites where one would follow by subtraction', () => {
    expect(withheldCells([[9], [3], [7]], { blocks: [] }, 5)).toEqual([[false], [true], [true]]);
  });

  it('of a group that is small as a whole are withheld with it, nothing included', () => {
    expect(withheldCells([[3, 3, 0], [20, 10, 10], [20, 10, 10]], { blocks: [{ sum: 0, parts: [1, 2] }] }, 5)[0]).toEqual([true, true, true]);
  });

  it('are shown where there is only one group, which is no break-down', () => {
    expect(withheldCells([[3, 3], [0, 0]], { blocks: [] }, 5)).toEqual([[false, false], [false, false]]);
  });

  it('of a whole are withheld in all of its parts, and of a pair both', () => {
    expect(withheldCells([[9, 9, 8], [9, 9, 8]], { blocks: [], hidden: [1] }, 5)).toEqual([[false, true, false], [false, true, false]]);
    expect(withheldCells([[9, 9]], { blocks: [], hidden: [1] }, 5)).toEqual([[false, true]]);
    expect(withheldCells([[9, 2, 7], [9, 6, 6]], { blocks: [], pairs: [[1, 2]] }, 5)).toEqual([[false, true, true], [false, true, true]]);
  });
});
