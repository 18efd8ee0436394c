import { cheapestCycle, networkOf, type Edge } from './cycles.js';

/** A table of counts: rows are groups (sites, months), columns what is counted of each; column 0 is a group's size. */
export type Counts = readonly (readonly number[])[];

export interface TableShape {
  /** Columns that sum, within a row, to another column that is shown with them (`sum`), or to a figure that may be known otherwise. */
  readonly blocks: readonly { readonly sum?: number; readonly parts: readonly number[] }[];
  /** Columns of which one is never shown without the other. */
  readonly pairs?: readonly (readonly [number, number])[];
  /** Columns whose sum over all groups is withheld: none of their cells may give it away. */
  readonly hidden?: readonly number[];
}

const isSmall = (count: number, smallest: number): boolean => count > 0 && count < smallest;

/** A group whose size is withheld shows nothing: it is given up last. */
const priceOfAGroup = 1_000_000;

/**
 * Which cells of a table must not be shown, so that nobody is singled out: counts from 1 to `smallest` - 1, and whatever else it takes
 * that no withheld cell follows from those that are shown and from the sums, which are known for every column and for every block
 * within a row. A cell of nothing gives others away like any other: it is withheld, too, where that takes it.
 *
 * The cells are the flows of a network (from a group through its blocks to the columns), so that two tables agree in all that is shown
 * exactly where they differ along cycles of withheld cells, and a withheld cell follows exactly where no such cycle goes through it
 * (Gusfield, "A graph theoretic approach to statistical data security", SIAM J. Comput. 17, 1988). Each gets a cycle by withholding the
 * cheapest others that make one (Cox, "Network models for complementary cell suppression", JASA 90, 1995). In a column of nothing at
 * all there is nothing to keep. A table of one group is no break-down, and is shown.
 */
export function withheldCells(counts: Counts, { blocks, pairs = [], hidden = [] }: TableShape, smallest: number): readonly (readonly boolean[])[] {
  const columns = counts[0]?.map((_count, column) => column) ?? [];
  if (counts.filter((row) => (row[0] ?? 0) > 0).length <= 1) return counts.map((row) => row.map((_count, column) => hidden.includes(column)));
  const withheld = counts.map((row) => row.map(() => false));
  const edges = edgesOf(counts, blocks);
  const network = networkOf(edges);

  const withhold = (row: number, column: number): void => {
    const cells = withheld[row];
    if (!cells || cells[column]) return;
    cells[column] = true;
    for (const pair of pairs) if (pair.includes(column)) for (const each of pair) withhold(row, each);
    if (column === 0) for (const each of columns) withhold(row, each);
  };
  counts.forEach((row, index) => row.forEach((count, column) => (isSmall(count, smallest) || hidden.includes(column)) && withhold(index, column)));

  const price = ({ row, column, flow }: Edge): number => (withheld[row]?.[column] ? 0 : column === 0 ? priceOfAGroup + flow : 1 + flow);
  const isCounted = columns.map((column) => counts.some((row) => (row[column] ?? 0) > 0));
  /** On a cycle of withheld cells, and so not to be told; more that is withheld never changes that. */
  const kept = new Set<Edge>();
  for (let next: Edge | undefined; (next = edges.find((edge) => withheld[edge.row]?.[edge.column] && isCounted[edge.column] && !kept.has(edge))); ) {
    kept.add(next);
    for (const edge of cheapestCycle(network, next, price) ?? []) {
      withhold(edge.row, edge.column);
      kept.add(edge);
    }
  }
  return withheld;
}

/** Each cell as the flow of an edge: from the sum that it is a part of to what it is the sum of, else to its column. */
function edgesOf(counts: Counts, blocks: TableShape['blocks']): readonly Edge[] {
  const columns = counts[0]?.length ?? 0;
  const anywhere = columns;
  const within = Array.from({ length: columns }, (_, column) => blocks.findIndex(({ parts }) => parts.includes(column)));
  const summing = Array.from({ length: columns }, (_, column) => blocks.findIndex(({ sum }) => sum === column));
  const nodeOf = (row: number, block: number): number => columns + 1 + row * blocks.length + block;
  return counts.flatMap((cells, row) =>
    cells.map((flow, column) => {
      const [inside = -1, parts = -1] = [within[column], summing[column]];
      // What is part of no sum within its row comes from anywhere.
      return { row, column, flow, from: inside < 0 ? anywhere : nodeOf(row, inside), to: parts < 0 ? column : nodeOf(row, parts) };
    }),
  );
}
