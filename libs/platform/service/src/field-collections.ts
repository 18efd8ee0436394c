import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsInstance, IsObject, ValidateNested } from 'class-validator';
import { declaredBy, shownName, Problems, type Check, type Explain, type Field, type FieldsClass, type Kind } from './field-declarations.js';
import { codeKind, dateKind, emailKind, idKind, instantKind, languageKind, numberKind, ours, refusing, telephoneKind, textKind, timeOfDayKind, yesNoKind } from './field-kinds.js';
import { itemCheck, markedUnknown } from './field-validation.js';
import { checkName, jsonKind } from './free-json.js';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** More unknown fields than an answer would name. */
const manyUnknown = 100;

/** An object whose fields a class declares: unknown fields refused, absent optional ones left out. */
export function objectKind(typeOf: () => FieldsClass): Kind {
  let compiled: ReadonlyMap<string, Field> | undefined;
  const fieldsOf = (): ReadonlyMap<string, Field> => (compiled ??= declaredBy(typeOf()).fields);
  return {
    normalise(sent, source) {
      if (!isObject(sent)) return sent;
      const fields = fieldsOf();
      // An instance, for class-validator looks its checks up by the class; without the fields that a constructor would add.
      const body = Object.create(typeOf().prototype as object) as Record<string, unknown>;
      for (const { name, normalise } of fields.values()) {
        if (!Object.hasOwn(sent, name) || sent[name] === undefined) continue;
        body[name] = sent[name] === null ? null : normalise(sent[name], source);
      }
      let unknown = 0;
      for (const name of Object.keys(sent)) {
        if (fields.has(name)) continue;
        body[markedUnknown(name)] = true;
        if (++unknown === manyUnknown) break;
      }
      return body;
    },
    checks: [refusing(IsObject, 'wrong-type', 'must be an object'), refusing(ValidateNested, 'wrong-type', 'must be an object')],
    plain(checked) {
      if (!(checked instanceof typeOf())) return checked;
      const body = checked as Readonly<Record<string, unknown>>;
      const result: Record<string, unknown> = {};
      for (const { name, plain } of fieldsOf().values()) if (body[name] !== undefined) result[name] = plain(body[name]);
      return result;
    },
    schema() {
      const fields = [...fieldsOf().values()];
      const required = fields.filter((field) => !field.optional).map((field) => field.name);
      return {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(fields.map((field) => [field.name, field.schema()])),
        ...(required.length > 0 && { required }),
      };
    },
    example: () =>
      Object.fromEntries([...fieldsOf().values()].map((field) => [field.name, field.example()] as const).filter(([, example]) => example !== undefined)),
  };
}

export interface ListLimits {
  /** Default 0. */
  readonly min?: number;
  /** Default 100. */
  readonly max?: number;
  /** The same item twice is refused. */
  readonly unique?: boolean;
}

/** The checks of one item, made of every item. */
const ofEach = (item: Kind, explain: Explain): readonly Check[] => item.checks.map((put) => () => put({ each: true, explain }));

export function listKind(item: Kind, { min = 0, max = 100, unique = false }: ListLimits, example?: unknown): Kind {
  const checkItem = itemCheck(item);
  const identity = (value: unknown): string => JSON.stringify(value);
  const explain = (value: unknown, path: string, problems: Problems): void => {
    const items = value as readonly unknown[];
    const well = items.map((each, index) => {
      const before = problems.list.length;
      checkItem(each, `${path}.${index}`, problems);
      return problems.list.length === before;
    });
    if (!unique) return;
    const seen = new Set<string>();
    items.forEach((each, index) => {
      if (!well[index]) return;
      if (seen.has(identity(each))) problems.add(`${path}.${index}`, 'repeated', 'must not be in the list twice');
      seen.add(identity(each));
    });
  };
  return {
    normalise(sent, source) {
      // `?role=a,b` and `?role=a&role=b` are the same list.
      const items: unknown = source === 'query' && typeof sent === 'string' ? sent.split(',') : sent;
      return Array.isArray(items) && items.length <= max ? items.map((each) => item.normalise(each, source)) : items;
    },
    checks: [
      refusing(IsArray, 'wrong-type', 'must be a list'),
      refusing((options) => ArrayMinSize(min, options), 'too-few', `must have at least ${min} items`),
      refusing((options) => ArrayMaxSize(max, options), 'too-many', `must have at most ${max} items`),
      ...ofEach(item, explain),
      ...(unique ? [refusing((options) => ArrayUnique(identity, options), 'repeated', 'must not be in the list twice', explain)] : []),
    ],
    plain: (checked) => (Array.isArray(checked) ? checked.map(item.plain) : checked),
    schema: () => ({ type: 'array', items: item.schema(), minItems: min, maxItems: max, ...(unique && { uniqueItems: true }) }),
    example: () => example ?? [item.example()].filter((each) => each !== undefined),
  };
}

type Entries = ReadonlyMap<string, unknown>;

/**
 * An object whose keys are data (the names of a form's fields): at most `max` of them. Checked as a Map, whose values
 * class-validator checks one by one as it does a list's.
 */
export function recordKind(item: Kind, { min = 0, max = 200 }: Omit<ListLimits, 'unique'>, example?: unknown): Kind {
  const checkItem = itemCheck(item);
  const explain = (value: unknown, path: string, problems: Problems): void => {
    for (const [name, each] of value as Entries) {
      const at = `${path}.${shownName(name)}`;
      if (checkName(name, at, problems)) checkItem(each, at, problems);
    }
  };
  const hasPlainNames = (value: unknown): boolean => {
    const problems = new Problems();
    return [...(value as Entries).keys()].every((name) => checkName(name, '', problems));
  };
  return {
    normalise(sent, source) {
      if (!isObject(sent)) return sent;
      const entries = Object.entries(sent);
      return new Map(entries.length > max ? entries : entries.map(([name, each]) => [name, item.normalise(each, source)]));
    },
    checks: [
      refusing((options) => IsInstance(Map, options), 'wrong-type', 'must be an object'),
      refusing(ours('isLargeEnough', (value) => (value as Entries).size >= min), 'too-few', `must have at least ${min} entries`),
      refusing(ours('isSmallEnough', (value) => (value as Entries).size <= max), 'too-many', `must have at most ${max} entries`),
      refusing(ours('hasPlainNames', hasPlainNames), 'wrong-format', 'must have plain names', explain),
      ...ofEach(item, explain),
    ],
    plain: (checked) => (checked instanceof Map ? Object.fromEntries([...(checked as Entries)].map(([name, each]) => [name, item.plain(each)])) : checked),
    schema: () => ({ type: 'object', additionalProperties: item.schema(), minProperties: min, maxProperties: max }),
    example: () => example ?? {},
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
