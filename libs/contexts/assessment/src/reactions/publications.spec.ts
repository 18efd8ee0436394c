import { assessment as published } from '@alongside/contracts';
import { fold, uuidOf, type Occurred, type RecordedEvent } from '@alongside/event-sourcing';
import { recorded, testIds } from '@alongside/testing';
import { assessment } from '../domain/assessment.js';
import { AssessmentHeard, AssessmentOpened, SignpostedElsewhere, type AssessmentEvent, type Heard } from '../domain/events.js';
import type { Assessment } from '../domain/state.js';
import { publications } from './publications.js';

const { organisationId, siteId, personId, journeyId } = testIds;
const beganAt = '2026-03-02T10:00:00.000Z';
const relationshipId = uuidOf('test', 'relationship');
const opened = AssessmentOpened({ organisationId, siteId, personId, beganAt, formVersion: 1, earlierJourneyIds: [] });
const signposted = SignpostedElsewhere({ reason: 'other', serviceIds: [] });
const heard = (topic: Heard['topic']) => AssessmentHeard({ organisationId, topic, relationshipId, sourceStream: `${topic}-${journeyId}`, sourceRevision: 1 });

/** What is told of the end of the assessment, after these events. */
function endingAfter(...events: readonly AssessmentEvent[]): unknown {
  const log = recorded([...events, signposted], `assessment-${journeyId}`);
  const last = log.at(-1) as RecordedEvent;
  const state: Assessment = fold(assessment, log as unknown as readonly Occurred<AssessmentEvent>[]);
  return publications.filter(({ of, as }) => of === (SignpostedElsewhere as unknown) && as === published.AssessmentEnded).map(({ data }) => data(last, state))[0];
}

const ending = { journeyId, personId, siteId, beganAt, outcome: 'signposted' };

it('the end of an assessment names the relationships that there were, so that nobody closes before hearing of their end', () => {
  expect(endingAfter(opened)).toEqual(ending);
  expect(endingAfter(opened, heard('match'), heard('relationship'))).toEqual({ ...ending, relationshipIds: [relationshipId] });
  expect(endingAfter(opened, heard('relationship'))).toEqual({ ...ending, relationshipIds: [relationshipId] });
});
