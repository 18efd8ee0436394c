import type { Term } from '@alongside/contracts';
import { InvalidField } from '@alongside/event-sourcing';

const normal = (word: string): string => word.normalize('NFKD').replace(/\p{M}/gu, '').trim().toLowerCase();

/** Within one list a code, label or synonym means one term only, or a comparison would depend on the order of the list. */
export function checkTerms(terms: readonly Term[]): void {
  const meaning = new Map<string, string>();
  terms.forEach((term, index) => {
    if (terms.findIndex((each) => each.list === term.list && each.code === term.code) !== index) throw new InvalidField([{ path: `terms.${index}.code`, code: 'repeated' }]);
    const words: readonly (readonly [string, string])[] = [['code', term.code], ['label', term.label], ...term.synonyms.map((each, at) => [`synonyms.${at}`, each] as const)];
    for (const [path, word] of words) {
      const key = `${term.list} ${normal(word)}`;
      const known = meaning.get(key);
      if (known !== undefined && known !== term.code) throw new InvalidField([{ path: `terms.${index}.${path}`, code: 'means-another-term' }]);
      meaning.set(key, term.code);
    }
  });
}
