import type { MatchingInformation, Preference } from '@alongside/contracts';
import { minutesInCommon, spansOf, type Span } from './availability.js';
import { lessonReasons } from './lessons.js';
import { judge, languageOf, type Person } from './preferences.js';
import type { SupporterProfile } from './profile.js';
import type { NotSuggested, Obstacle, Reason, Side, Suggestion, SuggestionInput, Suggestions, SupporterInput, Verdict } from './suggestion.js';
import { normaliseTerm, shared, termIndex, type TermIndex } from './terms.js';

/** Hours in common, and terms in common, from which more adds nothing. */
const enoughMinutes = 120;
const enoughTerms = 2;

/** What is the same for every supporter, worked out once. */
interface Considering {
  readonly input: SuggestionInput;
  readonly information: MatchingInformation;
  readonly experience: TermIndex;
  readonly interest: TermIndex;
  readonly dislike: TermIndex;
  /** Interests and dislikes together: what one loves and the other cannot stand. */
  readonly either: TermIndex;
  readonly challenges: ReadonlySet<string>;
  readonly interests: ReadonlySet<string>;
  readonly dislikes: ReadonlySet<string>;
  readonly spans: readonly Span[];
  readonly mentee: Person;
}

/**
 * Every supporter given, in exactly one of two lists: suggested, the best first, with reasons for and against and with what is
 * unknown; or not suggested, with every reason why not. Among equals the order is that of the ids, so that it is always the same.
 */
export function suggest(input: SuggestionInput): Suggestions {
  const considering = consider(input);
  const suggested: Suggestion[] = [];
  const notSuggested: NotSuggested[] = [];
  for (const supporter of input.supporters) {
    const obstacles = obstaclesTo(supporter, considering);
    if (obstacles.length > 0) notSuggested.push({ supporterId: supporter.supporterId, reasons: obstacles });
    else suggested.push(weighed(supporter, considering));
  }
  const byId = (left: { supporterId: string }, right: { supporterId: string }): number => (left.supporterId < right.supporterId ? -1 : 1);
  return { suggested: suggested.sort((left, right) => right.score - left.score || byId(left, right)), notSuggested: notSuggested.sort(byId) };
}

/** The musts of either side that a match with this supporter would break; unknown is not broken. */
export function brokenMusts(supporter: SupporterInput, input: SuggestionInput): readonly string[] {
  const musts = mustObstacles(supporter, consider(input)).flatMap((obstacle) => obstacle.must ?? []);
  return [...new Set(musts)].sort();
}

/** Reasons and score of one supporter, also of one who is not suggested: for who is proposed against the suggestions. */
export function weigh(supporter: SupporterInput, input: SuggestionInput): Suggestion {
  return weighed(supporter, consider(input));
}

function consider(input: SuggestionInput): Considering {
  const { information, timeZone } = input.mentee;
  const [experience, interest, dislike] = [termIndex(input.terms, ['challenge']), termIndex(input.terms, ['interest']), termIndex(input.terms, ['dislike'])];
  return {
    input,
    information,
    experience,
    interest,
    dislike,
    either: termIndex(input.terms, ['interest', 'dislike']),
    challenges: experience.namesOf(information.challenges),
    interests: interest.namesOf(information.interests),
    dislikes: dislike.namesOf(information.dislikes),
    spans: spansOf(information.availability, information.timeZone ?? timeZone, input.at),
    mentee: person(information.about, information.languages, information.challenges),
  };
}

function person(about: SupporterProfile['about'], languages: readonly string[], experience: readonly string[]): Person {
  return {
    ...(about.gender !== undefined && { gender: about.gender }),
    ...(about.ageBand !== undefined && { ageBand: about.ageBand }),
    languages,
    experience,
    details: about.details ?? [],
  };
}

const personOf = (profile: SupporterProfile): Person => person(profile.about, profile.languages, profile.livedExperience);

function obstaclesTo(supporter: SupporterInput, considering: Considering): readonly Obstacle[] {
  const { mentee } = considering.input;
  const obstacles: Obstacle[] = supporter.barriers.map(({ code, of, since }) => ({
    code,
    side: 'supporter',
    facts: { ...(of !== undefined && { of }), ...(since !== undefined && { since }) },
  }));
  if (mentee.past.some((past) => past.supporterId === supporter.supporterId && past.ending === 'not-a-good-fit')) {
    obstacles.push({ code: 'pair-failed-before', side: 'both', facts: { ending: 'not-a-good-fit' } });
  }
  const connection = mentee.connections.find((each) => each.supporterId === supporter.supporterId);
  if (connection && !connection.menteeAgrees) obstacles.push({ code: 'connection-declared', side: 'both', facts: { kind: connection.kind } });
  return [...obstacles, ...mustObstacles(supporter, considering)];
}

function mustObstacles(supporter: SupporterInput, considering: Considering): readonly Obstacle[] {
  const broken = (side: 'mentee' | 'supporter', preferences: readonly Preference[], about: Person): readonly Obstacle[] =>
    preferences
      .filter((preference) => preference.strength === 'must' && judge(preference, about, considering.experience) === 'not-met')
      .map((preference) => ({ code: `must-${preference.about}`, side, must: `${side}-${preference.about}`, facts: wish(preference) }));
  return [
    ...broken('mentee', considering.information.preferences, personOf(supporter.profile)),
    ...broken('supporter', supporter.profile.preferences, considering.mentee),
  ];
}

const wish = (preference: Preference): Reason['facts'] => ({ value: preference.value, wanted: preference.wanted ?? true, strength: preference.strength });

function weighed(supporter: SupporterInput, considering: Considering): Suggestion {
  const reasons = [
    ...experienceReasons(supporter, considering),
    ...preferenceReasons('mentee', considering.information.preferences, personOf(supporter.profile), considering),
    ...preferenceReasons('supporter', supporter.profile.preferences, considering.mentee, considering),
    ...availabilityReasons(supporter, considering),
    ...placeReasons(supporter, considering),
    ...languageReasons(supporter, considering),
    ...accessReasons(supporter, considering),
    ...interestReasons(supporter, considering),
    ...dislikeReasons(supporter, considering),
    ...historyReasons(supporter, considering),
  ].filter((each) => each.weight !== 0 || each.verdict === 'unknown');
  const score = reasons.reduce((sum, each) => sum + (each.verdict === 'against' ? -each.weight : each.weight), 0);
  return { supporterId: supporter.supporterId, score: rounded(score), reasons };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
const reason = (code: string, side: Side, verdict: Verdict, weight: number, facts: Reason['facts'] = {}): Reason => ({
  code,
  side,
  verdict,
  weight: verdict === 'unknown' ? 0 : rounded(weight),
  facts,
});

function experienceReasons({ profile }: SupporterInput, { challenges, experience, input }: Considering): readonly Reason[] {
  const lived = experience.namesOf(profile.livedExperience);
  if (challenges.size === 0 || lived.size === 0) return [reason('lived-experience', 'mentee', 'unknown', 0)];
  const terms = shared(challenges, lived);
  const weight = input.weights.livedExperience;
  return terms.length === 0
    ? [reason('lived-experience', 'mentee', 'against', weight, { terms })]
    : [reason('lived-experience', 'mentee', 'for', (weight * terms.length) / challenges.size, { terms })];
}

/** Musts and wishes of one side share the weight of wishes; a must is met or unknown here, else it is an obstacle. */
function preferenceReasons(side: 'mentee' | 'supporter', preferences: readonly Preference[], about: Person, { experience, input }: Considering): readonly Reason[] {
  const weight = input.weights.wishes / Math.max(1, preferences.length);
  return preferences.map((preference) => {
    const judged = judge(preference, about, experience);
    const verdict = judged === 'met' ? 'for' : judged === 'not-met' ? 'against' : 'unknown';
    return reason(`${preference.strength}-${preference.about}`, side, verdict, weight, wish(preference));
  });
}

function commonMinutes({ profile, timeZone }: SupporterInput, { information, spans, input }: Considering): number | undefined {
  if (information.availability.length === 0 || profile.availability.length === 0) return undefined;
  return minutesInCommon(spans, spansOf(profile.availability, profile.timeZone ?? timeZone, input.at));
}

function availabilityReasons(supporter: SupporterInput, considering: Considering): readonly Reason[] {
  const minutes = commonMinutes(supporter, considering);
  const weight = considering.input.weights.availability;
  if (minutes === undefined) return [reason('hours-in-common', 'both', 'unknown', 0)];
  const facts = { hours: rounded(minutes / 60) };
  return minutes === 0
    ? [reason('hours-in-common', 'both', 'against', weight, facts)]
    : [reason('hours-in-common', 'both', 'for', weight * Math.min(1, minutes / enoughMinutes), facts)];
}

function sameArea(profile: SupporterProfile, information: MatchingInformation): boolean | undefined {
  if (profile.area === undefined || information.area === undefined) return undefined;
  return normaliseTerm(profile.area) === normaliseTerm(information.area);
}

function placeReasons({ profile }: SupporterInput, { information, input }: Considering): readonly Reason[] {
  const weight = input.weights.area;
  const same = sameArea(profile, information);
  if (same === true) return [reason('same-area', 'both', 'for', weight, { area: information.area ?? '' })];
  // Meeting by telephone or video is a way to meet, and half as much as being near.
  if (profile.remote && information.remote) return [reason('remote', 'both', 'for', weight / 2)];
  return same === undefined ? [reason('same-area', 'both', 'unknown', 0)] : [reason('no-way-to-meet', 'both', 'against', weight)];
}

function languageReasons({ profile }: SupporterInput, { information, input }: Considering): readonly Reason[] {
  if (profile.languages.length === 0 || information.languages.length === 0) return [reason('language-in-common', 'both', 'unknown', 0)];
  const languages = shared(new Set(information.languages.map(languageOf)), new Set(profile.languages.map(languageOf)));
  return [reason('language-in-common', 'both', languages.length > 0 ? 'for' : 'against', input.weights.languages, { languages })];
}

function accessReasons({ profile }: SupporterInput, { information, input }: Considering): readonly Reason[] {
  const needs = [...new Set(information.accessNeeds.map(normaliseTerm))].sort();
  const offered = new Set(profile.accessOffered.map(normaliseTerm));
  const notOffered = new Set(profile.accessNotOffered.map(normaliseTerm));
  const weight = input.weights.access / Math.max(1, needs.length);
  // Of a profile that says both, the word that nobody is let down by counts.
  return needs.map((need) => reason('access-need', 'mentee', notOffered.has(need) ? 'against' : offered.has(need) ? 'for' : 'unknown', weight, { need }));
}

/** Nothing in common speaks neither for nor against: a shared love may still turn up. */
function interestReasons({ profile }: SupporterInput, { interest, interests, input }: Considering): readonly Reason[] {
  if (interests.size === 0 || profile.interests.length === 0) return [reason('shared-interests', 'both', 'unknown', 0)];
  const terms = shared(interests, interest.namesOf(profile.interests));
  return terms.length === 0 ? [] : [reason('shared-interests', 'both', 'for', input.weights.interests * Math.min(1, terms.length / enoughTerms), { terms })];
}

function dislikeReasons({ profile }: SupporterInput, { dislike, dislikes, either, information, input }: Considering): readonly Reason[] {
  const weight = input.weights.dislikes;
  const terms = shared(dislikes, dislike.namesOf(profile.dislikes));
  const spoiltForMentee = shared(either.namesOf(information.dislikes), either.namesOf(profile.interests));
  const spoiltForSupporter = shared(either.namesOf(profile.dislikes), either.namesOf(information.interests));
  return [
    ...(terms.length > 0 ? [reason('shared-dislikes', 'both', 'for', weight * Math.min(1, terms.length / enoughTerms), { terms })] : []),
    ...(spoiltForMentee.length > 0 ? [reason('loves-what-the-other-dislikes', 'mentee', 'against', weight, { terms: spoiltForMentee })] : []),
    ...(spoiltForSupporter.length > 0 ? [reason('loves-what-the-other-dislikes', 'supporter', 'against', weight, { terms: spoiltForSupporter })] : []),
  ];
}

/** What earlier matches and proposals of this mentee tell about this supporter. */
function historyReasons(supporter: SupporterInput, considering: Considering): readonly Reason[] {
  const { input, information, experience, interest, interests, challenges } = considering;
  const weight = input.weights.lessons;
  const { profile, supporterId } = supporter;
  const last = input.mentee.past.at(-1);
  const theirs = interest.namesOf(profile.interests);
  const reasons: Reason[] = [];
  if (last) {
    const facts = {
      candidate: profile,
      last: last.profile,
      sharedInterests: shared(interests, theirs),
      sharedExperience: shared(challenges, experience.namesOf(profile.livedExperience)),
      minutesInCommon: commonMinutes(supporter, considering),
      sameArea: sameArea(profile, information),
    };
    reasons.push(...lessonReasons(last.lessons, facts, weight));
    if (last.ending === 'not-a-good-fit' && last.profile) {
      // What they had in common last time did not carry; what was missing then may.
      const before = interest.namesOf(last.profile.interests);
      const terms = facts.sharedInterests.filter((term) => !before.has(term));
      if (terms.length > 0) reasons.push(reason('shares-what-was-missing', 'both', 'for', weight, { terms }));
    }
  }
  if (input.mentee.past.some((past) => past.supporterId === supporterId)) reasons.push(reason('matched-before', 'both', 'unknown', 0));
  const sides = input.mentee.turnedDown.filter((each) => each.supporterId === supporterId).map((each) => each.side);
  for (const side of [...new Set(sides)].sort()) reasons.push(reason('turned-down-before', side, 'against', weight));
  if (input.mentee.connections.some((each) => each.supporterId === supporterId)) reasons.push(reason('connection-agreed', 'both', 'unknown', 0));
  return reasons;
}
