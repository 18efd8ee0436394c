import { at, inStream, projecting, testIds } from '@alongside/testing';
import { journeys } from './journeys.js';

const given = projecting(journeys);
const { journeyId, organisationId, siteId } = testIds;

const told = (category: string, type: string, data: object, occurredAt: string) => inStream(`${category}-${journeyId}`, at(occurredAt, { type, data }));
const received = told('referral', 'ReferralReceived', { siteId, purpose: 'peer-support', source: 'clinician', channel: 'online-form', answers: { name: 'Robin Example' } }, '2026-01-05T09:00:00.000Z');

describe('the read model of journeys', () => {
  it('begins with the referral, and keeps nothing that tells who it is', () => {
    given(received).then({
      organisationId,
      siteId,
      stage: 'referral',
      stageSince: '2026-01-05T09:00:00.000Z',
      purpose: 'peer-support',
      source: 'clinician',
      channel: 'online-form',
      receivedAt: '2026-01-05T09:00:00.000Z',
      relationships: 0,
      sessions: 0,
      goals: {},
      erased: false,
    });
  });

  it('keeps the first of each step, also when it is told late', () => {
    given(
      received,
      told('referral', 'ContactMade', {}, '2026-01-08T09:00:00.000Z'),
      told('referral', 'ContactMade', {}, '2026-01-06T09:00:00.000Z'),
      told('assessment', 'InitialMeetingHeld', { heldAt: '2026-01-12T14:00:00.000Z' }, '2026-01-13T09:00:00.000Z'),
      told('matching', 'MatchIntroduced', {}, '2026-02-02T09:00:00.000Z'),
      told('matching', 'MatchIntroduced', {}, '2026-03-02T09:00:00.000Z'),
    ).thenMatching({ contactedAt: '2026-01-06T09:00:00.000Z', metAt: '2026-01-12T14:00:00.000Z', matchedAt: '2026-02-02T09:00:00.000Z' });
  });

  it('keeps the latest outcome of each goal', () => {
    given(
      received,
      told('evaluation', 'OutcomeRecorded', { goals: [{ goalId: 'one', outcome: 'not' }, { goalId: 'two', outcome: 'achieved' }] }, '2026-06-01T09:00:00.000Z'),
      told('evaluation', 'OutcomeRecorded', { goals: [{ goalId: 'one', outcome: 'partly' }] }, '2026-06-02T09:00:00.000Z'),
      told('evaluation', 'JourneyClosed', { outcome: 'completed', closedOn: '2026-06-03' }, '2026-06-03T09:00:00.000Z'),
    ).thenMatching({ goals: { one: 'partly', two: 'achieved' }, stage: 'closed', outcome: 'completed', closedOn: '2026-06-03' });
  });

  it('counts sessions, and says that somebody was erased', () => {
    given(
      received,
      told('support', 'SessionLogged', {}, '2026-02-09T09:00:00.000Z'),
      told('support', 'SessionLogged', {}, '2026-02-16T09:00:00.000Z'),
      told('referral', 'PersonErased', {}, '2026-02-20T09:00:00.000Z'),
    ).thenMatching({ sessions: 2, erased: true });
  });

  it('calls a death that was none a death no more', () => {
    const closed = told('evaluation', 'JourneyClosed', { outcome: 'died', closedOn: '2026-02-03' }, '2026-02-03T09:00:00.000Z');
    given(received, closed, told('evaluation', 'EvaluationDeathCorrectionHeard', {}, '2026-02-04T09:00:00.000Z')).thenMatching({ stage: 'closed', outcome: 'closed-other' });
  });

  it('takes only its own event of a name that another stream uses, too', () => {
    given(received, told('matching', 'ContactMade', {}, '2026-01-06T09:00:00.000Z')).thenMatching({ stage: 'referral' });
    expect([...given(received, told('matching', 'ContactMade', {}, '2026-01-06T09:00:00.000Z')).documents.values()][0]).not.toHaveProperty('contactedAt');
  });

  it('has no document for streams of something else', () => {
    given(inStream(`supporter-${testIds.supporterId}`, { type: 'PersonErased', data: {} })).then(undefined);
  });
});
