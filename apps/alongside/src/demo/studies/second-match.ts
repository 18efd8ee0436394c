import { agreeGroundRules, arrangeMeeting, findSuitable, getToKnow, logSessions, match, meet, receive, setGoals, usualDisclosure, type Journey, type Told } from '../scenario/journey.js';
import type { Story } from '../scenario/story.js';
import { byTelephone, evenings, harbourClinic, matching } from '../journeys/mentees.js';
import type { World } from '../world.js';

// Case study 3: the second match. Obvious interests do not carry; a love of art, learnt of later, does.

const known = {
  challenges: ['mental-health', 'loneliness'],
  interests: ['soccer', 'trivia'],
  dislikes: ['loud places'],
  about: { gender: 'man', ageBand: '30-39' },
  preferences: [{ about: 'gender', value: 'man', strength: 'wish' }],
  availability: evenings,
  area: 'East',
};

export const daniel = {
  form: { name: 'Daniel Fromewell', 'known-as': 'Dan', telephone: '01632 960243' },
  beforeMeeting: { 'date-of-birth': '1988-10-05', reason: 'Off work for months, and the phone has stopped ringing.' },
  told: {
    answers: {
      'changes-wanted': 'To be among people without a mask on.',
      'how-a-supporter-would-help': 'By being further along.',
      'what-from-sessions': 'Something to talk about that is not me.',
      'where-at-the-end': 'Back at work, two days at least.',
      'other-support': 'My doctor.',
    },
    form: { gender: 'man', languages: 'English' },
    matching: matching(known),
  } satisfies Told,
  /** What the coordinator learnt when the first match had not worked. */
  learnt: matching({ ...known, interests: ['soccer', 'trivia', 'drawing', 'galleries'], preferences: [], mattersMost: 'He drew every day until he was twenty.' }),
} as const;

export const secondMatch = {
  refer: ({ sites, staff }: World, story: Story): Promise<Journey> =>
    receive(story, staff.riverside, [0, '09:00'], { siteId: sites.riverside, source: 'clinician', channel: 'email', form: daniel.form, referrer: harbourClinic, safeContact: byTelephone }),
  async untilSuitable(journey: Journey): Promise<void> {
    await getToKnow(journey, [1, '10:00'], daniel.beforeMeeting);
    await journey.does('referrals', 'accept-referral', [2, '09:00']);
    await arrangeMeeting(journey, [2, '09:30'], [7, '17:00']);
    await meet(journey, [7, '18:00'], daniel.told);
    await findSuitable(journey, [8, '09:00']);
  },
  baseline: (journey: Journey): Promise<unknown> =>
    journey.does('evaluation', 'record-response', [8, '10:00'], { occasion: 'baseline', channel: 'meeting', answers: { 'how-i-cope': 2, 'how-alone': 5 }, by: 'mentee' }),
  matchFirst: ({ supporters: { marek } }: World, journey: Journey): Promise<void> =>
    match(journey, { supporter: marek, proposed: [9, '10:00'], answered: [10, '12:00'], introduced: [11, '10:00'], firstMeeting: [14, '18:00'] }),
  /** Two sessions, and it does not work. */
  async doesNotWork({ supporters: { marek } }: World, journey: Journey): Promise<readonly string[]> {
    await agreeGroundRules(journey, marek, [14, '19:00']);
    const goalIds = await setGoals(journey, marek, [14, '19:10'], [{ title: 'Be among people once a week', plan: ['Go somewhere where nobody asks'] }, { title: 'Talk to the doctor about work' }]);
    await logSessions(journey, marek, [{ when: [14, '19:20'], note: 'Watched the match. He was polite.' }, { when: [21, '19:00'], note: 'The quiz was too loud for him.' }]);
    await journey.does('supervision', 'report-relationship-feedback', [21, '21:00'], { course: 'not-working', note: 'We have the same hobbies and nothing to say.' }, marek);
    return goalIds;
  },
  end: (journey: Journey): Promise<unknown> =>
    journey.does('supervision', 'end-relationship', [24, '10:00'], { ending: 'not-a-good-fit', wantsAnother: true, lessons: ['shared-interests-matter', 'different-gender'], note: 'Both said it kindly.', by: 'mentee' }),
  learn: (journey: Journey): Promise<unknown> =>
    journey.does('assessment', 'record-matching-information', [28, '11:00'], { information: daniel.learnt, disclosure: usualDisclosure, by: 'mentee' }),
  matchAgain: ({ supporters: { ingrid } }: World, journey: Journey): Promise<void> =>
    match(journey, { supporter: ingrid, proposed: [29, '10:00'], answered: [31, '12:00'], introduced: [32, '10:00'], firstMeeting: [35, '17:00'] }),
  async support({ supporters: { ingrid } }: World, journey: Journey, goalIds: readonly string[]): Promise<void> {
    await agreeGroundRules(journey, ingrid, [35, '18:00']);
    await logSessions(journey, ingrid, [
      { when: [35, '18:10'], note: 'He had brought a pencil.' },
      { when: [49, '17:00'] },
      { when: [63, '17:00'], coreFunctions: ['links-to-professional-and-community-resources'], note: 'To the painting group at the library.' },
      { when: [77, '17:00'], coreFunctions: ['help-with-daily-management', 'ongoing-support'] },
    ]);
    await journey.does('supervision', 'review-goal', [77, '18:10'], { goalId: goalIds[0], rating: 9, note: 'Every Saturday.', by: 'mentee' }, ingrid);
    await journey.does('supervision', 'review-goal', [77, '18:15'], { goalId: goalIds[1], rating: 6, by: 'mentee' }, ingrid);
  },
  endAsPlanned: (journey: Journey): Promise<unknown> =>
    journey.does('supervision', 'end-relationship', [79, '10:00'], { ending: 'planned', wantsAnother: false, goodbyes: { mentee: true, supporter: true }, note: 'An afternoon at the gallery.', by: 'mentee' }),
  /** From both sides: the supporter by themselves, the mentee by the link that they are sent. */
  async supporterLooksBack({ supporters: { ingrid } }: World, journey: Journey): Promise<void> {
    await journey.does('evaluation', 'record-response', [80, '18:00'], { occasion: 'end', audience: 'supporter', answers: { 'how-it-went': 5, 'what-was-learnt': 'To draw first and ask later.' } }, ingrid);
  },
  outcome: (journey: Journey, goalIds: readonly string[]): Promise<unknown> =>
    journey.does('evaluation', 'record-outcome', [79, '17:00'], { goals: [{ goalId: goalIds[0], outcome: 'achieved' }, { goalId: goalIds[1], outcome: 'partly' }], view: 'Goes to the painting group on his own.' }),
  menteeLooksBack: (journey: Journey): Promise<unknown> =>
    journey.does('evaluation', 'record-response', [84, '11:00'], { occasion: 'end', channel: 'telephone', answers: { 'how-i-cope': 4, 'how-alone': 2, 'did-it-help': 'Yes', 'how-was-the-supporter': 'She saw what I was looking at.' }, by: 'mentee' }),
} as const;

export async function playSecondMatch(world: World, story: Story): Promise<void> {
  const journey = await secondMatch.refer(world, story);
  await secondMatch.untilSuitable(journey);
  await secondMatch.baseline(journey);
  await secondMatch.matchFirst(world, journey);
  const goalIds = await secondMatch.doesNotWork(world, journey);
  await secondMatch.end(journey);
  await secondMatch.learn(journey);
  await secondMatch.matchAgain(world, journey);
  await secondMatch.support(world, journey, goalIds);
  await secondMatch.endAsPlanned(journey);
  await secondMatch.outcome(journey, goalIds);
  await secondMatch.supporterLooksBack(world, journey);
  await secondMatch.menteeLooksBack(journey);
}
