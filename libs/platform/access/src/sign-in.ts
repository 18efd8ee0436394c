import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '@alongside/event-sourcing';
import { EmailTaken, type Account, type Accounts, type Session } from './accounts.js';
import type { Links } from './links.js';
import { hashPassword, isPassword, mustBePassword } from './passwords.js';
import { AccessRefused, AccountNotReady, accountUnknown, sessionEnded, severalAccounts, wrongCredentials } from './refusals.js';
import type { User } from './session.js';
import { createLimiter, defaultLimits, type SignInLimits } from './sign-in-limits.js';
import type { IssuedToken, SignedIn, Tokens } from './tokens.js';

export interface OpenedSession extends IssuedToken {
  /** Renews the token while the session lasts; to be kept as safe as a password. */
  readonly sessionToken: string;
  /** RFC 3339: when the session ends at the latest. */
  readonly sessionExpiresAt: string;
  readonly user: User;
}

export type RenewedSession = Omit<OpenedSession, 'sessionToken'>;

export interface Invitation {
  readonly accountId: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Signing in and out, and following an invitation. Refusals are `AccessRefused`, with the status and the code to answer. */
export interface SignIn {
  /** 401 `wrong-credentials`, 429 `too-many-attempts`. `address` is the caller's network address. */
  signIn(credentials: { readonly email: string; readonly password: string; readonly address: string }): Promise<OpenedSession>;
  /**
   * Signs in whoever a provider has verified to hold this e-mail address: the account that was added with it, whether or not a password was
   * set; of several the one that has one. Creates nobody. 401 `account-unknown`, 409 `several-accounts`, 429 `too-many-attempts`.
   */
  signInVerified(verified: { readonly email: string; readonly address: string }): Promise<OpenedSession>;
  /** A new token with the roles of now. 401 `session-ended`. */
  renew(sessionToken: string): Promise<RenewedSession>;
  /** Ends the session: of its token, or by its id. Its tokens stop at once in this process. May be repeated. */
  signOut(session: { readonly sessionToken: string } | { readonly sessionId: string }): Promise<void>;
  /** Who a request's token speaks for. 401 `not-signed-in`, `session-ended`. */
  authenticate(token: string): Promise<SignedIn>;
  /** The token of a one-time link to set a password: the same again for the same `issuedAt` (when the command was recorded). */
  invitationToken(invited: { readonly accountId: string; readonly issuedAt: string }): string;
  /** What an invitation is, before it is followed. 404 `invitation-unknown`, 410 `invitation-expired`, `invitation-spent`. */
  invitation(token: string): Promise<Invitation>;
  /** Sets the password. As `invitation`, and 409 `email-in-use`, 422 `password-too-short`, 503 `AccountNotReady`. */
  acceptInvitation(token: string, password: string): Promise<{ readonly accountId: string }>;
}

export interface SignInOptions {
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly links: Links;
  readonly clock: Clock;
  readonly limits?: SignInLimits;
  /** How long a session lasts at most, default 12: a working day. */
  readonly sessionHours?: number;
  /** How long a session lasts without being used, default 60. */
  readonly idleMinutes?: number;
  /** How long an invitation is good for, default 14. */
  readonly invitationDays?: number;
  /** How long to wait for word of an invited account to arrive, default 5,000. */
  readonly accountWaitMs?: number;
}

const purpose = 'invitation';
const minute = 60_000;

export function createSignIn(options: SignInOptions): SignIn {
  const { accounts, tokens, links, clock } = options;
  const sessionMs = (options.sessionHours ?? 12) * 60 * minute;
  const idleMs = (options.idleMinutes ?? 60) * minute;
  const invitationMs = (options.invitationDays ?? 14) * 24 * 60 * minute;
  const limiter = createLimiter(accounts, clock, options.limits ?? defaultLimits);
  const inTurn = createTurns();
  const now = (): number => clock.now().getTime();

  const userOf = ({ id, organisationId, grants }: Account): User => ({ id, organisationId, grants });

  const isOver = ({ endedAt, expiresAt, lastUsedAt }: Session): boolean => endedAt !== undefined || now() >= Math.min(expiresAt, lastUsedAt + idleMs);

  async function read(token: string): Promise<Invitation & { readonly issuedAt: number }> {
    const link = links.read(purpose, token);
    if (!link) throw new AccessRefused(404, 'invitation-unknown');
    const issuedAt = Date.parse(link.issuedAt);
    const expiresAt = issuedAt + invitationMs;
    if (now() >= expiresAt) throw new AccessRefused(410, 'invitation-expired');
    mustBeUnspent(await accounts.find(link.subject), issuedAt);
    return { accountId: link.subject, issuedAt, expiresAt: new Date(expiresAt).toISOString() };
  }

  /** Reactions create accounts: the link may be followed before word has arrived. */
  async function accountHeardOf(id: string): Promise<Account> {
    const deadline = performance.now() + (options.accountWaitMs ?? 5_000);
    for (;;) {
      const account = await accounts.find(id);
      if (account) return account;
      if (performance.now() >= deadline) throw new AccountNotReady();
      await pause(20);
    }
  }

  async function open(account: Account): Promise<OpenedSession> {
    const expiresAt = now() + sessionMs;
    const { id: sessionId, secret } = await accounts.openSession(account.id, expiresAt);
    const user = userOf(account);
    return { ...(await tokens.issue({ ...user, sessionId })), sessionToken: secret, sessionExpiresAt: new Date(expiresAt).toISOString(), user };
  }

  return {
    async signIn({ email, password, address }) {
      const attempt = { email: await accounts.emailDigest(email), address: await accounts.addressDigest(address) };
      // One after the other for each account: what is tried at the same time counts as if it came in turn.
      return inTurn(attempt.email, async () => {
        await limiter.mustBeAllowed(attempt);
        const account = await accounts.findByEmail(attempt.email);
        if (!(await isPassword(password, account?.password)) || !account) {
          await limiter.failed(attempt);
          throw wrongCredentials();
        }
        await limiter.succeeded(attempt);
        return open(account);
      });
    },

    async signInVerified({ email, address }) {
      const digest = await accounts.emailDigest(email);
      // Counted apart: who guesses passwords keeps nobody from signing in where there are none.
      const attempt = { email: `verified:${digest}`, address: await accounts.addressDigest(address) };
      return inTurn(attempt.email, async () => {
        await limiter.mustBeAllowed(attempt);
        const found = await accounts.findAllByEmail(digest);
        const account = found.find(({ password }) => password !== undefined) ?? found[0];
        if (!account) {
          await limiter.failed(attempt);
          throw accountUnknown();
        }
        if (account.password === undefined && found.length > 1) throw severalAccounts();
        await limiter.succeeded(attempt);
        return open(account);
      });
    },

    async renew(sessionToken) {
      const session = await accounts.findSession(sessionToken);
      if (!session || isOver(session)) throw sessionEnded();
      const account = await accounts.find(session.accountId);
      if (account?.status !== 'active') throw sessionEnded();
      await accounts.useSession(session.id);
      const user = userOf(account);
      return { ...(await tokens.issue({ ...user, sessionId: session.id })), sessionExpiresAt: new Date(session.expiresAt).toISOString(), user };
    },

    async signOut(session) {
      const id = 'sessionId' in session ? session.sessionId : (await accounts.findSession(session.sessionToken))?.id;
      if (id !== undefined) await accounts.endSession(id);
    },

    async authenticate(token) {
      const signedIn = await tokens.verify(token);
      if (await accounts.hasEnded(signedIn.sessionId, tokens.lifetimeSeconds * 1000)) throw sessionEnded();
      return signedIn;
    },

    invitationToken: ({ accountId, issuedAt }) => links.tokenFor({ purpose, subject: accountId, issuedAt }),

    async invitation(token) {
      const { accountId, expiresAt } = await read(token);
      return { accountId, expiresAt };
    },

    async acceptInvitation(token, password) {
      const { accountId, issuedAt } = await read(token);
      mustBePassword(password);
      await accountHeardOf(accountId);
      // One after the other: whoever comes second finds the link spent, and nothing is hashed in vain.
      await inTurn(`invitation:${accountId}`, async () => {
        mustBeUnspent(await accounts.find(accountId), issuedAt);
        const hash = await hashPassword(password);
        try {
          if (!(await accounts.setPassword(accountId, hash, issuedAt))) throw new AccessRefused(410, 'invitation-spent');
        } catch (failure) {
          if (failure instanceof EmailTaken) throw new AccessRefused(409, 'email-in-use');
          throw failure;
        }
      });
      return { accountId };
    },
  };
}

function mustBeUnspent(account: Account | undefined, issuedAt: number): void {
  if (!account) return;
  const isSpent = account.passwordSetAt !== undefined && account.passwordSetAt >= issuedAt;
  if (isSpent || account.status === 'removed') throw new AccessRefused(410, 'invitation-spent');
}

function createTurns(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, task) => {
    const run = (last.get(key) ?? Promise.resolve()).then(task);
    const ended: Promise<void> = run.then(
      () => undefined,
      () => undefined,
    ).then(() => {
      if (last.get(key) === ended) last.delete(key);
    });
    last.set(key, ended);
    return run;
  };
}
