import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { isPassing, openSqliteEventStore, type EventStore } from '@alongside/event-store';
import { lockDataFolder, type Configuration } from '@alongside/service';
import { contexts } from '@alongside/system';
import { AnotherLog, copyLog, positionsIn, SourceWritten } from '../migration/copy-log.js';
import { MessagesUnhandled } from '../migration/copy-loop-state.js';
import { copyState } from '../migration/copy-state.js';
import { CommandProblem, UsageError, text, type CliCommand, type Run } from './command.js';

export const migrate: CliCommand = {
  name: 'migrate',
  usage: '--from sqlite:FILE --to esdb://… [--state mongodb://…]',
  says: 'copies the log of a system that is stopped into an empty EventStoreDB, and with --state what it keeps beside; file:PATH for an address reads it from a file. Run again, it goes on',
  options: { from: { type: 'string' }, to: { type: 'string' }, state: { type: 'string' } },
  positionals: [0, 0],
  run: async (run) => {
    const file = sourceOf(run);
    const [to, state] = [addressOf(run, 'to'), addressOf(run, 'state')];
    if (to === undefined) throw new UsageError('say where to: --to esdb://host:2113, say');
    // Nobody writes while it is copied: a running system holds its folder.
    const locks = [...new Set([run.configuration.dataFolder, folderOf(run.configuration, file)])].map(lockDataFolder);
    try {
      await copyAll(run, file, to, state);
      return 0;
    } finally {
      for (const each of locks) each.release();
    }
  },
};

/** A log elsewhere may be that of another data folder. */
const folderOf = ({ dataFolder }: Configuration, file: string): string => (relative(dataFolder, file).startsWith('..') ? dirname(file) : dataFolder);

function sourceOf(run: Run): string {
  const from = text(run, 'from');
  const file = /^sqlite:(.+)$/.exec(from ?? '')?.[1];
  if (file === undefined) throw new UsageError('say where from: --from sqlite:events.sqlite, say');
  const path = resolve(run.configuration.dataFolder, file);
  // Opening it would make it.
  if (!existsSync(path)) throw new CommandProblem(`there is no log ${path}: set ALONGSIDE_DATA to the folder of the system, or name the file whole`);
  return path;
}

/** What is typed can be seen by others on the machine: a password may be in a file instead. */
function addressOf(run: Run, option: 'to' | 'state'): string | undefined {
  const given = text(run, option);
  const path = /^file:(.+)$/.exec(given ?? '')?.[1];
  if (path === undefined) return given;
  try {
    return readFileSync(resolve(path), 'utf8').trim();
  } catch (error) {
    throw new CommandProblem(`the file of --${option} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}): ${resolve(path)}`);
  }
}

async function copyAll(run: Run, file: string, to: string, state: string | undefined): Promise<void> {
  const { terminal, configuration } = run;
  const from = openSqliteEventStore({ file });
  let target: EventStore | undefined;
  try {
    target = await openTarget(to);
    await copyTheLog(run, from, target);
    if (state === undefined) return terminal.tell('what is kept beside the log was not copied: name where to with --state');
    const copied = await copyState({
      files: filesOf(configuration),
      dataFolder: configuration.dataFolder,
      keyEncryptionKey: configuration.keyEncryptionKey,
      contexts: contexts.map(({ name }) => name),
      address: state,
      newPosition: positionsIn({ from, to: target }),
      signal: run.signal,
    }).catch((error: unknown) => {
      if (run.signal.aborted) throw new CommandProblem('stopped: run it again to go on');
      return toldOf(error);
    });
    for (const line of copied) terminal.print(line);
  } finally {
    await target?.close();
    await from.close();
  }
}

async function openTarget(url: string): Promise<EventStore> {
  const { EventStoreAddressError, openEventStoreDb } = await import('@alongside/event-store/eventstoredb');
  try {
    const store = openEventStoreDb({ url });
    try {
      await store.check();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof EventStoreAddressError) throw new UsageError(error.message);
    throw error;
  }
}

async function copyTheLog({ terminal, signal }: Run, from: EventStore, to: EventStore): Promise<void> {
  const words = { comparing: 'comparing what is there already', copying: 'copying', verifying: 'verifying' } as const;
  const copied = await copyLog({ from, to, signal, onProgress: (step, events, position) => terminal.progress(`${words[step]}: ${events} events, at position ${position}`) }).catch((error: unknown) => {
    if (signal.aborted) throw new CommandProblem('stopped: run it again to go on');
    return toldOf(error);
  });
  const all = copied.before + copied.copied;
  terminal.print(`${all} events in ${copied.streams} streams: ${copied.copied} copied, ${copied.before} were there`);
  terminal.print(`verified: every stream, revision, id and content is the same in both, in the same order (SHA-256 ${copied.digest})`);
}

function toldOf(error: unknown): never {
  if (error instanceof AnotherLog) throw new CommandProblem(`${error.message}: nothing more was written. It has to be an empty event store, or one that a run of before has begun to fill`);
  if (error instanceof SourceWritten) throw new CommandProblem(`${error.message}: stop the system, then run it again to go on`);
  if (error instanceof MessagesUnhandled) throw new CommandProblem(`${error.message}: the log is copied, the state is not. Start the system as it was, wait until alongside_message_lag is 0, stop it, and run this again`);
  if ((error as Error).name === 'OtherKeys') throw new CommandProblem(`${(error as Error).message}: the database belongs to another system, and nothing was changed there`);
  if (ownWords.includes((error as Error).name) || isPassing(error)) throw new CommandProblem((error as Error).message);
  throw error;
}

/** Errors of what is loaded only when it is needed, which say what is wrong in a line for an operator. */
const ownWords: readonly string[] = ['KeyNotUnwrappable', 'KeyEncryptionKeyInvalid', 'MongoAddressInvalid'];

/** Where the embedded system keeps what. */
function filesOf({ dataFolder, messages, keys, accounts }: Configuration): Parameters<typeof copyState>[0]['files'] {
  const fileOf = (storage: Configuration['keys'] | Configuration['messages'], name: string): string => (storage.kind === 'sqlite' ? storage.file : join(dataFolder, name));
  return { messages: fileOf(messages, 'messages.sqlite'), keys: fileOf(keys, 'keys.sqlite'), accounts: fileOf(accounts, 'accounts.sqlite'), decisions: join(dataFolder, 'decisions.sqlite') };
}
