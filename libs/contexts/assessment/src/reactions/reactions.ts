import { evaluation, matching, referrals, supervision } from '@alongside/contracts';
import { reaction, type Message, type Reaction, type Work } from '@alongside/service';
import { assessmentAggregate } from '../domain/assessment.js';
import type { Heard } from '../domain/events.js';

/** Writes down what was decided elsewhere, in whatever order it arrives. */
function note(message: Message, journeyId: string, word: Partial<Heard> & Pick<Heard, 'topic'>, work: Work) {
  return work.execute(assessmentAggregate, journeyId, 'hear', {
    organisationId: message.organisationId,
    ...(message.siteId !== undefined && { fromSiteId: message.siteId }),
    ...word,
    sourceStream: message.source.stream,
    sourceRevision: message.source.revision,
  });
}

export const assessmentReactions: readonly Reaction[] = [
  reaction(referrals.ReferralReceived, 'hear-of-journey', 'The journey has a place here: what comes too early is refused by the rule that says why.', async (message, work) => {
    await note(message, message.data.journeyId, { topic: 'referral', fromSiteId: message.data.siteId }, work);
  }),
  reaction(referrals.ReferralAccepted, 'open-assessment', 'The assessment opens.', async ({ data: { journeyId, ...about }, organisationId }, work) => {
    await work.execute(assessmentAggregate, journeyId, 'open', { organisationId, ...about });
  }),
  reaction(referrals.CoordinatorAssigned, 'hear-coordinator', 'The named contact is known.', async (message, work) => {
    await note(message, message.data.journeyId, { topic: 'coordinator', coordinatorId: message.data.coordinatorId }, work);
  }),
  reaction(referrals.SafeContactSet, 'hear-safe-contact', 'Meetings honour safe contact.', async (message, work) => {
    await note(message, message.data.journeyId, { topic: 'safe-contact', safeContact: message.data.safeContact }, work);
  }),
  reaction(referrals.SafeContactTakenBack, 'forget-safe-contact', 'What somebody else said of safe contact is forgotten.', async (message, work) => {
    await note(message, message.data.journeyId, { topic: 'safe-contact' }, work);
  }),
  reaction(referrals.JourneyLinkedToPerson, 'hear-person', 'It is known whose journey it turned out to be.', async (message, work) => {
    await note(message, message.data.journeyId, { topic: 'person', personId: message.data.personId }, work);
  }),
  reaction(referrals.JourneyMoved, 'move', 'The journey belongs to another site; a meeting to come is arranged anew.', async (message, work) => {
    await note(message, message.data.journeyId, { topic: 'site', siteId: message.data.toSiteId }, work);
  }),
  reaction(referrals.ReferralWithdrawn, 'withdraw', 'An assessment under way is closed; later stages record the leaving themselves.', async (message, work) => {
    await note(message, message.data.journeyId, { topic: 'leaving' }, work);
    await work.execute(assessmentAggregate, message.data.journeyId, 'stop', { reason: 'withdrawn' });
  }),
  reaction(referrals.ReferralMerged, 'join-second-referral', 'A deferred assessment is reopened by a second referral.', async ({ data }, work) => {
    await work.execute(assessmentAggregate, data.intoJourneyId, 'join-second-referral', {});
  }),
  reaction(referrals.PersonDied, 'stop-on-death', 'Everything to come is cancelled.', async ({ data }, work) => {
    await work.execute(assessmentAggregate, data.journeyId, 'stop', { reason: 'died' });
  }),
  reaction(referrals.PersonErased, 'stop-on-erasure', 'The assessment stops.', async ({ data }, work) => {
    await work.execute(assessmentAggregate, data.journeyId, 'stop', { reason: 'erased' });
  }),
  reaction(matching.ReturnedToAssessment, 'reopen', 'The assessment looks again.', async ({ data }, work) => {
    await work.execute(assessmentAggregate, data.journeyId, 'return-from-matching', {});
  }),
  reaction(matching.MatchIntroduced, 'hear-match', 'The mentee is in a relationship.', async (message, work) => {
    await note(message, message.data.journeyId, { topic: 'match', relationshipId: message.data.relationshipId }, work);
  }),
  reaction(supervision.RelationshipEnded, 'hear-ending', 'The relationship is over.', async (message, work) => {
    await note(message, message.data.journeyId, { topic: 'relationship', relationshipId: message.data.relationshipId }, work);
  }),
  reaction(evaluation.JourneyClosed, 'close', 'What is still open is closed.', async (message, work) => {
    await note(message, message.data.journeyId, { topic: 'closing', journeyClosed: true }, work);
    await work.execute(assessmentAggregate, message.data.journeyId, 'stop', { reason: 'journey-closed' });
  }),
];
