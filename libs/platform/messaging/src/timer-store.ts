import type { Json } from '@alongside/event-store';
import type { Changes } from './scheduler.js';

/** Something that must act when time passes. One of a key: setting it again replaces it. */
export interface TimerEntry {
  readonly context: string;
  readonly name: string;
  readonly stream: string;
  readonly key: string;
  /** RFC 3339, as the event gave it. */
  readonly due: string;
  /** Due, or when the event that set it happened, if that is later. */
  readonly occurredAt: string;
  /** Position and id of the event that set it. */
  readonly setPosition: string;
  readonly eventId: string;
  /** Milliseconds since 1970: not before. */
  readonly fireAt: number;
  readonly data?: Json;
  /** How often firing has failed, and the code of the last failure. */
  readonly attempts: number;
  readonly failure?: string;
}

export interface TimerStore {
  /** An older event than the one that set it last changes nothing. */
  set(entry: Omit<TimerEntry, 'attempts' | 'failure'>): Promise<void>;
  clear(entry: Pick<TimerEntry, 'context' | 'name' | 'stream' | 'key'> & { readonly position: string }): Promise<void>;
  /** Those to fire by then (milliseconds since 1970), earliest first. */
  due(context: string, now: number, limit: number): Promise<readonly TimerEntry[]>;
  /** When the next one is to fire. */
  next(context: string): Promise<number | undefined>;
  /** Fired, its work done. One that was set anew meanwhile stays. */
  remove(entry: TimerEntry): Promise<void>;
  postpone(entry: TimerEntry, fireAt: number, failure: string): Promise<void>;
  /** Every timer of a context; with `failing`, those whose last firing failed. */
  list(context: string, options?: { readonly failing?: boolean }): Promise<readonly TimerEntry[]>;
  /** Before following the log from its beginning again. */
  forget(context: string): Promise<void>;
  readonly changes: Changes;
}
