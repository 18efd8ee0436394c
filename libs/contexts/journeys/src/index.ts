export { readAccess, readJourney, type ReadStreams, type WholeHistory } from './api/read-history.js';
export type { AccessEntry } from './domain/access-entries.js';
export { journeyExport, type ExportedEvent, type JourneyExport, type JourneyToExport } from './domain/export.js';
export { KnownEvents } from './domain/history.js';
export * from './journeys.context.js';
