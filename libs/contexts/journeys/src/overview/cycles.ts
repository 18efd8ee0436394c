/** A cell of a table as an edge of a network: its count flows from one node to another. Nodes are numbered from 0. */
export interface Edge {
  readonly row: number;
  readonly column: number;
  readonly flow: number;
  readonly from: number;
  readonly to: number;
}

interface Step {
  readonly edge: Edge;
  readonly before: number;
  readonly after: number;
}

/** By node, the steps that may be taken from it: along an edge, and against it where something flows. */
export type Network = readonly (readonly Step[])[];

export function networkOf(edges: readonly Edge[]): Network {
  const nodes = edges.reduce((most, { from, to }) => Math.max(most, from, to), -1) + 1;
  const leaving = Array.from({ length: nodes }, (): Step[] => []);
  for (const edge of edges) {
    leaving[edge.from]?.push({ edge, before: edge.from, after: edge.to });
    if (edge.flow > 0) leaving[edge.to]?.push({ edge, before: edge.to, after: edge.from });
  }
  return leaving;
}

interface Path {
  readonly cost: number;
  readonly edges: readonly Edge[];
}

/**
 * The other edges of the cheapest cycle through one, along which one can be moved from some cells to others so that every sum stays as
 * it is: cells in the cycle's direction grow, those against it shrink, which a count of nothing cannot. Undefined: there is none.
 */
export function cheapestCycle(network: Network, through: Edge, price: (edge: Edge) => number): readonly Edge[] | undefined {
  const growing = cheapestPath(network, through, through.to, through.from, price, Number.POSITIVE_INFINITY);
  const shrinking = through.flow > 0 && growing?.cost !== 0 ? cheapestPath(network, through, through.from, through.to, price, growing?.cost ?? Number.POSITIVE_INFINITY) : undefined;
  return (shrinking ?? growing)?.edges;
}

/** Dijkstra's algorithm, past one edge; undefined where nothing is cheaper than `limit`. */
function cheapestPath(network: Network, past: Edge, start: number, end: number, price: (edge: Edge) => number, limit: number): Path | undefined {
  const costs = network.map(() => Number.POSITIVE_INFINITY);
  const by: (Step | undefined)[] = network.map(() => undefined);
  const costOf = (node: number): number => costs[node] ?? Number.POSITIVE_INFINITY;
  // Most edges cost nothing: what is reached without further cost goes next, without looking for the cheapest of all.
  const next = [start];
  const dearer = new Set<number>();
  costs[start] = 0;
  for (let node = next.pop(); node !== undefined; node = next.pop() ?? cheapestOf(dearer, costOf)) {
    dearer.delete(node);
    if (costOf(node) >= limit) return undefined;
    if (node === end) return { cost: costOf(end), edges: backFrom(end, by) };
    for (const step of network[node] ?? []) {
      if (step.edge === past) continue;
      const cost = costOf(node) + price(step.edge);
      if (cost >= costOf(step.after)) continue;
      costs[step.after] = cost;
      by[step.after] = step;
      if (cost === costOf(node)) next.push(step.after);
      else dearer.add(step.after);
    }
  }
  return undefined;
}

function cheapestOf(nodes: ReadonlySet<number>, cost: (node: number) => number): number | undefined {
  let best: number | undefined;
  for (const each of nodes) if (best === undefined || cost(each) < cost(best)) best = each;
  return best;
}

function backFrom(end: number, by: readonly (Step | undefined)[]): readonly Edge[] {
  const edges: Edge[] = [];
  for (let step = by[end]; step; step = by[step.before]) edges.push(step.edge);
  return edges;
}
