import { dateIn } from '@alongside/contracts';
import { InvalidField, refuseUnless, type CommandsOf, type EventOf, type EventsOf } from '@alongside/event-sourcing';
import { defined } from '../defined.js';
import { voiceOf, type Voice } from '../voice.js';
import { endedBy } from './endings.js';
import {
  GroundRulesAgreed,
  RelationshipEnded,
  RelationshipOpened,
  RelationshipPaused,
  RelationshipResumed,
  relationshipEvents,
  type PauseReason,
} from './relationship-events.js';
import { changed, firstHeard, mustBeLive, onKnown, supportPart, writable, type Relationship, type RelationshipFacts } from './state.js';

interface OfRelationship {
  /** Default: the live one. */
  readonly relationshipId?: string;
  readonly by?: Voice;
  /** IANA name of the site's time zone, in which dates are judged. */
  readonly timeZone: string;
}

/** Endings that people decide on; a death is heard. */
export const decidedEndings = ['planned', 'not-a-good-fit', 'mentee-left', 'supporter-left', 'other'] as const;

export type RelationshipCommand = CommandsOf<{
  'open-relationship': EventOf<typeof RelationshipOpened>['data'];
  'agree-ground-rules': OfRelationship & {
    readonly mutualConfidentiality: boolean;
    readonly exceptions: readonly string[];
    readonly boundaries: string;
    readonly contact: string;
  };
  /** `standardReviewOn`: the review date that the service standards give where none is named. */
  'pause-relationship': OfRelationship & { readonly reviewOn?: string; readonly standardReviewOn: string; readonly reason: PauseReason; readonly note?: string };
  'resume-relationship': OfRelationship & { readonly note?: string };
  'end-relationship': OfRelationship & {
    readonly ending: (typeof decidedEndings)[number];
    readonly wantsAnother: boolean;
    readonly endedOn?: string;
    readonly goodbyes?: { readonly mentee: boolean; readonly supporter: boolean };
    readonly lessons?: readonly string[];
    readonly note?: string;
  };
}>;

export const relationship = supportPart<RelationshipCommand, EventsOf<typeof relationshipEvents>>({
  decide: {
    'open-relationship': ({ data }, state) => {
      if (state.status === 'known' && state.relationships[data.relationshipId]) return [];
      const opened = RelationshipOpened(data);
      // An introduction that crossed the end of the journey is undone at once, so that the place is freed.
      const stop = state.status === 'known' ? state.journey.stops.at(-1) : undefined;
      return stop === undefined ? [opened] : [opened, endedBy(stop, factsOf(data), data.openedOn)];
    },
    'agree-ground-rules': ({ data, actor }, state) => {
      const live = mustBeLive(writable(state), data.relationshipId);
      refuseUnless(data.mutualConfidentiality, 'mutual-confidentiality-needed');
      const { mutualConfidentiality, exceptions, boundaries, contact } = data;
      return [GroundRulesAgreed({ relationshipId: live.relationshipId, by: voiceOf(actor, data.by), rules: { mutualConfidentiality, exceptions, boundaries, contact } })];
    },
    'pause-relationship': ({ data, actor, occurredAt }, state) => {
      const live = mustBeLive(writable(state), data.relationshipId);
      const { reviewOn = data.standardReviewOn, reason, note } = data;
      if (reviewOn <= dateIn(data.timeZone, occurredAt)) throw new InvalidField([{ path: 'reviewOn', code: 'not-in-the-future' }]);
      if (live.status === 'paused' && live.reviewOn === reviewOn) return [];
      return [RelationshipPaused(defined({ relationshipId: live.relationshipId, reviewOn, reason, by: voiceOf(actor, data.by), note }))];
    },
    'resume-relationship': ({ data, actor }, state) => {
      const live = mustBeLive(writable(state), data.relationshipId);
      if (live.status === 'open') return [];
      return [RelationshipResumed(defined({ relationshipId: live.relationshipId, by: voiceOf(actor, data.by), note: data.note }))];
    },
    'end-relationship': ({ data, actor, occurredAt }, state) => {
      const known = writable(state);
      const named = data.relationshipId === undefined ? undefined : known.relationships[data.relationshipId];
      if (named?.status === 'ended' && named.ending === data.ending && named.wantsAnother === data.wantsAnother) return [];
      const live = mustBeLive(known, data.relationshipId);
      const today = dateIn(data.timeZone, occurredAt);
      const endedOn = data.endedOn ?? today;
      if (endedOn > today) throw new InvalidField([{ path: 'endedOn', code: 'in-the-future' }]);
      if (endedOn < live.openedOn) throw new InvalidField([{ path: 'endedOn', code: 'before-the-relationship' }]);
      refuseUnless(data.ending !== 'planned' || (data.goodbyes?.mentee === true && data.goodbyes.supporter), 'goodbyes-missing');
      const { ending, wantsAnother, goodbyes, lessons, note } = data;
      return [
        RelationshipEnded(
          defined({
            relationshipId: live.relationshipId,
            supporterId: live.supporterId,
            ending,
            wantsAnother,
            endedOn,
            by: voiceOf(actor, data.by),
            goodbyes,
            lessons,
            note,
          }),
        ),
      ];
    },
  },
  evolve: {
    RelationshipOpened: (state, { data }) => {
      const known = state.status === 'known' ? state : firstHeard(data.organisationId);
      const { journey } = known;
      return {
        ...known,
        journey: {
          ...journey,
          siteId: journey.siteId ?? data.siteId,
          personId: journey.personId ?? data.personId,
          beganAt: journey.beganAt ?? data.beganAt,
          ...((journey.knownAs ?? data.knownAs) !== undefined && { knownAs: journey.knownAs ?? data.knownAs }),
        },
        currentId: data.relationshipId,
        relationships: { ...known.relationships, [data.relationshipId]: { ...factsOf(data), status: 'open' } },
      };
    },
    GroundRulesAgreed: onKnown((state, { data, metadata }) => ({
      ...state,
      relationships: changed(state.relationships, data.relationshipId, (each) => ({
        ...each,
        groundRules: { agreedAt: metadata.occurredAt, by: data.by, rules: data.rules },
      })),
    })),
    RelationshipPaused: onKnown((state, { data: { relationshipId, reviewOn, reason, by, note }, metadata }) => ({
      ...state,
      relationships: changed(state.relationships, relationshipId, (each) => ({
        ...bare(each),
        status: 'paused',
        ...defined({ reviewOn, reason, note }),
        pauses: [...each.pauses, defined({ pausedAt: metadata.occurredAt, reviewOn, reason, by, note })],
      })),
    })),
    RelationshipResumed: onKnown((state, { data, metadata }) => ({
      ...state,
      relationships: changed(state.relationships, data.relationshipId, (each) => ({
        ...bare(each),
        status: 'open',
        pauses: each.pauses.map((pause, index) =>
          index === each.pauses.length - 1 ? { ...pause, resumed: defined({ at: metadata.occurredAt, by: data.by, note: data.note }) } : pause,
        ),
      })),
    })),
    RelationshipEnded: onKnown((state, { data: { relationshipId, ending, wantsAnother, endedOn, by: endedBy, goodbyes, lessons, note } }) => ({
      ...state,
      relationships: changed(state.relationships, relationshipId, (each) => ({
        ...bare(each),
        status: 'ended',
        ...defined({ ending, wantsAnother, endedOn, endedBy, goodbyes, lessons, note }),
      })),
    })),
  },
});

const factsOf = (data: EventOf<typeof RelationshipOpened>['data']): RelationshipFacts => ({
  relationshipId: data.relationshipId,
  supporterId: data.supporterId,
  contactPersonId: data.contactPersonId,
  personId: data.personId,
  siteId: data.siteId,
  beganAt: data.beganAt,
  openedOn: data.openedOn,
  ...(data.firstMeetingAt !== undefined && { firstMeetingAt: data.firstMeetingAt }),
  ...(data.firstMeetingPlace !== undefined && { firstMeetingPlace: data.firstMeetingPlace }),
  disclosed: data.disclosed,
  pauses: [],
  sessionsHeld: 0,
});

/** What stays of a relationship whatever its status. */
function bare(relationship: Relationship): RelationshipFacts {
  const { relationshipId, supporterId, supervisorId, contactPersonId, personId, siteId, beganAt, openedOn, firstMeetingAt, firstMeetingPlace, disclosed, pauses, groundRules, sessionsHeld } =
    relationship;
  return {
    ...defined({ supervisorId, firstMeetingAt, firstMeetingPlace, groundRules }),
    relationshipId,
    supporterId,
    contactPersonId,
    personId,
    siteId,
    beganAt,
    openedOn,
    disclosed,
    pauses,
    sessionsHeld,
  };
}

