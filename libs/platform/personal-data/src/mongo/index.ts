export * from './mongo-subject-keys.js';
