import type { Journey } from '../domain/journey.js';
import { spread } from './quartiles.js';
import { withheldFrom, type Cell } from './small-groups.js';
import { count, durations, emptyTally, promises, receivedOn, type Reckoning, type Tally } from './tally.js';

/** `null`: withheld, so that nobody is singled out. */
type Figure = number | null;

export interface Figures {
  readonly journeys: Figure;
  readonly stages: Readonly<Record<string, Figure>>;
  readonly outcomes: Readonly<Record<string, Figure>>;
  /** Goals by what became of them. */
  readonly goals: Readonly<Record<string, Figure>>;
  /** Calendar days from the referral. */
  readonly days: Readonly<Record<string, { readonly count: Figure; readonly lowerQuartile?: number; readonly median?: number; readonly upperQuartile?: number }>>;
  /** Share (0 to 1) kept within the working days that are promised now, of the journeys of which it can be told. */
  readonly withinStandards: Readonly<Record<string, { readonly of: Figure; readonly share?: number }>>;
}

export interface Overview extends Figures {
  readonly smallestShown: number;
  readonly bySite: readonly ({ readonly siteId: string; readonly name?: string } & Figures)[];
  /** By the month, at the site, in which the referral came. */
  readonly byMonth: readonly ({ readonly month: string } & Figures)[];
}

export interface OverviewFilter {
  readonly siteId?: string;
  /** Calendar dates at the site on which the referral came, both inclusive. */
  readonly from?: string;
  readonly to?: string;
}

/** Of a group that is withheld nothing is told, not even how many it is. */
function figuresOf(tally: Tally, isWithheld: boolean): Figures {
  const figure = (count: number): Figure => (isWithheld ? null : count);
  const named = (counts: Readonly<Record<string, number>>) => Object.fromEntries(Object.entries(counts).map(([key, each]) => [key, figure(each)]));
  return {
    journeys: figure(tally.journeys),
    stages: named(tally.stages),
    outcomes: named(tally.outcomes),
    goals: named(tally.goals),
    days: Object.fromEntries(durations.map((duration) => [duration, isWithheld ? { count: null } : spread(tally.days[duration])])),
    withinStandards: Object.fromEntries(
      promises.map((promise) => {
        const { kept, missed } = tally.standards[promise];
        const of = kept + missed;
        return [promise, isWithheld ? { of: null } : { of, ...(of > 0 && { share: Math.round((kept / of) * 1000) / 1000 }) }];
      }),
    ),
  };
}

const tallyOf = <Key extends string>(tallies: Map<Key, Tally>, key: Key): Tally => {
  const tally = tallies.get(key) ?? emptyTally();
  tallies.set(key, tally);
  return tally;
};

const allOf = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();

/**
 * Figures of an organisation's journeys, whole or filtered. The whole is shown as it is, and so is every part of it (a filter, a site,
 * a month) of at least `smallest` people; of smaller ones nothing, and nothing of as many others as would give them away, in this answer
 * or beside another one (docs/decisions/0015-small-numbers.md).
 */
export async function overviewOf(
  journeys: AsyncIterable<{ readonly document: Journey }> | Iterable<{ readonly document: Journey }>,
  { siteId, from, to }: OverviewFilter,
  reckoning: Reckoning,
  smallest: number,
): Promise<Overview> {
  const cells = new Map<string, Cell>();
  const whole = emptyTally();
  const sites = new Map<string, Tally>();
  const months = new Map<string, Tally>();
  for await (const { document } of journeys) {
    const on = receivedOn(document, reckoning);
    const cell = { siteId: document.siteId, month: on.slice(0, 7), when: on < (from ?? on) ? 'before' : on > (to ?? on) ? 'after' : 'inside' } as const;
    const key = `${cell.siteId} ${cell.month} ${cell.when}`;
    cells.set(key, { ...cell, people: (cells.get(key)?.people ?? 0) + 1 });
    if (cell.when !== 'inside' || cell.siteId !== (siteId ?? cell.siteId)) continue;
    for (const tally of [whole, tallyOf(sites, cell.siteId), tallyOf(months, cell.month)]) count(tally, document, reckoning);
  }
  const withheld = withheldFrom([...cells.values()], smallest);
  const isWithheld = withheld.period || (siteId !== undefined && withheld.sites.has(siteId));
  const withheldMonths = siteId === undefined ? withheld.months : withheld.monthsOfSites;
  // That there is nobody would tell as well: what is withheld stands there, whether anybody is in it or not.
  const monthsAsked = [...cells.values()].filter(({ when }) => when === 'inside').map(({ month }) => month);
  const named = isWithheld ? [] : allOf([...sites.keys(), ...(siteId === undefined ? withheld.sites : [])]);
  const dated = isWithheld ? [] : allOf([...months.keys(), ...monthsAsked.filter((month) => withheldMonths.has(month))]);
  return {
    smallestShown: smallest,
    ...figuresOf(whole, isWithheld),
    bySite: named.map((id) => ({ siteId: id, ...nameOf(id, reckoning), ...figuresOf(sites.get(id) ?? emptyTally(), withheld.sites.has(id)) })),
    byMonth: dated.map((month) => ({ month, ...figuresOf(months.get(month) ?? emptyTally(), withheldMonths.has(month)) })),
  };
}

const nameOf = (siteId: string, reckoning: Reckoning): { name?: string } => {
  const { name } = reckoning.siteOf(siteId);
  return name === undefined ? {} : { name };
};
