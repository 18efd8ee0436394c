import { InvalidField, mustBe, refuseUnless, type Personal } from '@alongside/event-sourcing';
import { ReferralAccepted, ReferralDeferralReviewed, ReferralDeferred } from './events.js';
import { answersOf, beforeAcceptance, noted, ongoing, undecided, voiceOf, type Decisions } from './state.js';
import type { DeferralReason, ReviewOutcome, Signpost, Voice } from './words.js';

export interface AcceptanceBodies {
  /** `required`: fields of the form that must be filled by now; the other two: journeys of the same person. */
  'accept-referral': { required: readonly string[]; otherOpenJourneyIds: readonly string[]; earlierJourneyIds: readonly string[]; knownAs?: Personal<string>; by?: Voice };
  /** `today` is the site's date on that day. */
  'defer-referral': { reason: DeferralReason; note?: Personal<string>; signposts: readonly Signpost[]; reviewOn?: string; today: string; by?: Voice };
  'review-referral-deferral': { outcome: ReviewOutcome; note?: Personal<string>; reviewOn?: string; today: string; by?: Voice };
}

function mustLieAhead(reviewOn: string | undefined, today: string): void {
  if (reviewOn !== undefined && reviewOn <= today) throw new InvalidField([{ path: 'reviewOn', code: 'not-after-today' }]);
}

export const acceptance: Decisions<AcceptanceBodies> = {
  'accept-referral'(command, state) {
    const current = ongoing(state);
    if (current.status === 'accepted') return [];
    mustBe(current, 'received', 'referral-deferred');
    const { required, otherOpenJourneyIds, earlierJourneyIds, knownAs } = command.data;
    refuseUnless(current.purpose === 'peer-support', 'referred-for-training');
    refuseUnless(current.identity.status === 'confirmed', 'identity-not-confirmed');
    const answers = answersOf(current);
    const missing = required.filter((name) => !(name in answers));
    refuseUnless(missing.length === 0, 'form-incomplete', { missing });
    refuseUnless(undecided(current).length === 0, 'undecided-duplicate', { personIds: undecided(current) });
    refuseUnless(otherOpenJourneyIds.length === 0, 'other-open-journey', { count: otherOpenJourneyIds.length });
    return [ReferralAccepted({ earlierJourneyIds, ...(knownAs !== undefined && { knownAs }), by: voiceOf(command) })];
  },
  'defer-referral'(command, state) {
    const current = beforeAcceptance(state);
    mustBe(current, 'received', 'already-deferred');
    const { reason, note, signposts, reviewOn, today } = command.data;
    mustLieAhead(reviewOn, today);
    return [ReferralDeferred({ reason, ...noted(note), signposts, ...(reviewOn !== undefined && { reviewOn }), by: voiceOf(command) })];
  },
  'review-referral-deferral'(command, state) {
    mustBe(beforeAcceptance(state), 'deferred', 'not-deferred');
    const { outcome, note, reviewOn, today } = command.data;
    if (outcome === 'continue' && reviewOn !== undefined) throw new InvalidField([{ path: 'reviewOn', code: 'only-when-deferred-again' }]);
    mustLieAhead(reviewOn, today);
    return [ReferralDeferralReviewed({ outcome, ...noted(note), ...(reviewOn !== undefined && { reviewOn }), by: voiceOf(command) })];
  },
};
