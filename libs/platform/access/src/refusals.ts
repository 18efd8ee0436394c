/**
 * Why somebody does not get in: an HTTP status, a stable code, and after how many seconds to try again where that helps. Holds
 * nothing that was sent in.
 */
export class AccessRefused extends Error {
  constructor(
    readonly status: 401 | 404 | 409 | 410 | 422 | 429 | 503,
    readonly code: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(code);
    this.name = 'AccessRefused';
  }
}

/** The invitation is authentic, but word of the account has not arrived yet. */
export class AccountNotReady extends AccessRefused {
  constructor() {
    super(503, 'account-not-ready', 1);
    this.name = 'AccountNotReady';
  }
}

export class TooManyAttempts extends AccessRefused {
  constructor(retryAfterSeconds: number) {
    super(429, 'too-many-attempts', Math.max(1, Math.ceil(retryAfterSeconds)));
    this.name = 'TooManyAttempts';
  }
}

/** Nobody was added with the e-mail address that a provider verified. */
export const accountUnknown = (): AccessRefused => new AccessRefused(401, 'account-unknown');
/** Several were, and none of them has set a password by which to tell which one it is. */
export const severalAccounts = (): AccessRefused => new AccessRefused(409, 'several-accounts');
/** The same for an unknown e-mail address, a wrong password, a removed account and an invitation that was never followed. */
export const wrongCredentials = (): AccessRefused => new AccessRefused(401, 'wrong-credentials');
export const notSignedIn = (): AccessRefused => new AccessRefused(401, 'not-signed-in');
export const sessionEnded = (): AccessRefused => new AccessRefused(401, 'session-ended');
