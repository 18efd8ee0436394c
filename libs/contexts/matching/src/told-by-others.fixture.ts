import { assessment, organisations, type MatchingInformation } from '@alongside/contracts';
import { testIds } from '@alongside/testing';
import { startTestApp, tell, testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { matchingContext } from './matching.context.js';

// For tests over HTTP: what other contexts would tell, told by hand, and somebody to match.

const site = (siteId: string, name: string) => ({ siteId, name, status: 'open' as const, timeZone: 'Europe/London', workingDays: ['monday'] as const, holidays: [] });

export async function startMatching(dataFolder?: string): Promise<TestApp> {
  const app = await startTestApp({ contexts: [matchingContext], ...(dataFolder !== undefined && { dataFolder }) });
  await tell(app, organisations.SiteChanged, site(testIds.siteId, 'Riverside'));
  await tell(app, organisations.SiteChanged, site(testIds.otherSiteId, 'Hilltop'));
  await tell(app, organisations.StaffMemberChanged, {
    staffId: testIds.coordinatorId,
    name: 'Ade Bright',
    email: 'ade.bright@example.org',
    grants: [{ role: 'coordinator', sites: [testIds.siteId] }],
    status: 'active',
  });
  await tell(app, organisations.SupporterRequirementsSet, {
    version: 1,
    requirements: { trainings: [{ code: 'foundation', label: 'Foundation' }], checks: [{ code: 'background-check', label: 'Background check', validMonths: 36 }] },
  });
  await tell(app, organisations.TermListPublished, { version: 4, terms: [{ code: 'art', list: 'interest', label: 'Art', synonyms: ['painting'] }] });
  return app;
}

export const information = (more: Partial<MatchingInformation> = {}): MatchingInformation => ({
  challenges: ['addiction'],
  interests: ['pub quizzes'],
  dislikes: [],
  about: { gender: 'woman' },
  preferences: [],
  availability: [{ day: 'tuesday', from: '10:00', to: '16:00' }],
  area: 'Harbour Row',
  remote: false,
  languages: ['en'],
  accessNeeds: [],
  ...more,
});

/** A mentee on the waiting list. */
export async function waiting(app: TestApp, journeyId: string, more: Partial<MatchingInformation> = {}): Promise<void> {
  const { personId, siteId, coordinatorId } = testIds;
  const disclosure = { 'first-name': 'before-accepting', interests: 'before-accepting', challenges: 'after-accepting', area: 'never' } as const;
  await tell(app, assessment.MatchingInformationRecorded, { journeyId, information: information(more), disclosure });
  await tell(app, assessment.FoundSuitable, { journeyId, personId, siteId, beganAt: '2026-01-05T09:00:00.000Z', coordinatorId, knownAs: 'Ashlyn' });
}

export const coordinator = testUser('coordinator');

/** A supporter who may be matched. */
export async function readySupporter(app: TestApp, profile: object = {}, client: TestClient = app.as(coordinator)): Promise<string> {
  const post = async (path: string, body: object) => {
    const answer = await client.post(path, body);
    if (answer.status > 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as { readonly id: string };
  };
  const { id } = await post('/api/supporters/register-supporter', {
    siteId: testIds.siteId,
    name: 'Rosalind Quaverley',
    email: 'rosalind@example.org',
    capacity: 1,
    livedExperience: ['addiction'],
    languages: ['en'],
    availability: [{ day: 'tuesday', from: '09:00', to: '12:00' }],
    disclosure: { 'first-name': 'before-accepting', interests: 'after-accepting' },
    ...profile,
  });
  await post(`/api/supporters/${id}/record-training`, { training: 'foundation', completedOn: '2026-01-20' });
  await post(`/api/supporters/${id}/confirm-recovery`, {});
  await post(`/api/supporters/${id}/sign-supporter-agreement`, { version: 1, how: 'on-paper' });
  await post(`/api/supporters/${id}/record-check`, { check: 'background-check', checkedOn: '2026-01-15', outcome: 'passed' });
  await app.settled();
  return id;
}
