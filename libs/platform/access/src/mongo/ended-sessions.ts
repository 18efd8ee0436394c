import type { Clock } from '@alongside/event-sourcing';
import { insertMissing, type Mongo } from '@alongside/mongodb';
import { collections, type EndedDocument } from './collections.js';

const day = 24 * 60 * 60 * 1000;
/** How far the clocks of processes may be apart, and how long a write may take. */
const margin = 60_000;

export interface EndedSessions {
  /** Ends them, here at once. What is ended already keeps its time. */
  end(ids: readonly string[], at: number): Promise<void>;
  has(id: string, withinMs: number): boolean | Promise<boolean>;
}

/**
 * Sessions that were ended lately. What other processes ended is learnt when it is asked for and the last answer is older than `freshFor`: so it counts
 * here that much later at the latest, and nothing is asked while nobody comes. While the server cannot be asked, what was learnt before must
 * do, for no longer than a token lives.
 */
export function endedSessions({ mongo, clock, freshFor }: { readonly mongo: Mongo; readonly clock: Clock; readonly freshFor: number }): EndedSessions {
  const ended = new Map<string, number>();
  let learntAt: number | undefined;
  let triedAt: number | undefined;
  let upTo: number | undefined;
  let learning: Promise<void> | undefined;
  let failure: unknown;

  const remember = (id: string, at: number): void => void ended.set(id, at);

  async function learn(): Promise<void> {
    triedAt = performance.now();
    const began = triedAt;
    const now = clock.now().getTime();
    const since = (upTo ?? now - day) - margin;
    try {
      const documents = await mongo.run((database) => database.collection<EndedDocument>(collections.ended).find({ at: { $gt: since } }).toArray());
      for (const { _id, at } of documents) remember(_id, at);
      for (const [id, at] of ended) if (at < now - day) ended.delete(id);
      upTo = now;
      learntAt = began;
      failure = undefined;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      learning = undefined;
    }
  }

  return {
    async end(ids, at) {
      if (ids.length > 0) {
        const documents = [...new Set(ids)].map((_id) => ({ _id, at }));
        await mongo.run((database) => insertMissing(database.collection<EndedDocument>(collections.ended), documents));
      }
      for (const id of ids) remember(id, at);
    },

    has(id, withinMs) {
      if (ended.has(id)) return true;
      const now = performance.now();
      if (learntAt !== undefined && now - learntAt < freshFor) return false;
      const mustDo = learntAt !== undefined && now - learntAt < withinMs;
      if (!learning && (triedAt === undefined || now - triedAt >= freshFor)) {
        learning = learn();
        learning.catch(() => undefined);
      }
      // Nobody waits for a server that did not answer the last time.
      if (failure !== undefined && mustDo) return false;
      if (!learning) throw failure;
      return learning.then(
        () => ended.has(id),
        (error: unknown) => {
          if (mustDo) return ended.has(id);
          throw error;
        },
      );
    },
  };
}
