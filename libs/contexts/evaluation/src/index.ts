export * from './evaluation.context.js';
