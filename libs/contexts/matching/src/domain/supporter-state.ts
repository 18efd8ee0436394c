import { dateIn, type ErasureReason, type OverrideReason } from '@alongside/contracts';
import type { Occurred, Personal } from '@alongside/event-sourcing';
import type { Check, Standing, Training } from './eligibility.js';
import type { SupporterProfile } from './profile.js';
import type { LiveRelationship, SupporterEvent } from './supporter-events.js';

/** A check with what it can be looked up by. */
export interface RecordedCheck extends Check {
  readonly reference?: Personal<string>;
}

/** What is known of anybody in the register. Personal values are sealed. */
export interface Registered {
  readonly supporterId: string;
  readonly organisationId: string;
  readonly siteId: string;
  /** The journey by which they asked to be trained. */
  readonly fromJourneyId?: string;
  readonly name?: Personal<string>;
  readonly email?: Personal<string>;
  readonly telephone?: Personal<string>;
  readonly registeredAt: string;
  readonly trainings: readonly Training[];
  readonly checks: readonly RecordedCheck[];
  readonly recovery?: { readonly confirmedOn: string; readonly note?: Personal<string> };
  readonly recoveryWithdrawnAt?: string;
  /** Why the confirmation was taken back, until it is given again. */
  readonly recoveryWithdrawnBecause?: Personal<string>;
  readonly agreement?: { readonly version: number; readonly signedOn: string; readonly how: string };
  readonly supervision?: { readonly basisOn: string; readonly everyWeeks?: number };
  readonly supervisorId?: string;
  /** Revision of supervision's stream that the dates are from: older ones are ignored. */
  readonly supervisionRevision: number;
  /** Since when they are leaving, or have left. */
  readonly leavingSince?: string;
  readonly leavingBecause?: Personal<string>;
  readonly erasedAt?: string;
  readonly erasure?: { readonly reason?: ErasureReason; readonly overrideReason?: OverrideReason };
  /** Safeguarding concerns about them, by id, as supervision told of them. */
  readonly concerns: Readonly<Record<string, { readonly status: 'open' | 'resolved'; readonly sourceRevision: number }>>;
  /** Taken places, by relationship. */
  readonly places: Readonly<Record<string, { readonly journeyId: string; readonly proposalId: string }>>;
}

export interface Profiled extends Registered {
  readonly profile: Personal<SupporterProfile>;
  readonly capacity: number;
}

export type Supporter =
  /** `erasedIn`: word of their erasure came before anything else of them. */
  | { readonly status: 'none'; readonly erasedIn?: string }
  | ({ readonly status: 'candidate' } & Registered)
  | ({ readonly status: 'active' } & Profiled)
  | ({ readonly status: 'paused'; readonly pausedAt: string; readonly pausedBecause?: Personal<string>; readonly reviewOn?: string } & Profiled)
  | ({ readonly status: 'retiring' } & Profiled)
  | ({ readonly status: 'retired' } & Registered & Partial<Profiled>);

export type KnownSupporter = Exclude<Supporter, { readonly status: 'none' }>;

/** What decides whether they may be matched; `proposalId`: by this proposal, whose own place does not count against it. */
export function standingOf(supporter: KnownSupporter, timeZone: string, proposalId?: string): Standing {
  return {
    status: supporter.status,
    registeredOn: dateIn(timeZone, supporter.registeredAt),
    trainings: supporter.trainings,
    recoveryConfirmed: supporter.recovery !== undefined,
    agreementSigned: supporter.agreement !== undefined,
    checks: supporter.checks,
    ...(supporter.supervision && { supervision: supporter.supervision }),
    capacity: supporter.status === 'candidate' ? 0 : (supporter.capacity ?? 0),
    placesTaken: Object.values(supporter.places).filter((place) => proposalId === undefined || place.proposalId !== proposalId).length,
  };
}

export function liveRelationships(supporter: KnownSupporter): readonly LiveRelationship[] {
  return Object.entries(supporter.places).map(([relationshipId, { journeyId }]) => ({ journeyId, relationshipId }));
}

/** One check, whatever it can be looked up by. */
export const isSameCheck = (one: Check, other: Check): boolean =>
  one.check === other.check && one.checkedOn === other.checkedOn && one.expiresOn === other.expiresOn && one.outcome === other.outcome;

export const openConcerns = ({ concerns }: KnownSupporter): readonly string[] => Object.keys(concerns).filter((concernId) => concerns[concernId]?.status === 'open');

type Evolve<Type extends SupporterEvent['type']> = (state: Supporter, event: Occurred<Extract<SupporterEvent, { type: Type }>>) => Supporter;

/** Changes somebody who is in the register; what comes before anybody is, is passed over. */
const known =
  <Type extends SupporterEvent['type']>(change: (state: KnownSupporter, event: Parameters<Evolve<Type>>[1]) => Partial<Profiled>): Evolve<Type> =>
  (state, event) =>
    state.status === 'none' ? state : ({ ...state, ...change(state, event) } as Supporter);

/** Another status for somebody who has a profile. */
const profiled =
  <Type extends SupporterEvent['type']>(next: (state: Profiled, event: Parameters<Evolve<Type>>[1]) => Supporter): Evolve<Type> =>
  (state, event) => {
    if (state.status === 'none' || state.status === 'candidate' || state.profile === undefined) return state;
    const { status: _status, pausedAt: _pausedAt, pausedBecause: _because, reviewOn: _reviewOn, ...rest } = { pausedAt: undefined, pausedBecause: undefined, reviewOn: undefined, ...state };
    return next(rest as Profiled, event);
  };

const nobody = { trainings: [], checks: [], supervisionRevision: -1, places: {}, concerns: {} } as const;

export const evolveSupporter: { readonly [Type in SupporterEvent['type']]: Evolve<Type> } = {
  CandidacyOpened: (state, { data, metadata }) => {
    if (state.status !== 'none') return state;
    const { personId: _personId, journeyId, ...told } = data;
    const erased = state.erasedIn === undefined ? {} : { erasedAt: metadata.occurredAt };
    return { status: 'candidate', ...nobody, ...told, fromJourneyId: journeyId, registeredAt: metadata.occurredAt, ...erased };
  },
  SupporterRegistered: (state, { data, metadata }) => {
    const before = state.status === 'none' ? nobody : state;
    return { ...before, ...data, status: 'active', registeredAt: metadata.occurredAt };
  },
  SupporterProfileUpdated: known((_state, { data }) => data),
  TrainingCompleted: known((state, { data }) => ({ trainings: [...state.trainings, data] })),
  RecoveryConfirmed: (state, { data: { supporterId: _supporterId, ...recovery } }) => {
    if (state.status === 'none') return state;
    const { recoveryWithdrawnBecause: _because, ...rest } = state;
    return { ...rest, recovery } as Supporter;
  },
  RecoveryConfirmationWithdrawn: (state, { data: { reason }, metadata }) => {
    if (state.status === 'none') return state;
    const { recovery: _recovery, ...rest } = state;
    return { ...rest, recoveryWithdrawnAt: metadata.occurredAt, ...(reason !== undefined && { recoveryWithdrawnBecause: reason }) } as Supporter;
  },
  SupporterAgreementSigned: known((_state, { data }) => ({ agreement: data })),
  CheckRecorded: known((state, { data }) => {
    const { supporterId: _supporterId, ...check } = data;
    // Told again, it is told what it can be looked up by.
    return { checks: [...state.checks.filter((each) => !isSameCheck(each, check)), check] };
  }),
  SupporterPaused: profiled((state, { data, metadata }) => ({
    ...state,
    status: 'paused',
    pausedAt: metadata.occurredAt,
    ...(data.reason !== undefined && { pausedBecause: data.reason }),
    ...(data.reviewOn !== undefined && { reviewOn: data.reviewOn }),
  })),
  SupporterResumed: profiled((state) => ({ ...state, status: 'active' })),
  SupporterRetiring: profiled((state, { data: { reason }, metadata }) => ({
    ...state,
    status: 'retiring',
    leavingSince: metadata.occurredAt,
    ...(reason !== undefined && { leavingBecause: reason }),
  })),
  SupporterRetired: (state, { data: { reason }, metadata }) =>
    state.status === 'none'
      ? state
      : { ...state, status: 'retired', leavingSince: state.leavingSince ?? metadata.occurredAt, ...(reason !== undefined && { leavingBecause: reason }) },
  PlaceTaken: known((state, { data: { relationshipId, ...place } }) => ({ places: { ...state.places, [relationshipId]: place } })),
  PlaceReleased: known((state, { data }) => {
    const { [data.relationshipId]: _released, ...places } = state.places;
    return { places };
  }),
  SupporterErased: (state, { data, metadata }) =>
    state.status === 'none'
      ? { status: 'none', erasedIn: data.organisationId }
      : {
          ...state,
          erasedAt: metadata.occurredAt,
          erasure: { ...(data.reason !== undefined && { reason: data.reason }), ...(data.overrideReason !== undefined && { overrideReason: data.overrideReason }) },
        },
  SupporterConcernHeard: known((state, { data: { concernId, ...concern } }) => ({ concerns: { ...state.concerns, [concernId]: concern } })),
  SupervisionDatesHeard: known((state, { data }) => {
    if (data.revision <= state.supervisionRevision) return {};
    const { revision, supervisorId, ...supervision } = data;
    return { supervision, supervisionRevision: revision, ...(supervisorId !== undefined && { supervisorId }) };
  }),
};
