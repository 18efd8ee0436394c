export * from './mongo-loop-state.js';
