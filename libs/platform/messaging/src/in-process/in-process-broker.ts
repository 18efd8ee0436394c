import { systemClock, type Clock } from '@alongside/event-sourcing';
import type { DeadLetters } from '../dead-letters.js';
import { failureOf } from '../failure.js';
import type { Message } from '../integration-event.js';
import type { LoopState } from '../loop-state.js';
import { topicOf, type ConsumerLag, type Consumption, type MessageBroker, type PublishOptions } from '../message-broker.js';
import type { MessagingObserver } from '../observer.js';
import { keepRunning } from '../running.js';
import { Changes, systemScheduler, type Scheduler } from '../scheduler.js';
import type { TimerStore } from '../timer-store.js';
import { BrokerDatabase } from './broker-database.js';
import { consume } from './consumer.js';
import { SqliteDeadLetters } from './sqlite-dead-letters.js';
import { SqliteProgress } from './sqlite-progress.js';
import { SqliteTimers } from './sqlite-timers.js';

export interface InProcessBrokerOptions {
  readonly file: string;
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
  readonly observer?: MessagingObserver;
  /** Milliseconds between looks for what another process wrote. Default 250: lower it for quicker replays, raise it for less idle work. */
  readonly pollEvery?: number;
  /** Milliseconds without a beat after which a lease is taken over. Default 10000: longer than the event loop ever stands still. */
  readonly leaseTimeToLive?: number;
  /** Days that a message stays after every consumer has passed it. Default 7: how long a repeated publish is noticed. */
  readonly keepDays?: number;
}

/** The broker, and what else the loops of a service keep, beside it in the same file. */
export interface InProcessBroker extends MessageBroker, LoopState {
  /** Deletes what every consumer has passed and is older than `keepDays`; runs by itself every hour. Answers how many went. */
  trim(): Promise<number>;
}

const day = 86_400_000;
const trimEvery = 3_600_000;

/** Opens the durable broker of one machine: a file that one process serves and others may look into and command. */
export function openInProcessBroker(options: InProcessBrokerOptions): InProcessBroker {
  return new SqliteBroker(options);
}

class SqliteBroker implements InProcessBroker {
  readonly deadLetters: DeadLetters;
  readonly progress: SqliteProgress;
  readonly timers: TimerStore;
  readonly #database: BrokerDatabase;
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #observer: MessagingObserver;
  readonly #published: Changes;
  readonly #timersChanged: Changes;
  readonly #lettersChanged: Changes;
  readonly #closing = new AbortController();
  readonly #loops = new Set<Promise<void>>();
  #watching = false;

  constructor(private readonly options: InProcessBrokerOptions) {
    this.#database = new BrokerDatabase(options.file);
    this.#clock = options.clock ?? systemClock;
    this.#scheduler = options.scheduler ?? systemScheduler;
    this.#observer = options.observer ?? {};
    const watch = (): void => this.#watch();
    this.#published = new Changes(watch);
    this.#timersChanged = new Changes(watch);
    this.#lettersChanged = new Changes(watch);
    this.progress = new SqliteProgress(this.#database, this.#scheduler, options.leaseTimeToLive ?? 10_000, this.#closing.signal);
    this.deadLetters = new SqliteDeadLetters(this.#database, this.#clock, this.#lettersChanged);
    this.timers = new SqliteTimers(this.#database, this.progress, this.#timersChanged);
  }

  async publish(messages: readonly Message[], { checkpoint, onlyFor = '' }: PublishOptions = {}): Promise<void> {
    const publishedAt = this.#clock.now().getTime();
    // A repeat to one consumer must be delivered anew, so it takes a new place at the end.
    const sql = `INSERT ${onlyFor ? 'OR REPLACE' : 'OR IGNORE'} INTO messages (topic, id, only_for, published_at, payload) VALUES (?, ?, ?, ?, ?)`;
    await this.#database.write(() => {
      for (const message of messages) {
        this.#database.run(sql, topicOf(message.context), message.id, onlyFor, publishedAt, JSON.stringify(message));
      }
      if (checkpoint) this.progress.write(checkpoint.lease, checkpoint.position);
    });
    if (messages.length > 0) this.#published.announce();
  }

  consume(consumption: Consumption): Promise<void> {
    const parts = {
      database: this.#database,
      progress: this.progress,
      deadLetters: this.deadLetters,
      scheduler: this.#scheduler,
      observer: this.#observer,
      published: this.#published,
    };
    const running = { progress: this.progress, scheduler: this.#scheduler, observer: this.#observer, signal: consumption.signal };
    return keepRunning(`consumer:${consumption.consumer}`, running, (lease, signal) => consume(parts, consumption, lease, signal));
  }

  async lag(): Promise<readonly ConsumerLag[]> {
    return this.#database
      .all<ConsumerLag>(
        `SELECT consumer, topic, (SELECT count(*) FROM messages m WHERE m.topic = o.topic AND m.offset > o.offset
         AND m.only_for IN ('', o.consumer)) AS messages FROM offsets o ORDER BY consumer, topic`,
      )
      .map((row) => ({ ...row }));
  }

  trim(): Promise<number> {
    const before = this.#clock.now().getTime() - (this.options.keepDays ?? 7) * day;
    return this.#database.write(() =>
      this.#database.run(
        `DELETE FROM messages WHERE published_at < ? AND offset <= coalesce((SELECT min(offset) FROM offsets o WHERE o.topic = messages.topic), offset)`,
        before,
      ),
    );
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#loops);
    this.#database.close();
  }

  #watch(): void {
    if (this.#watching || this.#closing.signal.aborted) return;
    this.#watching = true;
    for (const loop of [this.#poll(), this.#trimming()]) {
      this.#loops.add(loop);
      void loop.finally(() => this.#loops.delete(loop));
    }
  }

  /** What another process published, replayed or dropped shows in the file's data version. */
  async #poll(): Promise<void> {
    const { signal } = this.#closing;
    let version = this.#database.dataVersion();
    for (;;) {
      await this.#scheduler.wait(this.options.pollEvery ?? 250, signal);
      if (signal.aborted) return;
      const now = this.#database.dataVersion();
      if (now === version) continue;
      version = now;
      for (const changes of [this.#published, this.#timersChanged, this.#lettersChanged]) changes.announce();
    }
  }

  async #trimming(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.trim();
      } catch (error) {
        this.#observer.faulted?.('trimming', failureOf(error));
      }
      await this.#scheduler.wait(trimEvery, signal);
    }
  }
}
