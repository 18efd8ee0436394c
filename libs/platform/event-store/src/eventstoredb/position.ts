/** Where a record stands in EventStoreDB's log, as its protocol tells it: unsigned 64-bit numbers in decimal. */
export interface LogPosition {
  readonly commit: string;
  readonly prepare: string;
}

const digits = 16;
export const pattern = /^[0-9a-f]{32}$/;

/** Before every event. */
export const beginning = '0'.repeat(2 * digits);

const hex = (decimal: string): string => BigInt(decimal).toString(16).padStart(digits, '0');

/** Commit, then prepare, sixteen hexadecimal digits each: fixed in width, and sorts as the log does. */
export const toPosition = ({ commit, prepare }: LogPosition): string => hex(commit) + hex(prepare);

/** Whether a text can be a position of EventStoreDB's log. */
export const isEventStoreDbPosition = (text: string): boolean => pattern.test(text);

/** Undefined for the beginning, which the protocol has a word of its own for. A `RangeError` for a text that is no position. */
export function toLogPosition(position: string | undefined): LogPosition | undefined {
  if (position === undefined || position === beginning) return undefined;
  if (!isEventStoreDbPosition(position)) throw new RangeError('this is no position of the event store');
  const decimal = (text: string): string => BigInt(`0x${text}`).toString();
  return { commit: decimal(position.slice(0, digits)), prepare: decimal(position.slice(digits)) };
}
