import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { Silence } from './faults.js';
import type { ReadResp } from './protocol.js';

/** So many are not waited for to become more. */
const enough = 500;
/** From so many on that wait to be taken, the server is asked to wait. */
const mostWaiting = 1_000;

/** What a read or a subscription brings, in its order, taken as many at a time as are there. */
export class Responses {
  #waiting: ReadResp[] = [];
  #ended = false;
  #error: unknown;
  #wake: (() => void) | undefined;
  #overflowed = false;

  constructor(private readonly call: ClientReadableStream<ReadResp>) {
    call.on('data', (response: ReadResp) => {
      this.#waiting.push(response);
      if (this.#waiting.length >= mostWaiting) {
        this.#overflowed = true;
        call.pause();
      }
      this.#wake?.();
    });
    call.on('end', () => this.#over(undefined));
    call.on('error', (error) => this.#over(error));
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether more came at some time than was taken. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** All that has come, once something has; nothing when it is over. Throws what ended it, and `Silence` after so many milliseconds without a word (absent: waits). */
  async take(within?: number): Promise<readonly ReadResp[]> {
    if (this.#waiting.length === 0 && !this.#ended) await this.#woken(within);
    // They come one by one, those of one packet in turns of the event loop that follow each other.
    for (let before = 0; before < this.#waiting.length && this.#waiting.length < enough; ) {
      before = this.#waiting.length;
      await nextTurn();
    }
    const taken = this.#waiting.splice(0);
    if (taken.length > 0) {
      if (this.call.isPaused()) this.call.resume();
      return taken;
    }
    if (this.#error !== undefined) throw this.#error;
    return [];
  }

  cancel(): void {
    this.call.cancel();
    this.#over(undefined);
  }

  #over(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
  }

  #woken(within: number | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = within === undefined ? undefined : setTimeout(() => reject(new Silence(within)), within);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
