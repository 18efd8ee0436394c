import { IsDefined, ValidateIf } from 'class-validator';
import { objectKind } from './field-collections.js';
import { declareField, Problems, type FieldProblem, type FieldsClass, type JsonSchema, type Kind, type Source } from './field-declarations.js';
import { refusing } from './field-kinds.js';
import { check } from './field-validation.js';

export { declaredBy, type FieldProblem, type FieldsClass, type JsonSchema } from './field-declarations.js';

export interface FieldOptions {
  /** May be left out; without it the field is required. `null` is refused either way. */
  readonly optional?: boolean;
  /** One phrase for OpenAPI. */
  readonly says?: string;
  /** Made-up; part of the whole example of the body. */
  readonly example?: unknown;
}

// IsOptional would let null through. Required fields have a condition too, which replaces that of a base class.
const presence = (optional: boolean): readonly PropertyDecorator[] =>
  optional
    ? [ValidateIf((_, value) => value !== undefined), refusing(IsDefined, 'wrong-type', 'must be left out or have a value')({})]
    : [ValidateIf(() => true), refusing(IsDefined, 'required', 'is required')({})];

/** A decorator that declares a field of a kind and puts the kind's checks on it. */
export function field(kind: Kind, { optional = false, says, example }: FieldOptions): PropertyDecorator {
  return (target, name) => {
    for (const decorate of presence(optional)) decorate(target, name);
    for (const put of kind.checks) put({})(target, name);
    declareField(target.constructor, {
      ...kind,
      name: String(name),
      optional,
      schema: () => ({ ...kind.schema(), ...(says !== undefined && { description: says }) }),
      example: () => example ?? kind.example(),
    });
  };
}

export interface Read<T> {
  /** Only where there are no problems as its type says. */
  readonly value: T;
  readonly problems: readonly FieldProblem[];
}

/** A function that reads a body (or a query string) into a plain object of the shape of a class. */
export function reader<T extends object>(type: FieldsClass<T>, source: Source = 'body'): (sent: unknown) => Read<T> {
  const kind = objectKind(() => type);
  return (sent) => {
    const problems = new Problems();
    const body = kind.normalise(sent, source);
    if (body instanceof type) check(body, problems);
    else problems.add('', 'wrong-type', 'must be an object');
    return { value: kind.plain(body) as T, problems: problems.list };
  };
}

/** JSON Schema (2020-12, as OpenAPI 3.1 takes it) of a class of fields. */
export const schemaOf = (type: FieldsClass): JsonSchema => objectKind(() => type).schema();

/** A whole made-up instance, of the fields' own examples. */
export const exampleOf = (type: FieldsClass): Readonly<Record<string, unknown>> => objectKind(() => type).example() as Readonly<Record<string, unknown>>;
