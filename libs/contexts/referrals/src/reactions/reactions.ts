import { assessment, evaluation, matching, organisations, supervision } from '@alongside/contracts';
import { reaction, type Message, type Reaction, type Work } from '@alongside/service';
import { concernedAggregate } from '../domain/concerned.js';
import { referralAggregate } from '../domain/referral.js';
import { siteFormAggregate } from '../domain/site-form.js';
import type { ProgressStep } from '../domain/words.js';

/** The journey is so far now: it moves the referrer's status, and the stage that lists show. */
async function progress(message: Message<{ readonly journeyId: string }>, work: Work, step: ProgressStep): Promise<void> {
  await work.execute(referralAggregate, message.data.journeyId, 'hear-progress', { step, happenedAt: message.occurredAt });
}

export const reactions: readonly Reaction[] = [
  reaction(organisations.SiteChanged, 'hear-site', 'The site has a public referral form.', async ({ data, organisationId }, work) => {
    await work.execute(siteFormAggregate, data.siteId, 'hear-site', { organisationId, siteId: data.siteId });
  }),
  reaction(assessment.InitialMeetingArranged, 'hear-meeting-arranged', 'The first meeting has a date.', (message, work) => progress(message, work, 'meeting-arranged')),
  reaction(assessment.InitialMeetingHeld, 'hear-meeting-held', 'The first meeting took place.', (message, work) => progress(message, work, 'met')),
  reaction(assessment.FoundSuitable, 'hear-found-suitable', 'The mentee waits for a match.', (message, work) => progress(message, work, 'suitable')),
  reaction(assessment.SupportDeferred, 'hear-deferred', 'Not now.', (message, work) => progress(message, work, 'deferred')),
  reaction(assessment.AssessmentReopened, 'hear-reopened', 'The assessment goes on.', (message, work) => progress(message, work, 'reopened')),
  reaction(assessment.AssessmentEnded, 'hear-assessment-ended', 'The journey ended in assessment.', (message, work) => progress(message, work, 'assessment-ended')),
  reaction(matching.MatchIntroduced, 'hear-introduced', 'Mentee and supporter are introduced.', (message, work) => progress(message, work, 'introduced')),
  reaction(matching.ReturnedToAssessment, 'hear-returned', 'The assessment is to look again.', (message, work) => progress(message, work, 'returned')),
  reaction(matching.WaitingEnded, 'hear-waiting-ended', 'The mentee waits no longer.', (message, work) => progress(message, work, 'waiting-ended')),
  reaction(supervision.RelationshipEnded, 'hear-relationship-ended', 'A relationship ended, for another or for good.', (message, work) =>
    progress(message, work, message.data.wantsAnother ? 'rematch' : 'relationship-ended'),
  ),
  reaction(supervision.ConcernChanged, 'hear-concern', 'A concern is open or resolved: an erasure waits for a safeguarding one.', async ({ data, organisationId, source }, work) => {
    const { journeyId, status, ...concern } = data;
    const heard = { ...concern, open: status === 'open', sourceRevision: source.revision };
    await work.execute(referralAggregate, journeyId, 'hear-concern', heard);
    if (data.aboutId !== undefined) await work.execute(concernedAggregate, data.aboutId, 'hear-concern-about', { organisationId, ...heard });
  }),
  reaction(evaluation.JourneyClosed, 'hear-closing', 'The journey is closed.', async ({ data }, work) => {
    await work.execute(referralAggregate, data.journeyId, 'hear-closing', { outcome: data.outcome, closedOn: data.closedOn });
  }),
];
