import type { ContactChannel, FormAnswer, JourneyOutcome, ReferrerStatus } from '@alongside/contracts';
import { event, mentee, referrerSubject, unchanged, type EventsOf, type Personal, type SubjectMark } from '@alongside/event-sourcing';
import type {
  ContactDirection,
  ContactOutcome,
  DeclineReason,
  DeferralReason,
  ErasureReason,
  IdentityDetails,
  IdentityMethod,
  Likeness,
  OverrideReason,
  ProgressStep,
  Purpose,
  ReferralChannel,
  Referrer,
  ReviewOutcome,
  SealedSafeContact,
  Signpost,
  Source,
  Voice,
} from './words.js';

const siteId = '00000000-0000-4000-8000-000000000002';
const otherSiteId = '00000000-0000-4000-8000-000000000012';
const staffId = '00000000-0000-4000-8000-000000000003';
const journeyId = '00000000-0000-4000-8000-000000000004';
const otherJourneyId = '00000000-0000-4000-8000-000000000014';
const serviceId = '00000000-0000-4000-8000-000000000005';
const personId = '00000000-0000-4000-8000-000000000006';
const otherPersonId = '00000000-0000-4000-8000-000000000016';
const referrerId = '00000000-0000-4000-8000-000000000007';
const supporterId = '00000000-0000-4000-8000-000000000008';
const concernId = '00000000-0000-4000-8000-000000000009';
const organisationId = '00000000-0000-4000-8000-000000000001';

/** Who referred: under the id of whoever signed in and sent it, or under one of their own where somebody else was named. */
export const referrerSubjectOf = ({ referrerId, namedReferrerId }: { readonly referrerId?: string; readonly namedReferrerId?: string }): string =>
  referrerSubject(namedReferrerId ?? referrerId ?? '');
const whoReferred: SubjectMark = { kind: 'referrer', of: (data) => referrerSubjectOf(data as Parameters<typeof referrerSubjectOf>[0]) };

/** The first version did not say whose word it was. */
const nowWithVoice = { version: 2, upcast: { 1: unchanged } } as const;

const answers = { 'answers.*': mentee, 'identity.*': mentee } as const;

export const ReferralReceived = event('ReferralReceived').of<{
  organisationId: string;
  siteId: string;
  personId: string;
  purpose: Purpose;
  source: Source;
  channel: ReferralChannel;
  /** The version of the form in force: the referral keeps it. */
  formVersion: number;
  answers: Readonly<Record<string, Personal<FormAnswer>>>;
  /** Check-only fields that were asked; their answers are not kept. */
  asked: readonly string[];
  identity: IdentityDetails;
  consent: { readonly toBeReferred: true; readonly toInformReferrer: boolean };
  /** The signed-in referrer who sent it, else an id for whoever is named. */
  referrerId?: string;
  /** Of whoever is named in `referrer`, where that is somebody else than the one who signed in. */
  namedReferrerId?: string;
  referrer?: Referrer;
  by: Voice;
}>({
  says: 'A referral came in: a journey began.',
  personal: { ...answers, 'referrer.*': whoReferred },
  example: {
    organisationId,
    siteId,
    personId,
    purpose: 'peer-support',
    source: 'clinician',
    channel: 'online-form',
    formVersion: 1,
    answers: { name: 'Robin Example', telephone: '01632 960011' },
    asked: [],
    identity: { name: 'example robin', telephone: '01632960011' },
    consent: { toBeReferred: true, toInformReferrer: true },
    referrerId,
    referrer: { name: 'Dr Sam Sample', agency: 'Harbour Clinic', contact: 'sam.sample@example.org' },
    by: 'referrer',
  },
});

export const ConsentRecorded = event('ConsentRecorded').of<{ toInformReferrer: boolean; by: Voice }>({
  says: 'The person gave or withdrew their consent to the referrer being told how things stand.',
  example: { toInformReferrer: false, by: 'mentee' },
});

export const ReferralFormAmended = event('ReferralFormAmended').of<{
  answers: Readonly<Record<string, Personal<FormAnswer>>>;
  /** Fields that have no answer any more. */
  cleared: readonly string[];
  asked: readonly string[];
  /** The whole of it, where a field changed by which people are told apart. */
  identity?: IdentityDetails;
  by: Voice;
}>({
  says: 'Some fields of the form were filled, changed or cleared.',
  personal: answers,
  example: { answers: { 'date-of-birth': '1990-05-17', reason: 'Would like to talk to somebody who has been there.' }, cleared: ['email'], asked: ['current-medication'], identity: { name: 'example robin', dateOfBirth: '1990-05-17' }, by: 'mentee' },
});

export const PossibleDuplicateFound = event('PossibleDuplicateFound').of<{ personId: string; journeyId: string; siteId: string; likenesses: readonly Likeness[] }>({
  says: 'Somebody who is known already may be the same person.',
  example: { personId: otherPersonId, journeyId: otherJourneyId, siteId: otherSiteId, likenesses: ['same-name', 'same-telephone'] },
});

export const DuplicateDismissed = event('DuplicateDismissed').of<{ personId: string; note?: Personal<string>; by: Voice }>({
  says: 'A coordinator decided that these are two people.',
  personal: { note: mentee },
  example: { personId: otherPersonId, note: 'Father and son.', by: 'staff' },
});

export const DuplicateSettled = event('DuplicateSettled').of<{ personId: string; decision: 'linked' | 'dismissed'; journeyId: string }>({
  says: 'A possible duplicate was decided on the other referral.',
  example: { personId: otherPersonId, decision: 'linked', journeyId: otherJourneyId },
});

export const ReferralLinkedToPerson = event('ReferralLinkedToPerson').of<{ personId: string; fromPersonId: string; by: Voice }>({
  says: 'The referral is of a person who is known already.',
  example: { personId: otherPersonId, fromPersonId: personId, by: 'staff' },
});

export const ReferralUnlinkedFromPerson = event('ReferralUnlinkedFromPerson').of<{ personId: string; fromPersonId: string; by: Voice }>({
  says: 'The link was a mistake: the referral is of a person of its own again.',
  example: { personId, fromPersonId: otherPersonId, by: 'staff' },
});

export const PastReferralLinkedToPerson = event('PastReferralLinkedToPerson').of<{ personId: string; fromPersonId: string; withJourneyId: string }>({
  says: 'A referral that is over is of that person, too: another one of the same person was linked to them.',
  example: { personId: otherPersonId, fromPersonId: personId, withJourneyId: otherJourneyId },
});

export const PastReferralUnlinkedFromPerson = event('PastReferralUnlinkedFromPerson').of<{ personId: string; fromPersonId: string; withJourneyId: string }>({
  says: 'The link of the other one was a mistake: the referral that is over is of the person again that it was of before.',
  example: { personId, fromPersonId: otherPersonId, withJourneyId: otherJourneyId },
});

export const SafeContactSet = event('SafeContactSet').of<{ safeContact: SealedSafeContact; by: Voice }>({
  says: 'How the person may be reached without harm.',
  personal: { safeContact: mentee },
  example: { safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'], note: 'Not while the flat is full.' }, by: 'mentee' },
});

export const SafeContactCarriedOver = event('SafeContactCarriedOver').of<{ safeContact: SealedSafeContact; fromJourneyId: string; toldAt: string }>({
  says: 'How the person may be reached without harm, as they told it last on another journey of theirs: it holds here, too.',
  personal: { safeContact: mentee },
  example: {
    safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'], note: 'Not while the flat is full.' },
    fromJourneyId: otherJourneyId,
    toldAt: '2026-03-02T10:00:00.000Z',
  },
});

export const ReferralAnswersCarriedOver = event('ReferralAnswersCarriedOver').of<{
  answers: Readonly<Record<string, Personal<FormAnswer>>>;
  /** By field: on which journey it was told, and when. */
  told: Readonly<Record<string, { readonly fromJourneyId: string; readonly toldAt: string }>>;
}>({
  says: 'Fields of the form that the person answered on another journey of theirs: they are not asked twice.',
  personal: { 'answers.*': mentee },
  example: { answers: { 'date-of-birth': '1990-05-17' }, told: { 'date-of-birth': { fromJourneyId: otherJourneyId, toldAt: '2026-03-02T10:00:00.000Z' } } },
});

export const CarriedOverTakenBack = event('CarriedOverTakenBack').of<{ fromJourneyId: string }>({
  says: 'A link was a mistake: what was told on that journey is somebody else’s, and holds here no more.',
  example: { fromJourneyId: otherJourneyId },
});

export const CoordinatorAssigned = event('CoordinatorAssigned').of<{ coordinatorId: string; menteeTold: boolean; by: Voice }>({
  says: 'The journey has a (new) named contact.',
  example: { coordinatorId: staffId, menteeTold: true, by: 'staff' },
});

interface ContactRecord {
  readonly channel: ContactChannel;
  readonly direction: ContactDirection;
  readonly outcome: ContactOutcome;
  readonly note?: Personal<string>;
  readonly by: Voice;
}

export const ContactAttempted = event('ContactAttempted').of<ContactRecord>({
  says: 'Somebody tried to reach the person.',
  personal: { note: mentee },
  example: { channel: 'telephone', direction: 'outgoing', outcome: 'no-answer', note: 'Rang out twice.', by: 'staff' },
});

export const ContactMade = event('ContactMade').of<ContactRecord>({
  says: 'The person was reached, or reached us.',
  personal: { note: mentee },
  example: { channel: 'telephone', direction: 'outgoing', outcome: 'reached', note: 'Prefers the afternoon.', by: 'staff' },
});

export const IdentityConfirmed = event('IdentityConfirmed').of<{ method: IdentityMethod; by: Voice }>({
  says: 'The person is who the referral says. What they answered is not kept.',
  example: { method: 'clinic-details', by: 'staff' },
});

export const IdentityNotConfirmed = event('IdentityNotConfirmed').of<{ method: IdentityMethod; by: Voice }>({
  says: 'It could not be confirmed who the person is.',
  example: { method: 'document', by: 'staff' },
});

export const IdentityToConfirmAgain = event('IdentityToConfirmAgain').of<{ changed: readonly ('name' | 'date-of-birth')[] }>({
  says: 'What was confirmed is not what the form says any more: somebody confirms it again before the referral is accepted.',
  example: { changed: ['name'] },
});

export const ReferralAccepted = event('ReferralAccepted').of<{ earlierJourneyIds: readonly string[]; knownAs?: Personal<string>; by: Voice }>({
  says: 'The referral is complete: the assessment opens.',
  personal: { knownAs: mentee },
  example: { earlierJourneyIds: [otherJourneyId], knownAs: 'Robin', by: 'staff' },
});

export const ReferralDeferred = event('ReferralDeferred').of<{ reason: Personal<DeferralReason>; note?: Personal<string>; signposts: readonly Signpost[]; reviewOn?: string; by: Voice }>({
  says: 'Not now, before anything else is possible; somebody asks again.',
  personal: { reason: mentee, note: mentee },
  example: { reason: 'safety-first', note: 'Moving house first.', signposts: [{ serviceId }], reviewOn: '2026-05-01', by: 'staff' },
});

export const ReferralDeferralReviewed = event('ReferralDeferralReviewed').of<{ outcome: ReviewOutcome; note?: Personal<string>; reviewOn?: string; by: Voice }>({
  says: 'Somebody asked again.',
  personal: { note: mentee },
  example: { outcome: 'defer-again', note: 'Settled by summer.', reviewOn: '2026-07-01', by: 'staff' },
});

export const ReferralNotTakenForward = event('ReferralNotTakenForward').of<{ reason: DeclineReason; note?: Personal<string>; signposts: readonly Signpost[]; by: Voice }>({
  says: 'The referral goes no further here.',
  personal: { note: mentee },
  example: { reason: 'other-service-fits-better', note: 'Wants legal advice.', signposts: [{ serviceId }], by: 'staff' },
});

export const ReferralWithdrawn = event('ReferralWithdrawn').of<{ afterAcceptance: boolean; note?: Personal<string>; by: Voice }>({
  says: 'The person, or their referrer, takes the referral back.',
  personal: { note: mentee },
  example: { afterAcceptance: false, note: 'Found support nearby.', by: 'mentee' },
});

export const ReferralTransferred = event('ReferralTransferred').of<{ fromSiteId: string; toSiteId: string; note?: Personal<string>; by: Voice }>({
  says: 'The journey is offered to another site.',
  personal: { note: mentee },
  example: { fromSiteId: siteId, toSiteId: otherSiteId, note: 'Moved across town.', by: 'mentee' },
});

export const TransferAccepted = event('TransferAccepted').of<{ fromSiteId: string; toSiteId: string; by: Voice }>({
  says: 'The other site took the journey over; it needs a new named contact.',
  example: { fromSiteId: siteId, toSiteId: otherSiteId, by: 'staff' },
});

export const TransferReturned = event('TransferReturned').of<{ fromSiteId: string; toSiteId: string; note?: Personal<string>; by: Voice }>({
  says: 'The other site gave the journey back.',
  personal: { note: mentee },
  example: { fromSiteId: siteId, toSiteId: otherSiteId, note: 'No place before autumn.', by: 'staff' },
});

export const ReferralDirectedToTraining = event('ReferralDirectedToTraining').of<{ supporterId: string; by: Voice }>({
  says: 'The person wants to become a peer supporter: a candidacy opens, the journey ends as such.',
  example: { supporterId, by: 'mentee' },
});

export const ReferralMerged = event('ReferralMerged').of<{ intoJourneyId: string; by: Voice }>({
  says: "This second referral joined the person's open journey.",
  example: { intoJourneyId: otherJourneyId, by: 'staff' },
});

export const ReferralJoined = event('ReferralJoined').of<{ journeyId: string }>({
  says: 'A second referral of the person joined this journey; a deferral is over.',
  example: { journeyId: otherJourneyId },
});

export const ReferrerInformed = event('ReferrerInformed').of<{ status: ReferrerStatus; channel: ContactChannel; by: Voice }>({
  says: 'The referrer was told how things stand, and no more.',
  example: { status: 'met', channel: 'email', by: 'staff' },
});

export const PersonErased = event('PersonErased').of<{ personId: string; subjects: readonly string[]; reason: ErasureReason; overrideReason?: OverrideReason; by?: Voice }>({
  ...nowWithVoice,
  says: 'The person used their right to be erased: nothing of this journey can be read any more.',
  example: { personId, subjects: [`mentee-${journeyId}`], reason: 'asked-by-person', overrideReason: 'concern-handed-over', by: 'mentee' },
});

export const ReferrerErased = event('ReferrerErased').of<{ subjects: readonly string[]; journeyIds: readonly string[]; reason: ErasureReason; by?: Voice }>({
  ...nowWithVoice,
  says: 'Who referred used their right to be erased, on every referral of theirs that was found: nothing that is theirs can be read any more.',
  example: { subjects: [`referrer-${referrerId}`], journeyIds: [journeyId], reason: 'asked-by-person', by: 'referrer' },
});

export const PersonDied = event('PersonDied').of<{ personId: string; diedOn?: Personal<string>; note?: Personal<string>; by: Voice }>({
  says: 'The person has died.',
  personal: { diedOn: mentee, note: mentee },
  example: { personId, diedOn: '2026-02-27', note: 'Told by the family.', by: 'staff' },
});

export const DeathCorrected = event('DeathCorrected').of<{ personId: string; note?: Personal<string>; by: Voice }>({
  says: 'The death was written down by mistake. What it ended stays ended: a new referral goes on with what was told.',
  personal: { note: mentee },
  example: { personId, note: 'It was a neighbour of the same name.', by: 'staff' },
});

export const ReferralProgressHeard = event('ReferralProgressHeard').of<{ step: ProgressStep; happenedAt: string }>({
  says: 'Another context told how far the journey is.',
  example: { step: 'met', happenedAt: '2026-03-16T14:30:00.000Z' },
});

export const ReferralConcernHeard = event('ReferralConcernHeard').of<{
  concernId: string;
  status: 'open' | 'resolved';
  safeguarding: boolean;
  /** The supporter or staff member whom it is about: they are never told that there is one. */
  aboutId?: string;
  sourceRevision: number;
}>({
  says: 'A concern about the journey is open or resolved: an erasure waits for a safeguarding one.',
  example: { concernId, status: 'open', safeguarding: true, sourceRevision: 4 },
});

export const ReferralClosingHeard = event('ReferralClosingHeard').of<{ outcome: JourneyOutcome; closedOn: string }>({
  says: 'The journey is closed.',
  example: { outcome: 'completed', closedOn: '2026-08-31' },
});

export const referralEvents = [
  ReferralReceived,
  ConsentRecorded,
  ReferralFormAmended,
  PossibleDuplicateFound,
  DuplicateDismissed,
  DuplicateSettled,
  ReferralLinkedToPerson,
  ReferralUnlinkedFromPerson,
  PastReferralLinkedToPerson,
  PastReferralUnlinkedFromPerson,
  SafeContactSet,
  SafeContactCarriedOver,
  ReferralAnswersCarriedOver,
  CarriedOverTakenBack,
  CoordinatorAssigned,
  ContactAttempted,
  ContactMade,
  IdentityConfirmed,
  IdentityNotConfirmed,
  IdentityToConfirmAgain,
  ReferralAccepted,
  ReferralDeferred,
  ReferralDeferralReviewed,
  ReferralNotTakenForward,
  ReferralWithdrawn,
  ReferralTransferred,
  TransferAccepted,
  TransferReturned,
  ReferralDirectedToTraining,
  ReferralMerged,
  ReferralJoined,
  ReferrerInformed,
  PersonErased,
  ReferrerErased,
  PersonDied,
  DeathCorrected,
  ReferralProgressHeard,
  ReferralConcernHeard,
  ReferralClosingHeard,
] as const;
export type ReferralEvent = EventsOf<typeof referralEvents>;

export const exampleIds = { organisationId, siteId, otherSiteId, staffId, journeyId, otherJourneyId, serviceId, personId, otherPersonId, referrerId, supporterId, concernId };
