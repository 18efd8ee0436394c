import type { Details, Duplicate, Ended, Evolutions, Journey, Open, Referral } from './state.js';
import { isOpen } from './state.js';
import type { Ending } from './words.js';

/** Changes what is there; what is not there stays so. */
const change = (state: Referral, next: (current: Journey) => Partial<Details>): Referral => (state.status === 'none' ? state : { ...state, ...next(state) });

/** Fields of one status, which must not be seen in another. */
const fieldsOfAStatus: ReadonlySet<string> = new Set(['status', 'reason', 'note', 'deferredAt', 'reviewOn', 'acceptedAt', 'leaving', 'ending', 'endedAt', 'intoJourneyId', 'supporterId', 'outcome', 'closedOn']);

/** What every journey has, without what belongs to its present status. */
const detailsOf = (state: Journey): Details => Object.fromEntries(Object.entries(state).filter(([name]) => !fieldsOfAStatus.has(name))) as unknown as Details;

const whileOpen = (state: Referral, next: (current: Open) => Referral): Referral => (isOpen(state) ? next(state) : state);

/** An offer to another site ends with the journey. */
function end(state: Referral, ending: Ending, endedAt: string, more: Partial<Ended> = {}): Referral {
  if (state.status === 'none' || state.status === 'closed') return state;
  const { transfer: _transfer, ...details } = detailsOf(state);
  return { ...details, status: 'ended', ending, endedAt, ...more };
}

function patchDuplicate(details: Details, personId: string, status: Duplicate['status']): Details['duplicates'] {
  const known = details.duplicates[personId];
  return { ...details.duplicates, [personId]: { likenesses: known?.likenesses ?? [], journeys: known?.journeys ?? [], status } };
}

const optional = <Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } => (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value };

export const evolve: Evolutions = {
  ReferralReceived: (_state, { data, metadata }) => ({
    status: 'received',
    organisationId: data.organisationId,
    siteId: data.siteId,
    personId: data.personId,
    ownPersonId: data.personId,
    purpose: data.purpose,
    source: data.source,
    channel: data.channel,
    beganAt: metadata.occurredAt,
    formVersion: data.formVersion,
    answers: data.answers,
    asked: data.asked,
    identityDetails: data.identity,
    identity: { status: 'unconfirmed' },
    mayInformReferrer: data.consent.toInformReferrer,
    ...optional('referrerId', data.referrerId),
    ...optional('namedReferrerId', data.namedReferrerId),
    ...optional('referrer', data.referrer),
    referrerErased: false,
    contacts: [],
    duplicates: {},
    formerSiteIds: [],
    progress: {},
    concerns: {},
    joined: [],
    died: false,
    erased: false,
  }),
  ConsentRecorded: (state, { data }) => change(state, () => ({ mayInformReferrer: data.toInformReferrer })),
  ReferralFormAmended: (state, { data }) =>
    change(state, (current) => ({
      answers: Object.fromEntries(Object.entries({ ...current.answers, ...data.answers }).filter(([name]) => !data.cleared.includes(name))),
      asked: [...current.asked, ...data.asked],
      ...optional('identityDetails', data.identity),
    })),
  PossibleDuplicateFound: (state, { data }) =>
    change(state, (current) => {
      const known = current.duplicates[data.personId];
      const { journeyId, siteId } = data;
      return {
        duplicates: {
          ...current.duplicates,
          [data.personId]: {
            status: known?.status ?? 'undecided',
            likenesses: [...new Set([...(known?.likenesses ?? []), ...data.likenesses])],
            journeys: [...(known?.journeys ?? []).filter((each) => each.journeyId !== journeyId), { journeyId, siteId }],
          },
        },
      };
    }),
  DuplicateDismissed: (state, { data }) => change(state, (current) => ({ duplicates: patchDuplicate(current, data.personId, 'dismissed') })),
  DuplicateSettled: (state, { data }) => change(state, (current) => ({ duplicates: patchDuplicate(current, data.personId, data.decision) })),
  ReferralLinkedToPerson: (state, { data }) => change(state, (current) => ({ personId: data.personId, duplicates: patchDuplicate(current, data.personId, 'linked') })),
  ReferralUnlinkedFromPerson: (state, { data }) => change(state, (current) => ({ personId: data.personId, duplicates: patchDuplicate(current, data.fromPersonId, 'dismissed') })),
  SafeContactSet: (state, { data }) => change(state, () => ({ safeContact: data.safeContact })),
  CoordinatorAssigned: (state, { data }) => change(state, () => ({ coordinatorId: data.coordinatorId })),
  ContactAttempted: (state, { data: { by: _by, ...data }, metadata }) =>
    change(state, (current) => ({ contacts: [...current.contacts, { at: metadata.occurredAt, made: false, ...data, takenDownBy: metadata.actor.id }] })),
  ContactMade: (state, { data: { by: _by, ...data }, metadata }) =>
    change(state, (current) => ({ contacts: [...current.contacts, { at: metadata.occurredAt, made: true, ...data, takenDownBy: metadata.actor.id }] })),
  IdentityConfirmed: (state, { data, metadata }) =>
    change(state, () => ({ identity: { status: 'confirmed', method: data.method, at: metadata.occurredAt, staffId: metadata.actor.id } })),
  IdentityNotConfirmed: (state, { data, metadata }) =>
    change(state, () => ({ identity: { status: 'not-confirmed', method: data.method, at: metadata.occurredAt, staffId: metadata.actor.id } })),
  IdentityToConfirmAgain: (state, { data }) => change(state, () => ({ identity: { status: 'unconfirmed', changed: data.changed } })),
  ReferralAccepted: (state, { metadata }) => whileOpen(state, (current) => ({ ...detailsOf(current), status: 'accepted', acceptedAt: metadata.occurredAt, leaving: false })),
  ReferralDeferred: (state, { data, metadata }) =>
    whileOpen(state, (current) => ({
      ...detailsOf(current),
      status: 'deferred',
      reason: data.reason,
      ...optional('note', data.note),
      deferredAt: metadata.occurredAt,
      ...optional('reviewOn', data.reviewOn),
    })),
  ReferralDeferralReviewed: (state, { data, metadata }) => {
    if (state.status !== 'deferred') return state;
    if (data.outcome === 'continue') return { ...detailsOf(state), status: 'received' };
    const { reviewOn: _reviewOn, ...current } = state;
    return { ...current, deferredAt: metadata.occurredAt, ...optional('note', data.note), ...optional('reviewOn', data.reviewOn) };
  },
  ReferralNotTakenForward: (state, { metadata }) => end(state, 'not-taken-forward', metadata.occurredAt),
  ReferralWithdrawn: (state, { data, metadata }) =>
    data.afterAcceptance ? (state.status === 'accepted' ? { ...state, leaving: true } : state) : end(state, 'withdrawn', metadata.occurredAt),
  ReferralTransferred: (state, { data, metadata }) => change(state, () => ({ transfer: { toSiteId: data.toSiteId, offeredAt: metadata.occurredAt, ...optional('note', data.note) } })),
  TransferAccepted: (state, { data }) => {
    if (state.status === 'none') return state;
    const { transfer: _transfer, coordinatorId: _coordinatorId, ...current } = state;
    return { ...current, siteId: data.toSiteId, formerSiteIds: [...current.formerSiteIds.filter((each) => each !== data.toSiteId && each !== data.fromSiteId), data.fromSiteId] };
  },
  TransferReturned: (state) => {
    if (state.status === 'none') return state;
    const { transfer: _transfer, ...current } = state;
    return current;
  },
  ReferralDirectedToTraining: (state, { data, metadata }) => end(state, 'directed-to-training', metadata.occurredAt, { supporterId: data.supporterId }),
  ReferralMerged: (state, { data, metadata }) => end(state, 'merged', metadata.occurredAt, { intoJourneyId: data.intoJourneyId }),
  ReferralJoined: (state, { data }) => {
    const joined = change(state, (current) => ({ joined: [...current.joined, data.journeyId] }));
    return joined.status === 'deferred' ? { ...detailsOf(joined), status: 'received' } : joined;
  },
  ReferrerInformed: (state, { data }) => change(state, () => ({ informed: data.status })),
  PersonErased: (state, { metadata }) => {
    const erased = change(state, () => ({ erased: true, identityDetails: {} }));
    return isOpen(erased) ? end(erased, 'erased', metadata.occurredAt) : erased;
  },
  ReferrerErased: (state) => change(state, () => ({ referrerErased: true })),
  PersonDied: (state, { metadata }) => {
    const died = change(state, () => ({ died: true }));
    return isOpen(died) ? end(died, 'died', metadata.occurredAt) : died;
  },
  DeathCorrected: (state, { metadata }) => {
    const lives = change(state, () => ({ died: false, deathCorrectedAt: metadata.recordedAt }));
    if (lives.status === 'ended' && lives.ending === 'died') return { ...lives, ending: 'closed-other' };
    return lives.status === 'closed' && lives.outcome === 'died' ? { ...lives, outcome: 'closed-other' } : lives;
  },
  ReferralProgressHeard: (state, { data }) => change(state, (current) => ({ progress: { ...current.progress, [data.step]: data.happenedAt } })),
  ReferralConcernHeard: (state, { data }) =>
    change(state, (current) => ({
      concerns: {
        ...current.concerns,
        [data.concernId]: { open: data.status === 'open', safeguarding: data.safeguarding, ...optional('aboutId', data.aboutId), sourceRevision: data.sourceRevision },
      },
    })),
  ReferralClosingHeard: (state, { data }) => {
    if (state.status === 'none') return state;
    const intoJourneyId = state.status === 'ended' ? state.intoJourneyId : undefined;
    const { transfer: _transfer, ...details } = detailsOf(state);
    // It closed as a death that was corrected meanwhile.
    const outcome = data.outcome === 'died' && !state.died ? 'closed-other' : data.outcome;
    return { ...details, status: 'closed', outcome, closedOn: data.closedOn, ...optional('intoJourneyId', intoJourneyId) };
  },
};
