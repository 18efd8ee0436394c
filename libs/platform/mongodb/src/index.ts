export { MongoUnavailable, openMongo, type Mongo, type MongoOptions } from './mongo.js';
export { AnotherLog, belonging, type BelongingOptions } from './belonging.js';
export { isDuplicateKey } from './driver-errors.js';
export { insertMissing } from './inserting.js';
export { createMissingIndexes, type CollectionIndexes } from './indexes.js';
export { MongoAddressInvalid, readMongoAddress, type MongoAddress } from './mongo-address.js';
