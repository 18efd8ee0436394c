import type { Journey } from '../domain/journey.js';
import { spread } from './quartiles.js';
import { withheldGroups } from './small-groups.js';
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

/** Groups of a whole that is shown; `others`: the same groups of what a filter leaves out, which the figures of everybody tell as well. */
function brokenDown<Key extends string>(tallies: ReadonlyMap<Key, Tally>, smallest: number, others: ReadonlyMap<Key, Tally> = new Map()): ReadonlyMap<Key, Figures> {
  const groups = [...tallies].sort(([one], [other]) => (one < other ? -1 : 1));
  const withheld = withheldGroups(groups.map(([key, { journeys }]) => ({ inside: journeys, outside: others.get(key)?.journeys ?? 0 })), smallest);
  return new Map(groups.map(([key, tally], index) => [key, figuresOf(tally, withheld[index] ?? false)]));
}

const tallyOf = <Key extends string>(tallies: Map<Key, Tally>, key: Key): Tally => {
  const tally = tallies.get(key) ?? emptyTally();
  tallies.set(key, tally);
  return tally;
};

/**
 * Figures of an organisation's journeys, whole or filtered. The whole is shown as it is, and so is every part of it (a filter, a site,
 * a month) of at least `smallest` people; of smaller ones nothing, and nothing of as many others as would give them away
 * (docs/decisions/0015-small-numbers.md).
 */
export async function overviewOf(
  journeys: AsyncIterable<{ readonly document: Journey }> | Iterable<{ readonly document: Journey }>,
  filter: OverviewFilter,
  reckoning: Reckoning,
  smallest: number,
): Promise<Overview> {
  const isOfOneSite = filter.siteId !== undefined && filter.from === undefined && filter.to === undefined;
  const parts = new Map<string, Tally>([['inside', emptyTally()], ['outside', emptyTally()]]);
  const sites = { inside: new Map<string, Tally>(), outside: new Map<string, Tally>() };
  const months = { inside: new Map<string, Tally>(), outside: new Map<string, Tally>() };
  for await (const { document } of journeys) {
    const on = receivedOn(document, reckoning);
    const isInside = (filter.siteId ?? document.siteId) === document.siteId && (filter.from ?? on) <= on && on <= (filter.to ?? on);
    const where = isInside ? 'inside' : 'outside';
    count(tallyOf(parts, where), document, reckoning);
    count(tallyOf(sites[where], document.siteId), document, reckoning);
    count(tallyOf(months[where], on.slice(0, 7)), document, reckoning);
  }
  // A site asked for by itself shows what it shows among all of them: the two together tell no more than one.
  const whole = (isOfOneSite ? brokenDown(new Map([...sites.outside, ...sites.inside]), smallest).get(filter.siteId ?? '') : brokenDown(parts, smallest).get('inside')) ?? figuresOf(emptyTally(), false);
  // Of a part that is withheld, its own parts are, too.
  const isShown = whole.journeys !== null;
  const shown = <Key extends string>({ inside, outside }: { readonly inside: ReadonlyMap<Key, Tally>; readonly outside: ReadonlyMap<Key, Tally> }) => (isShown ? [...brokenDown(inside, smallest, outside)] : []);
  return {
    smallestShown: smallest,
    ...whole,
    bySite: shown(sites).map(([siteId, figures]) => ({ siteId, ...nameOf(siteId, reckoning), ...figures })),
    byMonth: shown(months).map(([month, figures]) => ({ month, ...figures })),
  };
}

const nameOf = (siteId: string, reckoning: Reckoning): { name?: string } => {
  const { name } = reckoning.siteOf(siteId);
  return name === undefined ? {} : { name };
};
