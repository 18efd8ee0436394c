import { attempt, type Attempting } from './attempts.js';
import type { DeadLetters, LetterContent } from './dead-letters.js';
import type { Failure } from './failure.js';
import type { Scheduler } from './scheduler.js';

/** What is known of an item that is put aside: what failed, and how often it was tried; neither where it waits behind another. */
export interface Aside {
  readonly steps: readonly string[];
  readonly failure?: Failure;
  readonly attempts: number;
}

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
  /** Whether the dead letters of this key are ours to replay. Default: all. */
  readonly owns?: (key: string) => boolean;
  /** Whether this item was done before: asked when its turn comes. Default: none was. */
  readonly isDone?: (item: Item) => boolean;
  /** Called before an item is put aside, which waits for it. */
  readonly beforeAside?: (item: Item, aside: Aside) => Promise<void>;
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
  /** Keys in work, those that wait for their next attempt included; and the places taken, those not. */
  #begun = 0;
  #active = 0;
  #outstanding = 0;
  /** Keys whose wait is over and that have no place yet. */
  readonly #returning: (() => void)[] = [];

  private constructor(
    private readonly options: KeyedWorkOptions<Item>,
    blocked: Iterable<string>,
  ) {
    this.#blocked = new Set([...blocked].filter((key) => this.#owns(key)));
    this.signal = AbortSignal.any([options.signal, this.#failure.signal]);
    this.signal.addEventListener('abort', () => this.#release(), { once: true });
  }

  /** A key that waits for its next attempt leaves its place to another. */
  readonly #yielding: Scheduler = {
    elapsed: () => this.options.scheduler.elapsed(),
    wait: async (milliseconds, signal) => {
      this.#active--;
      this.#pump();
      await this.options.scheduler.wait(milliseconds, signal);
      if (this.#active >= this.options.concurrency && !this.signal.aborted) await new Promise<void>((resolve) => this.#returning.push(resolve));
      else this.#active++;
    },
  };

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
    while (this.#begun > 0) await this.#change();
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
    for (const key of heads.keys()) if (this.#owns(key)) this.#blocked.add(key);
    for (const key of this.#blocked) if (heads.get(key) !== 'failed') this.#replay(key);
  }

  #replay(key: string): void {
    if (this.#sequences.get(key)?.replaying) return;
    this.#enqueue(key, () => this.#workOff(key), true);
  }

  async #work(item: Item, letter: LetterContent): Promise<boolean> {
    const { consumer, deadLetters, stepsOf, run, isDone, beforeAside } = this.options;
    if (isDone?.(item)) return true;
    const steps = stepsOf(item);
    if (this.#blocked.has(letter.key)) {
      await beforeAside?.(item, { steps, attempts: 0 });
      await deadLetters.waitBehind(consumer, letter, steps);
      return true;
    }
    const work = { consumer, key: letter.key, id: letter.messageId, ...correlationOf(letter) };
    const outcome = await attempt(steps, work, (step) => run(step, item), this.#attempting());
    if (outcome.kind !== 'failed') return outcome.kind === 'done';
    await beforeAside?.(item, outcome);
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
      const outcome = await attempt(letter.steps, work, (step) => run(step, item), this.#attempting());
      if (outcome.kind === 'stopped') return;
      if (outcome.kind === 'done') await deadLetters.settle(letter.id);
      else await deadLetters.failAgain(letter.id, outcome.steps, outcome.failure, outcome.attempts);
    }
  }

  #attempting(): Attempting {
    return { ...this.options, scheduler: this.#yielding, signal: this.signal };
  }

  #owns(key: string): boolean {
    return this.options.owns?.(key) ?? true;
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
      const back = this.#returning.shift();
      if (back) {
        this.#active++;
        back();
        continue;
      }
      const key = this.#ready.shift();
      if (key === undefined) return;
      this.#active++;
      this.#begun++;
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
    this.#begun--;
    this.#pump();
    this.#notify();
  }

  /** When work is to stop, nobody waits for a place. */
  #release(): void {
    for (const back of this.#returning.splice(0)) {
      this.#active++;
      back();
    }
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
