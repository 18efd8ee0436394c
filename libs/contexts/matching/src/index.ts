export * from './matching.context.js';
