import type { Json } from '@alongside/event-sourcing';
import type { Feed } from './feed.js';
import type { CopyState, ReadModelStore, StoredDocument } from './read-model-store.js';
import { building } from './rebuild.js';
import type { Settings } from './runner-options.js';

/** Where a live copy and one made from nothing differ. */
export interface Difference {
  readonly readModel: string;
  readonly documentId: string;
  /** `missing`: only the fresh copy has it; `extra`: only the live one. */
  readonly kind: 'missing' | 'extra' | 'different';
}

/**
 * Compares the live copies, document for document (positions and tombstones too), with copies made from nothing, each at the
 * same position of the log. The fresh copies are removed afterwards.
 */
export async function compareWithRebuild(settings: Settings, names: readonly string[], signal?: AbortSignal): Promise<readonly Difference[]> {
  const { store, clock, log } = settings;
  return await building(settings, names, signal ? { signal } : {}, async ({ feeds, catchUp }, stopped) => {
    const live = async (name: string) => (await store.copies()).find((each) => each.live && each.readModel === name);
    const differences: Difference[] = [];
    for (const feed of feeds) {
      for (;;) {
        stopped.throwIfAborted();
        const found = await comparedAt(feed);
        if (found) {
          differences.push(...found);
          break;
        }
        // The live feed is behind, or not there yet.
        await clock.wait(20, stopped);
      }
    }
    return differences;

    /** Undefined where the live copy has not seen what the fresh one has, or went on meanwhile. */
    async function comparedAt({ model, copy: fresh, checkpoint: seen }: Feed): Promise<readonly Difference[] | undefined> {
      const { copy, checkpoint = '' } = (await live(model.name)) ?? {};
      if (copy === undefined || checkpoint < (seen ?? '')) return undefined;
      if (checkpoint !== '') await catchUp(checkpoint);
      // Under load it never stands still by itself: it pauses where it is, and the fresh one comes up to there.
      await store.hold([copy], true);
      try {
        const before = await live(model.name);
        if (before?.copy !== copy) return undefined;
        if (before.checkpoint !== undefined) await catchUp(before.checkpoint);
        else if ((await log.lastPosition()) !== undefined) return undefined;
        const found = await differencesOf(store, model.name, before, fresh);
        // A commit that had begun before the pause was half-way.
        if (!found) return undefined;
        const after = await live(model.name);
        return after?.copy === copy && after.checkpoint === before.checkpoint ? found : undefined;
      } finally {
        await store.hold([copy], false);
      }
    }
  });
}

/** A read model's live copy, one line of JSON a document with sorted keys, in the order of ids; the same for equal copies. */
export async function dumpReadModel(store: ReadModelStore, readModel: string): Promise<readonly string[]> {
  const live = (await store.copies()).find((each) => each.live && each.readModel === readModel);
  return live ? (await linesOf(store, live.copy)).lines.map(([, line]) => line) : [];
}

/** Undefined where the live copy shows more than it has seen. */
async function differencesOf(store: ReadModelStore, readModel: string, live: CopyState, fresh: number): Promise<readonly Difference[] | undefined> {
  const { lines, last } = await linesOf(store, live.copy);
  if (last > (live.checkpoint ?? '')) return undefined;
  const before = new Map(lines);
  const differences: Difference[] = [];
  for (const [documentId, line] of (await linesOf(store, fresh)).lines) {
    const other = before.get(documentId);
    if (other === undefined) differences.push({ readModel, documentId, kind: 'missing' });
    else if (other !== line) differences.push({ readModel, documentId, kind: 'different' });
    before.delete(documentId);
  }
  return [...differences, ...[...before.keys()].map((documentId) => ({ readModel, documentId, kind: 'extra' as const }))];
}

/** With the last position that any of them has seen. */
async function linesOf(store: ReadModelStore, copy: number): Promise<{ readonly lines: readonly (readonly [string, string])[]; readonly last: string }> {
  const lines: (readonly [string, string])[] = [];
  let last = '';
  for await (const stored of store.dump(copy)) {
    lines.push([stored.id, lineOf(stored)]);
    if (stored.position > last) last = stored.position;
  }
  return { lines, last };
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
