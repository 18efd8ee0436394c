/** The value below which a share of the measurements lies (nearest rank). */
export function percentile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values) => percentile(values, 0.5);
export const rounded = (value) => Number(value.toPrecision(3));

export function report(name, rows) {
  console.log(`\n${name}`);
  console.table(rows);
}
