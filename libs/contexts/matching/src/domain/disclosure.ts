import type { DisclosedItem, DisclosedToSupporter, Disclosure, MatchingInformation, SafeContact } from '@alongside/contracts';
import type { SupporterProfile } from './profile.js';

/** The items that somebody allowed to be told by now; an item that was never spoken of is not told. */
export function allowed(disclosure: Disclosure, accepted: boolean): (item: DisclosedItem) => boolean {
  return (item) => disclosure[item] === 'before-accepting' || (accepted && disclosure[item] === 'after-accepting');
}

function told(items: Readonly<Partial<Record<DisclosedItem, DisclosedToSupporter[DisclosedItem] | undefined>>>, may: (item: DisclosedItem) => boolean): DisclosedToSupporter {
  const empty = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(items).filter(([item, value]) => may(item as DisclosedItem) && !empty(value)));
}

/** What a supporter may know of a mentee. */
export function menteeAsTold(
  information: MatchingInformation,
  disclosure: Disclosure,
  accepted: boolean,
  { knownAs, safeContact }: { readonly knownAs?: string | undefined; readonly safeContact?: SafeContact | undefined },
): DisclosedToSupporter {
  return told(
    {
      'first-name': knownAs,
      challenges: information.challenges,
      interests: information.interests,
      dislikes: information.dislikes,
      'matters-most': information.mattersMost,
      gender: information.about.gender,
      'age-band': information.about.ageBand,
      area: information.area,
      languages: information.languages,
      availability: information.availability,
      'access-needs': information.accessNeeds,
      contact: safeContact?.channels,
    },
    allowed(disclosure, accepted),
  );
}

/** What a mentee may know of a supporter. */
export function supporterAsTold(
  profile: SupporterProfile,
  accepted: boolean,
  { name, telephone, email }: { readonly name?: string | undefined; readonly telephone?: string | undefined; readonly email?: string | undefined },
): DisclosedToSupporter {
  const contact = [telephone, email].filter((each) => each !== undefined);
  return told(
    {
      'first-name': profile.knownAs ?? name?.split(/\s+/u)[0],
      challenges: profile.livedExperience,
      interests: profile.interests,
      dislikes: profile.dislikes,
      'matters-most': profile.introduction,
      gender: profile.about.gender,
      'age-band': profile.about.ageBand,
      area: profile.area,
      languages: profile.languages,
      availability: profile.availability,
      'access-needs': profile.accessOffered,
      contact,
    },
    allowed(profile.disclosure, accepted),
  );
}
