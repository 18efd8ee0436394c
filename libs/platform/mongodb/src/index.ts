export { MongoUnavailable, openMongo, type Mongo, type MongoOptions } from './mongo.js';
