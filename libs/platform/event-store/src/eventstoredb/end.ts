import { setTimeout as pause } from 'node:timers/promises';
import { beginning } from './position.js';

/** Milliseconds between two looks at an end that lies before where it was; the last one for all that follow. */
const looks = [10, 50, 250];

/**
 * Where the log ends, which is at the last event of ours, and what becomes of an end that lies further back than it did. `$all` is bounded by what a
 * majority has, and a leader that was just elected may for a moment show less of it than its predecessor: only what stays so was put back.
 */
export class End {
  /** There has been an event of ours. */
  #known = beginning;
  /** The log was found to end before this for good. */
  #gone: string | undefined;
  #asking: Promise<unknown> = Promise.resolve();
  #next: Promise<string> | undefined;

  /** @param ask for the position of the last event of ours. @param patienceMs how long the end has to lie further back to be believed. @param over the store is closed. */
  constructor(
    private readonly ask: () => Promise<string | undefined>,
    private readonly patienceMs: number,
    private readonly over: AbortSignal,
  ) {}

  /** An event stands there. */
  knows(position: string): void {
    if (position > this.#known) this.#known = position;
    // What was put back has been written anew up to there: that it ends before it has to be found out again.
    if (this.#gone !== undefined && position >= this.#gone) this.#gone = undefined;
  }

  /** Position of the last event: never before one that is known of, unless the log was put back. */
  async last(): Promise<string | undefined> {
    for (;;) {
      this.over.throwIfAborted();
      const known = this.#known;
      const last = await this.#asked();
      if (last >= known) return last === beginning ? undefined : last;
      await this.endsBefore(known);
    }
  }

  /** A place in the log (an event of the server's own, say) as the last position up to there that lies within events of ours. */
  async within(place: string): Promise<string> {
    if (place > this.#known) await this.#asked();
    return place < this.#known ? place : this.#known;
  }

  async endsBefore(position: string, signal?: AbortSignal): Promise<boolean> {
    const stop = signal ? AbortSignal.any([signal, this.over]) : this.over;
    const until = performance.now() + this.patienceMs;
    for (let look = 0; !stop.aborted; look += 1) {
      const last = await this.#asked();
      if (last >= position) return false;
      const isGone = this.#gone !== undefined && last < this.#gone && this.#gone <= position;
      if (isGone || performance.now() >= until) {
        this.#known = last;
        if (!isGone) this.#gone = position;
        return true;
      }
      await pause(Math.min(looks[look] ?? looks.at(-1) ?? 0, this.patienceMs), undefined, { signal: stop }).catch(() => undefined);
    }
    return false;
  }

  /** One question to the server at a time: whoever comes meanwhile shares the next one, whose answer is not older than what they know. */
  #asked(): Promise<string> {
    this.#next ??= this.#asking.then(async () => {
      this.#next = undefined;
      const asking = this.ask();
      this.#asking = asking.catch(() => undefined);
      const last = (await asking) ?? beginning;
      this.knows(last);
      return last;
    });
    return this.#next;
  }
}
