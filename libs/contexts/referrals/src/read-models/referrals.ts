import type { JourneyOutcome } from '@alongside/contracts';
import type { Personal } from '@alongside/event-sourcing';
import { idOf, readModel, update, when, type Document } from '@alongside/read-models';
import {
  ContactMade,
  CoordinatorAssigned,
  DeathCorrected,
  DuplicateDismissed,
  DuplicateSettled,
  IdentityConfirmed,
  IdentityNotConfirmed,
  IdentityToConfirmAgain,
  PastReferralLinkedToPerson,
  PastReferralUnlinkedFromPerson,
  PersonDied,
  PersonErased,
  PossibleDuplicateFound,
  ReferralAccepted,
  ReferralClosingHeard,
  ReferralDeferralReviewed,
  ReferralDeferred,
  ReferralDirectedToTraining,
  ReferralFormAmended,
  ReferralJoined,
  ReferralLinkedToPerson,
  ReferralMerged,
  ReferralNotTakenForward,
  ReferralProgressHeard,
  ReferralReceived,
  ReferralTransferred,
  ReferralUnlinkedFromPerson,
  ReferralWithdrawn,
  TransferAccepted,
  TransferReturned,
} from '../domain/events.js';
import type { Journey } from '../domain/state.js';
import type { Ending, Progress, Purpose, ReferralChannel, Source } from '../domain/words.js';

/** A referral as lists and worklists need it; its record is read from the stream itself. */
export interface ReferralDocument extends Document {
  readonly siteId: string;
  readonly personId: string;
  readonly status: Journey['status'];
  readonly purpose: Purpose;
  readonly source: Source;
  readonly channel: ReferralChannel;
  readonly receivedAt: string;
  readonly name?: Personal<unknown>;
  readonly knownAs?: Personal<unknown>;
  readonly coordinatorId?: string;
  readonly identityConfirmed: boolean;
  readonly firstContactAt?: string;
  readonly progress: Progress;
  readonly ending?: Ending;
  readonly outcome?: JourneyOutcome;
  readonly deathCorrected?: true;
  readonly deferredAt?: string;
  readonly reviewOn?: string;
  /** Persons who may be the same, not decided yet. */
  readonly undecided: readonly string[];
  readonly offeredTo?: string;
  readonly offeredAt?: string;
  /** Since when another site has given it back, and nobody has decided what now. */
  readonly returnedAt?: string;
  readonly formerSiteIds: readonly string[];
  readonly erased?: true;
}

function without<Key extends keyof ReferralDocument>(document: ReferralDocument, ...keys: readonly Key[]): ReferralDocument {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !(keys as readonly string[]).includes(key))) as unknown as ReferralDocument;
}

const decided = (document: ReferralDocument, personId: string): readonly string[] => document.undecided.filter((each) => each !== personId);

/** What is over waits for nobody: no offer, no review, no decision. */
const waiting = ['offeredTo', 'offeredAt', 'returnedAt', 'deferredAt', 'reviewOn'] as const;
function ended(document: ReferralDocument, ending: Ending): ReferralDocument {
  if (document.status === 'closed' || document.status === 'ended') return document;
  return { ...without(document, ...waiting), status: 'ended', ending, undecided: [] };
}

export const referrals = readModel<ReferralDocument>({
  name: 'referrals.referrals',
  version: 5,
  says: 'Referrals with their status, stage and outcome: the list, its search by name, and the worklist.',
  streams: ['referral-'],
  documentOf: (event) => idOf(event, 'referral'),
  indexes: [['siteId', 'status'], ['receivedAt'], ['status', 'receivedAt'], ['offeredTo']],
  search: { name: { as: 'words', of: ({ name, knownAs }) => [name, knownAs] } },
  on: [
    when(ReferralReceived, (_document, { data, metadata }) => ({
      organisationId: data.organisationId,
      siteId: data.siteId,
      personId: data.personId,
      status: 'received',
      purpose: data.purpose,
      source: data.source,
      channel: data.channel,
      receivedAt: metadata.occurredAt,
      ...(data.answers['name'] !== undefined && { name: data.answers['name'] }),
      ...(data.answers['known-as'] !== undefined && { knownAs: data.answers['known-as'] }),
      identityConfirmed: false,
      progress: {},
      undecided: [],
      formerSiteIds: [],
    })),
    update(ReferralFormAmended, (document, { data }) => {
      const { name, 'known-as': knownAs } = data.answers;
      if (name === undefined && knownAs === undefined && !data.cleared.includes('known-as')) return document;
      const kept = data.cleared.includes('known-as') ? without(document, 'knownAs') : document;
      return { ...kept, ...(name !== undefined && { name }), ...(knownAs !== undefined && { knownAs }) };
    }),
    update(PossibleDuplicateFound, (document, { data }) => ({ ...document, undecided: [...decided(document, data.personId), data.personId] })),
    update(DuplicateDismissed, (document, { data }) => ({ ...document, undecided: decided(document, data.personId) })),
    update(DuplicateSettled, (document, { data }) => ({ ...document, undecided: decided(document, data.personId) })),
    update(ReferralLinkedToPerson, (document, { data }) => ({ ...document, personId: data.personId, undecided: decided(document, data.personId) })),
    update(ReferralUnlinkedFromPerson, (document, { data }) => ({ ...document, personId: data.personId })),
    update(PastReferralLinkedToPerson, (document, { data }) => ({ ...document, personId: data.personId })),
    update(PastReferralUnlinkedFromPerson, (document, { data }) => ({ ...document, personId: data.personId })),
    update(CoordinatorAssigned, (document, { data }) => ({ ...without(document, 'returnedAt'), coordinatorId: data.coordinatorId })),
    update(ContactMade, (document, { metadata }) =>
      document.firstContactAt !== undefined && document.firstContactAt <= metadata.occurredAt ? document : { ...document, firstContactAt: metadata.occurredAt },
    ),
    update(IdentityConfirmed, (document) => ({ ...document, identityConfirmed: true })),
    update(IdentityNotConfirmed, (document) => ({ ...document, identityConfirmed: false })),
    update(IdentityToConfirmAgain, (document) => ({ ...document, identityConfirmed: false })),
    update(ReferralAccepted, (document) => ({ ...without(document, 'returnedAt'), status: 'accepted' })),
    update(ReferralDeferred, (document, { data, metadata }) => ({
      ...without(document, 'returnedAt'),
      status: 'deferred',
      deferredAt: metadata.occurredAt,
      ...(data.reviewOn !== undefined && { reviewOn: data.reviewOn }),
    })),
    update(ReferralDeferralReviewed, (document, { data, metadata }) =>
      data.outcome === 'continue'
        ? { ...without(document, 'deferredAt', 'reviewOn', 'returnedAt'), status: 'received' }
        : { ...without(document, 'reviewOn', 'returnedAt'), deferredAt: metadata.occurredAt, ...(data.reviewOn !== undefined && { reviewOn: data.reviewOn }) },
    ),
    update(ReferralJoined, (document) => (document.status === 'deferred' ? { ...without(document, 'deferredAt', 'reviewOn'), status: 'received' } : document)),
    update(ReferralTransferred, (document, { data, metadata }) => ({ ...without(document, 'returnedAt'), offeredTo: data.toSiteId, offeredAt: metadata.occurredAt })),
    update(TransferReturned, (document, { metadata }) => ({ ...without(document, 'offeredTo', 'offeredAt'), returnedAt: metadata.occurredAt })),
    update(TransferAccepted, (document, { data }) => ({
      ...without(document, 'offeredTo', 'offeredAt', 'coordinatorId'),
      siteId: data.toSiteId,
      formerSiteIds: [...document.formerSiteIds.filter((each) => each !== data.toSiteId && each !== data.fromSiteId), data.fromSiteId],
    })),
    update(ReferralNotTakenForward, (document) => ended(document, 'not-taken-forward')),
    update(ReferralWithdrawn, (document, { data }) => (data.afterAcceptance ? document : ended(document, 'withdrawn'))),
    update(ReferralDirectedToTraining, (document) => ended(document, 'directed-to-training')),
    update(ReferralMerged, (document) => ended(document, 'merged')),
    update(PersonDied, (document) => ended(without(document, 'deathCorrected'), 'died')),
    update(DeathCorrected, (document) => ({
      ...document,
      deathCorrected: true,
      ...(document.ending === 'died' && { ending: 'closed-other' as const }),
      ...(document.outcome === 'died' && { outcome: 'closed-other' as const }),
    })),
    // Nothing is left to find them by.
    update(PersonErased, (document) => ended({ ...without(document, 'name', 'knownAs'), erased: true }, 'erased')),
    update(ReferralProgressHeard, (document, { data }) => ({ ...document, progress: { ...document.progress, [data.step]: data.happenedAt } })),
    update(ReferralClosingHeard, (document, { data }) => ({ ...without(document, ...waiting), status: 'closed', outcome: data.outcome === 'died' && document.deathCorrected ? 'closed-other' : data.outcome, undecided: [] })),
  ],
});
