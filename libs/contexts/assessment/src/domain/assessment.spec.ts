import type { Disclosure, MatchingInformation } from '@alongside/contracts';
import { at, commanding, specify, testIds, testNow } from '@alongside/testing';
import { uuidOf } from '@alongside/event-sourcing';
import { assessment, assessmentAggregate } from './assessment.js';
import type { AssessmentCommand } from './commands.js';
import {
  AnswersCarriedOver,
  AssessmentAnswersRecorded,
  AssessmentClosed,
  AssessmentHeard,
  AssessmentOpened,
  AssessmentReopened,
  ConfidentialityAgreementSigned,
  ConfidentialityAgreementWithdrawn,
  DeferralReviewed,
  FoundSuitable,
  InformationGiven,
  InitialMeetingArranged,
  InitialMeetingHeld,
  InitialMeetingMissed,
  InitialMeetingRearranged,
  MatchingInformationRecorded,
  ReadinessDiscussed,
  SignpostFollowedUp,
  SignpostedElsewhere,
  SupportDeclinedByPerson,
  SupportDeferred,
  questions,
  type AssessmentEvent,
} from './events.js';

const given = specify(assessment);
const { organisationId, siteId, otherSiteId, journeyId, personId, coordinatorId } = testIds;
const earlierJourneyId = uuidOf('test', 'earlier-journey');
const serviceId = uuidOf('test', 'service');
const beganAt = '2026-02-20T09:00:00.000Z';

const about = { organisationId, siteId, personId, beganAt, formVersion: 1, coordinatorId, earlierJourneyIds: [earlierJourneyId] };
const opened = AssessmentOpened(about);
const meeting = { meetingAt: '2026-03-02T09:00:00.000Z', channel: 'in-person', withStaffId: coordinatorId } as const;
const arranged = InitialMeetingArranged(meeting);
const held = InitialMeetingHeld({ heldAt: testNow, channel: 'in-person', withStaffId: coordinatorId });
const allAnswers = Object.fromEntries(questions.map((each) => [each, 'told'])) as Record<(typeof questions)[number], string>;
const answered = AssessmentAnswersRecorded({ answers: allAnswers, form: { languages: 'English' } });
const ready = ReadinessDiscussed({ person: 'ready', coordinator: 'ready' });
const signed = ConfidentialityAgreementSigned({ version: 1, how: 'on-paper', returned: 'by-hand' });
const information: MatchingInformation = { challenges: ['hiv'], interests: [], dislikes: [], about: {}, preferences: [], availability: [], remote: true, languages: ['en'], accessNeeds: [] };
const disclosure: Disclosure = { 'first-name': 'before-accepting' };
const told = MatchingInformationRecorded({ information, disclosure });
const informed = InformationGiven({ item: 'complaints-policy', version: 1, how: 'by-hand' });
const deferred = SupportDeferred({ reason: 'housing-first', serviceIds: [serviceId], reviewOn: '2026-04-01' });
const suitable = FoundSuitable({ personId, beganAt });
const everything: readonly AssessmentEvent[] = [opened, held, answered, ready, told, signed, informed];
const source = { sourceStream: `referral-${journeyId}`, sourceRevision: 5 };
const closedElsewhere = AssessmentHeard({ organisationId, topic: 'closing', journeyClosed: true, sourceStream: `evaluation-${journeyId}`, sourceRevision: 2 });

describe('opening', () => {
  it('follows the acceptance, once', () => {
    given().when(commanding('open', about)).then(opened);
    given(opened).when(commanding('open', about)).nothing();
  });
  it('keeps what was heard before', () => {
    const moved = AssessmentHeard({ organisationId, topic: 'site', siteId: otherSiteId, ...source });
    expect(given(moved, opened).state.known.siteId).toBe(otherSiteId);
    expect(given(opened).state.known.siteId).toBe(siteId);
  });
  it('is awaited at the site that the first words came from', () => {
    const word = AssessmentHeard({ organisationId, fromSiteId: siteId, topic: 'coordinator', coordinatorId, ...source });
    const moved = AssessmentHeard({ organisationId, fromSiteId: siteId, topic: 'site', siteId: otherSiteId, ...source });
    const belongsTo = (...events: readonly AssessmentEvent[]) => assessmentAggregate.belonging(given(...events).state, journeyId)?.siteId;
    expect([belongsTo(word), belongsTo(moved), belongsTo(moved, word), belongsTo(word, opened)]).toEqual([siteId, otherSiteId, otherSiteId, siteId]);
  });
  it('of a journey that is over closes at once', () => given(closedElsewhere).when(commanding('open', about)).then(opened, AssessmentClosed({ reason: 'journey-closed' })));
  it('has a place for the journey from the referral on', () => {
    const word = { organisationId, fromSiteId: siteId, topic: 'referral', sourceStream: source.sourceStream, sourceRevision: 1 } as const;
    const moved = AssessmentHeard({ organisationId, topic: 'site', siteId: otherSiteId, ...source });
    given().when(commanding('hear', word)).then(AssessmentHeard(word));
    // Told late it changes nothing, not even a meeting that was arranged since.
    for (const earlier of [[AssessmentHeard(word)], [moved], [opened, arranged]]) given(...earlier).when(commanding('hear', word)).nothing();
    const belongsTo = (...events: readonly AssessmentEvent[]) => assessmentAggregate.belonging(given(...events).state, journeyId)?.siteId;
    expect([belongsTo(AssessmentHeard(word)), belongsTo(AssessmentHeard(word), moved), belongsTo(AssessmentHeard(word), opened)]).toEqual([siteId, otherSiteId, siteId]);
    given(AssessmentHeard(word)).when(commanding('record-meeting', { outcome: 'held' })).refused('assessment-not-open', { status: 'none' });
    given(AssessmentHeard(word)).when(commanding('open', about)).then(opened);
  });
  it('ignores older words', () => {
    const word = { organisationId, topic: 'coordinator', coordinatorId, ...source } as const;
    given().when(commanding('hear', word)).then(AssessmentHeard(word));
    given(AssessmentHeard(word)).when(commanding('hear', { ...word, sourceRevision: 4 })).nothing();
    given(AssessmentHeard(word)).when(commanding('hear', { ...word, topic: 'safe-contact', sourceRevision: 4 })).thenMatching({ type: 'AssessmentHeard' });
  });
  it('knows whose journey it turned out to be', () => {
    const linked = AssessmentHeard({ organisationId, topic: 'person', personId: coordinatorId, ...source });
    for (const order of [[...everything, linked], [linked, ...everything]]) {
      given(...order).when(commanding('find-suitable', { requiredFields: [], packItems: [] })).then(FoundSuitable({ ...suitable.data, personId: coordinatorId }));
    }
  });
  it('forgets what somebody else said of safe contact, told in whatever order', () => {
    const safeContact = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: [] };
    const word = (sourceRevision: number, said: object = {}) => ({ organisationId, topic: 'safe-contact', sourceStream: source.sourceStream, sourceRevision, ...said }) as const;
    const [theirs, takenBack] = [AssessmentHeard(word(5, { safeContact })), AssessmentHeard(word(7))];
    const openedWithTheirs = AssessmentOpened({ ...about, safeContact });
    given(theirs).when(commanding('hear', word(7))).then(takenBack);
    given(takenBack).when(commanding('hear', word(5, { safeContact }))).nothing();
    for (const told of [[theirs, takenBack, opened], [openedWithTheirs, takenBack], [takenBack, openedWithTheirs]]) expect(given(...told).state.known).not.toHaveProperty('safeContact');
    expect(given(openedWithTheirs, takenBack, AssessmentHeard(word(8, { safeContact }))).state.known).toMatchObject({ safeContact });
    expect(given(openedWithTheirs).state.known).toMatchObject({ safeContact });
  });
  it('comes first', () => given().when(commanding('record-readiness', { person: 'ready', coordinator: 'ready' })).refused('assessment-not-open'));
});

describe('the initial meeting', () => {
  const arrange = commanding('arrange-meeting', { ...meeting, channelIsSafe: true });
  const rearrange = commanding('rearrange-meeting', { ...meeting, channel: 'telephone', channelIsSafe: true, by: 'mentee' });
  const hold = commanding('record-meeting', { outcome: 'held' });
  const miss = commanding('record-meeting', { outcome: 'missed', nextStep: 'make-contact', toldUs: false });

  it('is arranged once, then rearranged', () => {
    given(opened).when(arrange).then(arranged);
    given(opened, arranged).when(arrange).refused('meeting-already-arranged');
    given(opened, arranged).when(rearrange).then(InitialMeetingRearranged({ ...meeting, channel: 'telephone', by: 'mentee' }));
    given(opened).when(rearrange).refused('no-meeting-arranged');
  });
  it('reaches out by safe channels alone', () => given(opened).when(commanding('arrange-meeting', { ...meeting, channelIsSafe: false })).refused('channel-not-safe'));
  it('is not before the journey began', () => {
    const early = { ...meeting, meetingAt: '2026-02-20T08:59:00.000Z', channelIsSafe: true };
    given(opened).when(commanding('arrange-meeting', early)).invalid('meetingAt');
    given(opened, arranged).when(commanding('rearrange-meeting', early)).invalid('meetingAt');
  });
  it('is held once, also when somebody walks in', () => {
    given(opened, arranged).when(hold).then(held);
    given(opened).when(hold).then(held);
    given(opened, held).when(hold).refused('meeting-already-held');
    given(opened, held).when(arrange).refused('meeting-already-held');
    given(opened, held).when(rearrange).refused('meeting-already-held');
  });
  it('that is missed asks for a next step and is no refusal', () => {
    given(opened, arranged).when(miss).then(InitialMeetingMissed({ meetingAt: meeting.meetingAt, nextStep: 'make-contact', toldUs: false }));
    given(opened, InitialMeetingMissed({ meetingAt: meeting.meetingAt, nextStep: 'rearrange', toldUs: true })).when(rearrange).thenMatching({ type: 'InitialMeetingRearranged' });
    given(opened).when(miss).refused('no-meeting-arranged');
    given(opened, InitialMeetingArranged({ ...meeting, meetingAt: '2026-03-02T11:00:00.000Z' })).when(miss).refused('meeting-still-to-come');
  });
  it('is arranged anew at another site', () => given(opened, arranged, AssessmentHeard({ organisationId, topic: 'site', siteId: otherSiteId, ...source })).when(arrange).thenMatching({ type: 'InitialMeetingArranged' }));
});

describe('a step that rests on another', () => {
  const tomorrow = '2026-03-03T10:00:00.000Z';
  it.each<[string, readonly AssessmentEvent[], AssessmentCommand]>([
    ['a meeting before the referral was accepted', [at(tomorrow, opened)], commanding('record-meeting', { outcome: 'held' })],
    ['a decision before the meeting', everything.map((each) => (each === held ? InitialMeetingHeld({ ...held.data, heldAt: tomorrow }) : each)), commanding('find-suitable', { requiredFields: [], packItems: [] })],
    ['a review before the deferral', [opened, at(tomorrow, deferred)], commanding('review-deferral', { outcome: 'ready', today: '2026-03-02', reviewWeeks: 8 })],
    ['a reopening before the deferral', [opened, at(tomorrow, deferred)], commanding('reopen', {})],
    ['a reopening before it was found suitable', [...everything, at(tomorrow, suitable)], commanding('reopen', {})],
    ['a withdrawal before the signature', [opened, at(tomorrow, signed)], commanding('withdraw-agreement', {})],
  ])('is not %s', (_what, events, command) => given(...events).when(command).invalid('occurredAt'));
});

describe('being found suitable', () => {
  const find = commanding('find-suitable', { requiredFields: ['languages'], packItems: ['complaints-policy'] });
  const without = (missing: AssessmentEvent) => everything.filter((each) => each !== missing);

  it('needs everything', () => given(...everything).when(find).then(suitable));
  it.each([
    ['meeting-not-held', held],
    ['answers-missing', answered],
    ['readiness-not-discussed', ready],
    ['matching-information-missing', told],
    ['agreement-not-signed', signed],
    ['information-not-given', informed],
  ] as const)('refuses with %s', (rule, missing) => given(...without(missing)).when(find).refused(rule));
  it('names the questions and fields without an answer', () =>
    given(...without(answered), AssessmentAnswersRecorded({ answers: { ...allAnswers }, form: {} }))
      .when(find)
      .refused('answers-missing', { missing: ['languages'] }));
  it('refuses after the agreement was withdrawn', () => given(...everything, ConfidentialityAgreementWithdrawn({ version: 1 })).when(find).refused('agreement-not-signed'));
  it('happens once, and not while deferred', () => {
    given(...everything, suitable).when(find).nothing();
    given(...everything, deferred).when(find).refused('assessment-not-open');
  });
});

describe('not now', () => {
  const defer = (reviewOn?: string) => commanding('defer', { reason: 'housing-first', serviceIds: [serviceId], today: '2026-03-02', reviewWeeks: 8, ...(reviewOn !== undefined && { reviewOn }) });

  it('needs no held meeting, and has a review date', () => {
    given(opened).when(defer('2026-04-01')).then(deferred);
    given(opened).when(defer()).then(SupportDeferred({ reason: 'housing-first', serviceIds: [serviceId], reviewOn: '2026-04-27' }));
    given(opened).when(defer('2026-03-02')).refused('review-date-not-in-the-future');
    given(opened, deferred).when(defer()).refused('assessment-not-open');
  });
  it('is reviewed, and reopened where it stopped', () => {
    const review = commanding('review-deferral', { outcome: 'still-not-now', today: '2026-04-01', reviewWeeks: 8 });
    given(opened, deferred).when(review).then(DeferralReviewed({ outcome: 'still-not-now', nextReviewOn: '2026-05-27' }));
    given(opened).when(review).refused('not-deferred');
    given(opened, deferred).when(commanding('reopen', {})).then(AssessmentReopened({ from: 'deferred', why: 'asked' }));
    const { state } = given(...everything, deferred, AssessmentReopened({ from: 'deferred', why: 'asked' }));
    expect(state).toMatchObject({ status: 'open', picture: { meeting: { status: 'held' }, answers: allAnswers } });
  });
  it('is due again on the date that the review set', () => expect(given(opened, deferred, DeferralReviewed({ outcome: 'no-answer', nextReviewOn: '2026-05-27' })).state).toMatchObject({ reviewOn: '2026-05-27' }));
  it('is due at once when the person is ready', () => expect(given(opened, deferred, at('2026-03-20T10:00:00.000Z', DeferralReviewed({ outcome: 'ready' }))).state).toMatchObject({ reviewOn: '2026-03-20' }));
  it('ends with a second referral that joins it', () => {
    given(opened, deferred).when(commanding('join-second-referral', {})).then(AssessmentReopened({ from: 'deferred', why: 'second-referral' }));
    given(opened).when(commanding('join-second-referral', {})).nothing();
  });
});

describe('endings', () => {
  it('signpost to a service at least', () => {
    given(opened).when(commanding('signpost-elsewhere', { reason: 'counselling', serviceIds: [serviceId] })).then(SignpostedElsewhere({ reason: 'counselling', serviceIds: [serviceId] }));
    given(opened).when(commanding('signpost-elsewhere', { reason: 'counselling', serviceIds: [] })).refused('no-service-named');
    given(opened, suitable).when(commanding('signpost-elsewhere', { reason: 'counselling', serviceIds: [serviceId] })).refused('assessment-not-open');
  });
  it('are followed up, where somebody was pointed to', () => {
    const follow = commanding('follow-up-signpost', { serviceId, outcome: 'helped' });
    given(opened, deferred).when(follow).then(SignpostFollowedUp({ serviceId, outcome: 'helped' }));
    given(opened).when(follow).refused('not-signposted-there');
  });
  it('respect that it is not for them', () => {
    const decline = commanding('record-declined', { toldHowToComeBack: true, serviceIds: [] });
    given(opened).when(decline).then(SupportDeclinedByPerson({ toldHowToComeBack: true, serviceIds: [] }));
    given(opened, SupportDeclinedByPerson({ toldHowToComeBack: true, serviceIds: [] })).when(decline).nothing();
    given(opened, suitable).when(decline).refused('assessment-not-open');
  });
  it('are coded', () => {
    given(opened).when(commanding('close-assessment', { reason: 'unreachable' })).then(AssessmentClosed({ reason: 'unreachable' }));
    given(opened, suitable).when(commanding('close-assessment', { reason: 'unreachable' })).refused('assessment-not-open');
    given(opened, AssessmentClosed({ reason: 'unreachable' })).when(commanding('close-assessment', { reason: 'unreachable' })).nothing();
  });
  it('leave who waits for a match to matching', () => {
    given(opened).when(commanding('stop', { reason: 'withdrawn' })).then(AssessmentClosed({ reason: 'withdrawn' }));
    given(opened, suitable).when(commanding('stop', { reason: 'withdrawn' })).nothing();
    given(opened, suitable).when(commanding('stop', { reason: 'died' })).then(AssessmentClosed({ reason: 'died' }));
  });
});

describe('reopening', () => {
  it('goes back from suitable, unless a relationship is live or the journey closed', () => {
    given(...everything, suitable).when(commanding('reopen', {})).then(AssessmentReopened({ from: 'suitable', why: 'asked' }));
    const relationshipId = uuidOf('test', 'relationship');
    const live = AssessmentHeard({ organisationId, topic: 'match', relationshipId, sourceStream: `matching-${journeyId}`, sourceRevision: 4 });
    const over = AssessmentHeard({ organisationId, topic: 'relationship', relationshipId, sourceStream: `support-${journeyId}`, sourceRevision: 9 });
    given(...everything, suitable, live).when(commanding('reopen', {})).refused('relationship-live');
    given(...everything, suitable, live, over).when(commanding('reopen', {})).thenMatching({ type: 'AssessmentReopened' });
    given(...everything, suitable, over, live).when(commanding('reopen', {})).thenMatching({ type: 'AssessmentReopened' });
    given(...everything, suitable, over, AssessmentHeard({ ...live.data, relationshipId: uuidOf('test', 'next'), sourceRevision: 12 }))
      .when(commanding('reopen', {}))
      .refused('relationship-live');
    given(...everything, suitable, closedElsewhere).when(commanding('reopen', {})).refused('journey-closed');
    given(opened).when(commanding('reopen', {})).nothing();
    given(opened, AssessmentClosed({ reason: 'other' })).when(commanding('reopen', {})).refused('not-deferred-or-suitable');
  });
  it('follows matching', () => {
    given(...everything, suitable).when(commanding('return-from-matching', {})).then(AssessmentReopened({ from: 'suitable', why: 'returned-by-matching' }));
    given(opened).when(commanding('return-from-matching', {})).nothing();
    const leaving = AssessmentHeard({ organisationId, topic: 'leaving', ...source });
    given(...everything, suitable, leaving)
      .when(commanding('return-from-matching', {}))
      .then(AssessmentReopened({ from: 'suitable', why: 'returned-by-matching' }), AssessmentClosed({ reason: 'withdrawn' }));
  });
});

describe('what is told', () => {
  it('says whose word it was', () => {
    given(...everything).when(commanding('find-suitable', { requiredFields: [], packItems: [], by: 'staff' })).then(FoundSuitable({ ...suitable.data, by: 'staff' }));
    given(opened).when(commanding('close-assessment', { reason: 'other', by: 'referrer' })).then(AssessmentClosed({ reason: 'other', by: 'referrer' }));
    given(opened).when(commanding('give-information', { ...informed.data, by: 'mentee' })).then(InformationGiven({ ...informed.data, by: 'mentee' }));
    given(opened).when(commanding('carry-over-answers', { fromJourneyId: earlierJourneyId, answers: { 'other-support': 'before' }, form: {}, by: 'mentee' })).thenMatching({ type: 'AnswersCarriedOver', data: { by: 'mentee' } });
  });
  const carry = commanding('carry-over-answers', { fromJourneyId: earlierJourneyId, answers: { 'changes-wanted': 'before', 'other-support': 'before' }, form: {}, matching: { information, disclosure } });

  it('is carried over from an earlier journey, and what was told since stands', () => {
    given(opened, AssessmentAnswersRecorded({ answers: { 'changes-wanted': 'now' }, form: {} }))
      .when(carry)
      .then(AnswersCarriedOver({ fromJourneyId: earlierJourneyId, answers: { 'other-support': 'before' }, form: {}, matching: { information, disclosure } }));
    given(opened, AnswersCarriedOver({ fromJourneyId: earlierJourneyId, answers: { 'other-support': 'before' }, form: {} })).when(carry).nothing();
    given(opened).when(commanding('carry-over-answers', { fromJourneyId: journeyId, answers: {}, form: {} })).refused('not-an-earlier-journey');
    given(opened).when(commanding('carry-over-answers', { fromJourneyId: earlierJourneyId, answers: {}, form: {} })).refused('nothing-to-carry-over');
  });
  it('goes on being recorded until the journey closes', () => {
    const record = commanding('record-matching-information', { information, disclosure });
    given(...everything, suitable).when(record).then(told);
    given(...everything, suitable, closedElsewhere).when(record).refused('journey-closed');
    given(opened, SupportDeclinedByPerson({ toldHowToComeBack: true, serviceIds: [] })).when(record).refused('journey-closed');
  });
  it('includes information given, once a version', () => {
    const give = commanding('give-information', { item: 'complaints-policy', version: 1, how: 'by-hand' });
    given(opened).when(give).then(informed);
    given(opened, informed).when(give).nothing();
  });
  it('includes the agreement, signed and withdrawn', () => {
    const sign = commanding('sign-confidentiality-agreement', { version: 1, how: 'on-paper', returned: 'by-hand' });
    given(opened).when(sign).then(signed);
    given(opened, signed).when(sign).nothing();
    given(opened, signed).when(commanding('withdraw-agreement', { by: 'mentee' })).then(ConfidentialityAgreementWithdrawn({ version: 1, by: 'mentee' }));
    given(opened).when(commanding('withdraw-agreement', {})).refused('agreement-not-signed');
  });
});
