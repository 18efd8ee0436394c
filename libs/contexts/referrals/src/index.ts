import { referralEvents } from './domain/events.js';
import { personEvents } from './domain/person-events.js';

export { referralsContext } from './referrals.context.js';
export const referralsEvents = [...referralEvents, ...personEvents];
