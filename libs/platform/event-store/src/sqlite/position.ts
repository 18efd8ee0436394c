/** Sixteen digits hold every safe integer. */
const width = 16;
export const pattern = /^\d{16}$/;

/** Before every event. */
export const beginning = '0'.repeat(width);

export function toPosition(row: number): string {
  return String(row).padStart(width, '0');
}

/** Whether a text (a query parameter, say) can be a position of this store. */
export function isPosition(text: string): boolean {
  return pattern.test(text);
}

/** The row of a position; a `RangeError` for a text that is none. */
export function toRow(position: string | undefined): number {
  if (position === undefined) return 0;
  if (!isPosition(position)) throw new RangeError('this is no position of the event store');
  return Number(position);
}

/** The position that follows in a log of this store, which leaves none out. */
export function positionAfter(position: string | undefined): string {
  return toPosition(toRow(position) + 1);
}
