/** So much fits beside a committed offset (the broker's `offset.metadata.max.bytes` is 4096 unless it is changed). */
const longest = 3_500;

/** Offsets from `from` to `to`, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * What is done beyond a committed offset, as text to be kept with it: `done:2-5,9`, counted from that offset. What does not fit is left out, and
 * may be delivered again.
 */
export function doneAhead(committed: number, ranges: readonly Range[]): string {
  let text = '';
  for (const { from, to } of ranges) {
    const next = `${text === '' ? 'done:' : ','}${from === to ? from - committed : `${from - committed}-${to - committed}`}`;
    if (text.length + next.length > longest) break;
    text += next;
  }
  return text;
}

/** Whether an offset was done, by what `doneAhead` wrote beside the committed one. */
export function readDoneAhead(committed: number, text: string | null): (offset: number) => boolean {
  const ranges = /^done:(\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)$/.exec(text ?? '')?.[1]?.split(',').map((each) => each.split('-').map(Number)) ?? [];
  return (offset) => ranges.some(([from = 0, to = from]) => offset - committed >= from && offset - committed <= to);
}
