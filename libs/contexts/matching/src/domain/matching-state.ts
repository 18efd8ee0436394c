import type { Disclosure, MatchingInformation, SafeContact } from '@alongside/contracts';
import type { Occurred, Personal } from '@alongside/event-sourcing';
import type { CodedReason, Considered } from './considered.js';
import type { Stop } from './heard-events.js';
import type { Answering, ConnectionKind, MatchingEvent, Voice, WaitingEnding, WithdrawalCause } from './matching-events.js';

/** A must that was broken on purpose, and why. */
export interface Overridden {
  readonly must: string;
  readonly reason: Personal<string>;
}

export interface Proposal {
  readonly proposalId: string;
  readonly supporterId: string;
  readonly proposedAt: string;
  readonly answerBy: string;
  readonly expiresAt: string;
  /** When each side accepted. */
  readonly accepted: Readonly<Partial<Record<Answering, string>>>;
  /** Whose word each acceptance was, where that was said. */
  readonly acceptedBy: Readonly<Partial<Record<Answering, Voice>>>;
  readonly overrides: readonly Overridden[];
  readonly note?: Personal<string>;
  readonly by?: Voice;
  readonly score: number | undefined;
  readonly reasons: Personal<readonly CodedReason[]>;
  readonly counts: Considered['counts'];
}

/** What became of a proposal. */
export interface ClosedProposal extends Pick<Proposal, 'proposalId' | 'supporterId' | 'proposedAt' | 'accepted' | 'overrides' | 'note' | 'by'> {
  readonly outcome: 'turned-down' | 'withdrawn' | 'introduced';
  readonly closedAt: string;
  /** Who turned it down. */
  readonly side?: Answering;
  /** Why it was withdrawn. */
  readonly cause?: WithdrawalCause;
  /** What was told of it, by whom. */
  readonly reason?: Personal<string>;
  readonly closedBy?: Voice;
}

/** A wait that is over. */
export interface PastWait {
  readonly since: string;
  readonly endedAt: string;
  readonly reason: WaitingEnding | 'returned-to-assessment';
  readonly note?: Personal<string>;
  readonly by?: Voice;
}

/** What was arranged when the two were introduced. */
export interface Introduction {
  readonly contactPersonId: string;
  readonly introducedAt: string;
  readonly introducedBy?: Voice;
  readonly firstMeetingAt: string;
  readonly firstMeetingPlace?: Personal<string>;
}

export interface PastRelationship extends Partial<Introduction> {
  readonly relationshipId: string;
  readonly supporterId: string;
  readonly ending: string;
  readonly endedOn: string;
  readonly lessons: Personal<readonly string[]>;
}

/** Which news came last from each source, by revision of its stream. */
export type NewsKind = 'information' | 'agreement' | 'safe-contact' | 'coordinator' | 'site' | 'person' | 'assessment';

export interface Connection {
  readonly kind: Personal<ConnectionKind>;
  readonly menteeAgrees: boolean;
  readonly declaredAt: string;
  readonly note?: Personal<string>;
  readonly by?: Voice;
}

/** What is known of a journey in matching, in whatever order it came. Personal values are sealed. */
export interface Facts {
  readonly organisationId: string;
  readonly siteId?: string;
  readonly personId?: string;
  readonly beganAt?: string;
  readonly coordinatorId?: string;
  readonly information?: Personal<MatchingInformation>;
  readonly disclosure?: Personal<Disclosure>;
  readonly safeContact?: Personal<SafeContact>;
  readonly agreementWithdrawn: boolean;
  readonly news: Readonly<Partial<Record<NewsKind, number>>>;
  /** By supporter, as they were declared last. */
  readonly connections: Readonly<Record<string, Connection>>;
  /** The latest last. */
  readonly past: readonly PastRelationship[];
  readonly turnedDown: readonly { readonly supporterId: string; readonly side: Answering }[];
  /** Proposals that do not stand any more, and waits that are over; the latest last. */
  readonly closedProposals: readonly ClosedProposal[];
  readonly pastWaits: readonly PastWait[];
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
  /** When they were put on the list, this time. */
  readonly listedAt: string;
}

export type Matching =
  | { readonly status: 'none' }
  | ({ readonly status: 'heard' } & Facts)
  | ({ readonly status: 'waiting'; readonly proposal?: Proposal } & Waited)
  | ({ readonly status: 'introduced'; readonly relationshipId: string; readonly supporterId: string; readonly introduction: Introduction } & Waited)
  | ({ readonly status: 'over'; readonly reason: string } & Waited);

export type KnownMatching = Exclude<Matching, { readonly status: 'none' }>;
export type WaitingMatching = Extract<Matching, { readonly status: 'waiting' }>;

export const answered = (proposal: Proposal): boolean => proposal.accepted.mentee !== undefined && proposal.accepted.supporter !== undefined;

/** Whether a relationship of this id was ever introduced here. */
export function wasIntroduced(state: Matching, relationshipId: string): boolean {
  if (state.status === 'none') return false;
  return (state.status === 'introduced' && state.relationshipId === relationshipId) || state.past.some((each) => each.relationshipId === relationshipId);
}

/** Who is asked, or was until the proposal was withdrawn because they might not be matched any more: what is in their way still says why. */
export function askedSupporter(state: Matching): Pick<Proposal, 'proposalId' | 'supporterId' | 'proposedAt'> | undefined {
  if (state.status !== 'waiting') return undefined;
  const last = state.closedProposals.at(-1);
  return state.proposal ?? (last?.cause === 'supporter-not-available' ? last : undefined);
}

/** Whether nobody answered this proposal in time, whether or not that was followed up. */
export function isExpired(state: KnownMatching, proposalId: string, at: string): boolean {
  const isOver = state.closedProposals.some((each) => each.proposalId === proposalId && each.cause === 'expired');
  return isOver || (state.status === 'waiting' && state.proposal?.proposalId === proposalId && state.proposal.expiresAt <= at);
}

const nothingKnown: Omit<Facts, 'organisationId'> = {
  agreementWithdrawn: false,
  news: {},
  connections: {},
  past: [],
  turnedDown: [],
  closedProposals: [],
  pastWaits: [],
  abandoned: [],
  leaving: false,
};

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
  const { proposal: _proposal, relationshipId: _relationship, supporterId: _supporter, introduction: _introduction, reason: _reason, ...facts } = {
    proposal: undefined,
    relationshipId: undefined,
    supporterId: undefined,
    introduction: undefined,
    reason: undefined,
    ...rest,
  };
  return facts as Waited;
}

const over = (state: Matching, reason: string): Matching => (state.status === 'none' || state.status === 'heard' ? state : { ...factsOf(state), status: 'over', reason });

const given = <T extends object>(fields: T): { readonly [Key in keyof T]?: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutSafeContact(state: Matching): Matching {
  if (state.status === 'none') return state;
  const { safeContact: _safeContact, ...known } = state;
  return known as Matching;
}

/** The open proposal is kept with what became of it. */
function closed(state: Matching, about: Pick<ClosedProposal, 'outcome' | 'closedAt'> & Partial<ClosedProposal>): Matching {
  if (state.status !== 'waiting') return state;
  const { proposal } = state;
  if (!proposal) return state;
  const { proposalId, supporterId, proposedAt, accepted, overrides, note, by } = proposal;
  const before: ClosedProposal = { proposalId, supporterId, proposedAt, accepted, overrides, ...given({ note, by }), ...about };
  return { ...factsOf(state), status: 'waiting', closedProposals: [...state.closedProposals, before] };
}

/** A wait is over, for good or for now. */
function waited(state: Matching, { reason, ...told }: Pick<PastWait, 'reason' | 'endedAt'> & Partial<PastWait>): Matching {
  if (state.status !== 'waiting') return over(state, reason);
  return over({ ...state, pastWaits: [...state.pastWaits, { since: state.listedAt, reason, ...told }] }, reason);
}

/** Whom the journey was linked to: what was told of it before is passed over. */
const linkedTo = (state: Matching): string | undefined => (state.status === 'none' || state.news.person === undefined ? undefined : state.personId);

export const evolveMatching: { readonly [Type in MatchingEvent['type']]: Evolve<Type> } = {
  MatchingJourneyHeard: (state, event) => heard<'MatchingJourneyHeard'>(undefined, ({ data: { personId, beganAt } }) => ({ personId: linkedTo(state) ?? personId, beganAt }))(state, event),
  MatchingInformationHeard: heard('information', ({ data: { information, disclosure } }) => ({ information, disclosure })),
  MatchingAgreementHeard: heard('agreement', ({ data: { status } }) => ({ agreementWithdrawn: status === 'withdrawn' })),
  MatchingSafeContactHeard: (state, event) => heard<'MatchingSafeContactHeard'>('safe-contact', ({ data: { safeContact } }) => given({ safeContact }))(withoutSafeContact(state), event),
  MatchingCoordinatorHeard: heard('coordinator', ({ data: { coordinatorId } }) => ({ coordinatorId })),
  MatchingPersonHeard: heard('person', ({ data: { personId } }) => ({ personId })),
  MatchingSiteHeard: heard('site', ({ data: { siteId } }) => ({ siteId })),
  MatchingAssessmentReopened: (state, event) => {
    const next = heard<'MatchingAssessmentReopened'>('assessment', () => ({}))(state, event);
    return next.status === 'waiting' ? waited(next, { reason: 'assessment-reopened', endedAt: event.metadata.occurredAt }) : next;
  },
  MatchingLeavingHeard: heard(undefined, () => ({ leaving: true })),
  MatchingStopped: (state, event) => {
    const next = heard<'MatchingStopped'>(undefined, ({ data: { cause } }) => ({ stopped: cause }))(state, event);
    return next.status === 'waiting' ? waited(next, { reason: event.data.cause, endedAt: event.metadata.occurredAt }) : next;
  },
  ConnectionDeclared: known((state, { data: { supporterId, ...connection }, metadata }) => ({
    connections: { ...state.connections, [supporterId]: { ...connection, declaredAt: metadata.occurredAt } },
  })),
  WaitingStarted: (state, { data, metadata }) => {
    const { since, cause: _cause, revision, organisationId, siteId, ...told } = data;
    const before: Facts = state.status === 'none' ? { ...nothingKnown, organisationId } : state.status === 'heard' ? state : factsOf(state);
    const personId = linkedTo(state) ?? data.personId;
    const movedTo = before.news.site === undefined ? undefined : before.siteId;
    return {
      ...before,
      ...told,
      // Who was assigned since then stays; so does the site that the journey moved to.
      ...(before.coordinatorId !== undefined && { coordinatorId: before.coordinatorId }),
      siteId: movedTo ?? siteId,
      personId,
      ...(revision !== undefined && { news: { ...before.news, assessment: revision } }),
      status: 'waiting',
      waitingSince: since,
      listedAt: metadata.occurredAt,
    };
  },
  MatchProposed: (state, { data, metadata }) => {
    if (state.status !== 'waiting') return state;
    const { proposalId, supporterId, answerBy, expiresAt, considered, overrides, note, by } = data;
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
        acceptedBy: {},
        overrides,
        ...given({ note, by }),
        score: chosen?.score,
        reasons: chosen?.reasons ?? [],
        counts: considered.counts,
      },
    };
  },
  MatchAccepted: (state, { data: { side, by }, metadata }) => {
    if (state.status !== 'waiting' || !state.proposal) return state;
    const { accepted, acceptedBy } = state.proposal;
    return { ...state, proposal: { ...state.proposal, accepted: { ...accepted, [side]: metadata.occurredAt }, acceptedBy: { ...acceptedBy, ...(by !== undefined && { [side]: by }) } } };
  },
  MatchTurnedDown: (state, { data: { supporterId, side, reason, by }, metadata }) => {
    const next = closed(state, { outcome: 'turned-down', closedAt: metadata.occurredAt, side, ...given({ reason, closedBy: by }) });
    return next.status === 'none' ? next : { ...next, turnedDown: [...next.turnedDown, { supporterId, side }] };
  },
  MatchProposalWithdrawn: (state, { data: { cause, reason, by }, metadata }) => closed(state, { outcome: 'withdrawn', closedAt: metadata.occurredAt, cause, ...given({ reason, closedBy: by }) }),
  MatchIntroduced: (state, { data, metadata }) => {
    if (state.status === 'none' || state.status === 'heard') return state;
    const { relationshipId, supporterId, contactPersonId, firstMeetingAt, firstMeetingPlace, by } = data;
    const before = closed(state, { outcome: 'introduced', closedAt: metadata.occurredAt, ...given({ closedBy: by }) }) as typeof state;
    const introduction = { contactPersonId, introducedAt: metadata.occurredAt, firstMeetingAt, ...given({ firstMeetingPlace, introducedBy: by }) };
    return { ...factsOf(before), status: 'introduced', relationshipId, supporterId, introduction };
  },
  IntroductionAbandoned: known((state, { data }) => ({ abandoned: [...state.abandoned, data.relationshipId] })),
  MatchEnded: (state, { data: { relationshipId, supporterId, ending, endedOn, lessons } }) => {
    if (state.status === 'none' || state.status === 'heard') return state;
    const introduction = state.status === 'introduced' ? state.introduction : {};
    return over({ ...state, past: [...state.past, { relationshipId, supporterId, ...introduction, ending, endedOn, lessons }] }, ending);
  },
  WaitingEnded: (state, { data: { reason, note, by }, metadata }) => waited(state, { reason, endedAt: metadata.occurredAt, ...given({ note, by }) }),
  ReturnedToAssessment: (state, { data: { reason, by }, metadata }) => waited(state, { reason: 'returned-to-assessment', endedAt: metadata.occurredAt, note: reason, ...given({ by }) }),
};
