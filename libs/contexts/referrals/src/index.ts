export { referralsContext } from './referrals.context.js';
