export { accountsFollower } from './accounts.js';
export { contexts } from './contexts.js';
