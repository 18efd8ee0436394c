import { describe, expect, it } from '@jest/globals';
import { UnknownReadModel, type ProjectionRunner } from '@alongside/read-models';
import { together } from './projections.js';

function runner(...readModels: readonly string[]) {
  const asked: string[] = [];
  const noted = (what: string): void => void asked.push(what);
  const made: Partial<ProjectionRunner> = {
    status: () => readModels.map((readModel) => ({ readModel, position: undefined, lag: 0, parked: 0, pending: false })),
    rebuild: async (names = []) => (noted(`rebuild ${names.join(' ')}`), { readModels: names, events: 10 }),
    compare: async (names = []) => (noted(`compare ${names.join(' ')}`), names.map((readModel) => ({ readModel, documentId: 'ash', kind: 'extra' as const }))),
    waitFor: async (readModel, position) => noted(`wait for ${readModel} ${position}`),
    ready: async () => noted('ready'),
    run: async () => noted('run'),
  };
  return { asked, made: made as ProjectionRunner };
}

describe('several sets of read models as one', () => {
  it('each do what is asked of their own', async () => {
    const [trees, beds] = [runner('orchard.trees', 'orchard.care'), runner('gardens.beds')];
    const both = together([trees.made, beds.made]);
    expect(await both.rebuild(['gardens.beds', 'orchard.trees'])).toEqual({ readModels: ['gardens.beds', 'orchard.trees'], events: 20 });
    expect(await both.compare()).toHaveLength(3);
    await both.waitFor('gardens.beds', '0000000000000001', 100);
    await both.run(new AbortController().signal);
    await both.ready();
    expect(trees.asked).toEqual(['rebuild orchard.trees', 'compare orchard.trees orchard.care', 'run', 'ready']);
    expect(beds.asked).toEqual(['rebuild gardens.beds', 'compare gardens.beds', 'wait for gardens.beds 0000000000000001', 'run', 'ready']);
    expect(both.status().map(({ readModel }) => readModel)).toEqual(['orchard.trees', 'orchard.care', 'gardens.beds']);
  });

  it('refuse what none of them has', async () => {
    const both = together([runner('orchard.trees').made, runner('gardens.beds').made]);
    await expect(both.waitFor('gardens.paths', '0000000000000001', 100)).rejects.toThrow(UnknownReadModel);
    await expect(both.rebuild(['gardens.paths'])).rejects.toThrow(UnknownReadModel);
  });

  it('are ready at once where there are none, and are the one where there is one', async () => {
    await together([]).ready();
    expect(together([]).status()).toEqual([]);
    const { made } = runner('orchard.trees');
    expect(together([made])).toBe(made);
  });
});
