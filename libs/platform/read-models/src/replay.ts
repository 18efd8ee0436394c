import type { RecordedEvent } from '@alongside/event-sourcing';
import { codeOf } from './errors.js';
import { loadEntries, queue, settle, type Feed } from './feed.js';
import { skipKey, skippedEvents, type Replayed } from './parking.js';
import { attempt, changesOf, take, turnOf, type Turn } from './project.js';
import type { Commit, Lease, ParkedEvent } from './read-model-store.js';
import type { Settings } from './runner-options.js';

/**
 * Applies the parked events of a sequence in order, up to the first one that still cannot be applied. Events that were decided to
 * be skipped are passed over. Runs between two batches of the live feed, under its lease.
 */
export async function replaySequence(
  settings: Settings,
  feed: Feed,
  sequence: string,
  lease: Lease,
  commit: (commit: Commit) => Promise<void>,
): Promise<Replayed> {
  const events = feed.parked.get(sequence) ?? [];
  const skipped = await skippedEvents(settings.decisions);
  const read = reader(settings);
  const passed: ParkedEvent[] = [];
  const applied: Turn[] = [];
  let stopped: { readonly event: ParkedEvent; readonly code: string } | undefined;
  for (const event of events) {
    if (!skipped.has(skipKey(feed.model.name, event.eventId))) {
      try {
        const recorded = await read(event);
        const turn = turnOf(feed, recorded, attempt(() => settings.upToDate(recorded)));
        if (turn) {
          if (turn.id !== undefined) await loadEntries(feed, settings.store, new Set([turn.id]));
          take(turn, sequence === event.stream);
          applied.push(turn);
        }
      } catch (error) {
        stopped = { event, code: codeOf(error) };
        break;
      }
    }
    passed.push(event);
  }
  const changes = await changesOf([feed], settings.digesting, (_feed, entry, error) => {
    const first = applied.find(({ id }) => id === entry.id)?.recorded.position;
    const event = events.find((each) => each.position === first);
    if (event && (!stopped || event.position < stopped.event.position)) stopped = { event, code: codeOf(error) };
  });
  const { event: faulty, code } = stopped ?? {};
  const done = faulty ? passed.filter((each) => each.position < faulty.position) : passed;
  const still = faulty && code !== undefined ? { ...faulty, error: code, attempts: faulty.attempts + 1 } : undefined;
  await commit({ lease, documents: changes.map(({ write }) => write), unparked: done, ...(still ? { parked: [still] } : {}) });
  settle(feed, changes.map(({ entry }) => entry), settings.keep);
  const remaining = events.filter((each) => !done.includes(each));
  feed.parked.delete(sequence);
  for (const each of remaining) queue(feed, each.position === still?.position ? still : each);
  const skippedNow = done.filter((each) => skipped.has(skipKey(feed.model.name, each.eventId))).length;
  return {
    applied: done.length - skippedNow,
    skipped: skippedNow,
    ...(still ? { stopped: { position: still.position, code: still.error } } : {}),
  };
}

/** Reads parked events again; each stream once. */
function reader({ log }: Settings): (event: ParkedEvent) => Promise<RecordedEvent> {
  const streams = new Map<string, { readonly from: number; readonly events: readonly RecordedEvent[] }>();
  return async ({ stream, revision }) => {
    let known = streams.get(stream);
    if (!known || known.from > revision) {
      known = { from: revision, events: await log.readStream(stream, revision) };
      streams.set(stream, known);
    }
    const event = known.events[revision - known.from];
    if (!event) throw new Error('a parked event is not in the log');
    return event;
  };
}
