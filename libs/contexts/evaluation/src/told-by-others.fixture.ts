import { assessment, matching, organisations, referrals, supervision, type RelationshipEnding, type SafeContact } from '@alongside/contracts';
import { uuidOf } from '@alongside/event-sourcing';
import { testIds } from '@alongside/testing';
import { startTestApp, tell, type TestApp } from '@alongside/testing/http';
import { evaluationContext } from './evaluation.context.js';

// For tests over HTTP: what other contexts would tell, told by hand.

const { siteId, personId, supporterId, coordinatorId } = testIds;
const beganAt = '2026-02-02T09:00:00.000Z';

export async function startEvaluation(): Promise<TestApp> {
  const app = await startTestApp({ contexts: [evaluationContext] });
  const site = (id: string, name: string) => ({ siteId: id, name, status: 'open' as const, timeZone: 'Europe/London', workingDays: ['monday', 'friday'] as const, holidays: [] });
  await tell(app, organisations.SiteChanged, site(siteId, 'Riverside'));
  await tell(app, organisations.SiteChanged, site(testIds.otherSiteId, 'Hilltop'));
  await tell(app, organisations.ServiceStandardsSet, {
    version: 1,
    standards: {
      firstContactDays: 2,
      firstMeetingDays: 10,
      supervisionWeeks: 6,
      quietDays: 21,
      deferralReviewWeeks: 8,
      pauseReviewWeeks: 4,
      checkInWeeks: 6,
      goalReviewWeeks: 8,
      proposalDays: 7,
      invitationDays: 14,
      strainThreshold: 4,
    },
  });
  return app;
}

/** What others say about one journey. */
export function journey(app: TestApp, name: string) {
  const journeyId = uuidOf('test', 'journey', name);
  const relationshipId = uuidOf('test', 'relationship', name);
  const goalId = uuidOf('test', 'goal', name);
  const place = { journeyId, personId, siteId, beganAt };
  return {
    id: journeyId,
    goalId,
    path: (command: string) => `/api/evaluation/${journeyId}/${command}`,
    received: () => tell(app, referrals.ReferralReceived, { journeyId, personId: uuidOf('test', 'person', name), siteId, purpose: 'peer-support' }),
    foundSuitable: () => tell(app, assessment.FoundSuitable, { ...place, coordinatorId }),
    assessmentEnded: () => tell(app, assessment.AssessmentEnded, { ...place, outcome: 'declined' }),
    safeContactTakenBack: () => tell(app, referrals.SafeContactTakenBack, { journeyId }),
    safeContact: (channels: SafeContact['channels']) =>
      tell(app, referrals.SafeContactSet, { journeyId, safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels } }),
    introduced: (more: { readonly relationshipId?: string; readonly supporterId?: string } = {}) =>
      tell(app, matching.MatchIntroduced, { ...place, relationshipId, supporterId, contactPersonId: coordinatorId, disclosed: {}, ...more }),
    goalsSet: () => tell(app, supervision.GoalsSet, { journeyId, goals: [{ goalId, title: 'Go out on my own again' }] }),
    ended: (ending: RelationshipEnding = 'planned', wantsAnother = false) =>
      tell(app, supervision.RelationshipEnded, { ...place, relationshipId, supporterId, ending, wantsAnother, endedOn: '2026-03-02', lessons: [] }),
    concern: (status: 'open' | 'resolved', aboutId?: string) =>
      tell(app, supervision.ConcernChanged, { journeyId, concernId: uuidOf('test', 'concern', name), status, safeguarding: false, ...(aboutId !== undefined && { aboutId }) }),
    moved: () => tell(app, referrals.JourneyMoved, { journeyId, fromSiteId: siteId, toSiteId: testIds.otherSiteId }),
    died: () => tell(app, referrals.PersonDied, place),
    withdrawn: () => tell(app, referrals.ReferralWithdrawn, { journeyId }),
  };
}

/** The same questions before and after, so that answers can be compared. */
export const questions = [
  { name: 'how-i-cope', label: 'How do you cope?', type: 'scale', required: true, min: 1, max: 5 },
  { name: 'what-helped', label: 'What helped?', type: 'choices', options: ['Being heard', 'Walking'] },
  { name: 'what-to-change', label: 'What should we do better?', type: 'text' },
];
