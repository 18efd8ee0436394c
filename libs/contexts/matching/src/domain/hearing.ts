import {
  MatchingAgreementHeard,
  MatchingAssessmentReopened,
  MatchingCoordinatorHeard,
  MatchingInformationHeard,
  MatchingJourneyHeard,
  MatchingLeavingHeard,
  MatchingPersonHeard,
  MatchingSafeContactHeard,
  MatchingSiteHeard,
  MatchingStopped,
} from './heard-events.js';
import type { CommandOf, HearingBodies } from './matching-commands.js';
import { MatchEnded, MatchProposalWithdrawn, WaitingEnded, WaitingStarted, type MatchingEvent, type WaitingEnding, type WithdrawalCause } from './matching-events.js';
import type { Matching, NewsKind, WaitingMatching } from './matching-state.js';

type Decisions<Bodies extends Partial<HearingBodies>> = {
  readonly [Type in keyof Bodies & keyof HearingBodies]: (command: CommandOf<Type>, state: Matching) => readonly MatchingEvent[];
};

const isNews = (state: Matching, kind: NewsKind, revision: number): boolean => state.status === 'none' || revision > (state.news[kind] ?? -1);
const stopped = (state: Matching): boolean => state.status !== 'none' && state.stopped !== undefined;

/** The open proposal does not stand any more, whatever it was that ended it. */
export function withdrawn(state: Matching, cause: WithdrawalCause): readonly MatchingEvent[] {
  if (state.status !== 'waiting' || !state.proposal) return [];
  const { proposalId, supporterId } = state.proposal;
  return [MatchProposalWithdrawn({ proposalId, supporterId, cause })];
}

export function waitingEnded(state: WaitingMatching, reason: WaitingEnding): readonly MatchingEvent[] {
  return [...withdrawn(state, 'waiting-ended'), WaitingEnded({ reason, afterRelationship: state.past.length > 0 })];
}

/** Commands of reactions: each accepts news in any order, twice, and after the end. */
export const hearing: Decisions<HearingBodies> = {
  'hear-journey': ({ data }, state) => {
    // Whoever waits or has waited began with more; a journey that stopped before it was heard of needs no beginning.
    const begins = state.status === 'none' || (state.status === 'heard' && state.beganAt === undefined && !state.stopped);
    return begins ? [MatchingJourneyHeard(data)] : [];
  },

  'hear-found-suitable': ({ data, occurredAt }, state) => {
    if (stopped(state) || !isNews(state, 'assessment', data.revision)) return [];
    if (state.status === 'waiting' || state.status === 'introduced') return [];
    // Whoever waited before keeps their place in the queue.
    const since = state.status === 'over' ? state.waitingSince : occurredAt;
    const started = WaitingStarted({ ...data, since, cause: 'found-suitable' });
    const leaving = state.status !== 'none' && state.leaving;
    const past = state.status === 'none' ? [] : state.past;
    return leaving ? [started, WaitingEnded({ reason: 'withdrawn', afterRelationship: past.length > 0 })] : [started];
  },

  'hear-matching-information': ({ data }, state) => (stopped(state) || !isNews(state, 'information', data.revision) ? [] : [MatchingInformationHeard(data)]),

  'hear-agreement': ({ data }, state) => {
    if (stopped(state) || !isNews(state, 'agreement', data.revision)) return [];
    return [MatchingAgreementHeard(data), ...(data.status === 'withdrawn' ? withdrawn(state, 'agreement-withdrawn') : [])];
  },

  'hear-safe-contact': ({ data }, state) => (stopped(state) || !isNews(state, 'safe-contact', data.revision) ? [] : [MatchingSafeContactHeard(data)]),

  'hear-coordinator': ({ data }, state) => (isNews(state, 'coordinator', data.revision) ? [MatchingCoordinatorHeard(data)] : []),

  'hear-move': ({ data }, state) => (isNews(state, 'site', data.revision) ? [MatchingSiteHeard(data)] : []),

  // Of a journey that is over, too: a pair that failed is one of the person's.
  'hear-person': ({ data }, state) => (isNews(state, 'person', data.revision) ? [MatchingPersonHeard(data)] : []),

  'hear-reopened': ({ data }, state) => {
    if (stopped(state) || !isNews(state, 'assessment', data.revision)) return [];
    return [...withdrawn(state, 'waiting-ended'), MatchingAssessmentReopened(data)];
  },

  'hear-leaving': ({ data }, state) => {
    if (stopped(state)) return [];
    if (state.status === 'waiting') return waitingEnded(state, 'withdrawn');
    // While support runs, supervision records the leaving; before waiting began it is remembered.
    const remembered = state.status === 'none' || ((state.status === 'heard' || state.status === 'introduced') && !state.leaving);
    return remembered ? [MatchingLeavingHeard(data)] : [];
  },

  'hear-stop': ({ data, occurredAt }, state) => {
    const stop = stopped(state) ? [] : [MatchingStopped(data)];
    if (state.status === 'waiting') return [...waitingEnded(state, data.cause), ...stop];
    // A death ends the relationship in supervision first; a closed or erased journey has nobody left who would.
    if (state.status === 'introduced' && data.cause !== 'died') {
      const { relationshipId, supporterId } = state;
      const ending = state.stopped === 'died' ? 'died' : 'other';
      return [MatchEnded({ relationshipId, supporterId, ending, wantsAnother: false, endedOn: occurredAt.slice(0, 10), lessons: [] }), ...stop];
    }
    return stop;
  },

  'hear-relationship-ended': ({ data }, state) => {
    if (state.status !== 'introduced' || state.relationshipId !== data.relationshipId) return [];
    const ended = MatchEnded(data);
    if (!data.wantsAnother || state.stopped) return [ended];
    const { organisationId, siteId, personId, beganAt, waitingSince } = state;
    const again = WaitingStarted({ organisationId, siteId, personId, beganAt, since: waitingSince, cause: 'relationship-ended' });
    return state.leaving ? [ended, again, WaitingEnded({ reason: 'withdrawn', afterRelationship: true })] : [ended, again];
  },
};
