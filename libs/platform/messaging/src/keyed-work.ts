import { attempt, type Attempting } from './attempts.js';
import type { DeadLetters, LetterContent } from './dead-letters.js';

export interface KeyedWorkOptions<Item> extends Attempting {
  readonly consumer: string;
  readonly deadLetters: DeadLetters;
  /** Keys worked on at the same time. */
  readonly concurrency: number;
  readonly stepsOf: (item: Item) => readonly string[];
  readonly run: (step: string, item: Item) => Promise<void>;
  /** The item as it is put aside, and back. */
  readonly toLetter: (item: Item) => LetterContent;
  readonly fromLetter: (letter: LetterContent) => Item;
}

interface Sequence {
  readonly jobs: (() => Promise<void>)[];
  replaying: boolean;
}

/** A message says it itself, an event in its metadata. */
function correlationOf({ payload }: LetterContent): { readonly correlationId?: string } {
  const { correlationId, metadata } = payload as { readonly correlationId?: string; readonly metadata?: { readonly correlationId?: string } };
  const known = correlationId ?? metadata?.correlationId;
  return known === undefined ? {} : { correlationId: known };
}

/** So many items may be read ahead of what is done. */
const readAhead = 256;

/**
 * Works on items of different keys at the same time and on those of one key strictly in order. What fails for good goes to
 * the dead letters, and what follows of its key is stored behind it until it is replayed or dropped.
 */
export class KeyedWork<Item> {
  readonly #blocked: Set<string>;
  readonly #sequences = new Map<string, Sequence>();
  readonly #ready: string[] = [];
  readonly #failure = new AbortController();
  readonly #waiting = new Set<() => void>();
  #watching: Promise<void> = Promise.resolve();
  #active = 0;
  #outstanding = 0;

  private constructor(
    private readonly options: KeyedWorkOptions<Item>,
    blocked: Iterable<string>,
  ) {
    this.#blocked = new Set(blocked);
    this.signal = AbortSignal.any([options.signal, this.#failure.signal]);
    this.signal.addEventListener('abort', () => this.#notify(), { once: true });
  }

  /** Aborts when work is to stop, also when the dead letters could not be written. */
  readonly signal: AbortSignal;

  static async open<Item>(options: KeyedWorkOptions<Item>): Promise<KeyedWork<Item>> {
    const work = new KeyedWork(options, (await options.deadLetters.heads(options.consumer)).keys());
    await work.#refresh();
    work.#watching = work.#watch();
    return work;
  }

  /** `done` is called once the item is handled or durably put aside; never when work stopped before. */
  add(item: Item, done: () => void): void {
    this.#outstanding++;
    const letter = this.options.toLetter(item);
    this.#enqueue(letter.key, async () => {
      if (await this.#work(item, letter)) done();
      this.#outstanding--;
    });
  }

  /** Resolves when more may be added, or when work is to stop. */
  async room(): Promise<void> {
    while (this.#outstanding >= readAhead && !this.signal.aborted) await this.#change();
  }

  /** Stops the work for this reason. */
  fail(error: unknown): void {
    this.#failure.abort(error);
  }

  /** After an abort: resolves when what is in flight is done. Throws the reason if the work failed. */
  async stopped(): Promise<void> {
    while (this.#active > 0) await this.#change();
    await this.#watching;
    if (this.#failure.signal.aborted) throw this.#failure.signal.reason;
  }

  /** Takes notice of letters that were replayed or dropped. */
  async #watch(): Promise<void> {
    const { changes } = this.options.deadLetters;
    for (let seen = changes.version; ; ) {
      await changes.after(seen, this.signal);
      if (this.signal.aborted) return;
      seen = changes.version;
      await this.#refresh().catch((error: unknown) => this.fail(error));
    }
  }

  /** Keys whose first letter no longer stands as failed are worked off. */
  async #refresh(): Promise<void> {
    const heads = await this.options.deadLetters.heads(this.options.consumer);
    for (const key of heads.keys()) this.#blocked.add(key);
    for (const key of this.#blocked) if (heads.get(key) !== 'failed') this.#replay(key);
  }

  #replay(key: string): void {
    if (this.#sequences.get(key)?.replaying) return;
    this.#enqueue(key, () => this.#workOff(key), true);
  }

  async #work(item: Item, letter: LetterContent): Promise<boolean> {
    const { consumer, deadLetters, stepsOf, run } = this.options;
    const steps = stepsOf(item);
    if (this.#blocked.has(letter.key)) {
      await deadLetters.waitBehind(consumer, letter, steps);
      return true;
    }
    const work = { consumer, key: letter.key, id: letter.messageId, ...correlationOf(letter) };
    const outcome = await attempt(steps, work, (step) => run(step, item), { ...this.options, signal: this.signal });
    if (outcome.kind !== 'failed') return outcome.kind === 'done';
    await deadLetters.park(consumer, letter, outcome.steps, outcome.failure, outcome.attempts);
    this.#blocked.add(letter.key);
    for (const step of outcome.steps) this.options.observer.parked?.({ ...work, step }, outcome.failure);
    return true;
  }

  async #workOff(key: string): Promise<void> {
    const { consumer, deadLetters, fromLetter, run } = this.options;
    const sequence = this.#sequences.get(key);
    if (sequence) sequence.replaying = false;
    while (!this.signal.aborted) {
      const letter = await deadLetters.head(consumer, key);
      if (!letter) return void this.#blocked.delete(key);
      if (letter.status === 'failed') return;
      const item = fromLetter(letter);
      const work = { consumer, key, id: letter.messageId, ...correlationOf(letter) };
      const outcome = await attempt(letter.steps, work, (step) => run(step, item), { ...this.options, signal: this.signal });
      if (outcome.kind === 'stopped') return;
      if (outcome.kind === 'done') await deadLetters.settle(letter.id);
      else await deadLetters.failAgain(letter.id, outcome.steps, outcome.failure, outcome.attempts);
    }
  }

  #enqueue(key: string, job: () => Promise<void>, replaying = false): void {
    const sequence = this.#sequences.get(key);
    if (sequence) {
      sequence.jobs.push(job);
      sequence.replaying ||= replaying;
    } else {
      this.#sequences.set(key, { jobs: [job], replaying });
      this.#ready.push(key);
      this.#pump();
    }
  }

  #pump(): void {
    while (this.#active < this.options.concurrency && !this.signal.aborted) {
      const key = this.#ready.shift();
      if (key === undefined) return;
      this.#active++;
      void this.#next(key);
    }
  }

  async #next(key: string): Promise<void> {
    const sequence = this.#sequences.get(key);
    try {
      await sequence?.jobs.shift()?.();
    } catch (error) {
      this.fail(error);
    }
    if (sequence?.jobs.length) this.#ready.push(key);
    else this.#sequences.delete(key);
    this.#active--;
    this.#pump();
    this.#notify();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #notify(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
