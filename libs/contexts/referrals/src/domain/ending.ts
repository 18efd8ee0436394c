import { InvalidField, refuse, refuseUnless, type Personal } from '@alongside/event-sourcing';
import { DeathCorrected, PersonDied, PersonErased, ReferrerErased, ReferralDirectedToTraining, ReferralJoined, ReferralMerged, ReferralNotTakenForward, ReferralWithdrawn } from './events.js';
import { beforeAcceptance, isOpen, isOutdated, journey, noted, ongoing, voiceOf, type Decisions } from './state.js';
import type { Told } from './told.js';
import type { DeclineReason, ErasureReason, OverrideReason, Signpost, Voice } from './words.js';

/** The journey that a second referral is to join; undefined: there is none that this coordinator may know of. */
export interface MergeTarget {
  readonly personId: string;
  readonly open: boolean;
}

export interface EndingBodies {
  /** `again`, here and below: it ended like this before, and nothing else is said of it. */
  'not-take-forward': { reason: DeclineReason; note?: Personal<string>; signposts: readonly Signpost[]; again?: boolean; by?: Voice };
  'withdraw-referral': { note?: Personal<string>; again?: boolean; by?: Voice };
  'direct-to-training': { by?: Voice };
  'merge-into-journey': { intoJourneyId: string; target: MergeTarget | undefined; isItself: boolean; by?: Voice };
  /** A second referral joined this journey. */
  'note-joined': { journeyId: string };
  'erase-person': { personId: string; subjects: readonly string[]; reason: ErasureReason; overrideReason?: OverrideReason; by?: Voice };
  /** `signsIn`: what is known of them is known of somebody on the staff list, who is erased there. */
  'erase-referrer': { subjects: readonly string[]; journeyIds: readonly string[]; reason: ErasureReason; signsIn: boolean; by?: Voice };
  /** `orderedAt`: when what is followed up was written down; what was corrected since is told no more. */
  'record-death': { diedOn?: Personal<string>; note?: Personal<string>; by?: Voice; orderedAt?: string };
  'correct-death': { note?: Personal<string>; by?: Voice };
  /** It was corrected on another journey of the person. */
  'note-death-corrected': Record<never, never>;
}

/** Whether it stands written by that voice, or none is named. */
const isSaid = ({ by }: { readonly by?: Voice }, told: Told | undefined): boolean => by === undefined || by === told?.by;

export const ending: Decisions<EndingBodies> = {
  'not-take-forward'(command, state) {
    if (command.data.again) return [];
    beforeAcceptance(state);
    const { reason, note, signposts } = command.data;
    return [ReferralNotTakenForward({ reason, ...noted(note), signposts, by: voiceOf(command) })];
  },
  'withdraw-referral'(command, state) {
    if (command.data.again) return [];
    const current = ongoing(state);
    refuseUnless(current.status !== 'accepted' || !current.leaving, 'already-withdrawn');
    return [ReferralWithdrawn({ afterAcceptance: current.status === 'accepted', ...noted(command.data.note), by: voiceOf(command) })];
  },
  'direct-to-training'(command, state) {
    // Whoever became a candidate by it is one also once the journey is closed.
    if ((state.status === 'ended' || state.status === 'closed') && state.supporterId !== undefined && isSaid(command.data, state.directedToTraining)) return [];
    beforeAcceptance(state);
    return [ReferralDirectedToTraining({ supporterId: command.newId('supporter'), by: voiceOf(command) })];
  },
  'merge-into-journey'(command, state) {
    const { intoJourneyId, target, isItself } = command.data;
    if (state.status === 'ended' && state.intoJourneyId === intoJourneyId && isSaid(command.data, state.merged)) return [];
    const current = beforeAcceptance(state);
    if (isItself) throw new InvalidField([{ path: 'intoJourneyId', code: 'same-journey' }]);
    if (!target) throw new InvalidField([{ path: 'intoJourneyId', code: 'unknown' }]);
    refuseUnless(target.personId === current.personId, 'not-the-same-person');
    refuseUnless(target.open, 'journey-not-open');
    return [ReferralMerged({ intoJourneyId, by: voiceOf(command) })];
  },
  'note-joined': ({ data }, state) => (isOpen(state) && !state.joined.includes(data.journeyId) ? [ReferralJoined(data)] : []),
  'erase-person'({ data }, state) {
    const current = journey(state);
    if (current.erased) return [];
    // Whether it may be was decided for the person as a whole: what is left to do waits for nothing.
    const { personId, subjects, reason, overrideReason, by } = data;
    return [PersonErased({ personId, subjects, reason, ...(overrideReason !== undefined && { overrideReason }), ...(by !== undefined && { by }) })];
  },
  'erase-referrer'({ data: { signsIn, subjects, journeyIds, reason, by } }, state) {
    const current = journey(state);
    if (current.referrerErased) return [];
    refuseUnless(current.referrer !== undefined, 'no-referrer');
    refuseUnless(!signsIn, 'referrer-signs-in');
    return [ReferrerErased({ subjects, journeyIds, reason, ...(by !== undefined && { by }) })];
  },
  'record-death'(command, state) {
    const current = journey(state);
    if (current.erased) refuse('person-erased');
    if (current.died || isOutdated(command.data.orderedAt, current.deathCorrectedAt)) return [];
    const { diedOn, note } = command.data;
    return [PersonDied({ personId: current.personId, ...(diedOn !== undefined && { diedOn }), ...noted(note), by: voiceOf(command) })];
  },
  'correct-death'(command, state) {
    const { died, erased, deathCorrectedAt, personId } = journey(state);
    refuseUnless(!erased, 'person-erased');
    if (!died) return deathCorrectedAt === undefined ? refuse('death-not-recorded') : [];
    return [DeathCorrected({ personId, ...noted(command.data.note), by: voiceOf(command) })];
  },
  'note-death-corrected'(command, state) {
    const { died, erased, personId } = journey(state);
    return died && !erased ? [DeathCorrected({ personId, by: voiceOf(command) })] : [];
  },
};
