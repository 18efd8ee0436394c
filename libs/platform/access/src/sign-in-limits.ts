import type { Clock } from '@alongside/event-sourcing';
import type { Accounts, Attempts } from './accounts.js';
import { TooManyAttempts } from './refusals.js';

export interface SignInLimits {
  /** Failures of one account before it has to wait, default 5. */
  readonly failuresPerAccount: number;
  /** Failures from one network address before it has to wait, default 50: many people may share one. */
  readonly failuresPerAddress: number;
  /** The first wait, default 30; it doubles with every further failure. */
  readonly firstWaitSeconds: number;
  /** The longest wait, default 900. Failures are forgotten after as long without one. */
  readonly longestWaitSeconds: number;
}

export const defaultLimits: SignInLimits = { failuresPerAccount: 5, failuresPerAddress: 50, firstWaitSeconds: 30, longestWaitSeconds: 900 };

/** Who tries: the e-mail address (known or not, so that nothing is told by it) and the network address, as digests. */
export interface Attempt {
  readonly email: string;
  readonly address: string;
}

/** Limits how often a password can be tried. */
export function createLimiter(accounts: Pick<Accounts, 'attempts' | 'changeAttempts'>, clock: Clock, limits: SignInLimits = defaultLimits) {
  const counted = ({ email, address }: Attempt): readonly (readonly [key: string, allowed: number])[] => [
    [`email:${email}`, limits.failuresPerAccount],
    [`address:${address}`, limits.failuresPerAddress],
  ];
  const now = (): number => clock.now().getTime();

  function afterOneMore(before: Attempts | undefined, allowed: number): Attempts {
    const at = now();
    const isForgotten = !before || at - before.lastFailedAt > limits.longestWaitSeconds * 1000;
    const failures = isForgotten ? 1 : before.failures + 1;
    const wait = failures < allowed ? 0 : Math.min(limits.firstWaitSeconds * 2 ** (failures - allowed), limits.longestWaitSeconds);
    return { failures, lastFailedAt: at, blockedUntil: at + wait * 1000 };
  }

  return {
    /** Throws `TooManyAttempts` while either has to wait. */
    async mustBeAllowed(attempt: Attempt): Promise<void> {
      const attempts = await Promise.all(counted(attempt).map(([key]) => accounts.attempts(key)));
      const left = Math.max(...attempts.map((each) => each?.blockedUntil ?? 0)) - now();
      if (left > 0) throw new TooManyAttempts(left / 1000);
    },

    async failed(attempt: Attempt): Promise<void> {
      const allowed = new Map(counted(attempt));
      await accounts.changeAttempts([...allowed.keys()], (key, before) => afterOneMore(before, allowed.get(key) ?? 0));
    },

    /** Forgets the failures of the e-mail address; those of the network address stay, so that one good sign-in does not clear guessing. */
    async succeeded({ email }: Attempt): Promise<void> {
      const key = `email:${email}`;
      if (await accounts.attempts(key)) await accounts.changeAttempts([key], () => undefined);
    },
  };
}
