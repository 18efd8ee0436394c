import { arrangeMeeting, findSuitable, getToKnow, inform, meet, receive, tell, type Journey, type Told } from '../scenario/journey.js';
import type { World } from '../world.js';
import type { Begin } from './arriving.js';
import { afternoons, beforeMeeting, byTelephone, harbourClinic, mornings, toldBriefly } from './mentees.js';

/** Accepted; the first meeting is next week. */
export async function meetingArranged({ sites, staff }: World, begin: Begin): Promise<void> {
  const journey = await receive(begin('meeting-arranged', 5), staff.riverside, [0, '10:10'], {
    siteId: sites.riverside,
    source: 'gp',
    channel: 'email',
    form: { name: 'Priya Nankervis', 'known-as': 'Priya', telephone: '01632 960214' },
    referrer: { name: 'Femi Lockwood', agency: 'Elm Street Surgery', contact: 'elm.street@example.org' },
    safeContact: byTelephone,
  });
  await getToKnow(journey, [1, '15:00'], beforeMeeting('1993-04-21', 'A new diagnosis, and nobody to talk to about it.'));
  await journey.does('referrals', 'accept-referral', [2, '09:00']);
  await arrangeMeeting(journey, [2, '09:30'], [16, '14:00']);
}

/** Did not come to the first meeting: somebody calls again. */
export async function meetingMissed({ sites, staff }: World, begin: Begin): Promise<void> {
  const journey = await receive(begin('meeting-missed', 16), staff.hillside, [0, '09:00'], {
    siteId: sites.hillside,
    source: 'word-of-mouth',
    channel: 'telephone',
    form: { name: 'Declan Mossop', telephone: '01632 960215' },
  });
  await getToKnow(journey, [1, '10:00'], beforeMeeting('1987-12-30', 'Drinks less than he did and wants it to stay so.'));
  await journey.does('referrals', 'accept-referral', [2, '09:00']);
  await arrangeMeeting(journey, [2, '09:15'], [9, '11:00']);
  await journey.does('assessment', 'record-meeting', [9, '11:40'], { outcome: 'missed', nextStep: 'rearrange', toldUs: false });
}

/** Not now, and the review has fallen due. */
export async function deferralDue({ sites, staff, services }: World, begin: Begin): Promise<void> {
  const journey = await receive(begin('deferral-due', 70), staff.hillside, [0, '11:00'], {
    siteId: sites.hillside,
    source: 'clinician',
    channel: 'email',
    form: { name: 'Sofia Arlenby', email: 'sofia.arlenby@example.org' },
    referrer: harbourClinic,
  });
  await getToKnow(journey, [1, '12:00'], beforeMeeting('1999-08-08', 'Wants company on the way back to college.'), 'vouched-for-by-referrer', 'email');
  await journey.does('referrals', 'accept-referral', [2, '09:00']);
  await arrangeMeeting(journey, [2, '09:10'], [8, '10:00']);
  await journey.does('assessment', 'record-meeting', [8, '11:00'], { outcome: 'held', note: 'Came with her mother.' });
  await journey.does('assessment', 'defer', [8, '11:10'], {
    reason: 'treatment-first',
    words: 'The ward first, then people.',
    supportFirst: 'The treatment that begins next week.',
    serviceIds: [services.counselling],
    reviewOn: journey.story.timeline.date(66),
    by: 'mentee',
  });
}

/** Looking for counselling: pointed there, and asked later whether it helped. */
export async function signposted({ sites, staff, services }: World, begin: Begin): Promise<void> {
  const journey = await receive(begin('signposted', 45), staff.hillside, [0, '14:00'], { siteId: sites.hillside, source: 'self', channel: 'online-form', form: { name: 'Celia Dornan', email: 'celia.dornan@example.org' } });
  await getToKnow(journey, [1, '10:00'], beforeMeeting('1980-01-17', 'To talk about what happened when she was young.'), 'document', 'email');
  await journey.does('referrals', 'accept-referral', [2, '09:00']);
  await arrangeMeeting(journey, [2, '09:20'], [7, '16:00']);
  await journey.does('assessment', 'record-meeting', [7, '17:00'], { outcome: 'held' });
  await journey.does('assessment', 'signpost-elsewhere', [7, '17:10'], { reason: 'counselling', serviceIds: [services.counselling], words: 'Talking therapy is what she is looking for.' });
  await journey.does('assessment', 'follow-up-signpost', [28, '10:00'], { serviceId: services.counselling, outcome: 'under-way', words: 'First appointment was on Friday.' });
}

export interface Applicant {
  readonly name: string;
  readonly telephone: string;
  readonly born: string;
  readonly reason: string;
  readonly site: 'riverside' | 'hillside';
  readonly told: Told;
}

/** From the first word to the waiting list, within two weeks: what most journeys have in common. */
export async function untilSuitable({ sites, staff }: World, begin: Begin, key: string, daysAgo: number, applicant: Applicant): Promise<Journey> {
  const { site, name, telephone, born, reason, told } = applicant;
  const journey = await receive(begin(key, daysAgo), staff[site], [0, '09:30'], {
    siteId: sites[site],
    source: 'clinician',
    channel: 'email',
    form: { name, telephone },
    referrer: harbourClinic,
    safeContact: byTelephone,
  });
  await getToKnow(journey, [1, '10:00'], beforeMeeting(born, reason));
  await journey.does('referrals', 'accept-referral', [2, '09:00']);
  await arrangeMeeting(journey, [2, '09:15'], [7, '14:00']);
  await meet(journey, [7, '15:00'], told);
  await findSuitable(journey, [8, '10:00']);
  return journey;
}

/** Two who wait for a match, one at each site. */
export async function waiting(world: World, begin: Begin): Promise<void> {
  await untilSuitable(world, begin, 'waiting-riverside', 24, {
    name: 'Theo Calderby',
    telephone: '01632 960216',
    born: '1978-06-11',
    reason: 'A roof over his head again, and long days.',
    site: 'riverside',
    told: toldBriefly('To fill the days with something.', 'In a job, even a small one.', {
      challenges: ['homelessness'],
      interests: ['gardening', 'music'],
      dislikes: ['small-talk'],
      about: { gender: 'man', ageBand: '40-49' },
      availability: mornings,
      area: 'East',
    }),
  });
  await untilSuitable(world, begin, 'waiting-hillside', 17, {
    name: 'Amara Brightwell',
    telephone: '01632 960217',
    born: '1968-09-03',
    reason: 'Ill for years, and tired of explaining it.',
    site: 'hillside',
    told: toldBriefly('To be understood without explaining.', 'Out once a week, whatever the weather.', {
      challenges: ['long-term-illness', 'loneliness'],
      interests: ['cooking'],
      about: { gender: 'woman', ageBand: '50-59' },
      preferences: [{ about: 'gender', value: 'woman', strength: 'must' }],
      availability: afternoons,
      area: 'West',
      accessNeeds: ['step-free'],
    }),
  });
}

/** Everything told and signed, the decision not made yet. */
export async function outcomeAwaited({ sites, staff }: World, begin: Begin): Promise<void> {
  const journey = await receive(begin('outcome-awaited', 13), staff.riverside, [0, '16:00'], { siteId: sites.riverside, source: 'self', channel: 'in-person', form: { name: 'Greta Solway', telephone: '01632 960218' } });
  await getToKnow(journey, [1, '10:00'], beforeMeeting('2001-02-02', 'Anxious among people since the pandemic.'), 'document');
  await journey.does('referrals', 'accept-referral', [2, '09:00']);
  await arrangeMeeting(journey, [2, '09:10'], [9, '15:00']);
  await journey.does('assessment', 'record-meeting', [9, '16:00'], { outcome: 'held' });
  await tell(journey, [9, '16:10'], {
    ...toldBriefly('To take the bus again.', 'At a concert.', { challenges: ['anxiety'], interests: ['music'], about: { gender: 'woman' }, availability: afternoons, area: 'East' }),
    readiness: { person: 'getting-ready', coordinator: 'ready', words: { person: 'Some days yes.', coordinator: 'Careful, and sure of what she wants.' } },
  });
  await inform(journey, [9, '16:40']);
}
