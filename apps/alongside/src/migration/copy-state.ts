import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Mongo } from '@alongside/mongodb';
import { loadKeyEncryptionKey } from '@alongside/personal-data';
import { openSqliteParkingDecisions } from '@alongside/read-models';
import { CommandProblem } from '../commands/command.js';
import { copyLoopState } from './copy-loop-state.js';

export interface StateCopy {
  /** The embedded system's own; one that is not there holds nothing. */
  readonly files: Readonly<Record<'messages' | 'decisions' | 'keys' | 'accounts', string>>;
  readonly dataFolder: string;
  /** As it was given; absent: it is in the data folder. */
  readonly keyEncryptionKey: string | undefined;
  readonly contexts: readonly string[];
  /** Of the document database. */
  readonly address: string;
  readonly newPosition: (position: string) => Promise<string | undefined>;
  readonly signal: AbortSignal;
}

/**
 * Copies what stands beside the log into the document database: keys, accounts, decisions about parked events, how far the loops have come, timers and
 * dead letters. Read models are made anew from the log, messages come from the relays. Resolves with what it did; it may be repeated. Keys come
 * first: they show whether the database belongs to another system, of which nothing is then touched.
 */
export async function copyState(parts: StateCopy): Promise<readonly string[]> {
  const { openMongo } = await import('@alongside/mongodb');
  const mongo = openMongo({ url: parts.address });
  try {
    await mongo.check();
    const lines: string[] = [];
    for (const copy of [copyKeys, copyAccounts, copyDecisions, copyLoops]) {
      parts.signal.throwIfAborted();
      lines.push(...(await copy(parts, mongo)));
    }
    return lines;
  } finally {
    await mongo.close();
  }
}

async function copyKeys({ files, dataFolder, keyEncryptionKey: value }: StateCopy, mongo: Mongo): Promise<readonly string[]> {
  const file = join(dataFolder, 'key-encryption.key');
  if (!existsSync(files.keys)) return [];
  // It would be made, and open nothing.
  if (value === undefined && !existsSync(file)) throw new CommandProblem(`there are keys and no key-encryption key: put ${file} back, or set ALONGSIDE_KEY_ENCRYPTION_KEY`);
  const { copySubjectKeys } = await import('@alongside/personal-data/mongo');
  const copied = await copySubjectKeys({ file: files.keys, mongo, keyEncryptionKeys: loadKeyEncryptionKey({ value, file }) });
  return [`${copied.keys} keys of people, ${copied.secrets} secrets and ${copied.tombstones} tombstones taken over`];
}

async function copyAccounts({ files }: StateCopy, mongo: Mongo): Promise<readonly string[]> {
  if (!existsSync(files.accounts)) return [];
  const copied = await (await import('@alongside/access/mongo')).copyAccounts({ file: files.accounts, mongo });
  return [`${copied.accounts} accounts and ${copied.sessions} sessions taken over`];
}

async function copyDecisions({ files }: StateCopy, mongo: Mongo): Promise<readonly string[]> {
  if (!existsSync(files.decisions)) return [];
  const { openMongoParkingDecisions } = await import('@alongside/read-models/mongo');
  const [from, to] = [openSqliteParkingDecisions({ file: files.decisions }), openMongoParkingDecisions({ mongo })];
  try {
    const skipped = await from.skipped();
    for (const each of skipped) await to.skip(each);
    return [`${skipped.length} decisions about parked events taken over`];
  } finally {
    await from.close();
  }
}

async function copyLoops({ files, contexts, newPosition, signal }: StateCopy, mongo: Mongo): Promise<readonly string[]> {
  if (!existsSync(files.messages)) return [];
  const { openMongoLoopState } = await import('@alongside/messaging/mongo');
  const loops = openMongoLoopState({ mongo });
  try {
    const copied = await copyLoopState({ file: files.messages, to: loops, contexts, newPosition, signal });
    return [`${copied.checkpoints} checkpoints, ${copied.timers} timers and ${copied.deadLetters} dead letters taken over`];
  } finally {
    await loops.close();
  }
}
