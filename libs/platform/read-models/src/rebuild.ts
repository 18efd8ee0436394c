import type { RecordedEvent } from '@alongside/event-sourcing';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { aheadOf } from './ahead.js';
import { LeaseLost, RebuildStopped, codeOf } from './errors.js';
import { feedOf, settle, type Feed } from './feed.js';
import { acquireLease, keepLease } from './lease.js';
import { skippedEvents } from './parking.js';
import { changesOf, feedsByType, project, type Faults, type Turn } from './project.js';
import type { CopyState, Lease } from './read-model-store.js';
import { modelNamed, newCopyOf, prefixesOf, type Settings } from './runner-options.js';

export interface RebuildProgress {
  /** Events read so far. */
  readonly events: number;
  /** Position of the last of them. */
  readonly position: string | undefined;
  /** End of the log when it was last looked at. */
  readonly until: string | undefined;
}

export interface RebuildOptions {
  readonly onProgress?: (progress: RebuildProgress) => void;
  readonly signal?: AbortSignal;
}

export interface Rebuilt {
  readonly readModels: readonly string[];
  readonly events: number;
}

/** Events handed over at once: enough that each document is written about once, few enough to stay small in memory. */
const batchSize = 2000;
/** Documents written in one transaction: others can write and the event loop turns in between. */
const chunkSize = 500;
const keepDocuments = 5000;
/** Documents changed, over all read models, before they are written: the more, the fewer are written twice. */
const mostChanged = 10_000;
/** Milliseconds of work after which others get their turn. */
const longestWork = 12;

/** Fresh copies beside the live ones, while they are made. */
export interface Building {
  readonly lease: Lease;
  readonly feeds: readonly Feed[];
  /** Reads what is new in the log, to its end or to a position. */
  catchUp(to?: string): Promise<void>;
  readonly events: number;
}

/**
 * Makes a fresh copy of each read model beside the live one, from one reading of the log, and puts them in place when they have
 * seen all that the live ones have. The first error ends it with the live copies untouched (`RebuildStopped`). Works in any process.
 */
export async function rebuild(settings: Settings, names: readonly string[], options: RebuildOptions = {}): Promise<Rebuilt> {
  return await building(settings, names, options, async (fresh, signal) => {
    const { store, log } = settings;
    const live = async (): Promise<readonly CopyState[]> => (await store.copies()).filter((each) => each.live && names.includes(each.readModel));
    const copies = fresh.feeds.map(({ copy }) => copy);
    let held: readonly number[] = [];
    await fresh.catchUp();
    await store.prepare(fresh.lease, copies);
    // Once more before anybody has to pause.
    await fresh.catchUp();
    try {
      for (;;) {
        signal.throwIfAborted();
        // Where a commit is not seen all at once, readers may have found more than the checkpoint says: all of that is in the log by now.
        held = (await live()).map(({ copy }) => copy);
        await store.hold(held, true);
        await fresh.catchUp();
        signal.throwIfAborted();
        if ((await store.swap(fresh.lease, copies)) === 'swapped') break;
        await store.hold(held, false);
        // They went on meanwhile, or have seen what the log does not hold (now, or any more): that is waited for, or nothing to wait for.
        const gone = await aheadOf(log, await live(), signal);
        if (gone.length > 0) await store.discard(fresh.lease, gone.map(({ copy }) => copy));
      }
    } catch (error) {
      if (held.length > 0) await store.hold(held, false);
      throw error;
    }
    return { readModels: names, events: fresh.events };
  });
}

/** Makes fresh copies, hands them to `use`, and removes what is left of them afterwards. One at a time over all processes. */
export async function building<T>(
  settings: Settings,
  names: readonly string[],
  { onProgress, signal: outside }: RebuildOptions,
  use: (fresh: Building, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { store, clock } = settings;
  const models = names.map((name) => modelNamed(settings, name));
  const finished = new AbortController();
  const signal = outside ? AbortSignal.any([outside, finished.signal]) : finished.signal;
  const lease = await acquireLease(store, rebuildLease(settings), { ...settings.lease, alone: false }, clock, signal);
  if (!lease) throw signal.reason;
  const beating = keepLease(store, lease, settings.lease, clock, signal, () => finished.abort(new LeaseLost(lease.name)));
  const copies: number[] = [];
  try {
    await dropUnfinished(settings, lease);
    const feeds: Feed[] = [];
    for (const model of models) {
      const definition = settings.definitions.get(model.name) as string;
      const made = await store.create({ ...newCopyOf(model, definition), live: false });
      if (!made) throw new Error('a copy beside the live one was not made');
      copies.push(made.copy);
      feeds.push(feedOf(model, made.copy, undefined));
    }
    return await use(await fill(settings, lease, feeds, signal, onProgress), signal);
  } finally {
    // After a swap they are live, and stay.
    await store.drop(lease, copies).catch(() => undefined);
    await store.release(lease).catch(() => undefined);
    finished.abort();
    await beating;
  }
}

/** Removes half copies that an interrupted rebuild left behind. Only under the rebuild's lease: nobody is at work on them. */
export async function dropUnfinished(settings: Settings, lease: Lease): Promise<void> {
  const copies = await settings.store.copies();
  const left = copies.filter((each) => !each.live && settings.models.has(each.readModel)).map((each) => each.copy);
  if (left.length > 0) await settings.store.drop(lease, left);
}

export function rebuildLease({ name }: Settings): string {
  return `${name}:rebuild`;
}

async function fill(
  settings: Settings,
  lease: Lease,
  feeds: readonly Feed[],
  signal: AbortSignal,
  onProgress: RebuildOptions['onProgress'],
): Promise<Building> {
  const { store, log } = settings;
  const byType = feedsByType(feeds);
  const prefixes = prefixesOf(feeds.map(({ model }) => model));
  const context = { ...settings, skipped: await skippedEvents(settings.decisions) };
  const stop = ({ feed, sequence, recorded }: Turn, error: unknown): never => {
    throw new RebuildStopped(feed.model.name, sequence, recorded.position, codeOf(error));
  };
  const faults: Faults = { isParked: () => false, queue: () => undefined, fault: stop };
  let events = 0;
  let checkpoint: string | undefined;
  let worked = performance.now();

  /** Lets others have their turn; a store that answers at once would otherwise keep the event loop to itself. */
  async function breathe(): Promise<void> {
    if (performance.now() - worked < longestWork) return;
    await nextTurn();
    worked = performance.now();
    signal.throwIfAborted();
  }

  async function hand(batch: readonly RecordedEvent[]): Promise<void> {
    for (let from = 0; from < batch.length; from += chunkSize) {
      await project(byType, batch.slice(from, from + chunkSize), context, faults);
      await breathe();
    }
  }

  async function write(feed: Feed): Promise<void> {
    // Documents are only durable together with the swap; until then the size of a transaction is free.
    while (feed.changed.size > 0) {
      const some = [...feed.changed].slice(0, chunkSize);
      const part: Feed = { ...feed, changed: new Set(some) };
      const changes = await changesOf([part], settings.digesting, (_feed, entry, error) => {
        throw new RebuildStopped(feed.model.name, entry.id, entry.position ?? '', codeOf(error));
      });
      await store.commit({ lease, documents: changes.map((each) => each.write) });
      settle(feed, changes.map(({ entry }) => entry), Number.POSITIVE_INFINITY);
      await breathe();
    }
    settle(feed, [], keepDocuments);
  }

  async function catchUp(to?: string): Promise<void> {
    // Looked up before reading: all that matters up to here has been read when reading ends.
    const until = to ?? (await log.lastPosition());
    if (until === undefined || (checkpoint !== undefined && checkpoint > until)) return;
    let batch: RecordedEvent[] = [];
    let position = checkpoint;
    for await (const event of log.readAll({ ...(checkpoint === undefined ? {} : { after: checkpoint }), ...(prefixes ? { prefixes } : {}), unreadable: 'place' })) {
      if (to !== undefined && event.position > to) break;
      batch.push(event);
      position = event.position;
      if (batch.length < batchSize) continue;
      await hand(batch);
      events += batch.length;
      batch = [];
      onProgress?.({ events, position, until });
      if (feeds.reduce((sum, { changed }) => sum + changed.size, 0) > mostChanged) for (const feed of feeds) await write(feed);
      await breathe();
    }
    await hand(batch);
    events += batch.length;
    for (const feed of feeds) await write(feed);
    checkpoint = position === undefined || position < until ? until : position;
    for (const feed of feeds) feed.checkpoint = checkpoint;
    await store.commit({ lease, documents: [], advance: { copies: feeds.map(({ copy }) => copy), checkpoint } });
    onProgress?.({ events, position: checkpoint, until });
  }

  return {
    lease,
    feeds,
    catchUp,
    get events() {
      return events;
    },
  };
}
