/** A table of counts: rows are groups (sites, months), columns what is counted of each. */
export type Counts = readonly (readonly number[])[];

const isSmall = (count: number, smallest: number): boolean => count > 0 && count < smallest;

/**
 * Which cells of a table must not be shown, so that nobody is singled out: counts from 1 to `smallest` - 1, and whatever else it
 * takes that none of them follows by subtraction from a sum that is shown. Every column sums to a figure that may be known, and
 * so does every block of columns (`blocks`, by index) within a row: where exactly one cell of such a line is withheld, its smallest
 * other one is, too (complementary suppression; Hundepool et al., "Statistical Disclosure Control", 2012, ch. 4). A group whose
 * size (column 0) is withheld shows nothing at all. A table of one group is no break-down, and is shown.
 */
export function withheldCells(counts: Counts, blocks: readonly (readonly number[])[], smallest: number): readonly (readonly boolean[])[] {
  const withheld = counts.map((row) => row.map((count) => isSmall(count, smallest)));
  if (counts.filter((row) => (row[0] ?? 0) > 0).length <= 1) return counts.map((row) => row.map(() => false));
  const columns = counts[0]?.map((_count, column) => column) ?? [];
  const lines = [
    ...columns.map((column) => counts.map((_row, row) => ({ row, column }))),
    ...counts.flatMap((_row, row) => blocks.map((block) => block.map((column) => ({ row, column })))),
  ];
  const countAt = ({ row, column }: Cell): number => counts[row]?.[column] ?? 0;
  const withhold = ({ row, column }: Cell): void => {
    (withheld[row] ?? [])[column] = true;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [row, cells] of withheld.entries()) {
      if (cells[0] && cells.some((cell) => !cell)) {
        columns.forEach((column) => withhold({ row, column }));
        changed = true;
      }
    }
    for (const line of lines) {
      const filled = line.filter((cell) => countAt(cell) > 0);
      const hidden = filled.filter(({ row, column }) => withheld[row]?.[column]);
      if (hidden.length !== 1) continue;
      const [next] = filled.filter((cell) => !hidden.includes(cell)).sort((one, other) => countAt(one) - countAt(other));
      if (!next) continue;
      withhold(next);
      changed = true;
    }
  }
  return withheld;
}

interface Cell {
  readonly row: number;
  readonly column: number;
}
