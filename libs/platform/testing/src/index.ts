export * from './event-store-contract.js';
export * from './subject-keys-contract.js';
