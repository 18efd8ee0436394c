import { erased } from '@alongside/event-sourcing';
import { HttpProblem, command, type CommandRoute, type Request } from '@alongside/service';
import { GoalReviewed, GoalsSet } from '../../domain/support/goal-events.js';
import { SessionCorrected, SessionLogged, SessionMissed } from '../../domain/support/session-events.js';
import { currentRelationship, type Support } from '../../domain/support/state.js';
import { support as aggregate } from '../../domain/support/support.js';
import { byTheirSupporter, byWhoReports } from '../access.js';
import { CorrectSession, LogSession, RecordMissedSession, ReviewGoal, SetGoals } from '../bodies/sessions.js';
import { supporterOf } from '../lookups.js';
import { given, inItsZone, knownIn } from '../prepared.js';
import { liveRules } from './relationship.js';

const reportRules = {
  'no-relationship': 'There has been no relationship.',
  'supporter-has-not-left': 'The supporter of this relationship writes it down; a coordinator only for one who has left.',
  'outside-the-relationship': 'Before the relationship began, or after it ended.',
  'person-erased': liveRules['person-erased'],
} as const;

/** With the site's time zone, and whether the supporter of the relationship in question still supports anybody. */
async function reported<B extends { relationshipId?: string; sessionId?: string }>(request: Request<B>, state: Support | undefined) {
  const known = knownIn(state);
  // The latest is another's: a former supporter says which was theirs.
  if (request.actor.role === 'supporter' && request.body.relationshipId === undefined && request.body.sessionId === undefined && currentRelationship(known)?.supporterId !== request.actor.id) {
    throw new HttpProblem(404, 'not-found');
  }
  const session = request.body.sessionId === undefined ? undefined : known.sessions[request.body.sessionId];
  const relationship = known.relationships[session?.relationshipId ?? request.body.relationshipId ?? known.currentId ?? ''];
  const supporter = relationship && (await supporterOf(request, known.journey.organisationId, relationship.supporterId));
  return { ...(await inItsZone(request, state)), supporterHasLeft: supporter !== undefined && supporter.standing !== 'active' };
}

/** A note that is put right takes nothing away of why there were no ground rules. */
async function corrected(request: Request<CorrectSession>, state: Support | undefined) {
  const session = knownIn(state).sessions[request.body.sessionId];
  const { notes } = await request.open({ notes: session?.status === 'held' ? session.notes : undefined });
  const groundRulesReason = notes === undefined || notes === erased ? undefined : notes.groundRulesReason;
  return { ...(await reported(request, state)), ...(groundRulesReason !== undefined && { groundRulesReason }) };
}

export const sessionCommands: readonly CommandRoute[] = [
  command({
    name: 'log-session',
    says: 'Writes down a session: when, how long, how, and which of the four core functions it served. Late is welcome.',
    aggregate,
    access: byWhoReports,
    body: LogSession,
    events: [SessionLogged],
    rules: { ...reportRules, 'ground-rules-missing': 'After the third session without ground rules a reason is needed.' },
    prepare: reported,
    answer: given('sessionId'),
  }),
  command({
    name: 'record-missed-session',
    says: 'Writes down a session that did not take place.',
    aggregate,
    access: byWhoReports,
    body: RecordMissedSession,
    events: [SessionMissed],
    rules: reportRules,
    prepare: reported,
    answer: given('sessionId'),
  }),
  command({
    name: 'correct-session',
    says: 'Puts right what was logged; the earlier entry stays in the history.',
    aggregate,
    access: byWhoReports,
    body: CorrectSession,
    events: [SessionCorrected],
    rules: { ...reportRules, 'session-was-missed': 'A missed session has nothing to correct: log the one that was held.' },
    prepare: corrected,
    answer: given('sessionId'),
  }),
  command({
    name: 'set-goals',
    says: "Writes down the mentee's own goals and action plans, the whole list; they carry over to a next relationship.",
    aggregate,
    access: byTheirSupporter,
    body: SetGoals,
    events: [GoalsSet],
    rules: { ...liveRules, 'goals-are-the-mentees-own': 'Nobody sets goals for the mentee.' },
    answer: (_request, executed) => ({ goalIds: ((executed.events[0]?.data['goals'] ?? []) as readonly { readonly goalId: string }[]).map((goal) => goal.goalId) }),
  }),
  command({
    name: 'review-goal',
    says: 'Writes down how the mentee rates a goal.',
    aggregate,
    access: byTheirSupporter,
    body: ReviewGoal,
    events: [GoalReviewed],
    rules: { ...liveRules, 'rated-by-the-mentee': 'Goals are rated by the mentee.' },
  }),
];
