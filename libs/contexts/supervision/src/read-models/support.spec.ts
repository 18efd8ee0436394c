import { at, projecting, testIds } from '@alongside/testing';
import { uuidOf } from '@alongside/event-sourcing';
import { ConcernEscalated, ConcernOpened, ConcernRaised, ConcernResolved } from '../domain/support/concern-events.js';
import { MenteeCheckedIn, RelationshipFeedbackReported } from '../domain/support/link-events.js';
import { QueryRaised } from '../domain/support/query-events.js';
import { SessionCorrected } from '../domain/support/session-events.js';
import { DisclosureReviewed, InformationDisclosed, harmException } from '../domain/support/sharing-events.js';
import { ended, heard, logged, opened, relationshipId, rulesAgreed, secondRelationshipId, stopped, supervisorNamed } from '../domain/support/specimens.js';
import { supportModel } from './support.js';

const given = projecting(supportModel);
const { coordinatorId, supervisorId, supporterId, siteId } = testIds;
const concernId = uuidOf('test', 'concern');
const raised = ConcernRaised({ concernId, severity: 'low', safeguarding: true, about: 'mentee', ownerId: coordinatorId, by: 'staff', text: 'Worried.' });
const asked = QueryRaised({ queryId: uuidOf('test', 'query'), ownerId: coordinatorId, raisedBy: supporterId, by: 'mentee', text: 'Hm?' });

describe('a journey in supervision', () => {
  test('asks for no attention before anything happens', () => given(heard()).thenMatching({ siteId, attention: false, flagged: false }));
  test('is in the hands of its supporter while the relationship lasts', () => {
    given(heard(), opened(), supervisorNamed()).thenMatching({ supporterId, supervisorId, attention: true, relationship: { status: 'open', sessions: 0 } });
    const [after] = given(heard(), opened(), supervisorNamed(), ended()).documents.values();
    expect(after).toMatchObject({ supervisorId, attention: false });
    expect(after).not.toHaveProperty('supporterId');
    expect(after).not.toHaveProperty('relationship');
  });
  test('counts sessions once, and knows the latest, also when it was corrected', () => {
    const { flagged: _flagged, ...second } = logged(2).data;
    const corrected = SessionCorrected({ ...second, heldOn: '2026-02-01', reason: 'A slip.' });
    given(heard(), opened(), logged(2), logged(1)).thenMatching({ relationship: { sessions: 2, recentSessions: [{ heldOn: '2026-02-04' }, { heldOn: '2026-02-03' }] } });
    given(heard(), opened(), logged(1), logged(2), corrected).thenMatching({ relationship: { recentSessions: [{ heldOn: '2026-02-03' }, { heldOn: '2026-02-01' }] } });
  });
  test('begins a second relationship with nothing of the first', () => {
    const second = opened({ relationshipId: secondRelationshipId, supporterId: uuidOf('another') });
    const [document] = given(heard(), opened(), supervisorNamed(), rulesAgreed(), logged(1), ended(), second, logged(2)).documents.values();
    expect(document).toMatchObject({ supporterId: uuidOf('another'), relationship: { groundRulesAgreed: false, sessions: 0 } });
    expect(document).not.toHaveProperty('supervisorId');
  });
  test('knows the latest word of the supporter and of the mentee', () => {
    const told = RelationshipFeedbackReported({ feedbackId: uuidOf('f'), relationshipId, course: 'not-working', by: 'supporter' });
    const reached = (reachedThem: boolean) => MenteeCheckedIn({ checkInId: uuidOf('c'), relationshipId, reached: reachedThem, channel: 'telephone', by: 'mentee' });
    given(heard(), opened(), at('2026-02-10T10:00:00.000Z', told), at('2026-02-11T10:00:00.000Z', reached(true)), at('2026-02-12T10:00:00.000Z', reached(false))).thenMatching({
      relationship: { feedback: { course: 'not-working' }, checkedInAt: '2026-02-11T10:00:00.000Z' },
    });
  });
  test('holds concerns while they are open, with who has read them', () => {
    given(heard(), raised, ConcernOpened({ concernId, openedBy: coordinatorId })).thenMatching({ attention: true, concerns: [{ id: concernId, openedBy: [coordinatorId] }] });
    given(heard(), raised, ConcernOpened({ concernId, openedBy: coordinatorId }), ConcernEscalated({ concernId, severity: 'high', safeguarding: true, ownerId: supervisorId })).thenMatching({
      concerns: [{ severity: 'high', ownerId: supervisorId, openedBy: [] }],
    });
    given(heard(), raised, ConcernResolved({ concernId, resolution: 'resolved' })).thenMatching({ attention: false, concerns: [] });
  });
  test('keeps worries after the closing; queries of an erased person are over', () => {
    given(heard(), raised, asked, stopped('closed')).thenMatching({ attention: true, concerns: [{ id: concernId }], queries: [{}] });
    given(heard(), raised, asked, stopped('erased')).thenMatching({ attention: true, concerns: [{ id: concernId }], queries: [] });
  });
  test('shows disclosures without authorisation until somebody looked at them, and to the auditor for good', () => {
    const disclosed = InformationDisclosed({ disclosureId: uuidOf('d'), categories: ['status'], exception: harmException, flagged: true, details: { what: 'Status' } });
    given(heard(), disclosed).thenMatching({ attention: true, flagged: true });
    given(heard(), disclosed, DisclosureReviewed({ disclosureId: uuidOf('d') })).thenMatching({ attention: false, flagged: true, disclosures: [{ reviewed: true }] });
    given(heard(), { ...disclosed, data: { ...disclosed.data, flagged: false } }).thenMatching({ attention: false, flagged: false });
  });
});
