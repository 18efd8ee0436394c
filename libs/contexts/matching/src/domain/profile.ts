import type { Disclosure, Preference, WeeklyPeriod } from '@alongside/contracts';

/** What a peer supporter tells of themselves for matching. Sealed as a whole, everywhere. */
export interface SupporterProfile {
  /** What mentees may be told to call them. */
  readonly knownAs?: string;
  /** A few words to a mentee. */
  readonly introduction?: string;
  /** The organisation's terms, or words that it may know as synonyms. */
  readonly livedExperience: readonly string[];
  readonly interests: readonly string[];
  readonly dislikes: readonly string[];
  /** BCP 47. */
  readonly languages: readonly string[];
  readonly about: { readonly gender?: string; readonly ageBand?: string; readonly details?: readonly { readonly about: Preference['about']; readonly value: string }[] };
  /** Their own musts and wishes about a mentee. */
  readonly preferences: readonly Preference[];
  readonly area?: string;
  /** May they meet by telephone or video. */
  readonly remote: boolean;
  readonly availability: readonly WeeklyPeriod[];
  /** IANA name; the site's when absent. */
  readonly timeZone?: string;
  /** Access needs that they can meet, and those that they cannot; of any other nothing is known. */
  readonly accessOffered: readonly string[];
  readonly accessNotOffered: readonly string[];
  /** What a mentee may be told, and when. */
  readonly disclosure: Disclosure;
}

/** Of somebody who has told nothing yet. */
export const nothingTold: SupporterProfile = {
  livedExperience: [],
  interests: [],
  dislikes: [],
  languages: [],
  about: {},
  preferences: [],
  remote: false,
  availability: [],
  accessOffered: [],
  accessNotOffered: [],
  disclosure: {},
};
