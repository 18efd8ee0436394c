import { carriedFromOthersThan } from './carrying-over.js';
import type { CarriedOver, Details, Duplicate, Ended, Evolutions, Journey, Open, Referral } from './state.js';
import { isOpen } from './state.js';
import { toldIn, withLast } from './told.js';
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

function patchDuplicate(details: Details, personId: string, status: Duplicate['status'], dismissal?: Duplicate['dismissal']): Details['duplicates'] {
  const known = details.duplicates[personId];
  return { ...details.duplicates, [personId]: { likenesses: known?.likenesses ?? [], journeys: known?.journeys ?? [], status, ...optional('dismissal', dismissal) } };
}

/** Without what is named. */
const without = <Value>(record: Readonly<Record<string, Value>>, names: readonly string[]): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));

const optional = <Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } => (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value };

/** Changes what was carried over, and alike what is kept of it in case a link was a mistake. */
function changeCarried(state: Referral, next: (carried: CarriedOver) => CarriedOver): Referral {
  if (state.status === 'none') return state;
  const { carriedAnswers, carriedSafeContact, carriedBeforeLink, ...current } = state;
  return { ...current, ...next({ carriedAnswers, ...optional('carriedSafeContact', carriedSafeContact) }), ...optional('carriedBeforeLink', carriedBeforeLink && next(carriedBeforeLink)) };
}

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
    answered: Object.fromEntries(Object.keys(data.answers).map((name) => [name, toldIn({ data, metadata })])),
    carriedAnswers: {},
    received: toldIn({ data, metadata }),
    consentTold: toldIn({ data, metadata }),
    deferrals: [],
    transfers: [],
    referrerTold: [],
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
  ConsentRecorded: (state, event) => change(state, () => ({ mayInformReferrer: event.data.toInformReferrer, consentTold: toldIn(event) })),
  ReferralFormAmended: (state, { data, metadata }) =>
    // What is told here stands, and what is taken back is not known from elsewhere either.
    change(changeCarried(state, (carried) => ({ ...carried, carriedAnswers: without(carried.carriedAnswers, [...Object.keys(data.answers), ...data.cleared]) })), (current) => ({
      answers: without({ ...current.answers, ...data.answers }, data.cleared),
      answered: without({ ...current.answered, ...Object.fromEntries(Object.keys(data.answers).map((name) => [name, toldIn({ data, metadata })])) }, data.cleared),
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
  DuplicateDismissed: (state, { data, metadata }) =>
    change(state, (current) => ({ duplicates: patchDuplicate(current, data.personId, 'dismissed', { ...toldIn({ data, metadata }), ...optional('note', data.note) }) })),
  DuplicateSettled: (state, { data }) => change(state, (current) => ({ duplicates: patchDuplicate(current, data.personId, data.decision) })),
  ReferralLinkedToPerson: (state, { data, metadata }) =>
    change(state, (current) => ({
      personId: data.personId,
      linked: toldIn({ data, metadata }),
      carriedBeforeLink: current.carriedBeforeLink ?? { carriedAnswers: current.carriedAnswers, ...optional('carriedSafeContact', current.carriedSafeContact) },
      duplicates: patchDuplicate(current, data.personId, 'linked'),
    })),
  // What somebody else told is theirs. What was known before the link is not.
  ReferralUnlinkedFromPerson: (state, { data }) => {
    if (state.status === 'none') return state;
    const { linked: _linked, carriedSafeContact: _carried, carriedBeforeLink = { carriedAnswers: {} }, ...current } = state;
    return { ...current, ...carriedBeforeLink, personId: data.personId, duplicates: patchDuplicate(current, data.fromPersonId, 'dismissed') };
  },
  // What is over is unlinked by itself no more: what was known before its own link is needed no longer.
  PastReferralLinkedToPerson: (state, { data }) =>
    change(state, ({ carriedAnswers, carriedSafeContact }) => ({
      personId: data.personId,
      linkedWith: data.withJourneyId,
      carriedBeforeLink: { carriedAnswers, ...optional('carriedSafeContact', carriedSafeContact) },
    })),
  PastReferralUnlinkedFromPerson: (state, { data }) => {
    if (state.status === 'none') return state;
    const { linkedWith: _with, carriedSafeContact: _carried, carriedBeforeLink = { carriedAnswers: {} }, ...current } = state;
    return { ...current, ...carriedBeforeLink, personId: data.personId };
  },
  SafeContactSet: (state, event) =>
    change(changeCarried(state, ({ carriedAnswers }) => ({ carriedAnswers })), () => ({ safeContact: event.data.safeContact, safeContactTold: toldIn(event) })),
  SafeContactCarriedOver: (state, { data: { safeContact, fromJourneyId, toldAt } }) => change(state, () => ({ carriedSafeContact: { value: safeContact, fromJourneyId, toldAt } })),
  ReferralAnswersCarriedOver: (state, { data }) =>
    change(state, (current) => ({
      carriedAnswers: {
        ...current.carriedAnswers,
        ...Object.fromEntries(Object.entries(data.told).flatMap(([name, told]) => (data.answers[name] === undefined ? [] : [[name, { value: data.answers[name], ...told }]]))),
      },
    })),
  CarriedOverTakenBack: (state, { data }) => changeCarried(state, (carried) => carriedFromOthersThan([data.fromJourneyId], carried)),
  CoordinatorAssigned: (state, event) =>
    change(state, () => ({ coordinatorId: event.data.coordinatorId, coordinatorAssigned: { ...toldIn(event), menteeTold: event.data.menteeTold } })),
  ContactAttempted: (state, { data, metadata }) =>
    change(state, (current) => ({ contacts: [...current.contacts, { at: metadata.occurredAt, made: false, ...data, takenDownBy: metadata.actor.id }] })),
  ContactMade: (state, { data, metadata }) =>
    change(state, (current) => ({ contacts: [...current.contacts, { at: metadata.occurredAt, made: true, ...data, takenDownBy: metadata.actor.id }] })),
  IdentityConfirmed: (state, { data, metadata }) =>
    change(state, () => ({ identity: { status: 'confirmed', method: data.method, at: metadata.occurredAt, by: data.by, staffId: metadata.actor.id } })),
  IdentityNotConfirmed: (state, { data, metadata }) =>
    change(state, () => ({ identity: { status: 'not-confirmed', method: data.method, at: metadata.occurredAt, by: data.by, staffId: metadata.actor.id } })),
  IdentityToConfirmAgain: (state, { data }) => change(state, () => ({ identity: { status: 'unconfirmed', changed: data.changed } })),
  ReferralAccepted: (state, event) =>
    whileOpen(state, (current) => ({ ...detailsOf(current), acceptance: toldIn(event), status: 'accepted', acceptedAt: event.metadata.occurredAt, leaving: false })),
  ReferralDeferred: (state, { data, metadata }) =>
    whileOpen(state, (current) => ({
      ...detailsOf(current),
      deferrals: [
        ...current.deferrals,
        { ...toldIn({ data, metadata }), reason: data.reason, ...optional('note', data.note), signposts: data.signposts, ...optional('reviewOn', data.reviewOn), reviews: [] },
      ],
      status: 'deferred',
      reason: data.reason,
      ...optional('note', data.note),
      deferredAt: metadata.occurredAt,
      ...optional('reviewOn', data.reviewOn),
    })),
  ReferralDeferralReviewed: (state, { data, metadata }) => {
    if (state.status !== 'deferred') return state;
    const review = { ...toldIn({ data, metadata }), outcome: data.outcome, ...optional('note', data.note), ...optional('reviewOn', data.reviewOn) };
    const deferrals = withLast(state.deferrals, (last) => ({ ...last, reviews: [...last.reviews, review] }));
    if (data.outcome === 'continue') return { ...detailsOf(state), deferrals, status: 'received' };
    const { reviewOn: _reviewOn, ...current } = state;
    return { ...current, deferrals, deferredAt: metadata.occurredAt, ...optional('note', data.note), ...optional('reviewOn', data.reviewOn) };
  },
  ReferralNotTakenForward: (state, { data, metadata }) =>
    end(change(state, () => ({ notTakenForward: { ...toldIn({ data, metadata }), reason: data.reason, ...optional('note', data.note), signposts: data.signposts } })), 'not-taken-forward', metadata.occurredAt),
  ReferralWithdrawn: (state, { data, metadata }) => {
    const withdrawn = change(state, () => ({ withdrawal: { ...toldIn({ data, metadata }), ...optional('note', data.note) } }));
    if (!data.afterAcceptance) return end(withdrawn, 'withdrawn', metadata.occurredAt);
    return withdrawn.status === 'accepted' ? { ...withdrawn, leaving: true } : withdrawn;
  },
  ReferralTransferred: (state, { data, metadata }) =>
    change(state, (current) => ({
      transfers: [...current.transfers, { ...toldIn({ data, metadata }), fromSiteId: data.fromSiteId, toSiteId: data.toSiteId, ...optional('note', data.note) }],
      transfer: { toSiteId: data.toSiteId, offeredAt: metadata.occurredAt, ...optional('note', data.note) },
    })),
  TransferAccepted: (state, { data, metadata }) => {
    if (state.status === 'none') return state;
    const { transfer: _transfer, coordinatorId: _coordinatorId, coordinatorAssigned: _assigned, ...current } = state;
    const transfers = withLast(current.transfers, (last) => ({ ...last, decision: { ...toldIn({ data, metadata }), outcome: 'accepted' as const } }));
    return { ...current, transfers, siteId: data.toSiteId, formerSiteIds: [...current.formerSiteIds.filter((each) => each !== data.toSiteId && each !== data.fromSiteId), data.fromSiteId] };
  },
  TransferReturned: (state, { data, metadata }) => {
    if (state.status === 'none') return state;
    const { transfer: _transfer, ...current } = state;
    return { ...current, transfers: withLast(current.transfers, (last) => ({ ...last, decision: { ...toldIn({ data, metadata }), outcome: 'returned', ...optional('note', data.note) } })) };
  },
  ReferralDirectedToTraining: (state, { data, metadata }) => end(change(state, () => ({ directedToTraining: toldIn({ data, metadata }) })), 'directed-to-training', metadata.occurredAt, { supporterId: data.supporterId }),
  ReferralMerged: (state, { data, metadata }) => end(change(state, () => ({ merged: toldIn({ data, metadata }) })), 'merged', metadata.occurredAt, { intoJourneyId: data.intoJourneyId }),
  ReferralJoined: (state, { data }) => {
    const joined = change(state, (current) => ({ joined: [...current.joined, data.journeyId] }));
    return joined.status === 'deferred' ? { ...detailsOf(joined), status: 'received' } : joined;
  },
  ReferrerInformed: (state, event) =>
    change(state, (current) => ({ informed: event.data.status, referrerTold: [...current.referrerTold, { ...toldIn(event), status: event.data.status, channel: event.data.channel }] })),
  PersonErased: (state, { data, metadata }) => {
    const erased = change(state, () => ({ erased: true, erasure: { at: metadata.occurredAt, reason: data.reason, ...optional('by', data.by) }, identityDetails: {} }));
    return isOpen(erased) ? end(erased, 'erased', metadata.occurredAt) : erased;
  },
  ReferrerErased: (state, { data, metadata }) => change(state, () => ({ referrerErased: true, referrerErasure: { at: metadata.occurredAt, reason: data.reason, ...optional('by', data.by) } })),
  PersonDied: (state, { data, metadata }) => {
    const death = { ...toldIn({ data, metadata }), ...optional('diedOn', data.diedOn), ...optional('note', data.note) };
    const died = change(state, () => ({ died: true, death }));
    return isOpen(died) ? end(died, 'died', metadata.occurredAt) : died;
  },
  DeathCorrected: (state, { data, metadata }) => {
    const corrected = { ...toldIn({ data, metadata }), ...optional('note', data.note) };
    const lives = change(state, ({ death }) => ({ died: false, deathCorrectedAt: metadata.recordedAt, ...(death && { death: { ...death, corrected } }) }));
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
    const { intoJourneyId, supporterId } = state.status === 'ended' ? state : {};
    const { transfer: _transfer, ...details } = detailsOf(state);
    // It closed as a death that was corrected meanwhile.
    const outcome = data.outcome === 'died' && !state.died ? 'closed-other' : data.outcome;
    return { ...details, status: 'closed', outcome, closedOn: data.closedOn, ...optional('intoJourneyId', intoJourneyId), ...optional('supporterId', supporterId) };
  },
};
