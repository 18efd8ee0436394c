import { offsetMinutes, weekdayOf } from './calendar.js';
import type { ContactChannel, SafeContact, Weekday } from './shapes.js';

// What keeps a mentee safe who is reached out to: one rule for every context that does.

/** A moment as it is on the wall at the site. */
export interface LocalMoment {
  readonly day: Weekday;
  /** `HH:MM` */
  readonly time: string;
}

/** What the clocks of a time zone say at a moment (RFC 3339). */
export function localMomentIn(timeZone: string, instant: string): LocalMoment {
  const local = new Date(Date.parse(instant) + offsetMinutes(timeZone, instant) * 60_000).toISOString();
  return { day: weekdayOf(local.slice(0, 10)), time: local.slice(11, 16) };
}

/** What is heard or seen the moment it happens; a letter or an e-mail waits until somebody opens it. */
const immediate: readonly ContactChannel[] = ['telephone', 'text-message', 'in-person', 'video'];

/** Rules that reaching out to a mentee may break, with what they say. */
export const safeContactRules = {
  'channel-not-safe': 'The person may not be reached by this channel.',
  'writing-not-safe': 'The person may not be written to at their address.',
  'voicemail-not-safe': 'No voicemail may be left.',
  'naming-ourselves-not-safe': 'We may not say who we are to anybody else.',
  'outside-safe-hours': 'It was outside the hours at which the person may be reached.',
} as const;
export type SafeContactRule = keyof typeof safeContactRules;

/** Somebody reaching out: by which way, and what stays behind where the mentee was not reached (`left-voicemail`, `left-message`). */
export interface ReachingOut {
  readonly channel: ContactChannel;
  readonly outcome?: string;
}

/** The rule that reaching out would break, if any: nobody is put in danger by being reached. */
export function unsafeBecause(safe: SafeContact, { channel, outcome }: ReachingOut, at: LocalMoment): SafeContactRule | undefined {
  if (!safe.channels.includes(channel)) return 'channel-not-safe';
  if (channel === 'letter' && !safe.writeToAddress) return 'writing-not-safe';
  if (outcome === 'left-voicemail' && !safe.voicemail) return 'voicemail-not-safe';
  if (outcome === 'left-message' && !safe.nameOurselves) return 'naming-ourselves-not-safe';
  const { hours } = safe;
  if (!hours || hours.length === 0 || !immediate.includes(channel)) return undefined;
  return hours.some(({ day, from, to }) => day === at.day && from <= at.time && at.time <= to) ? undefined : 'outside-safe-hours';
}
