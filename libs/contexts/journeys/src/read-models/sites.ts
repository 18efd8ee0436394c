import type { Weekday } from '@alongside/contracts';
import type { RecordedEvent } from '@alongside/event-sourcing';
import { readModel, type Document } from '@alongside/read-models';

/** What reckoning at a site needs: its name, zone and working days. */
export interface SiteDocument extends Document {
  readonly name: string;
  readonly timeZone: string;
  readonly workingDays: readonly Weekday[];
  readonly holidays: readonly string[];
}

interface Calendar {
  readonly timeZone: string;
  readonly workingDays: readonly Weekday[];
  readonly holidays: readonly string[];
}

const calendarOf = (event: RecordedEvent): Calendar => {
  const { timeZone, workingDays, holidays } = event.data['calendar'] as unknown as Calendar;
  return { timeZone, workingDays, holidays };
};

export const sites = readModel<SiteDocument>({
  name: 'journeys.sites',
  version: 1,
  says: 'Sites with the calendars by which days are reckoned.',
  streams: ['organisation-'],
  documentOf: ({ data }) => (typeof data['siteId'] === 'string' ? data['siteId'] : undefined),
  indexes: [],
  on: [
    { type: 'SiteOpened', apply: (_document, event) => ({ organisationId: event.metadata.organisationId, name: String(event.data['name']), ...calendarOf(event) }) },
    { type: 'SiteCalendarSet', apply: (document, event) => document && { ...document, ...calendarOf(event) } },
  ],
});

export const siteEvents = [
  { category: 'organisation', type: 'SiteOpened' },
  { category: 'organisation', type: 'SiteCalendarSet' },
] as const;
