// Everything that can be wrong with a body, made from its schema and its example.

export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface Mutation {
  readonly what: string;
  readonly body: unknown;
  /** Dotted path of the field that the answer has to name, or of one within it. */
  readonly field: string;
}

/** In every text that is sent, so that an answer which shows it is found out. */
export const marker = 'Wilhelmina-of-the-hill';

type Put = (value: unknown) => unknown;
const leftOut = Symbol('left out');

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Each body has one thing wrong with it. */
export function mutationsOf(schema: Schema, example: unknown): readonly Mutation[] {
  return [...ofObject(schema, example as Readonly<Record<string, unknown>>, '', (body) => body)];
}

/** The example without each field that may be left out. */
export function withoutOptional({ properties = {}, required = [] }: Schema, example: Readonly<Record<string, unknown>>): readonly Mutation[] {
  return Object.keys(properties)
    .filter((name) => !required.includes(name) && name in example)
    .map((name) => ({ what: 'left out', field: name, body: Object.fromEntries(Object.entries(example).filter(([key]) => key !== name)) }));
}

function* ofObject({ properties = {}, required = [], additionalProperties }: Schema, example: Readonly<Record<string, unknown>>, path: string, put: Put): Generator<Mutation> {
  const within = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const putField =
    (name: string): Put =>
    (value) =>
      put(value === leftOut ? Object.fromEntries(Object.entries(example).filter(([key]) => key !== name)) : { ...example, [name]: value });

  for (const [name, field] of Object.entries(properties)) {
    if (required.includes(name)) yield { what: 'missing', field: within(name), body: putField(name)(leftOut) };
    yield* ofValue(field, example[name], within(name), putField(name));
  }
  if (additionalProperties === false) {
    yield { what: 'unknown', field: within('colour'), body: putField('colour')(marker) };
    yield { what: 'sealed by the sender', field: path === '' ? '' : path, body: putField('$sealed')(marker) };
  } else if (isObject(additionalProperties)) {
    yield { what: 'a name that is none', field: path, body: putField(`${marker} and a blank`)(marker) };
    const [first] = Object.entries(example);
    if (first) yield* ofValue(additionalProperties as Schema, first[1], within(first[0]), putField(first[0]));
  }
}

function* ofValue(schema: Schema, example: unknown, path: string, put: Put): Generator<Mutation> {
  const wrong = (what: string, value: unknown): Mutation => ({ what, field: path, body: put(value) });
  yield wrong('null', null);
  if (Array.isArray(schema.type) || schema.type === undefined) {
    yield wrong('sealed by the sender', { $sealed: marker });
    yield wrong('nested deep', nested(40));
    return;
  }
  switch (schema.type) {
    case 'object':
      for (const value of [marker, [marker], 7]) yield wrong('wrong type', value);
      yield* ofObject(schema, isObject(example) ? example : {}, path, put);
      return;
    case 'array':
      for (const value of [marker, { [marker]: marker }, 7]) yield wrong('wrong type', value);
      yield* ofList(schema, Array.isArray(example) ? example : [], path, put);
      return;
    case 'boolean':
      for (const value of ['true', 1, {}]) yield wrong('wrong type', value);
      return;
    case 'integer':
    case 'number':
      for (const value of ['3', true, {}]) yield wrong('wrong type', value);
      if (schema.type === 'integer') yield wrong('no whole number', (typeof example === 'number' ? example : 1) + 0.5);
      if (schema.minimum !== undefined && schema.minimum > Number.MIN_SAFE_INTEGER) yield wrong('too small', schema.minimum - 1);
      if (schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER) yield wrong('too large', schema.maximum + 1);
      yield wrong('beyond measure', 1e300);
      return;
    default:
      for (const value of [7, { $sealed: marker }, { toString: marker }]) yield wrong('wrong type', value);
      for (const [what, value] of badTexts(schema)) yield wrong(what, value);
  }
}

function* ofList({ items = {}, minItems = 0, maxItems = 100 }: Schema, example: readonly unknown[], path: string, put: Put): Generator<Mutation> {
  if (minItems > 0) yield { what: 'too few', field: path, body: put([]) };
  const [first] = example;
  if (first === undefined) return;
  yield { what: 'too many', field: path, body: put(Array.from({ length: maxItems + 1 }, () => first)) };
  yield* ofValue(items, first, `${path}.0`, (value) => put(value === leftOut ? example.slice(1) : [value, ...example.slice(1)]));
}

function* badTexts({ enum: values, format, pattern, minLength = 0, maxLength }: Schema): Generator<readonly [what: string, value: string]> {
  if (maxLength !== undefined) yield ['too long', marker.repeat(Math.ceil((maxLength + 1) / marker.length))];
  yield ['long beyond measure', marker.repeat(5_000)];
  if (values) yield ['none of those', marker];
  if (minLength > 0 || values || format !== undefined || pattern !== undefined) yield ['empty', ''];
  if (format !== 'password') {
    yield ['control characters', `a${String.fromCharCode(0)}b${String.fromCharCode(27)}`];
    yield ['half a character', `a${String.fromCharCode(0xd800)}b`];
  }
  const wrongForms: Readonly<Record<string, readonly string[]>> = {
    date: ['2026-02-31', '2026-13-01', '2025-02-29', '16.03.2026', '2026-3-1', '2026-03-16T10:00:00Z', marker],
    'date-time': ['2026-02-31T10:00:00Z', '2026-03-16T25:00:00Z', '2026-03-16T10:61:00Z', '2026-03-16', '2026-03-16T10:00:00', marker],
    uuid: [marker, '00000000-0000-4000-8000-00000000000g', '00000000-0000-4000-8000-000000000001 '],
    email: [marker, 'a@b', '@example.org', 'a b@example.org'],
    uri: [marker, 'javascript:alert(1)', 'file:///etc/passwd'],
  };
  for (const value of wrongForms[format ?? ''] ?? []) yield [`no ${format ?? ''}`, value];
}

const nested = (depth: number): unknown => (depth === 0 ? marker : [nested(depth - 1)]);
