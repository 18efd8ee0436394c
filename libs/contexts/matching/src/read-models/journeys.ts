import type { AnyEventDefinition, Occurred } from '@alongside/event-sourcing';
import { idOf, readModel, when, type Document } from '@alongside/read-models';
import { matchingEvents, type MatchingEvent } from '../domain/matching-events.js';
import { evolveMatching, type KnownMatching, type Matching } from '../domain/matching-state.js';

export interface JourneyDocument extends Document {
  readonly siteId?: string;
  readonly status: KnownMatching['status'];
  readonly personId?: string;
  /** The place in the queue, while waiting. */
  readonly waitingSince?: string;
  /** Who is asked by an open proposal. */
  readonly askedSupporterId?: string;
  /** The folded journey; personal values sealed. */
  readonly journey: KnownMatching;
}

type Evolve = (state: Matching, event: Occurred<MatchingEvent>) => Matching;

function documentOf(journey: KnownMatching): JourneyDocument {
  const waiting = journey.status === 'waiting' ? journey : undefined;
  return {
    organisationId: journey.organisationId,
    ...(journey.siteId !== undefined && { siteId: journey.siteId }),
    status: journey.status,
    ...(journey.personId !== undefined && { personId: journey.personId }),
    ...(waiting && { waitingSince: waiting.waitingSince }),
    ...(waiting?.proposal && { askedSupporterId: waiting.proposal.supporterId }),
    journey,
  };
}

const step = (definition: AnyEventDefinition) =>
  when<JourneyDocument, string, unknown>(definition, (document, event) => {
    const evolve = evolveMatching[definition.type as MatchingEvent['type']] as Evolve;
    const journey = evolve(document?.journey ?? { status: 'none' }, event as unknown as Occurred<MatchingEvent>);
    return journey.status === 'none' ? undefined : documentOf(journey);
  });

/** Journeys by where they stand: the waiting list in order, and the open proposals of a supporter. */
export const journeys = readModel<JourneyDocument>({
  name: 'matching.journeys',
  version: 4,
  says: 'Mentees who wait, who is proposed to whom, and who is introduced.',
  streams: ['matching-'],
  documentOf: (event) => idOf(event, 'matching'),
  indexes: [['status', 'waitingSince'], ['siteId', 'status', 'waitingSince'], ['askedSupporterId'], ['personId']],
  on: matchingEvents.map(step),
});
