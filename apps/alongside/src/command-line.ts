import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isPassing } from '@alongside/event-store';
import { ConfigurationError, DataFolderError, DependencyMissing, configurationFrom, shown } from '@alongside/service';
import { CommandProblem, UsageError, type CliCommand, type Run, type Terminal } from './commands/command.js';
import { deadLettersDrop, deadLettersList, deadLettersReplay } from './commands/dead-letters.js';
import { erasePerson } from './commands/erase-person.js';
import { exportJourney } from './commands/export-journey.js';
import { migrate } from './commands/migrate.js';
import { parkedList, parkedReplay, parkedSkip } from './commands/parked.js';
import { passwordLink } from './commands/password-link.js';
import { rebuild } from './commands/rebuild.js';
import { republish } from './commands/republish.js';
import { setup } from './commands/setup.js';
import { start } from './commands/start.js';
import { verify } from './commands/verify.js';

export const commands: readonly CliCommand[] = [
  start,
  setup,
  rebuild,
  verify,
  parkedList,
  parkedReplay,
  parkedSkip,
  deadLettersList,
  deadLettersReplay,
  deadLettersDrop,
  republish,
  erasePerson,
  exportJourney,
  passwordLink,
  migrate,
];

const done = 0;
const problem = 1;
const wrongUsage = 2;

export function helpText(): string {
  const lines = commands.map(({ name, usage, says }) => `  ${`${name} ${usage}`.trim()}\n      ${says}`);
  return [
    'Usage: alongside COMMAND [options]',
    '',
    ...lines,
    '  help [COMMAND]',
    '      shows this, or how one command is used',
    '  --version',
    '      shows the version',
    '',
    'Every command works beside a running server and takes its settings from the same variables (ALONGSIDE_DATA names the data folder).',
    'Exit code 0: done; 1: it could not be done, or something is wrong; 2: it was called wrongly.',
  ].join('\n');
}

const versionOf = (): string => (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string }).version;

interface Called {
  readonly command: CliCommand;
  readonly rest: readonly string[];
}

/** The command of the first words; throws a `UsageError` for words that name none. */
function called(args: readonly string[]): Called {
  const [first = '', second = ''] = args;
  const single = commands.find(({ name }) => name === first);
  if (single) return { command: single, rest: args.slice(1) };
  const double = commands.find(({ name }) => name === `${first} ${second}`);
  if (double) return { command: double, rest: args.slice(2) };
  const family = commands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name.slice(first.length + 1));
  if (family.length > 0) throw new UsageError(`${first} needs one of: ${family.join(', ')}`);
  throw new UsageError(`there is no command ${/^[\w-]{1,40}$/.test(first) ? first : 'of that name'}: see "alongside help"`);
}

function parsed({ command, rest }: Called): Pick<Run, 'values' | 'positionals'> {
  const usage = `usage: alongside ${`${command.name} ${command.usage}`.trim()}`;
  const options = { ...command.options };
  let values: Run['values'];
  let positionals: readonly string[];
  try {
    ({ values, positionals } = parseArgs({ args: [...rest], options, allowPositionals: true, strict: true }) as Pick<Run, 'values' | 'positionals'>);
  } catch (error) {
    const code = (error as { readonly code?: string }).code;
    const why = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? 'an option is not known' : 'an option is not used as it has to be';
    throw new UsageError(`${why}; ${usage}`);
  }
  const [least, most] = command.positionals;
  if (positionals.length < least) throw new UsageError(`something is missing; ${usage}`);
  if (positionals.length > most) throw new UsageError(`there is too much; ${usage}`);
  return { values, positionals };
}

function help(words: readonly string[], terminal: Terminal): number {
  if (words.length === 0) terminal.print(helpText());
  else {
    const { name, usage, says } = called(words).command;
    terminal.print(`Usage: alongside ${`${name} ${usage}`.trim()}\n\n${says}`);
  }
  return done;
}

export interface CommandLine {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Runs one command; resolves with the exit code. */
export async function runCommandLine({ args, environment, terminal, signal }: CommandLine): Promise<number> {
  try {
    const [first] = args;
    if (first === undefined) throw new UsageError('say what to do: see "alongside help"');
    if (first === 'help' || first === '--help' || first === '-h') return help(first === 'help' ? args.slice(1) : [], terminal);
    if (first === '--version' || first === '-v') {
      terminal.print(versionOf());
      return done;
    }
    const { command, rest } = called(args);
    if (rest.includes('--help')) return help([command.name.split(' ')[0] ?? '', command.name.split(' ')[1] ?? ''], terminal);
    // It reads its variables and options itself.
    if (command === start) return await start.run({} as Run);
    const { values, positionals } = parsed({ command, rest });
    return await command.run({ configuration: configurationFrom(environment), terminal, values, positionals, signal });
  } catch (error) {
    if (error instanceof UsageError) return ended(terminal, error.message, wrongUsage);
    if (isToldInItsOwnWords(error)) return ended(terminal, error.message, problem);
    if (signal.aborted) return ended(terminal, 'stopped', problem);
    return ended(terminal, `it could not be done: ${JSON.stringify(shown(error))}`, problem);
  }
}

const isToldInItsOwnWords = (error: unknown): error is Error =>
  [CommandProblem, ConfigurationError, DataFolderError, DependencyMissing].some((kind) => error instanceof kind) || isPassing(error);

function ended(terminal: Terminal, message: string, code: number): number {
  terminal.tell(`alongside: ${message}`);
  return code;
}
