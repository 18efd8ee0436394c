import { InvalidField } from '@alongside/event-sourcing';
import { HttpProblem, command, type Access, type CommandRoute, type Request } from '@alongside/service';
import { openInvitation, partialResponse } from '../domain/answering.js';
import { evaluationAggregate as aggregate } from '../domain/evaluation.js';
import { EvaluationDeclined, EvaluationResponseRead, EvaluationResponseRecorded, JourneyClosed, OutcomeRecorded } from '../domain/events.js';
import { lastRelationship, type Evaluation } from '../domain/state.js';
import { CloseJourney, DeclineEvaluation, MarkResponseRead, RecordOutcome, RecordResponse } from './bodies.js';
import { occasionRules } from './invitation-commands.js';
import { checkedAnswers, knownOf, questionnaireFor, todayOf } from './prepare.js';

const access = { roles: ['coordinator'] } as const;
/** Also a former supporter, of the end of their own relationship. */
const byBothSides: Access<Evaluation> = {
  roles: ['coordinator', 'supporter'],
  supporters: (state) => (state.status === 'unknown' ? [] : state.known.relationships.map((each) => each.supporterId)),
};

async function response(request: Request<RecordResponse>, state: Evaluation | undefined) {
  const { by, occasion, audience = 'mentee', answers, complete = true, questionnaireId, channel } = request.body;
  const isSupporter = request.actor.role === 'supporter';
  const speaker = isSupporter ? request.actor.id : undefined;
  const known = knownOf(state);
  // Who was followed by another has lost sight of the mentee: all that is left is how it ended for them.
  if (isSupporter && occasion !== 'end' && known && lastRelationship(known)?.supporterId !== speaker) throw new HttpProblem(404, 'not-found');
  if (channel === undefined && !isSupporter) throw new InvalidField([{ path: 'channel', code: 'required' }]);
  const told = { occasion, audience, channel: isSupporter ? ('online' as const) : channel, ...(by !== undefined && { by }), today: await todayOf(request, state) };
  // The decider refuses what comes too early; and what a supporter may not say: what is wrong with it would tell what the mentee has answered.
  const story = state?.status === 'open' || state?.status === 'closed' ? state : undefined;
  if (!story || (isSupporter && audience === 'mentee')) return { ...told, answers: {}, answered: [], complete };
  const kept = partialResponse(story, occasion, audience, speaker);
  const asked = kept ?? openInvitation(story, occasion, audience, speaker) ?? (await questionnaireFor(request, known?.organisationId ?? '', occasion, audience, questionnaireId));
  if (!asked) return { ...told, answers: {}, answered: [], complete };
  return { ...told, questionnaire: { questionnaireId: asked.questionnaireId, version: asked.version }, ...(await checkedAnswers(request, asked, kept?.answers, answers, complete)) };
}

export const evaluationCommands: readonly CommandRoute[] = [
  command<RecordResponse, Evaluation>({
    name: 'record-response',
    says: "Takes down what mentee or supporter answered; a supporter gives their own view, of the end also once another relationship has begun. Paired with the baseline where there is one.",
    aggregate,
    access: byBothSides,
    body: RecordResponse,
    events: [EvaluationResponseRecorded, JourneyClosed],
    rules: {
      ...occasionRules,
      'supporter-may-not-answer-for-mentee': "The mentee's view is never taken down by their supporter.",
      'no-questionnaire': 'No questionnaire asks this of them.',
    },
    prepare: response,
    answer: (_request, { events }) => ({ responseId: events.find((each) => each.type === EvaluationResponseRecorded.type)?.data.responseId }),
  }),
  command<MarkResponseRead, Evaluation>({
    name: 'mark-response-read',
    says: 'Takes an answer off the worklist: somebody has read it.',
    aggregate,
    access,
    body: MarkResponseRead,
    events: [EvaluationResponseRead],
    rules: { 'evaluation-not-open': 'The mentee has not been found suitable yet.', 'response-not-handed-in': 'It is answered in part only.' },
  }),
  command<DeclineEvaluation, Evaluation>({
    name: 'decline-evaluation',
    says: 'No answer is an answer: at the end, the journey closes all the same.',
    aggregate,
    access,
    body: DeclineEvaluation,
    events: [EvaluationDeclined, JourneyClosed],
    rules: occasionRules,
    prepare: async (request, state) => ({ occasion: 'end', audience: 'mentee', ...request.body, today: await todayOf(request, state) }),
  }),
  command<RecordOutcome, Evaluation>({
    name: 'record-outcome',
    says: "Records what became of the mentee's goals, and the coordinator's closing view; a goal at a time or all at once, also after the closing.",
    aggregate,
    access,
    body: RecordOutcome,
    events: [OutcomeRecorded],
    rules: {
      'evaluation-not-open': 'The mentee has not been found suitable yet.',
      'person-gone': 'The mentee was erased.',
      'relationship-live': 'The relationship goes on.',
      'no-relationship-yet': 'There has been no relationship.',
    },
    prepare: ({ body: { goals = [], view, by } }) => ({ goals, ...(view !== undefined && { view }), ...(by !== undefined && { by }) }),
  }),
  command<CloseJourney, Evaluation>({
    name: 'close-journey',
    says: 'Closes the journey, where the answer, decline or expiry that it waited for has not done so already.',
    aggregate,
    access,
    body: CloseJourney,
    events: [JourneyClosed],
    rules: {
      'evaluation-not-open': 'The mentee has not been found suitable yet.',
      'journey-goes-on': 'Nothing has ended.',
      'relationship-live': 'The relationship goes on.',
      'another-match-wanted': 'The mentee waits for another supporter.',
      'evaluation-not-answered': 'The mentee has neither answered nor declined, and no invitation has expired.',
      'concern-open': 'The closing waits while a concern is open.',
      'not-ready-to-close': 'Something has to be reviewed first.',
      'journey-closed': 'It is closed with another outcome.',
    },
    prepare: async (request, state) => ({ ...(request.body.outcome !== undefined && { outcome: request.body.outcome }), ...(request.body.by !== undefined && { by: request.body.by }), today: await todayOf(request, state) }),
  }),
];
