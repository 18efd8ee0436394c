import { offsetMinutes } from '@alongside/contracts';
import type { WeeklyPeriod, Weekday } from '@alongside/contracts';

const dayOrder: Readonly<Record<Weekday, number>> = { monday: 0, tuesday: 1, wednesday: 2, thursday: 3, friday: 4, saturday: 5, sunday: 6 };
const week = 7 * 24 * 60;

/** Part of a week in minutes of UTC since Monday, half open; never crosses the week's end. */
export type Span = readonly [from: number, to: number];

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/**
 * Weekly periods of a time zone as spans of one UTC week, merged and in order. The offset is that of the time zone at
 * `reference` (RFC 3339): an hour that both have free in winter may be none in summer.
 */
export function spansOf(periods: readonly WeeklyPeriod[], timeZone: string, reference: string): readonly Span[] {
  const offset = offsetMinutes(timeZone, reference);
  const spans = periods.flatMap((period): Span[] => {
    const start = dayOrder[period.day] * 24 * 60 + minutesOf(period.from) - offset;
    const length = minutesOf(period.to) - minutesOf(period.from);
    if (!(length > 0)) return [];
    const from = ((start % week) + week) % week;
    // What runs over the end of the week goes on at its beginning.
    return from + length <= week ? [[from, from + length]] : [[from, week], [0, from + length - week]];
  });
  return merged(spans);
}

function merged(spans: readonly Span[]): readonly Span[] {
  const result: [number, number][] = [];
  for (const [from, to] of [...spans].sort((left, right) => left[0] - right[0] || left[1] - right[1])) {
    const last = result.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** Minutes of the week that both have free. */
export function minutesInCommon(left: readonly Span[], right: readonly Span[]): number {
  let total = 0;
  for (const [from, to] of left) for (const [otherFrom, otherTo] of right) total += Math.max(0, Math.min(to, otherTo) - Math.max(from, otherFrom));
  return total;
}
