import { describe, expect, test } from '@jest/globals';
import { inStream, projecting, testIds } from '@alongside/testing';
import { MatchIntroduced, MatchProposed, MatchTurnedDown, WaitingStarted } from '../domain/matching-events.js';
import { MatchingInformationHeard } from '../domain/heard-events.js';
import { PlaceReleased, PlaceTaken, SupporterPaused, SupporterRegistered, TrainingCompleted } from '../domain/supporter-events.js';
import { journeys } from './journeys.js';
import { supporters } from './supporters.js';

const { supporterId, organisationId, siteId } = testIds;
const ofSupporter = <E extends { readonly type: string; readonly data: unknown }>(event: E) => inStream(`supporter-${supporterId}`, event);
const registered = ofSupporter(SupporterRegistered({ ...SupporterRegistered.options.example, supporterId, organisationId, siteId }));
const told = MatchingInformationHeard({ ...MatchingInformationHeard.options.example, organisationId, siteId });
const started = WaitingStarted({ ...WaitingStarted.options.example, organisationId, siteId });
const proposed = MatchProposed({ ...MatchProposed.options.example, supporterId });

describe('the register of supporters', () => {
  const given = projecting(supporters);
  test('has each with standing and places', () => {
    const training = ofSupporter(TrainingCompleted({ training: 'foundation', completedOn: '2026-01-20' }));
    given(registered, training).thenMatching({ organisationId, siteId, status: 'active', supporter: { trainings: [{ training: 'foundation' }], capacity: 2 } });
    given(registered, ofSupporter(SupporterPaused({ supporterId, liveRelationships: [] }))).thenMatching({ status: 'paused' });
  });
  test('counts a place once, and no more when it is free', () => {
    const taken = ofSupporter(PlaceTaken({ journeyId: testIds.journeyId, relationshipId: 'r', proposalId: 'p' }));
    given(registered, taken).thenMatching({ supporter: { places: { r: { journeyId: testIds.journeyId } } } });
    given(registered, taken, ofSupporter(PlaceReleased({ journeyId: testIds.journeyId, relationshipId: 'r', cause: 'relationship-ended' }))).thenMatching({ supporter: { places: {} } });
  });
});

describe('the journeys in matching', () => {
  const given = projecting(journeys);
  test('are on the waiting list with their place in the queue', () => {
    given(told).thenMatching({ status: 'heard' });
    given(told, started).thenMatching({ status: 'waiting', siteId, waitingSince: started.data.since });
  });
  test('show whom a proposal asks while it is open', () => {
    given(told, started, proposed).thenMatching({ askedSupporterId: supporterId });
    const turnedDown = MatchTurnedDown({ proposalId: proposed.data.proposalId, supporterId, side: 'mentee' });
    const [document] = given(told, started, proposed, turnedDown).documents.values();
    expect(document).toMatchObject({ status: 'waiting', waitingSince: started.data.since });
    expect(document).not.toHaveProperty('askedSupporterId');
    given(told, started, proposed, MatchIntroduced({ ...MatchIntroduced.options.example, supporterId })).thenMatching({ status: 'introduced', journey: { supporterId } });
  });
});
