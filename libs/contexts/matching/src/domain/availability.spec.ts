import { describe, expect, test } from '@jest/globals';
import type { WeeklyPeriod, Weekday } from '@alongside/contracts';
import fc from 'fast-check';
import { minutesInCommon, spansOf } from './availability.js';

const winter = '2026-01-12T12:00:00.000Z';
const summer = '2026-07-13T12:00:00.000Z';
const period = (day: Weekday, from: string, to: string): WeeklyPeriod => ({ day, from, to });
const common = (left: readonly WeeklyPeriod[], leftZone: string, right: readonly WeeklyPeriod[], rightZone: string, at = winter): number =>
  minutesInCommon(spansOf(left, leftZone, at), spansOf(right, rightZone, at));

describe('hours of the week that both have free', () => {
  test('are those in which periods of one time zone overlap', () => {
    expect(common([period('tuesday', '14:00', '17:00')], 'Europe/London', [period('tuesday', '16:00', '18:00')], 'Europe/London')).toBe(60);
    expect(common([period('tuesday', '14:00', '16:00')], 'Europe/London', [period('tuesday', '16:00', '18:00')], 'Europe/London')).toBe(0);
    expect(common([period('tuesday', '14:00', '17:00')], 'Europe/London', [period('wednesday', '14:00', '17:00')], 'Europe/London')).toBe(0);
  });

  test('are counted in the time zone of each', () => {
    expect(common([period('monday', '09:00', '10:00')], 'Europe/London', [period('monday', '10:00', '11:00')], 'Europe/Berlin')).toBe(60);
  });

  test('change when only one of the zones puts its clocks forward', () => {
    const london = [period('monday', '09:00', '10:00')];
    const reykjavik = [period('monday', '09:00', '10:00')];
    expect(common(london, 'Europe/London', reykjavik, 'Atlantic/Reykjavik', winter)).toBe(60);
    expect(common(london, 'Europe/London', reykjavik, 'Atlantic/Reykjavik', summer)).toBe(0);
  });

  test('go round the end of the week', () => {
    expect(common([period('sunday', '22:00', '23:59')], 'America/New_York', [period('monday', '03:00', '05:00')], 'Europe/London')).toBe(119);
  });

  test('count an hour once that was named twice', () => {
    expect(common([period('friday', '10:00', '12:00'), period('friday', '11:00', '12:00')], 'Europe/London', [period('friday', '08:00', '20:00')], 'Europe/London')).toBe(120);
  });

  const periods = fc.array(
    fc.record({
      day: fc.constantFrom<Weekday>('monday', 'wednesday', 'saturday', 'sunday'),
      from: fc.constantFrom('00:00', '08:00', '09:30', '22:00'),
      to: fc.constantFrom('09:45', '12:00', '23:59'),
    }),
    { maxLength: 5 },
  );
  const zone = fc.constantFrom('Europe/London', 'Asia/Kolkata', 'Pacific/Auckland', 'America/New_York');

  test('are the same from both sides, in whatever order, and at most what either offers', () => {
    fc.assert(
      fc.property(periods, zone, periods, zone, fc.constantFrom(winter, summer), (left, leftZone, right, rightZone, at) => {
        const minutes = common(left, leftZone, right, rightZone, at);
        expect(common(right, rightZone, left, leftZone, at)).toBe(minutes);
        expect(common([...left].reverse(), leftZone, [...right].reverse(), rightZone, at)).toBe(minutes);
        expect(minutes).toBeLessThanOrEqual(common(left, leftZone, left, leftZone, at));
        expect(minutes).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
