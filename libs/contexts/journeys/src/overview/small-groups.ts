/** How many people are in a group, and how many are in the same group of what a filter leaves out (none without a filter). */
export interface Group {
  readonly inside: number;
  readonly outside: number;
}

/**
 * Which groups of a whole must not be shown, so that nobody is known by the group that they are in: those of 1 to `smallest` - 1
 * people and, beginning with the smallest, as many others as it takes that all who are withheld, whose figures follow from the whole,
 * are together `smallest` or more. Where a filter applies, the same holds for what it leaves out: the figures of everybody, less those of
 * the group, tell of the rest. One group alone is the whole itself and no break-down of it.
 */
export function withheldGroups(groups: readonly Group[], smallest: number): readonly boolean[] {
  const isFew = (people: number): boolean => people > 0 && people < smallest;
  const isGivenAway = (indexes: ReadonlySet<number>): boolean => (['inside', 'outside'] as const).some((side) => isFew([...indexes].reduce((sum, index) => sum + (groups[index]?.[side] ?? 0), 0)));
  const peopled = groups.map((group, index) => ({ group, index })).filter(({ group }) => group.inside > 0);
  if (peopled.length <= 1) return groups.map(() => false);
  const withheld = new Set(peopled.filter(({ group }) => isFew(group.inside) || isFew(group.outside)).map(({ index }) => index));
  const others = peopled.filter(({ index }) => !withheld.has(index)).sort((one, other) => one.group.inside - other.group.inside);
  for (const { index } of others) if (isGivenAway(withheld)) withheld.add(index);
  return groups.map((_group, index) => withheld.has(index));
}
