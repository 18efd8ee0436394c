import { createHmac, type KeyObject } from 'node:crypto';
import { erased, isSealed, type Json } from '@alongside/event-sourcing';
import { fold, joinedWordsOf, wordsOf } from './normalise.js';
import type { Opener } from './opener.js';
import { searchSecret, type SubjectKeys } from './subject-keys.js';

/** As in a read model's search field. */
export type SearchKind = 'words' | 'exact';

/**
 * Keyed digests of personal values, so that what is sealed can be searched. Equal digests mean equal normalised words, within one
 * field of one organisation; without the organisation's search key they say nothing.
 */
export interface Digests {
  /** Digests to keep beside a document; `value` may be or hold sealed values. Empty when nothing is left to read. */
  digests(organisationId: string, field: string, as: SearchKind, value: unknown): Promise<readonly string[]>;
  /**
   * Digests to look for: all of them must be kept for a match. One for each word of the text, whole or begun; single letters are passed
   * over. A sealed value may be looked for like a text: what is like it.
   */
  queryDigests(organisationId: string, field: string, as: SearchKind, value: unknown): Promise<readonly string[]>;
}

const shortestPrefix = 2;
/** Longer words are found by their first letters. */
const longestPrefix = 24;

export function createDigests(keys: SubjectKeys, opener: Pick<Opener, 'open'>): Digests {
  return {
    async digests(organisationId, field, as, value) {
      const texts = textsOf(await openEach(opener, value));
      if (texts.length === 0) return [];
      const tokens = as === 'exact' ? texts.map(exact).filter((text) => text !== '') : texts.flatMap(wordsAndPrefixes);
      return digestsOf(await keys.secret(searchSecret(organisationId)), field, as, tokens);
    },

    async queryDigests(organisationId, field, as, value) {
      const texts = textsOf(await openEach(opener, value));
      const tokens = as === 'exact' ? texts.map(exact).filter((text) => text !== '') : texts.flatMap(searchWords);
      return tokens.length === 0 ? [] : digestsOf(await keys.secret(searchSecret(organisationId)), field, as, tokens);
    },
  };
}

function digestsOf(key: KeyObject, field: string, as: SearchKind, tokens: readonly string[]): readonly string[] {
  return [...new Set(tokens)].map((token) => createHmac('sha256', key).update(`${as}\0${field}\0${token}`).digest('base64url').slice(0, 22));
}

const exact = (text: string): string => fold(text).trim().replaceAll(/\s+/g, ' ');

const lettersOf = (word: string): readonly string[] => [...word].slice(0, longestPrefix);

function searchWords(text: string): readonly string[] {
  return wordsOf(text)
    .map(lettersOf)
    .filter((letters) => letters.length >= shortestPrefix)
    .map((letters) => letters.join(''));
}

function wordsAndPrefixes(text: string): readonly string[] {
  return [...wordsOf(text), ...joinedWordsOf(text)].flatMap((word) => {
    const letters = lettersOf(word);
    return letters.slice(shortestPrefix - 1).map((_, index) => letters.slice(0, index + shortestPrefix).join(''));
  });
}

/** Opens values one by one, so that an erased one is told from a text that happens to read the same. */
async function openEach(opener: Pick<Opener, 'open'>, value: unknown): Promise<readonly unknown[]> {
  if (typeof value !== 'object' || value === null) return [value];
  if (isSealed(value)) {
    const opened: unknown = await opener.open(value as unknown);
    return opened === erased ? [] : [opened];
  }
  return (await Promise.all(Object.values(value).map((each) => openEach(opener, each)))).flat();
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value as Record<string, Json>).flatMap(textsOf) : [];
}
