import { createHmac, type KeyObject } from 'node:crypto';
import { erased, isSealed, type Json } from '@alongside/event-sourcing';
import { fold, joinedWordsOf, wordsOf } from './normalise.js';
import type { Opener } from './opener.js';
import { searchSecret, type SubjectKeys } from './subject-keys.js';

/** As in a read model's search field. */
export type SearchKind = 'words' | 'exact';

/** What digests are to be made of; `value` may be or hold sealed values. */
export interface ToDigest {
  readonly organisationId: string;
  readonly field: string;
  readonly as: SearchKind;
  readonly value: unknown;
}

/**
 * Keyed digests of personal values, so that what is sealed can be searched. Equal digests mean equal normalised words, within one
 * field of one organisation; without the organisation's search key they say nothing.
 */
export interface Digests {
  /** Digests to keep beside a document, for each of the values. Empty where nothing is left to read. */
  digests(wanted: readonly ToDigest[]): Promise<readonly (readonly string[])[]>;
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
  async function digesters(organisationIds: Iterable<string>): Promise<ReadonlyMap<string, Digester>> {
    const found = new Map<string, Digester>();
    for (const each of new Set(organisationIds)) found.set(each, digesterWith(await keys.secret(searchSecret(each))));
    return found;
  }

  return {
    async digests(wanted) {
      const opened = await openEach(opener, wanted.map(({ value }) => value));
      const tokens = wanted.map(({ as }, index) => tokensOf(as, textsOf(opened[index]), wordsAndPrefixes));
      const digesterOf = await digesters(wanted.filter((_, index) => tokens[index]?.length).map(({ organisationId }) => organisationId));
      return wanted.map(({ organisationId, field, as }, index) => (tokens[index] ?? []).map((token) => digesterOf.get(organisationId)?.(field, as, token) as string));
    },

    async queryDigests(organisationId, field, as, value) {
      const tokens = tokensOf(as, textsOf(await openEach(opener, [value])), searchWords);
      if (tokens.length === 0) return [];
      const digestOf = digesterWith(await keys.secret(searchSecret(organisationId)));
      return tokens.map((token) => digestOf(field, as, token));
    },
  };
}

type Digester = (field: string, as: SearchKind, token: string) => string;

/**
 * Remembers what it has made, since words begin alike and names come again. It knows words in the clear: for the values that are digested
 * together, and not for longer.
 */
function digesterWith(key: KeyObject): Digester {
  const made = new Map<string, string>();
  return (field, as, token) => {
    const text = `${as}\0${field}\0${token}`;
    let digest = made.get(text);
    if (digest === undefined) made.set(text, (digest = createHmac('sha256', key).update(text).digest('base64url').slice(0, 22)));
    return digest;
  };
}

function tokensOf(as: SearchKind, texts: readonly string[], ofWords: (text: string) => readonly string[]): readonly string[] {
  return [...new Set(as === 'exact' ? texts.map(exact).filter((text) => text !== '') : texts.flatMap(ofWords))];
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

/** Opens values together, each by itself, so that an erased one is told from a text that happens to read the same. */
async function openEach(opener: Pick<Opener, 'open'>, values: readonly unknown[]): Promise<readonly (readonly unknown[])[]> {
  const leaves = values.map(leavesOf);
  const sealed = leaves.flatMap((each) => each.filter(isSealed));
  const opened = (sealed.length === 0 ? [] : await opener.open(sealed)) as readonly unknown[];
  let next = 0;
  return leaves.map((each) => each.map((leaf) => (isSealed(leaf) ? opened[next++] : leaf)).filter((content, index) => content !== erased || !isSealed(each[index])));
}

/** Each sealed or plain value within a value. */
function leavesOf(value: unknown): readonly unknown[] {
  return typeof value !== 'object' || value === null || isSealed(value) ? [value] : Object.values(value).flatMap(leavesOf);
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value as Record<string, Json>).flatMap(textsOf) : [];
}
