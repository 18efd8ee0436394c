export * from './assessment.context.js';
