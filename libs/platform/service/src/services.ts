import type { User } from '@alongside/access';
import type { Actor, Belonging, Streams } from '@alongside/event-sourcing';
import type { AnyReadModel } from '@alongside/read-models';
import type { ContextDefinition, StaffRole, Work } from './context-definition.js';
import type { Metrics } from './metrics.js';
import type { RateLimiter } from './rate-limit.js';

/** What happened once, and makes commands happen: a request, a message, an event that is followed, a timer. */
export interface Occasion {
  /** Every command of this occasion derives its id from it, so that a repeat of the occasion repeats nothing. */
  readonly commandId: string;
  readonly actor: Actor;
  readonly now: string;
  /** When it happened; absent: now. */
  readonly occurredAt?: string;
  readonly correlationId: string;
  /** The event or message that it answers. */
  readonly causationId?: string;
  /** What was sent with an Idempotency-Key: the same key with another body is refused. */
  readonly body?: unknown;
  /** The body holds codes and ids alone, nothing of anybody. */
  readonly tellsOfNobody?: boolean;
  /** The one command that is the occasion itself, and so has its commandId. */
  readonly main?: { readonly stream: string; readonly command: string };
}

export interface AccessToRecord {
  /** The stream whose record was opened. */
  readonly category: string;
  readonly id: string;
  readonly what: string;
  readonly user: User;
  /** The roles by which they may see it, the one they act by first; of anybody on a public route, none. */
  readonly roles: readonly StaffRole[];
  readonly belonging: Belonging;
  readonly correlationId: string;
  readonly reason?: string;
}

/** What the routes of one context stand on; bound to the adapters in platform.ts. */
export interface Services {
  readonly context: ContextDefinition;
  readonly metrics: Metrics;
  readonly publicRequests: RateLimiter;
  readonly streams: Pick<Streams, 'execute' | 'load'>;
  /** RFC 3339, UTC, with milliseconds. */
  now(): string;
  /** Throws 401. */
  authenticate(token: string): Promise<User>;
  work(occasion: Occasion): Work;
  /** Until every one of these has seen the position; 503 when that takes too long or cannot come to pass. */
  waitFor(models: readonly AnyReadModel[], position: string, documentId: string | undefined): Promise<void>;
  /** Durable when it resolves. */
  recordAccess(access: AccessToRecord): Promise<void>;
  /** Address of the page at which an account that was added sets its password; the same for the same `issuedAt`. */
  invitationLink(accountId: string, issuedAt: string): string;
  /** Throws 403 unless this is the system's set-up token, unused or used by this very command. */
  useSetUpToken(token: string, commandId: string): Promise<void>;
}
