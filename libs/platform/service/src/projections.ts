import { UnknownReadModel, type ProjectionRunner } from '@alongside/read-models';

/** Several sets of read models, each with its own runner and lease, as one. */
export function together(runners: readonly ProjectionRunner[]): ProjectionRunner {
  const [only] = runners;
  if (only && runners.length === 1) return only;
  const byModel = new Map(runners.flatMap((runner) => runner.status().map(({ readModel }) => [readModel, runner] as const)));
  const runnerOf = (readModel: string): ProjectionRunner => {
    const runner = byModel.get(readModel);
    if (!runner) throw new UnknownReadModel(readModel);
    return runner;
  };
  const all = [...byModel.keys()];
  const grouped = (names: readonly string[]): ReadonlyMap<ProjectionRunner, readonly string[]> => Map.groupBy(names, runnerOf);
  return {
    run: async (signal) => void (await Promise.all(runners.map((each) => each.run(signal)))),
    ready: async (signal) => void (await Promise.all(runners.map((each) => each.ready(signal)))),
    documents: (model) => runnerOf(model.name).documents(model),
    waitFor: async (readModel, ...rest) => runnerOf(readModel).waitFor(readModel, ...rest),
    rebuild: async (names = all, options) => {
      let events = 0;
      // One after the other: each reads the whole log.
      for (const [runner, own] of grouped(names)) events += (await runner.rebuild(own, options)).events;
      return { readModels: names, events };
    },
    compare: async (names = all, signal) => {
      const differences = [];
      for (const [runner, own] of grouped(names)) differences.push(...(await runner.compare(own, signal)));
      return differences;
    },
    parked: async () => (await Promise.all(runners.map((each) => each.parked()))).flat(),
    replay: async (readModel, ...rest) => runnerOf(readModel).replay(readModel, ...rest),
    skip: async (readModel, ...rest) => runnerOf(readModel).skip(readModel, ...rest),
    forgetSubject: async (subject) => void (await Promise.all(runners.map((each) => each.forgetSubject(subject)))),
    status: () => runners.flatMap((each) => each.status()),
  };
}
