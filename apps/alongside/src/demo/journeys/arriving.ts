import type { Stage } from '../scenario/cast.js';
import { visitor } from '../scenario/cast.js';
import { getToKnow, receive } from '../scenario/journey.js';
import type { Story } from '../scenario/story.js';
import type { World } from '../world.js';
import { beforeMeeting, byTelephone, harbourClinic } from './mentees.js';

export type Begin = (name: string, daysAgo: number) => Story;

/** Sent by the public form a moment ago: nobody has looked at it yet. */
export async function justReceived(stage: Stage, { sites }: World, begin: Begin): Promise<void> {
  await begin('just-received', 0).step(visitor(stage, 'public'), `/api/public/sites/${sites.riverside}/referral-form`, undefined, {
    purpose: 'peer-support',
    source: 'self',
    form: { name: 'Maya Fenwick', 'known-as': 'Maya', email: 'maya.fenwick@example.org' },
    consent: { toBeReferred: true },
    safeContact: { voicemail: false, nameOurselves: true, writeToAddress: false, channels: ['email'] },
  });
}

/** Referred by the clinic three days ago; the first call was not answered, and who they are is not confirmed yet. */
export async function beingIdentified({ sites, staff }: World, begin: Begin): Promise<void> {
  const journey = await receive(
    begin('being-identified', 3),
    staff.riverside,
    [0, '11:20'],
    { siteId: sites.riverside, source: 'clinician', channel: 'email', form: { name: 'Callum Reyes-Hart', telephone: '01632 960211' }, safeContact: byTelephone },
    staff.referrer,
  );
  await journey.does('referrals', 'assign-coordinator', [0, '14:00'], { coordinatorId: staff.riverside.id });
  await journey.does('referrals', 'record-contact-attempt', [1, '10:30'], { channel: 'telephone', outcome: 'no-answer' });
  await journey.does('referrals', 'confirm-identity', [1, '10:45'], { method: 'clinic-details', confirmed: false });
}

/** Somebody who looks like a mentee whom Riverside supports already. */
export async function possibleDuplicate({ sites, staff }: World, begin: Begin): Promise<void> {
  const journey = await receive(begin('possible-duplicate', 4), staff.hillside, [0, '09:40'], {
    siteId: sites.hillside,
    source: 'word-of-mouth',
    channel: 'telephone',
    form: { name: 'John Tiller', telephone: '01632 960 231' },
  });
  await getToKnow(journey, [1, '11:00'], beforeMeeting('1971-11-02', 'A neighbour told him that we listen.'), 'document');
}

/** Moving house first: asked to be called again in some weeks. */
export async function notYet({ sites, staff, services }: World, begin: Begin): Promise<void> {
  const journey = await receive(begin('not-yet', 9), staff.riverside, [0, '15:10'], {
    siteId: sites.riverside,
    source: 'self',
    channel: 'telephone',
    form: { name: 'Hugo Listerby', telephone: '01632 960212' },
  });
  const { timeline } = journey.story;
  await journey.does('referrals', 'assign-coordinator', [0, '15:30'], { coordinatorId: staff.riverside.id, menteeTold: true });
  await journey.does('referrals', 'record-contact-attempt', [1, '09:30'], { channel: 'telephone', outcome: 'reached' });
  await journey.does('referrals', 'defer-referral', [1, '09:45'], { reason: 'asked-by-person', note: 'Moves house this month.', signposts: [{ serviceId: services.housing }], reviewOn: timeline.date(40), by: 'mentee' });
}

/** Looking for legal advice, which is not what peer supporters are there for. */
export async function notTakenForward({ sites, staff, services }: World, begin: Begin): Promise<void> {
  const journey = await receive(begin('not-taken-forward', 30), staff.hillside, [0, '10:00'], {
    siteId: sites.hillside,
    source: 'social-worker',
    channel: 'email',
    form: { name: 'Bea Suttering', email: 'bea.suttering@example.org' },
    referrer: { name: 'Lorna Quill', agency: 'Westside Family Services', contact: '01632 960301' },
  });
  await journey.does('referrals', 'assign-coordinator', [0, '10:15'], { coordinatorId: staff.hillside.id });
  await journey.does('referrals', 'record-contact-attempt', [1, '14:00'], { channel: 'email', outcome: 'reached' });
  await journey.does('referrals', 'not-take-forward', [2, '09:00'], { reason: 'other-service-fits-better', note: 'Wants help with a tenancy dispute.', signposts: [{ serviceId: services.legal }] });
  await journey.does('referrals', 'inform-referrer', [2, '09:30'], { channel: 'email', status: 'not-taken-forward' });
}

/** Wants to become a peer supporter. */
export async function directedToTraining({ sites, staff }: World, begin: Begin): Promise<void> {
  const journey = await receive(begin('directed-to-training', 12), staff.hillside, [0, '13:00'], {
    siteId: sites.hillside,
    source: 'self',
    channel: 'in-person',
    purpose: 'training',
    form: { name: 'Mina Holtby', email: 'mina.holtby@example.org' },
  });
  await journey.does('referrals', 'record-contact-attempt', [1, '10:00'], { channel: 'email', outcome: 'reached' });
  await journey.does('referrals', 'direct-to-training', [1, '10:15'], { by: 'mentee' });
}

/** Has moved across town: Riverside offers the journey to Hillside. */
export async function offeredToHillside({ sites, staff }: World, begin: Begin): Promise<void> {
  const journey = await receive(begin('offered-to-hillside', 6), staff.riverside, [0, '12:00'], {
    siteId: sites.riverside,
    source: 'gp',
    channel: 'letter',
    form: { name: 'Ruth Amberley-Jones', telephone: '01632 960213' },
    referrer: { ...harbourClinic, agency: 'Elm Street Surgery', contact: 'elm.street@example.org' },
  });
  await getToKnow(journey, [1, '11:00'], beforeMeeting('1959-03-14', 'Lost her husband last winter and sees nobody for days.'));
  await journey.does('referrals', 'transfer-referral', [2, '09:30'], { toSiteId: sites.hillside, note: 'Has moved to her daughter in the west of town.' });
}
