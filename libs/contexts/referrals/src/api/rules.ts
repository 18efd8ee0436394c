import { safeContactRules } from '@alongside/contracts';

// What the rules of referrals mean, for the catalogue and OpenAPI.

const known = { 'unknown-referral': 'There is no such referral.' };
const alive = { 'person-erased': 'The person was erased: nothing can be added.', 'person-died': 'The person has died.' };

/** Of commands that go on after the journey has ended. */
export const whileAlive = { ...known, ...alive };
export const unlessErased = { ...known, 'person-erased': alive['person-erased'] };
/** Of every command that needs an open journey. */
export const whileOngoing = { ...known, ...alive, 'journey-over': 'The journey has ended.' };
export const untilClosed = { ...known, ...alive, 'journey-closed': 'The journey is closed.' };
export const untilAccepted = { ...whileOngoing, 'already-accepted': 'The referral was accepted: the stage that the journey is in decides.' };

export const intake = {
  'already-received': 'This referral came before.',
  'site-takes-no-referrals': 'The site is closing or closed.',
  'consent-needed': 'The person has not agreed to being referred.',
  'no-referral-form': 'The organisation’s form is not known here yet.',
};

export const safety = safeContactRules;
