import type { Personal } from '@alongside/event-sourcing';
import { idOf, readModel, type Document } from '@alongside/read-models';

/** Somebody who acts: staff members, signed-in referrers, peer supporters. Named beside their ids in a history. */
export interface PersonDocument extends Document {
  readonly name: Personal<string>;
}

export const people = readModel<PersonDocument>({
  name: 'journeys.people',
  version: 1,
  says: 'Names, sealed, of those who act: shown beside their ids in a history.',
  streams: ['organisation-', 'supporter-'],
  documentOf: (event) => idOf(event, 'supporter') ?? (typeof event.data['staffId'] === 'string' ? event.data['staffId'] : undefined),
  indexes: [],
  on: [
    ...['StaffMemberAdded', 'SupporterRegistered'].map((type) => ({
      type,
      apply: (_document: PersonDocument | undefined, { data, metadata }: { readonly data: object; readonly metadata: { readonly organisationId: string } }) => ({
        organisationId: metadata.organisationId,
        name: (data as { readonly name: Personal<string> }).name,
      }),
    })),
    {
      type: 'SupporterProfileUpdated',
      apply: (document, { data }) => (document && data['name'] !== undefined ? { ...document, name: data['name'] as unknown as Personal<string> } : document),
    },
  ],
});

export const peopleEvents = [
  { category: 'organisation', type: 'StaffMemberAdded' },
  { category: 'supporter', type: 'SupporterRegistered' },
  { category: 'supporter', type: 'SupporterProfileUpdated' },
] as const;
