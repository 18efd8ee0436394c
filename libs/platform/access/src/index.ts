export * from './access-record.js';
export * from './accounts.js';
export * from './links.js';
export * from './policy.js';
export * from './refusals.js';
export * from './session.js';
export * from './sign-in.js';
export { defaultLimits, type SignInLimits } from './sign-in-limits.js';
export * from './tokens.js';
