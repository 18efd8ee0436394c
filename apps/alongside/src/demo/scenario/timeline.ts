/** A day of a story, counted from its first, and a time of day there: `[3, '10:15']`. */
export type When = readonly [day: number, time: string];

/** When the things of a story happen. */
export interface Timeline {
  /** The moment, RFC 3339, at which something happens. Where the clock is a test's, it is moved there. */
  at(when: When): Promise<string>;
  /** A moment that is only talked about. */
  instant(when: When): string;
  /** Its date, `YYYY-MM-DD`. */
  date(day: number): string;
}

const dayMs = 24 * 60 * 60 * 1000;

function timelineFrom(first: number): Pick<Timeline, 'date' | 'instant'> {
  const date = (day: number): string => new Date(first + day * dayMs).toISOString().slice(0, 10);
  return { date, instant: ([day, time]) => `${date(day)}T${time}:00.000Z` };
}

/** A story that begins on the last Monday that was at least so many days before `today` (a date): staff work on days 0 to 4 of its weeks. */
export function countedBack(today: string, days: number): Timeline {
  const atLeast = Date.parse(`${today}T00:00:00.000Z`) - days * dayMs;
  const told = timelineFrom(atLeast - ((new Date(atLeast).getUTCDay() + 6) % 7) * dayMs);
  return { ...told, at: async (when) => told.instant(when) };
}

/** A story that begins today and takes the clock along. */
export function lived(today: string, moveTo: (moment: string) => Promise<void> | void): Timeline {
  const told = timelineFrom(Date.parse(`${today.slice(0, 10)}T00:00:00.000Z`));
  return {
    ...told,
    async at(when) {
      const moment = told.instant(when);
      await moveTo(moment);
      return moment;
    },
  };
}
