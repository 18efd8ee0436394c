import { commanding, specify } from '@alongside/testing';
import { uuidOf } from '@alongside/event-sourcing';
import { GoalReviewed, GoalsSet } from './goal-events.js';
import { SessionCorrected, SessionLogged, SessionMissed } from './session-events.js';
import { asSupporter, ended, heard, logged, opened, otherSupporterId, relationshipId, rulesAgreed, secondRelationshipId, timeZone } from './specimens.js';
import { supportDecider } from './support.js';

const given = specify(supportDecider);
const session = { minutes: 60, channel: 'in-person', kind: 'meeting', coreFunctions: ['ongoing-support'] } as const;
const reported = { timeZone, supporterHasLeft: false };
const log = (more = {}) => asSupporter('log-session', { ...session, ...reported, ...more });
const logAsCoordinator = (more = {}) => commanding('log-session', { ...session, ...reported, ...more });
const sessionId = uuidOf('test-new', 'log-session', 'session');
const three = [logged(1), logged(2), logged(3)];

describe('a session', () => {
  test('is logged by the supporter', () =>
    given(heard(), opened())
      .when(log({ heldOn: '2026-02-10', note: 'A walk.' }))
      .then(SessionLogged({ sessionId, relationshipId, heldOn: '2026-02-10', ...session, flagged: false, by: 'supporter', notes: { note: 'A walk.' } })));
  test('is of today where no day is named', () => given(heard(), opened()).when(log()).thenMatching({ type: 'SessionLogged', data: { heldOn: '2026-03-02' } }));
  test('needs a relationship', () => given(heard()).when(log()).refused('no-relationship'));
  test('is not before the relationship', () => given(heard(), opened()).when(log({ heldOn: '2026-02-01' })).refused('outside-the-relationship'));
  test('is not in the future', () => given(heard(), opened()).when(log({ heldOn: '2026-03-03' })).invalid('heldOn'));
  test('is not logged by a coordinator while the supporter can', () => given(heard(), opened()).when(logAsCoordinator()).refused('supporter-has-not-left'));
  test('is logged by a coordinator for a supporter who has left', () => {
    given(heard(), opened()).when(logAsCoordinator({ supporterHasLeft: true })).thenMatching({ type: 'SessionLogged', data: { by: 'staff' } });
    given(heard(), opened(), ended()).when(logAsCoordinator({ heldOn: '2026-02-19' })).thenMatching({ type: 'SessionLogged', data: { relationshipId } });
  });
  test('is welcome late, within the relationship that it was of', () => {
    given(heard(), opened(), ended()).when(log({ heldOn: '2026-02-20' })).thenMatching({ type: 'SessionLogged' });
    given(heard(), opened(), ended()).when(log({ heldOn: '2026-02-21' })).refused('outside-the-relationship');
  });
  test('is of the relationship that is named, and of nobody else', () => {
    const second = opened({ relationshipId: secondRelationshipId, supporterId: otherSupporterId, openedOn: '2026-02-25' });
    given(heard(), opened(), ended(), second).when(logAsCoordinator({ relationshipId, heldOn: '2026-02-19' })).thenMatching({ type: 'SessionLogged', data: { relationshipId } });
    given(heard(), opened(), ended(), second).when(log({ relationshipId: secondRelationshipId })).invalid('relationshipId');
    given(heard(), opened(), ended(), second).when(logAsCoordinator({ relationshipId: uuidOf('nobody') })).invalid('relationshipId');
  });
  test('after the third without ground rules needs a reason and is flagged', () => {
    given(heard(), opened(), logged(1), logged(2)).when(log()).thenMatching({ type: 'SessionLogged', data: { flagged: false } });
    given(heard(), opened(), ...three).when(log()).refused('ground-rules-missing');
    given(heard(), opened(), ...three).when(log({ groundRulesReason: 'Still settling in.' })).thenMatching({ type: 'SessionLogged', data: { flagged: true } });
    given(heard(), opened(), rulesAgreed(), ...three).when(log()).thenMatching({ type: 'SessionLogged', data: { flagged: false } });
  });
  test('that was missed is written down as such', () =>
    given(heard(), opened())
      .when(asSupporter('record-missed-session', { ...reported, missedOn: '2026-02-11', reason: 'illness' }))
      .then(SessionMissed({ sessionId: uuidOf('test-new', 'record-missed-session', 'session'), relationshipId, missedOn: '2026-02-11', reason: 'illness', by: 'supporter' })));
  test('that will be missed is not known', () =>
    given(heard(), opened()).when(asSupporter('record-missed-session', { ...reported, missedOn: '2026-03-03', reason: 'illness' })).invalid('missedOn'));
});

describe('a correction', () => {
  const first = logged(1).data.sessionId;
  const correct = (more = {}) => asSupporter('correct-session', { ...reported, sessionId: first, minutes: 45, reason: 'Looked it up.', ...more });
  test('leaves what is not named as it was', () =>
    given(heard(), opened(), logged(1))
      .when(correct())
      .then(SessionCorrected({ sessionId: first, relationshipId, heldOn: '2026-02-03', ...session, minutes: 45, by: 'supporter', reason: 'Looked it up.' })));
  test('keeps the earlier entry', () => {
    const { flagged: _flagged, ...entry } = logged(1).data;
    const { state } = given(heard(), opened(), logged(1), SessionCorrected({ ...entry, minutes: 45, reason: 'Looked it up.' }));
    expect(state).toMatchObject({ sessions: { [first]: { minutes: 45, earlier: [{ minutes: 60, replaced: { reason: 'Looked it up.' } }] } } });
  });
  test('is of a session that there is', () => given(heard(), opened()).when(correct()).invalid('sessionId'));
  test('stays within the relationship', () => given(heard(), opened(), logged(1)).when(correct({ heldOn: '2026-02-01' })).refused('outside-the-relationship'));
  test('is not in the future', () => given(heard(), opened(), logged(1)).when(correct({ heldOn: '2026-03-03' })).invalid('heldOn'));
  test("of somebody else's session answers as if there were none", () => {
    const second = opened({ relationshipId: secondRelationshipId, supporterId: otherSupporterId });
    given(heard(), second, logged(1, { relationshipId: secondRelationshipId })).when(correct()).invalid('sessionId');
  });
  test('is not made by a coordinator while the supporter can', () =>
    given(heard(), opened(), logged(1)).when(commanding('correct-session', { ...reported, sessionId: first, reason: 'No.' })).refused('supporter-has-not-left'));
  test('is not of a missed session', () => {
    const missed = SessionMissed({ sessionId: first, relationshipId, missedOn: '2026-02-03', reason: 'illness', by: 'supporter' });
    given(heard(), opened(), missed).when(correct()).refused('session-was-missed');
  });
});

describe('goals', () => {
  const goalId = uuidOf('test-new', 'set-goals', 'goal-0');
  const set = (goals: readonly { goalId?: string; title: string; plan?: string[] }[], by?: 'mentee' | 'supporter') => asSupporter('set-goals', { goals, ...(by && { by }) });
  const goalsSet = GoalsSet({ relationshipId, by: 'mentee', goals: [{ goalId, title: 'Sleep through', plan: ['No screens'] }] });
  test('are the whole list, each with an id of its own', () => given(heard(), opened()).when(set([{ title: 'Sleep through', plan: ['No screens'] }])).then(goalsSet));
  test('keep their ids', () =>
    given(heard(), opened(), goalsSet).when(set([{ goalId, title: 'Sleep well' }])).then(GoalsSet({ relationshipId, by: 'mentee', goals: [{ goalId, title: 'Sleep well' }] })));
  test('with an id are ones that were set', () => given(heard(), opened()).when(set([{ title: 'A' }, { goalId, title: 'B' }])).invalid('goals.1.goalId'));
  test('are in the list once', () => given(heard(), opened(), goalsSet).when(set([{ goalId, title: 'A' }, { goalId, title: 'B' }])).invalid('goals.1.goalId'));
  test("are the mentee's own", () => given(heard(), opened()).when(set([{ title: 'A' }], 'supporter')).refused('goals-are-the-mentees-own'));
  test('need a relationship', () => given(heard()).when(set([{ title: 'A' }])).refused('no-relationship'));
  test('carry over to the next relationship, with how they were rated', () => {
    const reviewed = GoalReviewed({ goalId, relationshipId, by: 'mentee', review: { rating: 4 } });
    const second = opened({ relationshipId: secondRelationshipId, supporterId: otherSupporterId });
    const { state } = given(heard(), opened(), goalsSet, reviewed, ended(), second);
    expect(state).toMatchObject({ goals: [{ goalId, reviews: [{ review: { rating: 4 } }] }] });
  });
  test('are rated by the mentee', () => {
    given(heard(), opened(), goalsSet).when(asSupporter('review-goal', { goalId, rating: 6 })).then(GoalReviewed({ goalId, relationshipId, by: 'mentee', review: { rating: 6 } }));
    given(heard(), opened(), goalsSet).when(asSupporter('review-goal', { goalId, rating: 6, by: 'supporter' })).refused('rated-by-the-mentee');
  });
  test('that were never set are not rated', () => given(heard(), opened()).when(asSupporter('review-goal', { goalId, rating: 6 })).invalid('goalId'));
  test('are not rated without a relationship', () => given(heard(), opened(), goalsSet, ended()).when(asSupporter('review-goal', { goalId, rating: 6 })).refused('no-relationship'));
});
