/** How values spread; absent quartiles: there are none. */
export interface Spread {
  readonly count: number;
  readonly lowerQuartile?: number;
  readonly median?: number;
  readonly upperQuartile?: number;
}

/**
 * The value below which a share (0 to 1) of the sorted values lies, linearly interpolated between the two nearest order
 * statistics: definition 7 of Hyndman & Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996),
 * 361-365; what R, NumPy and spreadsheets do by default. `sorted` ascending, not empty.
 */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[below + 1] ?? low;
  return low + (place - below) * (high - low);
}

/** Median and quartiles by `quantile`, in the unit of the values, rounded to two digits. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) return { count: 0 };
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number): number => Math.round(quantile(sorted, share) * 100) / 100;
  return { count: values.length, lowerQuartile: at(0.25), median: at(0.5), upperQuartile: at(0.75) };
}
