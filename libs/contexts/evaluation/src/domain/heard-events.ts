import type { JourneyOutcome, RelationshipEnding, SafeContact } from '@alongside/contracts';
import { event, mentee, unchanged, type Personal } from '@alongside/event-sourcing';
import { exampleIds } from './example-ids.js';

/** What every word from elsewhere says about the journey. */
export interface JourneyPlace {
  readonly organisationId: string;
  readonly siteId?: string;
  readonly personId?: string;
  readonly beganAt?: string;
}

const place = { organisationId: exampleIds.organisationId, siteId: exampleIds.siteId, personId: exampleIds.personId, beganAt: '2026-01-12T09:00:00.000Z' };

export interface Facts extends JourneyPlace {
  readonly coordinatorId?: string;
  readonly safeContact?: Personal<SafeContact>;
  /** What was known of safe contact is somebody else's: nothing holds. Since version 2. */
  readonly safeContactTakenBack?: true;
  /** Where the journey belonged when this was decided; counts until the site itself is told. */
  readonly fromSiteId?: string;
  /** Revision of the referral's stream at which this was so: older facts never undo newer ones. */
  readonly sourceRevision: number;
}

export const EvaluationFactsHeard = event('EvaluationFactsHeard').of<Facts>({
  version: 2,
  upcast: { 1: unchanged },
  personal: { safeContact: mentee },
  says: 'What referrals told: the site, the named contact, how the mentee may be reached.',
  example: { ...place, coordinatorId: exampleIds.staffId, safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'] }, sourceRevision: 4 },
});

export interface HeardRelationship extends JourneyPlace {
  readonly relationshipId: string;
  readonly supporterId: string;
}

export const EvaluationRelationshipHeard = event('EvaluationRelationshipHeard').of<HeardRelationship>({
  says: 'Mentee and supporter were introduced.',
  example: { ...place, relationshipId: exampleIds.relationshipId, supporterId: exampleIds.supporterId },
});

export interface HeardRelationshipEnd extends HeardRelationship {
  readonly ending: RelationshipEnding;
  readonly wantsAnother: boolean;
}

export const EvaluationRelationshipEndHeard = event('EvaluationRelationshipEndHeard').of<HeardRelationshipEnd>({
  says: 'A relationship ended: unless another is wanted, the final evaluation is asked for.',
  example: { ...place, relationshipId: exampleIds.relationshipId, supporterId: exampleIds.supporterId, ending: 'planned', wantsAnother: false },
});

export interface HeardGoal {
  readonly goalId: string;
  readonly title: Personal<string>;
}

export const EvaluationGoalsHeard = event('EvaluationGoalsHeard').of<JourneyPlace & { readonly goals: readonly HeardGoal[]; readonly sourceRevision: number }>({
  personal: { 'goals.*.title': mentee },
  says: "The mentee's goals, the whole latest list: what outcomes are recorded on.",
  example: { organisationId: exampleIds.organisationId, goals: [{ goalId: exampleIds.goalId, title: 'Go out on my own again' }], sourceRevision: 3 },
});

export interface HeardConcern extends JourneyPlace {
  readonly concernId: string;
  readonly status: 'open' | 'resolved';
  /** The supporter or staff member whom it is about: they are never told that there is one. */
  readonly aboutId?: string;
  readonly sourceRevision: number;
}

export const EvaluationConcernHeard = event('EvaluationConcernHeard').of<HeardConcern>({
  says: 'A concern is open or resolved: the closing waits for open ones.',
  example: { organisationId: exampleIds.organisationId, concernId: exampleIds.concernId, status: 'open', sourceRevision: 2 },
});

/** Where the journey ended. */
export type EndStage = 'referral' | 'assessment' | 'waiting' | 'death' | 'erasure';

export interface HeardEnd extends JourneyPlace {
  readonly stage: EndStage;
  readonly outcome: JourneyOutcome;
  /** Waiting that ended after a relationship: the final evaluation is still asked for. */
  readonly afterRelationship: boolean;
  /** Relationships that were known where it ended: nothing closes before the end of each is heard. */
  readonly relationshipIds?: readonly string[];
}

export const EvaluationJourneyEndHeard = event('EvaluationJourneyEndHeard').of<HeardEnd>({
  says: 'The journey ended elsewhere: it closes at once, or after the final evaluation where there was a relationship.',
  example: { ...place, stage: 'assessment', outcome: 'signposted', afterRelationship: false },
});

export const EvaluationDeathCorrectionHeard = event('EvaluationDeathCorrectionHeard').of<JourneyPlace>({
  says: 'The death was written down by mistake: what closed by it is called a death no more, and the mentee may be asked again.',
  example: { organisationId: exampleIds.organisationId },
});

export const EvaluationWithdrawalHeard = event('EvaluationWithdrawalHeard').of<JourneyPlace>({
  says: 'The person leaves: once the final evaluation is due, they are not asked any more.',
  example: { organisationId: exampleIds.organisationId },
});

export const heardEvents = [
  EvaluationFactsHeard,
  EvaluationRelationshipHeard,
  EvaluationRelationshipEndHeard,
  EvaluationGoalsHeard,
  EvaluationConcernHeard,
  EvaluationJourneyEndHeard,
  EvaluationDeathCorrectionHeard,
  EvaluationWithdrawalHeard,
] as const;
