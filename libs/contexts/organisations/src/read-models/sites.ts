import { readModel, update, when, type Document } from '@alongside/read-models';
import { SiteCalendarSet, SiteClosed, SiteClosing, SiteOpened, type SiteCalendar } from '../domain/events.js';

export interface SiteDocument extends Document {
  readonly name: string;
  readonly area?: string;
  readonly status: 'open' | 'closing' | 'closed';
  readonly calendar: SiteCalendar;
  readonly openedAt: string;
}

export const sites = readModel<SiteDocument>({
  name: 'organisations.sites',
  version: 1,
  says: 'Sites with their calendar and whether they take referrals.',
  streams: ['organisation-'],
  documentOf: ({ data }) => (typeof data.siteId === 'string' ? data.siteId : undefined),
  indexes: [['status'], ['name']],
  on: [
    when(SiteOpened, (_document, { data, metadata }) => ({
      organisationId: metadata.organisationId,
      name: data.name,
      ...(data.area !== undefined && { area: data.area }),
      status: 'open',
      calendar: data.calendar,
      openedAt: metadata.occurredAt,
    })),
    update(SiteClosing, (document) => ({ ...document, status: 'closing' })),
    update(SiteClosed, (document) => ({ ...document, status: 'closed' })),
    update(SiteCalendarSet, (document, { data }) => ({ ...document, calendar: data.calendar })),
  ],
});
