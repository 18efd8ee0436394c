export * from './copy-accounts.js';
export * from './mongo-accounts.js';
