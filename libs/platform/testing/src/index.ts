export * from './event-store-contract.js';
export * from './subject-keys-contract.js';
export * from './decider-spec.js';
export * from './manual-time.js';
export * from './message-broker-contract.js';
export * from './read-model-store-contract.js';
export * from './read-model-spec.js';
export { describeWith, type Server } from './servers.js';
export * from './own-servers.js';
