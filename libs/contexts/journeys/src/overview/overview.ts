import { journeyOutcomes } from '@alongside/contracts';
import { goalOutcomes, type Journey } from '../domain/journey.js';
import { stages } from '../domain/stage.js';
import { spread } from './quartiles.js';
import { withheldCells } from './small-cells.js';
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

const lengths = [1, stages.length, journeyOutcomes.length, goalOutcomes.length];
const start = (index: number): number => lengths.slice(0, index).reduce((sum, length) => sum + length, 0);
const range = (index: number): readonly number[] => Array.from({ length: lengths[index] ?? 0 }, (_, offset) => start(index) + offset);
const daysStart = start(lengths.length);
const promisesStart = daysStart + durations.length;
/** Stages sum to the journeys, outcomes to those that are closed. Of what was promised only both, kept and missed, are shown. */
const shape = {
  blocks: [{ sum: 0, parts: range(1) }, { sum: start(1) + stages.indexOf('closed'), parts: range(2) }],
  pairs: promises.map((_promise, index) => [promisesStart + index * 2, promisesStart + index * 2 + 1] as const),
};

/** A group's counts in one row; column 0 is its size. */
const rowOf = (tally: Tally): readonly number[] => [
  tally.journeys,
  ...stages.map((stage) => tally.stages[stage]),
  ...journeyOutcomes.map((outcome) => tally.outcomes[outcome]),
  ...goalOutcomes.map((outcome) => tally.goals[outcome]),
  ...durations.map((duration) => tally.days[duration].length),
  ...promises.flatMap((promise) => [tally.standards[promise].kept, tally.standards[promise].missed]),
];

function figuresOf(tally: Tally, withheld: readonly boolean[]): Figures {
  const row = rowOf(tally);
  const at = (column: number): Figure => (withheld[column] ? null : (row[column] ?? 0));
  const named = (keys: readonly string[], from: number) => Object.fromEntries(keys.map((key, index) => [key, at(from + index)]));
  return {
    journeys: at(0),
    stages: named(stages, start(1)),
    outcomes: named(journeyOutcomes, start(2)),
    goals: named(goalOutcomes, start(3)),
    days: Object.fromEntries(durations.map((duration, index) => [duration, withheld[daysStart + index] ? { count: null } : spread(tally.days[duration])])),
    withinStandards: Object.fromEntries(
      promises.map((promise, index) => {
        const { kept, missed } = tally.standards[promise];
        const of = kept + missed;
        const hidden = withheld[promisesStart + index * 2] || withheld[promisesStart + index * 2 + 1];
        return [promise, hidden ? { of: null } : { of, ...(of > 0 && { share: Math.round((kept / of) * 1000) / 1000 }) }];
      }),
    ),
  };
}

interface Part {
  readonly figures: Figures;
  /** Columns of which nothing is shown. */
  readonly hidden: readonly number[];
}

/** Parts of a whole of which these columns are `hidden`: in none of the parts is one of them shown. */
function brokenDown<Key extends string>(tallies: ReadonlyMap<Key, Tally>, smallest: number, hidden: readonly number[] = []): ReadonlyMap<Key, Part> {
  const groups = [...tallies].sort(([one], [other]) => (one < other ? -1 : 1));
  const withheld = withheldCells(groups.map(([, tally]) => rowOf(tally)), { ...shape, hidden }, smallest);
  return new Map(groups.map(([key, tally], index) => [key, { figures: figuresOf(tally, withheld[index] ?? []), hidden: (withheld[index] ?? []).flatMap((cell, column) => (cell ? [column] : [])) }]));
}

const tallyOf = <Key extends string>(tallies: Map<Key, Tally>, key: Key): Tally => {
  const tally = tallies.get(key) ?? emptyTally();
  tallies.set(key, tally);
  return tally;
};

/**
 * Figures of an organisation's journeys, whole or filtered. The whole is shown as it is; a part of it (a filter, a site, a month)
 * with its cells smaller than `smallest` withheld, and what would give them away.
 */
export async function overviewOf(
  journeys: AsyncIterable<{ readonly document: Journey }> | Iterable<{ readonly document: Journey }>,
  filter: OverviewFilter,
  reckoning: Reckoning,
  smallest: number,
): Promise<Overview> {
  const isOfOneSite = filter.siteId !== undefined && filter.from === undefined && filter.to === undefined;
  const parts = new Map<string, Tally>([['inside', emptyTally()], ['outside', emptyTally()]]);
  const everySite = new Map<string, Tally>();
  const sites = new Map<string, Tally>();
  const months = new Map<string, Tally>();
  for await (const { document } of journeys) {
    const on = receivedOn(document, reckoning);
    const isInside = (filter.siteId ?? document.siteId) === document.siteId && (filter.from ?? on) <= on && on <= (filter.to ?? on);
    count(tallyOf(parts, isInside ? 'inside' : 'outside'), document, reckoning);
    if (isOfOneSite) count(tallyOf(everySite, document.siteId), document, reckoning);
    if (!isInside) continue;
    count(tallyOf(sites, document.siteId), document, reckoning);
    count(tallyOf(months, on.slice(0, 7)), document, reckoning);
  }
  // A site asked for by itself shows what it shows among all of them: the two together tell no more than one.
  const whole = (isOfOneSite ? brokenDown(everySite, smallest).get(filter.siteId ?? '') : brokenDown(parts, smallest).get('inside')) ?? { figures: figuresOf(emptyTally(), []), hidden: [] };
  // Of a part that is withheld, its own parts are, too.
  const isShown = whole.figures.journeys !== null;
  const shown = <Key extends string>(tallies: ReadonlyMap<Key, Tally>) => (isShown ? [...brokenDown(tallies, smallest, whole.hidden)] : []);
  return {
    smallestShown: smallest,
    ...whole.figures,
    bySite: shown(sites).map(([siteId, { figures }]) => ({ siteId, ...nameOf(siteId, reckoning), ...figures })),
    byMonth: shown(months).map(([month, { figures }]) => ({ month, ...figures })),
  };
}

const nameOf = (siteId: string, reckoning: Reckoning): { name?: string } => {
  const { name } = reckoning.siteOf(siteId);
  return name === undefined ? {} : { name };
};
