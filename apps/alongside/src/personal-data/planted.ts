import type { Asked, Transport } from '../demo/scenario/transport.js';

/** Where what is sent is published by the organisation and about nobody. */
const published = /\/(open-site|set-site-calendar|list-service|configure-questionnaire|publish-[a-z-]+|configure-referral-form)$/;
/** Fields that name nothing of anybody: codes, ids, dates of events. */
const notPersonal = new Set(['timeZone', 'setUpToken', 'confirmation']);
const calledBy = new Set(['known-as', 'knownAs']);
const personalDates = new Set(['date-of-birth', 'diedOn']);

/** Free text: something that nobody but its author could have written. */
const isText = (value: string): boolean => /\s/.test(value) && /\p{L}/u.test(value);
const isContact = (value: string): boolean => value.includes('@') || /^\+?\d[\d ]{8,}$/.test(value);

/** Everything personal that goes by: free text with a mark planted in it, so that no other text is taken for it; the rest as it is. */
export interface Planted {
  readonly transport: Transport;
  /** What must be found nowhere. */
  canaries(): readonly string[];
  /** Single words that went by as they are: codes, ids. */
  words(): ReadonlySet<string>;
}

export function planting(transport: Transport): Planted {
  const found = new Set<string>();
  const words = new Set<string>();
  let marks = 0;
  const marked = new Map<string, string>();

  /** A repeat of a request is marked as the first time was. */
  function mark(text: string): string {
    const known = marked.get(text);
    if (known !== undefined) return known;
    const canary = `kanari${String(marks++).padStart(4, '0')}q`;
    found.add(canary);
    // Words of the text itself are looked for as well, where they are long enough to stand for themselves.
    const whole = `${text} ${canary}`;
    marked.set(text, whole);
    marked.set(whole, whole);
    return whole;
  }

  function plant(value: unknown, key: string): unknown {
    if (Array.isArray(value)) return value.map((each) => plant(each, key));
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plant(each, name)]));
    if (typeof value !== 'string' || notPersonal.has(key)) return value;
    if (personalDates.has(key) || isContact(value)) {
      found.add(value);
      return value;
    }
    // A name of one word is a name.
    if (isText(value) || calledBy.has(key)) return mark(value);
    words.add(value);
    return value;
  }

  /** The name of the organisation is its own; its administrator's is not. */
  function plantBody({ path, body }: Asked): unknown {
    if (published.test(path)) return body;
    if (!path.endsWith('/register-organisation')) return plant(body, '');
    const { name, ...rest } = body as { readonly name: string };
    return { name, ...(plant(rest, '') as object) };
  }

  return {
    // Whoever signs in sends nothing that was not sent in before.
    transport: (asked) => transport(asked.body === undefined || asked.path.startsWith('/api/session') ? asked : { ...asked, body: plantBody(asked) }),
    canaries: () => [...found],
    words: () => words,
  };
}
