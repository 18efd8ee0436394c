import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsString,
  IsTimeZone,
  IsUrl,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  isEmail,
  isISO8601,
  isUUID,
  type ValidationOptions,
} from 'class-validator';
import type { Check, Explain, Kind, Refusal } from './field-declarations.js';

type Decorate = (options: ValidationOptions) => PropertyDecorator;

/** A decorator of class-validator's with the code and the message that it refuses with. */
export const refusing =
  (decorate: Decorate, code: string, message: string, explain?: Explain): Check =>
  ({ each = false, explain: ofList }) =>
    decorate({ each, message, context: { code, explain: ofList ?? explain } satisfies Refusal });

/** A check that class-validator does not have; `name` tells it apart from the others of a property. */
export const ours =
  (name: string, holds: (value: unknown) => boolean): Decorate =>
  (options) =>
    ValidateBy({ name, validator: { validate: (value) => holds(value) } }, options);

export const asItIs = (value: unknown): unknown => value;

const isText = refusing(IsString, 'wrong-type', 'must be text');

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

const visible = /[^\p{C}\p{Z}]/u;
const anyControl = /\p{Cc}/u;
const controlBesidesLines = /[^\P{Cc}\n\r\t]/u;

export const isVisible = (text: unknown): boolean => visible.test(text as string);

export const isPrintable =
  (lines: boolean) =>
  (text: unknown): boolean =>
    !(lines ? controlBesidesLines : anyControl).test(text as string) && (text as string).isWellFormed();

/** Text, trimmed and in Unicode's composed form. */
export const composed = (sent: unknown): unknown => (typeof sent === 'string' ? sent.trim().normalize('NFC') : sent);

const trimmed = (sent: unknown): unknown => (typeof sent === 'string' ? sent.trim() : sent);

export function textKind(limits: TextLimits = {}, example?: unknown): Kind {
  const { max = 200, min = 1, pattern, lines = false } = limits;
  return {
    normalise: composed,
    checks: [
      isText,
      refusing(ours('isVisible', isVisible), 'empty', 'must not be empty'),
      refusing((options) => MinLength(min, options), 'too-short', `must have at least ${min} characters`),
      refusing((options) => MaxLength(max, options), 'too-long', `must have at most ${max} characters`),
      refusing(ours('isPrintable', isPrintable(lines)), 'control-characters', 'must not hold control characters'),
      ...(pattern ? [refusing((options) => Matches(pattern, options), 'wrong-format', 'is not of the form that is asked for')] : []),
    ],
    plain: asItIs,
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

/** Text of one exact form, with one code for whatever is not of it. */
interface Form {
  readonly is: readonly Decorate[];
  readonly code: string;
  readonly message: string;
  /** Default 400. */
  readonly max?: number;
  /** Default: as it was sent. */
  readonly normalise?: (sent: unknown) => unknown;
  readonly schema: Readonly<Record<string, unknown>>;
}

const formKind = ({ is, code, message, max = 400, normalise = asItIs, schema }: Form, example: unknown): Kind => ({
  normalise,
  checks: [isText, ...[(options: ValidationOptions) => MaxLength(max, options), ...is].map((decorate) => refusing(decorate, code, message))],
  plain: asItIs,
  schema: () => ({ type: 'string', ...schema }),
  example: () => example,
});

const matching =
  (pattern: RegExp): Decorate =>
  (options) =>
    Matches(pattern, options);

export const isId = (text: string): boolean => isUUID(text, 'loose');

export const idKind = (example: unknown = '7c9e6679-7425-40de-944b-e07fc1f90ae7'): Kind =>
  formKind(
    {
      is: [(options) => IsUUID('loose', options)],
      code: 'not-an-id',
      message: 'must be a UUID',
      normalise: (sent) => (typeof sent === 'string' ? sent.toLowerCase() : sent),
      schema: { format: 'uuid' },
    },
    example,
  );

const code = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export const codeKind = (example?: unknown, max = 60): Kind =>
  formKind(
    {
      is: [matching(code)],
      code: 'not-a-code',
      message: `must be lower-case words joined by hyphens, at most ${max} characters`,
      max,
      schema: { pattern: code.source, maxLength: max },
    },
    example,
  );

export const oneOfKind = (values: readonly string[], example?: unknown): Kind =>
  formKind(
    { is: [(options) => IsIn(values, options)], code: 'not-one-of', message: `must be one of: ${values.join(', ')}`, schema: { enum: [...values] } },
    example ?? values[0],
  );

const date = /^\d{4}-\d{2}-\d{2}$/;

/** A calendar date `YYYY-MM-DD` that exists, from the year 1000 on. */
export const isCalendarDate = (text: string): boolean => date.test(text) && isISO8601(text, { strict: true });

export const dateKind = (example: unknown = '2026-03-16'): Kind => ({
  normalise: asItIs,
  checks: [
    isText,
    refusing(matching(date), 'not-a-date', 'must be a date of the form YYYY-MM-DD'),
    refusing(ours('isCalendarDate', (value) => isCalendarDate(value as string)), 'impossible-date', 'must be a day that exists'),
  ],
  plain: asItIs,
  schema: () => ({ type: 'string', format: 'date' }),
  example: () => example,
});

// class-validator's IsRFC3339 takes the second 60, which no Date can hold, and looks at no calendar.
const rfc3339 = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/** RFC 3339 with an offset, kept in UTC with milliseconds; undefined when it is not one or no such moment exists. */
export function instantOf(text: string): string | undefined {
  if (!rfc3339.test(text) || !isCalendarDate(text.slice(0, 10))) return undefined;
  const moment = new Date(text.toUpperCase()).toISOString();
  // The offset may lead out of the years 1000 to 9999.
  return /^[1-9]/.test(moment) ? moment : undefined;
}

export const instantKind = (example: unknown = '2026-03-16T14:30:00.000Z'): Kind =>
  formKind(
    {
      is: [ours('isInstant', (value) => instantOf(value as string) !== undefined)],
      code: 'not-an-instant',
      message: 'must be a moment that exists, with its offset, as in 2026-03-16T14:30:00Z',
      normalise: (sent) => (typeof sent === 'string' ? (instantOf(sent) ?? sent) : sent),
      schema: { format: 'date-time' },
    },
    example,
  );

// class-validator's IsMilitaryTime takes 1430 as well.
const timeOfDay = /^([01]\d|2[0-3]):[0-5]\d$/;

export const timeOfDayKind = (example: unknown = '14:30'): Kind =>
  formKind({ is: [matching(timeOfDay)], code: 'not-a-time', message: 'must be a time of day of the form HH:MM', schema: { pattern: timeOfDay.source } }, example);

export interface NumberLimits {
  readonly min?: number;
  readonly max?: number;
}

export function numberKind({ min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }: NumberLimits, whole: boolean, example?: unknown): Kind {
  const written = whole ? /^-?\d{1,16}$/ : /^-?\d{1,16}(?:\.\d{1,10})?$/;
  return {
    normalise: (sent, source) => (source === 'query' && typeof sent === 'string' && written.test(sent) ? Number(sent) : sent),
    checks: [
      refusing((options) => IsNumber({}, options), 'wrong-type', 'must be a number'),
      ...(whole ? [refusing(IsInt, 'not-whole', 'must be a whole number')] : []),
      refusing((options) => Min(min, options), 'too-small', `must be at least ${min}`),
      refusing((options) => Max(max, options), 'too-large', `must be at most ${max}`),
    ],
    plain: asItIs,
    schema: () => ({ type: whole ? 'integer' : 'number', minimum: min, maximum: max }),
    example: () => example,
  };
}

const written: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

export const yesNoKind = (example: unknown = true): Kind => ({
  normalise: (sent, source) => (source === 'query' ? (written.get(sent) ?? sent) : sent),
  checks: [refusing(IsBoolean, 'wrong-type', 'must be true or false')],
  plain: asItIs,
  schema: () => ({ type: 'boolean' }),
  example: () => example,
});

export const emailKind = (example: unknown = 'ada@example.org'): Kind =>
  formKind(
    {
      // IsEmail takes quoted local parts, and within them spaces and control characters.
      // It throws on half a character.
      is: [matching(/^[^\s\p{Cc}"]+$/u), ours('isEmail', (value) => typeof value === 'string' && value.isWellFormed() && isEmail(value))],
      code: 'not-an-email-address',
      message: 'must be an e-mail address',
      max: 254,
      normalise: trimmed,
      schema: { format: 'email', maxLength: 254 },
    },
    example,
  );

// class-validator's IsPhoneNumber asks for the country of each number, or for a number that begins with it.
const telephone = /^\(?\+?[0-9][0-9 ()./-]{1,28}[0-9]$/;

export const telephoneKind = (example: unknown = '+44 20 7946 0000'): Kind =>
  formKind(
    {
      is: [matching(telephone)],
      code: 'not-a-telephone-number',
      message: 'must be a telephone number of digits, spaces and + ( ) . / -',
      normalise: trimmed,
      schema: { maxLength: 30 },
    },
    example,
  );

export const webAddressKind = (example: unknown = 'https://example.org/help'): Kind =>
  formKind(
    {
      is: [(options) => IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false }, options), ours('isPrintable', isPrintable(false))],
      code: 'not-a-web-address',
      message: 'must be an address that begins with https:// or http://',
      normalise: trimmed,
      schema: { format: 'uri', maxLength: 400 },
    },
    example,
  );

export const timeZoneKind = (example: unknown = 'Europe/London'): Kind =>
  formKind(
    {
      // IsTimeZone takes offsets such as +01:00 as well, which know no summer.
      is: [matching(/^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/), IsTimeZone],
      code: 'not-a-time-zone',
      message: 'must be a time zone such as Europe/London',
      schema: {},
    },
    example,
  );

// class-validator's IsLocale takes every word of five to eight letters.
const language = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;

export const languageKind = (example: unknown = 'en'): Kind =>
  formKind({ is: [matching(language)], code: 'not-a-language', message: 'must be a language tag such as en or pt-BR', schema: { pattern: language.source } }, example);

/** A password or token: kept exactly as it was sent. */
export const secretKind = (min: number, max: number, example: unknown): Kind => ({
  normalise: asItIs,
  checks: [
    isText,
    refusing((options) => MinLength(min, options), 'too-short', `must have at least ${min} characters`),
    refusing((options) => MaxLength(max, options), 'too-long', `must have at most ${max} characters`),
  ],
  plain: asItIs,
  schema: () => ({ type: 'string', format: 'password', minLength: min, maxLength: max }),
  example: () => example,
});
