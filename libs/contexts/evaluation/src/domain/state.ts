import type { ContactChannel, JourneyOutcome, RelationshipEnding, SafeContact } from '@alongside/contracts';
import type { Personal } from '@alongside/event-sourcing';
import type { Asked, DeclineReason, GoalOutcome, ResponseChannel, Voice } from './events.js';
import type { EndStage, HeardGoal } from './heard-events.js';
import type { Answers, Audience, Occasion } from './questions.js';

export interface Relationship {
  readonly relationshipId: string;
  readonly supporterId: string;
  /** When it was introduced; of one whose end was heard first, when it ended. */
  readonly at: string;
  readonly end?: { readonly ending: RelationshipEnding; readonly wantsAnother: boolean; readonly at: string };
}

export interface Ended {
  readonly stage: EndStage;
  readonly outcome: JourneyOutcome;
  readonly afterRelationship: boolean;
  readonly relationshipIds: readonly string[];
  readonly at: string;
}

/** What was heard from elsewhere, in whatever order. */
export interface Known {
  readonly organisationId: string;
  readonly siteId?: string;
  readonly personId?: string;
  readonly beganAt?: string;
  readonly coordinatorId?: string;
  readonly safeContact?: Personal<SafeContact>;
  /** Revisions at the source; -1: not heard. */
  readonly heardAt: { readonly site: number; readonly person: number; readonly coordinator: number; readonly safeContact: number; readonly goals: number };
  readonly relationships: readonly Relationship[];
  readonly goals: readonly HeardGoal[];
  readonly concerns: Readonly<Record<string, { readonly status: 'open' | 'resolved'; readonly sourceRevision: number; readonly aboutId?: string }>>;
  readonly ended?: Ended;
  /** The death that was heard of was none. */
  readonly deathCorrected?: true;
  readonly withdrawnAt?: string;
}

/** When something was said or done, whose word it was, and who of the staff took it down. */
export interface Told {
  readonly at: string;
  readonly by?: Voice;
  readonly takenDownBy?: string;
}

/** `replaced` by another link, `declined`, or `cancelled` because nobody is to be asked any more. */
export type InvitationStatus = 'open' | 'answered' | 'expired' | 'declined' | 'replaced' | 'cancelled';

export interface Invitation extends Asked, Omit<Told, 'at'> {
  readonly invitationId: string;
  readonly channel: ContactChannel;
  readonly invitedAt: string;
  readonly expiresAt: string;
  readonly expiresOn: string;
  readonly status: InvitationStatus;
}

export interface Response extends Asked {
  readonly responseId: string;
  readonly invitationId?: string;
  readonly channel: ResponseChannel;
  readonly complete: boolean;
  readonly answered: readonly string[];
  readonly answers: Personal<Answers>;
  readonly by: Voice;
  readonly takenDownBy?: string;
  readonly at: string;
  readonly pairedWith?: string;
  readonly read: boolean;
  /** When, and by whom. */
  readonly readTold?: Told;
}

export interface Decline {
  readonly occasion: Occasion;
  readonly audience: Audience;
  readonly reason: DeclineReason;
  readonly by: Voice;
  readonly takenDownBy?: string;
  readonly at: string;
}

export interface Outcomes {
  readonly goals: Readonly<Record<string, GoalOutcome>>;
  readonly goalsTold: Readonly<Record<string, Told>>;
  readonly view?: Personal<string>;
  readonly viewTold?: Told;
}

export interface Story {
  readonly known: Known;
  readonly invitations: Readonly<Record<string, Invitation>>;
  readonly responses: Readonly<Record<string, Response>>;
  /** By `askedKey`. */
  readonly declined: Readonly<Record<string, Decline>>;
  readonly outcomes?: Outcomes;
}

export type HeardStory = Story & { readonly status: 'heard' };
export type OpenStory = Story & { readonly status: 'open'; readonly openedAt: string };
export type ClosedStory = Story & { readonly status: 'closed'; readonly openedAt?: string; readonly outcome: JourneyOutcome; readonly closedOn: string; readonly closed: Told };
/** `heard`: words of others came before the evaluation opened. */
export type Evaluation = { readonly status: 'unknown' } | HeardStory | OpenStory | ClosedStory;

export const askedKey = (occasion: Occasion, audience: Audience): string => `${occasion}/${audience}`;

export const firstHeard = (organisationId: string): HeardStory => ({
  status: 'heard',
  known: { organisationId, heardAt: { site: -1, person: -1, coordinator: -1, safeContact: -1, goals: -1 }, relationships: [], goals: [], concerns: {} },
  invitations: {},
  responses: {},
  declined: {},
});

export const openConcerns = ({ concerns }: Known): number => Object.values(concerns).filter((each) => each.status === 'open').length;

/** Those that this person may hear of: none that are about them. */
export const openConcernsFor = ({ concerns }: Known, userId: string): number =>
  Object.values(concerns).filter((each) => each.status === 'open' && each.aboutId !== userId).length;

/** What is known of one supporter's relationships alone. */
export const ofSupporter = (known: Known, supporterId: string): Known => ({ ...known, relationships: known.relationships.filter((each) => each.supporterId === supporterId) });

/** The relationship that began last: its supporter is the one who may be asked. */
export const lastRelationship = ({ relationships }: Known): Relationship | undefined =>
  relationships.reduce<Relationship | undefined>((last, each) => (last === undefined || each.at > last.at ? each : last), undefined);

export const hasLive = ({ relationships }: Known): boolean => relationships.some((each) => each.end === undefined);

export const wasLiveAt = ({ relationships }: Known, moment: string): boolean =>
  relationships.some((each) => each.end === undefined || (each.at <= moment && moment <= each.end.at));

export const invitationsFor = (story: Story, occasion: Occasion, audience: Audience): readonly Invitation[] =>
  Object.values(story.invitations).filter((each) => each.occasion === occasion && each.audience === audience);

export const responsesFor = (story: Story, occasion: Occasion, audience: Audience): readonly Response[] =>
  Object.values(story.responses).filter((each) => each.occasion === occasion && each.audience === audience);

export type AnswerStatus = 'answered' | 'invited' | 'declined' | 'expired' | 'not-asked';

/** How it stands with asking for one occasion: an open link counts before an earlier no. */
export function answerStatus(story: Story, occasion: Occasion, audience: Audience): AnswerStatus {
  if (responsesFor(story, occasion, audience).some((each) => each.complete)) return 'answered';
  const invitations = invitationsFor(story, occasion, audience);
  if (invitations.some((each) => each.status === 'open')) return 'invited';
  if (story.declined[askedKey(occasion, audience)]) return 'declined';
  return invitations.some((each) => each.status === 'expired') ? 'expired' : 'not-asked';
}
