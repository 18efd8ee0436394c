import { readModel, update, when, type Document } from '@alongside/read-models';
import { ServiceListed, ServiceRetired, type ServiceListing } from '../domain/events.js';

export interface ServiceDocument extends Document {
  readonly service: ServiceListing;
  readonly listing: 'listed' | 'retired';
  readonly areas: readonly string[];
  /** For the order of the list. */
  readonly name: string;
}

export const services = readModel<ServiceDocument>({
  name: 'organisations.services',
  version: 1,
  says: 'The signposting directory.',
  streams: ['organisation-'],
  documentOf: ({ data }) => (typeof data.serviceId === 'string' ? data.serviceId : undefined),
  indexes: [['listing', 'name']],
  search: { text: { as: 'words', of: ({ service }) => [service.name, service.description, service.provider, service.eligibility, ...service.areas] } },
  on: [
    when(ServiceListed, (_document, { data: { service }, metadata }) => ({
      organisationId: metadata.organisationId,
      service,
      listing: 'listed',
      areas: service.areas,
      name: service.name,
    })),
    update(ServiceRetired, (document) => ({ ...document, listing: 'retired' })),
  ],
});
