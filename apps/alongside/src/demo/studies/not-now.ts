import { agreeGroundRules, arrangeMeeting, fillIn, findSuitable, identify, inform, logSessions, match, receive, type Journey, type Told } from '../scenario/journey.js';
import type { Story } from '../scenario/story.js';
import type { When } from '../scenario/timeline.js';
import { afternoons, byTelephone, harbourClinic, matching } from '../journeys/mentees.js';
import type { World } from '../world.js';

// Case study 1: not now. Housing, addiction and safety come first; when they are settled the assessment goes on where it stopped.

export const kit = {
  form: { name: 'Kit Salterby', 'known-as': 'Kit', telephone: '01632 960241' },
  beforeMeeting: { 'date-of-birth': '1991-02-23', reason: 'Sleeps on sofas, drinks to get through the night, and is not always safe where the sofas are.' },
  told: {
    answers: {
      'changes-wanted': 'A door of my own that locks, and mornings without shaking.',
      'how-a-supporter-would-help': 'Somebody who got out of it and does not preach.',
      'what-from-sessions': 'A reason to get up on Thursdays.',
      'where-at-the-end': 'Cooking in my own kitchen.',
      'other-support': 'The nurse at Harbour Clinic.',
    },
    form: { gender: 'woman', languages: 'English' },
    readiness: { person: 'thinking-about-it', coordinator: 'not-yet', words: { person: 'I want it, only not this month.', coordinator: 'A safe place first.' } },
    matching: matching({
      challenges: ['alcohol', 'housing'],
      interests: ['baking', 'hiking'],
      dislikes: ['busy places'],
      mattersMost: 'That nobody tells me off.',
      about: { gender: 'woman', ageBand: '30-39' },
      preferences: [{ about: 'lived-experience', value: 'addiction', strength: 'must' }],
      availability: afternoons,
      area: 'East',
    }),
  } satisfies Told,
} as const;

export const notNow = {
  refer: ({ sites, staff }: World, story: Story, when: When = [0, '10:00']): Promise<Journey> =>
    receive(story, staff.riverside, when, { siteId: sites.riverside, source: 'clinician', channel: 'email', form: kit.form, referrer: harbourClinic, safeContact: byTelephone }),
  identify: (journey: Journey): Promise<void> => identify(journey, [1, '11:00']),
  fillIn: (journey: Journey): Promise<unknown> => fillIn(journey, [1, '11:10'], kit.beforeMeeting),
  accept: (journey: Journey): Promise<unknown> => journey.does('referrals', 'accept-referral', [2, '09:00']),
  arrange: (journey: Journey): Promise<unknown> => arrangeMeeting(journey, [2, '09:30'], [7, '14:00']),
  /** What was told at the meeting, before it became clear that other things come first. */
  async meet(journey: Journey): Promise<void> {
    await journey.does('assessment', 'record-meeting', [7, '15:00'], { outcome: 'held', note: 'Warmed up over tea.' });
    await journey.does('assessment', 'record-answers', [7, '15:10'], { answers: kit.told.answers, form: kit.told.form, by: 'mentee' });
    await journey.does('assessment', 'record-readiness', [7, '15:20'], { ...kit.told.readiness, by: 'mentee' });
  },
  defer: ({ services }: World, journey: Journey): Promise<unknown> =>
    journey.does('assessment', 'defer', [7, '15:40'], {
      reason: 'safety-first',
      words: 'A safe place, then the drinking, then people.',
      supportFirst: 'A place at Lantern, treatment at Harbour, and somebody from social services for the flat.',
      serviceIds: [services.safety, services.drugsAndAlcohol, services.housing],
      reviewOn: journey.story.timeline.date(63),
      by: 'mentee',
    }),
  followUp: async ({ services }: World, journey: Journey): Promise<void> => {
    await journey.does('assessment', 'follow-up-signpost', [35, '10:00'], { serviceId: services.drugsAndAlcohol, outcome: 'helped', words: 'Five weeks without a drink.' });
  },
  async review(journey: Journey): Promise<void> {
    await journey.does('assessment', 'review-deferral', [63, '10:00'], { outcome: 'ready', words: 'Has a room with a key since March.', by: 'mentee' });
    await journey.does('assessment', 'reopen', [63, '10:10'], { by: 'mentee' });
  },
  /** Only what had not been told before. */
  async tellTheRest(journey: Journey): Promise<void> {
    await journey.does('assessment', 'record-readiness', [63, '10:20'], { person: 'ready', coordinator: 'ready', by: 'mentee' });
    await journey.does('assessment', 'record-matching-information', [63, '10:30'], { information: kit.told.matching, disclosure: disclosed, by: 'mentee' });
  },
  inform: (journey: Journey): Promise<void> => inform(journey, [63, '10:40']),
  findSuitable: (journey: Journey): Promise<unknown> => findSuitable(journey, [64, '09:00']),
  async match({ supporters: { rosa } }: World, journey: Journey): Promise<void> {
    await match(journey, { supporter: rosa, proposed: [65, '10:00'], answered: [66, '12:00'], introduced: [70, '10:00'], firstMeeting: [72, '14:00'] });
  },
  async support({ supporters: { rosa } }: World, journey: Journey): Promise<void> {
    await agreeGroundRules(journey, rosa, [72, '15:00']);
    await logSessions(journey, rosa, [{ when: [72, '15:10'], note: 'We walked along the river and said what we do not do.' }, { when: [86, '15:00'] }]);
  },
} as const;

const disclosed = { 'first-name': 'before-accepting', challenges: 'before-accepting', interests: 'before-accepting', availability: 'after-accepting', contact: 'after-accepting' } as const;

/** The whole study, without a word between. */
export async function playNotNow(world: World, story: Story): Promise<void> {
  const journey = await notNow.refer(world, story);
  await notNow.identify(journey);
  await notNow.fillIn(journey);
  await notNow.accept(journey);
  await notNow.arrange(journey);
  await notNow.meet(journey);
  await notNow.defer(world, journey);
  await notNow.followUp(world, journey);
  await notNow.review(journey);
  await notNow.tellTheRest(journey);
  await notNow.inform(journey);
  await notNow.findSuitable(journey);
  await notNow.match(world, journey);
  await notNow.support(world, journey);
}
