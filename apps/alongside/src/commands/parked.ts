import { NotParked, UnknownReadModel, type ParkedSequence, type Replayed } from '@alongside/read-models';
import type { Platform } from '@alongside/service';
import { CommandProblem, UsageError, mustBeAgreed, table, type CliCommand, type Run } from './command.js';
import { withStores } from './stores.js';

const heading = ['READ MODEL', 'DOCUMENT', 'EVENT', 'STREAM', 'POSITION', 'WAITING', 'TRIED', 'SINCE', 'ERROR'];

const rowOf = (each: ParkedSequence): readonly string[] => [
  each.readModel,
  each.documentId,
  each.type,
  each.stream,
  each.position,
  String(each.waiting),
  each.retrying ? `${each.attempts}, goes on` : String(each.attempts),
  each.parkedAt,
  each.code,
];

export const parkedList: CliCommand = {
  name: 'parked list',
  usage: '',
  says: 'documents of read models that wait behind an event which could not be applied',
  options: {},
  positionals: [0, 0],
  run: ({ configuration, terminal }) =>
    withStores(configuration, async ({ projections }) => {
      const parked = await projections.parked();
      if (parked.length === 0) terminal.print('nothing is parked');
      else for (const line of table(heading, parked.map(rowOf))) terminal.print(line);
      return 0;
    }),
};

export const parkedReplay: CliCommand = {
  name: 'parked replay',
  usage: 'READ-MODEL DOCUMENT | --all',
  says: 'tries again what is parked, in order',
  options: { all: { type: 'boolean' } },
  positionals: [0, 2],
  run: async (run) => {
    const one = run.values['all'] === true && run.positionals.length === 0 ? undefined : sequenceOf(run);
    return withStores(run.configuration, async ({ projections }) => {
      const sequences = one ? [one] : (await projections.parked()).map(({ readModel, documentId }) => [readModel, documentId] as const);
      if (sequences.length === 0) run.terminal.print('nothing is parked');
      let stopped = 0;
      for (const [readModel, documentId] of sequences) {
        run.terminal.progress(`replaying ${readModel} ${documentId}`);
        const replayed = await known(() => projections.replay(readModel, documentId, run.signal));
        if (!tellReplayed(run, readModel, documentId, replayed)) stopped += 1;
      }
      return stopped === 0 ? 0 : 1;
    });
  },
};

export const parkedSkip: CliCommand = {
  name: 'parked skip',
  usage: 'READ-MODEL DOCUMENT [--yes]',
  says: 'decides for good that the event at fault is left out of this read model, and applies what waits behind it',
  options: { yes: { type: 'boolean' } },
  positionals: [2, 2],
  run: (run) => withStores(run.configuration, (platform) => skip(run, platform)),
};

async function skip(run: Run, { projections }: Platform): Promise<number> {
  const [readModel, documentId] = sequenceOf(run);
  const first = (await projections.parked()).find((each) => each.readModel === readModel && each.documentId === documentId);
  if (!first) throw new CommandProblem(`${readModel} ${documentId} is not parked`);
  await mustBeAgreed(run, `Leave ${first.type} at position ${first.position} out of ${readModel} for good?`);
  const replayed = await known(() => projections.skip(readModel, documentId, run.signal));
  return tellReplayed(run, readModel, documentId, replayed) ? 0 : 1;
}

function sequenceOf({ positionals, values }: Run): readonly [string, string] {
  const [readModel, documentId] = positionals;
  if (readModel === undefined || documentId === undefined || values['all'] === true) throw new UsageError('name the read model and the document, as "alongside parked list" shows them');
  return [readModel, documentId];
}

async function known<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnknownReadModel || error instanceof NotParked) throw new CommandProblem(error.message);
    throw error;
  }
}

/** Whether all of it went. */
function tellReplayed({ terminal }: Run, readModel: string, documentId: string, { applied, skipped, stopped }: Replayed): boolean {
  terminal.print(`${readModel} ${documentId}: ${applied} applied, ${skipped} left out`);
  if (stopped) terminal.tell(`alongside: ${readModel} ${documentId} stops at position ${stopped.position}: ${stopped.code}`);
  return stopped === undefined;
}
