import { describe, expect, test } from '@jest/globals';
import { uuidOf } from '@alongside/event-sourcing';
import { at, commanding, coordinatorActor, specify, testIds, testNow } from '@alongside/testing';
import type { Requirements } from './eligibility.js';
import {
  CandidacyOpened,
  CheckRecorded,
  PlaceReleased,
  PlaceTaken,
  RecoveryConfirmationWithdrawn,
  RecoveryConfirmed,
  SupervisionDatesHeard,
  SupporterAgreementSigned,
  SupporterConcernHeard,
  SupporterErased,
  SupporterPaused,
  SupporterProfileUpdated,
  SupporterRegistered,
  SupporterResumed,
  SupporterRetired,
  SupporterRetiring,
  TrainingCompleted,
  exampleProfile,
} from './supporter-events.js';
import { supporter, supporterAggregate } from './supporter.js';

const given = specify(supporter);
const { organisationId, siteId, otherSiteId, supporterId, journeyId, personId } = testIds;
const today = '2026-03-02';
const relationshipId = uuidOf('test', 'relationship');
const proposalId = uuidOf('test', 'proposal');

const details = { supporterId, organisationId, siteId, name: 'Rosa Lind', email: 'rosa@example.org', capacity: 2, profile: exampleProfile };
const registered = (capacity = 2) => SupporterRegistered({ ...details, capacity });
const candidate = () => CandidacyOpened({ supporterId, organisationId, siteId, journeyId, personId, name: 'Rosa Lind' });
const trained = () => TrainingCompleted({ training: 'foundation', completedOn: '2026-02-01' });
const confirmed = () => RecoveryConfirmed({ supporterId, confirmedOn: '2026-02-01' });
const signed = () => SupporterAgreementSigned({ version: 1, signedOn: '2026-02-01', how: 'on-paper' });
const checked = () => CheckRecorded({ supporterId, check: 'background', checkedOn: '2026-02-01', outcome: 'passed' });
const ready = (capacity = 2) => [registered(capacity), trained(), confirmed(), signed(), checked()] as const;
const taken = (relationship = relationshipId) => PlaceTaken({ journeyId, relationshipId: relationship, proposalId });
const required: Requirements = {
  requirements: { trainings: [{ code: 'foundation', label: 'Foundation', validMonths: 24 }], checks: [{ code: 'background', label: 'Background', validMonths: 36 }] },
  supervisionWeeks: 6,
};
const takePlace = (relationship = relationshipId, date = today) =>
  commanding('take-place', { today: date, timeZone: 'Europe/London', required, journeyId, relationshipId: relationship, proposalId });

describe('registering', () => {
  test('makes a supporter, also of a candidate', () => {
    given().when(commanding('register-supporter', details)).then(SupporterRegistered(details));
    given(candidate()).when(commanding('register-candidate', details)).then(SupporterRegistered(details));
  });
  test('is refused a second time', () => {
    given(registered()).when(commanding('register-supporter', details)).refused('already-registered');
    given(registered()).when(commanding('register-candidate', details)).refused('already-registered');
  });
  test('a candidacy is opened once, and never over somebody who is registered', () => {
    const opening = { supporterId, organisationId, siteId, journeyId, personId };
    given().when(commanding('open-candidacy', opening)).then(CandidacyOpened(opening));
    given(candidate()).when(commanding('open-candidacy', opening)).nothing();
    given(registered()).when(commanding('open-candidacy', opening)).nothing();
  });
  test('keeps the training that a candidate did before', () => {
    expect(given(candidate(), trained(), registered()).state).toMatchObject({ status: 'active', trainings: [{ training: 'foundation' }], fromJourneyId: journeyId });
  });
});

describe('updating a profile', () => {
  test('keeps what is other than before', () => {
    given(registered()).when(commanding('update-supporter-profile', { capacity: 3, siteId })).then(SupporterProfileUpdated({ supporterId, capacity: 3 }));
    given(registered()).when(commanding('update-supporter-profile', { capacity: 2, siteId })).nothing();
  });
  test('moving to another site is for staff', () => {
    const move = { siteId: otherSiteId };
    given(registered()).when(commanding('update-supporter-profile', move)).then(SupporterProfileUpdated({ supporterId, siteId: otherSiteId }));
    given(registered()).when(commanding('update-supporter-profile', move, { actor: { id: supporterId, role: 'supporter' } })).refused('moved-by-staff-only');
  });
  test('is refused for a candidate and for who has left', () => {
    given(candidate()).when(commanding('update-supporter-profile', { capacity: 3 })).refused('not-registered');
    given(registered(), SupporterRetired({ supporterId, cause: 'left' })).when(commanding('update-supporter-profile', { capacity: 3 })).refused('retired');
  });
});

describe('what it takes to be matched', () => {
  test('training is recorded once for a day, also of a candidate', () => {
    const training = { today, training: 'foundation', completedOn: '2026-02-01' };
    given(candidate()).when(commanding('record-training', training)).then(trained());
    given(registered(), trained()).when(commanding('record-training', training)).nothing();
    given(registered()).when(commanding('record-training', { ...training, completedOn: '2026-03-03' })).invalid('completedOn');
    given().when(commanding('record-training', training)).refused('not-registered');
    given(registered(), SupporterRetired({ supporterId, cause: 'left' })).when(commanding('record-training', training)).refused('retired');
  });
  test('recovery is confirmed, withdrawn and confirmed again', () => {
    given(registered()).when(commanding('confirm-recovery', { today })).then(RecoveryConfirmed({ supporterId, confirmedOn: today }));
    given(registered(), confirmed()).when(commanding('confirm-recovery', { today })).nothing();
    given(registered(), confirmed()).when(commanding('withdraw-recovery-confirmation', {})).then(RecoveryConfirmationWithdrawn({ supporterId }));
    given(registered()).when(commanding('withdraw-recovery-confirmation', {})).nothing();
    const withdrawn = RecoveryConfirmationWithdrawn({ supporterId });
    given(registered(), confirmed(), withdrawn).when(commanding('confirm-recovery', { today })).then(RecoveryConfirmed({ supporterId, confirmedOn: today }));
  });
  test('the agreement is signed, on that day unless told otherwise', () => {
    given(registered()).when(commanding('sign-supporter-agreement', { today, version: 1, how: 'on-paper' })).then(SupporterAgreementSigned({ version: 1, signedOn: today, how: 'on-paper' }));
    given(registered(), signed()).when(commanding('sign-supporter-agreement', { today, version: 1, signedOn: '2026-02-01', how: 'on-paper' })).nothing();
    given(registered()).when(commanding('sign-supporter-agreement', { today, version: 1, signedOn: '2026-03-03', how: 'on-paper' })).invalid('signedOn');
  });
  test('a check has its outcome and its dates', () => {
    const check = { today, check: 'background', checkedOn: '2026-02-01', outcome: 'passed' as const };
    given(registered()).when(commanding('record-check', check)).then(checked());
    given(registered(), checked()).when(commanding('record-check', check)).nothing();
    given(registered()).when(commanding('record-check', { ...check, checkedOn: '2026-03-03' })).invalid('checkedOn');
    given(registered()).when(commanding('record-check', { ...check, expiresOn: '2026-01-31' })).invalid('expiresOn');
  });
});

describe('pausing and retiring', () => {
  const paused = () => SupporterPaused({ supporterId, reviewOn: '2026-04-01', liveRelationships: [] });
  test('a pause lists the live relationships and may get another date', () => {
    given(...ready(), taken())
      .when(commanding('pause-supporter', { today, reviewOn: '2026-04-01' }))
      .then(SupporterPaused({ supporterId, reviewOn: '2026-04-01', liveRelationships: [{ journeyId, relationshipId }] }));
    given(registered(), paused()).when(commanding('pause-supporter', { today, reviewOn: '2026-04-01' })).nothing();
    given(registered(), paused()).when(commanding('pause-supporter', { today, reviewOn: '2026-05-01' })).thenMatching({ type: 'SupporterPaused', data: { reviewOn: '2026-05-01' } });
    given(registered()).when(commanding('pause-supporter', { today, reviewOn: '2026-03-01' })).invalid('reviewOn');
    given(candidate()).when(commanding('pause-supporter', { today })).refused('not-active-or-paused');
  });
  test('a paused supporter resumes', () => {
    given(registered(), paused()).when(commanding('resume-supporter', {})).then(SupporterResumed({}));
    given(registered()).when(commanding('resume-supporter', {})).nothing();
    given(candidate()).when(commanding('resume-supporter', {})).refused('not-paused');
    expect(given(registered(), paused(), SupporterResumed({})).state).not.toHaveProperty('reviewOn');
  });
  test('without a live relationship a supporter retires at once', () => {
    given(registered()).when(commanding('retire-supporter', { reason: 'Moving' })).then(SupporterRetired({ supporterId, reason: 'Moving', cause: 'left' }));
    given(candidate()).when(commanding('retire-supporter', {})).then(SupporterRetired({ supporterId, cause: 'left' }));
  });
  test('with one, retiring completes when the last is over', () => {
    const retiring = SupporterRetiring({ supporterId, liveRelationships: [{ journeyId, relationshipId }] });
    given(...ready(), taken()).when(commanding('retire-supporter', {})).then(retiring);
    given(...ready(), taken(), retiring).when(commanding('retire-supporter', {})).nothing();
    given(...ready(), taken(), retiring)
      .when(commanding('release-place', { relationshipId, cause: 'relationship-ended' }))
      .then(PlaceReleased({ journeyId, relationshipId, cause: 'relationship-ended' }), SupporterRetired({ supporterId, cause: 'left' }));
    const other = uuidOf('test', 'other-relationship');
    given(...ready(), taken(), taken(other), retiring)
      .when(commanding('release-place', { relationshipId, cause: 'relationship-ended' }))
      .then(PlaceReleased({ journeyId, relationshipId, cause: 'relationship-ended' }));
  });
});

describe('erasing a supporter', () => {
  const erase = (more: object = {}) => commanding('erase-supporter', { reason: 'asked-by-person', ...more });
  const erased = (more: object = {}) => SupporterErased({ supporterId, organisationId, subjects: [`supporter-${supporterId}`], ...more });
  const retired = () => SupporterRetired({ supporterId, cause: 'left' });
  const concernId = uuidOf('test', 'concern');
  const concern = (status: 'open' | 'resolved', sourceRevision = 1) => SupporterConcernHeard({ concernId, status, sourceRevision });

  test('names their key, once', () => {
    given(registered(), retired()).when(erase()).then(erased({ reason: 'asked-by-person' }));
    given(registered(), retired(), erased()).when(erase()).nothing();
    expect(given(registered(), retired(), erased()).state).toMatchObject({ status: 'retired', erasedAt: testNow });
  });
  test('needs them to have left the register', () => {
    given(registered()).when(erase()).refused('not-retired', { status: 'active' });
    given(...ready(), taken(), SupporterRetiring({ supporterId, liveRelationships: [] })).when(erase()).refused('open-match', { relationships: 1 });
  });
  test('of somebody who was referred is that of the whole person', () => {
    given(candidate(), retired()).when(erase()).refused('came-by-referral', { journeyId });
    given(candidate(), registered(), retired()).when(erase()).refused('came-by-referral', { journeyId });
  });
  test('waits for an open safeguarding concern about them, unless that is overridden', () => {
    given(registered(), retired(), concern('open')).when(erase()).refused('open-safeguarding-concern', { concernIds: [concernId] });
    given(registered(), retired(), concern('open')).when(erase({ overrideReason: 'court-order' })).then(erased({ reason: 'asked-by-person', overrideReason: 'court-order' }));
    given(registered(), retired(), concern('open'), concern('resolved', 2)).when(erase()).thenMatching({ type: 'SupporterErased' });
  });
  test('hears of safeguarding concerns by the order of their source, and of no others', () => {
    const hear = (open: boolean, sourceRevision: number, safeguarding = true) => commanding('hear-concern', { concernId, open, safeguarding, sourceRevision });
    given(registered()).when(hear(true, 3)).then(concern('open', 3));
    given(registered()).when(hear(true, 3, false)).nothing();
    given(registered(), concern('resolved', 5)).when(hear(true, 3)).nothing();
    given().when(hear(true, 3)).nothing();
  });
  test('as a person takes them out of the register at once, whatever they were in', () => {
    const hear = commanding('hear-erasure', { supporterId, organisationId });
    given(...ready(), taken()).when(hear).then(SupporterRetired({ supporterId, cause: 'erased' }), erased());
    given(registered(), retired()).when(hear).then(erased());
    given(registered(), retired(), erased()).when(hear).nothing();
  });
  test('as a person may be heard of before the candidacy', () => {
    const hear = commanding('hear-erasure', { supporterId, organisationId });
    given().when(hear).then(erased());
    given(erased()).when(hear).nothing();
    expect(supporterAggregate.belonging(given(erased()).state, supporterId)).toEqual({ organisationId });
    const opening = { supporterId, organisationId, siteId, journeyId, personId };
    given(erased()).when(commanding('open-candidacy', opening)).then(CandidacyOpened(opening), SupporterRetired({ supporterId, cause: 'erased' }));
    expect(given(erased(), CandidacyOpened(opening)).state).toMatchObject({ erasedAt: testNow });
  });
});

describe('places', () => {
  test('are taken up to the capacity and no further', () => {
    given(...ready(1)).when(takePlace()).then(taken());
    given(...ready(1), taken()).when(takePlace(uuidOf('test', 'other'))).refused('at-capacity');
    given(...ready(2), taken()).when(takePlace(uuidOf('test', 'other'))).thenMatching({ type: 'PlaceTaken' });
  });
  test('are taken once for a relationship, and free again when released', () => {
    given(...ready(1), taken()).when(takePlace()).nothing();
    const released = PlaceReleased({ journeyId, relationshipId, cause: 'introduction-abandoned' });
    given(...ready(1), taken()).when(commanding('release-place', { relationshipId, cause: 'introduction-abandoned' })).then(released);
    given(...ready(1), taken(), released).when(commanding('release-place', { relationshipId, cause: 'introduction-abandoned' })).nothing();
    given(...ready(1), taken(), released).when(takePlace(uuidOf('test', 'other'))).thenMatching({ type: 'PlaceTaken' });
  });
  test.each([
    [[registered(), confirmed(), signed(), checked()], 'not-trained'],
    [[registered(), trained(), signed(), checked()], 'recovery-not-confirmed'],
    [[registered(), trained(), confirmed(), checked()], 'agreement-not-signed'],
    [[registered(), trained(), confirmed(), signed()], 'check-missing'],
    [[...ready(), SupporterPaused({ supporterId, liveRelationships: [] })], 'paused'],
    [[...ready(), SupporterRetired({ supporterId, cause: 'left' })], 'retired'],
    [[...ready(), RecoveryConfirmationWithdrawn({ supporterId })], 'recovery-not-confirmed'],
    [[candidate(), trained(), confirmed(), signed(), checked()], 'candidate'],
  ])('are refused to who may not be matched: %#', (events, rule) => given(...events).when(takePlace()).refused(rule));
  test('are refused when something has expired by then', () => {
    given(...ready(), SupervisionDatesHeard({ basisOn: '2026-02-16', revision: 1 })).when(takePlace(relationshipId, '2026-03-31')).refused('supervision-overdue', { barriers: [{ code: 'supervision-overdue' }] });
    given(...ready(), SupervisionDatesHeard({ basisOn: '2028-02-01', revision: 1 })).when(takePlace(relationshipId, '2028-02-03')).refused('training-expired');
  });
});

describe('what supervision tells', () => {
  test('is kept, the latest of its stream only', () => {
    const heard = { basisOn: '2026-02-16', everyWeeks: 4, supervisorId: testIds.supervisorId, revision: 5 };
    given(registered()).when(commanding('hear-supervision', heard)).then(SupervisionDatesHeard(heard));
    given(registered(), SupervisionDatesHeard(heard)).when(commanding('hear-supervision', { ...heard, revision: 4 })).nothing();
    given().when(commanding('hear-supervision', heard)).nothing();
  });
});

describe('a supporter belongs', () => {
  test('to their site, themselves and their supervisor', () => {
    const { state } = given(registered(), SupporterProfileUpdated({ supporterId, siteId: otherSiteId }), SupervisionDatesHeard({ basisOn: '2026-02-16', supervisorId: testIds.supervisorId, revision: 0 }));
    expect(supporterAggregate.belonging(state, supporterId)).toEqual({ organisationId, siteId: otherSiteId, supporterId, supervisorId: testIds.supervisorId });
    expect(supporterAggregate.belonging(supporter.initial, supporterId)).toBeUndefined();
  });
  test('since they were registered', () => {
    expect(given(at('2026-01-05T09:00:00.000Z', registered(), coordinatorActor)).state).toMatchObject({ registeredAt: '2026-01-05T09:00:00.000Z' });
    expect(testNow.startsWith(today)).toBe(true);
  });
});
