import { weekdays, type Weekday } from './shapes.js';

// Calendar dates `YYYY-MM-DD` and what they are in a time zone. Intl knows the zones; nothing here knows the time.

const day = 24 * 60 * 60 * 1000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(timeZone, format);
  return format;
}

/** Asking Intl costs as much as everything else a command does; the minute of now is asked for again and again. */
const offsets = new Map<string, number>();
const mostOffsets = 1_000;

/** Minutes that the local time of a zone is ahead of UTC at a moment (RFC 3339). */
export function offsetMinutes(timeZone: string, instant: string): number {
  const moment = new Date(instant);
  // Clocks change at whole minutes.
  const key = `${timeZone} ${Math.floor(moment.getTime() / 60_000)}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const offset = offsetAt(timeZone, moment);
  if (offsets.size >= mostOffsets) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

function offsetAt(timeZone: string, moment: Date): number {
  const parts = Object.fromEntries(formatOf(timeZone).formatToParts(moment).map((part) => [part.type, Number(part.value)]));
  const local = Date.UTC(parts['year'] ?? 0, (parts['month'] ?? 1) - 1, parts['day'] ?? 1, parts['hour'] ?? 0, parts['minute'] ?? 0, parts['second'] ?? 0);
  return Math.round((local - moment.getTime()) / 60_000);
}

/** The calendar date of a moment in a time zone. */
export function dateIn(timeZone: string, instant: string): string {
  return new Date(new Date(instant).getTime() + offsetMinutes(timeZone, instant) * 60_000).toISOString().slice(0, 10);
}

export function addDays(date: string, days: number): string {
  return new Date(new Date(`${date}T00:00:00.000Z`).getTime() + days * day).toISOString().slice(0, 10);
}

export const addWeeks = (date: string, weeks: number): string => addDays(date, weeks * 7);

/** The same day of the month so many months on, or that month's last day. */
export function addMonths(date: string, months: number): string {
  const [year, month, dayOfMonth] = date.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month + months, 0));
  return new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(dayOfMonth, last.getUTCDate()))).toISOString().slice(0, 10);
}

/** The moment (RFC 3339, UTC) at which a calendar date is over in a time zone. */
export function endOf(date: string, timeZone: string): string {
  const midnight = new Date(`${addDays(date, 1)}T00:00:00.000Z`).getTime();
  const first = new Date(midnight - offsetMinutes(timeZone, new Date(midnight).toISOString()) * 60_000);
  // The offset at the guess may be another than at UTC midnight, around a change of the clocks.
  return new Date(midnight - offsetMinutes(timeZone, first.toISOString()) * 60_000).toISOString();
}

/** Whole days from one date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((new Date(`${to}T00:00:00.000Z`).getTime() - new Date(`${from}T00:00:00.000Z`).getTime()) / day);
}

/** When a site works: the days of its week less its holidays. */
export interface WorkingCalendar {
  readonly workingDays: readonly Weekday[];
  readonly holidays: readonly string[];
}

export function weekdayOf(date: string): Weekday {
  // weekdays begins with Monday, getUTCDay with Sunday.
  return weekdays[(new Date(`${date}T00:00:00.000Z`).getUTCDay() + 6) % 7] as Weekday;
}

export const isWorkingDay = (date: string, calendar: WorkingCalendar): boolean => calendar.workingDays.includes(weekdayOf(date)) && !calendar.holidays.includes(date);

/**
 * The date so many working days after a date (which itself does not count). With 0: the date, or the next working day. A calendar
 * without a working day in a year counts every day, so that a mistake in a setting cannot make a promise disappear.
 */
export function addWorkingDays(date: string, days: number, calendar: WorkingCalendar): string {
  let at = date;
  let left = days;
  for (let tried = 0; tried < 366 + days * 7; tried += 1) {
    if (left === 0 && isWorkingDay(at, calendar)) return at;
    at = addDays(at, 1);
    if (left > 0 && isWorkingDay(at, calendar)) left -= 1;
  }
  return addDays(date, days);
}
