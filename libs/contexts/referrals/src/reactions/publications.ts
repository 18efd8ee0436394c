import { referrals as published, type SafeContact } from '@alongside/contracts';
import type { Personal, RecordedEvent } from '@alongside/event-sourcing';
import { publication, type Publication } from '@alongside/service';
import {
  CarriedOverTakenBack,
  CoordinatorAssigned,
  DeathCorrected,
  PastReferralLinkedToPerson,
  PastReferralUnlinkedFromPerson,
  PersonDied,
  PersonErased,
  ReferralAccepted,
  ReferralDirectedToTraining,
  ReferralLinkedToPerson,
  ReferralMerged,
  ReferralNotTakenForward,
  ReferralReceived,
  ReferralUnlinkedFromPerson,
  ReferralWithdrawn,
  SafeContactCarriedOver,
  SafeContactSet,
  TransferAccepted,
} from '../domain/events.js';
import { referralAggregate as of } from '../domain/referral.js';
import { answersOf, safeContactOf, type Referral } from '../domain/state.js';

const journeyIdOf = ({ metadata }: { readonly metadata: RecordedEvent['metadata'] }): string => metadata.journeyId as string;

/** What names a journey to others; undefined only where there is none. */
function journeyOf(event: { readonly metadata: RecordedEvent['metadata'] }, state: Referral) {
  return state.status === 'none' ? undefined : { journeyId: journeyIdOf(event), personId: state.personId, siteId: state.siteId, beganAt: state.beganAt };
}

type EarlyEnd = 'not-taken-forward' | 'withdrawn' | 'directed-to-training' | 'merged';

function ended(event: { readonly metadata: RecordedEvent['metadata'] }, state: Referral, outcome: EarlyEnd) {
  const journey = journeyOf(event, state);
  return journey && { ...journey, outcome };
}

function safeContactLeft(event: { readonly metadata: RecordedEvent['metadata'] }, state: Referral) {
  const safeContact = state.status === 'none' ? undefined : safeContactOf(state);
  return safeContact && { journeyId: journeyIdOf(event), safeContact };
}

function noSafeContactLeft(event: { readonly metadata: RecordedEvent['metadata'] }, state: Referral) {
  return state.status === 'none' || safeContactOf(state) !== undefined ? undefined : { journeyId: journeyIdOf(event) };
}

const linkedTo = (event: { readonly metadata: RecordedEvent['metadata']; readonly data: { readonly personId: string } }) => ({ journeyId: journeyIdOf(event), personId: event.data.personId });

export const publications: readonly Publication[] = [
  publication(ReferralReceived, of, published.ReferralReceived, (event) => {
    const { personId, siteId, purpose, referrerId } = event.data;
    return { journeyId: journeyIdOf(event), personId, siteId, purpose, ...(referrerId !== undefined && { referrerId }) };
  }),
  publication(ReferralAccepted, of, published.ReferralAccepted, (event, state) => {
    const journey = journeyOf(event, state);
    if (!journey || state.status === 'none') return undefined;
    const { earlierJourneyIds, knownAs } = event.data;
    const { coordinatorId, formVersion } = state;
    const safeContact = safeContactOf(state);
    return {
      ...journey,
      formVersion,
      earlierJourneyIds: [...earlierJourneyIds],
      ...(coordinatorId !== undefined && { coordinatorId }),
      ...(knownAs !== undefined && { knownAs }),
      ...(safeContact !== undefined && { safeContact }),
    };
  }),
  publication(SafeContactSet, of, published.SafeContactSet, (event) => ({ journeyId: journeyIdOf(event), safeContact: event.data.safeContact as Personal<SafeContact> })),
  publication(SafeContactCarriedOver, of, published.SafeContactSet, (event) => ({ journeyId: journeyIdOf(event), safeContact: event.data.safeContact as Personal<SafeContact> })),
  // What was carried over with a link that was a mistake is not theirs: what they said themselves holds again, or nothing does.
  publication(ReferralUnlinkedFromPerson, of, published.SafeContactSet, safeContactLeft),
  publication(ReferralUnlinkedFromPerson, of, published.SafeContactTakenBack, noSafeContactLeft),
  publication(PastReferralUnlinkedFromPerson, of, published.SafeContactSet, safeContactLeft),
  publication(PastReferralUnlinkedFromPerson, of, published.SafeContactTakenBack, noSafeContactLeft),
  publication(CarriedOverTakenBack, of, published.SafeContactSet, safeContactLeft),
  publication(CarriedOverTakenBack, of, published.SafeContactTakenBack, noSafeContactLeft),
  publication(ReferralLinkedToPerson, of, published.JourneyLinkedToPerson, linkedTo),
  publication(ReferralUnlinkedFromPerson, of, published.JourneyLinkedToPerson, linkedTo),
  publication(PastReferralLinkedToPerson, of, published.JourneyLinkedToPerson, linkedTo),
  publication(PastReferralUnlinkedFromPerson, of, published.JourneyLinkedToPerson, linkedTo),
  publication(CoordinatorAssigned, of, published.CoordinatorAssigned, (event) => ({ journeyId: journeyIdOf(event), coordinatorId: event.data.coordinatorId })),
  publication(TransferAccepted, of, published.JourneyMoved, (event) => ({ journeyId: journeyIdOf(event), fromSiteId: event.data.fromSiteId, toSiteId: event.data.toSiteId })),
  publication(ReferralNotTakenForward, of, published.ReferralEnded, (event, state) => ended(event, state, 'not-taken-forward')),
  publication(ReferralWithdrawn, of, published.ReferralEnded, (event, state) => (event.data.afterAcceptance ? undefined : ended(event, state, 'withdrawn'))),
  publication(ReferralWithdrawn, of, published.ReferralWithdrawn, (event) => (event.data.afterAcceptance ? { journeyId: journeyIdOf(event) } : undefined)),
  publication(ReferralDirectedToTraining, of, published.ReferralEnded, (event, state) => ended(event, state, 'directed-to-training')),
  publication(ReferralDirectedToTraining, of, published.CandidacyOpened, (event, state) => {
    const journey = journeyOf(event, state);
    if (!journey || state.status === 'none') return undefined;
    const { journeyId, personId, siteId } = journey;
    const { name, email, telephone } = answersOf(state) as Readonly<Record<string, Personal<string>>>;
    return {
      journeyId,
      personId,
      siteId,
      supporterId: event.data.supporterId,
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email }),
      ...(telephone !== undefined && { telephone }),
    };
  }),
  publication(ReferralMerged, of, published.ReferralEnded, (event, state) => ended(event, state, 'merged')),
  publication(ReferralMerged, of, published.ReferralMerged, (event) => ({ journeyId: journeyIdOf(event), intoJourneyId: event.data.intoJourneyId })),
  publication(PersonDied, of, published.PersonDied, (event, state) => journeyOf(event, state)),
  publication(DeathCorrected, of, published.DeathCorrected, (event, state) => journeyOf(event, state)),
  publication(PersonErased, of, published.PersonErased, (event, state) => {
    const journey = journeyOf(event, state);
    return journey && { ...journey, subjects: [...event.data.subjects] };
  }),
];
