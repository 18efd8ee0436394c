import type { Term, TermListName } from '@alongside/contracts';

// One name for what people say in different ways: "Cafés", "cafe" and a synonym of the organisation's list are the same.

const singularOf: readonly (readonly [ending: RegExp, replacement: string])[] = [
  [/(ss|us|is|os)$/, '$1'],
  [/zz(es)?$/, 'z'],
  [/([^aeiou])ies$/, '$1y'],
  [/(s|x|z|ch|sh)es$/, '$1'],
  [/s$/, ''],
];

/** Words of three letters and fewer have no plural worth the risk ("gas", "bus"). */
function singular(word: string): string {
  if (word.length <= 3) return word;
  for (const [ending, replacement] of singularOf) if (ending.test(word)) return word.replace(ending, replacement);
  return word;
}

/** Letter case, accents, punctuation, spacing and the plural taken away. Doing it twice changes nothing. */
export function normaliseTerm(text: string): string {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  return words.map(settled).join(' ');
}

/** Taking the plural off until nothing changes, so that normalising is idempotent for any word. */
function settled(word: string): string {
  let before = word;
  for (let after = singular(before); after !== before; after = singular(before)) before = after;
  return before;
}

/** Tells which words mean the same. */
export interface TermIndex {
  /** The one name of everything that means the same as `text`: the term's code, or the normalised text where no term has it. */
  readonly nameOf: (text: string) => string;
  /** The names of a list, each once. */
  readonly namesOf: (texts: readonly string[]) => ReadonlySet<string>;
}

/**
 * Index over the named lists of the organisation's terms. Code, label and synonyms of a term are one; so are two terms that
 * share one of them. What is in no list stands for itself. The order of terms and of synonyms makes no difference.
 */
export function termIndex(terms: readonly Term[], lists: readonly TermListName[]): TermIndex {
  const parents = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root)) root = parent;
    return root;
  };
  const join = (left: string, right: string): void => {
    const [first, second] = [rootOf(left), rootOf(right)].sort() as [string, string];
    parents.set(second, first);
    if (!parents.has(first)) parents.set(first, first);
  };
  for (const term of terms) {
    if (!lists.includes(term.list)) continue;
    const code = normaliseTerm(term.code);
    for (const name of [term.label, ...term.synonyms]) join(code, normaliseTerm(name));
  }
  // What means the same goes by the organisation's own code, the first where two terms are one: a reason names it.
  const codes = new Map<string, string>();
  for (const term of terms) {
    if (!lists.includes(term.list)) continue;
    const root = rootOf(normaliseTerm(term.code));
    const known = codes.get(root);
    if (known === undefined || term.code < known) codes.set(root, term.code);
  }
  const nameOf = (text: string): string => {
    const root = rootOf(normaliseTerm(text));
    return codes.get(root) ?? root;
  };
  return { nameOf, namesOf: (texts) => new Set(texts.map(nameOf).filter((name) => name !== '')) };
}

/** What both lists hold, sorted. */
export function shared(left: ReadonlySet<string>, right: ReadonlySet<string>): readonly string[] {
  return [...left].filter((name) => right.has(name)).sort();
}
