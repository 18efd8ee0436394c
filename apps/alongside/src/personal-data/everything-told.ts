import { fillIn, identify, meet, receive, usualDisclosure, type Journey } from '../demo/scenario/journey.js';
import type { Story } from '../demo/scenario/story.js';
import { toldBriefly } from '../demo/journeys/mentees.js';
import type { World } from '../demo/world.js';

/** Told in a single coded word, of how somebody is or what they wish: sealed like any other word of theirs. */
export const codedWords = ['waiting-for-information', 'thinking-about-it', 'getting-ready', 'know-each-other', 'mentee-cancelled', 'wish-of-mentee', 'more-time-matters'] as const;

// A journey on which everything is told that the demo leaves untold: each free text of every command once.

export const wren = {
  name: 'Wrenna Oldershaw',
  form: { name: 'Wrenna Oldershaw', 'known-as': 'Wrenn the second', telephone: '01632 960991', email: 'wrenna.oldershaw@example.org' },
  beforeMeeting: { 'date-of-birth': '1937-03-19', address: '7 Nettlefold Passage', postcode: 'QX97 7ZQ', clinic: 'Doctor Umbridge Fell', 'current-medication': 'Placebon forte twice', reason: 'Would like to be listened to.' },
} as const;

export async function tellEverything({ sites, staff, supporters, services }: World, story: Story): Promise<Journey> {
  const { riverside: coordinator, supervisor } = staff;
  const { ingrid, marek } = supporters;
  const journey = await receive(story, coordinator, [0, '09:00'], {
    siteId: sites.riverside,
    source: 'social-worker',
    channel: 'letter',
    form: wren.form,
    referrer: { name: 'Quentin Larkspur', agency: 'Larkspur and Daughters', contact: '12 Larkspur Rise' },
    safeContact: { voicemail: true, nameOurselves: true, writeToAddress: true, channels: ['telephone', 'email', 'letter'], note: 'Ring twice and hang up.' },
  });
  await identify(journey, [1, '10:00']);
  await fillIn(journey, [1, '10:05'], wren.beforeMeeting);
  await journey.does('referrals', 'record-contact-attempt', [1, '10:10'], { channel: 'letter', outcome: 'message-sent', note: 'Wrote by hand, large.' });
  await journey.does('referrals', 'defer-referral', [1, '10:20'], { reason: 'waiting-for-information', note: 'After the operation.', reviewOn: story.timeline.date(9) });
  await journey.does('referrals', 'review-referral-deferral', [2, '10:00'], { outcome: 'continue', note: 'The operation went well.' });
  await journey.does('referrals', 'transfer-referral', [2, '10:10'], { toSiteId: sites.hillside, note: 'Nearer to her son.' });
  await journey.does('referrals', 'return-transfer', [2, '10:20'], { note: 'The son has moved.' }, staff.hillside);
  await journey.does('referrals', 'accept-referral', [2, '11:00']);
  await journey.does('assessment', 'arrange-meeting', [2, '11:10'], { meetingAt: story.timeline.instant([7, '10:00']), channel: 'in-person', withStaffId: coordinator.id, place: 'Third bench by the weir' });
  await meet(journey, [7, '11:00'], {
    ...toldBriefly('To paint the weir once more.', 'Among friends of the weir.', {
      challenges: ['the shaking of my hands'],
      interests: ['glass harmonica'],
      dislikes: ['strip lighting everywhere'],
      mattersMost: 'Not to be hurried.',
      about: { gender: 'a woman of sorts', ageBand: 'well over eighty', details: [{ about: 'faith', value: 'Quaker since birth' }] },
      preferences: [{ about: 'other', value: 'somebody who whistles', strength: 'wish' }],
      area: 'Behind the old weir',
      accessNeeds: ['a chair with arms'],
    }),
    form: { gender: 'a woman of sorts', languages: 'English and some Breton', 'access-needs': 'A chair with arms, please.', 'emergency-contact': 'Niece Ottoline, upstairs' },
    readiness: { person: 'thinking-about-it', coordinator: 'getting-ready', words: { person: 'Now or never.', coordinator: 'As ready as anybody.' } },
  });
  await journey.does('assessment', 'find-suitable', [8, '09:00']);

  await journey.does('matching', 'declare-connection', [8, '10:00'], { supporterId: marek.id, kind: 'know-each-other', menteeAgrees: true, note: 'Sang in one choir.' });
  await journey.does('matching', 'propose-match', [8, '11:00'], { supporterId: marek.id, note: 'Both know the choir.' });
  await journey.does('matching', 'respond-to-match', [8, '12:00'], { side: 'supporter', answer: 'turned-down', reason: 'Too near for me.' }, marek);
  await journey.does('matching', 'propose-match', [9, '11:00'], { supporterId: ingrid.id, note: 'Both paint with the left hand.' });
  await journey.does('matching', 'withdraw-proposal', [9, '11:30'], { reason: 'Asked too early.' });
  await journey.does('matching', 'propose-match', [9, '12:00'], { supporterId: ingrid.id });
  await journey.does('matching', 'respond-to-match', [9, '13:00'], { side: 'supporter', answer: 'accepted' }, ingrid);
  await journey.does('matching', 'respond-to-match', [9, '13:00'], { side: 'mentee', answer: 'accepted' });
  await journey.does('matching', 'introduce', [10, '10:00'], { contactPersonId: coordinator.id, firstMeetingAt: story.timeline.instant([11, '10:00']), firstMeetingPlace: 'Under the tall clock' });

  const support = (command: string, day: number, body: object, by = ingrid as Journey['coordinator']) => journey.does('supervision', command, [day, '12:00'], body, by);
  await support('agree-ground-rules', 11, { mutualConfidentiality: true, exceptions: ['If the weir breaks'], boundaries: 'No borrowing of brushes.', contact: 'By postcard only.' });
  const { sessionId } = await support('log-session', 11, { minutes: 60, channel: 'in-person', kind: 'meeting', coreFunctions: ['ongoing-support'], note: 'Spoke of the late brother.' });
  await support('correct-session', 12, { sessionId, minutes: 50, note: 'Spoke of both brothers.', reason: 'Had mixed up the brothers.' });
  await support('record-missed-session', 12, { reason: 'mentee-cancelled', note: 'A cold in the chest.' });
  const { goalIds } = await support('set-goals', 12, { goals: [{ title: 'Paint the weir at dusk', plan: ['Buy cobalt blue', 'Borrow the easel'] }] });
  await support('review-goal', 12, { goalId: goalIds[0], rating: 4, note: 'Cobalt was dear.' });
  await support('record-link', 12, { kind: 'community-resource', linkedTo: 'The ladies of the lock', note: 'They have spare easels.' });
  await support('signpost', 12, { serviceId: services.artGroup, reason: 'Wants to be hung.' });
  await support('report-relationship-feedback', 12, { course: 'going-well', note: 'She teaches me.' });
  await support('check-in-with-mentee', 12, { reached: true, channel: 'telephone', course: 'going-well', note: 'Finds her too polite.' }, coordinator);
  const concern = await support('raise-concern', 12, { severity: 'low', safeguarding: true, text: 'The stairs are not lit.' });
  await support('escalate-concern', 13, { concernId: concern.concernId, severity: 'medium', reason: 'She fell on them.' }, coordinator);
  const query = await support('raise-query', 13, { text: 'May the dog come along?' });
  await support('answer-query', 13, { queryId: query.queryId, answer: 'If it is a small dog.' }, coordinator);
  const complaint = await support('make-complaint', 13, { text: 'Nobody rang me back on Monday.', by: 'mentee' }, coordinator);
  await support('resolve-complaint', 13, { complaintId: complaint.complaintId, outcome: 'upheld', note: 'We rang on Tuesday with flowers.' }, coordinator);
  const sharing = await support('authorise-sharing', 13, { recipient: 'Doctor Umbridge again', purpose: 'About the hands.', categories: ['goals'] }, coordinator);
  await support('disclose', 13, { authorisationId: sharing.authorisationId, categories: ['goals'], what: 'That she means to paint.' }, coordinator);
  const told = await support('disclose', 13, { exception: 'imminent-serious-foreseeable-harm', categories: ['contact-details'], recipient: 'The harbour police', what: 'Where she was last seen.', reason: 'Had said goodbye to the weir.' }, coordinator);
  await support('review-disclosure', 13, { disclosureId: told.disclosureId, note: 'Right, by the weir and all.' }, supervisor);
  await support('pause-relationship', 13, { reason: 'wish-of-mentee', note: 'A week in bed.', reviewOn: story.timeline.date(20) }, coordinator);
  await support('resume-relationship', 14, { note: 'Out of bed again.' }, coordinator);

  const supervision = (command: string, body: object, by = supervisor) => story.step(by, `/api/supervision/supporters/${ingrid.id}/${command}`, [14, '15:00'], body);
  await supervision('agree-supervision', { form: 'one-to-one', agreement: 'We begin with tea.' });
  await supervision('record-missed-supervision', { reason: 'illness', note: 'Her knee again.' });
  await supervision('record-wellbeing', { load: 2, strain: 2, reward: 5, note: 'I sleep like a stone.' }, ingrid);
  await supervision('debrief', { notes: 'About the stairs, mostly.' });
  await supervision('agree-training-need', { training: 'boundaries', note: 'Says yes too soon.' });

  const register = (command: string, body: object) => story.step(coordinator, `/api/supporters/${ingrid.id}/${command}`, [14, '16:00'], body);
  await register('update-supporter-profile', {
    knownAs: 'Inga of the harbour',
    telephone: '01632 960992',
    details: [{ about: 'parent', value: 'of two grown sailors' }],
    preferences: [{ about: 'other', value: 'likes the smell of turpentine', strength: 'wish' }],
    accessOffered: ['a car with a low door'],
    accessNotOffered: ['a flat up four flights'],
    dislikes: ['the noise of gulls'],
  });
  await register('record-check', { check: 'background-check', checkedOn: story.timeline.date(14), outcome: 'passed', reference: 'Paper 77 of the green folder' });
  await register('withdraw-recovery-confirmation', { reason: 'Asked for a quiet month.' });
  await register('confirm-recovery', { note: 'The quiet month did well.' });
  await register('pause-supporter', { reason: 'Visits the sailors.' });
  await register('resume-supporter', {});

  await journey.does('assessment', 'record-matching-information', [14, '17:00'], {
    information: { challenges: ['the shaking of both hands'], interests: [], dislikes: [], about: {}, preferences: [], availability: [], remote: false, languages: ['en'], accessNeeds: [] },
    disclosure: usualDisclosure,
  });
  await support('end-relationship', 15, { ending: 'not-a-good-fit', wantsAnother: true, lessons: ['more-time-matters'], note: 'The easels quarrelled.' }, coordinator);
  await journey.does('matching', 'return-to-assessment', [15, '13:00'], { reason: 'The hands have become worse.' });
  await journey.does('referrals', 'record-death', [15, '14:00'], { diedOn: '2019-10-09', note: 'Read in the paper of the weir.' });
  await journey.does('referrals', 'correct-death', [15, '15:00'], { note: 'It was her cousin of the same name.' });
  return journey;
}
