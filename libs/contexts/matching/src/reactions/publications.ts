import { matching } from '@alongside/contracts';
import type { AnyEventDefinition } from '@alongside/event-sourcing';
import { publication, type Publication, type RecordedEvent } from '@alongside/service';
import { MatchIntroduced, ReturnedToAssessment, WaitingEnded, type WaitingEnding } from '../domain/matching-events.js';
import type { Matching, Waited } from '../domain/matching-state.js';
import { matchingAggregate } from '../domain/matching.js';
import {
  CandidacyOpened,
  SupporterErased,
  SupporterPaused,
  SupporterProfileUpdated,
  SupporterRegistered,
  SupporterResumed,
  SupporterRetired,
  SupporterRetiring,
  TrainingCompleted,
} from '../domain/supporter-events.js';
import type { Supporter } from '../domain/supporter-state.js';
import { supporterAggregate } from '../domain/supporter.js';

const journeyOf = (event: RecordedEvent): string => event.stream.slice('matching-'.length);
const supporterOf = (event: RecordedEvent): string => event.stream.slice('supporter-'.length);

const waited = (state: Matching): Waited | undefined => (state.status === 'none' || state.status === 'heard' ? undefined : state);

/** Everything that makes a supporter somebody else to other contexts carries the whole of what they need. */
const supporterChanged = (of: AnyEventDefinition): Publication =>
  publication(of, supporterAggregate, matching.SupporterChanged, (event, state: Supporter) =>
    state.status === 'none' || state.name === undefined
      ? undefined
      : {
          supporterId: supporterOf(event as RecordedEvent),
          siteId: state.siteId,
          name: state.name,
          ...(state.email !== undefined && { email: state.email }),
          status: state.status,
          registeredAt: state.registeredAt,
        },
  );

const publishedEndings = ['left', 'withdrawn', 'unreachable', 'moved-away', 'other'] as const satisfies readonly WaitingEnding[];
const isPublished = (reason: WaitingEnding): reason is (typeof publishedEndings)[number] => (publishedEndings as readonly WaitingEnding[]).includes(reason);

export const publications: readonly Publication[] = [
  ...[CandidacyOpened, SupporterRegistered, SupporterProfileUpdated, SupporterPaused, SupporterResumed, SupporterRetiring, SupporterRetired].map(supporterChanged),
  publication(SupporterErased, supporterAggregate, matching.SupporterErased, ({ data: { supporterId } }, state) => ({ supporterId, ...(state.status !== 'none' && { siteId: state.siteId }) })),
  publication(TrainingCompleted, supporterAggregate, matching.TrainingCompleted, (event) => ({ supporterId: supporterOf(event as unknown as RecordedEvent), ...event.data })),
  publication(MatchIntroduced, matchingAggregate, matching.MatchIntroduced, (event, state) => {
    const known = waited(state);
    if (!known) return undefined;
    const { relationshipId, supporterId, contactPersonId, firstMeetingAt, firstMeetingPlace, disclosed } = event.data;
    return {
      journeyId: journeyOf(event as unknown as RecordedEvent),
      personId: known.personId,
      siteId: known.siteId,
      beganAt: known.beganAt,
      relationshipId,
      supporterId,
      ...(known.coordinatorId !== undefined && { coordinatorId: known.coordinatorId }),
      contactPersonId,
      firstMeetingAt,
      ...(firstMeetingPlace !== undefined && { firstMeetingPlace }),
      disclosed,
      ...(known.knownAs !== undefined && { knownAs: known.knownAs }),
    };
  }),
  publication(WaitingEnded, matchingAggregate, matching.WaitingEnded, (event, state) => {
    const known = waited(state);
    const { reason, afterRelationship } = event.data;
    // A death, an erasure, a closing and a reopening are told by the contexts in which they happened.
    if (!known || !isPublished(reason)) return undefined;
    const { personId, siteId, beganAt } = known;
    return { journeyId: journeyOf(event as unknown as RecordedEvent), personId, siteId, beganAt, afterRelationship, reason };
  }),
  publication(ReturnedToAssessment, matchingAggregate, matching.ReturnedToAssessment, (event) => ({ journeyId: journeyOf(event as unknown as RecordedEvent) })),
];
