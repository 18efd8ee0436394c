import type { Tombstone } from '@alongside/personal-data';
import type { Platform } from './platform.js';

type Holders = Pick<Platform, 'access' | 'readModels'>;

/** Forgets all by which an erased subject could be found besides what is sealed: search digests, the account. May be repeated. */
export async function forgetSubject({ access, readModels }: Holders, subject: string): Promise<void> {
  const accountId = /^(?:supporter|staff|referrer)-(.+)$/.exec(subject)?.[1];
  if (accountId !== undefined) await access.accounts.forget(accountId);
  await readModels.forgetSubject(subject);
}

/** For files that were put back from a backup: forgets whoever was not erased yet when it was made. */
export async function forgetErased(holders: Holders, erased: readonly Tombstone[]): Promise<void> {
  const forgotten = new Set(await holders.readModels.forgotten());
  for (const { subject } of erased) if (!forgotten.has(subject)) await forgetSubject(holders, subject);
}
