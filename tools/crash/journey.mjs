// One mentee's way from referral to closing, as a list of commands. Each is sent with a key of its own, so that one whose
// answer a crash took away can be sent again.
import { inventedName } from './random.mjs';

const now = () => new Date().toISOString();
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
const at = (context, name) => ({ id }) => `/api/${context}/${id}/${name}`;

const informationPack = ['confidentiality-information', 'confidentiality-agreement', 'emergency-contacts', 'about-the-organisation', 'complaints-policy', 'other-organisations'];

const disclosure = { 'first-name': 'before-accepting', challenges: 'before-accepting', interests: 'before-accepting', contact: 'after-accepting' };

const information = {
  challenges: ['mental-health'],
  interests: ['walking'],
  dislikes: [],
  about: {},
  preferences: [],
  availability: [{ day: 'monday', from: '10:00', to: '12:00' }],
  area: 'East',
  remote: true,
  languages: ['en'],
  accessNeeds: [],
};

const step = (name, path, body = () => ({}), more = {}) => ({ name, path, body, by: 'coordinator', ...more });

const steps = [
  step(
    'receive-referral',
    () => '/api/referrals/receive-referral',
    ({ person, world }) => ({
      siteId: world.siteId,
      purpose: 'peer-support',
      source: 'self',
      channel: 'telephone',
      form: { name: person.name, telephone: person.telephone },
      consent: { toBeReferred: true },
      safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'] },
    }),
    { then: (journey, answer) => Object.assign(journey, { id: answer.journeyId ?? answer.id }) },
  ),
  step('assign-coordinator', at('referrals', 'assign-coordinator'), ({ world }) => ({ coordinatorId: world.coordinator.id, menteeTold: true })),
  step('record-contact-attempt', at('referrals', 'record-contact-attempt'), () => ({ channel: 'telephone', outcome: 'reached', by: 'staff' })),
  step('confirm-identity', at('referrals', 'confirm-identity'), () => ({ method: 'document' })),
  step('amend-form', at('referrals', 'amend-form'), ({ person }) => ({ form: { 'date-of-birth': person.born, reason: person.reason }, by: 'mentee' })),
  step('accept-referral', at('referrals', 'accept-referral')),
  step('arrange-meeting', at('assessment', 'arrange-meeting'), ({ world }) => ({ meetingAt: now(), channel: 'in-person', withStaffId: world.coordinator.id, place: 'The quiet room' })),
  step('record-meeting', at('assessment', 'record-meeting'), () => ({ outcome: 'held' })),
  step('record-answers', at('assessment', 'record-answers'), ({ person }) => ({
    answers: {
      'changes-wanted': person.reason,
      'how-a-supporter-would-help': 'Somebody who knows it.',
      'what-from-sessions': 'Company.',
      'where-at-the-end': 'Out more.',
      'other-support': 'The clinic.',
    },
    form: { languages: 'English' },
    by: 'mentee',
  })),
  step('record-readiness', at('assessment', 'record-readiness'), () => ({ person: 'ready', coordinator: 'ready', by: 'mentee' })),
  step('record-matching-information', at('assessment', 'record-matching-information'), () => ({ information, disclosure, by: 'mentee' })),
  ...informationPack.map((item) => step('give-information', at('assessment', 'give-information'), () => ({ item, how: 'by-hand' }))),
  step('sign-confidentiality-agreement', at('assessment', 'sign-confidentiality-agreement'), () => ({ how: 'on-paper', returned: 'on-the-spot', by: 'mentee' })),
  step('find-suitable', at('assessment', 'find-suitable')),
  step('propose-match', at('matching', 'propose-match'), ({ supporter }) => ({ supporterId: supporter.id, answerBy: inDays(10).slice(0, 10) })),
  step('respond-to-match', at('matching', 'respond-to-match'), () => ({ side: 'supporter', answer: 'accepted' }), { by: 'supporter' }),
  step('respond-to-match', at('matching', 'respond-to-match'), () => ({ side: 'mentee', answer: 'accepted', by: 'mentee' })),
  step('introduce', at('matching', 'introduce'), ({ world }) => ({ contactPersonId: world.coordinator.id, firstMeetingAt: inDays(2), firstMeetingPlace: 'The library' })),
  step(
    'agree-ground-rules',
    at('supervision', 'agree-ground-rules'),
    () => ({ mutualConfidentiality: true, exceptions: ['Danger to life'], boundaries: 'Public places.', contact: 'Text messages.', by: 'mentee' }),
    { by: 'supporter' },
  ),
  step('set-goals', at('supervision', 'set-goals'), () => ({ goals: [{ title: 'Go out once a week' }], by: 'mentee' }), { by: 'supporter' }),
  step('log-session', at('supervision', 'log-session'), () => ({ minutes: 50, channel: 'in-person', kind: 'meeting', coreFunctions: ['social-and-emotional-support'] }), { by: 'supporter' }),
  step('end-relationship', at('supervision', 'end-relationship'), () => ({ ending: 'planned', wantsAnother: false, goodbyes: { mentee: true, supporter: true }, by: 'mentee' })),
  step('decline-evaluation', at('evaluation', 'decline-evaluation'), () => ({ occasion: 'end', audience: 'mentee', by: 'mentee' })),
];

/** What some ask for when all is over. */
const erasure = step('erase-person', at('referrals', 'erase-person'), () => ({ reason: 'asked-by-person', confirmation: 'erase' }), { by: 'administrator' });
const eraseEvery = 3;

/** A new person who wants support, with words that nobody else uses. */
export function newJourney(number, random, world, supporter) {
  const digits = String(random.whole(0, 999_999)).padStart(6, '0');
  return {
    number,
    world,
    supporter,
    id: undefined,
    step: 0,
    steps: number % eraseEvery === 0 ? [...steps, erasure] : steps,
    person: {
      name: inventedName(random),
      telephone: `07700 ${digits}`,
      born: `${random.whole(1940, 2005)}-${String(random.whole(1, 12)).padStart(2, '0')}-${String(random.whole(1, 28)).padStart(2, '0')}`,
      reason: `Wants to talk about ${inventedName(random)}.`,
    },
  };
}
