// Letters that stay whole when accents are taken off.
const plainLetters: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ı: 'i' };

/** Lower case, without accents: `Łukasz Gómez` becomes `lukasz gomez`. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[ßøłđðþæœı]/g, (letter) => plainLetters[letter] ?? letter);
}

/** Words of letters and digits, folded: `Mary-Ann O'Neill` becomes `mary`, `ann`, `o`, `neill`. */
export function wordsOf(text: string): readonly string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Words written with an apostrophe or a hyphen, as people write them without: `maryann`, `oneill`. */
export function joinedWordsOf(text: string): readonly string[] {
  return (fold(text).match(/[\p{L}\p{N}]+(?:['’ʼ‐‑-][\p{L}\p{N}]+)+/gu) ?? []).map((word) => word.replaceAll(/[^\p{L}\p{N}]/gu, ''));
}

/** Digits only; an international number of the country reads like a national one: `+44 7700 900123` and `07700 900123` are the same. */
export function normaliseTelephone(text: string, countryCode = '44'): string {
  const digits = text.normalize('NFKC').replaceAll('(0)', '').replaceAll(/[^\d+]/g, '').replace(/^00/, '+').replaceAll(/(?!^)\+/g, '');
  return digits.startsWith(`+${countryCode}`) ? `0${digits.slice(countryCode.length + 1).replace(/^0/, '')}` : digits.replace('+', '');
}

/** Upper case letters and digits: `sw1a 1aa` becomes `SW1A1AA`. */
export function normalisePostcode(text: string): string {
  return text.normalize('NFKC').toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

export function normaliseEmail(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
