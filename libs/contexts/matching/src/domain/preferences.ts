import type { Preference } from '@alongside/contracts';
import { normaliseTerm, type TermIndex } from './terms.js';

/** What is known of the person whom a preference is about. An empty list and an absent field say nothing. */
export interface Person {
  readonly gender?: string;
  readonly ageBand?: string;
  readonly languages: readonly string[];
  readonly experience: readonly string[];
  readonly details: readonly { readonly about: Preference['about']; readonly value: string }[];
}

export type Judged = 'met' | 'not-met' | 'unknown';

/** The primary language of a BCP 47 tag: British and American English understand each other. */
export const languageOf = (tag: string): string => tag.toLowerCase().split('-')[0] ?? tag;

/** Whether a person is as somebody wants them to be. What is not known is `unknown`, never `not-met`. */
export function judge(preference: Preference, person: Person, experience: TermIndex): Judged {
  const has = holds(preference, person, experience);
  if (has === undefined) return 'unknown';
  return has === (preference.wanted ?? true) ? 'met' : 'not-met';
}

function holds(preference: Preference, person: Person, experience: TermIndex): boolean | undefined {
  const said = [...person.details.filter((detail) => detail.about === preference.about).map((detail) => detail.value)];
  switch (preference.about) {
    case 'gender':
      return among([...said, ...(person.gender === undefined ? [] : [person.gender])], preference.value, normaliseTerm);
    case 'age-band':
      return among([...said, ...(person.ageBand === undefined ? [] : [person.ageBand])], preference.value, normaliseTerm);
    case 'language':
      return among([...said, ...person.languages], preference.value, languageOf);
    case 'lived-experience':
      return among([...said, ...person.experience], preference.value, experience.nameOf);
    case 'other':
      // Each detail answers a question of its own: whoever tells that they play chess has not said whether they have a dog.
      return among(said, preference.value, normaliseTerm) === true ? true : undefined;
    default:
      return among(said, preference.value, normaliseTerm);
  }
}

function among(values: readonly string[], wanted: string, nameOf: (text: string) => string): boolean | undefined {
  return values.length === 0 ? undefined : values.some((value) => nameOf(value) === nameOf(wanted));
}
