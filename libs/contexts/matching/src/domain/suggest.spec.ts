import { describe, expect, test } from '@jest/globals';
import type { MatchingInformation, MatchingWeights, Preference, Term } from '@alongside/contracts';
import fc from 'fast-check';
import type { SupporterProfile } from './profile.js';
import { brokenMusts, suggest } from './suggest.js';
import type { MenteeInput, SuggestionInput, SupporterInput } from './suggestion.js';

const weights: MatchingWeights = { livedExperience: 30, wishes: 20, availability: 20, area: 10, languages: 15, access: 10, interests: 15, dislikes: 5, lessons: 25 };
const terms: readonly Term[] = [
  { code: 'art', list: 'interest', label: 'Art', synonyms: ['painting'] },
  { code: 'pub-quiz', list: 'interest', label: 'Pub quizzes', synonyms: ['quiz'] },
  { code: 'addiction', list: 'challenge', label: 'Addiction', synonyms: ['alcohol'] },
  { code: 'crowds', list: 'dislike', label: 'Crowds', synonyms: ['busy places'] },
];
const at = '2026-03-02T10:00:00.000Z';

const nothingSaid: MatchingInformation = {
  challenges: [],
  interests: [],
  dislikes: [],
  about: {},
  preferences: [],
  availability: [],
  remote: false,
  languages: [],
  accessNeeds: [],
};
const noProfile: SupporterProfile = {
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
const mentee = (information: Partial<MatchingInformation> = {}, more: Partial<MenteeInput> = {}): MenteeInput => ({
  information: { ...nothingSaid, ...information },
  timeZone: 'Europe/London',
  past: [],
  turnedDown: [],
  connections: [],
  ...more,
});
const supporter = (supporterId: string, profile: Partial<SupporterProfile> = {}, more: Partial<SupporterInput> = {}): SupporterInput => ({
  supporterId,
  profile: { ...noProfile, ...profile },
  timeZone: 'Europe/London',
  barriers: [],
  ...more,
});
const input = (who: MenteeInput, ...supporters: readonly SupporterInput[]): SuggestionInput => ({ mentee: who, supporters, terms, weights, at });
const must = (about: Preference['about'], value: string, wanted = true): Preference => ({ about, value, strength: 'must', wanted });
const wishFor = (about: Preference['about'], value: string): Preference => ({ about, value, strength: 'wish' });

/** `code/side/verdict weight` of each reason for one supporter. */
const reasonsFor = (who: MenteeInput, one: SupporterInput): readonly string[] =>
  (suggest(input(who, one)).suggested[0]?.reasons ?? []).map((each) => `${each.code}/${each.side}/${each.verdict} ${each.weight}`);
const obstaclesFor = (who: MenteeInput, one: SupporterInput): readonly string[] =>
  (suggest(input(who, one)).notSuggested[0]?.reasons ?? []).map((each) => `${each.code}/${each.side}`);

describe('what counts', () => {
  test.each<[string, MenteeInput, SupporterInput, string]>([
    ['lived experience, as terms', mentee({ challenges: ['Alcohol'] }), supporter('a', { livedExperience: ['addiction'] }), 'lived-experience/mentee/for 30'],
    ['a part of what was lived through', mentee({ challenges: ['alcohol', 'grief'] }), supporter('a', { livedExperience: ['addiction'] }), 'lived-experience/mentee/for 15'],
    ['quite another experience', mentee({ challenges: ['alcohol'] }), supporter('a', { livedExperience: ['grief'] }), 'lived-experience/mentee/against 30'],
    ['a wish of the mentee', mentee({ preferences: [wishFor('gender', 'Woman')] }), supporter('a', { about: { gender: 'woman' } }), 'wish-gender/mentee/for 20'],
    ['a wish that is not met', mentee({ preferences: [wishFor('gender', 'woman')] }), supporter('a', { about: { gender: 'man' } }), 'wish-gender/mentee/against 20'],
    ['a wish of the supporter', mentee({ about: { ageBand: '30-39' } }), supporter('a', { preferences: [wishFor('age-band', '30-39')] }), 'wish-age-band/supporter/for 20'],
    ['a must that is met', mentee({ preferences: [must('lived-experience', 'alcohol')] }), supporter('a', { livedExperience: ['Addiction'] }), 'must-lived-experience/mentee/for 20'],
    ['a must of which nothing is known', mentee({ preferences: [must('faith', 'quaker')] }), supporter('a'), 'must-faith/mentee/unknown 0'],
    [
      'hours that both have free',
      mentee({ availability: [{ day: 'monday', from: '09:00', to: '12:00' }] }),
      supporter('a', { availability: [{ day: 'monday', from: '12:00', to: '13:00' }], timeZone: 'Europe/Berlin' }),
      'hours-in-common/both/for 10',
    ],
    [
      'no hour that both have free',
      mentee({ availability: [{ day: 'monday', from: '09:00', to: '12:00' }] }),
      supporter('a', { availability: [{ day: 'tuesday', from: '09:00', to: '12:00' }] }),
      'hours-in-common/both/against 20',
    ],
    ['the same area', mentee({ area: 'East End' }), supporter('a', { area: 'east end' }), 'same-area/both/for 10'],
    ['meeting remotely', mentee({ area: 'East', remote: true }), supporter('a', { area: 'West', remote: true }), 'remote/both/for 5'],
    ['no way to meet', mentee({ area: 'East', remote: true }), supporter('a', { area: 'West' }), 'no-way-to-meet/both/against 10'],
    ['a language in common', mentee({ languages: ['en-GB', 'pl'] }), supporter('a', { languages: ['en'] }), 'language-in-common/both/for 15'],
    ['no language in common', mentee({ languages: ['pl'] }), supporter('a', { languages: ['en'] }), 'language-in-common/both/against 15'],
    ['an access need that can be met', mentee({ accessNeeds: ['step-free'] }), supporter('a', { accessOffered: ['Step free'] }), 'access-need/mentee/for 10'],
    ['an access need that cannot be met', mentee({ accessNeeds: ['step-free'] }), supporter('a', { accessNotOffered: ['step-free'] }), 'access-need/mentee/against 10'],
    ['an access need of which both is said', mentee({ accessNeeds: ['step-free'] }), supporter('a', { accessOffered: ['step-free'], accessNotOffered: ['step-free'] }), 'access-need/mentee/against 10'],
    ['shared interests', mentee({ interests: ['painting', 'jazz'] }), supporter('a', { interests: ['Art', 'jazz'] }), 'shared-interests/both/for 15'],
    ['one shared interest', mentee({ interests: ['painting'] }), supporter('a', { interests: ['Art', 'chess'] }), 'shared-interests/both/for 7.5'],
    ['shared dislikes', mentee({ dislikes: ['busy places', 'noise'] }), supporter('a', { dislikes: ['crowds', 'noise'] }), 'shared-dislikes/both/for 5'],
    ['a love of what the mentee dislikes', mentee({ dislikes: ['quiz'] }), supporter('a', { interests: ['pub quizzes'] }), 'loves-what-the-other-dislikes/mentee/against 5'],
    ['a love of what the supporter dislikes', mentee({ interests: ['quiz'] }), supporter('a', { dislikes: ['Pub quiz'] }), 'loves-what-the-other-dislikes/supporter/against 5'],
    ['an earlier refusal', mentee({}, { turnedDown: [{ supporterId: 'a', side: 'mentee' }] }), supporter('a'), 'turned-down-before/mentee/against 25'],
    ['a connection that the mentee agrees to', mentee({}, { connections: [{ supporterId: 'a', kind: 'know-each-other', menteeAgrees: true }] }), supporter('a'), 'connection-agreed/both/unknown 0'],
    ['an earlier match that ended well', mentee({}, { past: [{ supporterId: 'a', ending: 'planned', lessons: [] }] }), supporter('a'), 'matched-before/both/unknown 0'],
  ])('%s', (_what, who, one, reason) => {
    expect(reasonsFor(who, one)).toContain(reason);
  });

  test('names the facts that a reason stands on', () => {
    const [suggestion] = suggest(input(mentee({ interests: ['painting'] }), supporter('a', { interests: ['Art'] }))).suggested;
    expect(suggestion?.reasons.find((each) => each.code === 'shared-interests')?.facts).toEqual({ terms: ['art'] });
  });

  test('adds up to the score, what speaks against taken away', () => {
    const [suggestion] = suggest(input(mentee({ challenges: ['alcohol'], languages: ['pl'] }), supporter('a', { livedExperience: ['alcohol'], languages: ['en'] }))).suggested;
    expect(suggestion?.score).toBe(30 - 15);
  });
});

describe('who is not suggested', () => {
  test.each<[string, MenteeInput, SupporterInput, string]>([
    ['breaks a must of the mentee', mentee({ preferences: [must('gender', 'woman')] }), supporter('a', { about: { gender: 'man' } }), 'must-gender/mentee'],
    ['is what the mentee must not have', mentee({ preferences: [must('gender', 'man', false)] }), supporter('a', { about: { gender: 'man' } }), 'must-gender/mentee'],
    ['would have their own must broken', mentee({ about: { gender: 'man' } }), supporter('a', { preferences: [must('gender', 'woman')] }), 'must-gender/supporter'],
    ['may not be matched', mentee(), supporter('a', {}, { barriers: [{ code: 'check-expired', of: 'background-check', since: '2026-01-01' }] }), 'check-expired/supporter'],
    ['was no good fit', mentee({}, { past: [{ supporterId: 'a', ending: 'not-a-good-fit', lessons: [] }] }), supporter('a'), 'pair-failed-before/both'],
    ['knows the mentee', mentee({}, { connections: [{ supporterId: 'a', kind: 'treating-team', menteeAgrees: false }] }), supporter('a'), 'connection-declared/both'],
  ])('a supporter who %s', (_what, who, one, obstacle) => {
    expect(obstaclesFor(who, one)).toEqual([obstacle]);
    expect(suggest(input(who, one)).suggested).toEqual([]);
  });

  test.each([true, false])('is nobody who told something else of themselves: that leaves it unknown (wanted: %s)', (wanted) => {
    const who = mentee({ preferences: [must('other', 'has a dog', wanted)] });
    const told = (value: string) => supporter('a', { about: { details: [{ about: 'other', value }] } });
    expect(obstaclesFor(who, told('plays chess'))).toEqual([]);
    expect(reasonsFor(who, told('plays chess'))).toContain('must-other/mentee/unknown 0');
    expect(reasonsFor(who, told('plays chess'))).toEqual(reasonsFor(who, supporter('a')));
    expect(obstaclesFor(who, told('Has a dog'))).toEqual(wanted ? [] : ['must-other/mentee']);
  });

  test('is told with every reason', () => {
    const one = supporter('a', { about: { gender: 'man' } }, { barriers: [{ code: 'paused' }, { code: 'at-capacity' }] });
    expect(obstaclesFor(mentee({ preferences: [must('gender', 'woman')] }), one)).toEqual(['paused/supporter', 'at-capacity/supporter', 'must-gender/mentee']);
  });

  test('and which musts it would break, for a coordinator to override', () => {
    const who = mentee({ preferences: [must('gender', 'woman'), must('faith', 'quaker')], about: { gender: 'man' } });
    const one = supporter('a', { about: { gender: 'man' }, preferences: [must('gender', 'woman')] });
    expect(brokenMusts(one, input(who, one))).toEqual(['mentee-gender', 'supporter-gender']);
  });
});

describe('what the last ending taught', () => {
  const last: SupporterProfile = { ...noProfile, about: { gender: 'woman' }, interests: ['pub-quiz'] };
  const after = (lessons: readonly string[], profile: SupporterProfile | undefined = last): Partial<MenteeInput> => ({
    past: [{ supporterId: 'before', ending: 'not-a-good-fit', lessons, ...(profile && { profile }) }],
  });

  test('the second match: shared art in a supporter of another gender comes first and says why, the pair that failed is out', () => {
    const who = mentee({ interests: ['quiz', 'art'], languages: ['en'], challenges: ['alcohol'] }, after(['different-gender', 'shared-interests-matter']));
    const common = { livedExperience: ['addiction'], languages: ['en'] };
    const { suggested, notSuggested } = suggest(
      input(
        who,
        supporter('before', { ...common, about: { gender: 'woman' }, interests: ['pub-quiz'] }),
        supporter('same', { ...common, about: { gender: 'woman' }, interests: ['pub-quiz'] }),
        supporter('other', { ...common, about: { gender: 'man' }, interests: ['Painting'] }),
      ),
    );
    expect(suggested.map((each) => each.supporterId)).toEqual(['other', 'same']);
    expect(suggested[0]?.reasons).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'lesson-different-gender', verdict: 'for', weight: 25, facts: { gender: 'man', last: 'woman' } }),
        expect.objectContaining({ code: 'lesson-shared-interests-matter', verdict: 'for', weight: 25 }),
        expect.objectContaining({ code: 'shares-what-was-missing', verdict: 'for', weight: 25, facts: { terms: ['art'] } }),
      ]),
    );
    expect(suggested[1]?.reasons).toContainEqual(expect.objectContaining({ code: 'lesson-different-gender', verdict: 'against' }));
    expect(notSuggested).toEqual([{ supporterId: 'before', reasons: [{ code: 'pair-failed-before', side: 'both', facts: { ending: 'not-a-good-fit' } }] }]);
  });

  test('the second match comes out the same where nobody wrote down a lesson', () => {
    const who = mentee({ interests: ['quiz', 'film', 'art'] }, after([]));
    const { suggested } = suggest(input(who, supporter('a', { interests: ['quiz', 'chess'] }), supporter('b', { interests: ['art'] })));
    expect(suggested.map((each) => each.supporterId)).toEqual(['b', 'a']);
  });

  test('a lesson about something unknown, or one that nobody taught us, counts for nothing', () => {
    const unread: Partial<MenteeInput> = { past: [{ supporterId: 'before', ending: 'other', lessons: ['different-gender', 'bring-a-dog'] }] };
    expect(reasonsFor(mentee({}, unread), supporter('a', { about: { gender: 'man' } }))).toEqual(
      expect.arrayContaining(['lesson-different-gender/mentee/unknown 0', 'lesson-bring-a-dog/mentee/unknown 0']),
    );
  });

  test.each<[string, Partial<MatchingInformation>, Partial<SupporterProfile>, 'for' | 'against' | 'unknown']>([
    ['same-gender', {}, { about: { gender: 'woman' } }, 'for'],
    ['shared-experience-matters', { challenges: ['alcohol'] }, { livedExperience: ['grief'] }, 'against'],
    ['meeting-in-person-matters', { area: 'East' }, { area: 'east' }, 'for'],
    ['meeting-in-person-matters', {}, { area: 'east' }, 'unknown'],
    ['meeting-remotely-matters', {}, { remote: true }, 'for'],
    ['more-time-matters', { availability: [{ day: 'monday', from: '09:00', to: '12:00' }] }, { availability: [{ day: 'monday', from: '09:00', to: '12:00' }] }, 'against'],
    ['different-age-band', {}, { about: { ageBand: '30-39' } }, 'unknown'],
  ])('%s with %j and %j speaks %s', (lesson, information, profile, verdict) => {
    const [suggestion] = suggest(input(mentee(information, after([lesson])), supporter('a', profile))).suggested;
    expect(suggestion?.reasons).toContainEqual(expect.objectContaining({ code: `lesson-${lesson}`, verdict }));
  });
});

describe('suggestions of whomever', () => {
  const word = fc.constantFrom('art', 'Painting', 'quiz', 'pub quizzes', 'alcohol', 'Addiction', 'noise', 'Crowds');
  const words = fc.uniqueArray(word, { maxLength: 4 });
  const preference: fc.Arbitrary<Preference> = fc.record({
    about: fc.constantFrom<Preference['about']>('gender', 'age-band', 'language', 'lived-experience', 'faith'),
    value: fc.constantFrom('woman', 'man', '30-39', 'en', 'alcohol', 'quaker'),
    strength: fc.constantFrom<Preference['strength']>('must', 'wish'),
    wanted: fc.boolean(),
  });
  const about = fc.record({ gender: fc.constantFrom('woman', 'man'), ageBand: fc.constantFrom('30-39', '50-59') }, { requiredKeys: [] });
  const languages = fc.uniqueArray(fc.constantFrom('en', 'pl', 'en-GB'), { maxLength: 2 });
  const availability = fc.array(fc.record({ day: fc.constantFrom('monday' as const, 'friday' as const), from: fc.constantFrom('08:00', '10:30'), to: fc.constantFrom('11:00', '12:00') }), { maxLength: 2 });
  const anyMentee = fc
    .record(
      { challenges: words, interests: words, dislikes: words, about, preferences: fc.array(preference, { maxLength: 3 }), availability, remote: fc.boolean(), languages, accessNeeds: words, area: fc.constantFrom('East', 'West') },
      { requiredKeys: [] },
    )
    .map((information) => mentee(information as Partial<MatchingInformation>));
  const anyProfile = fc.record(
    {
      livedExperience: words,
      interests: words,
      dislikes: words,
      about,
      preferences: fc.array(preference, { maxLength: 3 }),
      availability,
      remote: fc.boolean(),
      languages,
      accessOffered: words,
      accessNotOffered: words,
      area: fc.constantFrom('East', 'West'),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Partial<SupporterProfile>>;
  const anySupporters = fc.array(anyProfile, { maxLength: 8 }).map((profiles) => profiles.map((profile, index) => supporter(`supporter-${index}`, profile)));

  test('hold every supporter in exactly one list', () => {
    fc.assert(
      fc.property(anyMentee, anySupporters, (who, supporters) => {
        const { suggested, notSuggested } = suggest(input(who, ...supporters));
        const ids = [...suggested, ...notSuggested].map((each) => each.supporterId).sort();
        expect(ids).toEqual(supporters.map((each) => each.supporterId).sort());
        for (const each of notSuggested) expect(each.reasons.length).toBeGreaterThan(0);
      }),
    );
  });

  test('are the same in whatever order supporters, terms and words come', () => {
    fc.assert(
      fc.property(anyMentee, anySupporters, (who, supporters) => {
        const turned = {
          ...input({ ...who, information: { ...who.information, interests: [...who.information.interests].reverse() } }, ...[...supporters].reverse()),
          terms: [...terms].reverse(),
        };
        expect(suggest(turned)).toEqual(suggest(input(who, ...supporters)));
      }),
    );
  });

  test('never count an unknown as a no: a supporter of whom nothing is known is suggested, and nothing speaks against them', () => {
    fc.assert(
      fc.property(anyMentee, (who) => {
        const { suggested } = suggest(input(who, supporter('a', { remote: true })));
        expect(suggested).toHaveLength(1);
        expect(suggested[0]?.reasons.filter((each) => each.verdict === 'against')).toEqual([]);
        expect(suggested[0]?.reasons.filter((each) => each.verdict === 'unknown' && each.weight !== 0)).toEqual([]);
      }),
    );
  });

  test('never count as a no what a supporter stops telling', () => {
    const told = ['livedExperience', 'interests', 'dislikes', 'languages', 'availability', 'accessOffered', 'accessNotOffered', 'preferences'] as const;
    fc.assert(
      fc.property(anyMentee, anyProfile, fc.constantFrom(...told), (who, profile, field) => {
        const before = suggest(input(who, supporter('a', profile)));
        const after = suggest(input(who, supporter('a', { ...profile, [field]: [] })));
        const against = ({ suggested }: typeof before): readonly string[] =>
          suggested.flatMap((each) => each.reasons.filter((one) => one.verdict === 'against').map((one) => `${one.side} ${one.code} ${String(one.facts['need'] ?? '')}`));
        if (before.suggested.length === 0) return;
        expect(after.notSuggested).toEqual([]);
        for (const code of against(after)) expect(against(before)).toContain(code);
      }),
    );
  });
});
