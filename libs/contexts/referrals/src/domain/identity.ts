import { InvalidField, refuse, refuseUnless, type Personal } from '@alongside/event-sourcing';
import { answersCarriedOver, safeContactCarriedOver } from './carrying-over.js';
import {
  DuplicateDismissed,
  DuplicateSettled,
  IdentityConfirmed,
  IdentityNotConfirmed,
  PastReferralLinkedToPerson,
  PastReferralUnlinkedFromPerson,
  PossibleDuplicateFound,
  ReferralLinkedToPerson,
  ReferralUnlinkedFromPerson,
} from './events.js';
import { isStillReserved } from './person.js';
import { beforeAcceptance, isOpen, noted, ongoing, voiceOf, type Decisions } from './state.js';
import type { ToldElsewhere } from './told.js';
import type { IdentityMethod, Likeness, Voice } from './words.js';

export interface IdentityBodies {
  'confirm-identity': { method: IdentityMethod; confirmed?: boolean; by?: Voice };
  'note-possible-duplicate': { personId: string; journeyId: string; siteId: string; likenesses: readonly Likeness[] };
  'settle-duplicate': { personId: string; decision: 'linked' | 'dismissed'; journeyId: string };
  'dismiss-duplicate': { personId: string; note?: Personal<string>; by?: Voice };
  /**
   * `known`: there is such a person whom this coordinator may know of; `died`: it stands written that they have died; `told`: on their
   * other journeys. `found`: the person who was raised as a duplicate by that journey, where it was linked to this one since.
   * `reservedAt`: since when both persons keep to this link, or the one that it is taken back from does.
   */
  'link-to-person': { personId: string; found?: { readonly personId: string; readonly journeyId: string }; known: boolean; died?: boolean; told?: ToldElsewhere; reservedAt?: string; by?: Voice };
  'unlink-from-person': { reservedAt?: string; by?: Voice };
  /** Of the same person as that journey, which was linked, or unlinked. */
  'link-past-referral': { personId: string; fromPersonId: string; withJourneyId: string };
  'unlink-past-referral': { personId: string; fromPersonId: string; withJourneyId: string };
}

export const identity: Decisions<IdentityBodies> = {
  'confirm-identity'(command, state) {
    const current = beforeAcceptance(state);
    const { method, confirmed = true } = command.data;
    refuseUnless(method !== 'vouched-for-by-referrer' || current.referrerId !== undefined, 'no-referrer');
    const { status, method: before } = current.identity;
    if (status === (confirmed ? 'confirmed' : 'not-confirmed') && before === method) return [];
    return [(confirmed ? IdentityConfirmed : IdentityNotConfirmed)({ method, by: voiceOf(command) })];
  },
  // Found by a process: a journey that is over needs no decision any more.
  'note-possible-duplicate'({ data }, state) {
    if (!isOpen(state) || state.personId === data.personId) return [];
    const known = state.duplicates[data.personId];
    if (known?.status === 'dismissed' || known?.status === 'linked') return [];
    const isNew = !known?.journeys.some((each) => each.journeyId === data.journeyId) || data.likenesses.some((each) => !known.likenesses.includes(each));
    return isNew ? [PossibleDuplicateFound(data)] : [];
  },
  'settle-duplicate'({ data }, state) {
    if (state.status === 'none' || state.duplicates[data.personId]?.status !== 'undecided') return [];
    return [DuplicateSettled(data)];
  },
  'dismiss-duplicate'(command, state) {
    const current = ongoing(state);
    const { personId, note } = command.data;
    const duplicate = current.duplicates[personId];
    if (!duplicate) throw new InvalidField([{ path: 'personId', code: 'unknown' }]);
    refuseUnless(current.personId !== personId, 'linked-to-this-person');
    return duplicate.status === 'dismissed' ? [] : [DuplicateDismissed({ personId, ...noted(note), by: voiceOf(command) })];
  },
  'link-to-person'(command, state) {
    const current = ongoing(state);
    const { personId, found, known, died = false, reservedAt } = command.data;
    const settled = found && current.duplicates[found.personId]?.status === 'undecided' ? [DuplicateSettled({ ...found, decision: 'linked' })] : [];
    if (current.personId === personId) return settled;
    if (!known) throw new InvalidField([{ path: 'personId', code: 'unknown' }]);
    refuseUnless(current.personId === current.ownPersonId, 'linked-to-another-person');
    // Nobody who comes is made dead by it: either it is somebody else, or the death is corrected first.
    refuseUnless(!died, 'linked-person-died');
    refuseUnless(reservedAt === undefined || isStillReserved(reservedAt, command.now), 'link-under-way');
    // With the link itself, so that nobody is reached out to in between as if nothing had been said.
    const { told = { answers: {} } } = command.data;
    return [ReferralLinkedToPerson({ personId, fromPersonId: current.personId, by: voiceOf(command) }), ...settled, ...safeContactCarriedOver(current, told), ...answersCarriedOver(current, told)];
  },
  'unlink-from-person'(command, state) {
    const current = ongoing(state);
    if (current.personId === current.ownPersonId) refuse('not-linked');
    const { reservedAt } = command.data;
    refuseUnless(reservedAt === undefined || isStillReserved(reservedAt, command.now), 'link-under-way');
    return [ReferralUnlinkedFromPerson({ personId: current.ownPersonId, fromPersonId: current.personId, by: voiceOf(command) })];
  },
  // Also of who has died or was erased: whose journey it is stays true.
  'link-past-referral': ({ data }, state) => (state.status === 'none' || isOpen(state) || state.personId !== data.fromPersonId ? [] : [PastReferralLinkedToPerson(data)]),
  'unlink-past-referral': ({ data }, state) =>
    state.status === 'none' || state.linkedWith !== data.withJourneyId || state.personId !== data.fromPersonId ? [] : [PastReferralUnlinkedFromPerson(data)],
};
