import { event, mentee, unchanged, type Personal } from '@alongside/event-sourcing';
import { exampleIds } from '../example-ids.js';
import type { Voice } from '../voice.js';

export const severities = ['low', 'medium', 'high'] as const;
export type Severity = (typeof severities)[number];

export const concernSubjects = ['mentee', 'supporter', 'staff', 'somebody-else', 'service'] as const;
export type ConcernSubject = (typeof concernSubjects)[number];

export const ConcernRaised = event('ConcernRaised').of<{
  readonly concernId: string;
  readonly relationshipId?: string;
  readonly severity: Severity;
  readonly safeguarding: boolean;
  readonly about: ConcernSubject;
  /** The supporter or staff member whom it is about: they never see it. */
  readonly aboutId?: string;
  readonly ownerId: string;
  readonly by: Voice;
  readonly text: Personal<string>;
}>({
  personal: { text: mentee },
  says: 'Somebody is worried. A safeguarding concern alerts its owner at once.',
  example: {
    concernId: exampleIds.concernId,
    relationshipId: exampleIds.relationshipId,
    severity: 'high',
    safeguarding: true,
    about: 'mentee',
    ownerId: exampleIds.coordinatorId,
    by: 'supporter',
    text: 'Spoke of having nowhere safe to sleep this week.',
  },
});

export const ConcernEscalated = event('ConcernEscalated').of<{
  readonly concernId: string;
  readonly severity: Severity;
  readonly safeguarding: boolean;
  readonly ownerId: string;
  /** Since version 2. */
  readonly by?: Voice;
  readonly reason?: Personal<string>;
}>({
  version: 2,
  personal: { reason: mentee },
  upcast: { 1: unchanged },
  says: 'A concern weighs more, or somebody else has to see to it.',
  example: { concernId: exampleIds.concernId, severity: 'high', safeguarding: true, ownerId: exampleIds.supervisorId, by: 'staff', reason: 'The second time this month.' },
});

export const ConcernOpened = event('ConcernOpened').of<{
  readonly concernId: string;
  readonly openedBy: string;
  /** Since version 2. */
  readonly by?: Voice;
}>({
  version: 2,
  upcast: { 1: unchanged },
  says: 'The owner of a concern read it: the alert is over.',
  example: { concernId: exampleIds.concernId, openedBy: exampleIds.coordinatorId, by: 'staff' },
});

export const resolutions = ['resolved', 'no-further-action', 'passed-on'] as const;
export type Resolution = (typeof resolutions)[number];

export const ConcernResolved = event('ConcernResolved').of<{
  readonly concernId: string;
  readonly resolution: Resolution;
  /** Since version 2. */
  readonly by?: Voice;
  readonly note?: Personal<string>;
}>({
  version: 2,
  upcast: { 1: unchanged },
  personal: { note: mentee },
  says: 'A concern was seen to.',
  example: { concernId: exampleIds.concernId, resolution: 'resolved', by: 'staff', note: 'A place in the shelter was found.' },
});

export const concernEvents = [ConcernRaised, ConcernEscalated, ConcernOpened, ConcernResolved] as const;
