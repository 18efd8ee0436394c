import { testIds } from '@alongside/testing';
import { at, projecting } from '@alongside/testing';
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
import { identities } from './identities.js';
import { referrals } from './referrals.js';

const given = projecting(referrals);
const { organisationId, siteId, otherSiteId, personId, coordinatorId, journeyId, supporterId: otherPersonId } = testIds;
const by = 'staff' as const;

const received = ReferralReceived({
  organisationId,
  siteId,
  personId,
  purpose: 'peer-support',
  source: 'self',
  channel: 'telephone',
  formVersion: 1,
  answers: { name: 'Robin Example', 'known-as': 'Rob' },
  asked: [],
  identity: { name: 'example robin' },
  consent: { toBeReferred: true, toInformReferrer: false },
  by,
});
const document = {
  organisationId,
  siteId,
  personId,
  status: 'received',
  purpose: 'peer-support',
  source: 'self',
  channel: 'telephone',
  receivedAt: '2026-03-02T10:00:00.000Z',
  name: 'Robin Example',
  knownAs: 'Rob',
  identityConfirmed: false,
  progress: {},
  undecided: [],
  formerSiteIds: [],
} as const;
const { name: _name, knownAs, ...nameless } = document;
const duplicate = PossibleDuplicateFound({ personId: otherPersonId, journeyId, siteId, likenesses: ['same-name'] });
const deferred = ReferralDeferred({ reason: 'other', signposts: [], reviewOn: '2026-05-01', by });
const offered = ReferralTransferred({ fromSiteId: siteId, toSiteId: otherSiteId, by });

describe('the list of referrals', () => {
  it('shows what came in', () => given(received).then(document));
  it('follows the name', () => {
    given(received, ReferralFormAmended({ answers: { name: 'Robin Sample' }, cleared: ['known-as'], asked: [], by })).then({ ...nameless, name: 'Robin Sample' });
    given(received, ReferralFormAmended({ answers: { reason: 'To talk.' }, cleared: [], asked: [], by })).then(document);
    given(received, ReferralFormAmended({ answers: { 'known-as': 'Bobby' }, cleared: [], asked: [], by })).then({ ...document, knownAs: 'Bobby' });
    expect(knownAs).toBe('Rob');
  });
  it('follows duplicates until they are decided', () => {
    given(received, duplicate).then({ ...document, undecided: [otherPersonId] });
    given(received, duplicate, DuplicateDismissed({ personId: otherPersonId, by })).then(document);
    given(received, duplicate, DuplicateSettled({ personId: otherPersonId, decision: 'linked', journeyId })).then(document);
    given(received, duplicate, ReferralLinkedToPerson({ personId: otherPersonId, fromPersonId: personId, by })).then({ ...document, personId: otherPersonId });
    given(received, ReferralLinkedToPerson({ personId: otherPersonId, fromPersonId: personId, by }), ReferralUnlinkedFromPerson({ personId, fromPersonId: otherPersonId, by })).then(document);
    const along = PastReferralLinkedToPerson({ personId: otherPersonId, fromPersonId: personId, withJourneyId: journeyId });
    given(received, along).then({ ...document, personId: otherPersonId });
    given(received, along, PastReferralUnlinkedFromPerson({ personId, fromPersonId: otherPersonId, withJourneyId: journeyId })).then(document);
  });
  it('follows contact, identity and the named contact', () => {
    const contact = ContactMade({ channel: 'telephone', direction: 'outgoing', outcome: 'reached', by });
    given(received, at('2026-03-04T10:00:00.000Z', contact), at('2026-03-03T10:00:00.000Z', contact)).then({ ...document, firstContactAt: '2026-03-03T10:00:00.000Z' });
    given(received, CoordinatorAssigned({ coordinatorId, menteeTold: true, by })).then({ ...document, coordinatorId });
    given(received, IdentityConfirmed({ method: 'document', by })).then({ ...document, identityConfirmed: true });
    given(received, IdentityConfirmed({ method: 'document', by }), IdentityToConfirmAgain({ changed: ['name'] })).then(document);
    given(received, IdentityConfirmed({ method: 'document', by }), IdentityNotConfirmed({ method: 'document', by })).then(document);
  });
  it('follows deferrals', () => {
    given(received, deferred).then({ ...document, status: 'deferred', deferredAt: '2026-03-02T10:00:00.000Z', reviewOn: '2026-05-01' });
    given(received, deferred, ReferralDeferralReviewed({ outcome: 'defer-again', by })).then({ ...document, status: 'deferred', deferredAt: '2026-03-02T10:00:00.000Z' });
    given(received, deferred, ReferralDeferralReviewed({ outcome: 'continue', by })).then(document);
    given(received, deferred, ReferralJoined({ journeyId: otherPersonId })).then(document);
    given(received, ReferralAccepted({ earlierJourneyIds: [], by }), ReferralJoined({ journeyId: otherPersonId })).then({ ...document, status: 'accepted' });
  });
  it('follows a transfer', () => {
    given(received, offered).then({ ...document, offeredTo: otherSiteId, offeredAt: '2026-03-02T10:00:00.000Z' });
    const returned = [received, offered, TransferReturned({ fromSiteId: siteId, toSiteId: otherSiteId, by })] as const;
    given(...returned).then({ ...document, returnedAt: '2026-03-02T10:00:00.000Z' });
    given(...returned, CoordinatorAssigned({ coordinatorId, menteeTold: true, by })).then({ ...document, coordinatorId });
    given(...returned, offered).then({ ...document, offeredTo: otherSiteId, offeredAt: '2026-03-02T10:00:00.000Z' });
    given(...returned, ReferralAccepted({ earlierJourneyIds: [], by })).then({ ...document, status: 'accepted' });
    given(...returned, deferred).then({ ...document, status: 'deferred', deferredAt: '2026-03-02T10:00:00.000Z', reviewOn: '2026-05-01' });
    given(...returned, ReferralNotTakenForward({ reason: 'other', signposts: [], by })).then({ ...document, status: 'ended', ending: 'not-taken-forward' });
    given(...returned, ReferralClosingHeard({ outcome: 'left', closedOn: '2026-03-02' })).then({ ...document, status: 'closed', outcome: 'left' });
    given(received, deferred, offered, returned[2], ReferralDeferralReviewed({ outcome: 'continue', by })).then(document);
    given(received, CoordinatorAssigned({ coordinatorId, menteeTold: true, by }), offered, TransferAccepted({ fromSiteId: siteId, toSiteId: otherSiteId, by })).then({
      ...document,
      siteId: otherSiteId,
      formerSiteIds: [siteId],
    });
  });
  it('follows each ending', () => {
    given(received, duplicate, offered, ReferralNotTakenForward({ reason: 'other', signposts: [], by })).then({ ...document, status: 'ended', ending: 'not-taken-forward' });
    given(received, ReferralWithdrawn({ afterAcceptance: false, by })).then({ ...document, status: 'ended', ending: 'withdrawn' });
    given(received, ReferralAccepted({ earlierJourneyIds: [], by }), ReferralWithdrawn({ afterAcceptance: true, by })).then({ ...document, status: 'accepted' });
    given(received, ReferralMerged({ intoJourneyId: otherPersonId, by })).then({ ...document, status: 'ended', ending: 'merged' });
    given(received, PersonDied({ personId, by })).then({ ...document, status: 'ended', ending: 'died' });
    given(received, ReferralNotTakenForward({ reason: 'other', signposts: [], by }), ReferralClosingHeard({ outcome: 'not-taken-forward', closedOn: '2026-03-02' })).then({
      ...document,
      status: 'closed',
      ending: 'not-taken-forward',
      outcome: 'not-taken-forward',
    });
  });
  it('follows the journey in other contexts', () =>
    given(received, ReferralProgressHeard({ step: 'met', happenedAt: '2026-03-03T10:00:00.000Z' })).then({ ...document, progress: { met: '2026-03-03T10:00:00.000Z' } }));
  it('keeps no name of who was erased', () =>
    given(received, PersonErased({ personId, subjects: [], reason: 'asked-by-person' })).then({ ...nameless, erased: true, status: 'ended', ending: 'erased' }));
});

describe('identities', () => {
  const identity = projecting(identities);
  it('are what people are found by', () => identity(received).then({ organisationId, identity: { name: 'example robin' } }));
  it('change with the form', () => {
    identity(received, ReferralFormAmended({ answers: {}, cleared: [], asked: [], identity: { name: 'sample robin', email: 'r@example.org' }, by })).then({ organisationId, identity: { name: 'sample robin', email: 'r@example.org' } });
    identity(received, ReferralFormAmended({ answers: { reason: 'x' }, cleared: [], asked: [], by })).then({ organisationId, identity: { name: 'example robin' } });
  });
  it('are gone with the person', () => identity(received, PersonErased({ personId, subjects: [], reason: 'asked-by-person' })).then(undefined));
  it('calls a death that was none a death no more', () => {
    const died = PersonDied({ personId, by });
    const corrected = DeathCorrected({ personId, by });
    const closed = ReferralClosingHeard({ outcome: 'died', closedOn: '2026-03-01' });
    given(received, died, corrected).thenMatching({ status: 'ended', ending: 'closed-other' });
    given(received, died, closed, corrected).thenMatching({ status: 'closed', outcome: 'closed-other' });
    given(received, died, corrected, closed).thenMatching({ status: 'closed', outcome: 'closed-other' });
    given(received, died, corrected, died, closed).thenMatching({ status: 'closed', outcome: 'died' });
  });
});
