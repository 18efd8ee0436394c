import { maxLength } from 'class-validator';
import { shownName, Problems, type Kind } from './field-declarations.js';
import { asItIs, composed, isPrintable, isVisible, ours, refusing } from './field-kinds.js';

/** A name that is data: of a form's field, of a key of free JSON. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** Reports a name that may not be one. Those that begin with `$` mark what is sealed, and could be forged. */
export function checkName(name: string, path: string, problems: Problems): boolean {
  if (name.startsWith('$')) problems.add(path, 'reserved-name', 'must not be named with $ at the beginning');
  else if (!plainName.test(name)) problems.add(path, 'wrong-format', 'must be named with letters, digits, hyphens, dots and underscores');
  else return true;
  return false;
}

const most = 200;
const longest = 4000;
const isPrintableText = isPrintable(true);

function readText(sent: string, path: string, problems: Problems): unknown {
  if (sent === '') return sent;
  const text = composed(sent) as string;
  if (!isVisible(text)) return problems.add(path, 'empty', 'must not be empty');
  if (!maxLength(text, longest)) return problems.add(path, 'too-long', `must have at most ${longest} characters`);
  return isPrintableText(text) ? text : problems.add(path, 'control-characters', 'must not hold control characters');
}

/** The value as it is kept, with what is wrong with it in `problems`; nothing below `left` levels is looked at. */
function read(value: unknown, path: string, problems: Problems, left: number): unknown {
  if (typeof value === 'string') return readText(value, path, problems);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : problems.add(path, 'wrong-type', 'must be a finite number');
  if (typeof value !== 'object' || value === null) return problems.add(path, 'wrong-type', 'must have a value');
  if (left === 0) return problems.add(path, 'too-deep', 'must not be nested this deep');
  if (Array.isArray(value)) {
    if (value.length > most) return problems.add(path, 'too-many', `must have at most ${most} items`);
    return value.map((each: unknown, index) => read(each, `${path}.${index}`, problems, left - 1));
  }
  const entries = Object.entries(value);
  if (entries.length > most) return problems.add(path, 'too-many', `must have at most ${most} entries`);
  return Object.fromEntries(
    entries.map(([name, each]) => {
      const at = `${path}.${shownName(name)}`;
      return [name, checkName(name, at, problems) ? read(each, at, problems, left - 1) : undefined];
    }),
  );
}

/** Any JSON value within bounds: texts as `LongText`, finite numbers, at most `depth` levels and 200 items a level. */
export function jsonKind(depth = 4, example?: unknown): Kind {
  const readWhole = (value: unknown, path: string, problems: Problems): unknown => read(value, path, problems, depth);
  // What normalising found to be well is not read a second time.
  const well = new WeakSet<object>();
  const isFreeJson = (value: unknown): boolean => {
    if (typeof value === 'object' && value !== null && well.has(value)) return true;
    const problems = new Problems();
    readWhole(value, '', problems);
    return problems.list.length === 0;
  };
  return {
    normalise(sent) {
      const problems = new Problems();
      const kept = readWhole(sent, '', problems);
      if (problems.list.length > 0) return sent;
      if (typeof kept === 'object' && kept !== null) well.add(kept);
      return kept;
    },
    checks: [refusing(ours('isFreeJson', isFreeJson), 'wrong-type', 'must be JSON within bounds', readWhole)],
    plain: asItIs,
    schema: () => ({ type: ['string', 'number', 'boolean', 'array', 'object'] }),
    example: () => example,
  };
}
