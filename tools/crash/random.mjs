/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (from, to) => from + Math.floor(next() * (to - from + 1));
  const oneOf = (list) => list[whole(0, list.length - 1)];
  return { next, whole, oneOf };
}

const syllables = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'je', 'ki', 'lo', 'mu', 'na', 'pe', 'qui', 'ro', 'su', 'ta', 've', 'wi', 'xo', 'zu', 'sha', 'thre', 'cli', 'mo', 'bru'];

/** A name that nobody has, as unlike any other as names are. */
export function inventedName({ oneOf }) {
  const word = () => Array.from({ length: 4 }, () => oneOf(syllables)).join('');
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  return `${capital(word())} ${capital(word())}`;
}
