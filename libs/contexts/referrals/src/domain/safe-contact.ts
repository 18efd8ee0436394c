import type { ContactChannel, SafeContact, Weekday } from '@alongside/contracts';
import type { ContactOutcome } from './words.js';

/** A moment as it is on the wall at the site. */
export interface LocalMoment {
  readonly day: Weekday;
  /** `HH:MM` */
  readonly time: string;
}

/** What is heard or seen the moment it happens; a letter or an e-mail waits until somebody opens it. */
const immediate: readonly ContactChannel[] = ['telephone', 'text-message', 'in-person', 'video'];

/** The rule that an attempt of ours would break, if any: nobody is put in danger by being reached. */
export function unsafeBecause(safe: SafeContact, attempt: { readonly channel: ContactChannel; readonly outcome: ContactOutcome }, at: LocalMoment): string | undefined {
  const { channel, outcome } = attempt;
  if (!safe.channels.includes(channel)) return 'channel-not-safe';
  if (channel === 'letter' && !safe.writeToAddress) return 'writing-not-safe';
  if (outcome === 'left-voicemail' && !safe.voicemail) return 'voicemail-not-safe';
  if (outcome === 'left-message' && !safe.nameOurselves) return 'naming-ourselves-not-safe';
  const { hours } = safe;
  if (!hours || hours.length === 0 || !immediate.includes(channel)) return undefined;
  return hours.some(({ day, from, to }) => day === at.day && from <= at.time && at.time <= to) ? undefined : 'outside-safe-hours';
}
