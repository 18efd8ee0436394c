import { arrangeMeeting, getToKnow, receive, type Journey } from '../scenario/journey.js';
import { StepRefused, until, type Story } from '../scenario/story.js';
import type { Answered } from '../scenario/transport.js';
import type { World } from '../world.js';

// Case study 2: not for me. Newly diagnosed, with plenty of support around, and free to come back: a year later it is the same person.

export const elin = {
  form: { name: 'Elin Marsdale', 'known-as': 'Elin', telephone: '01632 960242', email: 'elin.marsdale@example.org' },
  beforeMeeting: { 'date-of-birth': '1986-06-29', reason: 'Diagnosed in the spring. The nurse said that it may help to talk.' },
  answers: { 'other-support': 'My partner, my sister, and the choir, who all know.', 'changes-wanted': 'To stop reading about it at night.' },
  again: {
    form: { name: 'Elin Marsdale', telephone: '01632 960242' },
    beforeMeeting: { 'date-of-birth': '1986-06-29', reason: 'A year on, and the choir has stopped asking.' },
  },
} as const;

export const notForMe = {
  refer: ({ sites, staff }: World, story: Story): Promise<Journey> =>
    receive(story, staff.hillside, [0, '09:30'], {
      siteId: sites.hillside,
      source: 'clinician',
      channel: 'telephone',
      form: elin.form,
      referrer: { name: 'Bronwen Ashe', agency: 'Harbour Clinic', contact: '01632 960302' },
      safeContact: { voicemail: true, nameOurselves: true, writeToAddress: true, channels: ['telephone', 'email'] },
    }),
  getToKnow: (journey: Journey): Promise<void> => getToKnow(journey, [1, '10:00'], elin.beforeMeeting),
  async hear(journey: Journey): Promise<void> {
    await journey.does('referrals', 'accept-referral', [2, '09:00']);
    await arrangeMeeting(journey, [2, '09:10'], [8, '10:00']);
    await journey.does('assessment', 'record-meeting', [8, '11:00'], { outcome: 'held' });
    await journey.does('assessment', 'record-answers', [8, '11:10'], { answers: elin.answers, form: { languages: 'English' }, by: 'mentee' });
    for (const item of ['about-the-organisation', 'other-organisations']) await journey.does('assessment', 'give-information', [8, '11:20'], { item, how: 'by-hand' });
  },
  decline: ({ services }: World, journey: Journey): Promise<unknown> =>
    journey.does('assessment', 'record-declined', [8, '11:30'], { toldHowToComeBack: true, serviceIds: [services.supportGroup, services.walking], words: 'Has all the company that she needs.', by: 'mentee' }),
  /** A year later. */
  referAgain: ({ sites, staff }: World, story: Story): Promise<Journey> =>
    receive(story, staff.hillside, [371, '14:00'], { siteId: sites.hillside, source: 'self', channel: 'telephone', form: elin.again.form }),
  async link({ staff }: World, journey: Journey, to: Journey): Promise<void> {
    await duplicateSeen(staff.hillside, journey, to);
    await journey.does('referrals', 'link-to-person', [371, '14:20'], { personId: to.personId });
  },
  getToKnowAgain: (journey: Journey): Promise<void> => getToKnow(journey, [371, '14:10'], elin.again.beforeMeeting, 'known-to-partner-clinic'),
  acceptAgain: (journey: Journey): Promise<unknown> => journey.does('referrals', 'accept-referral', [373, '09:00']),
  carryOver: (journey: Journey): Promise<unknown> => journey.does('assessment', 'carry-over-answers', [373, '09:10']),
} as const;

/**
 * Waits until the referral's likeness to somebody known shows on the worklist, or has been decided when the story is told again.
 * Lists both: nobody's record is opened for it.
 */
async function duplicateSeen(coordinator: Journey['coordinator'], { id }: Journey, to: Journey): Promise<void> {
  const has = async (path: string, isIt: (item: Readonly<Record<string, unknown>>) => boolean): Promise<Answered> => {
    const { status, body } = await coordinator.get(path);
    return { status, body: ((body?.items ?? []) as readonly Readonly<Record<string, unknown>>[]).some(isIt) };
  };
  const path = '/api/referrals/worklist';
  const isDecided = await has('/api/referrals?limit=100', (item) => item['id'] === id && item['personId'] === to.personId);
  if (isDecided.body === true) return;
  const seen = await until(() => has(path, (item) => item['kind'] === 'undecided-duplicate' && item['journeyId'] === id), ({ body }) => body === true);
  if (seen.body !== true) throw new StepRefused(path, seen);
}

export async function playNotForMe(world: World, story: Story): Promise<void> {
  const first = await notForMe.refer(world, story);
  await notForMe.getToKnow(first);
  await notForMe.hear(first);
  await notForMe.decline(world, first);
  const second = await notForMe.referAgain(world, story);
  await notForMe.getToKnowAgain(second);
  await notForMe.link(world, second, first);
  await notForMe.acceptAgain(second);
  await notForMe.carryOver(second);
}
