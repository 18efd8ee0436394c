import { assessment, evaluation, referrals, supervision } from '@alongside/contracts';
import { reaction, type Message, type Reaction, type Work } from '@alongside/service';
import type { Heard, Stop } from '../domain/heard-events.js';
import { matchingAggregate } from '../domain/matching.js';
import { supporterAggregate } from '../domain/supporter.js';

const heard = ({ organisationId, siteId, source }: Message): Heard => ({ organisationId, ...(siteId !== undefined && { siteId }), revision: source.revision });

const tell = (work: Work, journeyId: string, command: string, data: object): Promise<unknown> => work.execute(matchingAggregate, journeyId, command, data);

const stop = (message: Message, journeyId: string, cause: Stop, work: Work): Promise<unknown> => {
  const { revision: _revision, ...where } = heard(message);
  return tell(work, journeyId, 'hear-stop', { ...where, cause });
};

const erasedSupporter = (subject: string): string | undefined => /^supporter-(.+)$/.exec(subject)?.[1];

export const matchingReactions: readonly Reaction[] = [
  reaction(referrals.ReferralReceived, 'hear-of-journey', 'From now on what comes too early is refused with the rule that says why.', async (message, work) => {
    const { journeyId, personId, siteId } = message.data;
    await tell(work, journeyId, 'hear-journey', { organisationId: message.organisationId, siteId, personId, beganAt: message.occurredAt });
  }),
  reaction(assessment.FoundSuitable, 'start-waiting', 'The mentee waits for a match.', async (message, work) => {
    const { journeyId, ...about } = message.data;
    await tell(work, journeyId, 'hear-found-suitable', { ...heard(message), ...about });
  }),
  reaction(assessment.MatchingInformationRecorded, 'know-what-matters', 'What a good match needs is always the latest.', async (message, work) => {
    const { journeyId, information, disclosure } = message.data;
    await tell(work, journeyId, 'hear-matching-information', { ...heard(message), information, disclosure });
  }),
  reaction(assessment.AgreementChanged, 'know-the-agreement', 'Withdrawn, nobody is introduced.', async (message, work) => {
    await tell(work, message.data.journeyId, 'hear-agreement', { ...heard(message), status: message.data.status });
  }),
  reaction(assessment.AssessmentReopened, 'stop-waiting', 'Nobody waits while the assessment goes on.', async (message, work) => {
    await tell(work, message.data.journeyId, 'hear-reopened', heard(message));
  }),
  reaction(referrals.SafeContactSet, 'know-safe-contact', 'A link goes only where it is safe.', async (message, work) => {
    await tell(work, message.data.journeyId, 'hear-safe-contact', { ...heard(message), safeContact: message.data.safeContact });
  }),
  reaction(referrals.SafeContactTakenBack, 'forget-safe-contact', 'What somebody else said of safe contact is forgotten.', async (message, work) => {
    await tell(work, message.data.journeyId, 'hear-safe-contact', heard(message));
  }),
  reaction(referrals.CoordinatorAssigned, 'know-the-coordinator', 'The named contact is known.', async (message, work) => {
    await tell(work, message.data.journeyId, 'hear-coordinator', { ...heard(message), coordinatorId: message.data.coordinatorId });
  }),
  reaction(referrals.JourneyMoved, 'move', 'The journey belongs to another site; its place in the queue and its supporter stay.', async (message, work) => {
    await tell(work, message.data.journeyId, 'hear-move', { ...heard(message), siteId: message.data.toSiteId });
  }),
  reaction(referrals.JourneyLinkedToPerson, 'know-the-person', 'What all journeys of the person say of supporters counts.', async (message, work) => {
    await tell(work, message.data.journeyId, 'hear-person', { ...heard(message), personId: message.data.personId });
  }),
  reaction(referrals.ReferralWithdrawn, 'let-go', 'Who waits and leaves is taken off the waiting list.', async (message, work) => {
    await tell(work, message.data.journeyId, 'hear-leaving', heard(message));
  }),
  reaction(referrals.PersonDied, 'stop-on-death', 'Proposals are withdrawn, nobody waits.', (message, work) => stop(message, message.data.journeyId, 'died', work).then(() => undefined)),
  reaction(referrals.PersonErased, 'stop-on-erasure', 'The journey stops; who was a supporter too leaves the register.', async (message, work) => {
    await stop(message, message.data.journeyId, 'erased', work);
    for (const supporterId of message.data.subjects.flatMap((subject) => erasedSupporter(subject) ?? [])) {
      await work.execute(supporterAggregate, supporterId, 'hear-erasure', { supporterId, organisationId: message.organisationId });
    }
  }),
  reaction(evaluation.JourneyClosed, 'close', 'What is still open is closed.', (message, work) => stop(message, message.data.journeyId, 'closed', work).then(() => undefined)),
  reaction(supervision.RelationshipEnded, 'end-match', 'The match is over; who wants another waits again in their place.', async ({ data }, work) => {
    const { relationshipId, supporterId, ending, wantsAnother, endedOn, lessons } = data;
    await tell(work, data.journeyId, 'hear-relationship-ended', { relationshipId, supporterId, ending, wantsAnother, endedOn, lessons });
  }),
  reaction(referrals.CandidacyOpened, 'open-candidacy', 'Who wants to become a peer supporter is in the register as a candidate.', async ({ data, organisationId }, work) => {
    await work.execute(supporterAggregate, data.supporterId, 'open-candidacy', { ...data, organisationId });
  }),
  reaction(supervision.ConcernChanged, 'know-concerns', 'An erasure waits for an open safeguarding concern about the supporter.', async ({ data, source }, work) => {
    const { concernId, status, safeguarding, aboutId } = data;
    if (aboutId !== undefined) await work.execute(supporterAggregate, aboutId, 'hear-concern', { concernId, open: status === 'open', safeguarding, sourceRevision: source.revision });
  }),
  reaction(supervision.SupervisionChanged, 'know-supervision', 'An overdue supervision blocks a new match.', async ({ data, source }, work) => {
    const { supporterId, ...dates } = data;
    await work.execute(supporterAggregate, supporterId, 'hear-supervision', { ...dates, revision: source.revision });
  }),
];
