import { addDays, dateIn, endOf } from '@alongside/contracts';
import { isSealed } from '@alongside/event-sourcing';
import { command, type CommandRoute, type Request } from '@alongside/service';
import { freeze } from '../domain/considered.js';
import { ConnectionDeclared, MatchAccepted, MatchProposalWithdrawn, MatchProposed, MatchTurnedDown, ReturnedToAssessment, WaitingEnded } from '../domain/matching-events.js';
import type { Matching } from '../domain/matching-state.js';
import { matchingAggregate as aggregate } from '../domain/matching.js';
import { brokenMusts, suggest } from '../domain/suggest.js';
import { answerLink, answersFor } from './answer-link.js';
import { barriersToAsked } from './asked.js';
import { consider } from './considering.js';
import { DeclareConnection, DeclareConnectionToMentee, LeaveWaitingList, ProposeMatch, RespondByLink, RespondToMatch, ReturnToAssessment, WithdrawProposal } from './matching-bodies.js';
import { standardsOf, timeZoneOf } from './settings.js';
import { supporterNamed } from './supporter-commands.js';

const coordinators = { roles: ['coordinator'] } as const;

const supporterRules = {
  candidate: 'They are not registered as a supporter yet.',
  paused: 'The supporter is paused.',
  retired: 'The supporter has left, or is leaving.',
  'not-trained': 'A required training is missing.',
  'training-expired': 'A required training has expired.',
  'recovery-not-confirmed': 'They are not confirmed as far enough in their own recovery.',
  'agreement-not-signed': 'They have not signed the supporter agreement.',
  'check-missing': 'A required check is missing.',
  'check-not-passed': 'A required check was not passed.',
  'check-expired': 'A required check has expired.',
  'supervision-overdue': 'Their supervision is overdue.',
  'at-capacity': 'Every place that they offer is taken.',
};
export const noFormerPair = {
  'connection-declared': 'They know each other, and the mentee has not agreed.',
  'pair-failed-before': 'The two were no good fit before.',
};
export const mayNotBeMatched: Readonly<Record<string, string>> = supporterRules;
const notWaiting = { 'not-waiting': 'The mentee does not wait for a match.' };
const proposalRules = { ...notWaiting, 'no-open-proposal': 'Nothing is proposed at the moment.' };

const bodyOf = <B extends object>({ body }: Request<B>): Omit<B, 'occurredAt'> => {
  const { occurredAt: _occurredAt, ...data } = body as B & { occurredAt?: string };
  return data as Omit<B, 'occurredAt'>;
};

/** Everything that stands before the coordinator, frozen; gathered only for a mentee who waits, whom the decider looks at first. */
async function ground(request: Request<ProposeMatch>, state: Matching | undefined): Promise<object> {
  const { supporterId, answerBy, overrides = [], ...rest } = bodyOf(request);
  const nothing = { ...rest, supporterId, overrides, barriers: [], brokenMusts: [], today: '', answerBy: answerBy ?? '', expiresAt: '' };
  if (state?.status !== 'waiting') return nothing;
  const { organisationId, siteId } = state;
  const supporter = await supporterNamed(request, organisationId, supporterId, 'supporterId');
  const timeZone = await timeZoneOf(request, organisationId, siteId);
  const today = dateIn(timeZone, request.occurredAt);
  const lastDay = answerBy ?? addDays(today, (await standardsOf(request, organisationId)).proposalDays);
  const dated = { ...nothing, today, answerBy: lastDay, expiresAt: endOf(lastDay, timeZone) };
  const considering = await consider(request, state, request.occurredAt, [supporter]);
  const proposed = considering?.input.supporters.find((each) => each.supporterId === supporterId);
  if (!considering || !proposed) return dated;
  return {
    ...dated,
    barriers: proposed.barriers,
    brokenMusts: brokenMusts(proposed, considering.input),
    considered: freeze(considering.input, suggest(considering.input), proposed, considering.versions, considering.envelopes),
  };
}

/** What is sealed can be compared here alone: whether it was declared of the same kind before, and what is noted unless it was noted then. */
async function declared(request: Request<{ readonly kind: string; readonly note?: string }>, state: Matching | undefined, supporterId: string): Promise<object> {
  const { note } = request.body;
  const connection = state === undefined || state.status === 'none' ? undefined : state.connections[supporterId];
  const before = connection && (await request.open({ kind: connection.kind, note: connection.note }));
  const sameKind = before?.kind === request.body.kind;
  return { sameKind, ...(note !== undefined && !(sameKind && before.note === note) && { note }) };
}

/** The mentee's own link, unless nothing may be sent to them. */
async function linkForMentee(request: Request, journeyId: string, proposalId: string): Promise<string | undefined> {
  const state = (await request.load(aggregate, journeyId))?.state;
  const safeContact = state === undefined || state.status === 'none' ? undefined : state.safeContact;
  if (safeContact !== undefined) {
    const { safe } = await request.open({ safe: safeContact });
    if (safe === 'erased' || isSealed(safe) || safe.channels.length === 0) return undefined;
  }
  return answerLink(request, journeyId, proposalId);
}

export const proposalCommands: readonly CommandRoute[] = [
  command<ProposeMatch, Matching>({
    name: 'propose-match',
    says: 'Proposes a match; freezes what was considered. The link is for the mentee to answer by, where a channel is safe.',
    aggregate,
    access: coordinators,
    body: ProposeMatch,
    events: [MatchProposed],
    rules: {
      ...notWaiting,
      ...supporterRules,
      'agreement-withdrawn': 'The mentee has withdrawn the confidentiality agreement.',
      'matching-information-missing': 'What a good match needs is not known here.',
      'proposal-open': 'One match is proposed at a time.',
      ...noFormerPair,
      'must-broken': 'A must of either side would be broken; it takes an override with a reason.',
    },
    prepare: ground,
    link: async (request, { id, events }) => {
      const proposalId = events.find((each) => each.type === MatchProposed.type)?.data['proposalId'];
      return typeof proposalId === 'string' ? linkForMentee(request, id, proposalId) : undefined;
    },
    answer: (_request, { events }) => {
      const proposed = events.find((each) => each.type === MatchProposed.type);
      return proposed ? { proposalId: proposed.data['proposalId'], answerBy: proposed.data['answerBy'] } : {};
    },
  }),
  command<RespondToMatch, Matching>({
    name: 'respond-to-match',
    says: 'One side accepts or turns down what is proposed: the supporter themselves, or staff for either side.',
    aggregate,
    access: { roles: ['coordinator', 'supporter'] },
    body: RespondToMatch,
    events: [MatchAccepted, MatchTurnedDown],
    rules: { ...proposalRules, ...supporterRules, 'not-your-side': "It is the other side's answer.", 'proposal-expired': 'The date for an answer has passed.' },
    prepare: async (request, state) => ({
      ...bodyOf(request),
      side: request.body.side ?? (request.actor.role === 'supporter' ? 'supporter' : 'mentee'),
      barriers: await barriersToAsked(request, state, request.occurredAt),
    }),
  }),
  command<RespondByLink, Matching>({
    name: 'respond-to-match',
    says: 'The mentee answers by the link that they were given.',
    path: '/api/matching/responses/:token',
    aggregate,
    access: { roles: 'public' },
    body: RespondByLink,
    events: [MatchAccepted, MatchTurnedDown],
    rules: { ...proposalRules, 'not-your-side': "It is the other side's answer.", 'proposal-expired': 'The date for an answer has passed.' },
    // What is no link of ours is a journey that does not exist.
    idOf: (request) => answersFor(request, request.params['token'] ?? '')?.journeyId ?? 'unknown',
    prepare: async (request, state) => ({
      ...bodyOf(request),
      side: 'mentee',
      by: 'mentee',
      proposalId: answersFor(request, request.params['token'] ?? '')?.proposalId,
      barriers: await barriersToAsked(request, state, request.occurredAt),
    }),
    answersOnly: true,
    answer: (request) => ({ received: true, answer: request.body.answer }),
  }),
  command<WithdrawProposal, Matching>({
    name: 'withdraw-proposal',
    says: 'Takes a proposal back.',
    aggregate,
    access: coordinators,
    body: WithdrawProposal,
    events: [MatchProposalWithdrawn],
    rules: proposalRules,
    prepare: (request) => ({ ...bodyOf(request), cause: 'by-coordinator' }),
  }),
  command<LeaveWaitingList, Matching>({
    name: 'leave-waiting-list',
    says: 'The mentee does not wait any more; after a relationship the final evaluation still opens.',
    aggregate,
    access: coordinators,
    body: LeaveWaitingList,
    events: [MatchProposalWithdrawn, WaitingEnded],
    rules: notWaiting,
  }),
  command<ReturnToAssessment, Matching>({
    name: 'return-to-assessment',
    says: 'Things have changed: the assessment looks again. The place in the queue is kept.',
    aggregate,
    access: coordinators,
    body: ReturnToAssessment,
    events: [MatchProposalWithdrawn, ReturnedToAssessment],
    rules: notWaiting,
  }),
  command<DeclareConnection, Matching>({
    name: 'declare-connection',
    says: 'This supporter and the mentee know each other, or one works in a team that treats the other.',
    aggregate,
    access: coordinators,
    body: DeclareConnection,
    events: [ConnectionDeclared, MatchProposalWithdrawn],
    rules: { 'not-waiting': 'The journey is over in matching.' },
    prepare: async (request, state) => {
      const organisationId = state === undefined || state.status === 'none' ? '' : state.organisationId;
      await supporterNamed(request, organisationId, request.body.supporterId, 'supporterId');
      const { note: _compared, menteeAgrees = false, ...body } = bodyOf(request);
      return { ...body, menteeAgrees, ...(await declared(request, state, request.body.supporterId)) };
    },
  }),
  command<DeclareConnectionToMentee, Matching>({
    name: 'declare-connection',
    says: 'This supporter and a mentee know each other; told by the supporter themselves or by staff.',
    path: '/api/supporters/:id/declare-connection',
    aggregate,
    access: { roles: ['coordinator', 'supporter'] },
    body: DeclareConnectionToMentee,
    events: [ConnectionDeclared, MatchProposalWithdrawn],
    rules: { 'not-waiting': 'The journey is over in matching.', 'told-by-themselves': 'A supporter tells of nobody but themselves, and does not agree in the place of the mentee.' },
    idOf: (request) => request.body.journeyId,
    prepare: async (request, state) => {
      const { journeyId: _journeyId, note: _compared, menteeAgrees = false, ...body } = bodyOf(request);
      const supporterId = request.params['id'] ?? '';
      const organisationId = state === undefined || state.status === 'none' ? '' : state.organisationId;
      await supporterNamed(request, organisationId, supporterId, 'id');
      return { ...body, supporterId, menteeAgrees, ...(await declared(request, state, supporterId)) };
    },
  }),
];
