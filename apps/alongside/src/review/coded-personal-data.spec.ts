import { expect, test } from '@jest/globals';
import { catalogueOfEvents } from '@alongside/service';
import { contexts } from '@alongside/system';

// What is told in a code tells how somebody is all the same: health, readiness, what they wish for, what an ending taught.

const { definitions } = catalogueOfEvents(contexts);
const coded: readonly (readonly [type: string, field: string])[] = [
  ['ReferralDeferred', 'reason'],
  ['SupportDeferred', 'reason'],
  ['SignpostedElsewhere', 'reason'],
  ['ReadinessDiscussed', 'person'],
  ['ReadinessDiscussed', 'coordinator'],
  ['ConnectionDeclared', 'kind'],
  ['MatchProposed', 'considered.mentee.connections.*.kind'],
  ['MatchProposed', 'considered.best.*.reasons'],
  ['MatchEnded', 'lessons'],
  ['RelationshipPaused', 'reason'],
  ['SessionMissed', 'reason'],
  ['SupervisionMissed', 'reason'],
];

test.each(coded)('%s seals %s', (type, field) => {
  expect(Object.keys(definitions.find((each) => each.type === type)?.personal ?? {})).toContain(field);
});
