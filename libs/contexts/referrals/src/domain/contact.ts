import { unsafeBecause, type ContactChannel, type LocalMoment, type ReferrerStatus, type SafeContact } from '@alongside/contracts';
import { InvalidField, refuse, refuseUnless, type Personal } from '@alongside/event-sourcing';
import { ContactAttempted, ContactMade, CoordinatorAssigned, ReferrerInformed, SafeContactSet } from './events.js';
import { referrerStatus } from './standing.js';
import { noted, notClosed, notErased, ongoing, voiceOf, type Decisions, type Details } from './state.js';
import type { ContactDirection, ContactOutcome, Voice } from './words.js';

export interface ContactBodies {
  /** `toldAt`: when this very word was told here, if it is what holds. */
  'set-safe-contact': { safeContact: SafeContact; toldAt?: string; by?: Voice };
  /** `coordinates`: they are on the staff and coordinate at this site; undefined: nobody of that id is known. */
  'assign-coordinator': { coordinatorId: string; coordinates: boolean | undefined; menteeTold?: boolean; by?: Voice };
  'record-contact-attempt': {
    channel: ContactChannel;
    direction?: ContactDirection;
    outcome: ContactOutcome;
    note?: Personal<string>;
    safe?: SafeContact;
    at: LocalMoment;
    by?: Voice;
  };
  'inform-referrer': { channel: ContactChannel; status?: ReferrerStatus; by?: Voice };
}

/** Whether another site has given the journey back since its contact was assigned: who keeps it says so by assigning them again. */
function isReturned({ transfers, coordinatorAssigned }: Details): boolean {
  const decision = transfers.at(-1)?.decision;
  return decision?.outcome === 'returned' && coordinatorAssigned !== undefined && coordinatorAssigned.at <= decision.at;
}

export const contact: Decisions<ContactBodies> = {
  'set-safe-contact'(command, state) {
    // Also after the journey: a follow-up still reaches out.
    refuseUnless(!notErased(state).died, 'person-died');
    const { safeContact, toldAt } = command.data;
    // Said again it is their latest word: what they said elsewhere in between holds no more.
    return toldAt !== undefined && toldAt >= command.occurredAt ? [] : [SafeContactSet({ safeContact, by: voiceOf(command) })];
  },
  'assign-coordinator'(command, state) {
    const current = ongoing(state);
    const { coordinatorId, coordinates, menteeTold = false } = command.data;
    if (coordinates === undefined) throw new InvalidField([{ path: 'coordinatorId', code: 'unknown' }]);
    refuseUnless(coordinates, 'not-a-coordinator-of-the-site');
    return current.coordinatorId === coordinatorId && !isReturned(current) ? [] : [CoordinatorAssigned({ coordinatorId, menteeTold, by: voiceOf(command) })];
  },
  'record-contact-attempt'(command, state) {
    notClosed(state);
    const { channel, direction = 'outgoing', outcome, note, safe, at } = command.data;
    // Who reaches us has chosen the channel and the hour themselves.
    const broken = direction === 'outgoing' && safe ? unsafeBecause(safe, { channel, outcome }, at) : undefined;
    if (broken !== undefined) refuse(broken, { channel });
    const record = { channel, direction, outcome, ...noted(note), by: voiceOf(command) };
    return [outcome === 'reached' ? ContactMade(record) : ContactAttempted(record)];
  },
  'inform-referrer'(command, state) {
    // A referrer is told of the end too, also when the journey has closed.
    const current = notErased(state);
    refuseUnless(current.referrer !== undefined || current.referrerId !== undefined, 'no-referrer');
    refuseUnless(!current.referrerErased, 'referrer-erased');
    refuseUnless(current.mayInformReferrer, 'no-consent-to-inform');
    const status = referrerStatus(current);
    const { channel } = command.data;
    // What they were told must be what is so: somebody else may have moved it on meanwhile.
    refuseUnless(command.data.status === undefined || command.data.status === status, 'status-has-changed', { status });
    return current.informed === status ? [] : [ReferrerInformed({ status, channel, by: voiceOf(command) })];
  },
};
