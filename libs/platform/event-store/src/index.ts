export * from './event-store.js';
export * from './json.js';
export * from './recorded-event.js';
export { followsAtOnce, isPosition, positionPattern } from './position.js';
export { isPassing } from './sqlite/sqlite-errors.js';
export { openSqliteEventStore, type SqliteEventStoreOptions } from './sqlite/open.js';
