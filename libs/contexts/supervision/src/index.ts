export * from './supervision.context.js';
