import { NotCaughtUp, SequenceParked } from './errors.js';
import type { Feed } from './feed.js';
import type { LiveState } from './live.js';
import type { CopyState, ParkedEvent } from './read-model-store.js';
import { modelNamed, type Settings } from './runner-options.js';

export interface WaitOptions {
  /** The document that is asked about, where it is one: it may wait behind an older event than the position given. */
  readonly documentId?: string;
  readonly signal?: AbortSignal;
}

/** How often another process's progress is looked at, in milliseconds. */
const lookEvery = 20;

/** Those who wait for a read model to have seen a position. */
export interface Waiting {
  waitFor(readModel: string, position: string, timeoutMs: number, options?: WaitOptions): Promise<void>;
  /** The live feed moved. */
  changed(): void;
}

export function waitingFor(settings: Settings, state: () => LiveState): Waiting {
  const { store, clock, retryDelays } = settings;
  const looks = new Set<() => void>();

  /** `parked`: the event at that position, or the document asked about, waits behind one that is not tried any more. */
  function outcome(
    checkpoint: string | undefined,
    sequences: Iterable<readonly ParkedEvent[]>,
    position: string,
    documentId: string | undefined,
  ): 'seen' | 'waiting' | ParkedEvent {
    for (const events of sequences) {
      const first = events[0];
      if (!first) continue;
      const isAsked = events.some((each) => each.position === position) || (first.sequence === documentId && first.position <= position);
      if (isAsked) return first.attempts > retryDelays.length ? first : 'waiting';
    }
    return checkpoint !== undefined && checkpoint >= position ? 'seen' : 'waiting';
  }

  /** One look for all who wait: many may at the same time, and the store is another process's. */
  let stored: { readonly at: number; readonly found: Promise<readonly [readonly CopyState[], readonly ParkedEvent[]]> } | undefined;
  function storedNow() {
    const at = clock.elapsed();
    if (!stored || at - stored.at >= lookEvery) {
      // Copies first: what was parked before a checkpoint moved is seen with it.
      const found = store.copies().then(async (copies) => [copies, await store.parked()] as const);
      stored = { at, found };
      found.catch(() => (stored = undefined));
    }
    return stored.found;
  }

  async function storedOutcome(readModel: string, position: string, documentId: string | undefined) {
    const [copies, parked] = await storedNow();
    const live = copies.find((each) => each.live && each.readModel === readModel);
    if (!live || live.definition !== settings.definitions.get(readModel)) return 'waiting';
    const sequences = new Map<string, ParkedEvent[]>();
    for (const event of parked) {
      if (event.copy === live.copy) sequences.set(event.sequence, [...(sequences.get(event.sequence) ?? []), event]);
    }
    return outcome(live.checkpoint, sequences.values(), position, documentId);
  }

  const ofFeed = (feed: Feed, position: string, documentId: string | undefined) =>
    outcome(feed.checkpoint, feed.parked.values(), position, documentId);

  return {
    changed: () => looks.forEach((look) => look()),
    waitFor: async (readModel, position, timeoutMs, { documentId, signal } = {}) => {
      modelNamed(settings, readModel);
      const until = clock.elapsed() + timeoutMs;
      for (;;) {
        const feed = state().feeds.get(readModel);
        const found = feed ? ofFeed(feed, position, documentId) : await storedOutcome(readModel, position, documentId);
        if (found === 'seen') return;
        if (found !== 'waiting') throw new SequenceParked(readModel, found.sequence, found.position);
        const left = until - clock.elapsed();
        if (left <= 0 || signal?.aborted) throw new NotCaughtUp(readModel, position);
        const woken = new AbortController();
        const look = () => woken.abort();
        looks.add(look);
        try {
          const pause = state().leading ? left : Math.min(left, lookEvery);
          await clock.wait(pause, signal ? AbortSignal.any([woken.signal, signal]) : woken.signal);
        } finally {
          looks.delete(look);
        }
      }
    },
  };
}
