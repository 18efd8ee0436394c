import { idOf, readModel, remove, when, type Document } from '@alongside/read-models';
import type { Personal } from '@alongside/event-sourcing';
import { ReferralReceived, ReferrerErased } from '../domain/events.js';

/** Who referred, sealed: found by keyed digests alone. */
export interface ReferrerDocument extends Document {
  readonly name: Personal<string>;
}

export const referrers = readModel<ReferrerDocument>({
  name: 'referrals.referrers',
  version: 1,
  says: 'Who sent which referral, so that an erasure finds all of theirs.',
  streams: ['referral-'],
  documentOf: (event) => idOf(event, 'referral'),
  indexes: [],
  search: { name: { as: 'exact', of: ({ name }) => [name] } },
  on: [
    when(ReferralReceived, (_document, { data: { organisationId, referrer } }) => (referrer?.name === undefined ? undefined : { organisationId, name: referrer.name })),
    remove(ReferrerErased),
  ],
});
