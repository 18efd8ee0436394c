import type { FormAnswer, SafeContact } from '@alongside/contracts';
import { InvalidField, refuseUnless } from '@alongside/event-sourcing';
import { ConsentRecorded, ReferralReceived, SafeContactSet } from './events.js';
import { notErased, voiceOf, type Decisions } from './state.js';
import { externalSources, type IdentityDetails, type Purpose, type ReferralChannel, type Referrer, type Source, type Voice } from './words.js';

/** A referral as it came in: the body, and what `prepare` knows of the site and of the form in force there. */
export interface NewReferral {
  readonly organisationId: string;
  readonly siteId: string;
  readonly siteStatus: 'open' | 'closing' | 'closed';
  readonly personId: string;
  readonly purpose: Purpose;
  readonly source: Source;
  readonly channel: ReferralChannel;
  readonly formVersion: number;
  readonly answers: Readonly<Record<string, FormAnswer>>;
  readonly asked: readonly string[];
  readonly identity: IdentityDetails;
  readonly consent: { readonly toBeReferred: boolean; readonly toInformReferrer: boolean };
  readonly referrerId?: string;
  readonly namedReferrerId?: string;
  readonly referrer?: Referrer;
  readonly safeContact?: SafeContact;
  readonly by?: Voice;
}

export interface ReceivingBodies {
  'receive-referral': NewReferral;
  'send-referral-form': NewReferral;
  'record-consent': { toInformReferrer: boolean; by?: Voice };
}

const receive: Decisions<{ 'receive-referral': NewReferral }>['receive-referral'] = (command, state) => {
  const { siteStatus, safeContact, by: _by, consent, referrer, referrerId, namedReferrerId, ...data } = command.data;
  refuseUnless(state.status === 'none', 'already-received');
  refuseUnless(siteStatus === 'open', 'site-takes-no-referrals');
  refuseUnless(consent.toBeReferred, 'consent-needed');
  const isExternal = externalSources.includes(data.source);
  if (isExternal && (referrerId === undefined || referrer?.name === undefined)) throw new InvalidField([{ path: 'referrer', code: 'required-for-this-source' }]);
  const by = voiceOf(command);
  return [
    ReferralReceived({
      ...data,
      consent: { toBeReferred: true, toInformReferrer: consent.toInformReferrer },
      ...(referrerId !== undefined && { referrerId }),
      ...(namedReferrerId !== undefined && { namedReferrerId }),
      ...(referrer !== undefined && { referrer }),
      by,
    }),
    ...(safeContact ? [SafeContactSet({ safeContact, by })] : []),
  ];
};

export const receiving: Decisions<ReceivingBodies> = {
  'receive-referral': receive,
  // The public form: the same referral, sent by somebody who is not signed in.
  'send-referral-form': (command, state) => receive({ ...command, type: 'receive-referral' }, state),
  'record-consent'(command, state) {
    const current = notErased(state);
    const { toInformReferrer } = command.data;
    return current.mayInformReferrer === toInformReferrer ? [] : [ConsentRecorded({ toInformReferrer, by: voiceOf(command) })];
  },
};
