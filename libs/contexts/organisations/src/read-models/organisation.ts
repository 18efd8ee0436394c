import { idOf, readModel, update, when, type Document } from '@alongside/read-models';
import { InformationPackPublished, MatchingWeightsSet, OrganisationRegistered, ReferralFormConfigured, ServiceStandardsSet, SupporterRequirementsSet, TermListPublished, type PackItem } from '../domain/events.js';
import type { FormField, MatchingWeights, ServiceStandards, SupporterRequirements, Term } from '@alongside/contracts';

/** One organisation with its settings in force. Sites, staff and services have documents of their own. */
export interface OrganisationDocument extends Document {
  readonly name: string;
  readonly registeredAt: string;
  readonly referralForm?: { readonly version: number; readonly fields: readonly FormField[] };
  readonly informationPack?: readonly PackItem[];
  readonly standards?: { readonly version: number } & ServiceStandards;
  readonly supporterRequirements?: { readonly version: number } & SupporterRequirements;
  readonly matchingWeights?: { readonly version: number } & MatchingWeights;
  readonly terms?: { readonly version: number; readonly terms: readonly Term[] };
}

export const organisations = readModel<OrganisationDocument>({
  name: 'organisations.organisation',
  version: 1,
  says: 'An organisation and its settings in force.',
  streams: ['organisation-'],
  documentOf: (event) => idOf(event, 'organisation'),
  indexes: [],
  on: [
    when(OrganisationRegistered, (_document, { data, metadata }) => ({ organisationId: data.organisationId, name: data.name, registeredAt: metadata.occurredAt })),
    update(ReferralFormConfigured, (document, { data }) => ({ ...document, referralForm: data })),
    update(InformationPackPublished, (document, { data }) => ({ ...document, informationPack: data.items })),
    update(ServiceStandardsSet, (document, { data }) => ({ ...document, standards: { version: data.version, ...data.standards } })),
    update(SupporterRequirementsSet, (document, { data }) => ({ ...document, supporterRequirements: { version: data.version, ...data.requirements } })),
    update(MatchingWeightsSet, (document, { data }) => ({ ...document, matchingWeights: { version: data.version, ...data.weights } })),
    update(TermListPublished, (document, { data }) => ({ ...document, terms: data })),
  ],
});
