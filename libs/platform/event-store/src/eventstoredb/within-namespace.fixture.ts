import { type Delivery, type EventStore, type ReadAllOptions, RevisionConflict, type SubscribeOptions } from '../event-store.js';
import type { RecordedEvent } from '../recorded-event.js';

/** What a log that others use too holds under a prefix of its own, from a position on: for one test it is a log of its own. */
export function withinNamespace(store: EventStore, namespace: string, since: string | undefined): EventStore {
  const outside = (stream: string): string => `${namespace}${stream}`;
  const inside = (event: RecordedEvent): RecordedEvent => ({ ...event, stream: event.stream.slice(namespace.length) });
  const from = <Options extends { readonly after?: string; readonly prefixes?: readonly string[] }>({ after = since, prefixes, ...rest }: Options) => ({
    ...rest,
    ...(after !== undefined && { after }),
    prefixes: prefixes?.map(outside) ?? [namespace],
  });

  async function* readAll(options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    for await (const each of store.readAll(from(options))) yield inside(each);
  }

  async function* subscribeToAll(options: SubscribeOptions): AsyncGenerator<Delivery> {
    for await (const each of store.subscribeToAll(from(options) as SubscribeOptions)) yield each.kind === 'events' ? { ...each, events: each.events.map(inside) } : each;
  }

  return {
    append: (stream, expected, events) =>
      store.append(outside(stream), expected, events).catch((error: unknown) => {
        throw error instanceof RevisionConflict ? new RevisionConflict(stream, error.expected, error.actual) : error;
      }),
    readStream: async (stream, fromRevision) => (await store.readStream(outside(stream), fromRevision)).map(inside),
    readAll,
    lastPosition: async () => {
      let last: string | undefined;
      for await (const { position } of readAll()) last = position;
      return last;
    },
    endsBefore: (position, signal) => store.endsBefore(position, signal),
    subscribeToAll,
    isPosition: (text) => store.isPosition(text),
    close: () => store.close(),
  };
}
