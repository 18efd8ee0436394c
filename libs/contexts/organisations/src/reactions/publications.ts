import { organisations as published } from '@alongside/contracts';
import { publication, type Publication } from '@alongside/service';
import { organisationAggregate, type Organisation } from '../domain/organisation.js';
import {
  InformationPackPublished,
  MatchingWeightsSet,
  OrganisationRegistered,
  ReferralFormConfigured,
  ServiceListed,
  ServiceRetired,
  ServiceStandardsSet,
  SiteCalendarSet,
  SiteClosed,
  SiteClosing,
  SiteOpened,
  StaffMemberAdded,
  StaffMemberRemoved,
  StaffRolesChanged,
  SupporterRequirementsSet,
  TermListPublished,
} from '../domain/events.js';

function siteChanged(state: Organisation, siteId: string) {
  const site = state.status === 'registered' ? state.sites[siteId] : undefined;
  if (!site) return undefined;
  const { calendar, name, status } = site;
  return {
    siteId,
    name,
    status,
    timeZone: calendar.timeZone,
    workingDays: calendar.workingDays,
    holidays: [...calendar.holidays],
    ...(calendar.workingHours && { workingHours: calendar.workingHours }),
  };
}

function staffMemberChanged(state: Organisation, staffId: string) {
  const member = state.status === 'registered' ? state.staff[staffId] : undefined;
  if (!member) return undefined;
  const { agency, email, grants, name, status } = member;
  return { staffId, name, email, ...(agency !== undefined && { agency }), grants, status };
}

const of = organisationAggregate;

export const publications: readonly Publication[] = [
  publication(OrganisationRegistered, of, published.OrganisationChanged, ({ data }) => data),
  ...[SiteOpened, SiteClosing, SiteClosed, SiteCalendarSet].map((each) => publication(each as typeof SiteClosed, of, published.SiteChanged, ({ data }, state) => siteChanged(state, data.siteId))),
  ...[StaffMemberAdded, StaffRolesChanged, StaffMemberRemoved].map((each) =>
    publication(each as typeof StaffMemberRemoved, of, published.StaffMemberChanged, ({ data }, state) => staffMemberChanged(state, data.staffId)),
  ),
  publication(ReferralFormConfigured, of, published.ReferralFormConfigured, ({ data }) => data),
  publication(InformationPackPublished, of, published.InformationPackPublished, ({ data }) => ({ items: data.items.map(({ item, version, title }) => ({ item, version, title })) })),
  publication(ServiceStandardsSet, of, published.ServiceStandardsSet, ({ data }) => data),
  publication(SupporterRequirementsSet, of, published.SupporterRequirementsSet, ({ data }) => data),
  publication(MatchingWeightsSet, of, published.MatchingWeightsSet, ({ data }) => data),
  publication(TermListPublished, of, published.TermListPublished, ({ data }) => data),
  publication(ServiceListed, of, published.ServiceChanged, ({ data }) => ({ serviceId: data.serviceId, name: data.service.name, status: 'listed' as const })),
  publication(ServiceRetired, of, published.ServiceChanged, ({ data }, state) => {
    const name = state.status === 'registered' ? state.services[data.serviceId]?.service.name : undefined;
    return name === undefined ? undefined : { serviceId: data.serviceId, name, status: 'retired' as const };
  }),
];
