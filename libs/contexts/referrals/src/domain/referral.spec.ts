import type { SafeContact } from '@alongside/contracts';
import { at, commanding, specify, testIds, testNow } from '@alongside/testing';
import {
  CarriedOverTakenBack,
  ConsentRecorded,
  ContactAttempted,
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
  ReferralAnswersCarriedOver,
  ReferralClosingHeard,
  ReferralConcernHeard,
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
  ReferrerErased,
  ReferrerInformed,
  SafeContactCarriedOver,
  SafeContactSet,
  TransferAccepted,
  TransferReturned,
  type ReferralEvent,
} from './events.js';
import type { NewReferral } from './receiving.js';
import { referral, referralAggregate } from './referral.js';
import { answersOf, openSafeguardingConcerns, safeContactOf, undecided } from './state.js';

const given = specify(referral);
const { organisationId, siteId, otherSiteId, personId, coordinatorId, referrerId, journeyId } = testIds;
const otherPersonId = testIds.supporterId;
const otherJourneyId = testIds.supervisorId;

const newReferral: NewReferral = {
  organisationId,
  siteId,
  siteStatus: 'open',
  personId,
  purpose: 'peer-support',
  source: 'self',
  channel: 'telephone',
  formVersion: 1,
  answers: { name: 'Robin Example' },
  asked: [],
  identity: { name: 'example robin' },
  consent: { toBeReferred: true, toInformReferrer: false },
};
type Received = Parameters<typeof ReferralReceived>[0];
const received = (more: Partial<Received> = {}) => {
  const { siteStatus: _siteStatus, safeContact: _safeContact, referrer: _referrer, ...data } = newReferral;
  return ReferralReceived({ ...data, consent: { toBeReferred: true, toInformReferrer: false }, by: 'staff', ...more });
};
const byClinic = (consents = true) => received({ source: 'clinician', referrerId, referrer: { name: 'Sam Sample' }, consent: { toBeReferred: true, toInformReferrer: consents } });
const confirmed = () => IdentityConfirmed({ method: 'document', by: 'staff' });
const accepted = () => ReferralAccepted({ earlierJourneyIds: [], by: 'staff' });
const deferred = (reviewOn?: string) => ReferralDeferred({ reason: 'safety-first', signposts: [], ...(reviewOn !== undefined && { reviewOn }), by: 'staff' });
const duplicate = (journey = otherJourneyId) => PossibleDuplicateFound({ personId: otherPersonId, journeyId: journey, siteId, likenesses: ['same-name'] });
const linked = () => ReferralLinkedToPerson({ personId: otherPersonId, fromPersonId: personId, by: 'staff' });
const died = () => PersonDied({ personId, by: 'staff' });
const erased = () => PersonErased({ personId, subjects: [`mentee-${journeyId}`], reason: 'asked-by-person' });
const closed = () => ReferralClosingHeard({ outcome: 'completed', closedOn: '2026-03-01' });
const notTaken = () => ReferralNotTakenForward({ reason: 'other', signposts: [], by: 'staff' });
const offered = () => ReferralTransferred({ fromSiteId: siteId, toSiteId: otherSiteId, by: 'staff' });
const moved = () => TransferAccepted({ fromSiteId: siteId, toSiteId: otherSiteId, by: 'staff' });

describe('receive-referral', () => {
  const receive = (more: Partial<NewReferral> = {}) => commanding('receive-referral', { ...newReferral, ...more });

  it('begins a journey', () => given().when(receive()).then(received()));
  it('sets what is safe at once', () => {
    const safeContact: SafeContact = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['email'] };
    given().when(receive({ safeContact })).then(received(), SafeContactSet({ safeContact, by: 'staff' }));
  });
  it('is the word of the referrer who is signed in', () =>
    given()
      .when(commanding('receive-referral', { ...newReferral, referrerId, referrer: { name: 'Sam Sample' } }, { actor: { id: referrerId, role: 'referrer' } }))
      .then(received({ referrerId, referrer: { name: 'Sam Sample' }, by: 'referrer' })));
  it('is the word of the person who sends the public form', () =>
    given()
      .when(commanding('send-referral-form', newReferral, { actor: { id: 'public', role: 'public' } }))
      .then(received({ by: 'mentee' })));
  it('begins once', () => given(received()).when(receive()).refused('already-received'));
  it('needs a site that takes referrals', () => given().when(receive({ siteStatus: 'closing' })).refused('site-takes-no-referrals'));
  it('needs consent', () => given().when(receive({ consent: { toBeReferred: false, toInformReferrer: false } })).refused('consent-needed'));
  it.each(['clinician', 'gp', 'social-worker', 'other-agency'] as const)('names who refers: %s', (source) => given().when(receive({ source })).invalid('referrer'));
});

describe('record-consent', () => {
  const consent = (toInformReferrer: boolean) => commanding('record-consent', { toInformReferrer, by: 'mentee' });
  it('may change', () => given(received()).when(consent(true)).then(ConsentRecorded({ toInformReferrer: true, by: 'mentee' })));
  it('is written once', () => given(received(), ConsentRecorded({ toInformReferrer: true, by: 'mentee' })).when(consent(true)).nothing());
  it('may be taken back as long as a referrer may be told', () => {
    const withdrawn = ConsentRecorded({ toInformReferrer: false, by: 'mentee' });
    for (const over of [notTaken(), closed(), died()]) given(byClinic(), over).when(consent(false)).then(withdrawn);
    given(byClinic(), closed(), withdrawn).when(commanding('inform-referrer', { channel: 'email' })).refused('no-consent-to-inform');
    given(byClinic(), erased()).when(consent(false)).refused('person-erased');
    given().when(consent(false)).refused('unknown-referral');
  });
});

describe('amend-form', () => {
  const amend = (data: object) => commanding('amend-form', { answers: {}, cleared: [], asked: [], required: ['name'], ...data });
  it('fills and clears some fields', () =>
    given(received(), ReferralFormAmended({ answers: { email: 'robin@example.org' }, cleared: [], asked: [], by: 'staff' }))
      .when(amend({ answers: { reason: 'To talk.' }, cleared: ['email', 'telephone'], asked: ['current-medication'] }))
      .then(ReferralFormAmended({ answers: { reason: 'To talk.' }, cleared: ['email'], asked: ['current-medication'], by: 'staff' })));
  it('keeps what registration needs', () => given(received()).when(amend({ cleared: ['name'] })).invalid('form.name'));
  it('writes nothing where nothing changes', () => given(received()).when(amend({ cleared: ['email'] })).nothing());
  it('takes back that somebody was identified, when it is not what was confirmed any more', () => {
    const renaming = amend({ answers: { name: 'Kim Other' }, renamed: ['name'] });
    const amended = ReferralFormAmended({ answers: { name: 'Kim Other' }, cleared: [], asked: [], by: 'staff' });
    given(received(), confirmed()).when(renaming).then(amended, IdentityToConfirmAgain({ changed: ['name'] }));
    given(received()).when(renaming).then(amended);
    given(received(), IdentityNotConfirmed({ method: 'other', by: 'staff' })).when(renaming).then(amended);
    given(received(), confirmed(), accepted()).when(renaming).then(amended);
    const again = given(received(), confirmed(), IdentityToConfirmAgain({ changed: ['name'] }));
    again.when(commanding('accept-referral', { required: [], otherOpenJourneyIds: [], earlierJourneyIds: [] })).refused('identity-not-confirmed');
    again.when(commanding('confirm-identity', { method: 'document' })).then(confirmed());
    expect(again.state).toMatchObject({ identity: { status: 'unconfirmed', changed: ['name'] } });
  });
  it('goes on after acceptance', () => given(received(), accepted()).when(amend({ asked: ['passport'] })).thenMatching({ type: 'ReferralFormAmended' }));
  it('ends with the journey', () => given(received(), notTaken()).when(amend({ asked: ['passport'] })).refused('journey-over'));
  it('needs a referral', () => given().when(amend({})).refused('unknown-referral'));
});

describe('set-safe-contact', () => {
  const safeContact: SafeContact = { voicemail: true, nameOurselves: false, writeToAddress: false, channels: ['telephone'] };
  const set = (toldAt?: string) => commanding('set-safe-contact', { safeContact, ...(toldAt !== undefined && { toldAt }), by: 'referrer' });
  it('is told to all', () => given(received(), accepted()).when(set()).then(SafeContactSet({ safeContact, by: 'referrer' })));
  it('is written once', () => given(received()).when(set(testNow)).nothing());
  it('said again later is their latest word', () => given(received()).when(set('2026-03-01T09:00:00.000Z')).then(SafeContactSet({ safeContact, by: 'referrer' })));
  it('may change after the journey, too: a follow-up reaches out', () => {
    given(received(), notTaken()).when(set()).thenMatching({ type: 'SafeContactSet' });
    given(received(), closed()).when(set()).then(SafeContactSet({ safeContact, by: 'referrer' }));
    given(received(), died()).when(set()).refused('person-died');
    given(received(), erased()).when(set()).refused('person-erased');
  });
});

describe('assign-coordinator', () => {
  const assign = (coordinates: boolean | undefined) => commanding('assign-coordinator', { coordinatorId, coordinates });
  const assigned = CoordinatorAssigned({ coordinatorId, menteeTold: false, by: 'staff' });
  it('names a contact', () => given(received()).when(assign(true)).then(assigned));
  it('names them once', () => given(received(), assigned).when(assign(true)).nothing());
  it('needs somebody who is known', () => given(received()).when(assign(undefined)).invalid('coordinatorId'));
  it('needs a coordinator of the site', () => given(received()).when(assign(false)).refused('not-a-coordinator-of-the-site'));
  it('names them again where another site has given the journey back', () => {
    const returned = TransferReturned({ fromSiteId: siteId, toSiteId: otherSiteId, by: 'staff' });
    const again = at('2026-03-02T11:00:00.000Z', assigned);
    given(received(), assigned, offered(), returned).when(assign(true)).then(assigned);
    given(received(), assigned, offered(), returned, again).when(assign(true)).nothing();
  });
  it('is due anew where the journey moved', () => given(received(), assigned, offered(), moved()).when(assign(true)).then(assigned));
});

describe('record-contact-attempt', () => {
  const monday = { day: 'monday', time: '10:00' } as const;
  const safe: SafeContact = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone', 'letter', 'email'], hours: [{ day: 'monday', from: '13:00', to: '15:00' }] };
  const attempt = (data: object) => commanding('record-contact-attempt', { channel: 'telephone', outcome: 'no-answer', at: monday, ...data });
  const record = { channel: 'telephone', direction: 'outgoing', by: 'staff' } as const;

  it('is an attempt', () => given(received()).when(attempt({})).then(ContactAttempted({ ...record, outcome: 'no-answer' })));
  it('or contact made', () => given(received()).when(attempt({ outcome: 'reached', note: 'Well.' })).then(ContactMade({ ...record, outcome: 'reached', note: 'Well.' })));
  it('uses safe channels', () => given(received()).when(attempt({ safe, channel: 'video' })).refused('channel-not-safe', { channel: 'video' }));
  it('leaves no voicemail that is not safe', () => given(received()).when(attempt({ safe, outcome: 'left-voicemail' })).refused('voicemail-not-safe'));
  it('says who we are only where it is safe', () => given(received()).when(attempt({ safe, outcome: 'left-message' })).refused('naming-ourselves-not-safe'));
  it('writes to an address only where it is safe', () => given(received()).when(attempt({ safe, channel: 'letter', outcome: 'message-sent' })).refused('writing-not-safe'));
  it('keeps the hours', () => {
    given(received()).when(attempt({ safe })).refused('outside-safe-hours');
    given(received()).when(attempt({ safe, at: { day: 'tuesday', time: '14:00' } })).refused('outside-safe-hours');
    given(received()).when(attempt({ safe, at: { day: 'monday', time: '14:00' } })).thenMatching({ type: 'ContactAttempted' });
    // Read whenever somebody opens it.
    given(received()).when(attempt({ safe, channel: 'email', outcome: 'message-sent' })).thenMatching({ type: 'ContactAttempted' });
  });
  it('takes down whoever reaches us', () => given(received()).when(attempt({ safe, channel: 'video', outcome: 'reached', direction: 'incoming' })).thenMatching({ type: 'ContactMade' }));
  it('goes on until the journey is closed', () => {
    given(received(), notTaken()).when(attempt({})).thenMatching({ type: 'ContactAttempted' });
    given(received(), closed()).when(attempt({})).refused('journey-closed');
    given(received(), died()).when(attempt({})).refused('person-died');
    given(received(), erased()).when(attempt({})).refused('person-erased');
  });
});

describe('confirm-identity', () => {
  const confirm = (data: object = {}) => commanding('confirm-identity', { method: 'document', ...data });
  it('confirms', () => given(received()).when(confirm()).then(confirmed()));
  it('or does not', () => given(received()).when(confirm({ confirmed: false })).then(IdentityNotConfirmed({ method: 'document', by: 'staff' })));
  it('confirms once', () => given(received(), confirmed()).when(confirm()).nothing());
  it('may turn out otherwise', () => given(received(), confirmed()).when(confirm({ confirmed: false })).thenMatching({ type: 'IdentityNotConfirmed' }));
  it('needs a referrer who can vouch', () => {
    given(received()).when(confirm({ method: 'vouched-for-by-referrer' })).refused('no-referrer');
    given(byClinic()).when(confirm({ method: 'vouched-for-by-referrer' })).thenMatching({ type: 'IdentityConfirmed' });
  });
  it('comes before acceptance', () => given(received(), accepted()).when(confirm()).refused('already-accepted'));
});

describe('possible duplicates', () => {
  const note = (data: object = {}) => commanding('note-possible-duplicate', { personId: otherPersonId, journeyId: otherJourneyId, siteId, likenesses: ['same-name'] as const, ...data });
  const dismiss = commanding('dismiss-duplicate', { personId: otherPersonId });
  const link = (known = true) => commanding('link-to-person', { personId: otherPersonId, known });
  const dismissed = () => DuplicateDismissed({ personId: otherPersonId, by: 'staff' });

  it('are raised', () => given(received()).when(note()).then(duplicate()));
  it('are raised once', () => given(received(), duplicate()).when(note()).nothing());
  it('are raised again with more in common', () => given(received(), duplicate()).when(note({ likenesses: ['same-name', 'same-email'] })).thenMatching({ type: 'PossibleDuplicateFound' }));
  it('are not raised again once decided', () => {
    given(received(), duplicate(), dismissed()).when(note({ likenesses: ['same-email'] })).nothing();
    given(received(), duplicate(), linked()).when(note()).nothing();
  });
  it('need no decision where the journey is over', () => given(received(), notTaken()).when(note()).nothing());
  it('are not of oneself', () => given(received()).when(note({ personId })).nothing());
  it('are dismissed', () => {
    given(received(), duplicate()).when(dismiss).then(dismissed());
    given(received(), duplicate(), dismissed()).when(dismiss).nothing();
  });
  it('that were never raised cannot be dismissed', () => given(received()).when(dismiss).invalid('personId'));
  it('that are linked cannot be dismissed', () => given(received(), duplicate(), linked()).when(dismiss).refused('linked-to-this-person'));
  it('are linked', () => {
    given(received(), duplicate()).when(link()).then(linked());
    given(received(), duplicate(), linked()).when(link()).nothing();
  });
  it('are linked to somebody who is known', () => given(received()).when(link(false)).invalid('personId'));
  it('are not linked to somebody who has died', () =>
    given(received(), duplicate()).when(commanding('link-to-person', { personId: otherPersonId, known: true, died: true })).refused('linked-person-died'));
  it('are linked as long as both persons keep to it', () => {
    const reserved = (reservedAt: string) => given(received(), duplicate()).when(commanding('link-to-person', { personId: otherPersonId, known: true, reservedAt }));
    reserved(testNow).then(linked());
    reserved('2026-03-02T09:00:00.000Z').refused('link-under-way');
  });
  it('are linked to the person whom the one that was raised turned out to be', () => {
    const found = { personId: otherPersonId, journeyId: otherJourneyId };
    const settled = DuplicateSettled({ ...found, decision: 'linked' });
    const elsewhere = commanding('link-to-person', { personId: coordinatorId, known: true, found });
    given(received(), duplicate()).when(elsewhere).then(ReferralLinkedToPerson({ personId: coordinatorId, fromPersonId: personId, by: 'staff' }), settled);
    given(received(), duplicate()).when(commanding('link-to-person', { personId, known: true, found })).then(settled);
    given(received(), duplicate(), settled).when(commanding('link-to-person', { personId, known: true, found })).nothing();
  });
  it('are linked to one person', () =>
    given(received(), linked()).when(commanding('link-to-person', { personId: journeyId, known: true })).refused('linked-to-another-person'));
  it('return to a person of their own', () => {
    const unlink = commanding('unlink-from-person', {});
    given(received(), duplicate(), linked()).when(unlink).then(ReferralUnlinkedFromPerson({ personId, fromPersonId: otherPersonId, by: 'staff' }));
    given(received()).when(unlink).refused('not-linked');
    const reserved = (reservedAt: string) => given(received(), linked()).when(commanding('unlink-from-person', { reservedAt }));
    reserved(testNow).thenMatching({ type: 'ReferralUnlinkedFromPerson' });
    reserved('2026-03-02T09:00:00.000Z').refused('link-under-way');
  });
  it('take referrals along that are over, and give them back', () => {
    const move = { personId: otherPersonId, fromPersonId: personId, withJourneyId: otherJourneyId };
    const back = { personId, fromPersonId: otherPersonId, withJourneyId: otherJourneyId };
    const along = commanding('link-past-referral', move);
    const unlink = commanding('unlink-past-referral', back);
    const quiet: SafeContact = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'] };
    const over = [received(), SafeContactSet({ safeContact: quiet, by: 'mentee' }), closed()] as const;
    given(...over).when(along).then(PastReferralLinkedToPerson(move));
    given(received()).when(along).nothing();
    given(...over, PastReferralLinkedToPerson(move)).when(along).nothing();
    given().when(along).nothing();
    given(...over, PastReferralLinkedToPerson(move)).when(unlink).then(PastReferralUnlinkedFromPerson(back));
    given(...over, PastReferralLinkedToPerson(move)).when(commanding('unlink-past-referral', { ...back, withJourneyId: journeyId })).nothing();
    given(...over, PastReferralLinkedToPerson(move), PastReferralUnlinkedFromPerson(back)).when(unlink).nothing();
    given().when(unlink).nothing();
    // What somebody else told goes with the link, and what was known before it stays.
    const theirs = SafeContactCarriedOver({ safeContact: { ...quiet, channels: [] }, fromJourneyId: personId, toldAt: '2026-02-02T10:00:00.000Z' });
    const { state } = given(...over, PastReferralLinkedToPerson(move), theirs, PastReferralUnlinkedFromPerson(back));
    expect(state.status !== 'none' && [state.personId, safeContactOf(state)]).toEqual([personId, quiet]);
    expect(given(...over).state).toEqual(state);
  });
  it('are settled by what was decided on the other side', () => {
    const settle = commanding('settle-duplicate', { personId: otherPersonId, decision: 'linked', journeyId: otherJourneyId });
    given(received(), duplicate()).when(settle).then(DuplicateSettled({ personId: otherPersonId, decision: 'linked', journeyId: otherJourneyId }));
    given(received(), duplicate(), dismissed()).when(settle).nothing();
    given().when(settle).nothing();
  });
  it('count as undecided until then', () => {
    const { state } = given(received(), duplicate());
    expect(state.status === 'received' && undecided(state)).toEqual([otherPersonId]);
    const { state: after } = given(received(), duplicate(), dismissed());
    expect(after.status === 'received' && undecided(after)).toEqual([]);
  });
});

describe('accept-referral', () => {
  const accept = (data: object = {}) => commanding('accept-referral', { required: ['name'], otherOpenJourneyIds: [], earlierJourneyIds: [], ...data });
  it('opens the assessment', () => given(received(), confirmed()).when(accept({ knownAs: 'Robin' })).then(ReferralAccepted({ earlierJourneyIds: [], knownAs: 'Robin', by: 'staff' })));
  it('happens once', () => given(received(), confirmed(), accepted()).when(accept()).nothing());
  it('needs identity confirmed', () => {
    given(received()).when(accept()).refused('identity-not-confirmed');
    given(received(), confirmed(), IdentityNotConfirmed({ method: 'other', by: 'staff' })).when(accept()).refused('identity-not-confirmed');
  });
  it('needs the form filled', () => given(received(), confirmed()).when(accept({ required: ['name', 'reason'] })).refused('form-incomplete', { missing: ['reason'] }));
  it('needs duplicates decided', () => given(received(), confirmed(), duplicate()).when(accept()).refused('undecided-duplicate', { personIds: [otherPersonId] }));
  it('needs no other open journey', () => given(received(), confirmed()).when(accept({ otherOpenJourneyIds: [otherJourneyId] })).refused('other-open-journey'));
  it('needs a deferral reviewed', () => given(received(), confirmed(), deferred()).when(accept()).refused('referral-deferred'));
  it('is not for those who want training', () => given(received({ purpose: 'training' }), confirmed()).when(accept()).refused('referred-for-training'));
  it('is not for who has died, was erased or left', () => {
    given(received(), confirmed(), died()).when(accept()).refused('person-died');
    given(received(), confirmed(), erased()).when(accept()).refused('person-erased');
    given(received(), confirmed(), ReferralWithdrawn({ afterAcceptance: false, by: 'mentee' })).when(accept()).refused('journey-over');
  });
});

describe('deferring', () => {
  const today = '2026-03-02';
  const defer = (data: object = {}) => commanding('defer-referral', { reason: 'safety-first', signposts: [], today, ...data });
  const review = (data: object = {}) => commanding('review-referral-deferral', { outcome: 'continue', today, ...data });
  it('is not a no', () => given(received()).when(defer({ reviewOn: '2026-05-01' })).then(deferred('2026-05-01')));
  it('has a review date ahead', () => given(received()).when(defer({ reviewOn: today })).invalid('reviewOn'));
  it('happens once', () => given(received(), deferred()).when(defer()).refused('already-deferred'));
  it('comes before acceptance', () => given(received(), accepted()).when(defer()).refused('already-accepted'));
  it('is reviewed: it goes on', () => {
    given(received(), deferred()).when(review()).then(ReferralDeferralReviewed({ outcome: 'continue', by: 'staff' }));
    const { state } = given(received(), deferred('2026-05-01'), ReferralDeferralReviewed({ outcome: 'continue', by: 'staff' }));
    expect({ ...state, deferrals: [] }).toEqual(given(received()).state);
  });
  it('is reviewed: not yet', () =>
    given(received(), deferred()).when(review({ outcome: 'defer-again', reviewOn: '2026-07-01' })).then(ReferralDeferralReviewed({ outcome: 'defer-again', reviewOn: '2026-07-01', by: 'staff' })));
  it('is reviewed for a date ahead', () => given(received(), deferred()).when(review({ outcome: 'defer-again', reviewOn: '2026-03-01' })).invalid('reviewOn'));
  it('has a date only when deferred again', () => given(received(), deferred()).when(review({ reviewOn: '2026-07-01' })).invalid('reviewOn'));
  it('is reviewed where there is one', () => given(received()).when(review()).refused('not-deferred'));
});

describe('ending', () => {
  const notTake = commanding('not-take-forward', { reason: 'other', signposts: [] });
  const withdraw = commanding('withdraw-referral', { by: 'mentee' });
  const train = commanding('direct-to-training', {});
  const merge = (data: object = {}) => commanding('merge-into-journey', { intoJourneyId: otherJourneyId, isItself: false, target: { personId, open: true }, ...data });

  it('is not taken forward', () => {
    given(received(), deferred()).when(notTake).then(notTaken());
    given(received(), notTaken()).when(commanding('not-take-forward', { reason: 'other', signposts: [], again: true })).nothing();
    given(received(), notTaken()).when(commanding('not-take-forward', { reason: 'outside-remit', signposts: [], again: false })).refused('journey-over');
    given(received(), accepted()).when(notTake).refused('already-accepted');
  });
  it('is withdrawn', () => {
    given(received()).when(withdraw).then(ReferralWithdrawn({ afterAcceptance: false, by: 'mentee' }));
    given(received(), ReferralWithdrawn({ afterAcceptance: false, by: 'mentee' })).when(commanding('withdraw-referral', { by: 'mentee', again: true })).nothing();
    given(received(), ReferralWithdrawn({ afterAcceptance: false, by: 'staff' })).when(withdraw).refused('journey-over');
    given(received(), notTaken()).when(withdraw).refused('journey-over');
  });
  it('is left to the stage that the journey is in after acceptance', () => {
    given(received(), accepted()).when(withdraw).then(ReferralWithdrawn({ afterAcceptance: true, by: 'mentee' }));
    const leaving = given(received(), accepted(), ReferralWithdrawn({ afterAcceptance: true, by: 'mentee' }));
    expect(leaving.state.status).toBe('accepted');
    leaving.when(commanding('withdraw-referral', { by: 'mentee', again: true })).nothing();
    leaving.when(withdraw).refused('already-withdrawn');
  });
  it('is directed to training', () => {
    given(received()).when(train).thenMatching({ type: 'ReferralDirectedToTraining', data: { by: 'staff' } });
    given(received(), ReferralDirectedToTraining({ supporterId: otherPersonId, by: 'staff' })).when(train).nothing();
    given(received(), ReferralDirectedToTraining({ supporterId: otherPersonId, by: 'staff' })).when(commanding('direct-to-training', { by: 'mentee' })).refused('journey-over');
    given(received(), accepted()).when(train).refused('already-accepted');
  });
  it('joins an open journey of the same person', () => {
    const merged = ReferralMerged({ intoJourneyId: otherJourneyId, by: 'staff' });
    given(received()).when(merge()).then(merged);
    given(received(), merged).when(merge()).nothing();
    given(received(), merged).when(merge({ by: 'mentee' })).refused('journey-over');
    given(received()).when(merge({ isItself: true, target: undefined })).invalid('intoJourneyId');
    given(received()).when(merge({ target: undefined })).invalid('intoJourneyId');
    given(received()).when(merge({ target: { personId: otherPersonId, open: true } })).refused('not-the-same-person');
    given(received()).when(merge({ target: { personId, open: false } })).refused('journey-not-open');
    given(received(), accepted()).when(merge()).refused('already-accepted');
  });
  it('reopens a deferred one that it joins', () => {
    const join = commanding('note-joined', { journeyId: otherJourneyId });
    given(received(), deferred()).when(join).then(ReferralJoined({ journeyId: otherJourneyId }));
    expect(given(received(), deferred(), ReferralJoined({ journeyId: otherJourneyId })).state).toMatchObject({ status: 'received', joined: [otherJourneyId] });
    given(received(), ReferralJoined({ journeyId: otherJourneyId })).when(join).nothing();
    given(received(), notTaken()).when(join).nothing();
  });
});

describe('transfer', () => {
  const transfer = (data: object = {}) => commanding('transfer-referral', { toSiteId: otherSiteId, siteStatus: 'open', ...data });
  const accept = (siteStatus: 'open' | 'closing' = 'open') => commanding('accept-transfer', { siteStatus });
  it('is offered at every stage', () => {
    given(received()).when(transfer()).then(offered());
    given(received(), deferred()).when(transfer()).then(offered());
    given(received(), accepted()).when(transfer()).then(offered());
    given(received(), offered()).when(transfer()).nothing();
  });
  it('needs another site that takes referrals', () => {
    given(received()).when(transfer({ toSiteId: siteId })).invalid('toSiteId');
    given(received()).when(transfer({ siteStatus: undefined })).invalid('toSiteId');
    given(received()).when(transfer({ siteStatus: 'closing' })).refused('site-takes-no-referrals');
    given(received(), offered()).when(accept('closing')).refused('site-takes-no-referrals');
  });
  it('is offered to one site at a time', () => given(received(), offered()).when(transfer({ toSiteId: otherJourneyId })).refused('transfer-pending'));
  it('is accepted: the journey belongs there', () => {
    given(received(), offered()).when(accept()).then(moved());
    const { state } = given(received(), offered(), moved());
    expect(state).toMatchObject({ siteId: otherSiteId, formerSiteIds: [siteId] });
    expect(referralAggregate.belonging(state, journeyId)).toMatchObject({ organisationId, siteId: otherSiteId, journeyId });
  });
  it('is returned', () => {
    const back = TransferReturned({ fromSiteId: siteId, toSiteId: otherSiteId, by: 'staff' });
    given(received(), offered()).when(commanding('return-transfer', {})).then(back);
    expect({ ...given(received(), offered(), back).state, transfers: [] }).toEqual(given(received()).state);
  });
  it('is decided where there is one', () => {
    given(received()).when(accept()).refused('no-transfer-offered');
    given(received()).when(commanding('return-transfer', {})).refused('no-transfer-offered');
  });
  it('is over with the journey', () => given(received(), offered(), notTaken()).when(accept()).refused('journey-over'));
});

describe('inform-referrer', () => {
  const inform = (data: object = {}) => commanding('inform-referrer', { channel: 'email', ...data });
  it('tells the status', () => given(byClinic()).when(inform()).then(ReferrerInformed({ status: 'received', channel: 'email', by: 'staff' })));
  it('tells it once', () => given(byClinic(), ReferrerInformed({ status: 'received', channel: 'email', by: 'staff' })).when(inform()).nothing());
  it('needs consent', () => given(byClinic(false)).when(inform()).refused('no-consent-to-inform'));
  it('needs a referrer', () => given(received({ consent: { toBeReferred: true, toInformReferrer: true } })).when(inform()).refused('no-referrer'));
  it('tells what is so', () => given(byClinic(), accepted()).when(inform({ status: 'met' })).refused('status-has-changed', { status: 'received' }));
  it('tells the end of a closed journey too', () => given(byClinic(), closed()).when(inform()).thenMatching({ type: 'ReferrerInformed', data: { status: 'ended' } }));
  it('tells nothing of who was erased', () => given(byClinic(), erased()).when(inform()).refused('person-erased'));
  it('reaches nobody who was erased', () => given(byClinic(), ReferrerErased({ subjects: [], journeyIds: [], reason: 'asked-by-person' })).when(inform()).refused('referrer-erased'));
});

describe('death and erasure', () => {
  const erase = commanding('erase-person', { personId, subjects: [`mentee-${journeyId}`], reason: 'asked-by-person' });
  const death = commanding('record-death', { by: 'staff' as const });
  it('end the journey', () => {
    given(received(), accepted()).when(death).then(died());
    given(received(), accepted()).when(erase).then(erased());
    given(received()).when(commanding('erase-person', { ...erase.data, by: 'mentee' as const })).thenMatching({ type: 'PersonErased', data: { by: 'mentee' } });
    expect(given(received(), accepted(), died()).state).toMatchObject({ status: 'ended', ending: 'died' });
    expect(given(received(), accepted(), erased()).state).toMatchObject({ status: 'ended', ending: 'erased' });
  });
  it('happen once', () => {
    given(received(), died()).when(death).nothing();
    given(received(), erased()).when(erase).nothing();
  });
  it('are told on journeys that are over', () => {
    given(received(), closed()).when(death).then(died());
    expect(given(received(), closed(), died()).state).toMatchObject({ status: 'closed', died: true });
  });
  it('add nothing to who was erased', () => given(received(), erased()).when(death).refused('person-erased'));
});

describe('a death that was none', () => {
  const correct = commanding('correct-death', { by: 'staff' as const });
  const corrected = () => DeathCorrected({ personId, by: 'staff' });
  const closedByDeath = ReferralClosingHeard({ outcome: 'died', closedOn: '2026-03-01' });
  it('is corrected, once', () => {
    given(received(), died()).when(correct).then(corrected());
    given(received(), died(), corrected()).when(correct).nothing();
    given(received()).when(correct).refused('death-not-recorded');
    given(received(), died(), erased()).when(correct).refused('person-erased');
  });
  it('leaves ended what it ended, and is called a death no more', () => {
    expect(given(received(), accepted(), died(), corrected()).state).toMatchObject({ status: 'ended', ending: 'closed-other', died: false });
    expect(given(received(), accepted(), died(), closedByDeath, corrected()).state).toMatchObject({ status: 'closed', outcome: 'closed-other', died: false });
    expect(given(received(), accepted(), died(), corrected(), closedByDeath).state).toMatchObject({ status: 'closed', outcome: 'closed-other' });
    expect(given(received(), closed(), died(), corrected()).state).toMatchObject({ status: 'closed', outcome: 'completed', died: false });
    given(received(), accepted(), died(), corrected()).when(commanding('withdraw-referral', {})).refused('journey-over');
  });
  it('is noted on other journeys of the person', () => {
    given(received(), died()).when(commanding('note-death-corrected', {})).then(corrected());
    given(received()).when(commanding('note-death-corrected', {})).nothing();
  });
  it('does not come back by what was ordered before', () => {
    given(received(), died(), corrected()).when(commanding('record-death', { orderedAt: testNow })).nothing();
    given(received(), died(), corrected()).when(commanding('record-death', { by: 'staff' as const })).then(died());
  });
});

describe('erasing who referred', () => {
  const data = { subjects: [`referrer-${referrerId}`], journeyIds: [journeyId], reason: 'asked-by-person' } as const;
  const erase = (signsIn = false) => commanding('erase-referrer', { ...data, signsIn });
  it('names their keys and their referrals, once', () => {
    given(byClinic()).when(erase()).then(ReferrerErased(data));
    given(byClinic(), ReferrerErased(data)).when(erase()).nothing();
  });
  it('is done on referrals that are over, and of people who were erased, too', () => given(byClinic(), erased(), closed()).when(erase()).then(ReferrerErased(data)));
  it('needs somebody who referred', () => given(received()).when(erase()).refused('no-referrer'));
  it('is done on the list of staff for those who sign in', () => given(byClinic()).when(erase(true)).refused('referrer-signs-in'));
});

describe('what was told on another journey of the person', () => {
  const safeContact: SafeContact = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'] };
  const other: SafeContact = { ...safeContact, channels: ['email'] };
  const before = '2026-02-01T10:00:00.000Z';
  const since = '2026-04-01T10:00:00.000Z';
  const told = <T>(value: T, toldAt: string, renews = false) => ({ value, fromJourneyId: otherJourneyId, toldAt, renews });
  const link = (more: object) => commanding('link-to-person', { personId: otherPersonId, known: true, told: { answers: {}, ...more } });
  const carry = (more: object) => commanding('carry-over', { personId, told: { answers: {}, ...more } });
  const safeCarried = (toldAt: string) => SafeContactCarriedOver({ safeContact, fromJourneyId: otherJourneyId, toldAt });
  const answersCarried = (answers: Readonly<Record<string, string>>, toldAt: string) =>
    ReferralAnswersCarriedOver({ answers, told: Object.fromEntries(Object.keys(answers).map((name) => [name, { fromJourneyId: otherJourneyId, toldAt }])) });

  it('holds from the link on', () =>
    given(received())
      .when(link({ safeContact: told(safeContact, before), answers: { 'date-of-birth': told('1990-05-17', before) } }))
      .then(linked(), safeCarried(before), answersCarried({ 'date-of-birth': '1990-05-17' }, before)));
  it('is kept to when somebody is reached', () => {
    const { state } = given(received(), linked(), safeCarried(before));
    expect(state.status !== 'none' && safeContactOf(state)).toEqual(safeContact);
  });
  it('gives way to what was said here since', () => {
    const set = SafeContactSet({ safeContact: other, by: 'mentee' });
    given(received(), set).when(link({ safeContact: told(safeContact, before) })).then(linked());
    given(received(), set).when(link({ safeContact: told(safeContact, since) })).then(linked(), safeCarried(since));
    const { state } = given(received(), safeCarried(before), set);
    expect(state.status !== 'none' && safeContactOf(state)).toEqual(other);
  });
  it('fills what is not known, and renews how somebody is reached', () => {
    given(received()).when(carry({ answers: { name: told('Robin Sample', since), email: told('robin@example.org', before, true) } })).then(answersCarried({ email: 'robin@example.org' }, before));
    const withEmail = received({ answers: { name: 'Robin Example', email: 'old@example.org' } });
    given(withEmail).when(carry({ answers: { email: told('robin@example.org', before, true) } })).nothing();
    given(withEmail).when(carry({ answers: { email: told('robin@example.org', since, true) } })).then(answersCarried({ email: 'robin@example.org' }, since));
    const atOnce = { answers: { email: told('robin@example.org', testNow, true) } };
    given(withEmail).when(carry(atOnce)).nothing();
    given(withEmail).when(commanding('carry-over', { personId, told: atOnce, prevails: true })).then(answersCarried({ email: 'robin@example.org' }, testNow));
  });
  it('counts as told', () =>
    given(received(), confirmed(), answersCarried({ reason: 'To talk.' }, before))
      .when(commanding('accept-referral', { required: ['name', 'reason'], otherOpenJourneyIds: [], earlierJourneyIds: [] }))
      .thenMatching({ type: 'ReferralAccepted' }));
  it('can be amended and cleared', () => {
    const carried = given(received(), answersCarried({ email: 'robin@example.org' }, before));
    carried.when(commanding('amend-form', { answers: {}, cleared: ['email'], asked: [], required: [] })).thenMatching({ type: 'ReferralFormAmended', data: { cleared: ['email'] } });
    const amended = ReferralFormAmended({ answers: { email: 'new@example.org' }, cleared: [], asked: [], by: 'mentee' });
    const { state } = given(received(), answersCarried({ email: 'robin@example.org' }, since), amended);
    expect(state.status !== 'none' && answersOf(state)).toEqual({ name: 'Robin Example', email: 'new@example.org' });
  });
  it('reaches journeys that are over by how to reach out alone, and nobody who has died or was erased', () => {
    const all = carry({ safeContact: told(safeContact, since), answers: { email: told('robin@example.org', since, true) } });
    given(received(), closed()).when(all).then(safeCarried(since));
    given(received(), died()).when(all).nothing();
    given(received(), erased()).when(all).nothing();
    given(received(), linked()).when(all).nothing();
    given().when(all).nothing();
  });
  it('is gone where the link was a mistake', () => {
    const unlinked = ReferralUnlinkedFromPerson({ personId, fromPersonId: otherPersonId, by: 'staff' });
    const { state } = given(received(), linked(), safeCarried(before), answersCarried({ email: 'robin@example.org' }, before), unlinked);
    expect(state.status !== 'none' && [safeContactOf(state), answersOf(state)]).toEqual([undefined, { name: 'Robin Example' }]);
  });
  it('leaves what was known before a link that was a mistake, and says no more that there is one', () => {
    const theirs = { ...safeContact, channels: [] };
    const joined = [ReferralJoined({ journeyId: otherJourneyId }), safeCarried(before), answersCarried({ email: 'robin@example.org', 'known-as': 'Rob' }, before)] as const;
    const strangers = [
      linked(),
      SafeContactCarriedOver({ safeContact: theirs, fromJourneyId: personId, toldAt: since }),
      ReferralAnswersCarriedOver({ answers: { email: 'stranger@example.org', postcode: 'ZZ1 1ZZ' }, told: { email: { fromJourneyId: personId, toldAt: since }, postcode: { fromJourneyId: personId, toldAt: since } } }),
    ] as const;
    const unlinked = ReferralUnlinkedFromPerson({ personId, fromPersonId: otherPersonId, by: 'staff' });
    const known = (...events: readonly ReferralEvent[]) => {
      const { state } = given(...events);
      return state.status !== 'none' && [safeContactOf(state), answersOf(state)];
    };
    expect(known(received(), ...joined, ...strangers, unlinked)).toEqual([safeContact, { name: 'Robin Example', email: 'robin@example.org', 'known-as': 'Rob' }]);
    expect(given(received(), ...joined, ...strangers, unlinked).state).not.toHaveProperty('linked');
    // What was told or taken back while it was linked holds after it, too.
    const own = SafeContactSet({ safeContact: { ...safeContact, channels: ['email'] }, by: 'mentee' });
    const amended = ReferralFormAmended({ answers: { 'known-as': 'Robbie' }, cleared: ['email'], asked: [], by: 'mentee' });
    expect(known(received(), ...joined, ...strangers, own, amended, unlinked)).toEqual([{ ...safeContact, channels: ['email'] }, { name: 'Robin Example', 'known-as': 'Robbie' }]);
    expect(known(received(), ...joined, ...strangers, CarriedOverTakenBack({ fromJourneyId: otherJourneyId }), unlinked)).toEqual([undefined, { name: 'Robin Example' }]);
  });
  it('gives way at once to what those say whose it is', () => {
    const quieter = { value: { ...safeContact, channels: [] }, fromJourneyId: personId, toldAt: before };
    given(received(), safeCarried(since))
      .when(commanding('take-back-carried', { fromJourneyIds: [otherJourneyId], told: { safeContact: quieter, answers: {} } }))
      .then(CarriedOverTakenBack({ fromJourneyId: otherJourneyId }), SafeContactCarriedOver({ safeContact: quieter.value, fromJourneyId: personId, toldAt: before }));
  });
  it('is taken back from the journeys of who it is not of', () => {
    const takeBack = (fromJourneyId: string) => commanding('take-back-carried', { fromJourneyIds: [fromJourneyId], told: { answers: {} } });
    const carried = [received(), safeCarried(since), answersCarried({ email: 'robin@example.org' }, since)] as const;
    const takenBack = CarriedOverTakenBack({ fromJourneyId: otherJourneyId });
    given(...carried).when(takeBack(otherJourneyId)).then(takenBack);
    given(...carried).when(takeBack(journeyId)).nothing();
    given(...carried, takenBack).when(takeBack(otherJourneyId)).nothing();
    const { state } = given(...carried, takenBack);
    expect(state.status !== 'none' && [safeContactOf(state), answersOf(state)]).toEqual([undefined, { name: 'Robin Example' }]);
  });
});

describe('what was written down', () => {
  const told = { at: testNow, by: 'staff', takenDownBy: expect.any(String) };
  const signposts = [{ serviceId: otherSiteId }];
  it('of a deferral and its reviews is kept', () => {
    const first = ReferralDeferred({ reason: 'safety-first', note: 'Moving.', signposts, reviewOn: '2026-05-01', by: 'staff' });
    const again = ReferralDeferralReviewed({ outcome: 'defer-again', note: 'By summer.', reviewOn: '2026-07-01', by: 'staff' });
    const over = ReferralDeferralReviewed({ outcome: 'continue', by: 'staff' });
    expect(given(received(), first, again, over, notTaken(), closed()).state).toMatchObject({
      deferrals: [{ ...told, reason: 'safety-first', note: 'Moving.', signposts, reviewOn: '2026-05-01', reviews: [{ ...told, outcome: 'defer-again', note: 'By summer.', reviewOn: '2026-07-01' }, { ...told, outcome: 'continue' }] }],
    });
  });
  it('of an ending is kept, also when it is closed', () => {
    const ended = ReferralNotTakenForward({ reason: 'outside-remit', note: 'Legal advice.', signposts, by: 'staff' });
    expect(given(received(), ended, closed()).state).toMatchObject({ notTakenForward: { ...told, reason: 'outside-remit', note: 'Legal advice.', signposts } });
    expect(given(received(), ReferralWithdrawn({ afterAcceptance: false, note: 'Found another.', by: 'mentee' }), closed()).state).toMatchObject({ withdrawal: { by: 'mentee', note: 'Found another.' } });
    const corrected = DeathCorrected({ personId, note: 'A neighbour.', by: 'staff' });
    expect(given(received(), PersonDied({ personId, diedOn: '2026-02-27', note: 'By the family.', by: 'staff' }), closed(), corrected).state).toMatchObject({
      death: { ...told, diedOn: '2026-02-27', note: 'By the family.', corrected: { ...told, note: 'A neighbour.' } },
    });
    expect(given(received(), ReferralDirectedToTraining({ supporterId: otherPersonId, by: 'staff' }), closed()).state).toMatchObject({ supporterId: otherPersonId });
  });
  it('on the way is kept', () => {
    const back = TransferReturned({ fromSiteId: siteId, toSiteId: otherSiteId, note: 'Full.', by: 'staff' });
    const sent = ReferralTransferred({ fromSiteId: siteId, toSiteId: otherSiteId, note: 'Moved.', by: 'staff' });
    expect(given(received(), sent, back, offered(), moved()).state).toMatchObject({
      transfers: [{ ...told, note: 'Moved.', decision: { ...told, outcome: 'returned', note: 'Full.' } }, { ...told, decision: { ...told, outcome: 'accepted' } }],
    });
    expect(given(received(), CoordinatorAssigned({ coordinatorId, menteeTold: true, by: 'staff' })).state).toMatchObject({ coordinatorAssigned: { ...told, menteeTold: true } });
    expect(given(received(), duplicate(), DuplicateDismissed({ personId: otherPersonId, note: 'Father and son.', by: 'staff' })).state).toMatchObject({ duplicates: { [otherPersonId]: { dismissal: { ...told, note: 'Father and son.' } } } });
    expect(given(byClinic(), ReferrerInformed({ status: 'received', channel: 'email', by: 'staff' })).state).toMatchObject({ referrerTold: [{ ...told, status: 'received', channel: 'email' }] });
  });
});

describe('what others tell', () => {
  const heard = (step: 'met' | 'deferred', happenedAt: string) => commanding('hear-progress', { step, happenedAt });
  it('is kept with when it happened', () => given(received(), accepted()).when(heard('met', '2026-03-03T09:00:00.000Z')).then(ReferralProgressHeard({ step: 'met', happenedAt: '2026-03-03T09:00:00.000Z' })));
  it('is ignored when it is older or came before', () => {
    const met = ReferralProgressHeard({ step: 'met', happenedAt: '2026-03-03T09:00:00.000Z' });
    given(received(), met).when(heard('met', '2026-03-03T09:00:00.000Z')).nothing();
    given(received(), met).when(heard('met', '2026-03-02T09:00:00.000Z')).nothing();
    given().when(heard('met', '2026-03-02T09:00:00.000Z')).nothing();
  });
  it('closes the journey, once', () => {
    const close = commanding('hear-closing', { outcome: 'completed', closedOn: '2026-03-01' });
    given(received(), accepted()).when(close).then(closed());
    given(received(), closed()).when(close).nothing();
    given().when(close).nothing();
  });
  it('tells of concerns by the order of their source', () => {
    const concern = (open: boolean, sourceRevision: number) => commanding('hear-concern', { concernId: otherPersonId, open, safeguarding: true, sourceRevision });
    const resolved = ReferralConcernHeard({ concernId: otherPersonId, status: 'resolved', safeguarding: true, sourceRevision: 5 });
    given(received()).when(concern(true, 3)).then(ReferralConcernHeard({ concernId: otherPersonId, status: 'open', safeguarding: true, sourceRevision: 3 }));
    given(received(), resolved).when(concern(true, 3)).nothing();
    const { state } = given(received(), ReferralConcernHeard({ concernId: otherPersonId, status: 'open', safeguarding: true, aboutId: siteId, sourceRevision: 3 }));
    expect(state.status === 'received' && openSafeguardingConcerns(state)).toEqual([{ concernId: otherPersonId, aboutId: siteId }]);
  });
});

describe('a journey', () => {
  it('began when the referral came', () => expect(referralAggregate.belonging(given(at('2026-02-01T09:00:00.000Z', received({ referrerId }))).state, journeyId)).toEqual({ organisationId, siteId, journeyId, beganAt: '2026-02-01T09:00:00.000Z', referrerId }));
  it('belongs nowhere before', () => expect(referralAggregate.belonging(given().state, journeyId)).toBeUndefined());
});
