export { EventStoreAddressError, isEventStoreAddress } from './address.js';
export { openEventStoreDb, type EventStoreDb, type EventStoreDbOptions } from './open.js';
