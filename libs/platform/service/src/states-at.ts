import { fold, type Aggregate, type EventCatalogue, type Occurred } from '@alongside/event-sourcing';
import type { EventStore } from '@alongside/event-store';

interface Seen {
  readonly aggregate: Aggregate;
  readonly revision: number;
  readonly state: unknown;
}

const streamsKept = 500;

/** States as they were with a given event as the last: what a publication is made of, also when it is made much later. */
export function statesAt(store: EventStore, catalogue: EventCatalogue): (aggregate: Aggregate, stream: string, revision: number) => Promise<unknown> {
  const seen = new Map<string, Seen>();
  return async (aggregate, stream, revision) => {
    const before = seen.get(stream);
    const from: Seen = before && before.aggregate === aggregate && before.revision <= revision ? before : { aggregate, revision: -1, state: aggregate.decider.initial as unknown };
    const events = from.revision === revision ? [] : (await store.readStream(stream, from.revision + 1)).filter((event) => event.revision <= revision);
    const state: unknown = fold(aggregate.decider, events.map((event) => catalogue.upToDate(event)) as unknown as readonly Occurred<never>[], from.state);
    seen.delete(stream);
    seen.set(stream, { aggregate, revision, state });
    if (seen.size > streamsKept) {
      for (const oldest of seen.keys()) {
        seen.delete(oldest);
        break;
      }
    }
    return state;
  };
}
