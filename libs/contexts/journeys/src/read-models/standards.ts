import type { ServiceStandards } from '@alongside/contracts';
import { idOf, readModel, type Document } from '@alongside/read-models';

/** What an organisation promises, in force. */
export interface StandardsDocument extends Document {
  readonly version: number;
  readonly firstContactDays: number;
  readonly firstMeetingDays: number;
}

export const standards = readModel<StandardsDocument>({
  name: 'journeys.standards',
  version: 1,
  says: 'Working days within which the service means to reach and to meet whoever is referred.',
  streams: ['organisation-'],
  documentOf: (event) => idOf(event, 'organisation'),
  indexes: [],
  identities: 'none',
  on: [
    {
      type: 'ServiceStandardsSet',
      apply: (_document, { data, metadata }) => {
        const { firstContactDays, firstMeetingDays } = data['standards'] as unknown as ServiceStandards;
        return { organisationId: metadata.organisationId, version: Number(data['version']), firstContactDays, firstMeetingDays };
      },
    },
  ],
});

export const standardsEvents = [{ category: 'organisation', type: 'ServiceStandardsSet' }] as const;
