import type { Filter } from '@alongside/read-models';
import { ListQuery, OneOf, Text, query, type QueryRequest, type QueryRoute } from '@alongside/service';
import { staffRoles } from './bodies.js';
import { organisations, type OrganisationDocument } from '../read-models/organisation.js';
import { services, type ServiceDocument } from '../read-models/services.js';
import { sites, type SiteDocument } from '../read-models/sites.js';
import { staff, type StaffDocument } from '../read-models/staff.js';

const path = '/api/organisations/:id';
const everyone = { roles: 'signed-in' } as const;
const management = { roles: ['administrator', 'coordinator', 'supervisor'] } as const;

/** Another organisation answers exactly as one that does not exist. */
const ownId = (request: QueryRequest): string | undefined => (request.params.id === request.user.organisationId ? request.user.organisationId : undefined);

async function own(request: QueryRequest): Promise<OrganisationDocument | undefined> {
  const id = ownId(request);
  return id === undefined ? undefined : request.read(organisations).get(id);
}

const setting = (name: string, says: string, of: (document: OrganisationDocument) => unknown): QueryRoute =>
  query({ path: `${path}/${name}`, says, access: everyone, reads: [organisations], answer: async (request) => own(request).then((document) => document && of(document)) });

class SitesQuery extends ListQuery {
  @OneOf(['open', 'closing', 'closed'], { optional: true })
  status?: SiteDocument['status'];
}

class StaffQuery extends ListQuery {
  @Text({ optional: true, says: 'A part of a name', example: 'Bri' })
  search?: string;

  @OneOf(staffRoles, { optional: true })
  role?: string;

  @OneOf(['active', 'removed'], { optional: true })
  status?: StaffDocument['status'];
}

class ServicesQuery extends ListQuery {
  @Text({ optional: true, says: 'Words of the name, description, provider, eligibility or area', example: 'alcohol' })
  search?: string;

  @Text({ optional: true, says: 'An area that it serves', example: 'East' })
  area?: string;

  @OneOf(['listed', 'retired'], { optional: true, says: 'Default: listed' })
  listing?: ServiceDocument['listing'];
}

/** An entry of the directory, in the fields of the Open Referral UK service object; who offers it goes by both its names. */
const entryOf = (id: string, { organisationId, service, listing }: ServiceDocument) => ({
  id,
  organisationId,
  ...service,
  ...(service.provider !== undefined && { organisation: service.provider }),
  listing,
});

const paging = ({ limit, cursor }: ListQuery) => ({ ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) });
const following = (next: string | undefined) => (next === undefined ? {} : { next });

export const organisationQueries: readonly QueryRoute[] = [
  query({
    path,
    says: 'An organisation.',
    access: everyone,
    reads: [organisations],
    answer: async (request) => {
      const document = await own(request);
      return document && { id: document.organisationId, name: document.name, registeredAt: document.registeredAt };
    },
  }),
  query<SitesQuery>({
    path: `${path}/sites`,
    says: 'The sites of an organisation.',
    access: everyone,
    query: SitesQuery,
    reads: [sites],
    answer: async (request) => {
      const organisationId = ownId(request);
      if (organisationId === undefined) return undefined;
      const where: Filter<SiteDocument> = request.query.status === undefined ? {} : { status: request.query.status };
      const page = await request.read(sites).find({ organisationId, where, sort: { field: 'name' }, ...paging(request.query) });
      return { items: page.items.map(({ id, document: { organisationId: _own, ...site } }) => ({ id, ...site })), ...following(page.next) };
    },
  }),
  query({
    path: `${path}/sites/:siteId`,
    says: 'A site with its calendar.',
    access: everyone,
    reads: [sites],
    answer: async (request) => {
      const site = await request.read(sites).get(request.params.siteId ?? '');
      return site && site.organisationId === ownId(request) ? { id: request.params.siteId, ...site } : undefined;
    },
  }),
  query<StaffQuery>({
    path: `${path}/staff`,
    says: 'Staff members and signed-in referrers.',
    access: management,
    query: StaffQuery,
    reads: [staff],
    answer: async (request) => {
      const organisationId = ownId(request);
      if (organisationId === undefined) return undefined;
      const { search, role, status } = request.query;
      const where: Filter<StaffDocument> = { ...(role !== undefined && { roles: { contains: role } }), ...(status !== undefined && { status }) };
      const page = await request.read(staff).find({ organisationId, where, ...(search !== undefined && { search: { field: 'name', text: search } }), ...paging(request.query) });
      return { items: page.items.map(({ id, document: { organisationId: _own, roles: _roles, ...member } }) => ({ id, ...member })), ...following(page.next) };
    },
  }),
  setting('referral-form', 'The referral form in force.', (document) => document.referralForm),
  setting('information-pack', 'The information pack in force.', (document) => ({ items: document.informationPack })),
  setting('standards', 'The service standards in force.', (document) => document.standards),
  setting('supporter-requirements', 'What a supporter needs.', (document) => document.supporterRequirements),
  setting('matching-weights', 'What counts how much in suggestions.', (document) => document.matchingWeights),
  setting('terms', "The organisation's terms with synonyms.", (document) => document.terms),
  query<ServicesQuery>({
    path: `${path}/services`,
    says: 'Searches the signposting directory.',
    access: everyone,
    query: ServicesQuery,
    reads: [services],
    answer: async (request) => {
      const organisationId = ownId(request);
      if (organisationId === undefined) return undefined;
      const { search, area, listing } = request.query;
      const where: Filter<ServiceDocument> = { listing: listing ?? 'listed', ...(area !== undefined && { areas: { contains: area } }) };
      const page = await request
        .read(services)
        .find({ organisationId, where, sort: { field: 'name' }, ...(search !== undefined && { search: { field: 'text', text: search } }), ...paging(request.query) });
      return { items: page.items.map(({ id, document }) => entryOf(id, document)), ...following(page.next) };
    },
  }),
  query({
    path: `${path}/services/:serviceId`,
    says: 'An entry of the signposting directory.',
    access: everyone,
    reads: [services],
    answer: async (request) => {
      const id = request.params.serviceId ?? '';
      const entry = await request.read(services).get(id);
      return entry && entry.organisationId === ownId(request) ? entryOf(id, entry) : undefined;
    },
  }),
];
