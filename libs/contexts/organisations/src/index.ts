export * from './organisations.context.js';
