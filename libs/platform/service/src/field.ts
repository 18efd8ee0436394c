/** What is wrong with one field. `code` is stable; neither it nor `message` ever holds the value that was sent. */
export interface FieldProblem {
  /** Dotted, with list indexes: `answers.0.text`. Empty for the body as a whole. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export type JsonSchema = { readonly [key: string]: unknown };

/** Where a value came from: `query` values arrive as text and are read as what the field is. */
export type Source = 'body' | 'query';

/** Collects problems while a body is read; a value with a problem reads as undefined. */
export class Problems {
  readonly list: FieldProblem[] = [];

  add(path: string, code: string, message: string): undefined {
    // A hostile body cannot make the answer longer than the question.
    if (this.list.length < 100) this.list.push({ path, code, message });
    return undefined;
  }
}

/** One kind of value: how it is read and checked, and how it is described. Compiled once, when the class is declared. */
export interface Kind {
  /** The value as the system keeps it (trimmed, normalised), or undefined after reporting what is wrong with it. */
  readonly read: (value: unknown, path: string, problems: Problems, source: Source) => unknown;
  readonly schema: () => JsonSchema;
  readonly example: () => unknown;
}

export interface Field extends Kind {
  readonly name: string;
  readonly optional: boolean;
}

/** A check across the fields of one object, run when each field alone is well. */
export type ObjectCheck = (value: Readonly<Record<string, unknown>>, path: string, problems: Problems) => void;

export type FieldsClass<T extends object = object> = new () => T;

interface Declared {
  readonly fields: Map<string, Field>;
  readonly checks: ObjectCheck[];
}

const declared = new WeakMap<object, Declared>();

function ownOf(target: object): Declared {
  const existing = declared.get(target);
  if (existing) return existing;
  const fresh: Declared = { fields: new Map(), checks: [] };
  declared.set(target, fresh);
  return fresh;
}

/** Declares a field of a class; `target` is the class, as property decorators see it by its prototype. */
export function declareField(target: object, field: Field): void {
  ownOf(target).fields.set(field.name, field);
}

export function declareCheck(target: object, check: ObjectCheck): void {
  ownOf(target).checks.push(check);
}

/** Fields and checks of a class, those of its base classes first. */
export function declaredBy(type: FieldsClass): { readonly fields: ReadonlyMap<string, Field>; readonly checks: readonly ObjectCheck[] } {
  const chain: object[] = [];
  for (let at: object | null = type; at !== null && at !== Function.prototype; at = Object.getPrototypeOf(at) as object | null) chain.unshift(at);
  const fields = new Map<string, Field>();
  const checks: ObjectCheck[] = [];
  for (const each of chain) {
    const own = declared.get(each);
    own?.fields.forEach((field, name) => fields.set(name, field));
    if (own) checks.push(...own.checks);
  }
  return { fields, checks };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A name that somebody sent is shown back only when it looks like a name. */
export const shownName = (name: string): string => (/^[A-Za-z0-9_$.-]{1,60}$/.test(name) ? name : '(unnamed)');

/** The kind of an object whose fields a class declares: unknown fields refused, absent optional ones left out. */
export function objectKind(typeOf: () => FieldsClass): Kind {
  let compiled: ReturnType<typeof declaredBy> | undefined;
  const declaration = (): ReturnType<typeof declaredBy> => (compiled ??= declaredBy(typeOf()));
  return {
    read(value, path, problems, source) {
      if (!isObject(value)) return problems.add(path, 'wrong-type', 'must be an object');
      const { fields, checks } = declaration();
      const prefix = path === '' ? '' : `${path}.`;
      const before = problems.list.length;
      const result: Record<string, unknown> = {};
      for (const field of fields.values()) {
        const sent = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
        if (sent === undefined) {
          if (!field.optional) problems.add(prefix + field.name, 'required', 'is required');
          continue;
        }
        if (sent === null) {
          problems.add(prefix + field.name, field.optional ? 'wrong-type' : 'required', field.optional ? 'must be left out or have a value' : 'is required');
          continue;
        }
        const read = field.read(sent, prefix + field.name, problems, source);
        if (read !== undefined) result[field.name] = read;
      }
      for (const name of Object.keys(value)) {
        if (!fields.has(name)) problems.add(prefix + shownName(name), 'unknown-field', 'is not a field of this request');
      }
      if (problems.list.length === before) for (const check of checks) check(result, path, problems);
      return result;
    },
    schema() {
      const { fields } = declaration();
      const required = [...fields.values()].filter((field) => !field.optional).map((field) => field.name);
      return {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries([...fields.values()].map((field) => [field.name, field.schema()])),
        ...(required.length > 0 && { required }),
      };
    },
    example: () =>
      Object.fromEntries([...declaration().fields.values()].map((field) => [field.name, field.example()] as const).filter(([, example]) => example !== undefined)),
  };
}

export interface Read<T> {
  readonly value: T;
  readonly problems: readonly FieldProblem[];
}

/** Compiles a class into a function that reads a body (or a query string) into a plain object of that shape. */
export function reader<T extends object>(type: FieldsClass<T>, source: Source = 'body'): (sent: unknown) => Read<T> {
  const kind = objectKind(() => type);
  return (sent) => {
    const problems = new Problems();
    const value = kind.read(sent, '', problems, source) as T;
    return { value, problems: problems.list };
  };
}

/** JSON Schema (2020-12, as OpenAPI 3.1 takes it) of a class of fields. */
export const schemaOf = (type: FieldsClass): JsonSchema => objectKind(() => type).schema();

/** A whole made-up instance, of the fields' own examples. */
export const exampleOf = (type: FieldsClass): Readonly<Record<string, unknown>> => objectKind(() => type).example() as Readonly<Record<string, unknown>>;
