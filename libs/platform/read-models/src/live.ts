import type { Delivery } from '@alongside/event-store';
import { aheadOf } from './ahead.js';
import { CopyGone, codeOf } from './errors.js';
import { feedOf, queue, settle, type Feed } from './feed.js';
import { skippedEvents, type Replayed } from './parking.js';
import { changesOf, feedsByType, project, type FeedsByType, type Turn } from './project.js';
import type { Commit, CopyState, Lease, ParkedEvent } from './read-model-store.js';
import { replaySequence } from './replay.js';
import { newCopyOf, prefixesOf, type Settings } from './runner-options.js';

/** How long a rebuild that is about to swap may keep the live copy waiting before it is taken for dead. */
const longestHold = 2000;
const holdPause = 5;
/** A commit that waits is finished, also while shutting down. */
const never = new AbortController().signal;

/** What the live loop knows, for those who wait for it and ask after it. */
export interface LiveState {
  /** The live copies that events flow into, by read model; empty while another process does the work. */
  feeds: ReadonlyMap<string, Feed>;
  leading: boolean;
  caughtUp: boolean;
  /** When the last event seen was recorded. */
  seenAt: string | undefined;
  /** Read models whose live copy is missing or of another definition: being rebuilt. */
  pending: ReadonlySet<string>;
  /** Those of `pending` whose rebuild stopped. */
  readonly failed: Set<string>;
}

export interface Live {
  readonly state: LiveState;
  /** Feeds events into the live copies until the signal aborts. Throws when the lease or a store is lost. */
  run(lease: Lease, signal: AbortSignal): Promise<void>;
  /** Looks at the copies anew: one was swapped. */
  reopen(): void;
  /** Whether the copies in use are still the live ones. */
  isCurrent(copies: readonly CopyState[]): boolean;
  /** Between two batches. Undefined: nothing is parked under that name. */
  replay(readModel: string, sequence: string): Promise<Replayed | undefined>;
}

/** @param changed called after every commit and whenever a sequence is parked or goes on. */
export function liveFeeds(settings: Settings, changed: () => void): Live {
  const { store, log, clock, observe, retryDelays, keep } = settings;
  const state: LiveState = { feeds: new Map(), leading: false, caughtUp: false, seenAt: undefined, pending: new Set(), failed: new Set() };
  let current: { readonly lease: Lease; readonly signal: AbortSignal; readonly again: AbortController } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** Batches and replays, one after the other. */
  function turn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  }

  async function commit(change: Commit): Promise<void> {
    const since = clock.elapsed();
    while ((await store.commit(change)) === 'held') {
      if (clock.elapsed() - since > longestHold) await store.hold(change.advance?.copies ?? change.documents.map((each) => each.copy), false);
      else await clock.wait(holdPause, never);
    }
  }

  /** The live copies of the current definitions. What is missing is rebuilt, and filled from here only where that is not possible. */
  async function open(lease: Lease, signal: AbortSignal): Promise<readonly Feed[]> {
    const [known, parked] = await Promise.all([store.copies(), store.parked()]);
    const ahead = await aheadOf(log, known.filter(({ live, readModel }) => live && settings.models.has(readModel)), signal);
    const position = await log.lastPosition();
    if (ahead.length > 0) await store.discard(lease, ahead.map(({ copy }) => copy));
    const copies = known.filter((each) => !ahead.includes(each));
    const live = new Map(copies.filter((each) => each.live && settings.models.has(each.readModel)).map((each) => [each.readModel, each]));
    const pending = new Set<string>();
    const feeds: Feed[] = [];
    for (const [name, model] of settings.models) {
      const definition = settings.definitions.get(name) as string;
      let copy = live.get(name);
      if (!copy && (position === undefined || state.failed.has(name))) copy = await store.create({ ...newCopyOf(model, definition), live: true });
      if (copy?.definition === definition) feeds.push(feedOf(model, copy.copy, copy.checkpoint, parked.filter((each) => !isAhead(each, copy))));
      else pending.add(name);
    }
    // Parked by a commit that stopped half-way: those events come again.
    const unparked = feeds.flatMap((feed) => parked.filter((each) => each.copy === feed.copy && isAhead(each, feed)));
    if (unparked.length > 0) await store.commit({ lease, documents: [], unparked });
    state.pending = pending;
    state.feeds = new Map(feeds.map((feed) => [feed.model.name, feed]));
    return feeds;
  }

  async function handle(delivery: Delivery, byType: FeedsByType, skipped: ReadonlySet<string>, lease: Lease): Promise<void> {
    const feeds = [...state.feeds.values()];
    const faulty = new Map<string, { feed: Feed; sequence: string; code: string }>();
    const parked: Parameters<typeof queue>[1][] = [];
    let applied: readonly Turn[] = [];
    let changes: Awaited<ReturnType<typeof changesOf>> = [];

    const park = ({ feed, recorded, sequence: own }: Turn, error?: unknown): void => {
      const sequence = feed.parked.has(own) || error !== undefined ? own : recorded.stream;
      const event = {
        copy: feed.copy,
        sequence,
        position: recorded.position,
        stream: recorded.stream,
        revision: recorded.revision,
        type: recorded.type,
        eventId: recorded.metadata.eventId,
        attempts: error === undefined ? 0 : 1,
        parkedAt: clock.now().toISOString(),
        ...(error === undefined ? {} : { error: codeOf(error) }),
      };
      if (error !== undefined) faulty.set(`${feed.copy} ${sequence}`, { feed, sequence, code: codeOf(error) });
      parked.push(event);
      queue(feed, event);
    };

    if (delivery.kind === 'events') {
      const faults = { isParked: (feed: Feed, sequence: string) => feed.parked.has(sequence), queue: park, fault: park };
      applied = await project(byType, delivery.events, { ...settings, skipped }, faults);
      const turns = applied;
      changes = await changesOf(new Set(turns.map(({ feed }) => feed)), settings.digesting, (feed, entry, error) => {
        const [first, ...later] = turns.filter((each) => each.feed === feed && each.id === entry.id);
        if (!first) throw error;
        park(first, error);
        for (const each of later) park(each);
      });
      state.seenAt = delivery.events.at(-1)?.metadata.recordedAt ?? state.seenAt;
    }
    const behind = delivery.position ? feeds.filter(({ checkpoint }) => checkpoint === undefined || checkpoint < delivery.position) : [];
    if (behind.length > 0) {
      await commit({
        lease,
        documents: changes.map(({ write }) => write),
        advance: { copies: behind.map(({ copy }) => copy), checkpoint: delivery.position },
        parked,
      });
      for (const feed of behind) {
        const written = changes.filter((change) => change.feed === feed).map(({ entry }) => entry);
        settle(feed, written, keep);
        feed.checkpoint = delivery.position;
        observe.progressed?.(feed.model.name, delivery.position);
      }
    }
    state.caughtUp = delivery.kind === 'caught-up';
    for (const { feed, sequence, code } of faulty.values()) {
      observe.parked?.(feed.model.name, sequence, code, 1);
      retryLater(feed, sequence);
    }
    changed();
  }

  /** Tries the event at fault again after the next delay, as long as there is one; the sequence stays parked after the last. */
  function retryLater(feed: Feed, sequence: string): void {
    const delay = retryDelays[(feed.parked.get(sequence)?.[0]?.attempts ?? 0) - 1];
    const pass = current;
    if (delay === undefined || !pass) return;
    const retry = async (): Promise<void> => {
      await clock.wait(delay, pass.signal);
      if (pass.signal.aborted || current !== pass) return;
      const replayed = await turn(async () => (current === pass ? await replayNow(feed, sequence, pass.lease) : undefined));
      if (replayed?.stopped) retryLater(feed, sequence);
    };
    // What stops a retry (the lease or the store is lost) stops the live loop as well, which says so.
    retry().catch(() => pass.again.abort());
  }

  async function replayNow(feed: Feed, sequence: string, lease: Lease): Promise<Replayed | undefined> {
    if (!feed.parked.has(sequence)) return undefined;
    try {
      const replayed = await replaySequence(settings, feed, sequence, lease, commit);
      const first = feed.parked.get(sequence)?.[0];
      if (replayed.stopped && first) observe.parked?.(feed.model.name, sequence, replayed.stopped.code, first.attempts);
      else observe.resumed?.(feed.model.name, sequence);
      changed();
      return replayed;
    } catch (error) {
      // Memory and store may differ now: everything is read again.
      current?.again.abort();
      throw error;
    }
  }

  async function pass(lease: Lease, signal: AbortSignal): Promise<void> {
    const again = new AbortController();
    const stop = AbortSignal.any([signal, again.signal]);
    current = { lease, signal: stop, again };
    state.caughtUp = false;
    const feeds = await turn(() => open(lease, stop));
    const skipped = await skippedEvents(settings.decisions);
    for (const feed of feeds) for (const sequence of feed.parked.keys()) retryLater(feed, sequence);
    if (feeds.length === 0) {
      state.caughtUp = true;
      changed();
      return await aborted(stop);
    }
    const byType = feedsByType(feeds);
    const checkpoints = feeds.map(({ checkpoint }) => checkpoint);
    const after = checkpoints.includes(undefined) ? undefined : (checkpoints as string[]).reduce((one, other) => (one < other ? one : other));
    const prefixes = prefixesOf(feeds.map(({ model }) => model));
    const subscription = log.subscribeToAll({ ...(after === undefined ? {} : { after }), ...(prefixes ? { prefixes } : {}), signal: stop });
    for await (const delivery of subscription) {
      if (stop.aborted) break;
      try {
        await turn(() => handle(delivery, byType, skipped, lease));
      } catch (error) {
        if (error instanceof CopyGone) break;
        throw error;
      }
    }
  }

  return {
    state,
    run: async (lease, signal) => {
      state.leading = true;
      try {
        while (!signal.aborted) await pass(lease, signal);
      } finally {
        await last;
        current = undefined;
        state.leading = false;
        state.caughtUp = false;
        state.feeds = new Map();
        changed();
      }
    },
    reopen: () => current?.again.abort(),
    isCurrent: (copies) => {
      const live = copies.filter((each) => each.live && settings.definitions.get(each.readModel) === each.definition);
      return live.length === state.feeds.size && live.every((each) => state.feeds.get(each.readModel)?.copy === each.copy);
    },
    replay: (readModel, sequence) =>
      turn(async () => {
        const feed = state.feeds.get(readModel);
        return feed && current ? await replayNow(feed, sequence, current.lease) : undefined;
      }),
  };
}

const isAhead = ({ position }: ParkedEvent, { checkpoint }: Pick<CopyState, 'checkpoint'> | Pick<Feed, 'checkpoint'>): boolean => position > (checkpoint ?? '');

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
