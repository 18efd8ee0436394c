import { ValidateBy } from 'class-validator';
import { itemKind, listKind, objectKind, recordKind, type Item, type ListLimits } from './field-collections.js';
import { declareAcross, type FieldsClass, type Refusal } from './field-declarations.js';
import { field, type FieldOptions } from './field.js';
import {
  codeKind,
  dateKind,
  emailKind,
  idKind,
  instantKind,
  languageKind,
  numberKind,
  oneOfKind,
  secretKind,
  telephoneKind,
  textKind,
  timeOfDayKind,
  timeZoneKind,
  webAddressKind,
  yesNoKind,
  type NumberLimits,
  type TextLimits,
} from './field-kinds.js';
import { jsonKind } from './free-json.js';

export type { FieldOptions } from './field.js';

// The field decorators of request bodies and query strings: each one says at once how a value is checked (by decorators of
// class-validator's), how it is normalised, and how OpenAPI describes it. Bodies are read into plain objects.

/** One line of text, trimmed, 1 to 200 characters unless told otherwise. Codes: empty, too-short, too-long, control-characters, wrong-format. */
export const Text = (options: FieldOptions & Omit<TextLimits, 'lines' | 'format'> & { readonly example: string }): PropertyDecorator => field(textKind(options), options);

/** Text of several lines, up to 4000 characters unless told otherwise. */
export const LongText = (options: FieldOptions & { readonly max?: number; readonly min?: number; readonly example: string }): PropertyDecorator =>
  field(textKind({ max: 4000, ...options, lines: true }), options);

/** A UUID, kept in lower case. Code: not-an-id. */
export const Id = (options: FieldOptions = {}): PropertyDecorator => field(idKind(), options);

/** A code of the organisation's own choosing: lower-case words joined by hyphens, at most 60 characters. Code: not-a-code. */
export const Code = (options: FieldOptions & { readonly example: string; readonly max?: number }): PropertyDecorator =>
  field(codeKind(undefined, options.max), options);

/** One of the values given. Code: not-one-of. */
export const OneOf = (values: readonly string[], options: FieldOptions = {}): PropertyDecorator => field(oneOfKind(values), options);

/** A calendar date YYYY-MM-DD that exists. Codes: not-a-date, impossible-date. */
export const DateOnly = (options: FieldOptions = {}): PropertyDecorator => field(dateKind(), options);

/** A moment, RFC 3339 with an offset, kept in UTC with milliseconds. Code: not-an-instant. */
export const Instant = (options: FieldOptions = {}): PropertyDecorator => field(instantKind(), options);

/** HH:MM on a 24-hour clock. Code: not-a-time. */
export const TimeOfDay = (options: FieldOptions = {}): PropertyDecorator => field(timeOfDayKind(), options);

/** Codes: wrong-type, not-whole, too-small, too-large. */
export const WholeNumber = (options: FieldOptions & NumberLimits = {}): PropertyDecorator => field(numberKind(options, true, options.min ?? 1), options);

export const Decimal = (options: FieldOptions & NumberLimits = {}): PropertyDecorator => field(numberKind(options, false, options.min ?? 1.5), options);

export const YesNo = (options: FieldOptions = {}): PropertyDecorator => field(yesNoKind(), options);

/** Code: not-an-email-address. */
export const Email = (options: FieldOptions = {}): PropertyDecorator => field(emailKind(), options);

/** Code: not-a-telephone-number. */
export const Telephone = (options: FieldOptions = {}): PropertyDecorator => field(telephoneKind(), options);

/** An http(s) address. Code: not-a-web-address. */
export const WebAddress = (options: FieldOptions = {}): PropertyDecorator => field(webAddressKind(), options);

/** A time zone of the IANA database. Code: not-a-time-zone. */
export const TimeZone = (options: FieldOptions = {}): PropertyDecorator => field(timeZoneKind(), options);

/** A BCP 47 tag. Code: not-a-language. */
export const Language = (options: FieldOptions = {}): PropertyDecorator => field(languageKind(), options);

/** A password or token, kept exactly as sent. */
export const Secret = (options: FieldOptions & { readonly min?: number; readonly max?: number } = {}): PropertyDecorator =>
  field(secretKind(options.min ?? 1, options.max ?? 400, 'correct horse battery staple'), options);

/** `@ListOf(() => Item)` or `@ListOf('date')`: at most 100 items unless told otherwise. Codes: too-few, too-many, repeated; items as their kind. */
export const ListOf = (item: Item, options: FieldOptions & ListLimits = {}): PropertyDecorator => field(listKind(itemKind(item), options), options);

export const ListOfText = (options: FieldOptions & ListLimits & { readonly of?: TextLimits; readonly example: readonly string[] }): PropertyDecorator =>
  field(listKind(textKind(options.of), options), options);

export const ListOfIds = (options: FieldOptions & ListLimits = {}): PropertyDecorator => field(listKind(idKind(), options), options);

export const ListOfCodes = (options: FieldOptions & ListLimits & { readonly example: readonly string[] }): PropertyDecorator =>
  field(listKind(codeKind(), options), options);

/** A list of some of the values given. */
export const ListOfOneOf = (values: readonly string[], options: FieldOptions & ListLimits = {}): PropertyDecorator =>
  field(listKind(oneOfKind(values), options), options);

/** An object of another class of fields. */
export const Nested = (type: () => FieldsClass, options: FieldOptions = {}): PropertyDecorator => field(objectKind(type), options);

/** An object whose keys are data, each value of one kind: `@RecordOf('json')`, `@RecordOf(() => Answer)`. */
export const RecordOf = (item: Item, options: FieldOptions & Omit<ListLimits, 'unique'> & { readonly example: Readonly<Record<string, unknown>> }): PropertyDecorator =>
  field(recordKind(itemKind(item), options), options);

/** Any JSON value within bounds: four levels, 200 items a level, texts up to 4000 characters. */
export const AnyJson = (options: FieldOptions & { readonly example: unknown }): PropertyDecorator => field(jsonKind(), options);

/**
 * Beside a date, moment, time or number: it is not before (below) another field of the same object. Code: before-<other>;
 * with `sameIsRefused` the two may not be equal either.
 */
export const NotBefore =
  (other: string, options: { readonly sameIsRefused?: boolean } = {}): PropertyDecorator =>
  (target, name) => {
    const code = `before-${other.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const isNotBefore = (end: unknown, start: unknown): boolean => {
      // What is of another type is refused by itself.
      const isTold = (typeof end === 'string' && typeof start === 'string') || (typeof end === 'number' && typeof start === 'number');
      return !isTold || !(end < start || (options.sameIsRefused === true && end === start));
    };
    const decorate = ValidateBy(
      { name: code, validator: { validate: (value, of) => isNotBefore(value, (of?.object as Readonly<Record<string, unknown>> | undefined)?.[other]) } },
      { message: `must not be before ${other}`, context: { code, across: true } satisfies Refusal },
    );
    declareAcross(target.constructor, String(name), () => decorate(target, name));
  };

/** The base of every command's body. `occurredAt` reaches the decider in the command's envelope, not in its data. */
export class CommandBody {
  @Instant({ optional: true, says: 'When it happened, where that was before now', example: '2026-03-16T14:30:00.000Z' })
  occurredAt?: string;
}

export const commandVoices = ['mentee', 'referrer', 'supporter', 'staff'] as const;
export type CommandVoice = (typeof commandVoices)[number];

/** The base of the bodies of commands in which somebody may speak for the mentee, or take down what the mentee said. */
export class MenteeCommandBody extends CommandBody {
  @OneOf(commandVoices, { optional: true, says: 'Whose word or wish this is', example: 'mentee' })
  by?: CommandVoice;
}

/** `after`: wait until the read model has seen this position. */
export class AfterQuery {
  @Text({ optional: true, max: 64, pattern: /^[0-9A-Za-z_-]+$/, says: 'A position that a command answered with: waits until it can be seen here', example: '00000000000000000042' })
  after?: string;
}

/** What every list takes. */
export class ListQuery extends AfterQuery {
  @WholeNumber({ optional: true, min: 1, max: 100, says: 'Items a page, 50 unless told otherwise', example: 20 })
  limit?: number;

  @Text({ optional: true, max: 600, pattern: /^[0-9A-Za-z_.~=+/-]+$/, says: '`next` of the page before', example: 'bmV4dA' })
  cursor?: string;
}
