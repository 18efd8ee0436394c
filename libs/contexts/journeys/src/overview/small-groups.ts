/** How many people of one site were referred in one month, and where the dates of a filter leave them. */
export interface Cell {
  readonly siteId: string;
  readonly month: string;
  readonly when: 'before' | 'inside' | 'after';
  readonly people: number;
}

export interface Withheld {
  /** All that the dates leave. */
  readonly period: boolean;
  /** What the dates leave of these sites. */
  readonly sites: ReadonlySet<string>;
  /** Months of everybody. */
  readonly months: ReadonlySet<string>;
  /** Months of any one site. */
  readonly monthsOfSites: ReadonlySet<string>;
}

type Key = (cell: Cell) => string;
/** Months that follow each other, and are told together or not at all; one month alone is told. */
type Stretch = readonly Cell[];

const everybody: Key = () => '';
const month: Key = (cell) => cell.month;
const year: Key = (cell) => cell.month.slice(0, 4);
const site: Key = (cell) => cell.siteId;
const when: Key = (cell) => cell.when;

const peopleIn = (cells: readonly Cell[]): number => cells.reduce((sum, { people }) => sum + people, 0);

function groupedBy(cells: readonly Cell[], key: Key): ReadonlyMap<string, readonly Cell[]> {
  return new Map([...Map.groupBy(cells, key)].sort(([one], [other]) => (one < other ? -1 : 1)));
}

const isOfSeveralMonths = (stretch: Stretch): boolean => groupedBy(stretch, month).size > 1;
const isParted = (stretch: Stretch): boolean => groupedBy(stretch, when).size > 1;

/**
 * What must not be shown, so that nobody is known by the group that they are in (1 to `smallest` - 1 people), neither from one answer
 * nor from several of which one is subtracted from another. It rests on a division that is the same for every filter: sites that
 * are never told apart, and stretches of months, for everybody and, longer ones, for the sites. An answer tells of whole parts of it, or of
 * what dates leave of a month that is a part by itself, with nobody or `smallest` and more on either side.
 */
export function withheldFrom(cells: readonly Cell[], smallest: number): Withheld {
  const isFew = (people: number): boolean => people > 0 && people < smallest;
  const fewIn = (group: readonly Cell[], key: Key): ReadonlySet<string> => new Set([...groupedBy(group, key)].filter(([, each]) => isFew(peopleIn(each))).map(([name]) => name));

  /** One after the other together, until by each key there is nobody or enough; who is left at the end joins those before. */
  const together = (parts: Iterable<Stretch>, key: Key): readonly Stretch[] => {
    const whole: Stretch[] = [];
    let open: Stretch = [];
    for (const part of parts) {
      open = [...open, ...part];
      if (fewIn(open, key).size > 0) continue;
      whole.push(open);
      open = [];
    }
    while (whole.length > 0 && fewIn(open, key).size > 0) open = [...(whole.pop() ?? []), ...open];
    return open.length > 0 ? [...whole, open] : whole;
  };

  /** Sites with few by any key and, beginning with the smallest, as many others as it takes that all who are withheld are not few. One alone is the whole. */
  const withheldSites = (among: readonly Cell[], key: Key, known: ReadonlySet<string> = new Set()): ReadonlySet<string> => {
    const sites = [...groupedBy(among, site)];
    if (sites.length === 1) return known;
    const withheld = new Set([...known, ...sites.filter(([, own]) => fewIn(own, key).size > 0).map(([siteId]) => siteId)]);
    for (const [siteId, own] of sites.sort(([, one], [, other]) => peopleIn(one) - peopleIn(other))) {
      const few = fewIn(among.filter((cell) => withheld.has(cell.siteId)), key);
      if (own.some((cell) => few.has(key(cell)))) withheld.add(siteId);
    }
    return withheld;
  };

  // Within years, as far as it goes: a year is what is asked for most.
  const years = together(groupedBy(cells, year).values(), everybody);
  const months = years.flatMap((each) => together(groupedBy(each, month).values(), everybody));
  const neverTold = withheldSites(cells, everybody);
  const toldSite: Key = ({ siteId }) => (neverTold.has(siteId) ? '' : siteId);
  const monthsOfSites = together(years, toldSite).flatMap((each) => together(months.filter(([first]) => first !== undefined && each.includes(first)), toldSite));

  const ofSeveralMonths = (stretches: readonly Stretch[]): ReadonlySet<string> => new Set(stretches.filter(isOfSeveralMonths).flatMap((each) => each.map(month)));
  return {
    period: months.filter(isParted).some((each) => isOfSeveralMonths(each) || fewIn(each, when).size > 0),
    // By each month by itself, so that a date has the same sites withheld whatever the other is.
    sites: new Set([...neverTold, ...monthsOfSites.filter(isParted).flatMap((each) => (isOfSeveralMonths(each) ? cells.map(site) : [...withheldSites(each, when, neverTold)]))]),
    months: ofSeveralMonths(months),
    monthsOfSites: ofSeveralMonths(monthsOfSites),
  };
}
