import type { SupporterProfile } from './profile.js';
import type { Reason } from './suggestion.js';
import { normaliseTerm } from './terms.js';

/** What is compared when a lesson of the last ending is applied to a supporter. */
export interface LessonFacts {
  readonly candidate: SupporterProfile;
  /** The supporter with whom it ended. */
  readonly last: SupporterProfile | undefined;
  readonly sharedInterests: readonly string[];
  readonly sharedExperience: readonly string[];
  readonly minutesInCommon: number | undefined;
  readonly sameArea: boolean | undefined;
}

type Taught = { readonly holds: boolean | undefined; readonly facts: Reason['facts'] };

const different = (one: string | undefined, other: string | undefined): boolean | undefined =>
  one === undefined || other === undefined ? undefined : normaliseTerm(one) !== normaliseTerm(other);
const not = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value);
const given = (facts: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>): Reason['facts'] =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Reason['facts'];

/** The lessons that an ending may teach, each with when a supporter answers it. */
const lessons: Readonly<Record<string, (facts: LessonFacts) => Taught>> = {
  'different-gender': ({ candidate, last }) => ({
    holds: different(candidate.about.gender, last?.about.gender),
    facts: given({ gender: candidate.about.gender, last: last?.about.gender }),
  }),
  'same-gender': ({ candidate, last }) => ({
    holds: not(different(candidate.about.gender, last?.about.gender)),
    facts: given({ gender: candidate.about.gender, last: last?.about.gender }),
  }),
  'different-age-band': ({ candidate, last }) => ({
    holds: different(candidate.about.ageBand, last?.about.ageBand),
    facts: given({ ageBand: candidate.about.ageBand, last: last?.about.ageBand }),
  }),
  'same-age-band': ({ candidate, last }) => ({
    holds: not(different(candidate.about.ageBand, last?.about.ageBand)),
    facts: given({ ageBand: candidate.about.ageBand, last: last?.about.ageBand }),
  }),
  'shared-interests-matter': ({ candidate, sharedInterests }) => ({
    holds: candidate.interests.length === 0 ? undefined : sharedInterests.length > 0,
    facts: { terms: sharedInterests },
  }),
  'shared-experience-matters': ({ candidate, sharedExperience }) => ({
    holds: candidate.livedExperience.length === 0 ? undefined : sharedExperience.length > 0,
    facts: { terms: sharedExperience },
  }),
  'more-time-matters': ({ minutesInCommon }) => ({
    holds: minutesInCommon === undefined ? undefined : minutesInCommon >= 240,
    facts: given({ hoursInCommon: minutesInCommon === undefined ? undefined : minutesInCommon / 60 }),
  }),
  'meeting-in-person-matters': ({ sameArea }) => ({ holds: sameArea, facts: {} }),
  'meeting-remotely-matters': ({ candidate }) => ({ holds: candidate.remote, facts: {} }),
};

/** One reason for each lesson, in the order of their codes. A lesson that nobody taught us to read is shown as unknown. */
export function lessonReasons(codes: readonly string[], facts: LessonFacts, weight: number): readonly Reason[] {
  return [...new Set(codes)].sort().map((code): Reason => {
    const taught = lessons[code]?.(facts);
    const verdict = taught?.holds === undefined ? 'unknown' : taught.holds ? 'for' : 'against';
    return { code: `lesson-${code}`, side: 'mentee', verdict, weight: verdict === 'unknown' ? 0 : weight, facts: taught?.facts ?? {} };
  });
}
