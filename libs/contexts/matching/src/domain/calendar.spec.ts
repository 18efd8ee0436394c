import { describe, expect, test } from '@jest/globals';
import { addMonths, addWeeks, dateIn, daysBetween, endOf } from './calendar.js';

describe('calendar dates', () => {
  test('are those of the time zone', () => {
    expect(dateIn('Europe/London', '2026-06-30T23:30:00.000Z')).toBe('2026-07-01');
    expect(dateIn('America/New_York', '2026-07-01T03:00:00.000Z')).toBe('2026-06-30');
  });

  test('go on by months to the last day where a month is shorter', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2024-02-29', 12)).toBe('2025-02-28');
    expect(addMonths('2026-11-15', 3)).toBe('2027-02-15');
  });

  test('go on by weeks across a change of the clocks', () => {
    expect(addWeeks('2026-03-27', 1)).toBe('2026-04-03');
    expect(daysBetween('2026-03-27', '2026-04-03')).toBe(7);
  });

  test.each([
    ['2026-03-02', 'Europe/London', '2026-03-03T00:00:00.000Z'],
    ['2026-03-28', 'Europe/London', '2026-03-29T00:00:00.000Z'],
    ['2026-03-29', 'Europe/London', '2026-03-29T23:00:00.000Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    ['2026-07-01', 'America/New_York', '2026-07-02T04:00:00.000Z'],
  ])('%s in %s is over at %s', (date, timeZone, moment) => {
    expect(endOf(date, timeZone)).toBe(moment);
  });
});
