import type { Likeness } from './words.js';

/** Who somebody is, opened and normalised: see IdentityDetails. */
export interface KnownIdentity {
  readonly name?: string;
  readonly dateOfBirth?: string;
  readonly telephone?: string;
  readonly email?: string;
  readonly postcode?: string;
}

/** What two people have in common, by which a coordinator can tell whether they are one. */
export function likenessesOf(one: KnownIdentity, other: KnownIdentity): readonly Likeness[] {
  const found: Likeness[] = [];
  if (one.name !== undefined && other.name !== undefined) {
    if (one.name === other.name) found.push('same-name');
    else if (areSimilar(one.name.split(' '), other.name.split(' '))) found.push('similar-name');
  }
  const same = (key: keyof KnownIdentity, likeness: Likeness): void => {
    if (one[key] !== undefined && one[key] === other[key]) found.push(likeness);
  };
  same('dateOfBirth', 'same-date-of-birth');
  same('telephone', 'same-telephone');
  same('email', 'same-email');
  same('postcode', 'same-postcode');
  return found;
}

/**
 * Whether it is worth asking somebody: a name, telephone number or e-mail address in common, or two weaker likenesses at
 * once. Two dates of birth known to differ tell namesakes apart, unless they share a way to be reached as well.
 */
export function mayBeOnePerson(found: readonly Likeness[], one: KnownIdentity, other: KnownIdentity): boolean {
  if (found.includes('same-telephone') || found.includes('same-email')) return true;
  if (found.includes('same-name')) return one.dateOfBirth === undefined || other.dateOfBirth === undefined || one.dateOfBirth === other.dateOfBirth || found.includes('same-postcode');
  return found.length >= 2;
}

/** One name has every word of the other, some of them written a little differently, at least one exactly alike. */
function areSimilar(one: readonly string[], other: readonly string[]): boolean {
  const [fewer, more] = one.length <= other.length ? [one, other] : [other, one];
  const left = [...more];
  let isExact = false;
  for (const word of fewer) {
    const exact = left.indexOf(word);
    const at = exact >= 0 ? exact : left.findIndex((each) => isVariant(word, each));
    if (at < 0) return false;
    isExact ||= exact >= 0;
    left.splice(at, 1);
  }
  return isExact;
}

/** `jon` and `john`, `kate` and `katherine` written short, one letter missing or mistaken; numbers never. */
function isVariant(one: string, other: string): boolean {
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  if (shorter.length < 3 || /\d/.test(one + other)) return false;
  if (longer.startsWith(shorter)) return true;
  if (longer.length - shorter.length > 1) return false;
  let at = 0;
  while (at < shorter.length && shorter[at] === longer[at]) at += 1;
  const skip = longer.length === shorter.length ? 1 : 0;
  return shorter.slice(at + skip) === longer.slice(at + 1);
}
