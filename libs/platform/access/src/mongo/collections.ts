import type { CollectionIndexes } from '@alongside/mongodb';
import type { Grant } from '../session.js';

export const collections = { accounts: 'accounts', sessions: 'sessions', ended: 'ended_sessions', attempts: 'sign_in_attempts' } as const;

export interface AccountDocument {
  readonly _id: string;
  readonly organisationId: string;
  readonly grants: readonly Grant[];
  readonly status: 'active' | 'removed';
  readonly sourceRevision: number;
  readonly emailDigest: string | null;
  readonly password: string | null;
  readonly passwordSetAt: number | null;
  /** The digest of the address that it signs in with, else what nobody else has: unique, so that no two sign in with one address. */
  readonly signsInWith: string;
}

/** No digest has a colon. */
export const nobody = (id: string): string => `nobody:${id}`;

export interface SessionDocument {
  readonly _id: string;
  readonly accountId: string;
  readonly secretDigest: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
}

/** That a session was ended. Apart from it, so that using one at the same moment cannot bring it back. */
export interface EndedDocument {
  /** The session's. */
  readonly _id: string;
  readonly at: number;
}

export interface AttemptsDocument {
  readonly _id: string;
  readonly failures: number;
  readonly lastFailedAt: number;
  readonly blockedUntil: number;
  /** Another one after each change. */
  readonly version: string;
}

export const accountIndexes: readonly CollectionIndexes[] = [
  {
    collection: collections.accounts,
    indexes: [
      { name: 'signs_in_with', key: { signsInWith: 1 }, unique: true },
      { name: 'by_email', key: { emailDigest: 1 } },
    ],
  },
  {
    collection: collections.sessions,
    indexes: [
      { name: 'by_secret', key: { secretDigest: 1 }, unique: true },
      { name: 'of_account', key: { accountId: 1 } },
      { name: 'by_end', key: { expiresAt: 1 } },
    ],
  },
  { collection: collections.ended, indexes: [{ name: 'by_time', key: { at: 1 } }] },
  { collection: collections.attempts, indexes: [{ name: 'by_time', key: { lastFailedAt: 1 } }] },
];
