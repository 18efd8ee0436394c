import { InvalidField, mustBe, refuse, refuseUnless, type Actor } from '@alongside/event-sourcing';
import type { Barrier } from './eligibility.js';
import { withdrawn } from './hearing.js';
import type { CommandOf, IntroducingBodies, ProposingBodies, WaitingBodies } from './matching-commands.js';
import {
  ConnectionDeclared,
  IntroductionAbandoned,
  MatchAccepted,
  MatchIntroduced,
  MatchProposalWithdrawn,
  MatchProposed,
  MatchTurnedDown,
  ReturnedToAssessment,
  WaitingEnded,
  type MatchingEvent,
} from './matching-events.js';
import { answered, isExpired, wasIntroduced, type KnownMatching, type Matching, type PastRelationship, type Proposal, type WaitingMatching } from './matching-state.js';

type Decisions<Bodies> = { readonly [Type in keyof Bodies]: (command: CommandOf<Type & keyof (ProposingBodies & IntroducingBodies & WaitingBodies)>, state: Matching) => readonly MatchingEvent[] };

function waiting(state: Matching): WaitingMatching {
  return mustBe(state, 'waiting', 'not-waiting');
}

/** The open proposal, the one that is named where one is; of one that was withdrawn for its supporter's sake, what is in their way says why. */
function openProposal(state: WaitingMatching, proposalId?: string, barriers: readonly Barrier[] = []): Proposal {
  const { proposal } = state;
  if (!proposal) refuseBarred(barriers);
  refuseUnless(proposal && (proposalId === undefined || proposal.proposalId === proposalId), 'no-open-proposal');
  return proposal;
}

/** Refuses by the first thing that is in a supporter's way, with all of them. */
export function refuseBarred(barriers: readonly Barrier[]): void {
  const [first] = barriers;
  if (first) refuse(first.code, { barriers: barriers.map(({ code, of }) => ({ code, ...optional('of', of) })) });
}

/** How it is with a supporter is not for the mentee to hear: what is proposed to them does not stand any more, and that is all. */
const tellable = (barriers: readonly Barrier[], actor: Actor): readonly Barrier[] => (actor.role === 'public' ? [] : barriers);

/** Nobody leaves, answers or goes back before they came. */
function mustNotBeBefore(beginning: string, occurredAt: string): void {
  if (occurredAt < beginning) throw new InvalidField([{ path: 'occurredAt', code: 'before-the-beginning' }]);
}

const spoken = <By>(by: By | undefined): { readonly by?: By } => (by === undefined ? {} : { by });
const optional = <Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };

/** What must hold before anybody is introduced; the supporter's place and standing are asked of their own stream. */
export function readyToIntroduce(state: Matching, proposalId: string | undefined, barriers: readonly Barrier[] = []): Proposal {
  const known = waiting(state);
  refuseUnless(!known.agreementWithdrawn, 'agreement-withdrawn');
  const proposal = openProposal(known, proposalId, barriers);
  const missing = (['mentee', 'supporter'] as const).filter((side) => proposal.accepted[side] === undefined);
  refuseUnless(missing.length === 0, 'not-accepted-by-both', { missing });
  return proposal;
}

/** What is known of the person besides: of their other journeys. */
export interface KnownOfPerson {
  readonly past: readonly Pick<PastRelationship, 'supporterId' | 'ending'>[];
  readonly connections: readonly { readonly supporterId: string; readonly menteeAgrees: boolean }[];
}

/** On this journey, or on another one of the same person; what this one tells counts. */
export function mustBeNoFormerPair(known: Pick<KnownMatching, 'past' | 'connections'>, supporterId: string, { past, connections }: KnownOfPerson): void {
  const connection = known.connections[supporterId] ?? connections.find((each) => each.supporterId === supporterId);
  refuseUnless(connection?.menteeAgrees ?? true, 'connection-declared');
  refuseUnless(![...known.past, ...past].some((each) => each.supporterId === supporterId && each.ending === 'not-a-good-fit'), 'pair-failed-before');
}

export const proposing: Decisions<ProposingBodies> = {
  'propose-match': ({ data, newId }, state) => {
    const { today, barriers, brokenMusts, considered, supporterId, answerBy, expiresAt, overrides, note, by } = data;
    const known = waiting(state);
    refuseUnless(!known.agreementWithdrawn, 'agreement-withdrawn');
    refuseUnless(considered, 'matching-information-missing');
    refuseUnless(!known.proposal, 'proposal-open', { proposalId: known.proposal?.proposalId });
    refuseBarred(barriers);
    mustBeNoFormerPair(known, supporterId, considered.mentee);
    const kept = overrides.filter((override) => brokenMusts.includes(override.must));
    const broken = brokenMusts.filter((must) => !kept.some((override) => override.must === must));
    refuseUnless(broken.length === 0, 'must-broken', { musts: broken });
    if (answerBy < today) throw new InvalidField([{ path: 'answerBy', code: 'in-the-past' }]);
    return [MatchProposed({ proposalId: newId('proposal'), supporterId, answerBy, expiresAt, overrides: kept, ...optional('note', note), considered, ...spoken(by) })];
  },

  'respond-to-match': ({ data: { side, answer, reason, proposalId, barriers, by }, actor, occurredAt }, state) => {
    const known = waiting(state);
    refuseUnless(proposalId === undefined || !isExpired(known, proposalId, occurredAt), 'proposal-expired');
    const proposal = openProposal(known, proposalId, tellable(barriers, actor));
    refuseUnless(actor.role !== 'supporter' || side === 'supporter', 'not-your-side');
    refuseUnless(actor.role !== 'public' || side === 'mentee', 'not-your-side');
    refuseUnless(occurredAt < proposal.expiresAt, 'proposal-expired');
    mustNotBeBefore(proposal.proposedAt, occurredAt);
    const about = { proposalId: proposal.proposalId, supporterId: proposal.supporterId, side };
    if (answer === 'turned-down') return [MatchTurnedDown({ ...about, ...optional('reason', reason), ...spoken(by) })];
    if (proposal.accepted[side] !== undefined) return [];
    // Nobody accepts who, or whom, they may not be matched with any more; turning it down stays free.
    refuseBarred(tellable(barriers, actor));
    refuseUnless(barriers.length === 0, 'no-open-proposal');
    return [MatchAccepted({ ...about, ...spoken(by) })];
  },

  'withdraw-proposal': ({ data: { proposalId, cause, reason, by }, occurredAt, actor }, state) => {
    const proposal = openProposal(waiting(state), proposalId);
    if (actor.role !== 'system') mustNotBeBefore(proposal.proposedAt, occurredAt);
    return [MatchProposalWithdrawn({ proposalId: proposal.proposalId, supporterId: proposal.supporterId, cause, ...optional('reason', reason), ...spoken(by) })];
  },

  'expire-proposal': ({ data: { proposalId } }, state) => {
    // Both have answered: the introduction is what is waited for, and nobody's time is up.
    if (state.status !== 'waiting' || state.proposal?.proposalId !== proposalId || answered(state.proposal)) return [];
    return withdrawn(state, 'expired');
  },
};

export const introducing: Decisions<IntroducingBodies> = {
  introduce: ({ data: { proposalId, by, firstMeetingPlace, ...introduction }, occurredAt }, state) => {
    if (wasIntroduced(state, introduction.relationshipId)) return [];
    const { supporterId } = readyToIntroduce(state, proposalId);
    refuseUnless(!waiting(state).abandoned.includes(introduction.relationshipId), 'introduction-abandoned');
    if (introduction.firstMeetingAt < occurredAt) throw new InvalidField([{ path: 'firstMeetingAt', code: 'before-the-introduction' }]);
    return [MatchIntroduced({ proposalId, supporterId, ...introduction, ...optional('firstMeetingPlace', firstMeetingPlace), ...spoken(by) })];
  },

  'abandon-introduction': ({ data }, state) => {
    if (state.status === 'none' || state.abandoned.includes(data.relationshipId)) return [];
    refuseUnless(!wasIntroduced(state, data.relationshipId), 'introduced');
    return [IntroductionAbandoned(data)];
  },
};

export const waitingList: Decisions<WaitingBodies> = {
  'declare-connection': ({ data: { supporterId, kind, sameKind, menteeAgrees, note, by }, actor }, state) => {
    refuseUnless(actor.role !== 'supporter' || (actor.id === supporterId && !menteeAgrees), 'told-by-themselves');
    const known = mustBe(state, ['heard', 'waiting', 'introduced', 'over'], 'not-waiting');
    refuseUnless(!known.stopped, 'not-waiting');
    const before = known.connections[supporterId];
    if (sameKind && before?.menteeAgrees === menteeAgrees && note === undefined) return [];
    const proposed = known.status === 'waiting' && known.proposal?.supporterId === supporterId;
    return [
      // What is not noted anew stays as it was noted.
      ConnectionDeclared({ supporterId, kind, menteeAgrees, ...optional('note', note ?? (sameKind ? before?.note : undefined)), ...spoken(by) }),
      ...(proposed && !menteeAgrees ? withdrawn(known, 'connection-declared') : []),
    ];
  },

  'leave-waiting-list': ({ data: { reason, note, by }, occurredAt }, state) => {
    const known = waiting(state);
    mustNotBeBefore(known.listedAt, occurredAt);
    return [...withdrawn(known, 'waiting-ended'), WaitingEnded({ reason, afterRelationship: known.past.length > 0, ...optional('note', note), ...spoken(by) })];
  },

  'return-to-assessment': ({ data: { reason, by }, occurredAt }, state) => {
    const known = waiting(state);
    mustNotBeBefore(known.listedAt, occurredAt);
    return [...withdrawn(known, 'waiting-ended'), ReturnedToAssessment({ reason, ...spoken(by) })];
  },
};
