import type { KeyObject } from 'node:crypto';
import { erased, isSealed, type Json, type JsonObject, type Opened, type Sealed } from '@alongside/event-sourcing';
import { EnvelopeCorrupt, isEnvelope, openEnvelope } from './envelope.js';
import type { SubjectKeys } from './subject-keys.js';

/** `erased`: the subject was. `corrupt`: damaged, moved or forged, or its key is gone without a tombstone. */
export type EnvelopeVerdict = 'opened' | 'erased' | 'corrupt';

export interface Opener {
  /**
   * The same value with every envelope in it, at any depth, replaced by what it holds, or by `erased` where the key is gone.
   * Throws `EnvelopeCorrupt`.
   */
  open<T>(value: T): Promise<Opened<T>>;
  /** Every envelope of a value, as it stands. Envelopes within sealed content count too. */
  verify(value: unknown): Promise<readonly { readonly field: string; readonly verdict: EnvelopeVerdict }[]>;
  verifyEnvelope(sealed: Sealed): Promise<EnvelopeVerdict>;
}

export function createOpener(keys: SubjectKeys): Opener {
  /** What each envelope within a value holds; envelopes within what was sealed are opened too. */
  async function contentsOf(value: unknown): Promise<ReadonlyMap<Sealed, Json>> {
    const contents = new Map<Sealed, Json>();
    let found = collect(value, mustBeWhole, []);
    while (found.length > 0) {
      const subjectKeys = await keys.find([...new Set(found.map(subjectOf))]);
      const within: Sealed[] = [];
      for (const each of found) {
        const key = subjectKeys.get(subjectOf(each)) ?? erased;
        const content = key === erased ? erased : openEnvelope(key, each);
        contents.set(each, content);
        // What somebody sent in may say `$sealed` and be none.
        if (typeof content === 'object') collect(content, isEnvelope, within);
      }
      found = within;
    }
    return contents;
  }

  async function verifyEnvelope(sealed: Sealed): Promise<EnvelopeVerdict> {
    if (!isEnvelope(sealed)) return 'corrupt';
    const key = (await keys.find([subjectOf(sealed)])).get(subjectOf(sealed));
    if (key === undefined) return 'corrupt';
    return key === erased ? 'erased' : verdictOf(key, sealed);
  }

  async function verifyContent(sealed: Sealed): Promise<EnvelopeVerdict> {
    const verdict = await verifyEnvelope(sealed);
    if (verdict !== 'opened') return verdict;
    try {
      await contentsOf(sealed);
      return 'opened';
    } catch (failure) {
      if (failure instanceof EnvelopeCorrupt) return 'corrupt';
      throw failure;
    }
  }

  return {
    async open<T>(value: T) {
      const contents = await contentsOf(value);
      return (contents.size === 0 ? value : replace(value, contents)) as Opened<T>;
    },

    verifyEnvelope: verifyContent,

    async verify(value) {
      const verdicts: { field: string; verdict: EnvelopeVerdict }[] = [];
      for (const each of collect(value, (candidate): candidate is Sealed => isSealed(candidate), [])) {
        verdicts.push({ field: isEnvelope(each) ? each.$sealed[4] : '', verdict: await verifyContent(each) });
      }
      return verdicts;
    },
  };
}

const subjectOf = ({ $sealed: [, subject] }: Sealed): string => subject;

function verdictOf(key: KeyObject, sealed: Sealed): EnvelopeVerdict {
  try {
    openEnvelope(key, sealed);
    return 'opened';
  } catch {
    return 'corrupt';
  }
}

function mustBeWhole(value: object): value is Sealed {
  if (!isSealed(value)) return false;
  if (!isEnvelope(value)) throw new EnvelopeCorrupt('an unknown stream', 'unknown', 'unknown');
  return true;
}

function collect(value: unknown, isOne: (value: object) => value is Sealed, into: Sealed[]): Sealed[] {
  if (typeof value !== 'object' || value === null) return into;
  if (isOne(value)) into.push(value);
  else for (const each of Array.isArray(value) ? value : Object.values(value)) collect(each, isOne, into);
  return into;
}

function replace(value: unknown, contents: ReadonlyMap<unknown, Json>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const content = contents.get(value);
  if (content !== undefined) return replace(content, contents);
  if (Array.isArray(value)) return value.map((each) => replace(each, contents));
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, each]) => [key, replace(each, contents)]));
}
