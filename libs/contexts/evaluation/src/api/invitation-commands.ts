import { safeContactRules } from '@alongside/contracts';
import { InvalidField } from '@alongside/event-sourcing';
import { command, type CommandRoute, type Executed, type Request } from '@alongside/service';
import { goodInvitation, invitationToReissue } from '../domain/answering.js';
import { evaluationAggregate as aggregate } from '../domain/evaluation.js';
import { EvaluationDeclined, EvaluationInvited, EvaluationResponseRecorded, JourneyClosed } from '../domain/events.js';
import type { Evaluation } from '../domain/state.js';
import { AnswerInvitation, Invite, ReissueInvitation } from './bodies.js';
import { invitationOf, linkTo } from './links.js';
import { checkedAnswers, knownOf, questionnaireFor, sendingOf, todayOf } from './prepare.js';

const access = { roles: ['coordinator'] } as const;

export const occasionRules = {
  'evaluation-not-open': 'The mentee has not been found suitable yet.',
  'person-gone': 'The mentee has died or was erased: nobody is asked any more.',
  'journey-closed': 'The journey is closed.',
  'journey-not-closed': 'A follow-up comes after the closing.',
  'too-late-for-a-baseline': 'A relationship has ended already.',
  'no-live-relationship': 'There was no relationship then.',
  'no-relationship-yet': 'There has been no relationship.',
  'relationship-live': 'The relationship goes on.',
  'another-match-wanted': 'The mentee waits for another supporter: the end comes later.',
  'already-answered': 'That was answered.',
};
const { 'channel-not-safe': channelNotSafe, 'writing-not-safe': writingNotSafe, 'outside-safe-hours': outsideSafeHours } = safeContactRules;
/** A link leaves no voicemail, and no word with anybody else. */
const sendingRules = { 'channel-not-safe': channelNotSafe, 'writing-not-safe': writingNotSafe, 'outside-safe-hours': outsideSafeHours };

/** An invitation has a link; where there is no safe way to send one, a decline was recorded and there is none. */
function linkOf(request: Request, executed: Executed): string | undefined {
  const invited = executed.events.find((each) => each.type === EvaluationInvited.type);
  return invited && linkTo(request, executed.id, invited.data.invitationId as string);
}

function invitedAs(_request: Request, { events }: Executed) {
  const data = events.find((each) => each.type === EvaluationInvited.type)?.data;
  if (data) return { invitationId: data.invitationId, expiresOn: data.expiresOn };
  return events.some((each) => each.type === EvaluationDeclined.type) ? { declined: 'no-safe-contact' } : {};
}

async function invite(request: Request<Invite>, state: Evaluation | undefined) {
  const { by, channel, occasion, audience = 'mentee', questionnaireId } = request.body;
  // That it has not opened comes before what is wrong with what is asked.
  const questionnaire = state?.status === 'heard' ? undefined : await questionnaireFor(request, knownOf(state)?.organisationId ?? '', occasion, audience, questionnaireId);
  return { occasion, audience, ...(questionnaire && { questionnaire }), ...(by !== undefined && { by }), ...(await sendingOf(request, state, channel)) };
}

async function reissue(request: Request<ReissueInvitation>, state: Evaluation | undefined) {
  const channel = request.body.channel ?? invitationToReissue(state, request.body.invitationId)?.channel ?? 'in-person';
  return { ...request.body, ...(await sendingOf(request, state, channel)) };
}

/** A link that nobody issued is like none: it leads to a stream that is not there. */
const journeyOf = (request: Request): string => invitationOf(request, request.params.token)?.journeyId ?? 'unknown';

async function answer(request: Request<AnswerInvitation>, state: Evaluation | undefined) {
  const { answers = {}, complete = true, decline = false } = request.body;
  const { invitationId = '' } = invitationOf(request, request.params.token) ?? {};
  const today = await todayOf(request, state);
  // Whether the link is good comes before what was answered.
  const { story, invitation } = goodInvitation(state ?? { status: 'unknown' }, invitationId, request.occurredAt);
  if (decline) {
    if (Object.keys(answers).length > 0) throw new InvalidField([{ path: 'answers', code: 'answered-and-declined' }]);
    return { invitationId, decline, today };
  }
  const kept = Object.values(story.responses).find((each) => !each.complete && each.invitationId === invitationId);
  return { invitationId, decline, today, ...(await checkedAnswers(request, invitation, kept?.answers, answers, complete)) };
}

export const invitationCommands: readonly CommandRoute[] = [
  command<Invite, Evaluation>({
    name: 'invite',
    says: 'Invites the mentee or their supporter to answer; answers with the link to send. Without any safe channel a decline is recorded instead.',
    aggregate,
    access,
    body: Invite,
    events: [EvaluationInvited, EvaluationDeclined, JourneyClosed],
    rules: { ...occasionRules, ...sendingRules, 'already-invited': 'An invitation is open: issue it anew.', 'no-questionnaire': 'No questionnaire asks this of them.' },
    prepare: invite,
    link: linkOf,
    answer: invitedAs,
  }),
  command<ReissueInvitation, Evaluation>({
    name: 'reissue-invitation',
    says: 'Issues the link of an unanswered invitation anew; the one before is good no more.',
    aggregate,
    access,
    body: ReissueInvitation,
    events: [EvaluationInvited, EvaluationDeclined, JourneyClosed],
    rules: {
      ...occasionRules,
      ...sendingRules,
      'not-invited': 'Nobody was invited who has not answered.',
      'invitation-given-up': 'It was declined, replaced or cancelled: invite again.',
      'already-invited': 'Another invitation to this is open.',
      'no-questionnaire': 'No questionnaire asks this of them.',
    },
    prepare: reissue,
    link: linkOf,
    answer: invitedAs,
  }),
  command<AnswerInvitation, Evaluation>({
    name: 'answer-invitation',
    says: 'Answers by link: kept in part, handed in, or declined.',
    path: '/api/evaluation/invitations/:token',
    aggregate,
    access: { roles: 'public' },
    body: AnswerInvitation,
    events: [EvaluationResponseRecorded, EvaluationDeclined, JourneyClosed],
    rules: {
      'invitation-spent': 'It was answered.',
      'invitation-expired': 'Its time is over.',
      'invitation-declined': 'It was declined.',
      'invitation-replaced': 'Another link was issued since.',
      'invitation-cancelled': 'Nobody is asked any more.',
    },
    idOf: journeyOf,
    prepare: answer,
    answersOnly: true,
    answer: ({ body: { complete = true, decline = false } }) => (decline ? { received: true, declined: true } : { received: true, complete }),
  }),
];
