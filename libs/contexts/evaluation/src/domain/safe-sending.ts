import { unsafeBecause, type ContactChannel, type LocalMoment, type SafeContact, type SafeContactRule } from '@alongside/contracts';

/** Whether safe contact lets a link go: the rule that it would break, or `none-safe` where there is no way to write at all. */
export type ContactVerdict = 'safe' | 'none-safe' | SafeContactRule;

/** Handing a link over in person reaches out to nobody. */
export function verdictOn(contact: SafeContact, channel: ContactChannel, at: LocalMoment): ContactVerdict {
  if (channel === 'in-person') return 'safe';
  const ways = contact.channels.filter((each) => each !== 'letter' || contact.writeToAddress);
  return ways.length === 0 ? 'none-safe' : (unsafeBecause(contact, { channel }, at) ?? 'safe');
}
