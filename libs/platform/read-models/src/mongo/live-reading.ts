import type { Copies } from './copies.js';

/** Runs a query on a read model's live copy. */
export type LiveReading = <T>(readModel: string, otherwise: T, query: (copy: number) => Promise<T>) => Promise<T>;

const isEmpty = (result: unknown): boolean => result === undefined || result === 0 || (Array.isArray(result) && result.length === 0);

/**
 * Most often the copy that was live the last time still is: it is asked while we look whether it is. A copy that is gone reads as an empty
 * one, so that an empty answer counts only if the copy is live still afterwards.
 */
export function liveReading(copies: Pick<Copies, 'live'>): LiveReading {
  const last = new Map<string, number>();

  return async (readModel, otherwise, query) => {
    for (let attempt = 1; ; attempt += 1) {
      const known = last.get(readModel);
      const asked = known === undefined ? undefined : query(known);
      // Its failure is looked at below, once it is known whether it counts.
      asked?.catch(() => undefined);
      const live = await copies.live(readModel);
      if (live === undefined) return otherwise;
      if (live !== known) {
        last.set(readModel, live);
        continue;
      }
      try {
        const result = await (asked as ReturnType<typeof query>);
        if (!isEmpty(result) || (await copies.live(readModel)) === live) return result;
      } catch (error) {
        // Its collection went while it was read.
        if (attempt >= 5 || (await copies.live(readModel)) === live) throw error;
      }
    }
  };
}
