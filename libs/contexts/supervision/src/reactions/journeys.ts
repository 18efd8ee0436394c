import { dateIn, assessment, evaluation, matching, referrals } from '@alongside/contracts';
import { defined } from '../domain/defined.js';
import type { JourneyFacts, Stop } from '../domain/support/journey-events.js';
import { support } from '../domain/support/support.js';
import { reaction, type Message, type Reaction, type Work } from '@alongside/service';
import { timeZoneOf } from '../api/lookups.js';

/** Tells the journey's support what others know of it; what is older than what it has heard changes nothing. */
async function hear(message: Message<{ readonly journeyId: string }>, work: Work, facts: Omit<JourneyFacts, 'organisationId' | 'journeyId' | 'sourceRevision'>): Promise<void> {
  const { organisationId, data, source } = message;
  await work.execute(support, data.journeyId, 'hear-journey', { organisationId, journeyId: data.journeyId, sourceRevision: source.revision, ...facts });
}

async function stop(message: Message<{ readonly journeyId: string; readonly siteId?: string }>, work: Work, because: Stop): Promise<void> {
  const { organisationId, data } = message;
  const siteId = data.siteId ?? message.siteId;
  const today = dateIn(await timeZoneOf(work, organisationId, siteId), message.occurredAt);
  await work.execute(support, data.journeyId, 'hear-stop', defined({ organisationId, siteId, because, today }));
}

export const journeyReactions: readonly Reaction[] = [
  reaction(referrals.ReferralReceived, 'hear-of-journey', 'From now on worries can be told of this journey.', async (message, work) => {
    const { siteId, personId } = message.data;
    await hear(message, work, { siteId, personId, beganAt: message.occurredAt });
  }),
  reaction(referrals.ReferralAccepted, 'hear-of-acceptance', 'Learns the coordinator, the name and how the mentee may be reached.', async (message, work) => {
    const { siteId, personId, beganAt, coordinatorId, knownAs, safeContact } = message.data;
    await hear(message, work, defined({ siteId, personId, beganAt, coordinatorId, knownAs, safeContact }));
  }),
  reaction(referrals.CoordinatorAssigned, 'hear-of-coordinator', 'Knows who sees to the journey.', (message, work) => hear(message, work, { coordinatorId: message.data.coordinatorId })),
  reaction(referrals.SafeContactSet, 'hear-of-safe-contact', 'Knows how the mentee may be reached without harm.', (message, work) => hear(message, work, { safeContact: message.data.safeContact })),
  reaction(referrals.SafeContactTakenBack, 'forget-safe-contact', 'What somebody else said of safe contact is forgotten.', (message, work) => hear(message, work, { safeContactTakenBack: true })),
  reaction(assessment.MatchingInformationRecorded, 'hear-what-may-be-told', 'What the mentee takes back is shown to their supporter no longer.', (message, work) =>
    hear(message, work, { disclosure: message.data.disclosure }),
  ),
  reaction(referrals.JourneyMoved, 'move-journey', "The journey's support is another site's from now on.", (message, work) => hear(message, work, { siteId: message.data.toSiteId })),
  reaction(referrals.JourneyLinkedToPerson, 'know-the-person', 'Says whose journey it turned out to be.', (message, work) => hear(message, work, { personId: message.data.personId })),
  reaction(referrals.ReferralWithdrawn, 'end-withdrawn', 'The mentee leaves: a live relationship ends.', (message, work) => stop(message, work, 'withdrawn')),
  reaction(referrals.PersonDied, 'end-on-death', "A live relationship ends, and the supporter is offered a debrief.", (message, work) => stop(message, work, 'died')),
  reaction(referrals.PersonErased, 'end-on-erasure', 'A live relationship ends; nothing more is written about the person.', (message, work) => stop(message, work, 'erased')),
  reaction(evaluation.JourneyClosed, 'close-support', 'What is still open closes, worries excepted.', (message, work) => stop(message, work, 'closed')),
  reaction(matching.MatchIntroduced, 'open-relationship', 'Mentee and supporter are introduced: their relationship opens.', async (message, work) => {
    const { organisationId, occurredAt } = message;
    const { journeyId, coordinatorId: _coordinatorId, ...introduced } = message.data;
    const openedOn = dateIn(await timeZoneOf(work, organisationId, introduced.siteId), occurredAt);
    await work.execute(support, journeyId, 'open-relationship', { organisationId, openedOn, ...introduced });
  }),
];
