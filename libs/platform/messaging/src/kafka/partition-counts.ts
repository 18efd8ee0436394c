/** Why topics that are read together cannot be: a key has to lie in the same partition of each. undefined: they can. */
export function differingCounts(counts: ReadonlyMap<string, number>): string | undefined {
  const most = Math.max(...counts.values());
  const byCount = [...Map.groupBy(counts.keys(), (topic) => counts.get(topic) ?? 0)].sort(([one], [other]) => other - one);
  if (byCount.length < 2) return undefined;
  const told = byCount.map(([count, topics]) => `${count} of ${topics.join(', ')}`).join('; ');
  return `topics that are read together have different numbers of partitions (${told}), and a consumer that starts reads none of them: stop the services, run alongside setup --partitions ${most}, which gives the others as many and deletes nothing, and start them again`;
}
