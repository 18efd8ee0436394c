import type { DomainEvent, JsonObject, RecordedEvent } from '@alongside/event-sourcing';
import { mustBeCoded, type Document, type ReadModel } from '@alongside/read-models';
import { testIds, testMetadata } from './decider-spec.js';

/** An event of a stream other than the journey's own of the read model's first category. */
export function inStream<E extends DomainEvent>(stream: string, event: E): E & { readonly stream: string } {
  return { ...event, stream };
}

/** Events as the log would give them back, in the order given; personal values are as they are, in the clear. */
export function recorded(events: readonly DomainEvent[], stream = `journey-${testIds.journeyId}`): readonly RecordedEvent[] {
  const revisions = new Map<string, number>();
  return events.map((event, index) => {
    const own = (event as DomainEvent & { stream?: string }).stream ?? stream;
    const revision = (revisions.get(own) ?? -1) + 1;
    revisions.set(own, revision);
    const position = String(index + 1).padStart(16, '0');
    return { stream: own, revision, position, type: event.type, data: event.data as JsonObject, metadata: testMetadata(event, index) };
  });
}

/**
 * The words of a read model's test: `const given = projecting(referralList);`
 * `given(received(), accepted()).then({ … })`. Every event is delivered twice and then all of them once more from the start, as a
 * restart would; documents are stored and read back in between. Events belong to the journey's stream of the read model's first
 * category, unless they are `inStream`.
 */
export function projecting<Doc extends Document>(model: ReadModel<Doc>) {
  return (...events: readonly DomainEvent[]) => {
    const history = recorded(events, `${model.streams[0] ?? 'journey-'}${testIds.journeyId}`);
    const documents = deliver(model, history);
    const only = (): Doc | undefined => {
      if (documents.size > 1) throw new Error(`these events make ${documents.size} documents: ask for one by thenOf(id, …)`);
      return [...documents.values()][0];
    };
    return {
      /** The documents by id. */
      documents,
      /** The one document; undefined: there is none, or it was removed. */
      then(expected: Doc | undefined): void {
        expect(only()).toEqual(expected === undefined ? undefined : stored(expected));
      },
      /** The one document, checked in part. */
      thenMatching(expected: object): void {
        expect(only()).toMatchObject(expected);
      },
      /** One of several documents. */
      thenOf(id: string, expected: Doc | undefined): void {
        expect(documents.get(id)).toEqual(expected === undefined ? undefined : stored(expected));
      },
    };
  };
}

function deliver<Doc extends Document>(model: ReadModel<Doc>, history: readonly RecordedEvent[]): ReadonlyMap<string, Doc> {
  const seen = new Map<string, { readonly document: Doc | undefined; readonly position: string }>();
  for (const event of [...history.flatMap((each) => [each, each]), ...history]) {
    if (model.streams.length > 0 && !model.streams.some((prefix) => event.stream.startsWith(prefix))) continue;
    const id = model.documentOf(event);
    const before = id === undefined ? undefined : seen.get(id);
    if (id === undefined || (before && event.position <= before.position)) continue;
    let document = before?.document;
    for (const step of model.on) if (step.type === event.type) document = step.apply(document, event);
    if (document && model.identities === 'none') mustBeCoded(document);
    if (document !== before?.document) seen.set(id, { document: stored(document), position: event.position });
  }
  return new Map([...seen].flatMap(([id, { document }]) => (document ? [[id, document]] : [])));
}

/** As it comes back from any store: what JSON cannot say is gone. */
function stored<T>(document: T): T {
  return document === undefined ? document : (JSON.parse(JSON.stringify(document)) as T);
}
