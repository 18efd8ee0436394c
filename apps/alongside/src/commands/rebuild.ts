import { RebuildStopped, UnknownReadModel, type RebuildProgress } from '@alongside/read-models';
import { CommandProblem, UsageError, text, type CliCommand } from './command.js';
import { withStores } from './stores.js';

export const rebuild: CliCommand = {
  name: 'rebuild',
  usage: '[--read-model NAME]',
  says: 'makes every read model, or one, anew from the log beside the live copy, which serves until the new one takes its place',
  options: { 'read-model': { type: 'string' } },
  positionals: [0, 0],
  run: (run) =>
    withStores(run.configuration, async ({ contexts, projections }) => {
      const { terminal, signal } = run;
      const known = contexts.flatMap((context) => context.readModels.map((each) => each.name));
      const named = text(run, 'read-model');
      if (named !== undefined && !known.includes(named)) throw new UsageError(`there is no read model ${named}; there are: ${known.join(', ')}`);
      const names = named === undefined ? known : [named];
      const began = performance.now();
      try {
        const { events } = await projections.rebuild(names, { signal, onProgress: (progress) => terminal.progress(lineOf(progress)) });
        terminal.print(`${names.length} ${names.length === 1 ? 'read model' : 'read models'} rebuilt from ${events} events in ${((performance.now() - began) / 1000).toFixed(1)} s`);
        return 0;
      } catch (error) {
        if (signal.aborted) throw new CommandProblem('stopped: the live copies are untouched');
        if (error instanceof UnknownReadModel) throw new UsageError(error.message);
        if (error instanceof RebuildStopped) throw new CommandProblem(`${error.message}; the live copies are untouched`);
        throw error;
      }
    }),
};

function lineOf({ events, position, until }: RebuildProgress): string {
  return `${events} events read, at position ${position ?? '(beginning)'} of ${until ?? '(an empty log)'}`;
}
