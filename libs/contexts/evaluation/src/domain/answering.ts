import type { ContactChannel } from '@alongside/contracts';
import { InvalidField, refuse, refuseUnless, type Command, type CommandEnvelope, type CommandsOf, type Decider, type Personal } from '@alongside/event-sourcing';
import { conclusionOf, isGone } from './conclusion.js';
import { concluding, type Today } from './concluding.js';
import {
  EvaluationDeclined,
  EvaluationInvited,
  EvaluationResponseRead,
  EvaluationResponseRecorded,
  InvitationExpired,
  type DeclineReason,
  type EvaluationEvent,
  type ResponseChannel,
  type Voice,
} from './events.js';
import type { Answers, Audience, Occasion } from './questions.js';
import type { ContactVerdict } from './safe-sending.js';
import {
  answerStatus,
  askedKey,
  hasLive,
  invitationsFor,
  lastRelationship,
  ofSupporter,
  responsesFor,
  wasLiveAt,
  type ClosedStory,
  type Evaluation,
  type Invitation,
  type OpenStory,
  type Response,
} from './state.js';

interface QuestionnaireRef {
  readonly questionnaireId: string;
  readonly version: number;
}

interface Sending {
  readonly channel: ContactChannel;
  readonly contact: ContactVerdict;
  readonly expiresAt: string;
  readonly expiresOn: string;
}

interface Given {
  readonly answers: Personal<Answers>;
  readonly answered: readonly string[];
  readonly complete: boolean;
}

export type AnsweringCommand = CommandsOf<{
  invite: { occasion: Occasion; audience: Audience; questionnaire?: QuestionnaireRef; by?: Voice } & Sending & Today;
  'reissue-invitation': { invitationId?: string; by?: Voice } & Sending & Today;
  'answer-invitation': ({ invitationId: string; decline: true } | ({ invitationId: string; decline: false } & Given)) & Today;
  'record-response': { occasion: Occasion; audience: Audience; channel: ResponseChannel; questionnaire?: QuestionnaireRef; by?: Voice } & Given & Today;
  'mark-response-read': { responseId: string; by?: Voice };
  'decline-evaluation': { occasion: Occasion; audience: Audience; reason?: DeclineReason; by?: Voice } & Today;
  'expire-invitation': { invitationId: string; expiresOn: string };
}>;

type Asking = OpenStory | ClosedStory;

function asking(state: Evaluation): Asking {
  if (state.status !== 'open' && state.status !== 'closed') return refuse('evaluation-not-open', { status: state.status });
  refuseUnless(!isGone(state.known), 'person-gone');
  return state;
}

/** What may be asked when. A date in the past is judged as of then; a supporter who speaks for themselves, by their own relationships. */
function mayBeAsked(story: Asking, occasion: Occasion, audience: Audience, at: string, speaker?: string): void {
  const known = speaker === undefined ? story.known : ofSupporter(story.known, speaker);
  const last = lastRelationship(known);
  switch (occasion) {
    case 'baseline':
      refuseUnless(story.status === 'open', 'journey-closed');
      if (audience === 'supporter') refuseUnless(wasLiveAt(known, at), 'no-live-relationship');
      else refuseUnless(!known.relationships.some((each) => each.end !== undefined && each.end.at <= at), 'too-late-for-a-baseline');
      return;
    case 'during':
      refuseUnless(wasLiveAt(known, at), 'no-live-relationship');
      return;
    case 'end':
      refuseUnless(last !== undefined || known.ended?.afterRelationship, 'no-relationship-yet');
      if (audience === 'supporter') refuseUnless(last?.end, 'relationship-live');
      else {
        refuseUnless(!hasLive(known), 'relationship-live');
        refuseUnless(conclusionOf(known), 'another-match-wanted');
      }
      return;
    case 'follow-up':
      refuseUnless(story.status === 'closed', 'journey-not-closed');
      refuseUnless(last !== undefined || known.ended?.afterRelationship, 'no-relationship-yet');
  }
}

const asksOnce = (occasion: Occasion): boolean => occasion === 'baseline' || occasion === 'end';

/** Of a supporter's view: whose, and of which relationship: the latest, or the latest of the supporter who speaks for themselves. */
function viewOf(story: Asking, audience: Audience, speaker?: string): { readonly relationshipId?: string; readonly supporterId?: string } {
  const last = audience === 'supporter' ? lastRelationship(speaker === undefined ? story.known : ofSupporter(story.known, speaker)) : undefined;
  return last ? { relationshipId: last.relationshipId, supporterId: last.supporterId } : {};
}

const ofThisView = (view: { readonly relationshipId?: string }) => (each: { readonly relationshipId?: string }): boolean => each.relationshipId === view.relationshipId;

function refuseAnswered(story: Asking, occasion: Occasion, audience: Audience, speaker?: string): void {
  const answered = responsesFor(story, occasion, audience).some((each) => each.complete && ofThisView(viewOf(story, audience, speaker))(each));
  refuseUnless(!asksOnce(occasion) || !answered, 'already-answered');
}

/** Nobody is asked at the end of a closed journey; what is handed in late is taken. */
function mustStillAsk(story: Asking, occasion: Occasion, audience: Audience): void {
  if (occasion === 'during' || (occasion === 'end' && audience === 'mentee')) refuseUnless(story.status === 'open', 'journey-closed');
}

export function openInvitation(story: Asking, occasion: Occasion, audience: Audience, speaker?: string): Invitation | undefined {
  return invitationsFor(story, occasion, audience).find((each) => each.status === 'open' && ofThisView(viewOf(story, audience, speaker))(each));
}

/** What was answered in part and can be gone on with. */
export function partialResponse(story: Asking, occasion: Occasion, audience: Audience, speaker?: string): Response | undefined {
  return responsesFor(story, occasion, audience).find((each) => !each.complete && ofThisView(viewOf(story, audience, speaker))(each));
}

/** The invitation that is to be issued anew: the one named, else the latest that nobody answered. */
export function invitationToReissue(story: Evaluation | undefined, invitationId: string | undefined): Invitation | undefined {
  if (story === undefined || story.status === 'unknown') return undefined;
  if (invitationId !== undefined) return story.invitations[invitationId];
  return Object.values(story.invitations)
    .filter((each) => each.status === 'open' || each.status === 'expired')
    .reduce<Invitation | undefined>((last, each) => (last === undefined || each.invitedAt >= last.invitedAt ? each : last), undefined);
}

const voiced = (by: Voice | undefined, audience: Audience): Voice => by ?? audience;

function declined(story: Asking, occasion: Occasion, audience: Audience, reason: DeclineReason, by: Voice) {
  const invitation = openInvitation(story, occasion, audience);
  return EvaluationDeclined({ occasion, audience, reason, by, ...(invitation && { invitationId: invitation.invitationId }) });
}

interface Word extends Given {
  readonly occasion: Occasion;
  readonly audience: Audience;
  readonly channel: ResponseChannel;
  readonly by: Voice;
}

function responded(story: Asking, { newId }: CommandEnvelope, word: Word, questionnaire: QuestionnaireRef, invitation: Invitation | undefined, speaker?: string): EvaluationEvent {
  const { occasion, audience } = word;
  const view = invitation ? { ...(invitation.relationshipId !== undefined && { relationshipId: invitation.relationshipId }), ...(invitation.supporterId !== undefined && { supporterId: invitation.supporterId }) } : viewOf(story, audience, speaker);
  const partial = responsesFor(story, occasion, audience).find((each) => !each.complete && ofThisView(view)(each));
  const baseline = occasion === 'baseline' ? undefined : responsesFor(story, 'baseline', audience).find((each) => each.complete && ofThisView(view)(each));
  return EvaluationResponseRecorded({
    responseId: partial?.responseId ?? newId('response'),
    ...(invitation && { invitationId: invitation.invitationId }),
    questionnaireId: questionnaire.questionnaireId,
    version: questionnaire.version,
    ...word,
    ...view,
    ...(baseline && { pairedWith: baseline.responseId }),
  });
}

const spentBy: Readonly<Record<Exclude<Invitation['status'], 'open'>, string>> = {
  answered: 'invitation-spent',
  expired: 'invitation-expired',
  declined: 'invitation-declined',
  replaced: 'invitation-replaced',
  cancelled: 'invitation-cancelled',
};

/** The invitation that a link stands for, while the link is good; refuses with why it is not. */
export function goodInvitation(state: Evaluation, invitationId: string, at: string): { readonly story: Asking; readonly invitation: Invitation } {
  const story = state.status === 'open' || state.status === 'closed' ? state : refuse('invitation-cancelled');
  const invitation = story.invitations[invitationId] ?? refuse('invitation-cancelled');
  if (invitation.status !== 'open') refuse(spentBy[invitation.status]);
  refuseUnless(at < invitation.expiresAt, 'invitation-expired');
  return { story, invitation };
}

function invited(command: Command<string, Sending & Today & { by?: Voice }>, story: Asking, asked: { occasion: Occasion; audience: Audience; questionnaire: QuestionnaireRef | undefined; replaces?: string }) {
  const { channel, contact, expiresAt, expiresOn, by } = command.data;
  const { occasion, audience, questionnaire, replaces } = asked;
  if (audience === 'mentee') {
    if (contact === 'none-safe') return story.declined[askedKey(occasion, audience)]?.reason === 'no-safe-contact' ? [] : concluding(command, story, [declined(story, occasion, audience, 'no-safe-contact', 'staff')]);
    if (contact !== 'safe') refuse(contact, { channel });
  }
  const { questionnaireId, version } = questionnaire ?? refuse('no-questionnaire', { occasion, audience });
  const invitationId = command.newId('invitation');
  return [
    EvaluationInvited({ invitationId, questionnaireId, version, occasion, audience, ...viewOf(story, audience), channel, expiresAt, expiresOn, ...(replaces !== undefined && { replaces }), ...(by !== undefined && { by }) }),
  ];
}

export const answering: Decider<Evaluation, AnsweringCommand, EvaluationEvent>['decide'] = {
  invite(command, state) {
    const { occasion, audience, questionnaire } = command.data;
    const story = asking(state);
    mustStillAsk(story, occasion, audience);
    mayBeAsked(story, occasion, audience, command.occurredAt);
    refuseAnswered(story, occasion, audience);
    refuseUnless(!openInvitation(story, occasion, audience), 'already-invited');
    return invited(command, story, { occasion, audience, questionnaire });
  },
  'reissue-invitation'(command, state) {
    const story = asking(state);
    const before = invitationToReissue(story, command.data.invitationId);
    if (!before) return command.data.invitationId === undefined ? refuse('not-invited') : unknownField('invitationId');
    if (before.status === 'answered') return refuse('already-answered');
    refuseUnless(before.status === 'open' || before.status === 'expired', 'invitation-given-up', { status: before.status });
    const { occasion, audience, invitationId } = before;
    // A supporter who was followed by another has lost sight of the mentee: they answer by the link they have, or not.
    refuseUnless(ofThisView(viewOf(story, audience))(before), 'invitation-given-up', { status: 'open' });
    mustStillAsk(story, occasion, audience);
    mayBeAsked(story, occasion, audience, command.occurredAt);
    refuseAnswered(story, occasion, audience);
    const open = openInvitation(story, occasion, audience);
    refuseUnless(!open || open.invitationId === invitationId, 'already-invited');
    return invited(command, story, { occasion, audience, questionnaire: before, replaces: invitationId });
  },
  'answer-invitation'(command, state) {
    const { data } = command;
    const { story, invitation } = goodInvitation(state, data.invitationId, command.occurredAt);
    refuseUnless(!isGone(story.known), 'invitation-cancelled');
    const { occasion, audience, invitationId } = invitation;
    if (data.decline) return concluding(command, story, [EvaluationDeclined({ occasion, audience, reason: 'does-not-want-to', by: audience, invitationId })]);
    const word: Word = { occasion, audience, channel: 'link', by: audience, answers: data.answers, answered: data.answered, complete: data.complete };
    return concluding(command, story, [responded(story, command, word, invitation, invitation)]);
  },
  'record-response'(command, state) {
    const { occasion, audience, channel, by, questionnaire, answers, answered, complete } = command.data;
    const story = asking(state);
    // Whatever other role they may hold.
    const isSupporter = command.actor.role === 'supporter' || story.known.relationships.some((each) => each.supporterId === command.actor.id);
    refuseUnless(audience === 'supporter' || !(isSupporter || by === 'supporter'), 'supporter-may-not-answer-for-mentee');
    const speaker = command.actor.role === 'supporter' ? command.actor.id : undefined;
    mayBeAsked(story, occasion, audience, command.occurredAt, speaker);
    refuseAnswered(story, occasion, audience, speaker);
    const invitation = openInvitation(story, occasion, audience, speaker);
    const asked = partialResponse(story, occasion, audience, speaker) ?? invitation ?? questionnaire ?? refuse('no-questionnaire', { occasion, audience });
    const word: Word = { occasion, audience, channel, by: voiced(by, audience), answers, answered, complete };
    return concluding(command, story, [responded(story, command, word, asked, invitation, speaker)]);
  },
  'mark-response-read'({ data: { responseId, by } }, state) {
    if (state.status !== 'open' && state.status !== 'closed') return refuse('evaluation-not-open', { status: state.status });
    const response = state.responses[responseId];
    if (!response) return unknownField('responseId');
    refuseUnless(response.complete, 'response-not-handed-in');
    return response.read ? [] : [EvaluationResponseRead({ responseId, ...(by !== undefined && { by }) })];
  },
  'decline-evaluation'(command, state) {
    const { occasion, audience, reason, by } = command.data;
    const story = asking(state);
    const before = story.declined[askedKey(occasion, audience)];
    if (before && (reason === undefined || reason === before.reason) && !openInvitation(story, occasion, audience)) return [];
    mustStillAsk(story, occasion, audience);
    mayBeAsked(story, occasion, audience, command.occurredAt);
    refuseUnless(answerStatus(story, occasion, audience) !== 'answered', 'already-answered');
    return concluding(command, story, [declined(story, occasion, audience, reason ?? 'does-not-want-to', voiced(by, audience))]);
  },
  // Dated by the last day on which the link was good: the journey may close with it.
  'expire-invitation'({ data: { invitationId, expiresOn }, ...envelope }, state) {
    const invitation = state.status === 'open' || state.status === 'closed' ? state.invitations[invitationId] : undefined;
    if (invitation?.status !== 'open' || envelope.occurredAt < invitation.expiresAt) return [];
    const { occasion, audience } = invitation;
    return concluding({ ...envelope, data: { today: expiresOn } }, state, [InvitationExpired({ invitationId, occasion, audience })]);
  },
};

function unknownField(path: string): never {
  throw new InvalidField([{ path, code: 'unknown' }]);
}
