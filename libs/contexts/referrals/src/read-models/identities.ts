import { idOf, readModel, update, when, type Document } from '@alongside/read-models';
import { PersonErased, ReferralFormAmended, ReferralReceived } from '../domain/events.js';
import type { IdentityDetails } from '../domain/words.js';

/** Who a referral is of, normalised and sealed: found by keyed digests alone. */
export interface IdentityDocument extends Document {
  readonly identity: IdentityDetails;
}

/** The search fields by which somebody who is known already is found. */
export const identityKeys = ['name', 'dateOfBirth', 'telephone', 'email', 'postcode'] as const satisfies readonly (keyof IdentityDetails)[];

const exact = (key: keyof IdentityDetails) => ({ as: 'exact' as const, of: ({ identity }: IdentityDocument) => [identity[key]] });

export const identities = readModel<IdentityDocument>({
  name: 'referrals.identities',
  version: 1,
  says: 'Who referrals are of, so that possible duplicates are found.',
  streams: ['referral-'],
  documentOf: (event) => idOf(event, 'referral'),
  indexes: [],
  search: { name: exact('name'), dateOfBirth: exact('dateOfBirth'), telephone: exact('telephone'), email: exact('email'), postcode: exact('postcode') },
  on: [
    when(ReferralReceived, (_document, { data }) => ({ organisationId: data.organisationId, identity: data.identity })),
    update(ReferralFormAmended, (document, { data }) => (data.identity ? { ...document, identity: data.identity } : document)),
    update(PersonErased, (): IdentityDocument | undefined => undefined),
  ],
});
