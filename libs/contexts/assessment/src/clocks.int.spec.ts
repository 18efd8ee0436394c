import { referrals, organisations } from '@alongside/contracts';
import { testIds } from '@alongside/testing';
import { startTestApp, tell, testUser, type TestApp } from '@alongside/testing/http';
import { assessmentContext } from './assessment.context.js';

const { siteId, personId, coordinatorId, journeyId } = testIds;
let app: TestApp;

beforeEach(async () => {
  app = await startTestApp({ contexts: [assessmentContext] });
  await tell(app, organisations.SiteChanged, { siteId, name: 'Riverside', status: 'open', timeZone: 'Europe/London', workingDays: ['monday'], holidays: [] }, { key: siteId });
  await tell(app, organisations.InformationPackPublished, { items: [{ item: 'confidentiality-agreement', version: 2, title: 'Agreement' }] });
  await tell(app, referrals.ReferralAccepted, { journeyId, personId, siteId, beganAt: '2026-02-23T09:00:00.000Z', coordinatorId, formVersion: 1, earlierJourneyIds: [], knownAs: 'Sky' });
});
afterEach(() => app.remove());

/** As if what comes next came to another machine, whose clock is that much behind. */
function isBehind(milliseconds: number): void {
  const at = app.clock.now().getTime() - milliseconds;
  Object.assign(app.clock, { now: () => new Date(at) });
}
const run = async (name: string, body: object): Promise<number> => (await app.as(testUser('coordinator')).post(`/api/assessment/${journeyId}/${name}`, body)).status;

it('refuses no meeting for a clock that is behind the one that opened the assessment', async () => {
  isBehind(50);
  expect(await run('record-meeting', { outcome: 'held' })).toBe(200);
});

it('refuses no withdrawal for a clock that is behind the one by which was signed', async () => {
  expect(await run('sign-confidentiality-agreement', { how: 'on-paper', returned: 'by-hand' })).toBe(200);
  isBehind(50);
  expect(await run('withdraw-agreement', {})).toBe(200);
});

it('refuses no review for a clock that is behind the one by which was deferred, nor the way back', async () => {
  expect(await run('defer', { reason: 'housing-first' })).toBe(200);
  isBehind(50);
  expect(await run('review-deferral', { outcome: 'no-answer' })).toBe(200);
  expect(await run('reopen', {})).toBe(200);
});
