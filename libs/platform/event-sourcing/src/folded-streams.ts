import type { EventStore, RecordedEvent } from '@alongside/event-store';
import type { Aggregate } from './aggregate.js';
import { fold, type Occurred } from './decider.js';
import type { DomainEvent } from './event.js';
import type { EventCatalogue } from './event-catalogue.js';

/** Where a command's events are in their stream. */
export interface CommandPlace {
  readonly first: number;
  readonly last: number;
}

/** A stream as far as it was read: its state with personal values sealed, and the commands that were carried out. */
export interface Folded {
  readonly aggregate: Aggregate;
  readonly state: unknown;
  /** -1: there is no stream. */
  readonly revision: number;
  /** Of the last event; empty when there is none. */
  readonly position: string;
  /** When the last event was recorded; empty when there is none. */
  readonly recordedAt: string;
  /** All of them, however long ago: messages may be published again years later. */
  readonly commands: Map<string, CommandPlace>;
}

export const defaultCachedStreams = 2_000;

/** A bounded cache of folded streams. Each use reads forward from where the last one was, so it is as consistent as the log. */
export class FoldedStreams {
  /** In order of use. */
  readonly #cached = new Map<string, Folded>();

  constructor(
    private readonly store: EventStore,
    private readonly catalogue: EventCatalogue,
    private readonly capacity = defaultCachedStreams,
  ) {}

  async current(aggregate: Aggregate, stream: string): Promise<Folded> {
    const cached = this.#cached.get(stream);
    const from = cached?.aggregate === aggregate ? cached : beginning(aggregate);
    const events = await this.store.readStream(stream, from.revision + 1);
    if (events.length > 0) return this.advance(stream, from, events);
    if (from.revision >= 0) this.#keep(stream, from);
    return from;
  }

  /** Folds what follows, and remembers it unless somebody has read further meanwhile. */
  advance(stream: string, from: Folded, recorded: readonly RecordedEvent[]): Folded {
    const events = recorded.map((each) => this.catalogue.upToDate(each));
    const last = events.at(-1);
    if (!last) return from;
    for (const each of events) remember(from.commands, each);
    const state: unknown = fold(from.aggregate.decider, events as unknown as readonly Occurred<DomainEvent>[], from.state);
    const folded: Folded = { ...from, state, revision: last.revision, position: last.position, recordedAt: last.metadata.recordedAt };
    const cached = this.#cached.get(stream);
    if (cached?.aggregate !== from.aggregate || cached.revision <= folded.revision) this.#keep(stream, folded);
    return folded;
  }

  #keep(stream: string, folded: Folded): void {
    this.#cached.delete(stream);
    this.#cached.set(stream, folded);
    if (this.#cached.size <= this.capacity) return;
    for (const oldest of this.#cached.keys()) {
      this.#cached.delete(oldest);
      return;
    }
  }
}

function beginning(aggregate: Aggregate): Folded {
  return { aggregate, state: aggregate.decider.initial as unknown, revision: -1, position: '', recordedAt: '', commands: new Map() };
}

function remember(commands: Map<string, CommandPlace>, { revision, metadata: { commandId } }: RecordedEvent): void {
  const place = commands.get(commandId);
  // A command's events are next to each other: they were one append.
  if (!place) commands.set(commandId, { first: revision, last: revision });
  else if (revision === place.last + 1) commands.set(commandId, { ...place, last: revision });
}
