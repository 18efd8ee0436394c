import { InvalidField, refuse, refuseUnless, type Personal } from '@alongside/event-sourcing';
import { ReferralTransferred, TransferAccepted, TransferReturned } from './events.js';
import { noted, ongoing, voiceOf, type Decisions } from './state.js';
import type { Voice } from './words.js';

type SiteStatus = 'open' | 'closing' | 'closed' | undefined;

export interface TransferBodies {
  /** `siteStatus`: of the receiving site; undefined: the organisation has no such site. */
  'transfer-referral': { toSiteId: string; siteStatus: SiteStatus; note?: Personal<string>; by?: Voice };
  'accept-transfer': { siteStatus: SiteStatus; by?: Voice };
  'return-transfer': { note?: Personal<string>; by?: Voice };
}

export const transfer: Decisions<TransferBodies> = {
  'transfer-referral'(command, state) {
    const current = ongoing(state);
    const { toSiteId, siteStatus, note } = command.data;
    if (siteStatus === undefined) throw new InvalidField([{ path: 'toSiteId', code: 'unknown' }]);
    if (toSiteId === current.siteId) throw new InvalidField([{ path: 'toSiteId', code: 'same-site' }]);
    if (current.transfer?.toSiteId === toSiteId) return [];
    refuseUnless(!current.transfer, 'transfer-pending');
    refuseUnless(siteStatus === 'open', 'site-takes-no-referrals');
    return [ReferralTransferred({ fromSiteId: current.siteId, toSiteId, ...noted(note), by: voiceOf(command) })];
  },
  'accept-transfer'(command, state) {
    const current = ongoing(state);
    const offered = current.transfer ?? refuse('no-transfer-offered');
    refuseUnless(command.data.siteStatus === 'open', 'site-takes-no-referrals');
    return [TransferAccepted({ fromSiteId: current.siteId, toSiteId: offered.toSiteId, by: voiceOf(command) })];
  },
  'return-transfer'(command, state) {
    const current = ongoing(state);
    const offered = current.transfer ?? refuse('no-transfer-offered');
    return [TransferReturned({ fromSiteId: current.siteId, toSiteId: offered.toSiteId, ...noted(command.data.note), by: voiceOf(command) })];
  },
};
