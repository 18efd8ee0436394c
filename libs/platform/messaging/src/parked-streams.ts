import { UnknownEvent } from '@alongside/event-sourcing';
import type { RecordedEvent } from '@alongside/event-store';
import { attempt, defaultBackOff, type Attempted } from './attempts.js';
import { eventOfLetter, letterOfEvent, type DeadLetters } from './dead-letters.js';
import type { Message } from './integration-event.js';
import type { MessageBroker } from './message-broker.js';
import { InvalidMessage } from './message-of.js';
import type { MessagingObserver } from './observer.js';
import type { Scheduler } from './scheduler.js';

export interface ParkedStreamsOptions {
  readonly broker: MessageBroker;
  readonly deadLetters: DeadLetters;
  readonly scheduler: Scheduler;
  readonly observer: MessagingObserver;
  readonly backOff?: readonly number[];
  readonly signal: AbortSignal;
  readonly messagesOf: (event: RecordedEvent) => Promise<readonly Message[]>;
}

/** The same event gives the same wrong message: only reading its state can go better the next time. */
const isFinal = (error: unknown): boolean => error instanceof InvalidMessage || error instanceof UnknownEvent || error instanceof TypeError;

/** Makes a relay's messages, and keeps the streams of which one could not be made, until they are replayed. */
export class ParkedStreams {
  readonly #blocked = new Set<string>();
  readonly #failure = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();
  #watching: Promise<void> = Promise.resolve();

  private constructor(
    private readonly name: string,
    private readonly options: ParkedStreamsOptions,
  ) {
    this.signal = AbortSignal.any([options.signal, this.#failure.signal]);
  }

  /** Aborts when relaying is to stop. */
  readonly signal: AbortSignal;

  static async open(name: string, options: ParkedStreamsOptions): Promise<ParkedStreams> {
    const streams = new ParkedStreams(name, options);
    await streams.#workOff();
    streams.#watching = streams.#watch();
    return streams;
  }

  fail(error: unknown): void {
    this.#failure.abort(error);
  }

  /** After an abort: resolves when nothing is under way. Throws the reason if relaying failed. */
  async stopped(): Promise<void> {
    await this.#watching;
    await this.#turn;
    if (this.#failure.signal.aborted) throw this.#failure.signal.reason;
  }

  /** One at a time: what is replayed of a stream must not be overtaken by what follows in it. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** The messages of these events; what cannot be made is put aside. Undefined: stopped half-way. */
  async messagesOf(events: readonly RecordedEvent[]): Promise<readonly Message[] | undefined> {
    const { deadLetters, observer } = this.options;
    const messages: Message[] = [];
    for (const event of events) {
      const letter = letterOfEvent(event);
      if (this.#blocked.has(event.stream)) {
        await deadLetters.waitBehind(this.name, letter, ['publish']);
        continue;
      }
      const outcome = await this.#attempt(event, messages);
      if (outcome.kind === 'stopped') return undefined;
      if (outcome.kind === 'done') continue;
      await deadLetters.park(this.name, letter, outcome.steps, outcome.failure, outcome.attempts);
      this.#blocked.add(event.stream);
      observer.parked?.({ consumer: this.name, step: 'publish', key: event.stream, id: letter.messageId }, outcome.failure);
    }
    return messages;
  }

  #attempt(event: RecordedEvent, messages: Message[]): Promise<Attempted> {
    const { scheduler, observer, backOff = defaultBackOff, messagesOf } = this.options;
    const work = { consumer: this.name, key: event.stream, id: event.metadata.eventId };
    const run = async (): Promise<void> => void messages.push(...(await messagesOf(event)));
    return attempt(['publish'], work, run, { scheduler, observer, backOff, signal: this.signal, isFinal });
  }

  async #watch(): Promise<void> {
    const { changes } = this.options.deadLetters;
    for (let seen = changes.version; ; ) {
      await changes.after(seen, this.signal);
      if (this.signal.aborted) return;
      seen = changes.version;
      await this.alone(() => this.#workOff()).catch((error: unknown) => this.fail(error));
    }
  }

  async #workOff(): Promise<void> {
    const heads = await this.options.deadLetters.heads(this.name);
    for (const stream of heads.keys()) this.#blocked.add(stream);
    for (const stream of this.#blocked) if (heads.get(stream) !== 'failed') await this.#workOffStream(stream);
  }

  async #workOffStream(stream: string): Promise<void> {
    const { deadLetters, broker } = this.options;
    while (!this.signal.aborted) {
      const letter = await deadLetters.head(this.name, stream);
      if (!letter) return void this.#blocked.delete(stream);
      if (letter.status === 'failed') return;
      const messages: Message[] = [];
      const outcome = await this.#attempt(eventOfLetter(letter), messages);
      if (outcome.kind === 'stopped') return;
      if (outcome.kind === 'failed') {
        await deadLetters.failAgain(letter.id, outcome.steps, outcome.failure, outcome.attempts);
        continue;
      }
      await broker.publish(messages);
      await deadLetters.settle(letter.id);
    }
  }
}
