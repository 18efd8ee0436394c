import { InvalidField, mustBe, refuse, refuseUnless } from '@alongside/event-sourcing';
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
import { answered, wasIntroduced, type Matching, type Proposal, type WaitingMatching } from './matching-state.js';

type Decisions<Bodies> = { readonly [Type in keyof Bodies]: (command: CommandOf<Type & keyof (ProposingBodies & IntroducingBodies & WaitingBodies)>, state: Matching) => readonly MatchingEvent[] };

function waiting(state: Matching): WaitingMatching {
  return mustBe(state, 'waiting', 'not-waiting');
}

/** The open proposal, the one that is named where one is. */
function openProposal(state: WaitingMatching, proposalId?: string): Proposal {
  const { proposal } = state;
  refuseUnless(proposal && (proposalId === undefined || proposal.proposalId === proposalId), 'no-open-proposal');
  return proposal;
}

const spoken = <By>(by: By | undefined): { readonly by?: By } => (by === undefined ? {} : { by });
const optional = <Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };

/** What must hold before anybody is introduced; the supporter's place and standing are asked of their own stream. */
export function readyToIntroduce(state: Matching, proposalId: string | undefined): Proposal {
  const known = waiting(state);
  refuseUnless(!known.agreementWithdrawn, 'agreement-withdrawn');
  const proposal = openProposal(known, proposalId);
  const missing = (['mentee', 'supporter'] as const).filter((side) => proposal.accepted[side] === undefined);
  refuseUnless(missing.length === 0, 'not-accepted-by-both', { missing });
  return proposal;
}

export const proposing: Decisions<ProposingBodies> = {
  'propose-match': ({ data, newId }, state) => {
    const { today, barriers, brokenMusts, considered, supporterId, answerBy, expiresAt, overrides, note, by } = data;
    const known = waiting(state);
    refuseUnless(!known.agreementWithdrawn, 'agreement-withdrawn');
    refuseUnless(considered, 'matching-information-missing');
    refuseUnless(!known.proposal, 'proposal-open', { proposalId: known.proposal?.proposalId });
    const [barrier] = barriers;
    if (barrier) refuse(barrier.code, { barriers: barriers.map(({ code, of }) => ({ code, ...optional('of', of) })) });
    refuseUnless(known.connections[supporterId]?.menteeAgrees ?? true, 'connection-declared');
    // On this journey, or on an earlier one of the same person.
    refuseUnless(![...known.past, ...considered.mentee.past].some((each) => each.supporterId === supporterId && each.ending === 'not-a-good-fit'), 'pair-failed-before');
    const kept = overrides.filter((override) => brokenMusts.includes(override.must));
    const broken = brokenMusts.filter((must) => !kept.some((override) => override.must === must));
    refuseUnless(broken.length === 0, 'must-broken', { musts: broken });
    if (answerBy < today) throw new InvalidField([{ path: 'answerBy', code: 'in-the-past' }]);
    return [MatchProposed({ proposalId: newId('proposal'), supporterId, answerBy, expiresAt, overrides: kept, ...optional('note', note), considered, ...spoken(by) })];
  },

  'respond-to-match': ({ data: { side, answer, reason, proposalId, by }, actor, occurredAt }, state) => {
    const proposal = openProposal(waiting(state), proposalId);
    refuseUnless(actor.role !== 'supporter' || side === 'supporter', 'not-your-side');
    refuseUnless(actor.role !== 'public' || side === 'mentee', 'not-your-side');
    refuseUnless(occurredAt < proposal.expiresAt, 'proposal-expired');
    const about = { proposalId: proposal.proposalId, supporterId: proposal.supporterId, side };
    if (answer === 'turned-down') return [MatchTurnedDown({ ...about, ...optional('reason', reason), ...spoken(by) })];
    return proposal.accepted[side] === undefined ? [MatchAccepted({ ...about, ...spoken(by) })] : [];
  },

  'withdraw-proposal': ({ data: { proposalId, cause, reason, by } }, state) => {
    const proposal = openProposal(waiting(state), proposalId);
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
    if (sameKind && before?.menteeAgrees === menteeAgrees) return [];
    const proposed = known.status === 'waiting' && known.proposal?.supporterId === supporterId;
    return [
      ConnectionDeclared({ supporterId, kind, menteeAgrees, ...optional('note', note), ...spoken(by) }),
      ...(proposed && !menteeAgrees ? withdrawn(known, 'connection-declared') : []),
    ];
  },

  'leave-waiting-list': ({ data: { reason, note, by } }, state) => {
    const known = waiting(state);
    return [...withdrawn(known, 'waiting-ended'), WaitingEnded({ reason, afterRelationship: known.past.length > 0, ...optional('note', note), ...spoken(by) })];
  },

  'return-to-assessment': ({ data: { reason, by } }, state) => {
    const known = waiting(state);
    return [...withdrawn(known, 'waiting-ended'), ReturnedToAssessment({ reason, ...spoken(by) })];
  },
};
