import type { Disclosure, MatchingInformation, SafeContact } from '@alongside/contracts';
import type { Occurred, Personal } from '@alongside/event-sourcing';
import type { CodedReason, Considered } from './considered.js';
import type { Stop } from './heard-events.js';
import type { Answering, ConnectionKind, MatchingEvent } from './matching-events.js';

export interface Proposal {
  readonly proposalId: string;
  readonly supporterId: string;
  readonly proposedAt: string;
  readonly answerBy: string;
  readonly expiresAt: string;
  /** When each side accepted. */
  readonly accepted: Readonly<Partial<Record<Answering, string>>>;
  readonly overridden: readonly string[];
  readonly score: number | undefined;
  readonly reasons: Personal<readonly CodedReason[]>;
  readonly counts: Considered['counts'];
}

export interface PastRelationship {
  readonly relationshipId: string;
  readonly supporterId: string;
  readonly ending: string;
  readonly endedOn: string;
  readonly lessons: Personal<readonly string[]>;
}

/** Which news came last from each source, by revision of its stream. */
export type NewsKind = 'information' | 'agreement' | 'safe-contact' | 'coordinator' | 'site' | 'assessment';

/** What is known of a journey in matching, in whatever order it came. Personal values are sealed. */
export interface Facts {
  readonly organisationId: string;
  readonly siteId?: string;
  readonly coordinatorId?: string;
  readonly information?: Personal<MatchingInformation>;
  readonly disclosure?: Personal<Disclosure>;
  readonly safeContact?: Personal<SafeContact>;
  readonly agreementWithdrawn: boolean;
  readonly news: Readonly<Partial<Record<NewsKind, number>>>;
  readonly connections: Readonly<Record<string, { readonly kind: Personal<ConnectionKind>; readonly menteeAgrees: boolean }>>;
  /** The latest last. */
  readonly past: readonly PastRelationship[];
  readonly turnedDown: readonly { readonly supporterId: string; readonly side: Answering }[];
  /** Relationships that were begun and abandoned half-way. */
  readonly abandoned: readonly string[];
  /** The person leaves: waiting ends as soon as it would begin. */
  readonly leaving: boolean;
  readonly stopped?: Stop;
}

export interface Waited extends Facts {
  readonly siteId: string;
  readonly personId: string;
  readonly beganAt: string;
  readonly knownAs?: Personal<string>;
  /** The place in the queue. */
  readonly waitingSince: string;
}

export type Matching =
  | { readonly status: 'none' }
  | ({ readonly status: 'heard' } & Facts)
  | ({ readonly status: 'waiting'; readonly proposal?: Proposal } & Waited)
  | ({ readonly status: 'introduced'; readonly relationshipId: string; readonly supporterId: string; readonly contactPersonId: string; readonly introducedAt: string; readonly firstMeetingAt: string } & Waited)
  | ({ readonly status: 'over'; readonly reason: string } & Waited);

export type KnownMatching = Exclude<Matching, { readonly status: 'none' }>;
export type WaitingMatching = Extract<Matching, { readonly status: 'waiting' }>;

export const answered = (proposal: Proposal): boolean => proposal.accepted.mentee !== undefined && proposal.accepted.supporter !== undefined;

/** Whether a relationship of this id was ever introduced here. */
export function wasIntroduced(state: Matching, relationshipId: string): boolean {
  if (state.status === 'none') return false;
  return (state.status === 'introduced' && state.relationshipId === relationshipId) || state.past.some((each) => each.relationshipId === relationshipId);
}

const nothingKnown: Omit<Facts, 'organisationId'> = { agreementWithdrawn: false, news: {}, connections: {}, past: [], turnedDown: [], abandoned: [], leaving: false };

type Evolve<Type extends MatchingEvent['type']> = (state: Matching, event: Occurred<Extract<MatchingEvent, { type: Type }>>) => Matching;

/** What other contexts told: it may be the first that is known. A site that was moved to is not overruled. */
const heard =
  <Type extends MatchingEvent['type']>(kind: NewsKind | undefined, change: (event: Parameters<Evolve<Type>>[1]) => Partial<Facts>): Evolve<Type> =>
  (state, event) => {
    const { organisationId, siteId, revision } = event.data as { organisationId: string; siteId?: string; revision?: number };
    const before: KnownMatching = state.status === 'none' ? { status: 'heard', ...nothingKnown, organisationId } : state;
    return {
      ...before,
      ...(before.siteId === undefined && siteId !== undefined && { siteId }),
      ...change(event),
      ...(kind !== undefined && revision !== undefined && { news: { ...before.news, [kind]: revision } }),
    } as Matching;
  };

const known =
  <Type extends MatchingEvent['type']>(change: (state: KnownMatching, event: Parameters<Evolve<Type>>[1]) => Partial<Facts>): Evolve<Type> =>
  (state, event) =>
    state.status === 'none' ? state : ({ ...state, ...change(state, event) } as Matching);

/** The facts without what belongs to one status. */
function factsOf(state: Exclude<KnownMatching, { status: 'heard' }>): Waited {
  const { status: _status, ...rest } = state;
  const { proposal: _proposal, relationshipId: _relationship, supporterId: _supporter, contactPersonId: _contact, introducedAt: _at, firstMeetingAt: _first, reason: _reason, ...facts } = {
    proposal: undefined,
    relationshipId: undefined,
    supporterId: undefined,
    contactPersonId: undefined,
    introducedAt: undefined,
    firstMeetingAt: undefined,
    reason: undefined,
    ...rest,
  };
  return facts as Waited;
}

const over = (state: Matching, reason: string): Matching => (state.status === 'none' || state.status === 'heard' ? state : { ...factsOf(state), status: 'over', reason });

const withoutProposal = (state: Matching): Matching => (state.status === 'waiting' ? { ...factsOf(state), status: 'waiting' } : state);

export const evolveMatching: { readonly [Type in MatchingEvent['type']]: Evolve<Type> } = {
  MatchingInformationHeard: heard('information', ({ data: { information, disclosure } }) => ({ information, disclosure })),
  MatchingAgreementHeard: heard('agreement', ({ data: { status } }) => ({ agreementWithdrawn: status === 'withdrawn' })),
  MatchingSafeContactHeard: heard('safe-contact', ({ data: { safeContact } }) => ({ safeContact })),
  MatchingCoordinatorHeard: heard('coordinator', ({ data: { coordinatorId } }) => ({ coordinatorId })),
  MatchingSiteHeard: heard('site', ({ data: { siteId } }) => ({ siteId })),
  MatchingAssessmentReopened: (state, event) => {
    const next = heard<'MatchingAssessmentReopened'>('assessment', () => ({}))(state, event);
    return next.status === 'waiting' ? over(next, 'assessment-reopened') : next;
  },
  MatchingLeavingHeard: heard(undefined, () => ({ leaving: true })),
  MatchingStopped: (state, event) => {
    const next = heard<'MatchingStopped'>(undefined, ({ data: { cause } }) => ({ stopped: cause }))(state, event);
    return next.status === 'waiting' ? over(next, event.data.cause) : next;
  },
  ConnectionDeclared: known((state, { data: { supporterId, kind, menteeAgrees } }) => ({ connections: { ...state.connections, [supporterId]: { kind, menteeAgrees } } })),
  WaitingStarted: (state, { data }) => {
    const { since, cause: _cause, revision, organisationId, siteId, ...told } = data;
    const before: Facts = state.status === 'none' ? { ...nothingKnown, organisationId } : state.status === 'heard' ? state : factsOf(state);
    const movedTo = before.news.site === undefined ? undefined : before.siteId;
    return {
      ...before,
      ...told,
      // Who was assigned since then stays; so does the site that the journey moved to.
      ...(before.coordinatorId !== undefined && { coordinatorId: before.coordinatorId }),
      siteId: movedTo ?? siteId,
      ...(revision !== undefined && { news: { ...before.news, assessment: revision } }),
      status: 'waiting',
      waitingSince: since,
    };
  },
  MatchProposed: (state, { data, metadata }) => {
    if (state.status !== 'waiting') return state;
    const { proposalId, supporterId, answerBy, expiresAt, considered } = data;
    const chosen = considered.best.find((each) => each.supporterId === supporterId);
    return {
      ...state,
      proposal: {
        proposalId,
        supporterId,
        proposedAt: metadata.occurredAt,
        answerBy,
        expiresAt,
        accepted: {},
        overridden: data.overrides.map((each) => each.must),
        score: chosen?.score,
        reasons: chosen?.reasons ?? [],
        counts: considered.counts,
      },
    };
  },
  MatchAccepted: (state, { data, metadata }) =>
    state.status === 'waiting' && state.proposal
      ? { ...state, proposal: { ...state.proposal, accepted: { ...state.proposal.accepted, [data.side]: metadata.occurredAt } } }
      : state,
  MatchTurnedDown: (state, { data: { supporterId, side } }) =>
    state.status === 'none' ? state : withoutProposal({ ...state, turnedDown: [...state.turnedDown, { supporterId, side }] }),
  MatchProposalWithdrawn: (state) => withoutProposal(state),
  MatchIntroduced: (state, { data, metadata }) => {
    if (state.status === 'none' || state.status === 'heard') return state;
    const { relationshipId, supporterId, contactPersonId, firstMeetingAt } = data;
    return { ...factsOf(state), status: 'introduced', relationshipId, supporterId, contactPersonId, firstMeetingAt, introducedAt: metadata.occurredAt };
  },
  IntroductionAbandoned: known((state, { data }) => ({ abandoned: [...state.abandoned, data.relationshipId] })),
  MatchEnded: (state, { data: { relationshipId, supporterId, ending, endedOn, lessons } }) => {
    if (state.status === 'none' || state.status === 'heard') return state;
    return over({ ...state, past: [...state.past, { relationshipId, supporterId, ending, endedOn, lessons }] }, ending);
  },
  WaitingEnded: (state, { data }) => over(state, data.reason),
  ReturnedToAssessment: (state) => over(state, 'returned-to-assessment'),
};
