import type { Aggregate } from '@alongside/event-sourcing';
import { isPassing, type EventStore, type RecordedEvent } from '@alongside/event-store';
import type { DeadLetters } from './dead-letters.js';
import { failureOf, type Failure } from './failure.js';
import type { Message } from './integration-event.js';
import type { MessageBroker } from './message-broker.js';
import { messageOf, type RelayedPublication } from './message-of.js';
import type { MessagingObserver } from './observer.js';
import { ParkedStreams } from './parked-streams.js';
import type { Lease, Progress } from './progress.js';
import { asItStands } from './log-follower.js';
import { keepRunning } from './running.js';
import type { Scheduler } from './scheduler.js';

export interface RelayOptions {
  readonly context: string;
  readonly publications: readonly RelayedPublication[];
  readonly events: Pick<EventStore, 'subscribeToAll' | 'readAll' | 'readStream'>;
  /** The event in today's shape (`EventCatalogue.upToDate`). What it throws parks the stream alone. */
  readonly upToDate: (event: RecordedEvent) => RecordedEvent;
  /** The folded state of a stream with the event of this revision as its last. */
  readonly stateAt: (aggregate: Aggregate, stream: string, revision: number) => Promise<unknown>;
  readonly broker: MessageBroker;
  readonly progress: Progress;
  readonly deadLetters: DeadLetters;
  readonly scheduler: Scheduler;
  readonly observer: MessagingObserver;
  /** Milliseconds before each retry of a fault. Default 50, 250, 1000. */
  readonly backOff?: readonly number[];
}

export interface RepublishOptions {
  /** Position of the log; what lies behind it is published. */
  readonly after?: string;
  /** Stops after the messages that are on their way. */
  readonly signal?: AbortSignal;
  /** Told how many messages have been published. */
  readonly onProgress?: (messages: number) => void;
}

/** The first event of a stream that could not be made a message; those that follow in the stream were left out with it. */
export interface LeftOut {
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly failure: Failure;
}

export interface Republished {
  readonly messages: number;
  readonly leftOut: readonly LeftOut[];
}

/** Messages of one `republish` that are published together. */
const batch = 200;
/** So many events that are not published may be passed before the checkpoint is saved. */
const unsavedPasses = 500;

/**
 * Publishes a context's own log as integration events, in the order of the log, from a durable checkpoint. A crash may repeat
 * messages (with the same id) and never loses one. An event that cannot be made a message is put among the dead letters of
 * `relay:<context>` and its stream waits behind it; the others go on.
 */
export class Relay {
  readonly #name: string;
  readonly #prefixes: readonly string[];
  readonly #byType: ReadonlyMap<string, readonly RelayedPublication[]>;

  constructor(private readonly options: RelayOptions) {
    const { context, publications } = options;
    this.#name = `relay:${context}`;
    this.#prefixes = [...new Set(publications.map((each) => `${each.aggregate.category}-`))];
    this.#byType = Map.groupBy(publications, (each) => each.of.type);
  }

  /** Runs until the signal aborts; one replica at a time. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.options.publications.length === 0) return;
    await keepRunning(this.#name, { ...this.options, signal }, (lease, until) => this.#run(lease, until));
  }

  /**
   * Publishes again what lies after a position (absent: everything), for one consumer that missed it: no other takes notice, and the checkpoint stays
   * where it is. A stream of which an event cannot be made a message is left out from there on, and named; a fault that passes by itself is thrown.
   */
  async republish(consumer: string, { after, signal, onProgress }: RepublishOptions = {}): Promise<Republished> {
    const leftOut = new Map<string, LeftOut>();
    let published = 0;
    let messages: Message[] = [];
    const flush = async (): Promise<void> => {
      await this.options.broker.publish(messages, { onlyFor: consumer });
      published += messages.length;
      messages = [];
      onProgress?.(published);
    };
    if (this.options.publications.length === 0) return { messages: 0, leftOut: [] };
    for await (const event of this.options.events.readAll({ ...(after !== undefined && { after }), prefixes: this.#prefixes, unreadable: 'place' })) {
      if (signal?.aborted) break;
      if (leftOut.has(event.stream) || this.#publicationsOf(event).length === 0) continue;
      try {
        messages.push(...(await this.#messagesOf(event)));
      } catch (error) {
        if (isPassing(error)) throw error;
        const { stream, revision, position } = event;
        leftOut.set(stream, { stream, revision, position, failure: failureOf(error) });
      }
      if (messages.length >= batch) await flush();
    }
    if (messages.length > 0) await flush();
    return { messages: published, leftOut: [...leftOut.values()] };
  }

  async #run(lease: Lease, signal: AbortSignal): Promise<void> {
    const parked = await ParkedStreams.open(this.#name, { ...this.options, signal, messagesOf: (event) => this.#messagesOf(event) });
    const checkpoint = { saved: await this.options.progress.checkpoint(this.#name), seen: undefined as string | undefined };
    try {
      await this.#publishFrom(checkpoint, parked, lease);
    } catch (error) {
      parked.fail(error);
    }
    await parked.stopped();
    const { saved, seen } = checkpoint;
    if (seen !== undefined && seen !== saved) await this.options.progress.saveCheckpoint(lease, seen);
  }

  async #publishFrom(checkpoint: { saved: string | undefined; seen: string | undefined }, parked: ParkedStreams, lease: Lease): Promise<void> {
    const { events, broker, observer } = this.options;
    const after = checkpoint.saved;
    let passes = 0;
    for await (const delivery of events.subscribeToAll({ ...(after !== undefined && { after }), prefixes: this.#prefixes, signal: parked.signal })) {
      const { position } = delivery;
      const concerned = delivery.kind === 'events' ? delivery.events.filter((event) => this.#publicationsOf(event).length > 0) : [];
      if (concerned.length === 0 && ++passes < unsavedPasses) {
        checkpoint.seen = position;
        if (delivery.kind === 'caught-up') observer.relayed?.(this.#name, position, 0);
        continue;
      }
      const published = await parked.alone(async () => {
        const messages = await parked.messagesOf(concerned);
        if (messages) await broker.publish(messages, { checkpoint: { lease, position } });
        return messages?.length;
      });
      if (published === undefined) return;
      checkpoint.saved = checkpoint.seen = position;
      passes = 0;
      observer.relayed?.(this.#name, position, published);
    }
  }

  async #messagesOf(recorded: RecordedEvent): Promise<Message[]> {
    const event = this.options.upToDate(await asItStands(this.options.events, recorded));
    const messages: Message[] = [];
    for (const publication of this.#publicationsOf(event)) {
      const state = await this.options.stateAt(publication.aggregate, event.stream, event.revision);
      const message = messageOf(publication, event, state);
      if (message) messages.push(message);
    }
    return messages;
  }

  #publicationsOf(event: RecordedEvent): readonly RelayedPublication[] {
    return (this.#byType.get(event.type) ?? []).filter((each) => event.stream.startsWith(`${each.aggregate.category}-`));
  }
}
