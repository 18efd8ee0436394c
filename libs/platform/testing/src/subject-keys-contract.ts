import { createSecretKey, type KeyObject } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SubjectKeys } from '@alongside/personal-data';

export interface SubjectKeysUnderTest {
  /** Opens the same store once more, as another process would. Absent where nothing outlives the process. */
  readonly again?: () => Promise<SubjectKeys>;
  readonly keys: SubjectKeys;
}

const ana = 'mentee-0f6f5a0e-0000-4000-8000-00000000000a';
const ben = 'supporter-0f6f5a0e-0000-4000-8000-00000000000b';
const erasedAt = '2026-03-02T10:00:00.000Z';

/** What every adapter of `SubjectKeys` promises. `open` answers a fresh, empty store. */
export function subjectKeysContract(adapter: string, open: () => Promise<SubjectKeysUnderTest>): void {
  describe(`subject keys: ${adapter}`, () => {
    const opened: SubjectKeys[] = [];
    const fresh = async (): Promise<{ keys: SubjectKeys; again: (() => Promise<SubjectKeys>) | undefined }> => {
      const { keys, again } = await open();
      opened.push(keys);
      return {
        keys,
        again: again && (async () => {
          const other = await again();
          opened.push(other);
          return other;
        }),
      };
    };
    afterEach(async () => {
      for (const keys of opened.splice(0)) await keys.close();
    });

    it('makes a key of 256 bits for each subject, and answers the same one from then on', async () => {
      const { keys } = await fresh();
      const made = await keys.make([ana, ben]);
      expect(bytes(made.get(ana)).length).toBe(32);
      expect(bytes(made.get(ana))).not.toEqual(bytes(made.get(ben)));
      expect(bytes((await keys.make([ana])).get(ana))).toEqual(bytes(made.get(ana)));
      expect(bytes((await keys.find([ana])).get(ana))).toEqual(bytes(made.get(ana)));
    });

    it('finds nothing, and makes nothing, for a subject that never had a key', async () => {
      const { keys } = await fresh();
      expect((await keys.find([ana])).has(ana)).toBe(false);
      expect((await keys.find([ana])).has(ana)).toBe(false);
    });

    it('gives everybody who makes a key at the same time the same one', async () => {
      const { keys, again } = await fresh();
      const stores = [keys, again ? await again() : keys, again ? await again() : keys];
      const made = await Promise.all(Array.from({ length: 50 }, (_, index) => stores[index % 3]?.make([ana, `mentee-${index % 5}`])));
      expect(new Set(made.map((each) => bytes(each?.get(ana)).toString('hex'))).size).toBe(1);
      expect(new Set(made.map((each, index) => bytes(each?.get(`mentee-${index % 5}`)).toString('hex'))).size).toBe(5);
    });

    it('turns a key into a tombstone for good', async () => {
      const { keys } = await fresh();
      await keys.make([ana, ben]);
      await keys.erase([ana], erasedAt);
      expect((await keys.find([ana])).get(ana)).toBe('erased');
      expect((await keys.make([ana])).get(ana)).toBe('erased');
      expect((await keys.find([ana])).get(ana)).toBe('erased');
      expect(bytes((await keys.find([ben])).get(ben)).length).toBe(32);
      expect(await keys.tombstones()).toEqual([{ subject: ana, erasedAt }]);
    });

    it('erases a subject that never had a key, so that it never gets one', async () => {
      const { keys } = await fresh();
      await keys.erase([ana], erasedAt);
      expect((await keys.make([ana])).get(ana)).toBe('erased');
    });

    it('keeps the first erasure when it is repeated', async () => {
      const { keys } = await fresh();
      await keys.erase([ana], erasedAt);
      await keys.erase([ana, ben], '2026-04-01T10:00:00.000Z');
      expect(await keys.tombstones()).toEqual([
        { subject: ana, erasedAt },
        { subject: ben, erasedAt: '2026-04-01T10:00:00.000Z' },
      ]);
    });

    it('never makes a key while the subject is being erased', async () => {
      const { keys, again } = await fresh();
      const other = again ? await again() : keys;
      await Promise.all([keys.erase([ana], erasedAt), other.make([ana]), keys.make([ana])]);
      expect((await keys.make([ana])).get(ana)).toBe('erased');
      expect((await other.make([ana])).get(ana)).toBe('erased');
    });

    it('honours at the next use what somebody else has erased', async () => {
      const { keys, again } = await fresh();
      if (!again) return;
      const other = await again();
      await keys.make([ana]);
      await other.make([ana]);
      await other.erase([ana], erasedAt);
      expect((await keys.find([ana])).get(ana)).toBe('erased');
      expect((await keys.make([ana])).get(ana)).toBe('erased');
    });

    it('keeps keys, secrets and tombstones', async () => {
      const { keys, again } = await fresh();
      if (!again) return;
      const made = bytes((await keys.make([ana, ben])).get(ana));
      const secret = (await keys.secret('search-1')).export();
      await keys.erase([ben], erasedAt);
      await keys.close();
      const other = await again();
      expect(bytes((await other.find([ana])).get(ana))).toEqual(made);
      expect((await other.secret('search-1')).export()).toEqual(secret);
      expect((await other.find([ben])).get(ben)).toBe('erased');
    });

    it('makes a secret once for each name', async () => {
      const { keys, again } = await fresh();
      const other = again ? await again() : keys;
      const [one, same, another] = await Promise.all([keys.secret('search-1'), other.secret('search-1'), keys.secret('search-2')]);
      expect(one.export()).toEqual(same.export());
      expect(one.export()).not.toEqual(another.export());
    });

    it('answers the same keys after wrapping them anew', async () => {
      const { keys } = await fresh();
      const made = bytes((await keys.make([ana])).get(ana));
      await keys.rewrap();
      expect(bytes((await keys.find([ana])).get(ana))).toEqual(made);
    });
  });
}

function bytes(key: KeyObject | 'erased' | undefined): Buffer {
  if (key === undefined || key === 'erased') throw new Error(`expected a key, found ${key}`);
  return createSecretKey(key.export()).export();
}
