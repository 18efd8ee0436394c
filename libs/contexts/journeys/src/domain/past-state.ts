import { fold, type Aggregate, type Occurred, type RecordedEvent } from '@alongside/event-sourcing';
import { categoryOf, contextOf } from './stream-names.js';

/** One stream as it was. */
export interface StreamState {
  readonly stream: string;
  readonly context: string;
  /** Events that it folds. */
  readonly events: number;
  /** Revision of the last of them. */
  readonly revision: number;
  readonly lastOccurredAt: string;
  readonly lastRecordedAt: string;
  /** As the context's own decider folds it; personal values sealed. */
  readonly state: unknown;
}

/** Folds the events of each stream, in the order given, by the decider of its category. Streams without events are left out. */
export function statesOf(events: readonly RecordedEvent[], aggregates: readonly Aggregate[], streams: readonly string[]): readonly StreamState[] {
  return streams.flatMap((stream) => {
    const own = events.filter((event) => event.stream === stream);
    const last = own.at(-1);
    const aggregate = aggregates.find(({ category }) => category === categoryOf(stream));
    if (!last || !aggregate) return [];
    return [
      {
        stream,
        context: contextOf(stream),
        events: own.length,
        revision: last.revision,
        lastOccurredAt: last.metadata.occurredAt,
        lastRecordedAt: last.metadata.recordedAt,
        state: fold(aggregate.decider, own as unknown as readonly Occurred<never>[]) as unknown,
      },
    ];
  });
}
