import { isUuid } from '@alongside/event-sourcing';
import type { Configuration } from '@alongside/service';

/** What a command writes to and asks: the terminal, or a test in its place. */
export interface Terminal {
  /** A line of the answer. */
  print(line: string): void;
  /** A line about the work itself: progress, problems. */
  tell(line: string): void;
  /** Shows how far long work is; the next one takes its place where there is a terminal. */
  progress(line: string): void;
  /** Asks for a confirmation; undefined where nobody is there to be asked. */
  confirm(question: string): Promise<boolean> | undefined;
}

export interface Run {
  readonly configuration: Configuration;
  readonly terminal: Terminal;
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
  /** Aborts when a signal asks the command to stop. */
  readonly signal: AbortSignal;
}

/** One command of the command line. */
export interface CliCommand {
  /** What is typed: `parked list` has two words. */
  readonly name: string;
  /** What follows the name. */
  readonly usage: string;
  readonly says: string;
  readonly options: Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly short?: string }>>;
  /** Positional arguments: the least and the most there may be. */
  readonly positionals: readonly [least: number, most: number];
  /** Resolves with the exit code. */
  readonly run: (run: Run) => Promise<number>;
}

/** It was called wrongly: one line that says how, exit code 2. */
export class UsageError extends Error {}

/** It was called well and cannot be done: one line that says why, exit code 1. */
export class CommandProblem extends Error {}

export const text = (run: Run, option: string): string | undefined => {
  const value = run.values[option];
  return typeof value === 'string' ? value : undefined;
};

/** Goes on only with `--yes` or when somebody agrees; where nobody is there to be asked, it has to be `--yes`. */
export async function mustBeAgreed({ terminal, values }: Run, question: string): Promise<void> {
  if (values['yes'] === true) return;
  const answer = terminal.confirm(question);
  if (answer === undefined) throw new UsageError('it cannot be undone: confirm it with --yes');
  if (!(await answer)) throw new CommandProblem('nothing was changed');
}

/** An id as it was typed; `what` says of what. */
export function idOf(typed: string, what: string): string {
  const id = typed.toLowerCase();
  if (!isUuid(id)) throw new UsageError(`${what} is named by its id, such as 3f0c1d1e-6d0c-4b43-9b58-0c9f5a1f7c11`);
  return id;
}

/** A journey's id as it was typed. */
export const journeyIdOf = (run: Run): string => idOf(run.positionals[0] ?? '', 'the journey');

/** Rows beneath a heading, in columns. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}
