import type { Disclosure, SafeContact } from '@alongside/contracts';
import { event, mentee, unchanged, type Personal } from '@alongside/event-sourcing';
import { exampleIds } from '../example-ids.js';

export interface JourneyFacts {
  readonly organisationId: string;
  readonly journeyId: string;
  readonly siteId?: string;
  readonly personId?: string;
  readonly beganAt?: string;
  readonly coordinatorId?: string;
  readonly knownAs?: Personal<string>;
  readonly safeContact?: Personal<SafeContact>;
  /** What was known of safe contact is somebody else's: nothing holds. Since version 2. */
  readonly safeContactTakenBack?: true;
  /** What a supporter may be told, as the mentee said last. */
  readonly disclosure?: Personal<Disclosure>;
  /** Revision of the stream that told it, referrals' or assessment's: older facts never undo newer ones. */
  readonly sourceRevision: number;
}

export const JourneyFactsHeard = event('JourneyFactsHeard').of<JourneyFacts>({
  version: 2,
  upcast: { 1: unchanged },
  personal: { knownAs: mentee, safeContact: mentee, disclosure: mentee },
  says: 'What others told about the journey: its site, its coordinator, how the mentee may be reached, what a supporter may be told.',
  example: {
    organisationId: exampleIds.organisationId,
    journeyId: exampleIds.journeyId,
    siteId: exampleIds.siteId,
    personId: exampleIds.personId,
    beganAt: '2026-01-12T09:00:00.000Z',
    coordinatorId: exampleIds.coordinatorId,
    knownAs: 'Rowan',
    safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'] },
    disclosure: { 'first-name': 'before-accepting', interests: 'after-accepting' },
    sourceRevision: 4,
  },
});

export type Stop = 'withdrawn' | 'closed' | 'died' | 'erased';

export const JourneyStopped = event('JourneyStopped').of<{ readonly organisationId: string; readonly siteId?: string; readonly because: Stop }>({
  says: 'The journey was left or closed, or the mentee died or was erased: no relationship stays open. Worries do.',
  example: { organisationId: exampleIds.organisationId, siteId: exampleIds.siteId, because: 'closed' },
});

export const SupervisorNamed = event('SupervisorNamed').of<{ readonly supporterId: string; readonly supervisorId: string }>({
  says: "Who supervises the supporter of this relationship: who may see its worries.",
  example: { supporterId: exampleIds.supporterId, supervisorId: exampleIds.supervisorId },
});

export const journeyEvents = [JourneyFactsHeard, JourneyStopped, SupervisorNamed] as const;
