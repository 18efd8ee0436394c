import { describe, expect, test } from '@jest/globals';
import { uuidOf } from '@alongside/event-sourcing';
import { at, commanding, specify, testIds, testNow } from '@alongside/testing';
import fc from 'fast-check';
import type { Barrier } from './eligibility.js';
import {
  MatchingAgreementHeard,
  MatchingAssessmentReopened,
  MatchingCoordinatorHeard,
  MatchingInformationHeard,
  MatchingJourneyHeard,
  MatchingLeavingHeard,
  MatchingSafeContactHeard,
  MatchingPersonHeard,
  MatchingSiteHeard,
  MatchingStopped,
} from './heard-events.js';
import {
  ConnectionDeclared,
  IntroductionAbandoned,
  MatchAccepted,
  MatchEnded,
  MatchIntroduced,
  MatchProposalWithdrawn,
  MatchProposed,
  MatchTurnedDown,
  ReturnedToAssessment,
  WaitingEnded,
  WaitingStarted,
  type MatchingEvent,
  type WithdrawalCause,
} from './matching-events.js';
import { askedSupporter } from './matching-state.js';
import { matching, matchingAggregate } from './matching.js';
import { readyToIntroduce } from './proposing.js';

const given = specify(matching);
const { organisationId, siteId, otherSiteId, journeyId, personId, supporterId, coordinatorId } = testIds;
const otherPersonId = uuidOf('test', 'other-person');
const otherSupporterId = uuidOf('test', 'other-supporter');
const proposalId = uuidOf('test-new', 'propose-match', 'proposal');
const relationshipId = uuidOf('test', 'relationship');
const beganAt = '2026-01-05T09:00:00.000Z';
const since = '2026-02-02T10:00:00.000Z';
const heard = (revision: number) => ({ organisationId, siteId, revision });
const { considered, disclosed } = { considered: MatchProposed.options.example.considered, disclosed: { 'first-name': 'Ash' } };
const { information, disclosure } = MatchingInformationHeard.options.example;
const supporterActor = { actor: { id: supporterId, role: 'supporter' as const } };

const told = (revision = 3) => MatchingInformationHeard({ ...heard(revision), information, disclosure });
const started = (revision = 5) => WaitingStarted({ organisationId, siteId, personId, beganAt, coordinatorId, since, cause: 'found-suitable', revision });
const proposed = (who = supporterId) =>
  MatchProposed({ proposalId, supporterId: who, answerBy: '2026-03-09', expiresAt: '2026-03-10T00:00:00.000Z', overrides: [], considered });
const accepted = (side: 'mentee' | 'supporter') => MatchAccepted({ proposalId, supporterId, side });
const withdrawn = (cause: WithdrawalCause) => MatchProposalWithdrawn({ proposalId, supporterId, cause });
const introduced = () => MatchIntroduced({ proposalId, relationshipId, supporterId, contactPersonId: coordinatorId, firstMeetingAt: '2026-03-05T14:00:00.000Z', disclosed });
const ended = (ending: 'planned' | 'not-a-good-fit' | 'died' | 'other' = 'not-a-good-fit', wantsAnother = true) =>
  MatchEnded({ relationshipId, supporterId, ending, wantsAnother, endedOn: '2026-03-02', lessons: ['different-gender'] });
const agreed = (status: 'signed' | 'withdrawn', revision = 6) => MatchingAgreementHeard({ ...heard(revision), status });

const waiting = () => [told(), started()] as const;
const asked = () => [...waiting(), proposed()] as const;
const settled = () => [...asked(), accepted('mentee'), accepted('supporter')] as const;
const together = () => [...settled(), introduced()] as const;

const foundSuitable = (revision = 5) => commanding('hear-found-suitable', { ...heard(revision), personId, beganAt, coordinatorId }, { occurredAt: since });
const ground = { today: '2026-03-02', barriers: [], brokenMusts: [], considered, supporterId, answerBy: '2026-03-09', expiresAt: '2026-03-10T00:00:00.000Z', overrides: [] };
const propose = (change: Partial<typeof ground> & object = {}) => commanding('propose-match', { ...ground, ...change });
const respond = (side: 'mentee' | 'supporter', answer: 'accepted' | 'turned-down' = 'accepted', envelope = {}, barriers: readonly Barrier[] = []) =>
  commanding('respond-to-match', { side, answer, barriers }, envelope);
const introduction = { proposalId, relationshipId, contactPersonId: coordinatorId, firstMeetingAt: '2026-03-05T14:00:00.000Z', disclosed };
const introduce = (change = {}) => commanding('introduce', { ...introduction, ...change });

describe('waiting', () => {
  test('starts when somebody is found suitable, once', () => {
    given(told()).when(foundSuitable()).then(started());
    given(...waiting()).when(foundSuitable()).nothing();
    given(...together()).when(foundSuitable(9)).nothing();
  });
  test('starts also before anything else is known', () => given().when(foundSuitable()).then(started()));
  test('does not start by older news than a reopening', () => given(MatchingAssessmentReopened(heard(7))).when(foundSuitable(5)).nothing());
  test('keeps the place in the queue when it starts again', () => {
    given(...waiting(), MatchingAssessmentReopened(heard(7))).when(commanding('hear-found-suitable', { ...heard(9), personId, beganAt })).thenMatching({ type: 'WaitingStarted', data: { since } });
  });
  test('ends at once for who is leaving', () => {
    given(MatchingLeavingHeard(heard(2))).when(foundSuitable()).thenMatching({ type: 'WaitingStarted' }, { type: 'WaitingEnded', data: { reason: 'withdrawn', afterRelationship: false } });
  });
  test.each(['died', 'erased', 'closed'] as const)('does not start after the journey stopped: %s', (cause) => {
    given(MatchingStopped({ organisationId, siteId, cause })).when(foundSuitable()).nothing();
  });
  test('ends when the person leaves, and the open proposal with it', () => {
    given(...asked())
      .when(commanding('leave-waiting-list', { reason: 'left', by: 'mentee' }))
      .then(withdrawn('waiting-ended'), WaitingEnded({ reason: 'left', afterRelationship: false, by: 'mentee' }));
    given(told()).when(commanding('leave-waiting-list', { reason: 'left' })).refused('not-waiting');
    given(...together()).when(commanding('leave-waiting-list', { reason: 'left' })).refused('not-waiting');
  });
  test('does not end before it began', () => {
    for (const command of ['leave-waiting-list', 'return-to-assessment'] as const) {
      given(...waiting()).when(commanding(command, { reason: 'left' } as never, { occurredAt: '2026-03-01T10:00:00.000Z' })).invalid('occurredAt');
      // The place in the queue may be an older one.
      given(told(), at('2026-03-02T09:00:00.000Z', started())).when(commanding(command, { reason: 'left' } as never, { occurredAt: '2026-03-02T08:00:00.000Z' })).invalid('occurredAt');
    }
  });
  test('says when it ended after a relationship, so that the evaluation opens', () => {
    const again = WaitingStarted({ organisationId, siteId, personId, beganAt, since, cause: 'relationship-ended' });
    given(...together(), ended(), again).when(commanding('leave-waiting-list', { reason: 'other' })).then(WaitingEnded({ reason: 'other', afterRelationship: true }));
  });
  test('goes back to the assessment', () => {
    given(...asked())
      .when(commanding('return-to-assessment', { reason: 'Other things come first.' }))
      .then(withdrawn('waiting-ended'), ReturnedToAssessment({ reason: 'Other things come first.' }));
    given(...together()).when(commanding('return-to-assessment', { reason: 'No.' })).refused('not-waiting');
    given(...waiting(), ReturnedToAssessment({ reason: 'x' })).when(foundSuitable()).nothing();
    given(...waiting(), ReturnedToAssessment({ reason: 'x' })).when(foundSuitable(8)).thenMatching({ type: 'WaitingStarted', data: { since } });
  });
});

describe('proposing', () => {
  test('freezes what was considered', () => {
    given(...waiting()).when(propose()).then(proposed());
  });
  test('is refused', () => {
    given(told()).when(propose()).refused('not-waiting');
    given(...together()).when(propose()).refused('not-waiting');
    given(started()).when(commanding('propose-match', { ...ground, considered: undefined } as never)).refused('matching-information-missing');
    given(...waiting(), agreed('withdrawn')).when(propose()).refused('agreement-withdrawn');
    given(...asked()).when(propose()).refused('proposal-open', { proposalId });
    given(...waiting()).when(propose({ barriers: [{ code: 'check-expired', of: 'background-check' }, { code: 'at-capacity' }] as never })).refused('check-expired', {
      barriers: [{ code: 'check-expired', of: 'background-check' }, { code: 'at-capacity' }],
    });
    given(...waiting(), ConnectionDeclared({ supporterId, kind: 'family', menteeAgrees: false })).when(propose()).refused('connection-declared');
    given(...together(), ended(), WaitingStarted({ organisationId, siteId, personId, beganAt, since, cause: 'relationship-ended' })).when(propose()).refused('pair-failed-before');
    given(...waiting()).when(propose({ answerBy: '2026-03-01' })).invalid('answerBy');
  });
  test('breaks a must only with a reason', () => {
    const musts = ['mentee-gender', 'supporter-faith'];
    given(...waiting()).when(propose({ brokenMusts: musts as never })).refused('must-broken', { musts });
    const one = { must: 'mentee-gender', reason: 'Talked through.' };
    given(...waiting()).when(propose({ brokenMusts: musts as never, overrides: [one] as never })).refused('must-broken', { musts: ['supporter-faith'] });
    given(...waiting()).when(propose({ brokenMusts: ['mentee-gender'] as never, overrides: [one, { must: 'mentee-faith', reason: 'x' }] as never })).thenMatching({ type: 'MatchProposed', data: { overrides: [one] } });
  });
  test('is not open to who knows the mentee from an earlier journey, unless this one tells that the mentee agrees', () => {
    const knowing = (menteeAgrees: boolean) => ({ considered: { ...considered, mentee: { ...considered.mentee, connections: [{ supporterId, kind: 'family', menteeAgrees }] } } });
    given(...waiting()).when(propose(knowing(false))).refused('connection-declared');
    given(...waiting()).when(propose(knowing(true))).thenMatching({ type: 'MatchProposed' });
    given(...waiting(), ConnectionDeclared({ supporterId, kind: 'family', menteeAgrees: true })).when(propose(knowing(false))).thenMatching({ type: 'MatchProposed' });
    given(...waiting(), ConnectionDeclared({ supporterId, kind: 'family', menteeAgrees: false })).when(propose(knowing(true))).refused('connection-declared');
  });
  test('is open to who knows the mentee where the mentee agrees', () => {
    given(...waiting(), ConnectionDeclared({ supporterId, kind: 'know-each-other', menteeAgrees: true })).when(propose()).thenMatching({ type: 'MatchProposed' });
  });
  test('is open again to a pair that ended well', () => {
    given(...together(), ended('planned'), WaitingStarted({ organisationId, siteId, personId, beganAt, since, cause: 'relationship-ended' })).when(propose()).thenMatching({ type: 'MatchProposed' });
  });
});

describe('responding', () => {
  test('each side accepts once', () => {
    given(...asked()).when(respond('mentee')).then(accepted('mentee'));
    given(...asked(), accepted('mentee')).when(respond('mentee')).nothing();
    given(...asked(), accepted('mentee')).when(respond('supporter', 'accepted', supporterActor)).then(accepted('supporter'));
  });
  test('turning down needs no reason, ends the proposal and is still open to who accepted', () => {
    given(...asked(), accepted('mentee')).when(respond('mentee', 'turned-down')).then(MatchTurnedDown({ proposalId, supporterId, side: 'mentee' }));
    given(...asked(), MatchTurnedDown({ proposalId, supporterId, side: 'mentee' })).when(respond('supporter')).refused('no-open-proposal');
  });
  test('is each one’s own side', () => {
    given(...asked()).when(respond('mentee', 'accepted', supporterActor)).refused('not-your-side');
    given(...asked()).when(respond('supporter', 'accepted', { actor: { id: 'public', role: 'public' } })).refused('not-your-side');
  });
  test('is refused without an open proposal, for another one, and after its date', () => {
    given(...waiting()).when(respond('mentee')).refused('no-open-proposal');
    given(told()).when(respond('mentee')).refused('not-waiting');
    given(...asked()).when(commanding('respond-to-match', { side: 'mentee', answer: 'accepted', proposalId: uuidOf('test', 'another'), barriers: [] })).refused('no-open-proposal');
    given(...asked()).when(respond('mentee', 'accepted', { occurredAt: '2026-03-10T00:00:00.000Z' })).refused('proposal-expired');
  });
  test('nobody accepts a supporter who may not be matched any more; turning them down stays free', () => {
    const barriers = [{ code: 'check-not-passed', of: 'background-check', since: '2026-03-01' }, { code: 'paused' }] as const;
    given(...asked()).when(respond('mentee', 'accepted', {}, barriers)).refused('check-not-passed', { barriers: [{ code: 'check-not-passed', of: 'background-check' }, { code: 'paused' }] });
    given(...asked()).when(respond('supporter', 'accepted', supporterActor, barriers)).refused('check-not-passed');
    given(...asked(), accepted('mentee')).when(respond('mentee', 'accepted', {}, barriers)).nothing();
    given(...asked()).when(respond('mentee', 'turned-down', {}, barriers)).then(MatchTurnedDown({ proposalId, supporterId, side: 'mentee' }));
  });
  test('the rule stays the same once the proposal is withdrawn for the supporter’s sake, and for that alone', () => {
    const barriers = [{ code: 'at-capacity' }] as const;
    given(...asked(), withdrawn('supporter-not-available')).when(respond('mentee', 'accepted', {}, barriers)).refused('at-capacity');
    given(...asked(), withdrawn('supporter-not-available')).when(respond('mentee')).refused('no-open-proposal');
    expect(askedSupporter(given(...asked(), withdrawn('supporter-not-available')).state)).toMatchObject({ supporterId, proposalId });
    expect(askedSupporter(given(...asked()).state)).toMatchObject({ supporterId, proposalId });
    expect(askedSupporter(given(...asked(), withdrawn('by-coordinator')).state)).toBeUndefined();
    expect(askedSupporter(given(...together()).state)).toBeUndefined();
  });
  test('how it is with the supporter is not told to a mentee who answers by their link', () => {
    const byLink = { actor: { id: 'public', role: 'public' as const } };
    given(...asked()).when(respond('mentee', 'accepted', byLink, [{ code: 'recovery-not-confirmed' }])).refused('no-open-proposal');
    given(...asked(), withdrawn('supporter-not-available')).when(respond('mentee', 'accepted', byLink, [{ code: 'paused' }])).refused('no-open-proposal');
  });
  test('nobody answers, or takes back, what was not proposed yet', () => {
    const before = { occurredAt: '2026-03-01T10:00:00.000Z' };
    given(...asked()).when(respond('mentee', 'accepted', before)).invalid('occurredAt');
    given(...asked()).when(commanding('withdraw-proposal', { cause: 'by-coordinator' }, before)).invalid('occurredAt');
  });
  test('a proposal is withdrawn by the coordinator', () => {
    given(...asked()).when(commanding('withdraw-proposal', { cause: 'by-coordinator' })).then(withdrawn('by-coordinator'));
    given(...waiting()).when(commanding('withdraw-proposal', { cause: 'by-coordinator' })).refused('no-open-proposal');
    given(...asked()).when(commanding('withdraw-proposal', { cause: 'by-coordinator', proposalId: uuidOf('test', 'another') })).refused('no-open-proposal');
  });
  test('a proposal expires when its date passes without both answers', () => {
    const expire = commanding('expire-proposal', { proposalId });
    given(...asked(), accepted('mentee')).when(expire).then(withdrawn('expired'));
    given(...settled()).when(expire).nothing();
    given(...waiting()).when(expire).nothing();
    given(...asked(), withdrawn('by-coordinator')).when(expire).nothing();
    given(...asked()).when(commanding('expire-proposal', { proposalId: uuidOf('test', 'another') })).nothing();
  });
});

describe('introducing', () => {
  test('takes both acceptances', () => {
    given(...settled()).when(introduce()).then(introduced());
    given(...asked(), accepted('mentee')).when(introduce()).refused('not-accepted-by-both', { missing: ['supporter'] });
    given(...waiting()).when(introduce()).refused('no-open-proposal');
    given(told()).when(introduce()).refused('not-waiting');
  });
  test('is refused by what is in the supporter’s way, also once the proposal is withdrawn for it', () => {
    const { state } = given(...settled(), withdrawn('supporter-not-available'));
    expect(() => readyToIntroduce(state, undefined, [{ code: 'at-capacity' }])).toThrow(expect.objectContaining({ rule: 'at-capacity' }) as unknown as Error);
    expect(() => readyToIntroduce(state, undefined)).toThrow(expect.objectContaining({ rule: 'no-open-proposal' }) as unknown as Error);
  });
  test('is done once', () => {
    given(...together()).when(introduce()).nothing();
    given(...together()).when(introduce({ relationshipId: uuidOf('test', 'second') })).refused('not-waiting');
    given(...together(), ended()).when(introduce()).nothing();
  });
  test('is refused while the agreement is withdrawn', () => given(...settled(), agreed('withdrawn')).when(introduce()).refused('agreement-withdrawn'));
  test('has its first meeting after it', () => given(...settled()).when(introduce({ firstMeetingAt: '2026-03-01T10:00:00.000Z' })).invalid('firstMeetingAt'));
  test('that was abandoned half-way is not finished later; a new one is', () => {
    const abandoned = IntroductionAbandoned({ proposalId, relationshipId, supporterId });
    given(...settled()).when(commanding('abandon-introduction', { proposalId, relationshipId, supporterId })).then(abandoned);
    given(...settled(), abandoned).when(commanding('abandon-introduction', { proposalId, relationshipId, supporterId })).nothing();
    given(...together()).when(commanding('abandon-introduction', { proposalId, relationshipId, supporterId })).refused('introduced');
    given(...settled(), abandoned).when(introduce()).refused('introduction-abandoned');
    given(...settled(), abandoned).when(introduce({ relationshipId: uuidOf('test', 'second') })).thenMatching({ type: 'MatchIntroduced' });
  });
});

describe('a relationship that ended', () => {
  const tell = (change: object = {}) => commanding('hear-relationship-ended', { ...ended().data, ...change });
  test('ends the match and, where another is wanted, puts the mentee back in their place', () => {
    given(...together()).when(tell()).then(ended(), WaitingStarted({ organisationId, siteId, personId, beganAt, since, cause: 'relationship-ended' }));
    given(...together()).when(tell({ ending: 'planned', wantsAnother: false })).then(ended('planned', false));
  });
  test('is heard once, and of this relationship only', () => {
    given(...together(), ended()).when(tell()).nothing();
    given(...together()).when(tell({ relationshipId: uuidOf('test', 'other') })).nothing();
    given().when(tell()).nothing();
  });
  test('does not put back who is leaving or has died', () => {
    given(...together(), MatchingLeavingHeard(heard(4))).when(tell()).thenMatching({ type: 'MatchEnded' }, { type: 'WaitingStarted' }, { type: 'WaitingEnded', data: { reason: 'withdrawn', afterRelationship: true } });
    given(...together(), MatchingStopped({ organisationId, siteId, cause: 'died' })).when(tell({ ending: 'died' })).then(ended('died'));
  });
});

describe('news from elsewhere', () => {
  const began = MatchingJourneyHeard({ organisationId, siteId, personId, beganAt });
  const hearJourney = commanding('hear-journey', began.data);
  test('of a journey that began: from then on every command says that it is too early', () => {
    given().when(hearJourney).then(began);
    given(began).when(hearJourney).nothing();
    given(began).when(propose()).refused('not-waiting');
    given(began).when(introduce()).refused('not-waiting');
    given(began).when(commanding('leave-waiting-list', { reason: 'left' })).refused('not-waiting');
    given(began).when(commanding('return-to-assessment', { reason: 'No.' })).refused('not-waiting');
    given(began).when(foundSuitable()).then(started());
    expect(matchingAggregate.belonging(given(began).state, journeyId)).toEqual({ organisationId, siteId, journeyId, beganAt });
  });
  test('of a journey that began, also after other news of it; not once somebody waited or it stopped', () => {
    const moved = MatchingSiteHeard({ ...heard(9), siteId: otherSiteId });
    given(moved).when(hearJourney).then(began);
    expect(matchingAggregate.belonging(given(moved, began).state, journeyId)).toEqual({ organisationId, siteId: otherSiteId, journeyId, beganAt });
    expect(matchingAggregate.belonging(given(began, moved).state, journeyId)).toMatchObject({ siteId: otherSiteId });
    given(...waiting()).when(hearJourney).nothing();
    given(...waiting(), WaitingEnded({ reason: 'left', afterRelationship: false })).when(hearJourney).nothing();
    given(MatchingStopped({ organisationId, siteId, cause: 'erased' })).when(hearJourney).nothing();
  });
  test('of matching information: the latest', () => {
    given(...waiting()).when(commanding('hear-matching-information', { ...heard(8), information, disclosure })).then(told(8));
    given(told(8)).when(commanding('hear-matching-information', { ...heard(3), information, disclosure })).nothing();
  });
  test('of the agreement: withdrawn, an open proposal falls', () => {
    given(...asked()).when(commanding('hear-agreement', { ...heard(6), status: 'withdrawn' })).then(agreed('withdrawn'), withdrawn('agreement-withdrawn'));
    given(agreed('withdrawn')).when(commanding('hear-agreement', { ...heard(5), status: 'signed' })).nothing();
    given(...waiting(), agreed('withdrawn'), agreed('signed', 7)).when(propose()).thenMatching({ type: 'MatchProposed' });
  });
  test('of safe contact that somebody else said: it is forgotten, told in whatever order', () => {
    const safeContact = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: [] };
    const [theirs, takenBack] = [MatchingSafeContactHeard({ ...heard(5), safeContact }), MatchingSafeContactHeard(heard(7))];
    given(theirs).when(commanding('hear-safe-contact', heard(7))).then(takenBack);
    given(takenBack).when(commanding('hear-safe-contact', { ...heard(5), safeContact })).nothing();
    expect(given(theirs, takenBack).state).not.toHaveProperty('safeContact');
    expect(given(takenBack, MatchingSafeContactHeard({ ...heard(8), safeContact })).state).toMatchObject({ safeContact });
  });
  test('of safe contact and of the named contact: the latest', () => {
    const safeContact = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone' as const] };
    given().when(commanding('hear-safe-contact', { ...heard(1), safeContact })).then(MatchingSafeContactHeard({ ...heard(1), safeContact }));
    given(MatchingSafeContactHeard({ ...heard(1), safeContact })).when(commanding('hear-safe-contact', { ...heard(1), safeContact })).nothing();
    given().when(commanding('hear-coordinator', { ...heard(1), coordinatorId })).then(MatchingCoordinatorHeard({ ...heard(1), coordinatorId }));
    given(MatchingCoordinatorHeard({ ...heard(2), coordinatorId })).when(commanding('hear-coordinator', { ...heard(1), coordinatorId })).nothing();
  });
  test('of another site: everything else stays', () => {
    const moved = MatchingSiteHeard({ ...heard(9), siteId: otherSiteId });
    given(...asked()).when(commanding('hear-move', { ...heard(9), siteId: otherSiteId })).then(moved);
    const { state } = given(...asked(), moved);
    expect(state).toMatchObject({ status: 'waiting', siteId: otherSiteId, waitingSince: since, proposal: { proposalId } });
    expect(given(moved, started()).state).toMatchObject({ siteId: otherSiteId });
    expect(matchingAggregate.belonging(state, journeyId)).toMatchObject({ siteId: otherSiteId });
  });
  test('of the person whom the journey turned out to be of: the latest, whatever was told before, and also where it is over', () => {
    const linked = MatchingPersonHeard({ ...heard(9), personId: otherPersonId });
    const hear = commanding('hear-person', { ...heard(9), personId: otherPersonId });
    given(...asked()).when(hear).then(linked);
    given(...asked(), linked).when(commanding('hear-person', { ...heard(8), personId: uuidOf('test', 'yet-another') })).nothing();
    given(MatchingStopped({ organisationId, siteId, cause: 'closed' })).when(hear).then(linked);
    for (const order of [[began, linked, started()], [linked, began, started()], [began, started(), linked]]) {
      expect(given(...order).state).toMatchObject({ status: 'waiting', personId: otherPersonId });
    }
  });
  test('of a reopened assessment: nobody waits meanwhile', () => {
    given(...asked()).when(commanding('hear-reopened', heard(7))).then(withdrawn('waiting-ended'), MatchingAssessmentReopened(heard(7)));
    given(...waiting()).when(commanding('hear-reopened', heard(4))).nothing();
    expect(given(...waiting(), MatchingAssessmentReopened(heard(7))).state).toMatchObject({ status: 'over', reason: 'assessment-reopened' });
  });
  test('of the person leaving', () => {
    given(...asked()).when(commanding('hear-leaving', heard(7))).then(withdrawn('waiting-ended'), WaitingEnded({ reason: 'withdrawn', afterRelationship: false }));
    given().when(commanding('hear-leaving', heard(7))).then(MatchingLeavingHeard(heard(7)));
    given(MatchingLeavingHeard(heard(7))).when(commanding('hear-leaving', heard(7))).nothing();
    given(...together()).when(commanding('hear-leaving', heard(7))).then(MatchingLeavingHeard(heard(7)));
    given(...waiting(), WaitingEnded({ reason: 'left', afterRelationship: false })).when(commanding('hear-leaving', heard(7))).nothing();
  });
  test('of a death, an erasure or a closed journey', () => {
    const stop = (cause: 'died' | 'erased' | 'closed') => commanding('hear-stop', { organisationId, siteId, cause });
    const stopped = (cause: 'died' | 'erased' | 'closed') => MatchingStopped({ organisationId, siteId, cause });
    given(...asked()).when(stop('died')).then(withdrawn('waiting-ended'), WaitingEnded({ reason: 'died', afterRelationship: false }), stopped('died'));
    given().when(stop('closed')).then(stopped('closed'));
    given(stopped('closed')).when(stop('closed')).nothing();
    given(...together()).when(stop('died')).then(stopped('died'));
    given(...together()).when(stop('erased')).thenMatching({ type: 'MatchEnded', data: { ending: 'other', wantsAnother: false } }, { type: 'MatchingStopped' });
    given(...together(), stopped('died')).when(stop('closed')).thenMatching({ type: 'MatchEnded', data: { ending: 'died' } });
    given(stopped('closed')).when(commanding('hear-matching-information', { ...heard(8), information, disclosure })).nothing();
    given(stopped('closed')).when(commanding('hear-agreement', { ...heard(8), status: 'signed' })).nothing();
    given(stopped('closed')).when(commanding('hear-reopened', heard(8))).nothing();
    given(stopped('closed')).when(commanding('hear-leaving', heard(8))).nothing();
  });
  test('comes out the same in whatever order, and twice', () => {
    const commands = [
      hearJourney,
      commanding('hear-matching-information', { ...heard(3), information, disclosure }),
      commanding('hear-agreement', { ...heard(4), status: 'signed' }),
      foundSuitable(5),
      commanding('hear-coordinator', { ...heard(2), coordinatorId: uuidOf('test', 'new-coordinator') }),
      commanding('hear-move', { ...heard(3), siteId: otherSiteId }),
      commanding('hear-person', { ...heard(6), personId: otherPersonId }),
    ] as const;
    const play = (list: readonly (typeof commands)[number][]) => {
      const events: ReturnType<(typeof matching)['decide']['hear-stop']>[number][] = [];
      for (const command of [...list, ...list]) events.push(...(matching.decide[command.type] as (one: unknown, state: unknown) => typeof events)(command, given(...events).state));
      return given(...events).state;
    };
    const inOrder = play(commands);
    expect(inOrder).toMatchObject({ status: 'waiting', siteId: otherSiteId, coordinatorId: uuidOf('test', 'new-coordinator'), waitingSince: since });
    fc.assert(fc.property(fc.shuffledSubarray([...commands], { minLength: commands.length }), (order) => expect(play(order)).toEqual(inOrder)));
  });
});

describe('a connection', () => {
  const declare = (menteeAgrees: boolean, who = supporterId) => commanding('declare-connection', { supporterId: who, kind: 'know-each-other', sameKind: true, menteeAgrees });
  test('may be declared early, and again when the mentee agrees', () => {
    const known = ConnectionDeclared({ supporterId, kind: 'know-each-other', menteeAgrees: false });
    given(told()).when(declare(false)).then(known);
    given(told(), known).when(declare(false)).nothing();
    given(told(), known).when(commanding('declare-connection', { supporterId, kind: 'family', sameKind: false, menteeAgrees: false })).then(ConnectionDeclared({ supporterId, kind: 'family', menteeAgrees: false }));
    given(told(), known).when(declare(true)).then(ConnectionDeclared({ supporterId, kind: 'know-each-other', menteeAgrees: true }));
    given().when(declare(false)).refused('not-waiting');
    given(told(), MatchingStopped({ organisationId, siteId, cause: 'closed' })).when(declare(false)).refused('not-waiting');
  });
  test('is told by a supporter of themselves only, and agreed to by the mentee only', () => {
    const tell = (who: string, menteeAgrees: boolean) => commanding('declare-connection', { supporterId: who, kind: 'family', sameKind: false, menteeAgrees }, supporterActor);
    given(told()).when(tell(supporterId, false)).thenMatching({ type: 'ConnectionDeclared' });
    given(told()).when(tell(supporterId, true)).refused('told-by-themselves');
    given(told()).when(tell(otherSupporterId, false)).refused('told-by-themselves');
  });
  test('takes an open proposal to that supporter with it', () => {
    given(...asked()).when(declare(false)).thenMatching({ type: 'ConnectionDeclared' }, { type: 'MatchProposalWithdrawn', data: { cause: 'connection-declared' } });
    given(...asked()).when(declare(true)).thenMatching({ type: 'ConnectionDeclared' });
    given(...asked()).when(declare(false, otherSupporterId)).thenMatching({ type: 'ConnectionDeclared' });
  });
});

describe('a journey in matching belongs', () => {
  const supporterOf = (...events: readonly MatchingEvent[]) => matchingAggregate.belonging(given(...events).state, journeyId)?.supporterId;
  test('to the supporter who is asked, or who supports; to no former one', () => {
    expect(supporterOf(...waiting())).toBeUndefined();
    expect(supporterOf(...asked())).toBe(supporterId);
    expect(supporterOf(...asked(), withdrawn('expired'))).toBeUndefined();
    expect(supporterOf(...together())).toBe(supporterId);
    expect(supporterOf(...together(), ended())).toBeUndefined();
  });
  test('somewhere also when only news of it came', () => {
    expect(matchingAggregate.belonging(given(told()).state, journeyId)).toEqual({ organisationId, siteId, journeyId });
    expect(matchingAggregate.belonging(matching.initial, journeyId)).toBeUndefined();
  });
  test('since its beginning', () => {
    expect(matchingAggregate.belonging(given(at(testNow, started())).state, journeyId)).toMatchObject({ beganAt });
  });
});
