import type { RateLimit } from './configuration.js';
import { tooManyRequests } from './problems.js';

/** Counts within fixed windows, for one address each; throws 429 with the seconds to wait when a window is full. */
export interface RateLimiter {
  count(address: string): void;
}

export function rateLimiter(limit: RateLimit, now: () => number = () => performance.now()): RateLimiter {
  const length = limit.seconds * 1000;
  const windows = new Map<string, { since: number; used: number }>();
  return {
    count(address) {
      const at = now();
      // Insertion order is the order of beginning: what has ended is at the front, so memory holds one window's addresses.
      for (const [key, window] of windows) {
        if (at - window.since < length) break;
        windows.delete(key);
      }
      const window = windows.get(address);
      if (!window) {
        windows.set(address, { since: at, used: 1 });
        return;
      }
      if (window.used >= limit.requests) throw tooManyRequests((window.since + length - at) / 1000);
      window.used += 1;
    },
  };
}
