export * from './mongo-accounts.js';
