import { ownsDataFolder, setUp, type SetUpOptions } from '@alongside/service';
import { contexts } from '@alongside/system';
import { UsageError, text, type CliCommand, type Run } from './command.js';

const numbers = ['partitions', 'replication', 'retention-days', 'dead-letter-retention-days'] as const;

function numberOf(run: Run, option: (typeof numbers)[number]): number | undefined {
  const typed = text(run, option);
  if (typed === undefined) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(typed)) throw new UsageError(`--${option} is a whole number from 1`);
  return Number(typed);
}

function optionsOf(run: Run): SetUpOptions {
  const [partitions, replication, retentionDays, deadLetterRetentionDays] = numbers.map((each) => numberOf(run, each));
  return {
    ...(partitions !== undefined && { partitions }),
    ...(replication !== undefined && { replication }),
    ...(retentionDays !== undefined && { retentionDays }),
    ...(deadLetterRetentionDays !== undefined && { deadLetterRetentionDays }),
  };
}

export const setup: CliCommand = {
  name: 'setup',
  usage: '[--partitions N] [--replication N] [--retention-days N] [--dead-letter-retention-days N]',
  says: 'makes topics, indexes and roles on the servers that the variables name; may be repeated; the number of partitions changes only where topics differ in it',
  options: Object.fromEntries(numbers.map((each) => [each, { type: 'string' }])),
  positionals: [0, 0],
  run: async (run) => {
    const { undone } = await setUp(run.configuration, contexts, optionsOf(run), run.terminal.print);
    if (ownsDataFolder(run.configuration)) run.terminal.print('what is kept in files needs no setting up');
    // Everything else is done by then. Who asks for nothing, as an upgrade does, is told and not held up.
    return undone > 0 ? 1 : 0;
  },
};
