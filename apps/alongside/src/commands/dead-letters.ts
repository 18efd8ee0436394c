import { setTimeout as pause } from 'node:timers/promises';
import type { DeadLetter, DeadLetters } from '@alongside/messaging';
import { CommandProblem, UsageError, mustBeAgreed, table, text, type CliCommand, type Run } from './command.js';
import { withStores } from './stores.js';

const heading = ['ID', 'CONSUMER', 'KEY', 'NAME', 'STATUS', 'FROM', 'REVISION', 'HANDLERS', 'TRIED', 'SINCE', 'ERROR'];
/** How long a replay is watched, in milliseconds: a running server takes it up at once. */
const watchFor = 15_000;
const lookEvery = 100;

const rowOf = (each: DeadLetter): readonly string[] => [
  String(each.id),
  each.consumer,
  each.key,
  each.name,
  each.status,
  each.origin.stream,
  String(each.origin.revision),
  each.steps.join(','),
  String(each.attempts),
  each.parkedAt,
  each.failure ? [each.failure.code, each.failure.at].filter((part) => part !== undefined).join(' at ') : '',
];

async function allOf(deadLetters: DeadLetters, filter: { readonly consumer?: string; readonly key?: string }): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (;;) {
    const page = await deadLetters.list({ ...filter, limit: 500, after: letters.at(-1)?.id ?? 0 });
    letters.push(...page);
    if (page.length < 500) return letters;
  }
}

function filterOf(run: Run): { readonly consumer?: string; readonly key?: string } {
  const [consumer, key] = [text(run, 'consumer'), text(run, 'key')];
  return { ...(consumer !== undefined && { consumer }), ...(key !== undefined && { key }) };
}

function numberOf(typed: string | undefined): number | undefined {
  if (typed === undefined) return undefined;
  if (!/^\d{1,15}$/.test(typed)) throw new UsageError('a dead letter is named by its number, as "alongside dead-letters list" shows it');
  return Number(typed);
}

const filters = { consumer: { type: 'string' }, key: { type: 'string' } } as const;

export const deadLettersList: CliCommand = {
  name: 'dead-letters list',
  usage: '[--consumer NAME] [--key KEY]',
  says: 'messages and events that a consumer could not handle, and what waits behind them',
  options: filters,
  positionals: [0, 0],
  run: (run) =>
    withStores(run.configuration, async ({ loops: { deadLetters } }) => {
      const letters = await allOf(deadLetters, filterOf(run));
      if (letters.length === 0) run.terminal.print('there are no dead letters');
      else for (const line of table(heading, letters.map(rowOf))) run.terminal.print(line);
      return 0;
    }),
};

export const deadLettersReplay: CliCommand = {
  name: 'dead-letters replay',
  usage: 'ID | --consumer NAME [--key KEY] | --all',
  says: 'lets a consumer try again what it could not handle, and then what waits behind it',
  options: { ...filters, all: { type: 'boolean' } },
  positionals: [0, 1],
  run: async (run) => {
    const id = numberOf(run.positionals[0]);
    const filter = filterOf(run);
    const named = [id !== undefined, Object.keys(filter).length > 0, run.values['all'] === true].filter(Boolean).length;
    if (named !== 1) throw new UsageError('say which: the number of one, --consumer and --key, or --all');
    return withStores(run.configuration, async ({ loops: { deadLetters } }) => {
      const asked = (await allOf(deadLetters, filter)).filter((each) => each.status === 'failed' && (id === undefined || each.id === id));
      if (asked.length === 0) throw new CommandProblem(id === undefined ? 'nothing has failed there' : `dead letter ${id} has not failed, or is not there`);
      await deadLetters.replay(id === undefined ? filter : { id });
      return watch(run, deadLetters, asked);
    });
  },
};

/** Waits a while for what comes of it: a running server works it off, otherwise the next start does. */
async function watch({ terminal, signal }: Run, deadLetters: DeadLetters, asked: readonly DeadLetter[]): Promise<number> {
  const before = new Map(asked.map((each) => [each.id, each.attempts]));
  for (const began = performance.now(); ; await pause(lookEvery)) {
    const left = (await allOf(deadLetters, {})).filter((each) => before.has(each.id));
    const failed = left.filter((each) => each.status === 'failed' && each.attempts > (before.get(each.id) ?? 0));
    const open = left.length - failed.length;
    terminal.progress(`${asked.length - left.length} of ${asked.length} done`);
    if (open > 0 && performance.now() - began < watchFor && !signal.aborted) continue;
    terminal.print(`${asked.length - left.length} done, ${failed.length} failed again, ${open} still to be tried`);
    if (open > 0) terminal.tell('what is still to be tried is tried by the running system, or when it starts');
    for (const each of failed) terminal.tell(`alongside: ${each.id} ${each.consumer} ${each.key} failed again: ${each.failure?.code ?? 'unknown'}`);
    return failed.length > 0 ? 1 : 0;
  }
}

export const deadLettersDrop: CliCommand = {
  name: 'dead-letters drop',
  usage: 'ID [--yes]',
  says: 'gives one up for good; what waited behind it goes on',
  options: { yes: { type: 'boolean' } },
  positionals: [1, 1],
  run: async (run) => {
    const { terminal } = run;
    const id = numberOf(run.positionals[0]);
    return withStores(run.configuration, async ({ loops: { deadLetters } }) => {
      const letter = (await allOf(deadLetters, {})).find((each) => each.id === id);
      if (id === undefined || !letter) throw new CommandProblem(`there is no dead letter ${run.positionals[0]}`);
      const what = `${letter.name} of ${letter.origin.stream}, revision ${letter.origin.revision}`;
      await mustBeAgreed(run, `Give up ${what} for ${letter.consumer} for good?`);
      if (!(await deadLetters.drop(id))) throw new CommandProblem(`there is no dead letter ${id}`);
      terminal.print(`dropped ${what} for ${letter.consumer}`);
      return 0;
    });
  },
};
