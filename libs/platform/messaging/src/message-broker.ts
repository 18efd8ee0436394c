import type { Message } from './integration-event.js';
import type { Lease } from './progress.js';

/** The topic of a context's integration events. */
export const topicOf = (context: string): string => `alongside.${context}.v1`;

export interface PublishOptions {
  /**
   * The relay's checkpoint, kept with the messages: in the same transaction where the broker can, else after them, so that a
   * crash may repeat messages and never loses one. Throws `LeaseLost` when the lease is gone; then nothing is published, or it is repeated.
   */
  readonly checkpoint?: { readonly lease: Lease; readonly position: string };
  /** Only this consumer takes notice, again if need be: for one that was away longer than the topic keeps. */
  readonly onlyFor?: string;
}

export interface Consumption {
  /** The consumer group: its offsets, dead letters and blocked keys are its own. */
  readonly consumer: string;
  readonly topics: readonly string[];
  /** The handlers that a message is for, each with its own success or failure; none passes the message over. */
  readonly handlersOf: (message: Message) => readonly string[];
  readonly handle: (handler: string, message: Message) => Promise<void>;
  /** Keys handled at the same time. Default 8: raise it when handlers wait much, lower it when they work much. */
  readonly concurrency?: number;
  /** Milliseconds before each retry. Default 50, 250, 1000: raise it when faults pass later, lower it when messages of a key must not wait. */
  readonly backOff?: readonly number[];
  /** Stops intake; what is in flight is finished, what is not is delivered again the next time. */
  readonly signal: AbortSignal;
}

export interface ConsumerLag {
  readonly consumer: string;
  readonly topic: string;
  /** Messages published and not yet passed. */
  readonly messages: number;
}

/**
 * Integration events between contexts. Promised: messages of one key and topic arrive in the order of publishing; at least
 * once; a message that fails for good is put aside for its consumer with all that follow of its key, while the others go on;
 * offsets move only behind what is handled or put aside. One member of a consumer group works on a key at a time.
 */
export interface MessageBroker {
  /**
   * Durable when it resolves, as far as the relay's checkpoint is. A consumer is given one id once, however often it is published, as long as the
   * first is remembered: while its message is kept, or as one of the consumer's last thousands in one process.
   */
  publish(messages: readonly Message[], options?: PublishOptions): Promise<void>;
  /** Runs until the signal aborts; starts again by itself after a fault. A new group begins with the oldest message kept. */
  consume(consumption: Consumption): Promise<void>;
  lag(): Promise<readonly ConsumerLag[]>;
  /** After every `consume` has ended. */
  close(): Promise<void>;
}
