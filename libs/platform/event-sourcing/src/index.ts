export type { Actor, EventMetadata, EventToAppend, Json, JsonObject, RecordedEvent, Role } from '@alongside/event-store';
export * from './aggregate.js';
export * from './decider.js';
export * from './event.js';
export * from './ids.js';
export * from './sealed.js';
