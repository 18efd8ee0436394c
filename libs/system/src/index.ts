export { accountsFollower } from './accounts.js';
export { contexts, journeys } from './contexts.js';
