import { readModel } from '@alongside/read-models';
import { pictured, tellingEvents, type Journey } from '../domain/journey.js';
import { categoryOf, journeyCategories } from '../domain/stream-names.js';

const prefixes = journeyCategories.map((category) => `${category}-`);

export const journeys = readModel<Journey>({
  name: 'journeys.journeys',
  version: 2,
  says: 'Every journey with its site, stage, dates and outcomes, in coded fields alone.',
  streams: prefixes,
  documentOf: ({ stream }) => (prefixes.includes(`${categoryOf(stream)}-`) ? stream.slice(categoryOf(stream).length + 1) : undefined),
  indexes: [['receivedAt'], ['stage', 'receivedAt'], ['siteId', 'receivedAt'], ['outcome', 'receivedAt']],
  identities: 'none',
  // Each step tells two events of one name apart by their streams.
  on: [...new Set(tellingEvents.map(({ type }) => type))].map((type) => ({ type, apply: pictured })),
});
