import { randomUUID } from 'node:crypto';
import { systemClock, type Clock } from '@alongside/event-sourcing';
import { isDuplicateKey, type Mongo } from '@alongside/mongodb';
import { failureOf } from '../failure.js';
import type { LoopState } from '../loop-state.js';
import type { MessagingObserver } from '../observer.js';
import { Changes, systemScheduler, type Scheduler } from '../scheduler.js';
import { collections, loopStateIndexes, type ChangeDocument } from './collections.js';
import { MongoDeadLetters } from './mongo-dead-letters.js';
import { MongoProgress } from './mongo-progress.js';
import { MongoTimers } from './mongo-timers.js';

export interface MongoLoopStateOptions {
  readonly mongo: Mongo;
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
  readonly observer?: MessagingObserver;
  /** Milliseconds between looks for what another process changed. Default 1000: lower it for quicker replays, raise it for less idle work. */
  readonly pollEvery?: number;
  /**
   * Milliseconds without a beat after which a lease is taken over. Default 5000, so that a replica that was killed is followed within seven
   * seconds (a fifth each to see its last beat and to look again): raise it where event loops stand still for longer, or elections take long.
   */
  readonly leaseTimeToLive?: number;
}

export interface MongoLoopState extends LoopState {
  /** Resolves when the server answers; throws one line for an operator. */
  check(): Promise<void>;
}

/** What the loops of a service keep, for any number of processes. The server need not be there yet, and may go and come. */
export function openMongoLoopState({
  mongo,
  clock = systemClock,
  scheduler = systemScheduler,
  observer = {},
  pollEvery = 1_000,
  leaseTimeToLive = 5_000,
}: MongoLoopStateOptions): MongoLoopState {
  const closing = new AbortController();
  let polling: Promise<void> | undefined;
  const watch = (): void => {
    if (!closing.signal.aborted) polling ??= poll();
  };
  const changes = { timers: new Changes(watch), 'dead-letters': new Changes(watch) } as const;

  const announce = (what: ChangeDocument['_id']) => async (): Promise<void> => {
    for (;;) {
      try {
        await mongo.run((database) =>
          database.collection<ChangeDocument>(collections.changes).updateOne({ _id: what }, { $set: { version: randomUUID() } }, { upsert: true }),
        );
        return;
      } catch (error) {
        // Two were the first at once.
        if (!isDuplicateKey(error)) throw error;
      }
    }
  };

  const announceTimers = announce('timers');
  let announcing: Promise<void> | undefined;
  let isNewer = false;
  /** Many are set at a time, and one look sees them all. Where it fails, timers are looked for every minute all the same. */
  function announceTimersSoon(): void {
    isNewer = true;
    announcing ??= (async () => {
      while (isNewer) {
        isNewer = false;
        await announceTimers();
      }
    })()
      .catch((error: unknown) => observer.faulted?.('changes', failureOf(error)))
      .finally(() => (announcing = undefined));
  }

  async function poll(): Promise<void> {
    let seen: ReadonlyMap<string, string> | undefined;
    while (!closing.signal.aborted) {
      try {
        const now = new Map((await mongo.run((database) => database.collection<ChangeDocument>(collections.changes).find().toArray())).map((each) => [each._id, each.version]));
        // Whoever began to wait may have looked before our first look, or before a time in which we could not.
        for (const what of ['timers', 'dead-letters'] as const) if (!seen || seen.get(what) !== now.get(what)) changes[what].announce();
        seen = now;
      } catch (error) {
        if (closing.signal.aborted) return;
        seen = undefined;
        observer.faulted?.('changes', failureOf(error));
      }
      await scheduler.wait(pollEvery, closing.signal);
    }
  }

  const progress = new MongoProgress({ mongo, scheduler, observer, timeToLive: leaseTimeToLive, closing: closing.signal });
  return {
    progress,
    deadLetters: new MongoDeadLetters({ mongo, clock, changes: changes['dead-letters'], announce: announce('dead-letters') }),
    timers: new MongoTimers({ mongo, progress, changes: changes.timers, announce: announceTimersSoon }),
    check: () => mongo.check(),
    async close() {
      closing.abort();
      await progress.close();
      await announcing;
      await polling;
    },
  };
}

/** For `alongside setup`: the collections and indexes. May be repeated; the adapter creates what is missing by itself, too. */
export const setUpMongoLoopState = (mongo: Mongo): Promise<void> => mongo.indexed(loopStateIndexes);
