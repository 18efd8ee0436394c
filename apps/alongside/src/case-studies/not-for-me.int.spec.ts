import { testUser } from '@alongside/testing/http';
import type { Journey } from '../demo/scenario/journey.js';
import type { Person } from '../demo/scenario/person.js';
import { elin, notForMe } from '../demo/studies/not-for-me.js';
import { about, staged, type Staged } from './staged.js';

// Case study 2: declines, is pointed to local groups and told how to come back. A second referral, a year later, is of the same person.

let stage: Staged;
let first: Journey;
let second: Journey;
let coordinator: Person;
const refused = (rule: string) => ({ status: 409, body: expect.objectContaining({ rule }) as unknown });
const read = async (path: string) => {
  await stage.app.settled();
  const { status, body } = await coordinator.get(path);
  expect(status).toBe(200);
  return body;
};

beforeAll(async () => {
  stage = await staged('not-for-me');
  coordinator = stage.world.staff.hillside;
  first = await notForMe.refer(stage.world, stage.story);
});
afterAll(() => stage.app.remove());

it('declines, whenever they like, once there is something to decline', async () => {
  const declining = () => first.tries('assessment', 'record-declined', [0, '11:30'], { toldHowToComeBack: true, serviceIds: [stage.world.services.supportGroup] });
  await stage.app.settled();
  expect(await declining()).toMatchObject(refused('assessment-not-open'));
  await notForMe.getToKnow(first);
  await notForMe.hear(first);
  await notForMe.decline(stage.world, first);
  expect(await read(`/api/assessment/${first.id}`)).toMatchObject({ status: 'declined', signposts: [stage.world.services.supportGroup, stage.world.services.walking] });
});

it('closes the journey at once, and leaves nothing on a worklist', async () => {
  expect(await read(`/api/referrals/${first.id}`)).toMatchObject({ status: 'closed', outcome: 'declined' });
  expect(await read(`/api/evaluation/${first.id}`)).toMatchObject({ status: 'closed', outcome: 'declined' });
  for (const context of ['referrals', 'assessment', 'matching', 'supervision', 'evaluation']) {
    expect(about(await stage.items(coordinator, `/api/${context}/worklist?dueBy=2030-01-01`), first)).toEqual([]);
  }
  expect(await first.tries('assessment', 'reopen', [9, '09:00'])).not.toMatchObject({ status: 200 });
  expect(await first.tries('referrals', 'accept-referral', [9, '09:00'])).not.toMatchObject({ status: 200 });
});

it('comes back a year later and is known again', async () => {
  second = await notForMe.referAgain(stage.world, stage.story);
  expect(second.id).not.toBe(first.id);
  expect(second.personId).not.toBe(first.personId);
  await notForMe.getToKnowAgain(second);
  await stage.app.settled();
  expect(await second.tries('referrals', 'accept-referral', [371, '14:15'])).toMatchObject(refused('undecided-duplicate'));
  expect(about(await stage.items(coordinator, '/api/referrals/worklist'), second)).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'undecided-duplicate' })]));
  const duplicates = await read(`/api/referrals/${second.id}/duplicates`);
  expect(duplicates.items).toMatchObject([{ personId: first.personId, status: 'undecided', journeys: [{ journeyId: first.id, name: elin.form.name }] }]);
  expect(duplicates.items[0].likenesses).toEqual(expect.arrayContaining(['same-name', 'same-telephone', 'same-date-of-birth']));
  expect(await second.tries('referrals', 'merge-into-journey', [371, '14:18'], { intoJourneyId: first.id })).toMatchObject(refused('not-the-same-person'));
  await notForMe.link(stage.world, second, first);
  expect(await second.tries('referrals', 'merge-into-journey', [371, '14:30'], { intoJourneyId: first.id })).toMatchObject(refused('journey-not-open'));
  expect(await read(`/api/referrals/${second.id}`)).toMatchObject({ personId: first.personId, otherJourneyIds: [first.id], undecidedDuplicates: 0 });
});

it('is not asked again what was told the first time', async () => {
  await notForMe.acceptAgain(second);
  const offered = await read(`/api/assessment/${second.id}`);
  expect(offered).toMatchObject({ status: 'open', answers: {}, offeredAgain: [{ fromJourneyId: first.id, answers: elin.answers, form: { languages: 'English' } }] });
  await notForMe.carryOver(second);
  const carried = await read(`/api/assessment/${second.id}`);
  expect(carried).toMatchObject({ answers: elin.answers, form: { languages: 'English' }, offeredAgain: [] });
  expect(carried.unanswered.questions).toEqual(['how-a-supporter-would-help', 'what-from-sessions', 'where-at-the-end']);
  const entries = async () => (await stage.timeline(second.id)).length;
  const before = await entries();
  expect(await second.tries('assessment', 'carry-over-answers', [373, '09:20'])).toMatchObject({ status: 200 });
  expect(await entries()).toBe(before);
});

it('has two journeys of one person in the history, each in order', async () => {
  const types = async ({ id }: Journey) => (await stage.timeline(id)).map(({ type }) => type);
  const before = await types(first);
  expect(before).toEqual(expect.arrayContaining(['ReferralReceived', 'ReferralAccepted', 'AssessmentOpened', 'InitialMeetingHeld', 'SupportDeclinedByPerson', 'JourneyClosed']));
  expect(before.indexOf('SupportDeclinedByPerson')).toBeLessThan(before.indexOf('JourneyClosed'));
  expect(await types(second)).toEqual(expect.arrayContaining(['ReferralReceived', 'PossibleDuplicateFound', 'ReferralLinkedToPerson', 'ReferralAccepted', 'AssessmentOpened', 'AnswersCarriedOver']));
  const analyst = stage.app.as(testUser('analyst', { organisationId: stage.world.organisation.id, sites: 'all' }));
  expect((await analyst.get(`/api/journeys/${first.id}/timeline`)).status).toBe(403);
});
