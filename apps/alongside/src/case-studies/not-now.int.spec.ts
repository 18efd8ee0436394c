import { kit, notNow } from '../demo/studies/not-now.js';
import type { Journey } from '../demo/scenario/journey.js';
import type { Person } from '../demo/scenario/person.js';
import { about, staged, type Staged } from './staged.js';

// Case study 1: assessed, deferred with signposts and a review date, reopened where it stopped, matched. Each step comes in its
// turn, and nothing that was told is asked again.

let stage: Staged;
let journey: Journey;
let coordinator: Person;
const refused = (rule: string) => ({ status: 409, body: expect.objectContaining({ rule }) as unknown });
const assessment = async () => {
  await stage.app.settled();
  return (await coordinator.get(`/api/assessment/${journey.id}`)).body;
};

beforeAll(async () => {
  stage = await staged('not-now');
  coordinator = stage.world.staff.riverside;
  journey = await notNow.refer(stage.world, stage.story, [0, '11:00']);
});
afterAll(() => stage.app.remove());

it('is accepted when it is known who they are and what they want', async () => {
  const accepting = () => journey.tries('referrals', 'accept-referral', [1, '09:00']);
  expect((await coordinator.get(`/api/assessment/${journey.id}`)).status).toBe(404);
  expect(await journey.tries('assessment', 'arrange-meeting', [0, '11:05'], { meetingAt: stage.story.timeline.instant([7, '14:00']), channel: 'in-person', withStaffId: coordinator.id })).toMatchObject(refused('assessment-not-open'));
  expect(about(await stage.items(coordinator, `/api/referrals/worklist?dueBy=${stage.story.timeline.date(3)}`), journey)).toMatchObject([{ kind: 'coordinator-missing' }, { kind: 'first-contact-due' }]);
  expect(await accepting()).toMatchObject(refused('identity-not-confirmed'));
  await notNow.identify(journey);
  expect(await accepting()).toMatchObject({ status: 409, body: { rule: 'form-incomplete', details: { missing: ['date-of-birth', 'reason'] } } });
  await notNow.fillIn(journey);
  await notNow.accept(journey);
  expect(about(await stage.items(coordinator, '/api/assessment/worklist'), journey)).toMatchObject([{ kind: 'meeting-to-arrange' }]);
});

it('is deferred, with what comes first and a date by which somebody asks again', async () => {
  expect(await journey.tries('assessment', 'review-deferral', [2, '09:20'], { outcome: 'ready' })).toMatchObject(refused('not-deferred'));
  await notNow.arrange(journey);
  expect(await journey.tries('assessment', 'find-suitable', [2, '10:00'])).toMatchObject(refused('meeting-not-held'));
  await notNow.meet(journey);
  expect(await journey.tries('assessment', 'find-suitable', [7, '15:30'])).toMatchObject(refused('matching-information-missing'));
  const { timeline } = stage.story;
  expect(await journey.tries('assessment', 'defer', [7, '15:35'], { reason: 'safety-first', reviewOn: timeline.date(7) })).toMatchObject(refused('review-date-not-in-the-future'));
  expect(await journey.tries('assessment', 'defer', [7, '15:35'], { reason: 'safety-first', serviceIds: [journey.id] })).toMatchObject({ status: 422, body: { errors: [{ path: 'serviceIds.0', code: 'unknown' }] } });
  await notNow.defer(stage.world, journey);
  expect(await assessment()).toMatchObject({ status: 'deferred', reviewOn: timeline.date(63), signposts: [expect.anything(), expect.anything(), expect.anything()] });
  expect(await journey.tries('assessment', 'find-suitable', [8, '09:00'])).toMatchObject(refused('assessment-not-open'));
  await notNow.followUp(stage.world, journey);
  expect(await journey.tries('assessment', 'follow-up-signpost', [35, '11:00'], { serviceId: stage.world.services.legal, outcome: 'helped' })).toMatchObject(refused('not-signposted-there'));
});

it('shows on the worklist when the review falls due, and not before', async () => {
  const { timeline } = stage.story;
  const due = async (query = '') => about(await stage.items(coordinator, `/api/assessment/worklist${query}`), journey);
  stage.moveTo(timeline.instant([62, '12:00']));
  expect(await due()).toEqual([]);
  expect(await due(`?dueBy=${timeline.date(63)}`)).toMatchObject([{ kind: 'deferral-review', dueOn: timeline.date(63), overdue: false }]);
  stage.moveTo(timeline.instant([63, '09:30']));
  expect(await due()).toMatchObject([{ kind: 'deferral-review', dueOn: timeline.date(63) }]);
});

it('goes on where it stopped: what was told is there, only the rest is asked', async () => {
  await notNow.review(journey);
  const reopened = await assessment();
  expect(reopened).toMatchObject({ status: 'open', meeting: { status: 'held' }, answers: kit.told.answers, form: kit.told.form, unanswered: { questions: [] }, offeredAgain: [] });
  expect(reopened.missingForSuitable.map((each: { rule: string }) => each.rule)).toEqual(['matching-information-missing', 'agreement-not-signed', 'information-not-given']);
  await notNow.tellTheRest(journey);
  expect(await journey.tries('assessment', 'find-suitable', [63, '10:35'])).toMatchObject(refused('agreement-not-signed'));
  await notNow.inform(journey);
  expect(await journey.tries('matching', 'propose-match', [63, '11:00'], { supporterId: stage.world.supporters.rosa.id })).not.toMatchObject({ status: 200 });
  await notNow.findSuitable(journey);
  expect(about(await stage.items(coordinator, '/api/matching/waiting-list'), journey)).toMatchObject([{ ready: true, proposal: 'none' }]);
});

it('leads to a match with somebody who has been supervised in time', async () => {
  const { rosa } = stage.world.supporters;
  const { supervisor } = stage.world.staff;
  const proposing = () => journey.tries('matching', 'propose-match', [64, '10:00'], { supporterId: rosa.id });
  expect(await proposing()).toMatchObject(refused('supervision-overdue'));
  expect(await stage.items(supervisor, '/api/supervision/worklist')).toEqual(expect.arrayContaining([expect.objectContaining({ supporterId: rosa.id, kind: 'supervision-due', overdue: true })]));
  await stage.story.step(supervisor, `/api/supervision/supporters/${rosa.id}/record-supervision`, [64, '12:00'], { minutes: 45 });
  await stage.app.settled();
  const introducing = () => journey.tries('matching', 'introduce', [64, '13:00'], { contactPersonId: coordinator.id, firstMeetingAt: stage.story.timeline.instant([66, '14:00']) });
  expect(await introducing()).toMatchObject(refused('no-open-proposal'));
  expect((await journey.tries('supervision', 'log-session', [64, '13:10'], { minutes: 60, channel: 'in-person', kind: 'meeting', coreFunctions: ['ongoing-support'] }, rosa)).status).toBe(404);
  await notNow.match(stage.world, journey);
  await notNow.support(stage.world, journey);
  expect(await stage.items(rosa, '/api/supervision/mine')).toMatchObject([{ journeyId: journey.id }]);
  expect(about(await stage.items(coordinator, '/api/assessment/worklist'), journey)).toEqual([]);
});

it('reads as one history, in order', async () => {
  const entries = await stage.timeline(journey.id);
  const told = ['ReferralReceived', 'IdentityConfirmed', 'ReferralFormAmended', 'ReferralAccepted', 'AssessmentOpened', 'InitialMeetingArranged', 'InitialMeetingHeld', 'SupportDeferred', 'SignpostFollowedUp', 'DeferralReviewed', 'AssessmentReopened', 'FoundSuitable', 'WaitingStarted', 'MatchProposed', 'MatchIntroduced', 'RelationshipOpened', 'GroundRulesAgreed', 'SessionLogged'];
  const types = entries.map(({ type }) => type);
  expect(told.map((type) => types.indexOf(type)).filter((at) => at < 0)).toEqual([]);
  expect(told.toSorted((one, other) => types.indexOf(one) - types.indexOf(other))).toEqual(told);
  expect(entries.map(({ position }) => position).toSorted()).toEqual(entries.map(({ position }) => position));
  expect(entries.every(({ actor, occurredAt, recordedAt }) => actor.id !== '' && occurredAt <= recordedAt)).toBe(true);
  expect(new Set(entries.map(({ context }) => context))).toEqual(new Set(['referrals', 'assessment', 'matching', 'supervision', 'evaluation']));
});
