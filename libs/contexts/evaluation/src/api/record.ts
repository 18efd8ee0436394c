import { query, type QueryRequest, type QueryRoute, type Work } from '@alongside/service';
import { AfterQuery } from '@alongside/service';
import { conclusionOf, isAnsweredFor } from '../domain/conclusion.js';
import { evaluationAggregate } from '../domain/evaluation.js';
import { comparisonsOf } from '../domain/questions.js';
import { answerStatus, lastRelationship, openConcerns, openConcernsFor, type Evaluation, type Known, type Response, type Story } from '../domain/state.js';
import { evaluations } from '../read-models/evaluations.js';
import { asAsked } from './prepare.js';

/** A response with its questions, and how its scales moved since the baseline that it is paired with. */
async function shown(work: Work, story: Story, response: Response) {
  const { answers, ...about } = response;
  const asked = await asAsked(work, response);
  const baseline = response.pairedWith === undefined ? undefined : story.responses[response.pairedWith];
  const opened = await work.open({ now: answers, before: baseline?.answers });
  const before = baseline && (await asAsked(work, baseline));
  return {
    ...about,
    questionnaire: asked?.name,
    questions: (asked?.questions ?? []).map(({ name, label }) => ({ name, label })),
    answers: opened.now,
    ...(before && { changes: comparisonsOf({ questions: before.questions, answers: opened.before }, { questions: asked?.questions ?? [], answers: opened.now }) }),
  };
}

/** In general words to the one whom the only open concerns are about. */
function concernsWaitedFor(known: Known, userId: string): readonly string[] {
  if (openConcerns(known) === 0) return [];
  return [openConcernsFor(known, userId) > 0 ? 'concern' : 'review'];
}

async function record({ params, state, ...work }: QueryRequest<AfterQuery, Evaluation>) {
  // Until it opens there is nothing to show but what others told.
  if (state.status === 'unknown' || state.status === 'heard') return undefined;
  const { known, invitations, responses, declined, outcomes } = state;
  const conclusion = conclusionOf(known);
  const last = lastRelationship(known);
  return {
    id: params.id,
    status: state.status,
    siteId: known.siteId,
    personId: known.personId,
    beganAt: known.beganAt,
    coordinatorId: known.coordinatorId,
    openedAt: state.openedAt,
    ...(state.status === 'closed' && { outcome: state.outcome, closedOn: state.closedOn, closed: state.closed }),
    relationship: last && { relationshipId: last.relationshipId, supporterId: last.supporterId, ...(last.end && { ending: last.end.ending, wantsAnother: last.end.wantsAnother, endedAt: last.end.at }) },
    goals: known.goals.map(({ goalId, title }) => ({ goalId, title, ...(outcomes?.goals[goalId] !== undefined && { outcome: outcomes.goals[goalId], ...outcomes.goalsTold[goalId] }) })),
    view: outcomes?.view,
    viewTold: outcomes?.viewTold,
    invitations: Object.values(invitations).map(({ supporterId: _supporter, relationshipId: _relationship, ...invitation }) => invitation),
    responses: await Promise.all(Object.values(responses).map((each) => shown(work, state, each))),
    declined: Object.values(declined),
    asked: {
      baseline: answerStatus(state, 'baseline', 'mentee'),
      end: answerStatus(state, 'end', 'mentee'),
      supporter: answerStatus(state, 'end', 'supporter'),
    },
    // What the closing still waits for.
    waitsFor:
      state.status === 'closed'
        ? []
        : [
            ...(conclusion ? [] : [last === undefined || last.end === undefined ? 'ending' : 'another-match']),
            ...(conclusion?.asksFirst && !isAnsweredFor(state) ? ['evaluation'] : []),
            ...concernsWaitedFor(known, work.user.id),
          ],
  };
}

export const recordQuery: QueryRoute = query<AfterQuery, Evaluation>({
  path: '/api/evaluation/:id',
  says: 'An evaluation: who was asked, what they answered and how it moved since the baseline, what became of the goals, what the closing waits for.',
  access: { roles: ['coordinator'] },
  query: AfterQuery,
  reads: [evaluations],
  record: { aggregate: evaluationAggregate, what: 'evaluation' },
  answer: record,
});
