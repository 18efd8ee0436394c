import { event, type EventsOf } from '@alongside/event-sourcing';
import { exampleIds } from './events.js';
import type { ErasureReason, OverrideReason } from './words.js';

const { organisationId, personId, otherPersonId, journeyId, supporterId } = exampleIds;

export const JourneyJoinedPerson = event('JourneyJoinedPerson').of<{ organisationId: string; personId: string; journeyId: string; beganAt: string }>({
  says: 'A journey is one of this person.',
  example: { organisationId, personId, journeyId, beganAt: '2026-03-02T10:00:00.000Z' },
});

export const JourneyLeftPerson = event('JourneyLeftPerson').of<{ journeyId: string; toPersonId: string }>({
  says: 'A journey turned out to be of another person.',
  example: { journeyId, toPersonId: otherPersonId },
});

export const JourneyAwaited = event('JourneyAwaited').of<{ journeyId: string; fromPersonId: string }>({
  says: 'A journey is about to be linked to this person: until it is, or is not, theirs are linked to nobody else.',
  example: { journeyId, fromPersonId: otherPersonId },
});

export const JourneySetOut = event('JourneySetOut').of<{ journeyId: string; toPersonId: string }>({
  says: 'The journey of this person is about to be of another, by a link or because one was a mistake: until it is, or is not, nobody is linked to it here, and nobody is erased.',
  example: { journeyId, toPersonId: otherPersonId },
});

export const SubjectJoinedPerson = event('SubjectJoinedPerson').of<{ subject: string }>({
  says: 'Something else is known of this person under a key of its own: they are a peer supporter too.',
  example: { subject: `supporter-${supporterId}` },
});

export const PersonErasureOrdered = event('PersonErasureOrdered').of<{
  personId: string;
  subjects: readonly string[];
  journeyIds: readonly string[];
  reason: ErasureReason;
  overrideReason?: OverrideReason;
}>({
  says: 'The person is to be erased: every key named becomes a tombstone.',
  example: { personId, subjects: [`mentee-${journeyId}`], journeyIds: [journeyId], reason: 'asked-by-person', overrideReason: 'concern-handed-over' },
});

export const PersonErasureCompleted = event('PersonErasureCompleted').of<{ subjects: readonly string[] }>({
  says: 'Every key named is gone, and every journey of the person says so.',
  example: { subjects: [`mentee-${journeyId}`] },
});

export const PersonDeathRecorded = event('PersonDeathRecorded').of<{ journeyIds: readonly string[]; toldOn: string }>({
  says: 'The person has died: every journey of theirs is told.',
  example: { journeyIds: [journeyId], toldOn: journeyId },
});

export const PersonDeathCorrected = event('PersonDeathCorrected').of<{ journeyIds: readonly string[]; toldOn: string }>({
  says: 'The person lives: every journey that was told of their death is told so.',
  example: { journeyIds: [journeyId], toldOn: journeyId },
});

export const personEvents = [
  JourneyJoinedPerson,
  JourneyLeftPerson,
  JourneyAwaited,
  JourneySetOut,
  SubjectJoinedPerson,
  PersonErasureOrdered,
  PersonErasureCompleted,
  PersonDeathRecorded,
  PersonDeathCorrected,
] as const;
export type PersonEvent = EventsOf<typeof personEvents>;
