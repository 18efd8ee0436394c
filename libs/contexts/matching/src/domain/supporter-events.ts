import type { ErasureReason, OverrideReason } from '@alongside/contracts';
import { event, menteeOf, supporterOf, type EventsOf, type Personal } from '@alongside/event-sourcing';
import type { SupporterProfile } from './profile.js';

const supporterId = '00000000-0000-4000-8000-000000000031';
const journeyId = '00000000-0000-4000-8000-000000000021';
const relationshipId = '00000000-0000-4000-8000-000000000041';
const organisationId = '00000000-0000-4000-8000-000000000001';
const siteId = '00000000-0000-4000-8000-000000000011';
const theirs = supporterOf('supporterId');

export const exampleProfile: SupporterProfile = {
  knownAs: 'Rosa',
  introduction: 'I like to walk and talk.',
  livedExperience: ['addiction', 'homelessness'],
  interests: ['art', 'walking'],
  dislikes: ['crowds'],
  languages: ['en', 'pl'],
  about: { gender: 'woman', ageBand: '40-49', details: [{ about: 'parent', value: 'yes' }] },
  preferences: [{ about: 'lived-experience', value: 'addiction', strength: 'wish' }],
  area: 'East End',
  remote: true,
  availability: [{ day: 'tuesday', from: '14:00', to: '17:00' }],
  timeZone: 'Europe/London',
  accessOffered: ['step-free'],
  accessNotOffered: [],
  disclosure: { 'first-name': 'before-accepting', interests: 'before-accepting', challenges: 'after-accepting' },
};

export const CandidacyOpened = event('CandidacyOpened').of<{
  supporterId: string;
  organisationId: string;
  siteId: string;
  journeyId: string;
  personId: string;
  name?: Personal<string>;
  email?: Personal<string>;
  telephone?: Personal<string>;
}>({
  says: 'Somebody who was referred wants to become a peer supporter.',
  personal: { name: menteeOf('journeyId'), email: menteeOf('journeyId'), telephone: menteeOf('journeyId') },
  example: { supporterId, organisationId, siteId, journeyId, personId: '00000000-0000-4000-8000-000000000022', name: 'Rosa Lind', email: 'rosa@example.org', telephone: '+44 1632 960011' },
});

export const SupporterRegistered = event('SupporterRegistered').of<{
  supporterId: string;
  organisationId: string;
  siteId: string;
  name: Personal<string>;
  email: Personal<string>;
  telephone?: Personal<string>;
  /** How many mentees they offer to support at a time. */
  capacity: number;
  profile: Personal<SupporterProfile>;
}>({
  says: 'A peer supporter joined, with what they tell of themselves and how many mentees they offer to support.',
  personal: { name: theirs, email: theirs, telephone: theirs, profile: theirs },
  example: { supporterId, organisationId, siteId, name: 'Rosa Lind', email: 'rosa@example.org', telephone: '+44 1632 960011', capacity: 2, profile: exampleProfile },
});

export const SupporterProfileUpdated = event('SupporterProfileUpdated').of<{
  supporterId: string;
  siteId?: string;
  name?: Personal<string>;
  email?: Personal<string>;
  telephone?: Personal<string>;
  capacity?: number;
  /** The whole profile as it is from now on. */
  profile?: Personal<SupporterProfile>;
}>({
  says: 'A supporter tells something else of themselves, or offers more or fewer places.',
  personal: { name: theirs, email: theirs, telephone: theirs, profile: theirs },
  example: { supporterId, name: 'Rosa Lind', email: 'rosa.lind@example.org', telephone: '+44 1632 960012', capacity: 1, profile: exampleProfile },
});

export const TrainingCompleted = event('TrainingCompleted').of<{ training: string; completedOn: string }>({
  says: 'A supporter completed a training.',
  example: { training: 'peer-support-foundation', completedOn: '2026-01-20' },
});

export const RecoveryConfirmed = event('RecoveryConfirmed').of<{ supporterId: string; confirmedOn: string; note?: Personal<string> }>({
  says: 'A supporter is confirmed as far enough in their own recovery.',
  personal: { note: theirs },
  example: { supporterId, confirmedOn: '2026-01-22', note: 'Steady for three years; knows when to ask for help.' },
});

export const RecoveryConfirmationWithdrawn = event('RecoveryConfirmationWithdrawn').of<{ supporterId: string; reason?: Personal<string> }>({
  says: 'The confirmation does not stand any more: open proposals are withdrawn.',
  personal: { reason: theirs },
  example: { supporterId, reason: 'Asked for a while to look after themselves.' },
});

export const SupporterAgreementSigned = event('SupporterAgreementSigned').of<{ version: number; signedOn: string; how: string }>({
  says: 'A supporter signed the supporter agreement.',
  example: { version: 1, signedOn: '2026-01-22', how: 'on-paper' },
});

export const CheckRecorded = event('CheckRecorded').of<{
  supporterId: string;
  check: string;
  checkedOn: string;
  expiresOn?: string;
  outcome: 'passed' | 'not-passed';
  reference?: Personal<string>;
}>({
  says: 'A check of a supporter, with its outcome and until when it holds.',
  personal: { reference: theirs },
  example: { supporterId, check: 'background-check', checkedOn: '2026-01-15', expiresOn: '2029-01-14', outcome: 'passed', reference: 'BC-0001' },
});

/** A relationship that a supporter is in. */
export interface LiveRelationship {
  readonly journeyId: string;
  readonly relationshipId: string;
}

export const SupporterPaused = event('SupporterPaused').of<{
  supporterId: string;
  reason?: Personal<string>;
  /** When somebody asks again; absent: by the service standards. */
  reviewOn?: string;
  liveRelationships: readonly LiveRelationship[];
}>({
  says: 'A supporter takes no new match for a while: open proposals are withdrawn, live relationships go on.',
  personal: { reason: theirs },
  example: { supporterId, reason: 'A holiday.', reviewOn: '2026-04-06', liveRelationships: [{ journeyId, relationshipId }] },
});

export const SupporterResumed = event('SupporterResumed').of<Record<string, never>>({ says: 'A paused supporter may be matched again.', example: {} });

export const SupporterRetiring = event('SupporterRetiring').of<{ supporterId: string; reason?: Personal<string>; liveRelationships: readonly LiveRelationship[] }>({
  says: 'A supporter is leaving: no new match, and retired when the last relationship is ended or handed over.',
  personal: { reason: theirs },
  example: { supporterId, reason: 'Moving to another town.', liveRelationships: [{ journeyId, relationshipId }] },
});

export const SupporterRetired = event('SupporterRetired').of<{ supporterId: string; reason?: Personal<string>; cause: 'left' | 'erased' }>({
  says: 'A supporter has left the register.',
  personal: { reason: theirs },
  example: { supporterId, reason: 'Moving to another town.', cause: 'left' },
});

export const SupporterErased = event('SupporterErased').of<{
  supporterId: string;
  organisationId: string;
  /** Keys that become tombstones. */
  subjects: readonly string[];
  /** Absent: they were erased as the person whose referral they came by; the reason stands there. */
  reason?: ErasureReason;
  overrideReason?: OverrideReason;
}>({
  says: 'A supporter used their right to be erased: nothing that is theirs can be read any more.',
  example: { supporterId, organisationId, subjects: [`supporter-${supporterId}`], reason: 'asked-by-person', overrideReason: 'concern-handed-over' },
});

export const SupporterConcernHeard = event('SupporterConcernHeard').of<{ concernId: string; status: 'open' | 'resolved'; sourceRevision: number }>({
  says: 'A safeguarding concern about a supporter is open or resolved: an erasure waits for an open one.',
  example: { concernId: '00000000-0000-4000-8000-000000000061', status: 'open', sourceRevision: 4 },
});

export const PlaceTaken = event('PlaceTaken').of<{ journeyId: string; relationshipId: string; proposalId: string }>({
  says: "One place of the supporter's capacity is taken, before the introduction is written.",
  example: { journeyId, relationshipId, proposalId: '00000000-0000-4000-8000-000000000042' },
});

export const placeReleases = ['relationship-ended', 'introduction-abandoned', 'journey-stopped'] as const;
export type PlaceRelease = (typeof placeReleases)[number];

export const PlaceReleased = event('PlaceReleased').of<{ journeyId: string; relationshipId: string; cause: PlaceRelease }>({
  says: 'A place is free again.',
  example: { journeyId, relationshipId, cause: 'relationship-ended' },
});

export const SupervisionDatesHeard = event('SupervisionDatesHeard').of<{ basisOn: string; everyWeeks?: number; supervisorId?: string; revision: number }>({
  says: "What a supporter's next supervision date follows from, as supervision told it.",
  example: { basisOn: '2026-02-16', everyWeeks: 4, supervisorId: '00000000-0000-4000-8000-000000000051', revision: 3 },
});

export const supporterEvents = [
  CandidacyOpened,
  SupporterRegistered,
  SupporterProfileUpdated,
  TrainingCompleted,
  RecoveryConfirmed,
  RecoveryConfirmationWithdrawn,
  SupporterAgreementSigned,
  CheckRecorded,
  SupporterPaused,
  SupporterResumed,
  SupporterRetiring,
  SupporterRetired,
  SupporterErased,
  SupporterConcernHeard,
  PlaceTaken,
  PlaceReleased,
  SupervisionDatesHeard,
] as const;
export type SupporterEvent = EventsOf<typeof supporterEvents>;
