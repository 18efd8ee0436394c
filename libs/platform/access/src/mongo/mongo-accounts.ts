import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '@alongside/event-sourcing';
import { isDuplicateKey, type Mongo } from '@alongside/mongodb';
import type { SubjectKeys } from '@alongside/personal-data';
import { accountDigests, secretDigest } from '../account-digests.js';
import { EmailTaken, type Account, type AccountChange, type Accounts, type Attempts, type Session } from '../accounts.js';
import { accountIndexes, collections, nobody, type AccountDocument, type AttemptsDocument, type EndedDocument, type SessionDocument } from './collections.js';
import { endedSessions } from './ended-sessions.js';

export interface MongoAccountsOptions {
  readonly mongo: Mongo;
  /** Where the secret that digests are keyed by is kept. */
  readonly keys: Pick<SubjectKeys, 'secret'>;
  readonly clock: Clock;
  /**
   * Milliseconds after which it is asked anew which sessions other processes have ended, default 1000: how long a token of somebody who signed out
   * elsewhere is still taken. Raise it to ask more seldom; 0 asks with every request.
   */
  readonly endedFreshFor?: number;
}

export interface MongoAccounts extends Accounts {
  /** Resolves when the server answers; throws one line for an operator. */
  check(): Promise<void>;
}

const day = 24 * 60 * 60 * 1000;

/** Accounts in MongoDB, for any number of processes. The server need not be there yet, and may go and come. */
export function openMongoAccounts({ mongo, keys, clock, endedFreshFor = 1_000 }: MongoAccountsOptions): MongoAccounts {
  const ended = endedSessions({ mongo, clock, freshFor: endedFreshFor });
  let digests: Promise<ReturnType<typeof accountDigests>> | undefined;
  const now = (): number => clock.now().getTime();

  async function digesting(): Promise<ReturnType<typeof accountDigests>> {
    digests ??= keys.secret('accounts').then(accountDigests);
    digests.catch(() => (digests = undefined));
    return digests;
  }

  async function run<T>(work: (database: Database) => Promise<T>): Promise<T> {
    await mongo.indexed(accountIndexes);
    return mongo.run(work);
  }
  const inAccounts = <T>(work: (accounts: ReturnType<typeof accountsIn>) => Promise<T>): Promise<T> => run((database) => work(accountsIn(database)));
  const inSessions = <T>(work: (sessions: ReturnType<typeof sessionsIn>) => Promise<T>): Promise<T> => run((database) => work(sessionsIn(database)));
  const inAttempts = <T>(work: (attempts: ReturnType<typeof attemptsIn>) => Promise<T>): Promise<T> => run((database) => work(attemptsIn(database)));

  const read = (id: string): Promise<AccountDocument | null> => inAccounts((accounts) => accounts.findOne({ _id: id }));

  async function endSessionsOf(accountId: string): Promise<void> {
    const at = now();
    const sessions = await inSessions((found) => found.find({ accountId, expiresAt: { $gt: at - day } }, { projection: { _id: 1 } }).toArray());
    await ended.end(
      sessions.map(({ _id }) => _id),
      at,
    );
  }

  /** Answers whether it was written: not when another process changed the account since it was read. Throws where the address is another's. */
  async function write(before: AccountDocument | null, after: AccountDocument): Promise<boolean> {
    const { _id, ...fields } = after;
    // Who has no account yet has no password, and signs in with no address.
    if (!before) return inserted(inAccounts((accounts) => accounts.insertOne(after)));
    const { sourceRevision, signsInWith, passwordSetAt } = before;
    const { matchedCount } = await inAccounts((accounts) => accounts.updateOne({ _id, sourceRevision, signsInWith, passwordSetAt }, { $set: fields }));
    return matchedCount > 0;
  }

  /** The account as the change makes it. */
  async function changed(before: AccountDocument | null, change: AccountChange, keepsAddress: boolean): Promise<AccountDocument> {
    const { id, organisationId, grants, status, sourceRevision } = change;
    const about = { _id: id, organisationId, grants: grants.map((grant) => ({ ...grant })), status, sourceRevision, passwordSetAt: before?.passwordSetAt ?? null };
    if (status === 'removed') return { ...about, emailDigest: null, password: null, signsInWith: nobody(id) };
    const known = before?.emailDigest ?? null;
    const emailDigest = change.email === undefined || keepsAddress ? known : (await digesting()).email(change.email);
    const password = before?.password ?? null;
    return { ...about, emailDigest, password, signsInWith: password === null || emailDigest === null ? nobody(id) : emailDigest };
  }

  return {
    async put(change) {
      let keepsAddress = false;
      for (;;) {
        const before = await read(change.id);
        if (before && before.sourceRevision >= change.sourceRevision) break;
        try {
          if (await write(before, await changed(before, change, keepsAddress))) break;
        } catch (error) {
          // Somebody who signs in already keeps their address when the new one is another account's.
          if (!isDuplicateKey(error) || keepsAddress) throw error;
          keepsAddress = true;
        }
      }
      // Also when it comes again: a crash may have come before this.
      if (change.status === 'removed' && (await read(change.id))?.status === 'removed') await endSessionsOf(change.id);
    },

    async forget(id) {
      await endSessionsOf(id);
      await inAccounts((accounts) => accounts.deleteOne({ _id: id }));
    },

    async find(id) {
      return accountOf(await read(id));
    },

    async findByEmail(emailDigest) {
      return accountOf(await inAccounts((accounts) => accounts.findOne({ signsInWith: emailDigest, status: 'active' })));
    },

    async findAllByEmail(emailDigest) {
      const found = await inAccounts((accounts) => accounts.find({ emailDigest, status: 'active' }).sort({ _id: 1 }).toArray());
      return found.flatMap((each) => accountOf(each) ?? []);
    },

    async setPassword(id, hash, issuedAt) {
      for (;;) {
        const before = await read(id);
        if (before?.status !== 'active' || (before.passwordSetAt ?? -1) >= issuedAt) return false;
        // First those of before, so that a crash leaves none of them behind a new password.
        await endSessionsOf(id);
        // Never before the link was issued, however the clocks of two processes differ: a used link stays used.
        const set = { password: hash, passwordSetAt: Math.max(now(), issuedAt), signsInWith: before.emailDigest ?? nobody(id) };
        try {
          if (!(await write(before, { ...before, ...set }))) continue;
        } catch (error) {
          if (isDuplicateKey(error)) throw new EmailTaken();
          throw error;
        }
        await endSessionsOf(id);
        return true;
      }
    },

    async openSession(accountId, expiresAt) {
      const session = { id: randomUUID(), secret: randomBytes(32).toString('base64url') };
      const at = now();
      await run(async (database) => {
        await sessionsIn(database).insertOne({ _id: session.id, accountId, secretDigest: secretDigest(session.secret), createdAt: at, lastUsedAt: at, expiresAt });
        await sessionsIn(database).deleteMany({ expiresAt: { $lt: at - day } });
        // Long after the last token of theirs, and after the sessions themselves.
        await database.collection<EndedDocument>(collections.ended).deleteMany({ at: { $lt: at - 30 * day } });
      });
      return session;
    },

    async findSession(secret) {
      const session = await inSessions((sessions) => sessions.findOne({ secretDigest: secretDigest(secret) }));
      if (!session) return undefined;
      const end = await mongo.run((database) => database.collection<EndedDocument>(collections.ended).findOne({ _id: session._id }));
      return sessionOf(session, end?.at);
    },

    async useSession(id) {
      await inSessions((sessions) => sessions.updateOne({ _id: id }, { $set: { lastUsedAt: now() } }));
    },

    endSession: (id) => ended.end([id], now()),

    hasEnded: (sessionId, withinMs) => ended.has(sessionId, withinMs),

    async attempts(key) {
      return attemptsOf(await inAttempts((attempts) => attempts.findOne({ _id: key })));
    },

    async changeAttempts(keys, change) {
      await Promise.all(keys.map((key) => changeOne(key, (before) => change(key, before))));
      await inAttempts((attempts) => attempts.deleteMany({ lastFailedAt: { $lt: now() - day } }));
    },

    emailDigest: async (email) => (await digesting()).email(email),
    addressDigest: async (address) => (await digesting()).address(address),
    check: () => mongo.check(),
    close: async () => {},
  };

  async function changeOne(key: string, change: (before: Attempts | undefined) => Attempts | undefined): Promise<void> {
    for (;;) {
      const before = await inAttempts((attempts) => attempts.findOne({ _id: key }));
      const after = change(attemptsOf(before));
      if (!before && !after) return;
      const isChanged = await inAttempts(async (attempts) => {
        if (!after) return (await attempts.deleteOne({ _id: key, version: before?.version ?? '' })).deletedCount > 0;
        const { failures, lastFailedAt, blockedUntil } = after;
        const fields = { failures, lastFailedAt, blockedUntil, version: randomUUID() };
        if (!before) return inserted(attempts.insertOne({ _id: key, ...fields }));
        return (await attempts.updateOne({ _id: key, version: before.version }, { $set: fields })).matchedCount > 0;
      });
      if (isChanged) return;
    }
  }
}

/** For `alongside setup`: the collections and indexes. May be repeated; the adapter creates what is missing by itself, too. */
export const setUpMongoAccounts = (mongo: Mongo): Promise<void> => mongo.indexed(accountIndexes);

type Database = Parameters<Parameters<Mongo['run']>[0]>[0];

const accountsIn = (database: Database) => database.collection<AccountDocument>(collections.accounts);
const sessionsIn = (database: Database) => database.collection<SessionDocument>(collections.sessions);
const attemptsIn = (database: Database) => database.collection<AttemptsDocument>(collections.attempts);

/** False where another one is there by now. */
async function inserted(inserting: Promise<unknown>): Promise<boolean> {
  try {
    await inserting;
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

function accountOf(document: AccountDocument | null): Account | undefined {
  if (!document) return undefined;
  const { _id, organisationId, grants, status, emailDigest, password, passwordSetAt } = document;
  return { id: _id, organisationId, grants, status, emailDigest: emailDigest ?? undefined, password: password ?? undefined, passwordSetAt: passwordSetAt ?? undefined };
}

const sessionOf = ({ _id, accountId, createdAt, lastUsedAt, expiresAt }: SessionDocument, endedAt: number | undefined): Session => ({
  id: _id,
  accountId,
  createdAt,
  lastUsedAt,
  expiresAt,
  endedAt,
});

const attemptsOf = (document: AttemptsDocument | null): Attempts | undefined =>
  document ? { failures: document.failures, lastFailedAt: document.lastFailedAt, blockedUntil: document.blockedUntil } : undefined;
