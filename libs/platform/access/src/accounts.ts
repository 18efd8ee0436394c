import type { Grant, User } from './session.js';

/** What other contexts say about somebody who may sign in. */
export interface AccountChange {
  /** Staff member's, supporter's or referrer's id. */
  readonly id: string;
  readonly organisationId: string;
  /** In the clear; kept as a keyed digest only. Absent: as it was. */
  readonly email?: string;
  readonly grants: readonly Grant[];
  readonly status: 'active' | 'removed';
  /** Revision in the source's stream: what is older than what is known is passed over. */
  readonly sourceRevision: number;
}

export interface Account extends User {
  readonly status: 'active' | 'removed';
  readonly emailDigest: string | undefined;
  /** Undefined until an invitation was followed. */
  readonly password: string | undefined;
  /** Milliseconds; undefined until an invitation was followed. */
  readonly passwordSetAt: number | undefined;
}

export interface Session {
  readonly id: string;
  readonly accountId: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
  readonly endedAt: number | undefined;
}

export interface Attempts {
  readonly failures: number;
  /** Milliseconds. */
  readonly lastFailedAt: number;
  readonly blockedUntil: number;
}

/** Another account signs in with this e-mail address already. */
export class EmailTaken extends Error {
  constructor() {
    super('another account signs in with this e-mail address');
    this.name = 'EmailTaken';
  }
}

/**
 * Accounts, their sessions and failed attempts: a primary store, to be backed up. It holds e-mail addresses and network addresses as keyed
 * digests, passwords and session secrets as hashes; nothing in the clear. Every write is durable when its promise resolves. Several
 * processes may have it open.
 */
export interface Accounts {
  /** Creates or changes an account. Repeats and older revisions change nothing. Removing ends its sessions and forgets e-mail and password. */
  put(change: AccountChange): Promise<void>;
  /** Forgets an account altogether, whatever is known of it: for an erased subject. */
  forget(id: string): Promise<void>;
  find(id: string): Promise<Account | undefined>;
  /** The active account that signs in with this e-mail address. */
  findByEmail(emailDigest: string): Promise<Account | undefined>;
  /** Every active account with this e-mail address, whether or not it has a password; in the order of their ids. */
  findAllByEmail(emailDigest: string): Promise<readonly Account[]>;
  /**
   * Sets the password, unless one was set at or after `issuedAt` (the link was used): answers whether it did. Ends earlier sessions.
   * Throws `EmailTaken`.
   */
  setPassword(id: string, hash: string, issuedAt: number): Promise<boolean>;
  openSession(accountId: string, expiresAt: number): Promise<{ readonly id: string; readonly secret: string }>;
  findSession(secret: string): Promise<Session | undefined>;
  useSession(id: string): Promise<void>;
  endSession(id: string): Promise<void>;
  /**
   * Whether a session was ended within `withinMs`: by this process, or by another one a moment before (each adapter says how long). Asked with every
   * request, so most answers come at once.
   */
  hasEnded(sessionId: string, withinMs: number): boolean | Promise<boolean>;
  attempts(key: string): Promise<Attempts | undefined>;
  /** Each key in one step, so that no process overwrites what another one counted. Undefined forgets it. `change` may be called more than once. */
  changeAttempts(keys: readonly string[], change: (key: string, before: Attempts | undefined) => Attempts | undefined): Promise<void>;
  emailDigest(email: string): Promise<string>;
  addressDigest(address: string): Promise<string>;
  close(): Promise<void>;
}
