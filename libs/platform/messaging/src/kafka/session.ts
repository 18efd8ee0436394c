import { setTimeout as pause } from 'node:timers/promises';
import { isUuid } from '@alongside/event-sourcing';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { defaultBackOff } from '../attempts.js';
import { failureOf } from '../failure.js';
import type { Message } from '../integration-event.js';
import { KeyedWork, type Aside } from '../keyed-work.js';
import { messageLetter, messageOfLetter } from '../message-letter.js';
import type { Consumption } from '../message-broker.js';
import type { MessagingObserver } from '../observer.js';
import { Changes, type Scheduler } from '../scheduler.js';
import type { LoopState } from '../loop-state.js';
import { Watermark } from '../watermark.js';
import { fromCloudEvent, headersOf } from './cloud-event.js';
import { partitionOf } from './co-partitioned.js';
import { deadLetterRecord } from './dead-letter-record.js';
import { doneAhead, type Range } from './done-ahead.js';
import type { Publisher } from './publisher.js';
import type { Recent } from './recent.js';
import type { MessageTracing } from './tracing.js';

/** Messages of one partition that may be read ahead of what is done, before the partition is paused. */
const readAhead = 1_000;
/** Milliseconds between commits: what a crash loses is delivered again. */
const commitEvery = 50;
const afterFailedCommit = 1_000;
const lastCommitWithin = 3_000;

export interface SessionParts {
  readonly consumption: Consumption;
  readonly deadLetters: LoopState['deadLetters'];
  readonly scheduler: Scheduler;
  readonly observer: MessagingObserver;
  readonly publisher: Publisher;
  readonly tracing: MessageTracing;
  /** Ids that this process has done for the consumer, whoever had the partition meanwhile. */
  readonly recent: Recent;
  /** Stands before the consumer and the topics at the broker. */
  readonly prefix: string;
  /** Milliseconds after which the group gives this member's partitions to others when it hears nothing. */
  readonly sessionTimeout: number;
  /** Called once, when the work cannot go on. */
  readonly failed: (error: unknown) => void;
}

export interface Assignment {
  /** Of every topic of the consumer. */
  readonly partitionCount: number;
  readonly partitions: Readonly<Record<string, readonly number[]>>;
  /** What was done beyond the committed offset before. */
  readonly isDone: (topic: string, partition: number, offset: number) => boolean;
}

interface Partition {
  readonly topic: string;
  readonly partition: number;
  readonly passed: Watermark<number>;
  /** The first offset that was taken: nothing below is ours to commit. */
  first?: number;
  committed?: string;
  outstanding: number;
  resume?: () => void;
}

interface Item {
  readonly message: Message;
  readonly headers: Readonly<Record<string, string>>;
  /** Where it lies; a letter lies nowhere. */
  readonly at?: { readonly partition: Partition; readonly record: KafkaMessage };
  readonly name: string;
}

/**
 * What one member does from one rebalance to the next: its partitions' messages, keys in order and at the same time, what fails for good put
 * aside, offsets committed behind what is done.
 */
export class Session {
  readonly #partitions = new Map<string, Partition>();
  readonly #stopping = new AbortController();
  readonly #work: Promise<void>;
  #begun: KeyedWork<Item> | undefined;
  readonly #confirmed = new Changes();
  #confirmedAt = performance.now();
  #commit: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;
  #committing: Promise<void> | undefined;
  #doneMeanwhile = false;
  #commitDue: NodeJS.Timeout | undefined;
  #ended: Promise<void> | undefined;
  #over = false;
  #keepsAhead = true;
  #isDone: Assignment['isDone'] = () => false;

  constructor(
    private readonly parts: SessionParts,
    assignment: Promise<Assignment>,
  ) {
    this.#work = assignment.then(
      async (known) => void (this.#begun = await this.#open(known)),
    ).catch((error: unknown) => void (this.#stopping.signal.aborted || parts.failed(error)));
  }

  /** The broker knows this member: what was begun may go on. */
  confirm(): void {
    this.#confirmedAt = performance.now();
    this.#confirmed.announce();
  }

  /** Takes the messages of a batch into work, in order. What is not taken is fetched again. */
  async take({ batch, resolveOffset, pause: pausePartition, commitOffsetsIfNecessary }: EachBatchPayload): Promise<void> {
    const work = await this.#opened();
    const partition = this.#partitions.get(placeOf(batch));
    if (!work || !partition) return;
    if (work.signal.aborted) {
      // Or it would be fetched again at once, and again, until what is in flight is done.
      partition.resume ??= pausePartition();
      return;
    }
    this.#commit = commitOffsetsIfNecessary;
    for (const record of batch.messages) {
      partition.first ??= Number(record.offset);
      this.#add(work, partition, record);
    }
    resolveOffset(batch.lastOffset());
    this.#commitSoon();
    if (partition.outstanding >= readAhead) partition.resume ??= pausePartition();
  }

  /**
   * Stops intake, waits for what is in flight and commits. What takes longer than `within` milliseconds is left to itself, uncommitted. Never
   * rejects.
   */
  end(within: number): Promise<void> {
    return (this.#ended ??= this.#end(within));
  }

  async #end(within: number): Promise<void> {
    this.#stopping.abort();
    const giveUp = AbortSignal.timeout(Math.min(within, 2 ** 31 - 1));
    // What has not begun has nothing in flight: its assignment may be asked of a broker that does not answer.
    const work = await this.#opened();
    const finished = work?.stopped().catch((error: unknown) => this.parts.failed(error));
    // A commit is a sign of life too: while others wait for us to hand over, the group must not take us for dead.
    const alive = setInterval(() => this.#committing ?? void this.#commitNow(true), Math.min(1_000, this.parts.sessionTimeout / 4));
    await Promise.race([finished, new Promise((resolve) => giveUp.addEventListener('abort', resolve, { once: true }))]);
    clearInterval(alive);
    // A broker that does not answer is not waited for: what was done comes again.
    await Promise.race([this.#commitNow(), pause(lastCommitWithin, undefined, { ref: false })]);
    this.#over = true;
    clearTimeout(this.#commitDue);
    for (const { resume } of this.#partitions.values()) resume?.();
  }

  /** What was begun; undefined where nothing was by the time that it is to stop. */
  async #opened(): Promise<KeyedWork<Item> | undefined> {
    const { signal } = this.#stopping;
    // Once begun nothing is waited for: every batch would leave a listener behind.
    if (!this.#begun && !signal.aborted) await Promise.race([this.#work, new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))]);
    return this.#begun;
  }

  async #open({ partitionCount, partitions, isDone }: Assignment): Promise<KeyedWork<Item>> {
    const { consumption, deadLetters, scheduler, observer, recent, failed } = this.parts;
    const { consumer, handlersOf } = consumption;
    const own = new Set(Object.values(partitions).flat());
    for (const [topic, numbers] of Object.entries(partitions)) {
      for (const partition of numbers) this.#partitions.set(placeOf({ topic, partition }), { topic, partition, passed: new Watermark(), outstanding: 0 });
    }
    this.#isDone = isDone;
    const work = await KeyedWork.open<Item>({
      consumer,
      deadLetters,
      scheduler,
      observer,
      signal: this.#stopping.signal,
      concurrency: consumption.concurrency ?? 8,
      backOff: consumption.backOff ?? defaultBackOff,
      stepsOf: ({ message }) => handlersOf(message),
      run: (step, item) => this.#handle(step, item),
      toLetter: ({ message }) => messageLetter(message),
      fromLetter: (letter) => {
        const message = messageOfLetter(letter);
        return { message, headers: {}, name: message.id };
      },
      owns: (key) => own.has(partitionOf(key, partitionCount)),
      isDone: ({ name }) => recent.has(name),
      beforeAside: (item, aside) => this.#sendAside(item, aside),
      ready: () => this.#mayBegin(),
    });
    work.signal.addEventListener('abort', () => !this.#stopping.signal.aborted && failed(work.signal.reason), { once: true });
    return work;
  }

  #add(work: KeyedWork<Item>, partition: Partition, record: KafkaMessage): void {
    const { consumption, prefix, publisher, recent, failed } = this.parts;
    const offset = Number(record.offset);
    const { passed } = partition;
    const begin = (): (() => void) => {
      const done = passed.begin(offset);
      partition.outstanding++;
      return () => {
        partition.outstanding--;
        done();
        this.#commitSoon();
        if (partition.resume && partition.outstanding <= readAhead / 2) {
          partition.resume();
          delete partition.resume;
        }
      };
    };
    if (this.#isDone(partition.topic, partition.partition, offset)) return passed.pass(offset);
    let received;
    try {
      received = fromCloudEvent(record);
    } catch (error) {
      // It belongs to no key that could wait: kept aside for people, and passed.
      const { topic, partition: number } = partition;
      const aside = { steps: [], failure: failureOf(error), attempts: 0 };
      this.parts.observer.parked?.({ consumer: consumption.consumer, step: 'read', key: idIn(record.key), id: `${topic}/${number}/${offset}` }, aside.failure);
      publisher.send([deadLetterRecord({ consumer: consumption.consumer, topic, partition: number, record, headers: headersOf(record) }, aside)]).then(begin(), failed);
      return;
    }
    const { message, onlyFor, headers } = received;
    const forUs = onlyFor === undefined || onlyFor === consumption.consumer;
    if (!forUs || consumption.handlersOf(message).length === 0) return passed.pass(offset);
    // What is sent to one consumer again is to be done again.
    const name = onlyFor === undefined ? message.id : `${prefix}${partition.topic}/${partition.partition}/${offset}`;
    const done = begin();
    work.add({ message, headers, name, at: { partition, record } }, () => {
      recent.add(name);
      done();
    });
  }

  async #handle(step: string, { message, headers }: Item): Promise<void> {
    const { consumption, tracing } = this.parts;
    // A letter may name a handler that has been renamed since: then every handler of today does it again.
    const known = consumption.handlersOf(message);
    for (const each of known.includes(step) ? [step] : known) await tracing.around(headers, message, () => consumption.handle(each, message));
  }

  async #sendAside({ headers, at }: Item, aside: Aside): Promise<void> {
    if (!at) return;
    const { topic, partition } = at.partition;
    await this.parts.publisher.send([deadLetterRecord({ consumer: this.parts.consumption.consumer, topic, partition, record: at.record, headers }, aside)]);
  }

  /** A member that the group has not heard of for too long (it stood still) waits to be known again: others may have its partitions by now. */
  async #mayBegin(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted && performance.now() - this.#confirmedAt > this.parts.sessionTimeout * 0.9) await this.#confirmed.after(this.#confirmed.version, signal);
  }

  #commitSoon(after = commitEvery): void {
    if (this.#over || this.#commitDue) return;
    this.#commitDue = setTimeout(() => {
      this.#commitDue = undefined;
      void this.#commitNow();
    }, after);
  }

  /** One commit at a time, and one more where something was done meanwhile. `anyway`: also when there is nothing new. */
  #commitNow(anyway = false): Promise<void> {
    this.#doneMeanwhile = true;
    const commit = async (): Promise<void> => {
      while (this.#doneMeanwhile) {
        this.#doneMeanwhile = false;
        await this.#commitOnce(anyway);
      }
    };
    return (this.#committing ??= commit().finally(() => (this.#committing = undefined)));
  }

  async #commitOnce(anyway: boolean): Promise<void> {
    if (this.#over || !this.#commit) return;
    const due = [...this.#partitions.values()].flatMap((partition) => {
      const position = positionOf(partition, this.#keepsAhead);
      return position && (anyway || position.text !== partition.committed) ? [{ partition, ...position }] : [];
    });
    if (due.length === 0) return;
    const topics = [...Map.groupBy(due, ({ partition }) => partition.topic)].map(([topic, own]) => ({
      topic,
      partitions: own.map(({ partition, offset, metadata }) => ({ partition: partition.partition, offset, metadata })),
    }));
    try {
      await this.#commit({ topics });
      for (const { partition, text } of due) partition.committed = text;
      this.confirm();
    } catch (error) {
      // Only repeats are at stake, and as few as can be: nothing begins that could not be committed. If the group no longer knows us, the
      // next heartbeat says so.
      if ((error as { readonly type?: string }).type === 'OFFSET_METADATA_TOO_LARGE') this.#keepsAhead = false;
      else this.#confirmedAt = -Infinity;
      this.#commitSoon(afterFailedCommit);
    }
  }
}

/** The key of a record that is none of ours, where it is an id: anything else may be what somebody told. */
const idIn = (key: Buffer | null): string => {
  const text = key?.toString() ?? '';
  return isUuid(text) ? text : '';
};

const placeOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }): string => `${topic}/${partition}`;

/** The offset to go on from, and what is done beyond it. */
function positionOf({ passed, first }: Partition, keepsAhead: boolean): { readonly offset: string; readonly metadata: string; readonly text: string } | undefined {
  if (first === undefined) return undefined;
  const next = passed.low === undefined ? first : passed.low + 1;
  const metadata = doneAhead(next, (keepsAhead ? passed.ahead : []).map(({ after, upTo }): Range => ({ from: after + 1, to: upTo })));
  return { offset: String(next), metadata, text: `${next} ${metadata}` };
}
