import { createHash, createHmac, type KeyObject } from 'node:crypto';
import { normaliseEmail } from '@alongside/personal-data';

/** Digests of what may not be stored in the clear, keyed by a secret of the system's own. */
export function accountDigests(secret: KeyObject) {
  const keyed = (kind: string, text: string): string => createHmac('sha256', secret).update(`${kind}\0${text}`).digest('base64url');
  return {
    email: (email: string): string => keyed('email', normaliseEmail(email)),
    address: (address: string): string => keyed('address', address),
  };
}

/** Of a session's secret. 256 random bits need no key and no slow hash. */
export const secretDigest = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
