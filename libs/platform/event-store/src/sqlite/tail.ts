import type { RecordedEvent } from '../recorded-event.js';
import { recordedEvent, type StoredEvent } from './stored-event.js';

const capacity = 1_024;

/** The events that this process appended last: live subscriptions read them here, each parsed once for all of them. */
export class Tail {
  #stored: { readonly stored: StoredEvent; parsed?: RecordedEvent }[] = [];
  /** Row of the first event held; `#next` is the row after the last. */
  #first = 1;

  constructor(head: number) {
    this.#first = head + 1;
  }

  get head(): number {
    return this.#first + this.#stored.length - 1;
  }

  /** Events whose rows follow `head`. Where another process wrote in between, what was held is dropped. */
  push(events: readonly StoredEvent[], before: number): void {
    if (before !== this.head) this.reset(before);
    for (const stored of events) this.#stored.push({ stored });
    // Dropped in halves, so that moving the rest is rare.
    if (this.#stored.length > 2 * capacity) {
      const dropped = this.#stored.length - capacity;
      this.#stored = this.#stored.slice(dropped);
      this.#first += dropped;
    }
  }

  reset(head: number): void {
    this.#stored = [];
    this.#first = head + 1;
  }

  /** Whether everything after a row is here. */
  holdsAfter(row: number): boolean {
    return row >= this.#first - 1;
  }

  /** Events after `row`, at most `limit` looked at, those of which the stream passes. */
  read(row: number, limit: number, passes: (stream: string) => boolean): { readonly events: RecordedEvent[]; readonly seen: number } {
    const from = row + 1 - this.#first;
    const to = Math.min(this.#stored.length, from + limit);
    const events: RecordedEvent[] = [];
    for (let index = from; index < to; index += 1) {
      const entry = this.#stored[index];
      if (entry && passes(entry.stored[1])) events.push((entry.parsed ??= recordedEvent(entry.stored)));
    }
    return { events, seen: Math.max(row, this.#first + to - 1) };
  }
}
