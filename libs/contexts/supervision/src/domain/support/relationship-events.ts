import type { DisclosedToSupporter, RelationshipEnding } from '@alongside/contracts';
import { event, mentee, unchanged, type Personal } from '@alongside/event-sourcing';
import { exampleIds } from '../example-ids.js';
import type { Voice } from '../voice.js';

export const RelationshipOpened = event('RelationshipOpened').of<{
  readonly organisationId: string;
  readonly siteId: string;
  readonly personId: string;
  readonly beganAt: string;
  readonly relationshipId: string;
  readonly supporterId: string;
  readonly contactPersonId: string;
  readonly openedOn: string;
  readonly firstMeetingAt?: string;
  /** Since version 2. */
  readonly firstMeetingPlace?: Personal<string>;
  readonly disclosed: Personal<DisclosedToSupporter>;
  readonly knownAs?: Personal<string>;
}>({
  version: 2,
  personal: { firstMeetingPlace: mentee, disclosed: mentee, knownAs: mentee },
  upcast: { 1: unchanged },
  says: 'Mentee and supporter were introduced: their relationship begins.',
  example: {
    organisationId: exampleIds.organisationId,
    siteId: exampleIds.siteId,
    personId: exampleIds.personId,
    beganAt: '2026-01-12T09:00:00.000Z',
    relationshipId: exampleIds.relationshipId,
    supporterId: exampleIds.supporterId,
    contactPersonId: exampleIds.coordinatorId,
    openedOn: '2026-02-16',
    firstMeetingAt: '2026-02-18T14:00:00.000Z',
    firstMeetingPlace: 'The library café',
    disclosed: { 'first-name': 'Rowan', interests: ['gardening'] },
    knownAs: 'Rowan',
  },
});

export interface GroundRules {
  readonly mutualConfidentiality: boolean;
  /** When what was said may be told on. */
  readonly exceptions: readonly string[];
  readonly boundaries: string;
  /** When and how the two reach each other. */
  readonly contact: string;
}

export const GroundRulesAgreed = event('GroundRulesAgreed').of<{
  readonly relationshipId: string;
  readonly by: Voice;
  readonly rules: Personal<GroundRules>;
}>({
  personal: { rules: mentee },
  says: 'Mentee and supporter agreed on confidentiality and its exceptions, boundaries and contact.',
  example: {
    relationshipId: exampleIds.relationshipId,
    by: 'supporter',
    rules: {
      mutualConfidentiality: true,
      exceptions: ['danger to life'],
      boundaries: 'We meet in public places and lend each other no money.',
      contact: 'Text messages between nine and six.',
    },
  },
});

export const pauseReasons = ['health', 'away', 'other-support-first', 'supporter-unavailable', 'wish-of-mentee', 'other'] as const;
export type PauseReason = (typeof pauseReasons)[number];

export const RelationshipPaused = event('RelationshipPaused').of<{
  readonly relationshipId: string;
  readonly reviewOn: string;
  readonly reason: Personal<PauseReason>;
  readonly by: Voice;
  readonly note?: Personal<string>;
}>({
  personal: { reason: mentee, note: mentee },
  says: 'The relationship rests, until somebody asks again on the review date.',
  example: { relationshipId: exampleIds.relationshipId, reviewOn: '2026-05-04', reason: 'away', by: 'mentee', note: 'With family until the end of April.' },
});

export const RelationshipResumed = event('RelationshipResumed').of<{ readonly relationshipId: string; readonly by: Voice; readonly note?: Personal<string> }>({
  personal: { note: mentee },
  says: 'The relationship goes on after a pause.',
  example: { relationshipId: exampleIds.relationshipId, by: 'mentee', note: 'Back, and glad to go on.' },
});

export const RelationshipEnded = event('RelationshipEnded').of<{
  readonly relationshipId: string;
  readonly supporterId: string;
  readonly ending: RelationshipEnding;
  readonly wantsAnother: boolean;
  readonly endedOn: string;
  readonly by: Voice;
  readonly goodbyes?: { readonly mentee: boolean; readonly supporter: boolean };
  readonly lessons?: Personal<readonly string[]>;
  readonly note?: Personal<string>;
}>({
  personal: { lessons: mentee, note: mentee },
  says: 'The relationship ended, why, and whether the mentee wants another supporter.',
  example: {
    relationshipId: exampleIds.relationshipId,
    supporterId: exampleIds.supporterId,
    ending: 'planned',
    wantsAnother: false,
    endedOn: '2026-08-31',
    by: 'mentee',
    goodbyes: { mentee: true, supporter: true },
    lessons: ['shared-interests-matter'],
    note: 'A last walk around the park.',
  },
});

export const relationshipEvents = [RelationshipOpened, GroundRulesAgreed, RelationshipPaused, RelationshipResumed, RelationshipEnded] as const;
