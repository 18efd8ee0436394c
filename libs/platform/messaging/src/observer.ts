import type { Failure } from './failure.js';

/** Something that a loop worked on: ids and names only. */
export interface Observed {
  /** The consuming context, or `process:<context>`, `relay:<context>`, `timers:<context>`. */
  readonly consumer: string;
  /** The handler: a pattern, a process, a timer. */
  readonly step: string;
  readonly key: string;
  /** The message or event worked on. */
  readonly id: string;
  /** Of the request that it all began with. */
  readonly correlationId?: string;
}

/** What the loops tell of themselves, for metrics and logs. Every call must be cheap and must not throw. */
export interface MessagingObserver {
  /** A handler is done. */
  handled?(work: Observed, milliseconds: number): void;
  /** A rule refused: an outcome, recorded here, never repeated. */
  refused?(work: Observed, rule: string): void;
  /** An attempt failed; there may be more. */
  failed?(work: Observed, failure: Failure, attempt: number): void;
  /** It went to the dead letters; what follows with that key waits. */
  parked?(work: Observed, failure: Failure): void;
  /** A relay has published up to this position. */
  relayed?(relay: string, position: string, messages: number): void;
  /** A follower (processes, timers) has seen the log up to this position. */
  followed?(follower: string, position: string): void;
  /** A loop itself failed (storage, most likely) and starts again. */
  faulted?(loop: string, failure: Failure): void;
}
