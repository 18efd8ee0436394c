import { describe, test } from '@jest/globals';
import { uuidOf } from '@alongside/event-sourcing';
import { commanding, specify, testIds } from '@alongside/testing';
import {
  CheckRecorded,
  PlaceTaken,
  RecoveryConfirmationWithdrawn,
  RecoveryConfirmed,
  SupporterAgreementSigned,
  SupporterPaused,
  SupporterRegistered,
  SupporterRetired,
  SupporterRetiring,
  exampleProfile,
} from './supporter-events.js';
import { supporter } from './supporter.js';

// The same again changes nothing. What says something else is written down or refused, never dropped. Free text that was said
// before does not reach the decider: what is sealed is compared beforehand.

const given = specify(supporter);
const { organisationId, siteId, supporterId, journeyId } = testIds;
const today = '2026-03-02';
const registered = SupporterRegistered({ supporterId, organisationId, siteId, name: 'Rosa Lind', email: 'rosa@example.org', capacity: 2, profile: exampleProfile });
const relationshipId = uuidOf('test', 'relationship');

describe('said again', () => {
  test('a pause has another reason, and keeps its date of review', () => {
    const paused = SupporterPaused({ supporterId, reason: 'A holiday.', reviewOn: '2026-04-06', liveRelationships: [] });
    given(registered, paused).when(commanding('pause-supporter', { today })).nothing();
    given(registered, paused).when(commanding('pause-supporter', { today, reviewOn: '2026-04-06' })).nothing();
    given(registered, paused)
      .when(commanding('pause-supporter', { today, reason: 'An operation.' }))
      .then(SupporterPaused({ supporterId, reason: 'An operation.', reviewOn: '2026-04-06', liveRelationships: [] }));
    given(registered, paused)
      .when(commanding('pause-supporter', { today, reviewOn: '2026-05-04' }))
      .then(SupporterPaused({ supporterId, reason: 'A holiday.', reviewOn: '2026-05-04', liveRelationships: [] }));
  });

  test('leaving for another reason is refused', () => {
    const leave = (more: object = {}) => commanding('retire-supporter', more);
    const retired = SupporterRetired({ supporterId, reason: 'Moving away.', cause: 'left' });
    const retiring = SupporterRetiring({ supporterId, liveRelationships: [{ journeyId, relationshipId }] });
    given(registered, retired).when(leave()).nothing();
    given(registered, retired).when(leave({ reason: 'A new job.' })).refused('retired', { status: 'retired' });
    const leaving = given(registered, PlaceTaken({ journeyId, relationshipId, proposalId: uuidOf('test', 'proposal') }), retiring);
    leaving.when(leave()).nothing();
    leaving.when(leave({ reason: 'A new job.' })).refused('retired', { status: 'retiring' });
  });

  test('what is noted of recovery, or why it does not stand any more, is written down', () => {
    const confirmed = RecoveryConfirmed({ supporterId, confirmedOn: '2026-02-01' });
    const withdrawn = RecoveryConfirmationWithdrawn({ supporterId });
    given(registered, confirmed).when(commanding('confirm-recovery', { today })).nothing();
    given(registered, confirmed).when(commanding('confirm-recovery', { today, note: 'Steady.' })).then(RecoveryConfirmed({ supporterId, confirmedOn: today, note: 'Steady.' }));
    given(registered, confirmed, withdrawn).when(commanding('withdraw-recovery-confirmation', {})).nothing();
    given(registered, confirmed, withdrawn)
      .when(commanding('withdraw-recovery-confirmation', { reason: 'A hard month.' }))
      .then(RecoveryConfirmationWithdrawn({ supporterId, reason: 'A hard month.' }));
  });

  test('an agreement is signed in another way', () => {
    const signed = { version: 1, signedOn: '2026-02-01' };
    const onPaper = SupporterAgreementSigned({ ...signed, how: 'on-paper' });
    given(registered, onPaper).when(commanding('sign-supporter-agreement', { today, ...signed, how: 'on-paper' })).nothing();
    given(registered, onPaper).when(commanding('sign-supporter-agreement', { today, ...signed, how: 'online' })).then(SupporterAgreementSigned({ ...signed, how: 'online' }));
  });

  test('a check is given what it can be looked up by', () => {
    const check = { check: 'background', checkedOn: '2026-02-01', outcome: 'passed' } as const;
    const recorded = CheckRecorded({ supporterId, ...check });
    given(registered, recorded).when(commanding('record-check', { today, ...check })).nothing();
    given(registered, recorded).when(commanding('record-check', { today, ...check, reference: 'BC-17' })).then(CheckRecorded({ supporterId, ...check, reference: 'BC-17' }));
  });
});
