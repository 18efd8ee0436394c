import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { Message } from '../integration-event.js';
import { topicOf, type Consumption, type MessageBroker } from '../message-broker.js';
import { eventName, patternOf } from './patterns.js';

export interface BrokerServerOptions extends Pick<Consumption, 'concurrency' | 'backOff'> {
  readonly broker: MessageBroker;
}

/**
 * Calls Nest's event handlers from the broker's own consumer loops, whichever broker it is: one loop for each consumer that
 * its patterns name. A handler's error reaches the loop, which retries, puts aside and goes on; Nest's own servers lose it,
 * or, over Kafka, hold up a partition with it for ever.
 */
export class BrokerServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('alongside-messages');
  override readonly propagatesEventHandlerErrors = true;
  readonly #stopping = new AbortController();
  #loops: readonly Promise<void>[] = [];

  constructor(private readonly options: BrokerServerOptions) {
    super();
  }

  override addHandler(pattern: unknown, callback: MessageHandler, isEventHandler = false, extras: Record<string, unknown> = {}): void {
    const text = this.normalizePattern(pattern as string);
    if (!isEventHandler) throw new Error(`${text}: there is no request and reply over messages, only events`);
    if (this.messageHandlers.has(text)) throw new Error(`${text}: two handlers of one pattern; each reaction needs a pattern of its own`);
    patternOf(text);
    super.addHandler(pattern, callback, isEventHandler, extras);
  }

  listen(callback: (...optionalParameters: unknown[]) => unknown): void {
    const patterns = [...this.messageHandlers.keys()].map((text) => ({ text, ...patternOf(text) }));
    const consumers = Map.groupBy(patterns, (each) => each.consumer);
    const { broker, concurrency, backOff } = this.options;
    this.#loops = [...consumers].map(([consumer, own]) => {
      const byEvent = Map.groupBy(own, (each) => each.event);
      return broker.consume({
        consumer,
        topics: [...new Set(own.map((each) => topicOf(each.context)))],
        handlersOf: (message) => byEvent.get(eventName(message))?.map((each) => each.text) ?? [],
        handle: (pattern, message) => this.#handle(pattern, message),
        signal: this.#stopping.signal,
        ...(concurrency !== undefined && { concurrency }),
        ...(backOff && { backOff }),
      });
    });
    callback();
  }

  /** Stops intake and waits for what is in flight. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#loops);
  }

  on(): never {
    throw new Error('this server has no events to listen to');
  }

  unwrap<T>(): T {
    return this.options.broker as T;
  }

  async #handle(pattern: string, message: Message): Promise<void> {
    const handler = this.messageHandlers.get(pattern);
    if (!handler) throw new Error(`no handler for ${pattern}`);
    const outcome: unknown = await handler(message, { pattern });
    await lastValueFrom(this.transformToObservable(outcome), { defaultValue: undefined });
  }
}
