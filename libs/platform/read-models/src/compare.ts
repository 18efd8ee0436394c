import { building } from './rebuild.js';
import type { Json } from '@alongside/event-sourcing';
import type { ReadModelStore, StoredDocument } from './read-model-store.js';
import type { Settings } from './runner-options.js';

/** Where a live copy and one made from nothing differ. */
export interface Difference {
  readonly readModel: string;
  readonly documentId: string;
  /** `missing`: only the fresh copy has it; `extra`: only the live one. */
  readonly kind: 'missing' | 'extra' | 'different';
}

/**
 * Compares the live copies, document for document (positions and tombstones too), with copies made from nothing, at the same
 * position of the log. The fresh copies are removed afterwards.
 */
export async function compareWithRebuild(settings: Settings, names: readonly string[], signal?: AbortSignal): Promise<readonly Difference[]> {
  const { store, clock } = settings;
  return await building(settings, names, signal ? { signal } : {}, async ({ feeds, catchUp }, stopped) => {
    const live = async () => new Map((await store.copies()).filter((each) => each.live).map((each) => [each.readModel, each]));
    for (;;) {
      stopped.throwIfAborted();
      await catchUp();
      const before = await live();
      const isLevel = (copies: typeof before) => feeds.every((feed) => copies.get(feed.model.name)?.checkpoint === feed.checkpoint);
      if (isLevel(before)) {
        const differences: Difference[] = [];
        for (const feed of feeds) {
          const copy = before.get(feed.model.name)?.copy;
          differences.push(...(await differencesOf(store, feed.model.name, copy, feed.copy)));
        }
        if (isLevel(await live())) return differences;
      }
      // The live feed is a little behind, or went on meanwhile.
      await clock.wait(20, stopped);
    }
  });
}

/** A read model's live copy, one line of JSON a document with sorted keys, in the order of ids; the same for equal copies. */
export async function dumpReadModel(store: ReadModelStore, readModel: string): Promise<readonly string[]> {
  const live = (await store.copies()).find((each) => each.live && each.readModel === readModel);
  return live ? (await linesOf(store, live.copy)).map(([, line]) => line) : [];
}

async function differencesOf(store: ReadModelStore, readModel: string, live: number | undefined, fresh: number): Promise<readonly Difference[]> {
  const before = new Map(live === undefined ? [] : await linesOf(store, live));
  const differences: Difference[] = [];
  for (const [documentId, line] of await linesOf(store, fresh)) {
    const other = before.get(documentId);
    if (other === undefined) differences.push({ readModel, documentId, kind: 'missing' });
    else if (other !== line) differences.push({ readModel, documentId, kind: 'different' });
    before.delete(documentId);
  }
  return [...differences, ...[...before.keys()].map((documentId) => ({ readModel, documentId, kind: 'extra' as const }))];
}

async function linesOf(store: ReadModelStore, copy: number): Promise<readonly (readonly [string, string])[]> {
  const lines: (readonly [string, string])[] = [];
  for await (const stored of store.dump(copy)) lines.push([stored.id, lineOf(stored)]);
  return lines;
}

function lineOf({ id, organisationId, position, document }: StoredDocument): string {
  return JSON.stringify(sorted({ id, organisationId, position, document: (document ?? null) as unknown as Json }));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
