import type { Kind, Problems, Source } from './field.js';
import { objectKind, shownName, type FieldsClass } from './field.js';

export interface TextLimits {
  /** Default 200. */
  readonly max?: number;
  /** Default 1. */
  readonly min?: number;
  /** What the trimmed text must match. */
  readonly pattern?: RegExp;
  /** Newlines and tabs allowed. */
  readonly lines?: boolean;
  readonly format?: string;
}

const anyControl = /\p{Cc}/u;
const controlBesidesLines = /[^\P{Cc}\n\r\t]/u;
const visible = /[^\p{C}\p{Z}]/u;

/** Text, trimmed and in Unicode's composed form. */
export function textKind(limits: TextLimits = {}, example?: unknown): Kind {
  const { max = 200, min = 1, pattern, lines = false } = limits;
  const control = lines ? controlBesidesLines : anyControl;
  return {
    read(value, path, problems) {
      if (typeof value !== 'string') return problems.add(path, 'wrong-type', 'must be text');
      const text = value.trim().normalize('NFC');
      if (!visible.test(text)) return problems.add(path, 'empty', 'must not be empty');
      if (text.length < min) return problems.add(path, 'too-short', `must have at least ${min} characters`);
      if (text.length > max) return problems.add(path, 'too-long', `must have at most ${max} characters`);
      if (control.test(text) || !text.isWellFormed()) return problems.add(path, 'control-characters', 'must not hold control characters');
      if (pattern && !pattern.test(text)) return problems.add(path, 'wrong-format', 'is not of the form that is asked for');
      return text;
    },
    schema: () => ({
      type: 'string',
      minLength: min,
      maxLength: max,
      ...(pattern && { pattern: pattern.source }),
      ...(limits.format !== undefined && { format: limits.format }),
    }),
    example: () => example,
  };
}

/** Text of one exact form; `accept` answers what is kept, or undefined when it is not of that form. */
function formKind(
  accept: (text: string) => string | undefined,
  code: string,
  message: string,
  schema: Readonly<Record<string, unknown>>,
  example: unknown,
): Kind {
  return {
    read(value, path, problems) {
      if (typeof value !== 'string') return problems.add(path, 'wrong-type', 'must be text');
      const kept = value.length > 400 ? undefined : accept(value);
      return kept ?? problems.add(path, code, message);
    },
    schema: () => ({ type: 'string', ...schema }),
    example: () => example,
  };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isId = (text: string): boolean => uuid.test(text);

export const idKind = (example: unknown = '7c9e6679-7425-40de-944b-e07fc1f90ae7'): Kind =>
  formKind((text) => (uuid.test(text) ? text.toLowerCase() : undefined), 'not-an-id', 'must be a UUID', { format: 'uuid' }, example);

const code = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export const codeKind = (example?: unknown, max = 60): Kind =>
  formKind(
    (text) => (text.length <= max && code.test(text) ? text : undefined),
    'not-a-code',
    `must be lower-case words joined by hyphens, at most ${max} characters`,
    { pattern: code.source, maxLength: max },
    example,
  );

export function oneOfKind(values: readonly string[], example?: unknown): Kind {
  const known = new Set(values);
  return formKind((text) => (known.has(text) ? text : undefined), 'not-one-of', `must be one of: ${values.join(', ')}`, { enum: [...values] }, example ?? values[0]);
}

const daysOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

function isDay(year: number, month: number, day: number): boolean {
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

/** A calendar date `YYYY-MM-DD` that exists. */
export function isCalendarDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return parts !== null && isDay(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

export const dateKind = (example: unknown = '2026-03-16'): Kind => ({
  ...formKind((text) => text, '', '', { format: 'date' }, example),
  read(value, path, problems) {
    if (typeof value !== 'string') return problems.add(path, 'wrong-type', 'must be text');
    if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return problems.add(path, 'not-a-date', 'must be a date of the form YYYY-MM-DD');
    return isCalendarDate(value) ? value : problems.add(path, 'impossible-date', 'must be a day that exists');
  },
});

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-](\d{2}):(\d{2}))$/;

/** RFC 3339 with an offset, kept in UTC with milliseconds; undefined when it is not one or no such moment exists. */
export function instantOf(text: string): string | undefined {
  const parts = rfc3339.exec(text);
  if (!parts) return undefined;
  const part = (index: number): number => Number(parts[index] ?? 0);
  if (!isDay(part(1), part(2), part(3)) || part(4) > 23 || part(5) > 59 || part(6) > 59 || part(9) > 23 || part(10) > 59) return undefined;
  const moment = new Date(text.toUpperCase());
  const utcYear = moment.getUTCFullYear();
  return utcYear >= 1 && utcYear <= 9999 ? moment.toISOString() : undefined;
}

export const instantKind = (example: unknown = '2026-03-16T14:30:00.000Z'): Kind =>
  formKind(instantOf, 'not-an-instant', 'must be a moment that exists, with its offset, as in 2026-03-16T14:30:00Z', { format: 'date-time' }, example);

const timeOfDay = /^([01]\d|2[0-3]):[0-5]\d$/;

export const timeOfDayKind = (example: unknown = '14:30'): Kind =>
  formKind((text) => (timeOfDay.test(text) ? text : undefined), 'not-a-time', 'must be a time of day of the form HH:MM', { pattern: timeOfDay.source }, example);

export interface NumberLimits {
  readonly min?: number;
  readonly max?: number;
}

export function numberKind({ min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }: NumberLimits, whole: boolean, example?: unknown): Kind {
  const written = whole ? /^-?\d{1,16}$/ : /^-?\d{1,16}(?:\.\d{1,10})?$/;
  return {
    read(value, path, problems, source) {
      const number = source === 'query' && typeof value === 'string' && written.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number)) return problems.add(path, 'wrong-type', 'must be a number');
      if (whole && !Number.isInteger(number)) return problems.add(path, 'not-whole', 'must be a whole number');
      if (number < min) return problems.add(path, 'too-small', `must be at least ${min}`);
      if (number > max) return problems.add(path, 'too-large', `must be at most ${max}`);
      return number;
    },
    schema: () => ({ type: whole ? 'integer' : 'number', minimum: min, maximum: max }),
    example: () => example,
  };
}

export const yesNoKind = (example: unknown = true): Kind => ({
  read(value, path, problems, source) {
    const answer = source === 'query' ? ({ true: true, false: false } as Readonly<Record<string, boolean>>)[String(value)] : value;
    return typeof answer === 'boolean' ? answer : problems.add(path, 'wrong-type', 'must be true or false');
  },
  schema: () => ({ type: 'boolean' }),
  example: () => example,
});

// One @, a domain with a dot, no spaces: whether mail arrives there only sending it tells.
const email = /^[^\s@"(),:;<>[\]\\]{1,64}@(?=.{3,189}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/iu;

export const emailKind = (example: unknown = 'ada@example.org'): Kind =>
  formKind(
    (text) => {
      const address = text.trim();
      return email.test(address) && !anyControl.test(address) ? address : undefined;
    },
    'not-an-email-address',
    'must be an e-mail address',
    { format: 'email', maxLength: 254 },
    example,
  );

const telephone = /^\+?[0-9](?:[0-9 ()./-]{1,28})[0-9]$/;

export const telephoneKind = (example: unknown = '+44 20 7946 0000'): Kind =>
  formKind(
    (text) => {
      const number = text.trim();
      return telephone.test(number.replace(/^\(/, '')) ? number : undefined;
    },
    'not-a-telephone-number',
    'must be a telephone number of digits, spaces and + ( ) . / -',
    { maxLength: 30 },
    example,
  );

export const webAddressKind = (example: unknown = 'https://example.org/help'): Kind =>
  formKind(
    (text) => {
      const address = text.trim();
      const url = URL.canParse(address) ? new URL(address) : undefined;
      return url && (url.protocol === 'https:' || url.protocol === 'http:') && !anyControl.test(address) ? address : undefined;
    },
    'not-a-web-address',
    'must be an address that begins with https:// or http://',
    { format: 'uri', maxLength: 400 },
    example,
  );

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const timeZoneKind = (example: unknown = 'Europe/London'): Kind =>
  formKind((text) => (isTimeZone(text) ? text : undefined), 'not-a-time-zone', 'must be a time zone such as Europe/London', {}, example);

const language = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;

export const languageKind = (example: unknown = 'en'): Kind =>
  formKind((text) => (language.test(text) ? text : undefined), 'not-a-language', 'must be a language tag such as en or pt-BR', { pattern: language.source }, example);

/** A password or token: kept exactly as it was sent. */
export const secretKind = (min: number, max: number, example: unknown): Kind => ({
  read(value, path, problems) {
    if (typeof value !== 'string') return problems.add(path, 'wrong-type', 'must be text');
    if (value.length < min) return problems.add(path, 'too-short', `must have at least ${min} characters`);
    return value.length > max ? problems.add(path, 'too-long', `must have at most ${max} characters`) : value;
  },
  schema: () => ({ type: 'string', format: 'password', minLength: min, maxLength: max }),
  example: () => example,
});

export interface ListLimits {
  /** Default 0. */
  readonly min?: number;
  /** Default 100. */
  readonly max?: number;
  /** The same item twice is refused. */
  readonly unique?: boolean;
}

export function listKind(item: Kind, { min = 0, max = 100, unique = false }: ListLimits, example?: unknown): Kind {
  return {
    read(value, path, problems, source) {
      // `?role=a,b` and `?role=a&role=b` are the same list.
      const items: unknown = source === 'query' && !Array.isArray(value) ? String(value).split(',') : value;
      if (!Array.isArray(items)) return problems.add(path, 'wrong-type', 'must be a list');
      if (items.length < min) return problems.add(path, 'too-few', `must have at least ${min} items`);
      if (items.length > max) return problems.add(path, 'too-many', `must have at most ${max} items`);
      const read = items.map((each: unknown, index) => item.read(each, `${path}.${index}`, problems, source));
      if (unique) {
        const seen = new Set<string>();
        read.forEach((each, index) => {
          const key = JSON.stringify(each);
          if (each !== undefined && seen.has(key)) problems.add(`${path}.${index}`, 'repeated', 'must not be in the list twice');
          seen.add(key);
        });
      }
      return read;
    },
    schema: () => ({ type: 'array', items: item.schema(), minItems: min, maxItems: max, ...(unique && { uniqueItems: true }) }),
    example: () => example ?? [item.example()].filter((each) => each !== undefined),
  };
}

const recordKey = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** An object whose keys are data (the names of a form's fields): at most `max` of them. */
export function recordKind(item: Kind, { min = 0, max = 200 }: Omit<ListLimits, 'unique'>, example?: unknown): Kind {
  return {
    read(value, path, problems, source) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return problems.add(path, 'wrong-type', 'must be an object');
      const entries = Object.entries(value);
      if (entries.length < min) return problems.add(path, 'too-few', `must have at least ${min} entries`);
      if (entries.length > max) return problems.add(path, 'too-many', `must have at most ${max} entries`);
      const result: Record<string, unknown> = {};
      for (const [key, each] of entries) {
        const at = `${path}.${shownName(key)}`;
        if (!recordKey.test(key)) problems.add(at, 'wrong-format', 'must be named with letters, digits, hyphens, dots and underscores');
        else result[key] = item.read(each, at, problems, source);
      }
      return result;
    },
    schema: () => ({ type: 'object', additionalProperties: item.schema(), minProperties: min, maxProperties: max }),
    example: () => example ?? {},
  };
}

const longText = textKind({ max: 4000, lines: true });

/** Any JSON value within bounds: texts as `LongText`, finite numbers, at most `depth` levels and 200 items a level. */
export function jsonKind(depth = 4, example?: unknown): Kind {
  const read = (value: unknown, path: string, problems: Problems, source: Source, left: number): unknown => {
    if (typeof value === 'string') return value === '' ? value : longText.read(value, path, problems, source);
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : problems.add(path, 'wrong-type', 'must be a finite number');
    if (typeof value !== 'object' || value === null) return problems.add(path, 'wrong-type', 'must have a value');
    if (left === 0) return problems.add(path, 'too-deep', 'must not be nested this deep');
    if (Array.isArray(value)) {
      if (value.length > 200) return problems.add(path, 'too-many', 'must have at most 200 items');
      return value.map((each: unknown, index) => read(each, `${path}.${index}`, problems, source, left - 1));
    }
    return recordKind({ ...jsonKind(left), read: (each, at) => read(each, at, problems, source, left - 1) }, {}).read(value, path, problems, source);
  };
  return {
    read: (value, path, problems, source) => read(value, path, problems, source, depth),
    schema: () => ({ type: ['string', 'number', 'boolean', 'array', 'object'] }),
    example: () => example,
  };
}

/** Names for the kinds that an item of a list or a record can be. */
export type ItemName = 'text' | 'long-text' | 'id' | 'code' | 'date' | 'instant' | 'time' | 'whole-number' | 'decimal' | 'yes-no' | 'telephone' | 'email' | 'language' | 'json';
export type Item = ItemName | (() => FieldsClass);

export function itemKind(item: Item): Kind {
  if (typeof item === 'function') return objectKind(item);
  const kinds: Readonly<Record<ItemName, () => Kind>> = {
    text: textKind,
    'long-text': () => textKind({ max: 4000, lines: true }),
    id: idKind,
    code: codeKind,
    date: dateKind,
    instant: instantKind,
    time: timeOfDayKind,
    'whole-number': () => numberKind({}, true, 1),
    decimal: () => numberKind({}, false, 1.5),
    'yes-no': yesNoKind,
    telephone: telephoneKind,
    email: emailKind,
    language: languageKind,
    json: jsonKind,
  };
  return kinds[item]();
}
