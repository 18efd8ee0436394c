import { testUser } from '@alongside/testing/http';
import type { Journey } from '../demo/scenario/journey.js';
import type { Person } from '../demo/scenario/person.js';
import { secondMatch } from '../demo/studies/second-match.js';
import { about, staged, type Staged } from './staged.js';

// Case study 3: matched on obvious interests, which does not work; matched again on a love of art, with reasons; a planned ending
// with goals reviewed and an evaluation from both sides.

let stage: Staged;
let journey: Journey;
let coordinator: Person;
let goalIds: readonly string[];
const refused = (rule: string) => ({ status: 409, body: expect.objectContaining({ rule }) as unknown });
const read = async (path: string, by: Pick<Person, 'get'> = coordinator) => {
  await stage.app.settled();
  const { status, body } = await by.get(path);
  expect(status).toBe(200);
  return body;
};
const suggestions = () => read(`/api/matching/${journey.id}/suggestions`);

interface Suggested {
  readonly supporterId: string;
  readonly score: number;
  readonly reasons: readonly { readonly code: string; readonly side: string; readonly verdict: string; readonly weight: number; readonly facts: Readonly<Record<string, unknown>> }[];
}

beforeAll(async () => {
  stage = await staged('second-match');
  coordinator = stage.world.staff.riverside;
  journey = await secondMatch.refer(stage.world, stage.story);
  await secondMatch.untilSuitable(journey);
  await secondMatch.baseline(journey);
});
afterAll(() => stage.app.remove());

it('is first matched on obvious interests', async () => {
  const { marek } = stage.world.supporters;
  const { suggested, notSuggested } = await suggestions();
  expect(suggested[0]).toMatchObject({ rank: 1, supporterId: marek.id });
  expect((suggested[0] as Suggested).reasons).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'shared-interests', verdict: 'for', facts: { terms: ['football', 'pub-quiz'] } })]));
  const others = new Map((notSuggested as Suggested[]).map((each) => [each.supporterId, each.reasons.map(({ code }) => code)]));
  const { bridget, tomas, nell, olive } = stage.world.supporters;
  expect(others.get(tomas.id)).toContain('paused');
  expect(others.get(bridget.id)).toContain('check-expired');
  expect(others.get(nell.id)).toEqual(expect.arrayContaining(['not-trained', 'recovery-not-confirmed', 'agreement-not-signed']));
  expect(others.get(olive.id)).toContain('supervision-overdue');
  expect(await journey.tries('matching', 'propose-match', [9, '09:30'], { supporterId: tomas.id })).toMatchObject(refused('paused'));
  await secondMatch.matchFirst(stage.world, journey);
  expect(await read('/api/supervision/mine', marek)).toMatchObject({ items: [{ journeyId: journey.id }] });
});

it('ends when the supporter says that it does not work, and asks for another', async () => {
  const { marek } = stage.world.supporters;
  expect((await journey.tries('evaluation', 'invite', [12, '09:00'], { occasion: 'end', channel: 'email' })).body).toMatchObject({ rule: 'relationship-live' });
  goalIds = await secondMatch.doesNotWork(stage.world, journey);
  expect(about(await stage.items(coordinator, '/api/supervision/worklist'), journey)).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'relationship-in-difficulty' })]));
  expect(await journey.tries('supervision', 'end-relationship', [23, '10:00'], { ending: 'planned', wantsAnother: false })).toMatchObject(refused('goodbyes-missing'));
  await secondMatch.end(journey);
  await stage.app.settled();
  expect(about(await stage.items(coordinator, '/api/matching/waiting-list'), journey)).toMatchObject([{ matchedBefore: true, ready: true }]);
  expect((await journey.tries('supervision', 'log-session', [25, '10:00'], { minutes: 30, channel: 'telephone', kind: 'meeting', coreFunctions: ['ongoing-support'] }, marek)).status).not.toBe(200);
  expect((await journey.tries('evaluation', 'invite', [25, '10:10'], { occasion: 'end', channel: 'email' })).body).toMatchObject({ rule: 'another-match-wanted' });
  expect((await marek.get(`/api/supervision/${journey.id}`)).status).toBe(404);
});

it('explains why somebody of another gender who shares the love of art now ranks first', async () => {
  const { ingrid, marek } = stage.world.supporters;
  // Six weeks have passed since: who is to be matched has been supervised first.
  for (const { id } of [ingrid, marek]) await stage.story.step(stage.world.staff.supervisor, `/api/supervision/supporters/${id}/record-supervision`, [27, '10:00'], { minutes: 50 });
  const before = await suggestions();
  await secondMatch.learn(journey);
  const { suggested, notSuggested } = await suggestions();
  const first = suggested[0] as Suggested;
  expect(first.supporterId).toBe(ingrid.id);
  expect(first.score).toBeGreaterThan((before.suggested as Suggested[]).find((each) => each.supporterId === ingrid.id)?.score ?? 0);
  expect(first.reasons).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ code: 'shared-interests', verdict: 'for', facts: { terms: ['art'] } }),
      expect.objectContaining({ code: 'shares-what-was-missing', verdict: 'for', facts: { terms: ['art'] } }),
      expect.objectContaining({ code: 'lesson-different-gender', verdict: 'for', facts: { gender: 'woman', last: 'man' } }),
    ]),
  );
  expect((notSuggested as Suggested[]).find((each) => each.supporterId === marek.id)?.reasons.map(({ code }) => code)).toContain('pair-failed-before');
  expect(await journey.tries('matching', 'propose-match', [29, '09:00'], { supporterId: marek.id })).toMatchObject(refused('pair-failed-before'));
});

it('is matched again: both say yes first, goals carry over, ground rules begin anew', async () => {
  const { timeline } = stage.story;
  const { ingrid } = stage.world.supporters;
  const introducing = (time: string) => journey.tries('matching', 'introduce', [29, time], { contactPersonId: coordinator.id, firstMeetingAt: timeline.instant([35, '17:00']) });
  expect(await introducing('09:10')).toMatchObject(refused('no-open-proposal'));
  await journey.does('matching', 'propose-match', [29, '09:20'], { supporterId: ingrid.id });
  expect(await introducing('09:30')).toMatchObject({ status: 409, body: { rule: 'not-accepted-by-both', details: { missing: ['mentee', 'supporter'] } } });
  expect(await journey.tries('matching', 'respond-to-match', [29, '09:40'], { side: 'mentee', answer: 'accepted' }, ingrid)).toMatchObject(refused('not-your-side'));
  await journey.does('matching', 'withdraw-proposal', [29, '09:50']);
  await secondMatch.matchAgain(stage.world, journey);
  const support = await read(`/api/supervision/${journey.id}`);
  expect(JSON.stringify(support)).toContain(goalIds[0]);
  await secondMatch.support(stage.world, journey, goalIds);
  const { items } = await read(`/api/matching/${journey.id}/considered`);
  expect(items).toHaveLength(3);
  for (const each of items as { best: Suggested[]; computedAgain: Suggested[] }[]) {
    expect(each.computedAgain.map(({ supporterId, score }) => ({ supporterId, score }))).toEqual(each.best.map(({ supporterId, score }) => ({ supporterId, score })));
  }
});

it('runs to a planned ending, and is looked back on from both sides', async () => {
  const { ingrid } = stage.world.supporters;
  expect((await journey.tries('evaluation', 'close-journey', [78, '09:00'])).status).toBe(409);
  await secondMatch.endAsPlanned(journey);
  await secondMatch.outcome(journey, goalIds);
  await secondMatch.supporterLooksBack(stage.world, journey);
  expect(about(await stage.items(coordinator, `/api/evaluation/worklist?dueBy=${stage.story.timeline.date(90)}`), journey).length).toBeGreaterThan(0);
  const { link } = await journey.does('evaluation', 'invite', [81, '10:00'], { occasion: 'end', channel: 'text-message' });
  const path = new URL(link as string).pathname;
  expect((await stage.app.get(path)).body).toMatchObject({ questionnaire: { questions: expect.arrayContaining([expect.objectContaining({ name: 'did-it-help' })]) as unknown } });
  stage.moveTo(stage.story.timeline.instant([84, '11:00']));
  const answers = { 'how-i-cope': 4, 'how-alone': 2, 'did-it-help': 'Yes', 'how-was-the-supporter': 'She saw what I was looking at.' };
  expect((await stage.app.post(path, { answers: { ...answers, 'did-it-help': 'Perhaps' } })).status).toBe(422);
  expect((await stage.app.post(path, { answers })).status).toBe(200);
  expect((await stage.app.post(path, { answers })).status).toBeGreaterThanOrEqual(400);
  const evaluation = await read(`/api/evaluation/${journey.id}`);
  expect(evaluation).toMatchObject({ status: 'closed', outcome: 'completed' });
  expect(await read(`/api/referrals/${journey.id}`)).toMatchObject({ status: 'closed', outcome: 'completed', referrer: { status: 'ended' } });
  expect(JSON.stringify((await ingrid.get('/api/evaluation/mine')).body)).not.toContain('She saw what');
  const results = await read('/api/evaluation/results?occasion=end&audience=mentee');
  expect(results).toBeDefined();
});

it('reads as one history, and as it was on any day', async () => {
  const entries = await stage.timeline(journey.id);
  const types = entries.map(({ type }) => type);
  const told = ['MatchIntroduced', 'GoalsSet', 'RelationshipFeedbackReported', 'RelationshipEnded', 'MatchEnded', 'EvaluationInvited', 'JourneyClosed'];
  expect(told.toSorted((one, other) => types.indexOf(one) - types.indexOf(other))).toEqual(told);
  expect(types.filter((type) => type === 'MatchIntroduced')).toHaveLength(2);
  expect(types.filter((type) => type === 'JourneyClosed')).toHaveLength(1);
  const asOf = async (day: number) => (await stage.auditor.get(`/api/journeys/${journey.id}/state?asOf=${stage.story.timeline.instant([day, '23:00'])}`)).body.journey;
  expect(await asOf(15)).not.toEqual(await asOf(26));
  const opened = await stage.auditor.get(`/api/journeys/${journey.id}/access-records`);
  expect(JSON.stringify(opened.body)).toContain(coordinator.id);
  const overview = await stage.app.as(testUser('analyst', { organisationId: stage.world.organisation.id, id: stage.world.staff.analyst.id, sites: 'all' })).get('/api/overview');
  expect(overview.status).toBe(200);
  expect(JSON.stringify(overview.body)).not.toContain('Daniel');
});
