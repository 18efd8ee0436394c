import { assessment, dateIn, matching, organisations, referrals, supervision, type JourneyOutcome } from '@alongside/contracts';
import { reaction, type Message, type Reaction, type Work } from '@alongside/service';
import { evaluationAggregate } from '../domain/evaluation.js';
import type { HeardGoal } from '../domain/heard-events.js';

/** The date at the site that holds the journey: what a closing is dated by, whichever word it follows. */
async function todayAt(message: Message, journeyId: string, siteId: string | undefined, work: Work): Promise<string> {
  const state = (await work.load(evaluationAggregate, journeyId))?.state;
  const site = (state === undefined || state.status === 'unknown' ? undefined : state.known.siteId) ?? siteId ?? message.siteId;
  const setting = site === undefined ? undefined : await work.setting(organisations.SiteChanged, message.organisationId, site);
  return dateIn(setting?.timeZone ?? 'UTC', message.occurredAt);
}

/** Writes down what was decided elsewhere, in whatever order it arrives; where it was the last thing waited for, the journey closes. */
async function note(command: string, message: Message, { journeyId, ...word }: { readonly journeyId: string; readonly siteId?: string } & Readonly<Record<string, unknown>>, work: Work): Promise<void> {
  const today = await todayAt(message, journeyId, word.siteId, work);
  const siteId = word.siteId ?? message.siteId;
  await work.execute(evaluationAggregate, journeyId, command, { organisationId: message.organisationId, ...(siteId !== undefined && { siteId }), ...word, today });
}

/** Facts that referrals decide on: newer ones stand. The site only where the event is about it. */
async function noteFacts(message: Message, { journeyId, ...facts }: { readonly journeyId: string } & Readonly<Record<string, unknown>>, work: Work): Promise<void> {
  const today = await todayAt(message, journeyId, undefined, work);
  await work.execute(evaluationAggregate, journeyId, 'hear-facts', { organisationId: message.organisationId, ...(message.siteId !== undefined && { fromSiteId: message.siteId }), ...facts, sourceRevision: message.source.revision, today });
}

const leavingOf: Readonly<Record<'left' | 'withdrawn' | 'unreachable' | 'moved-away' | 'other', JourneyOutcome>> = {
  left: 'left',
  withdrawn: 'withdrawn',
  unreachable: 'unreachable',
  'moved-away': 'moved-away',
  other: 'closed-other',
};

const placeOf = ({ journeyId, personId, siteId, beganAt }: { readonly journeyId: string; readonly personId: string; readonly siteId: string; readonly beganAt: string }) => ({ journeyId, personId, siteId, beganAt });

export const evaluationReactions: readonly Reaction[] = [
  reaction(assessment.FoundSuitable, 'open-evaluation', 'The evaluation opens, so that a baseline can be taken.', async (message, work) => {
    const { coordinatorId } = message.data;
    await note('open-evaluation', message, { ...placeOf(message.data), ...(coordinatorId !== undefined && { coordinatorId }) }, work);
  }),
  reaction(referrals.ReferralReceived, 'hear-of-journey', 'The journey has a place here: what comes too early is refused by the rule that says why.', async (message, work) => {
    // The person may turn out to be another one: whoever tells of the acceptance or the end says who.
    await noteFacts(message, { journeyId: message.data.journeyId, fromSiteId: message.data.siteId }, work);
  }),
  reaction(referrals.ReferralAccepted, 'hear-acceptance', 'The site, the named contact and safe contact are known.', async (message, work) => {
    const { journeyId, siteId, personId, beganAt, coordinatorId, safeContact } = message.data;
    await noteFacts(message, { journeyId, siteId, personId, beganAt, ...(coordinatorId !== undefined && { coordinatorId }), ...(safeContact !== undefined && { safeContact }) }, work);
  }),
  reaction(referrals.SafeContactSet, 'hear-safe-contact', 'Invitations honour safe contact.', async (message, work) => {
    await noteFacts(message, { journeyId: message.data.journeyId, safeContact: message.data.safeContact }, work);
  }),
  reaction(referrals.SafeContactTakenBack, 'forget-safe-contact', 'What somebody else said of safe contact is forgotten.', async (message, work) => {
    await noteFacts(message, { journeyId: message.data.journeyId, safeContactTakenBack: true }, work);
  }),
  reaction(referrals.CoordinatorAssigned, 'hear-coordinator', 'The named contact is known.', async (message, work) => {
    await noteFacts(message, { journeyId: message.data.journeyId, coordinatorId: message.data.coordinatorId }, work);
  }),
  reaction(referrals.JourneyLinkedToPerson, 'hear-person', 'It is known whose journey it turned out to be.', async (message, work) => {
    await noteFacts(message, { journeyId: message.data.journeyId, personId: message.data.personId }, work);
  }),
  reaction(referrals.JourneyMoved, 'move', 'The journey belongs to another site; open links stay good.', async (message, work) => {
    await noteFacts(message, { journeyId: message.data.journeyId, siteId: message.data.toSiteId }, work);
  }),
  reaction(matching.MatchIntroduced, 'hear-introduction', 'A relationship is live: whose view may be asked for.', async (message, work) => {
    const { relationshipId, supporterId } = message.data;
    await note('hear-relationship', message, { ...placeOf(message.data), relationshipId, supporterId }, work);
  }),
  reaction(supervision.RelationshipEnded, 'hear-relationship-end', 'Unless another supporter is wanted, the final evaluation is asked for.', async (message, work) => {
    const { relationshipId, supporterId, ending, wantsAnother } = message.data;
    await note('hear-relationship-end', message, { ...placeOf(message.data), relationshipId, supporterId, ending, wantsAnother }, work);
  }),
  reaction(supervision.GoalsSet, 'hear-goals', 'Outcomes are recorded on these goals.', async (message, work) => {
    const goals = message.data.goals.map(({ goalId, title }) => ({ goalId, title: title as HeardGoal['title'] }));
    await note('hear-goals', message, { journeyId: message.data.journeyId, goals, sourceRevision: message.source.revision }, work);
  }),
  reaction(supervision.ConcernChanged, 'hear-concern', 'The closing waits while a concern is open, and follows when the last is resolved.', async (message, work) => {
    const { journeyId, concernId, status, aboutId } = message.data;
    await note('hear-concern', message, { journeyId, concernId, status, ...(aboutId !== undefined && { aboutId }), sourceRevision: message.source.revision }, work);
  }),
  reaction(referrals.ReferralEnded, 'close-after-referral', 'A journey that ended before it was accepted closes at once.', async (message, work) => {
    await note('hear-end', message, { ...placeOf(message.data), stage: 'referral', outcome: message.data.outcome, afterRelationship: false }, work);
  }),
  reaction(assessment.AssessmentEnded, 'close-after-assessment', 'A journey that ended in assessment closes: at once, or after the final evaluation where there was a relationship.', async (message, work) => {
    const { outcome, relationshipIds = [] } = message.data;
    const word = { stage: 'assessment', outcome, afterRelationship: relationshipIds.length > 0, ...(relationshipIds.length > 0 && { relationshipIds }) };
    await note('hear-end', message, { ...placeOf(message.data), ...word }, work);
  }),
  reaction(matching.WaitingEnded, 'close-after-waiting', 'Who gave up waiting: closes at once, or after the final evaluation where there was a relationship.', async (message, work) => {
    const { afterRelationship, reason } = message.data;
    await note('hear-end', message, { ...placeOf(message.data), stage: 'waiting', outcome: leavingOf[reason], afterRelationship }, work);
  }),
  reaction(referrals.ReferralWithdrawn, 'hear-withdrawal', 'Who leaves when only the evaluation is left is not asked any more.', async (message, work) => {
    await note('hear-withdrawal', message, { journeyId: message.data.journeyId }, work);
  }),
  reaction(referrals.PersonDied, 'close-after-death', 'Nobody is asked any more; the journey closes without an evaluation.', async (message, work) => {
    await note('hear-end', message, { ...placeOf(message.data), stage: 'death', outcome: 'died', afterRelationship: false }, work);
  }),
  reaction(referrals.DeathCorrected, 'hear-death-correction', 'What closed by a death that was none is not called one any more.', async (message, work) => {
    await note('hear-death-correction', message, placeOf(message.data), work);
  }),
  reaction(referrals.PersonErased, 'close-after-erasure', 'Nobody is asked any more; the journey closes without an evaluation.', async (message, work) => {
    await note('hear-end', message, { ...placeOf(message.data), stage: 'erasure', outcome: 'erased', afterRelationship: false }, work);
  }),
];
