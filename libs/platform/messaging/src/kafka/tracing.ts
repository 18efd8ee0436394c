import type { Message } from '../integration-event.js';

/** Where traces are carried over. */
export interface MessageTracing {
  /** Adds headers to a message that is being published. */
  inject(headers: Record<string, string>, message: Message): void;
  /** Does the work of one handler in the trace that the headers tell of; a replayed dead letter has none. */
  around<T>(headers: Readonly<Record<string, string>>, message: Message, work: () => Promise<T>): Promise<T>;
}

export const noTracing: MessageTracing = { inject: () => {}, around: (_headers, _message, work) => work() };
