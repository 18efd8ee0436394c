import { randomBytes, randomUUID } from 'node:crypto';
import { changesElsewhere, openDatabase, write, type SubjectKeys } from '@alongside/personal-data';
import type { Clock } from '@alongside/event-sourcing';
import { accountDigests, secretDigest } from './account-digests.js';
import { EmailTaken, type Account, type AccountChange, type Accounts, type Attempts, type Session } from './accounts.js';
import type { Grant } from './session.js';

const schema = `
  CREATE TABLE IF NOT EXISTS account (
    id TEXT PRIMARY KEY, organisation_id TEXT NOT NULL, email_digest TEXT, grants TEXT NOT NULL, status TEXT NOT NULL,
    source_revision INTEGER NOT NULL, password TEXT, password_set_at INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS account_signs_in_with ON account (email_digest) WHERE password IS NOT NULL;
  CREATE INDEX IF NOT EXISTS account_with_email ON account (email_digest) WHERE email_digest IS NOT NULL;
  CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY, account_id TEXT NOT NULL, secret_digest TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, ended_at INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS session_of ON session (account_id);
  CREATE INDEX IF NOT EXISTS session_expires ON session (expires_at);
  CREATE INDEX IF NOT EXISTS session_ended ON session (ended_at) WHERE ended_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS attempt (key TEXT PRIMARY KEY, failures INTEGER NOT NULL, last_failed_at INTEGER NOT NULL, blocked_until INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS attempt_last ON attempt (last_failed_at);
`;

const day = 24 * 60 * 60 * 1000;

/** Accounts in a SQLite file. What another process ended is known at once. */
export async function openAccounts({ file, keys, clock }: {
  /** A file of its own; `:memory:` in tests. */
  readonly file: string;
  /** Where the secret that digests are keyed by is kept. */
  readonly keys: Pick<SubjectKeys, 'secret'>;
  readonly clock: Clock;
}): Promise<Accounts> {
  const digests = accountDigests(await keys.secret('accounts'));
  const database = openDatabase(file, schema);
  const isChangedElsewhere = changesElsewhere(database);
  const accountById = database.prepare('SELECT * FROM account WHERE id = ?');
  const accountByEmail = database.prepare("SELECT * FROM account WHERE email_digest = ? AND password IS NOT NULL AND status = 'active'");
  const accountsWithEmail = database.prepare("SELECT * FROM account WHERE email_digest = ? AND status = 'active' ORDER BY id");
  const insertAccount = database.prepare(
    'INSERT INTO account (id, organisation_id, email_digest, grants, status, source_revision) VALUES ($id, $organisationId, $emailDigest, $grants, $status, $sourceRevision)',
  );
  const updateAccount = database.prepare(
    `UPDATE account SET organisation_id = $organisationId, email_digest = $emailDigest, grants = $grants, status = $status,
     source_revision = $sourceRevision WHERE id = $id`,
  );
  const dropPassword = database.prepare('UPDATE account SET password = NULL, email_digest = NULL WHERE id = ?');
  const deleteAccount = database.prepare('DELETE FROM account WHERE id = ?');
  const setPasswordOf = database.prepare('UPDATE account SET password = ?, password_set_at = ? WHERE id = ?');
  const insertSession = database.prepare('INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, NULL)');
  const sessionBySecret = database.prepare('SELECT * FROM session WHERE secret_digest = ?');
  const touchSession = database.prepare('UPDATE session SET last_used_at = ? WHERE id = ?');
  const endSessionById = database.prepare('UPDATE session SET ended_at = ? WHERE id = ? AND ended_at IS NULL');
  const openSessionsOf = database.prepare('SELECT id FROM session WHERE account_id = ? AND ended_at IS NULL');
  const endedSince = database.prepare('SELECT id, ended_at FROM session WHERE ended_at > ?');
  const deleteOldSessions = database.prepare('DELETE FROM session WHERE expires_at < ?');
  const attemptByKey = database.prepare('SELECT failures, last_failed_at AS lastFailedAt, blocked_until AS blockedUntil FROM attempt WHERE key = ?');
  const putAttempt = database.prepare('INSERT OR REPLACE INTO attempt VALUES (?, ?, ?, ?)');
  const deleteAttempt = database.prepare('DELETE FROM attempt WHERE key = ?');
  const deleteOldAttempts = database.prepare('DELETE FROM attempt WHERE last_failed_at < ?');

  /** Sessions ended lately, by when: kept as long as a token of theirs may live. */
  const ended = new Map<string, number>();
  const now = (): number => clock.now().getTime();
  const find = (id: string): Account | undefined => accountOf(accountById.get(id));

  const attemptsOf = (key: string): Attempts | undefined => attemptByKey.get(key) as unknown as Attempts | undefined;

  /** Within a transaction; the caller remembers the ids once it is committed. */
  function endSessionsOf(accountId: string, at: number): readonly string[] {
    const ids = openSessionsOf.all(accountId).map((row) => String(row['id']));
    for (const id of ids) endSessionById.run(at, id);
    return ids;
  }

  function remember(ids: readonly string[], at: number): void {
    for (const id of ids) ended.set(id, at);
    forgetEndedBefore(at - day);
  }

  function forgetEndedBefore(since: number): void {
    for (const [id, at] of ended) if (at < since) ended.delete(id);
  }

  async function writeEnding(work: (at: number) => readonly string[]): Promise<void> {
    const at = now();
    remember(await write(database, () => work(at)), at);
  }

  return {
    emailDigest: async (email) => digests.email(email),
    addressDigest: async (address) => digests.address(address),

    async put(change) {
      await writeEnding((at) => {
        const row = accountById.get(change.id);
        if (row && Number(row['source_revision']) >= change.sourceRevision) return [];
        const before = accountOf(row);
        const isRemoved = change.status === 'removed';
        const values = {
          id: change.id,
          organisationId: change.organisationId,
          emailDigest: isRemoved ? null : digestToKeep(change, before),
          grants: JSON.stringify(change.grants),
          status: change.status,
          sourceRevision: change.sourceRevision,
        };
        (row ? updateAccount : insertAccount).run(values);
        if (!isRemoved) return [];
        dropPassword.run(change.id);
        return endSessionsOf(change.id, at);
      });
    },

    async forget(id) {
      await writeEnding((at) => {
        const sessions = endSessionsOf(id, at);
        deleteAccount.run(id);
        return sessions;
      });
    },

    find: async (id) => find(id),
    findByEmail: async (digest) => accountOf(accountByEmail.get(digest)),
    findAllByEmail: async (digest) => accountsWithEmail.all(digest).flatMap((row) => accountOf(row) ?? []),

    async setPassword(id, hash, issuedAt) {
      let isSet = false;
      await writeEnding((at) => {
        const account = find(id);
        if (account?.status !== 'active' || (account.passwordSetAt ?? -1) >= issuedAt) return [];
        const holder = account.emailDigest === undefined ? undefined : accountOf(accountByEmail.get(account.emailDigest));
        if (holder && holder.id !== id) throw new EmailTaken();
        // Never before the link was issued, however the clocks of two processes differ: a used link stays used.
        setPasswordOf.run(hash, Math.max(at, issuedAt), id);
        isSet = true;
        return endSessionsOf(id, at);
      });
      return isSet;
    },

    async openSession(accountId, expiresAt) {
      const session = { id: randomUUID(), secret: randomBytes(32).toString('base64url') };
      const at = now();
      await write(database, () => {
        deleteOldSessions.run(at - day);
        insertSession.run(session.id, accountId, secretDigest(session.secret), at, at, expiresAt);
      });
      return session;
    },

    findSession: async (sessionSecret) => sessionOf(sessionBySecret.get(secretDigest(sessionSecret))),

    async useSession(id) {
      await write(database, () => touchSession.run(now(), id));
    },

    async endSession(id) {
      await writeEnding((at) => {
        endSessionById.run(at, id);
        return [id];
      });
    },

    hasEnded(sessionId, withinMs) {
      if (isChangedElsewhere()) {
        const since = now() - withinMs;
        forgetEndedBefore(since);
        for (const row of endedSince.all(since)) ended.set(String(row['id']), Number(row['ended_at']));
      }
      return ended.has(sessionId);
    },

    attempts: async (key) => attemptsOf(key),

    async changeAttempts(keys, change) {
      await write(database, () => {
        deleteOldAttempts.run(now() - day);
        for (const key of keys) {
          const attempts = change(key, attemptsOf(key));
          if (attempts) putAttempt.run(key, attempts.failures, attempts.lastFailedAt, attempts.blockedUntil);
          else deleteAttempt.run(key);
        }
      });
    },

    async close() {
      if (database.isOpen) database.close();
    },
  };

  /** Somebody who signs in already keeps their e-mail address when the new one is another account's. */
  function digestToKeep(change: AccountChange, before: Account | undefined): string | null {
    const known = before?.emailDigest ?? null;
    if (change.email === undefined) return known;
    const digest = digests.email(change.email);
    const holder = before?.password === undefined ? undefined : accountOf(accountByEmail.get(digest));
    return holder && holder.id !== change.id ? known : digest;
  }
}

type Row = Record<string, unknown> | undefined;

function accountOf(row: Row): Account | undefined {
  if (!row) return undefined;
  return {
    id: String(row['id']),
    organisationId: String(row['organisation_id']),
    grants: JSON.parse(String(row['grants'])) as readonly Grant[],
    status: row['status'] === 'active' ? 'active' : 'removed',
    emailDigest: (row['email_digest'] as string | null) ?? undefined,
    password: (row['password'] as string | null) ?? undefined,
    passwordSetAt: (row['password_set_at'] as number | null) ?? undefined,
  };
}

function sessionOf(row: Row): Session | undefined {
  if (!row) return undefined;
  return {
    id: String(row['id']),
    accountId: String(row['account_id']),
    createdAt: Number(row['created_at']),
    lastUsedAt: Number(row['last_used_at']),
    expiresAt: Number(row['expires_at']),
    endedAt: (row['ended_at'] as number | null) ?? undefined,
  };
}
