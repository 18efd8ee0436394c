export * from './event-store.js';
export * from './json.js';
export * from './recorded-event.js';
