import { describe, expect, test } from '@jest/globals';
import type { Term } from '@alongside/contracts';
import fc from 'fast-check';
import { normaliseTerm, shared, termIndex } from './terms.js';

const terms: readonly Term[] = [
  { code: 'art', list: 'interest', label: 'Art', synonyms: ['painting', 'drawing', 'galleries'] },
  { code: 'football', list: 'interest', label: 'Football', synonyms: ['soccer'] },
  { code: 'alcohol', list: 'challenge', label: 'Living with alcohol', synonyms: ['drinking'] },
];

describe('a term', () => {
  test.each([
    ['Cafés', 'cafe'],
    ['  Hobbies ', 'hobby'],
    ['long-walks', 'long walk'],
    ['Churches', 'church'],
    ['Boxes', 'box'],
    ['pub quizzes', 'pub quiz'],
    ['buzz', 'buz'],
    ['illness', 'illness'],
    ['diabetes', 'diabete'],
    ['tennis', 'tennis'],
    ['bus', 'bus'],
    ["Women's groups", 'women group'],
    ['ART', 'art'],
    ['!!', ''],
  ])('%j is the same as %j', (text, name) => {
    expect(normaliseTerm(text)).toBe(name);
  });

  test('normalised twice is normalised once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(normaliseTerm(normaliseTerm(text))).toBe(normaliseTerm(text));
      }),
    );
  });
});

describe('the index of terms', () => {
  const interests = termIndex(terms, ['interest']);

  test('knows code, label and synonyms as one, in any case and number', () => {
    const [name] = interests.namesOf(['art']);
    for (const word of ['Art', 'Painting', 'paintings', 'DRAWING', 'gallery']) expect(interests.nameOf(word)).toBe(name);
    expect(interests.nameOf('Soccer')).toBe(interests.nameOf('football'));
    expect(interests.nameOf('football')).not.toBe(name);
    // A reason shows the organisation's own code, not whichever synonym comes first.
    expect(name).toBe('art');
  });

  test('takes only the lists that were asked for', () => {
    expect(interests.nameOf('drinking')).toBe('drinking');
    expect(termIndex(terms, ['challenge']).nameOf('drinking')).not.toBe('drinking');
  });

  test('lets a word that is in no list stand for itself', () => {
    expect(shared(interests.namesOf(['Bee-keeping']), interests.namesOf(['bee keeping']))).toEqual(['bee keeping']);
  });

  const word = fc.constantFrom('art', 'Paintings', 'soccer', 'Football', 'jazz', 'walks', 'walk', 'cafe', 'Cafés');
  const someTerms = fc.array(
    fc.record({ code: word, list: fc.constant('interest' as const), label: word, synonyms: fc.array(word, { maxLength: 3 }) }),
    { maxLength: 5 },
  );

  test('is symmetric, and the order of terms, synonyms and words makes no difference', () => {
    fc.assert(
      fc.property(someTerms, fc.array(word), fc.array(word), (list, left, right) => {
        const index = termIndex(list, ['interest']);
        const turned = termIndex([...list].reverse().map((term) => ({ ...term, synonyms: [...term.synonyms].reverse() })), ['interest']);
        const once = shared(index.namesOf(left), index.namesOf(right));
        expect(shared(index.namesOf(right), index.namesOf(left))).toEqual(once);
        expect(shared(turned.namesOf([...left].reverse()), turned.namesOf([...right].reverse()))).toEqual(once);
      }),
    );
  });
});
