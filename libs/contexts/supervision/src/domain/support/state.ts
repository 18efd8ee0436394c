import type { DisclosedToSupporter, Disclosure, RelationshipEnding, SafeContact } from '@alongside/contracts';
import { InvalidField, mustBe, refuseUnless, type Command, type Decider, type DomainEvent, type Occurred, type Personal } from '@alongside/event-sourcing';
import type { ConcernSubject, Resolution, Severity } from './concern-events.js';
import type { GoalRating } from './goal-events.js';
import type { Stop } from './journey-events.js';
import type { Course, LinkKind, MissedReach } from './link-events.js';
import type { ComplaintOutcome, ComplaintSubject } from './query-events.js';
import type { GroundRules, PauseReason } from './relationship-events.js';
import type { HeldSession, MissedSession } from './session-events.js';
import type { SharedCategory, harmException } from './sharing-events.js';
import type { Voice } from '../voice.js';

/** What is known of the journey; each fact with the revision at its source that it was true at. */
export interface Journey {
  readonly organisationId: string;
  readonly siteId?: string;
  readonly personId?: string;
  readonly beganAt?: string;
  readonly coordinatorId?: string;
  readonly knownAs?: Personal<string>;
  readonly safeContact?: Personal<SafeContact>;
  readonly disclosure?: Personal<Disclosure>;
  readonly heardAt: { readonly site: number; readonly person: number; readonly coordinator: number; readonly safeContact: number; readonly knownAs: number; readonly disclosure: number };
  readonly stops: readonly Stop[];
}

/** A rest: why it began, and how it ended where it did. */
export interface Pause {
  readonly pausedAt: string;
  readonly reviewOn: string;
  readonly reason: Personal<PauseReason>;
  readonly by: Voice;
  readonly note?: Personal<string>;
  readonly resumed?: { readonly at: string; readonly by: Voice; readonly note?: Personal<string> };
}

export interface RelationshipFacts {
  readonly relationshipId: string;
  readonly supporterId: string;
  readonly supervisorId?: string;
  readonly contactPersonId: string;
  readonly personId: string;
  readonly siteId: string;
  readonly beganAt: string;
  readonly openedOn: string;
  readonly firstMeetingAt?: string;
  readonly firstMeetingPlace?: Personal<string>;
  readonly disclosed: Personal<DisclosedToSupporter>;
  /** Every rest, the latest last. */
  readonly pauses: readonly Pause[];
  readonly groundRules?: { readonly agreedAt: string; readonly by: Voice; readonly rules: Personal<GroundRules> };
  readonly sessionsHeld: number;
}

export type Relationship = RelationshipFacts &
  (
    | { readonly status: 'open' }
    | { readonly status: 'paused'; readonly reviewOn: string; readonly reason: Personal<PauseReason>; readonly note?: Personal<string> }
    | {
        readonly status: 'ended';
        readonly ending: RelationshipEnding;
        readonly wantsAnother: boolean;
        readonly endedOn: string;
        readonly endedBy: Voice;
        readonly goodbyes?: { readonly mentee: boolean; readonly supporter: boolean };
        readonly lessons?: Personal<readonly string[]>;
        readonly note?: Personal<string>;
      }
  );
export type LiveRelationship = Exclude<Relationship, { status: 'ended' }>;

export interface Goal {
  readonly goalId: string;
  readonly title: Personal<string>;
  readonly plan?: Personal<readonly string[]>;
  readonly setAt: string;
  readonly reviews: readonly { readonly reviewedAt: string; readonly review: Personal<GoalRating> }[];
}

export interface Corrected {
  readonly recordedAt: string;
  readonly recordedBy: string;
  readonly reason?: Personal<string>;
}

/** A session as it stands, with every earlier entry. */
export type Session = { readonly recordedAt: string; readonly earlier: readonly (HeldSession & { readonly replaced: Corrected })[] } & (
  | ({ readonly status: 'held' } & HeldSession)
  | ({ readonly status: 'missed' } & MissedSession)
);

export interface Link {
  readonly linkId: string;
  readonly relationshipId: string;
  readonly madeAt: string;
  readonly kind: LinkKind | 'signpost';
  readonly serviceId?: string;
  readonly by: Voice;
  readonly details?: Personal<unknown>;
}

export interface Feedback {
  readonly feedbackId: string;
  readonly relationshipId: string;
  readonly reportedAt: string;
  readonly course: Course;
  readonly note?: Personal<string>;
}

export interface CheckIn {
  readonly checkInId: string;
  readonly relationshipId?: string;
  readonly at: string;
  /** Staff id of who asked. */
  readonly checkedInBy: string;
  readonly by: Voice;
  readonly startedByMentee: boolean;
  readonly reached: boolean;
  readonly outcome?: MissedReach;
  readonly channel: string;
  readonly report?: Personal<unknown>;
}

/** What a concern became by escalating. */
export interface Escalation {
  readonly at: string;
  readonly by: string;
  readonly severity: Severity;
  readonly safeguarding: boolean;
  readonly ownerId: string;
  readonly reason?: Personal<string>;
}

export interface ConcernFacts {
  readonly concernId: string;
  readonly relationshipId?: string;
  readonly raisedAt: string;
  readonly raisedBy: string;
  readonly by: Voice;
  readonly severity: Severity;
  readonly safeguarding: boolean;
  readonly about: ConcernSubject;
  readonly aboutId?: string;
  readonly ownerId: string;
  /** Owners who have read it. */
  readonly openedBy: readonly string[];
  readonly text: Personal<string>;
  readonly escalations: readonly Escalation[];
}
export type Concern = ConcernFacts &
  ({ readonly status: 'open' } | { readonly status: 'resolved'; readonly resolvedAt: string; readonly resolvedBy: string; readonly resolution: Resolution; readonly note?: Personal<string> });

export interface QueryFacts {
  readonly queryId: string;
  readonly ownerId: string;
  readonly raisedBy: string;
  readonly raisedAt: string;
  readonly by: Voice;
  readonly text: Personal<string>;
}
export type Query = QueryFacts & ({ readonly status: 'open' } | { readonly status: 'answered'; readonly answeredAt: string; readonly answeredBy: string; readonly answer: Personal<string> });

export interface ComplaintFacts {
  readonly complaintId: string;
  readonly about: ComplaintSubject;
  readonly aboutId?: string;
  readonly ownerId: string;
  readonly madeAt: string;
  readonly takenDownBy: string;
  readonly by: Voice;
  readonly text: Personal<string>;
}
export type Complaint = ComplaintFacts &
  ({ readonly status: 'open' } | { readonly status: 'resolved'; readonly resolvedAt: string; readonly resolvedBy: string; readonly outcome: ComplaintOutcome; readonly note?: Personal<string> });

export interface Authorisation {
  readonly authorisationId: string;
  readonly categories: readonly SharedCategory[];
  readonly until?: string;
  readonly authorisedAt: string;
  readonly takenDownBy: string;
  readonly authorisation: Personal<unknown>;
  readonly withdrawnAt?: string;
  readonly withdrawnBy?: Voice;
}

export interface Disclosed {
  readonly disclosureId: string;
  readonly disclosedAt: string;
  readonly disclosedBy: string;
  readonly categories: readonly SharedCategory[];
  readonly authorisationId?: string;
  /** The one reason to tell without an authorisation. */
  readonly exception?: typeof harmException;
  readonly flagged: boolean;
  readonly reviewed: boolean;
  /** How a supervisor saw it. */
  readonly review?: { readonly at: string; readonly by: string; readonly note?: Personal<string> };
  readonly details: Personal<unknown>;
}

type ById<T> = Readonly<Record<string, T>>;

export interface KnownSupport {
  readonly status: 'known';
  readonly journey: Journey;
  /** The latest relationship, live or ended. */
  readonly currentId?: string;
  readonly relationships: ById<Relationship>;
  readonly sessions: ById<Session>;
  readonly goals: readonly Goal[];
  readonly links: readonly Link[];
  readonly feedback: readonly Feedback[];
  readonly checkIns: readonly CheckIn[];
  readonly concerns: ById<Concern>;
  readonly queries: ById<Query>;
  readonly complaints: ById<Complaint>;
  readonly authorisations: ById<Authorisation>;
  readonly disclosures: ById<Disclosed>;
}

/** A mentee's support: from the first referral on, since a worry can be told at any time. */
export type Support = { readonly status: 'unknown' } | KnownSupport;

export const unknownSupport = (): Support => ({ status: 'unknown' });

export const firstHeard = (organisationId: string): KnownSupport => ({
  status: 'known',
  journey: { organisationId, heardAt: { site: -1, person: -1, coordinator: -1, safeContact: -1, knownAs: -1, disclosure: -1 }, stops: [] },
  relationships: {},
  sessions: {},
  goals: [],
  links: [],
  feedback: [],
  checkIns: [],
  concerns: {},
  queries: {},
  complaints: {},
  authorisations: {},
  disclosures: {},
});

export const currentRelationship = (state: KnownSupport): Relationship | undefined => (state.currentId === undefined ? undefined : state.relationships[state.currentId]);

export function liveRelationship(state: Support): LiveRelationship | undefined {
  const current = state.status === 'known' ? currentRelationship(state) : undefined;
  return current === undefined || current.status === 'ended' ? undefined : current;
}

/** Whether somebody supports this mentee, or did, whatever other role they may hold. */
export const isTheirSupporter = (state: KnownSupport, userId: string): boolean => Object.values(state.relationships).some((each) => each.supporterId === userId);

/** What can be written on a journey: nothing any more once the person was erased. */
export function writable(state: Support): KnownSupport {
  const known = mustBe(state, 'known');
  refuseUnless(!known.journey.stops.includes('erased'), 'person-erased');
  return known;
}

/** The live relationship that a command is about. */
export function mustBeLive(state: KnownSupport, relationshipId?: string): LiveRelationship {
  if (relationshipId !== undefined && !state.relationships[relationshipId]) throw new InvalidField([{ path: 'relationshipId', code: 'unknown' }]);
  const live = liveRelationship(state);
  refuseUnless(live && (relationshipId === undefined || relationshipId === live.relationshipId), 'no-relationship');
  return live;
}

/** One concern of the decider: its commands and its events, over the whole state. */
export interface SupportPart<C extends Command, E extends DomainEvent> {
  readonly decide: Decider<Support, C, E>['decide'];
  readonly evolve: Decider<Support, C, E>['evolve'];
}

export const supportPart = <C extends Command, E extends DomainEvent>(part: SupportPart<C, E>): SupportPart<C, E> => part;

/** A step that changes a state that is known, as every state after the first event is. */
export const onKnown =
  <E extends DomainEvent>(change: (state: KnownSupport, event: Occurred<E>) => KnownSupport) =>
  (state: Support, event: Occurred<E>): Support =>
    state.status === 'known' ? change(state, event) : state;

/** The record with one entry changed, where there is one. */
export function changed<T>(entries: ById<T>, id: string, change: (entry: T) => T): ById<T> {
  const entry = entries[id];
  return entry === undefined ? entries : { ...entries, [id]: change(entry) };
}
