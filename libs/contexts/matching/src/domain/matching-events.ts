import type { DisclosedToSupporter, RelationshipEnding } from '@alongside/contracts';
import { event, mentee, supporterOf, type EventsOf, type Personal } from '@alongside/event-sourcing';
import type { Considered } from './considered.js';
import { heardEvents } from './heard-events.js';
import { exampleProfile } from './supporter-events.js';

/** Whose word or wish it was. */
export type Voice = 'mentee' | 'referrer' | 'supporter' | 'staff';
interface Spoken {
  readonly by?: Voice;
}

const supporterId = '00000000-0000-4000-8000-000000000031';
const relationshipId = '00000000-0000-4000-8000-000000000041';
const proposalId = '00000000-0000-4000-8000-000000000042';
const supporters = supporterOf('supporterId');

export const connectionKinds = ['know-each-other', 'family', 'treating-team', 'other'] as const;
export type ConnectionKind = (typeof connectionKinds)[number];

export const ConnectionDeclared = event('ConnectionDeclared').of<{ supporterId: string; kind: Personal<ConnectionKind>; menteeAgrees: boolean; note?: Personal<string> } & Spoken>({
  says: 'Supporter and mentee know each other, or one works in a team that treats the other: not suggested unless the mentee agrees.',
  // Whose relative somebody is tells who they are, also once they are erased.
  personal: { kind: mentee, note: mentee },
  example: { supporterId, kind: 'know-each-other', menteeAgrees: false, note: 'They sang in one choir.', by: 'mentee' },
});

export const WaitingStarted = event('WaitingStarted').of<{
  organisationId: string;
  siteId: string;
  personId: string;
  beganAt: string;
  coordinatorId?: string;
  knownAs?: Personal<string>;
  /** The place in the queue: kept when somebody waits again. */
  since: string;
  cause: 'found-suitable' | 'relationship-ended';
  /** Revision of the assessment's stream that says so. */
  revision?: number;
}>({
  says: 'The mentee waits for a match.',
  personal: { knownAs: mentee },
  example: {
    organisationId: '00000000-0000-4000-8000-000000000001',
    siteId: '00000000-0000-4000-8000-000000000011',
    personId: '00000000-0000-4000-8000-000000000022',
    beganAt: '2026-01-05T09:00:00.000Z',
    coordinatorId: '00000000-0000-4000-8000-000000000052',
    knownAs: 'Ash',
    since: '2026-02-02T10:00:00.000Z',
    cause: 'found-suitable',
    revision: 9,
  },
});

export const MatchProposed = event('MatchProposed').of<
  {
    proposalId: string;
    supporterId: string;
    /** The last day for an answer, and the moment at which it is over at the site. */
    answerBy: string;
    expiresAt: string;
    overrides: readonly { must: string; reason: Personal<string> }[];
    note?: Personal<string>;
    considered: Considered;
  } & Spoken
>({
  says: 'A match is proposed, with everything that was considered frozen.',
  // Profiles, information and lessons come sealed from where they were told, each under the key of whom it is about.
  personal: {
    'overrides.*.reason': mentee,
    note: mentee,
    'considered.mentee.information': mentee,
    'considered.mentee.connections.*.kind': mentee,
    'considered.mentee.past.*.lessons': mentee,
    'considered.mentee.past.*.profile': supporters,
    'considered.best.*.profile': supporters,
    // Codes as well: they tell what somebody wishes for, and what an ending taught.
    'considered.best.*.reasons': mentee,
  },
  example: {
    proposalId,
    supporterId,
    answerBy: '2026-02-16',
    expiresAt: '2026-02-17T00:00:00.000Z',
    overrides: [{ must: 'mentee-gender', reason: 'Talked through; the shared language matters more.' }],
    note: 'Both like long walks.',
    considered: {
      at: '2026-02-09T10:00:00.000Z',
      weights: { version: 1, weights: { livedExperience: 30, wishes: 20, availability: 20, area: 10, languages: 15, access: 10, interests: 15, dislikes: 5, lessons: 25 } },
      terms: { version: 1, terms: [{ code: 'art', list: 'interest', label: 'Art', synonyms: ['painting'] }] },
      counts: { suggested: 7, notSuggested: 5, byReason: { 'at-capacity': 3, 'must-gender': 2 } },
      mentee: {
        timeZone: 'Europe/London',
        information: {
          challenges: ['addiction'],
          interests: ['art'],
          dislikes: [],
          about: { gender: 'man' },
          preferences: [{ about: 'gender', value: 'man', strength: 'must' }],
          availability: [{ day: 'tuesday', from: '10:00', to: '16:00' }],
          remote: false,
          languages: ['en'],
          accessNeeds: [],
        },
        past: [{ supporterId: '00000000-0000-4000-8000-000000000032', ending: 'not-a-good-fit', lessons: ['shared-interests-matter'], profile: exampleProfile }],
        turnedDown: [],
        connections: [{ supporterId: '00000000-0000-4000-8000-000000000033', kind: 'know-each-other', menteeAgrees: true }],
      },
      best: [
        {
          supporterId,
          timeZone: 'Europe/London',
          score: 57.5,
          reasons: [{ code: 'lived-experience', side: 'mentee', verdict: 'for', weight: 30 }],
          overridden: true,
          profile: exampleProfile,
        },
      ],
    },
    by: 'staff',
  },
});

export type Answering = 'mentee' | 'supporter';

export const MatchAccepted = event('MatchAccepted').of<{ proposalId: string; supporterId: string; side: Answering } & Spoken>({
  says: 'One side accepts the proposed match.',
  example: { proposalId, supporterId, side: 'supporter', by: 'supporter' },
});

export const MatchTurnedDown = event('MatchTurnedDown').of<{ proposalId: string; supporterId: string; side: Answering; reason?: Personal<string> } & Spoken>({
  says: 'One side turns the proposed match down; no reason is demanded.',
  personal: { reason: mentee },
  example: { proposalId, supporterId, side: 'mentee', reason: 'Would like somebody nearer.', by: 'mentee' },
});

export const withdrawalCauses = [
  'by-coordinator',
  'expired',
  'waiting-ended',
  'supporter-not-available',
  'agreement-withdrawn',
  'connection-declared',
] as const;
export type WithdrawalCause = (typeof withdrawalCauses)[number];

export const MatchProposalWithdrawn = event('MatchProposalWithdrawn').of<{ proposalId: string; supporterId: string; cause: WithdrawalCause; reason?: Personal<string> } & Spoken>({
  says: 'A proposal does not stand any more.',
  personal: { reason: mentee },
  example: { proposalId, supporterId, cause: 'by-coordinator', reason: 'The hours did not work out.', by: 'staff' },
});

export const MatchIntroduced = event('MatchIntroduced').of<
  {
    proposalId: string;
    relationshipId: string;
    supporterId: string;
    /** Whom both turn to with a question or a worry (staff id). */
    contactPersonId: string;
    firstMeetingAt: string;
    firstMeetingPlace?: Personal<string>;
    /** What the mentee allowed the supporter to know. */
    disclosed: Personal<DisclosedToSupporter>;
  } & Spoken
>({
  says: 'Mentee and supporter are introduced, with a contact person and a first meeting.',
  personal: { firstMeetingPlace: mentee, disclosed: mentee },
  example: {
    proposalId,
    relationshipId,
    supporterId,
    contactPersonId: '00000000-0000-4000-8000-000000000052',
    firstMeetingAt: '2026-02-20T14:00:00.000Z',
    firstMeetingPlace: 'The library café',
    disclosed: { 'first-name': 'Ash', interests: ['art'] },
    by: 'staff',
  },
});

export const IntroductionAbandoned = event('IntroductionAbandoned').of<{ proposalId: string; relationshipId: string; supporterId: string }>({
  says: 'An introduction stopped half-way: its place is freed, the proposal stands.',
  example: { proposalId, relationshipId, supporterId },
});

export const MatchEnded = event('MatchEnded').of<{
  relationshipId: string;
  supporterId: string;
  ending: RelationshipEnding;
  wantsAnother: boolean;
  endedOn: string;
  /** Coded lessons for the next match. */
  lessons: Personal<readonly string[]>;
}>({
  says: 'The match is over; why informs the next suggestions.',
  personal: { lessons: mentee },
  example: { relationshipId, supporterId, ending: 'not-a-good-fit', wantsAnother: true, endedOn: '2026-03-09', lessons: ['shared-interests-matter', 'different-gender'] },
});

export const waitingEndings = ['left', 'withdrawn', 'unreachable', 'moved-away', 'other', 'assessment-reopened', 'died', 'erased', 'closed'] as const;
export type WaitingEnding = (typeof waitingEndings)[number];

export const WaitingEnded = event('WaitingEnded').of<{ reason: WaitingEnding; afterRelationship: boolean; note?: Personal<string> } & Spoken>({
  says: 'The mentee does not wait any more.',
  personal: { note: mentee },
  example: { reason: 'left', afterRelationship: false, note: 'Found a group nearby.', by: 'mentee' },
});

export const ReturnedToAssessment = event('ReturnedToAssessment').of<{ reason: Personal<string> } & Spoken>({
  says: 'Things have changed: the assessment looks again.',
  personal: { reason: mentee },
  example: { reason: 'A new diagnosis comes first.', by: 'staff' },
});

export const matchingEvents = [
  ...heardEvents,
  ConnectionDeclared,
  WaitingStarted,
  MatchProposed,
  MatchAccepted,
  MatchTurnedDown,
  MatchProposalWithdrawn,
  MatchIntroduced,
  IntroductionAbandoned,
  MatchEnded,
  WaitingEnded,
  ReturnedToAssessment,
] as const;
export type MatchingEvent = EventsOf<typeof matchingEvents>;
