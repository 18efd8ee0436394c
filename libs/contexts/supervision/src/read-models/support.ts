import type { DisclosedToSupporter } from '@alongside/contracts';
import type { Personal, RecordedEvent } from '@alongside/event-sourcing';
import { idOf, readModel, update, when } from '@alongside/read-models';
import { ConcernEscalated, ConcernOpened, ConcernRaised, ConcernResolved, type Severity } from '../domain/support/concern-events.js';
import { GoalReviewed, GoalsSet } from '../domain/support/goal-events.js';
import { JourneyFactsHeard, JourneyStopped, SupervisorNamed, type Stop } from '../domain/support/journey-events.js';
import { mergeFacts } from '../domain/support/journey.js';
import { MenteeCheckedIn, RelationshipFeedbackReported, type Course } from '../domain/support/link-events.js';
import { ComplaintMade, ComplaintResolved, OwnershipTaken, QueryAnswered, QueryRaised } from '../domain/support/query-events.js';
import { GroundRulesAgreed, RelationshipEnded, RelationshipOpened, RelationshipPaused, RelationshipResumed } from '../domain/support/relationship-events.js';
import { SessionCorrected, SessionLogged } from '../domain/support/session-events.js';
import { DisclosureReviewed, InformationDisclosed } from '../domain/support/sharing-events.js';
import { firstHeard, type Journey } from '../domain/support/state.js';

export interface RelationshipView {
  readonly relationshipId: string;
  readonly supporterId: string;
  readonly contactPersonId: string;
  readonly status: 'open' | 'paused';
  readonly openedOn: string;
  readonly firstMeetingAt?: string;
  readonly firstMeetingPlace?: Personal<string>;
  readonly reviewOn?: string;
  readonly disclosed: Personal<DisclosedToSupporter>;
  readonly groundRulesAgreed: boolean;
  readonly sessions: number;
  /** The latest ten, the latest first: a correction may move one. */
  readonly recentSessions: readonly { readonly sessionId: string; readonly heldOn: string }[];
  readonly feedback?: { readonly course: Course; readonly at: string };
  readonly checkedInAt?: string;
}

/** Something that somebody has to see to, while it is open. */
export interface OpenMatter {
  readonly id: string;
  readonly since: string;
  readonly ownerId: string;
  readonly aboutId?: string;
}

export interface OpenConcern extends OpenMatter {
  readonly severity: Severity;
  readonly safeguarding: boolean;
  readonly openedBy: readonly string[];
}

export interface FlaggedDisclosure {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly reviewed: boolean;
}

export interface SupportDocument {
  readonly organisationId: string;
  readonly journeyId: string;
  readonly journey: Journey;
  readonly siteId?: string;
  /** Of the live relationship. */
  readonly supporterId?: string;
  /** Of the supporter of the latest relationship. */
  readonly supervisorId?: string;
  readonly relationship?: RelationshipView;
  readonly goals: { readonly set: number; readonly lookedAt?: string };
  readonly concerns: readonly OpenConcern[];
  readonly queries: readonly OpenMatter[];
  readonly complaints: readonly OpenMatter[];
  readonly disclosures: readonly FlaggedDisclosure[];
  /** Something is going on, or somebody has to see to something. */
  readonly attention: boolean;
  readonly flagged: boolean;
}

const fresh = (event: RecordedEvent<string, unknown>): SupportDocument => ({
  organisationId: event.metadata.organisationId,
  journeyId: event.stream.slice('support-'.length),
  journey: firstHeard(event.metadata.organisationId).journey,
  goals: { set: 0 },
  concerns: [],
  queries: [],
  complaints: [],
  disclosures: [],
  attention: false,
  flagged: false,
});

/** The same document with what is looked up by kept true. */
function settled(document: SupportDocument): SupportDocument {
  const { siteId: _siteId, supporterId: _supporterId, ...rest } = document;
  const { relationship, concerns, queries, complaints, disclosures, journey } = document;
  return {
    ...rest,
    ...(journey.siteId !== undefined && { siteId: journey.siteId }),
    ...(relationship && { supporterId: relationship.supporterId }),
    attention: relationship !== undefined || concerns.length + queries.length + complaints.length > 0 || disclosures.some((each) => !each.reviewed),
    flagged: disclosures.length > 0,
  };
}

const inRelationship = (document: SupportDocument, relationshipId: string | undefined, change: (relationship: RelationshipView) => RelationshipView): SupportDocument =>
  document.relationship && document.relationship.relationshipId === relationshipId ? settled({ ...document, relationship: change(document.relationship) }) : document;

const latest = (sessions: RelationshipView['recentSessions']): RelationshipView['recentSessions'] =>
  [...sessions].sort((one, other) => (one.heldOn < other.heldOn ? 1 : -1)).slice(0, 10);

const later = (one: string | undefined, other: string): string => (one !== undefined && one > other ? one : other);

const added = <T extends { readonly id: string }>(list: readonly T[], item: T): readonly T[] => [...list.filter((each) => each.id !== item.id), item];
const without = <T extends { readonly id: string }>(list: readonly T[], id: string): readonly T[] => list.filter((each) => each.id !== id);
const changed = <T extends { readonly id: string }>(list: readonly T[], id: string, change: Partial<T>): readonly T[] =>
  list.map((each) => (each.id === id ? { ...each, ...change } : each));

/** Nobody can answer any more what an erased person asked. */
const stopped = (document: SupportDocument, because: Stop): SupportDocument => (because === 'erased' ? { ...document, queries: [], complaints: [] } : document);

export const supportModel = readModel<SupportDocument>({
  name: 'supervision.support',
  version: 3,
  says: 'Each journey as supervision sees it: its live relationship, open worries, what has to be looked at.',
  streams: ['support-'],
  documentOf: (event) => idOf(event, 'support'),
  indexes: [['attention', 'siteId'], ['attention', 'supervisorId'], ['supporterId'], ['flagged']],
  on: [
    when(JourneyFactsHeard, (document, event) => {
      const known = document ?? fresh(event);
      return settled({ ...known, journey: mergeFacts(known.journey, event.data) });
    }),
    when(JourneyStopped, (document, event) => {
      const known = stopped(document ?? fresh(event), event.data.because);
      const siteId = known.journey.siteId ?? event.data.siteId;
      const stops = [...known.journey.stops.filter((each) => each !== event.data.because), event.data.because];
      return settled({ ...known, journey: { ...known.journey, ...(siteId !== undefined && { siteId }), stops } });
    }),
    update(SupervisorNamed, (document, { data }) => settled({ ...document, supervisorId: data.supervisorId })),
    when(RelationshipOpened, (document, event) => {
      const { supervisorId: _former, ...known } = document ?? fresh(event);
      const { relationshipId, supporterId, contactPersonId, openedOn, firstMeetingAt, firstMeetingPlace, disclosed, siteId, personId, beganAt, knownAs } = event.data;
      const name = known.journey.knownAs ?? knownAs;
      return settled({
        ...known,
        journey: {
          ...known.journey,
          siteId: known.journey.siteId ?? siteId,
          personId: known.journey.personId ?? personId,
          beganAt: known.journey.beganAt ?? beganAt,
          ...(name !== undefined && { knownAs: name }),
        },
        relationship: {
          relationshipId,
          supporterId,
          contactPersonId,
          status: 'open',
          openedOn,
          ...(firstMeetingAt !== undefined && { firstMeetingAt }),
          ...(firstMeetingPlace !== undefined && { firstMeetingPlace }),
          disclosed,
          groundRulesAgreed: false,
          sessions: 0,
          recentSessions: [],
        },
      });
    }),
    update(GroundRulesAgreed, (document, { data }) => inRelationship(document, data.relationshipId, (each) => ({ ...each, groundRulesAgreed: true }))),
    update(RelationshipPaused, (document, { data }) => inRelationship(document, data.relationshipId, (each) => ({ ...each, status: 'paused', reviewOn: data.reviewOn }))),
    update(RelationshipResumed, (document, { data }) =>
      inRelationship(document, data.relationshipId, ({ reviewOn: _reviewOn, ...each }) => ({ ...each, status: 'open' })),
    ),
    update(RelationshipEnded, (document, { data }) => {
      const { relationship, ...rest } = document;
      return relationship?.relationshipId === data.relationshipId ? settled(rest) : document;
    }),
    update(SessionLogged, (document, { data }) =>
      inRelationship(document, data.relationshipId, (each) => {
        if (each.recentSessions.some((session) => session.sessionId === data.sessionId)) return each;
        const session = { sessionId: data.sessionId, heldOn: data.heldOn };
        return { ...each, sessions: each.sessions + 1, recentSessions: latest([session, ...each.recentSessions]) };
      }),
    ),
    update(SessionCorrected, (document, { data }) =>
      inRelationship(document, data.relationshipId, (each) => ({
        ...each,
        recentSessions: latest(each.recentSessions.map((session) => (session.sessionId === data.sessionId ? { ...session, heldOn: data.heldOn } : session))),
      })),
    ),
    update(RelationshipFeedbackReported, (document, { data, metadata }) =>
      inRelationship(document, data.relationshipId, (each) =>
        each.feedback && each.feedback.at > metadata.occurredAt ? each : { ...each, feedback: { course: data.course, at: metadata.occurredAt } },
      ),
    ),
    update(MenteeCheckedIn, (document, { data, metadata }) =>
      data.reached ? inRelationship(document, data.relationshipId, (each) => ({ ...each, checkedInAt: later(each.checkedInAt, metadata.occurredAt) })) : document,
    ),
    update(GoalsSet, (document, { data, metadata }) => ({
      ...document,
      goals: { set: data.goals.length, lookedAt: later(document.goals.lookedAt, metadata.occurredAt) },
    })),
    update(GoalReviewed, (document, { metadata }) => ({ ...document, goals: { ...document.goals, lookedAt: later(document.goals.lookedAt, metadata.occurredAt) } })),
    update(ConcernRaised, (document, { data, metadata }) => {
      const { concernId: id, severity, safeguarding, ownerId, aboutId } = data;
      const concern = { id, since: metadata.occurredAt, severity, safeguarding, ownerId, ...(aboutId !== undefined && { aboutId }), openedBy: [] };
      return settled({ ...document, concerns: added(document.concerns, concern) });
    }),
    update(ConcernEscalated, (document, { data, metadata }) => {
      const { severity, safeguarding, ownerId } = data;
      const openedBy = metadata.actor.id === ownerId ? [ownerId] : [];
      return { ...document, concerns: changed(document.concerns, data.concernId, { severity, safeguarding, ownerId, openedBy }) };
    }),
    update(ConcernOpened, (document, { data }) => ({
      ...document,
      concerns: document.concerns.map((each) =>
        each.id === data.concernId ? { ...each, openedBy: [...each.openedBy.filter((by) => by !== data.openedBy), data.openedBy] } : each,
      ),
    })),
    update(ConcernResolved, (document, { data }) => settled({ ...document, concerns: without(document.concerns, data.concernId) })),
    update(QueryRaised, (document, { data, metadata }) =>
      settled({ ...document, queries: added(document.queries, { id: data.queryId, since: metadata.occurredAt, ownerId: data.ownerId }) }),
    ),
    update(QueryAnswered, (document, { data }) => settled({ ...document, queries: without(document.queries, data.queryId) })),
    update(ComplaintMade, (document, { data, metadata }) => {
      const complaint = { id: data.complaintId, since: metadata.occurredAt, ownerId: data.ownerId, ...(data.aboutId !== undefined && { aboutId: data.aboutId }) };
      return settled({ ...document, complaints: added(document.complaints, complaint) });
    }),
    update(ComplaintResolved, (document, { data }) => settled({ ...document, complaints: without(document.complaints, data.complaintId) })),
    update(OwnershipTaken, (document, { data, metadata }) => {
      const { matter, matterId, ownerId } = data;
      if (matter === 'query') return { ...document, queries: changed(document.queries, matterId, { ownerId }) };
      if (matter === 'complaint') return { ...document, complaints: changed(document.complaints, matterId, { ownerId }) };
      return { ...document, concerns: changed(document.concerns, matterId, { ownerId, openedBy: metadata.actor.id === ownerId ? [ownerId] : [] }) };
    }),
    update(InformationDisclosed, (document, { data, metadata }) => {
      if (!data.flagged) return document;
      const disclosure = { id: data.disclosureId, at: metadata.occurredAt, by: metadata.actor.id, reviewed: false };
      return settled({ ...document, disclosures: added(document.disclosures, disclosure) });
    }),
    update(DisclosureReviewed, (document, { data }) => settled({ ...document, disclosures: changed(document.disclosures, data.disclosureId, { reviewed: true }) })),
  ],
});
