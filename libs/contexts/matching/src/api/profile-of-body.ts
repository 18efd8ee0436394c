import type { Disclosure, Preference, WeeklyPeriod } from '@alongside/contracts';
import { nothingTold, type SupporterProfile } from '../domain/profile.js';
import type { Clearable, ProfileFields } from './supporter-bodies.js';

const given = <T extends object>(fields: T): T => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

function without(profile: SupporterProfile, clear: readonly Clearable[]): SupporterProfile {
  const { knownAs, introduction, area, timeZone, about, ...rest } = profile;
  const kept = <Value>(name: Clearable, value: Value | undefined): Value | undefined => (clear.includes(name) ? undefined : value);
  const { gender, ageBand, details } = about;
  return {
    ...rest,
    ...given({ knownAs: kept('known-as', knownAs), introduction: kept('introduction', introduction), area: kept('area', area), timeZone: kept('time-zone', timeZone) }),
    about: given({ gender: kept('gender', gender), ageBand: kept('age-band', ageBand), details }),
  } as SupporterProfile;
}

/** The whole profile after somebody told something of themselves; what was left out stays as it was. */
export function profileAfter(fields: ProfileFields, before: SupporterProfile = nothingTold, clear: readonly Clearable[] = []): SupporterProfile {
  const base = without(before, clear);
  const { knownAs, introduction, livedExperience, interests, dislikes, languages, gender, ageBand, details, preferences } = fields;
  const { area, remote, availability, timeZone, accessOffered, accessNotOffered, disclosure } = fields;
  return {
    ...base,
    ...given({
      knownAs,
      introduction,
      livedExperience,
      interests,
      dislikes,
      languages,
      preferences: preferences as readonly Preference[] | undefined,
      area,
      remote,
      availability: availability as readonly WeeklyPeriod[] | undefined,
      timeZone,
      accessOffered,
      accessNotOffered,
      disclosure: disclosure && ({ ...base.disclosure, ...disclosure } as Disclosure),
    }),
    about: { ...base.about, ...given({ gender, ageBand, details }) },
  } as SupporterProfile;
}
