import { expect, test } from '@jest/globals';
import { matching } from '@alongside/contracts';
import { inStream, specify, testIds } from '@alongside/testing';
import { MatchIntroduced, WaitingStarted } from '../domain/matching-events.js';
import { matching as decider } from '../domain/matching.js';
import { publications } from './publications.js';

const { journeyId, organisationId, siteId } = testIds;
const started = WaitingStarted({ ...WaitingStarted.options.example, organisationId, siteId });

test.each(['The library café', undefined])('the introduction tells where the two meet first, where that is known: %s', (place) => {
  const { firstMeetingPlace: _place, ...example } = MatchIntroduced.options.example;
  const introduced = MatchIntroduced({ ...example, ...(place !== undefined && { firstMeetingPlace: place }) });
  const { state } = specify(decider)(started, introduced);
  const told = publications.find((each) => each.as === matching.MatchIntroduced)?.data(inStream(`matching-${journeyId}`, introduced) as never, state);
  expect(told).toMatchObject({ journeyId, firstMeetingAt: introduced.data.firstMeetingAt });
  expect((told as { firstMeetingPlace?: string }).firstMeetingPlace).toBe(place);
});
