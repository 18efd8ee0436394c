import { fold, type Aggregate, type EventCatalogue, type Occurred, type RecordedEvent } from '@alongside/event-sourcing';
import type { EventStore } from '@alongside/event-store';

interface Seen {
  readonly aggregate: Aggregate;
  readonly revision: number;
  readonly state: unknown;
  /** What was read beyond that revision: a relay that is behind asks for it next, and a stream is not read anew for each of its events. */
  readonly ahead: readonly RecordedEvent[];
}

const streamsKept = 500;
const mostAhead = 200;

/** States as they were with a given event as the last: what a publication is made of, also when it is made much later. */
export function statesAt(store: Pick<EventStore, 'readStream'>, catalogue: EventCatalogue): (aggregate: Aggregate, stream: string, revision: number) => Promise<unknown> {
  const seen = new Map<string, Seen>();

  /** What follows `from` in its stream, at least up to a revision that is there. */
  async function following(stream: string, from: Seen, revision: number): Promise<readonly RecordedEvent[]> {
    if (from.revision === revision || (from.ahead.at(-1)?.revision ?? -1) >= revision) return from.ahead;
    return store.readStream(stream, from.revision + 1);
  }

  return async (aggregate, stream, revision) => {
    const before = seen.get(stream);
    const from: Seen = before && before.aggregate === aggregate && before.revision <= revision ? before : { aggregate, revision: -1, state: aggregate.decider.initial as unknown, ahead: [] };
    const next = await following(stream, from, revision);
    const passed = revision - from.revision;
    const events = next.slice(0, passed).map((event) => catalogue.upToDate(event));
    const state: unknown = fold(aggregate.decider, events as unknown as readonly Occurred<never>[], from.state);
    seen.delete(stream);
    seen.set(stream, { aggregate, revision, state, ahead: next.slice(passed, passed + mostAhead) });
    if (seen.size > streamsKept) {
      for (const oldest of seen.keys()) {
        seen.delete(oldest);
        break;
      }
    }
    return state;
  };
}
