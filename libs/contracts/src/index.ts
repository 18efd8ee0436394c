export * from './shapes.js';
export * as organisations from './organisations.js';
export * as referrals from './referrals.js';
export * as assessment from './assessment.js';
export * as matching from './matching.js';
export * as supervision from './supervision.js';
export * as evaluation from './evaluation.js';
export { informationItems, type InformationItem } from './organisations.js';
