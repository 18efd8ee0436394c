export { openMongoParkingDecisions } from './mongo-parking-decisions.js';
export { openMongoReadModelStore } from './mongo-read-model-store.js';
export { analystRole, createAnalystRole, setUpReadModels, type AnalystRole, type ReadModelSetUp } from './set-up.js';
