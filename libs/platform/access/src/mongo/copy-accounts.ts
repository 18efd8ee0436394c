import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { Mongo } from '@alongside/mongodb';
import type { Grant } from '../session.js';
import { accountIndexes, collections, nobody, type AccountDocument, type AttemptsDocument, type EndedDocument, type SessionDocument } from './collections.js';

export interface AccountsCopied {
  readonly accounts: number;
  readonly sessions: number;
}

type Row = Readonly<Record<string, string | number | null>>;

const batch = 500;

/**
 * Makes accounts, sessions and failed attempts in MongoDB those of a SQLite file: what is there of another copying is replaced. The digests in it are keyed by
 * the secret `accounts`, which has to have been copied before.
 */
export async function copyAccounts({ file, mongo }: { readonly file: string; readonly mongo: Mongo }): Promise<AccountsCopied> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = (table: string): readonly Row[] => database.prepare(`SELECT * FROM ${table}`).all() as readonly Row[];
    const sessions = rows('session');
    const accounts = rows('account').map(accountOf);
    await mongo.indexed(accountIndexes);
    // Who was signed out stays so from the first moment on.
    await replace<EndedDocument>(mongo, collections.ended, sessions.flatMap(({ id, ended_at: at }) => (at === null ? [] : [{ _id: String(id), at: Number(at) }])));
    await replace(mongo, collections.accounts, accounts);
    await replace(mongo, collections.sessions, sessions.map(sessionOf));
    await replace(mongo, collections.attempts, rows('attempt').map(attemptsOf));
    return { accounts: accounts.length, sessions: sessions.length };
  } finally {
    database.close();
  }
}

function accountOf(row: Row): AccountDocument {
  const text = (column: string): string | null => (row[column] === null ? null : String(row[column]));
  const [id, emailDigest, password] = [String(row['id']), text('email_digest'), text('password')];
  return {
    _id: id,
    organisationId: String(row['organisation_id']),
    grants: JSON.parse(String(row['grants'])) as readonly Grant[],
    status: row['status'] === 'active' ? 'active' : 'removed',
    sourceRevision: Number(row['source_revision']),
    emailDigest,
    password,
    passwordSetAt: row['password_set_at'] === null ? null : Number(row['password_set_at']),
    signsInWith: password === null || emailDigest === null ? nobody(id) : emailDigest,
  };
}

const sessionOf = (row: Row): SessionDocument => ({
  _id: String(row['id']),
  accountId: String(row['account_id']),
  secretDigest: String(row['secret_digest']),
  createdAt: Number(row['created_at']),
  lastUsedAt: Number(row['last_used_at']),
  expiresAt: Number(row['expires_at']),
});

const attemptsOf = (row: Row): AttemptsDocument => ({
  _id: String(row['key']),
  failures: Number(row['failures']),
  lastFailedAt: Number(row['last_failed_at']),
  blockedUntil: Number(row['blocked_until']),
  version: randomUUID(),
});

async function replace<Document extends { readonly _id: string }>(mongo: Mongo, name: string, documents: readonly Document[]): Promise<void> {
  await mongo.run((database) => database.collection<{ readonly _id: string }>(name).deleteMany({}));
  for (let start = 0; start < documents.length; start += batch) {
    await mongo.run((database) => database.collection<{ readonly _id: string }>(name).insertMany(documents.slice(start, start + batch).map((each) => ({ ...each }))));
  }
}
