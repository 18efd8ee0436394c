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

/** Collects problems while a body is checked. */
export class Problems {
  readonly list: FieldProblem[] = [];

  add(path: string, code: string, message: string): undefined {
    // A hostile body cannot make the answer longer than the question.
    if (this.list.length < 100) this.list.push({ path, code, message });
    return undefined;
  }
}

/** Tells what is wrong within a value, where class-validator only knows that something is. */
export type Explain = (value: unknown, path: string, problems: Problems) => void;

/** What class-validator carries beside each check, and gives back when the check fails. */
export interface Refusal {
  readonly code: string;
  readonly explain?: Explain | undefined;
  /** A check across fields: told only when each field of the object alone is well. */
  readonly across?: true;
}

/** A check of class-validator's, for a property that holds the value itself or, with `each`, a list or map of such values. */
export type Check = (place: { readonly each?: boolean; readonly explain?: Explain }) => PropertyDecorator;

/** One kind of value: how it is read, how it is checked, and how it is described. */
export interface Kind {
  /** What is checked: the value as the system keeps it (trimmed, in normal form); one that can only be refused stays as it was sent. */
  readonly normalise: (sent: unknown, source: Source) => unknown;
  /** In this order; the first that fails is told. */
  readonly checks: readonly Check[];
  /** The plain value behind what was checked. */
  readonly plain: (checked: unknown) => unknown;
  readonly schema: () => JsonSchema;
  readonly example: () => unknown;
}

export interface Field extends Kind {
  readonly name: string;
  readonly optional: boolean;
}

export type FieldsClass<T extends object = object> = new () => T;

interface Declared {
  readonly fields: Map<string, Field>;
  readonly across: { readonly name: string; readonly put: () => void }[];
}

const declared = new WeakMap<object, Declared>();

function ownOf(type: object): Declared {
  const existing = declared.get(type);
  if (existing) return existing;
  const fresh: Declared = { fields: new Map(), across: [] };
  declared.set(type, fresh);
  return fresh;
}

export function declareField(type: object, field: Field): void {
  ownOf(type).fields.set(field.name, field);
}

/**
 * Puts a check across fields on a property once the class is complete: decorators run from the last to the first, and the
 * property's own checks must come before.
 */
export function declareAcross(type: object, name: string, put: () => void): void {
  ownOf(type).across.push({ name, put });
}

/** The fields of a class, those of its base classes first. */
export function declaredBy(type: object): { readonly fields: ReadonlyMap<string, Field> } {
  const chain: object[] = [];
  for (let at: object | null = type; at !== null && at !== Function.prototype; at = Object.getPrototypeOf(at) as object | null) chain.unshift(at);
  const fields = new Map<string, Field>();
  for (const each of chain) {
    const own = declared.get(each);
    own?.fields.forEach((field, name) => fields.set(name, field));
    for (const { name, put } of own?.across.splice(0) ?? []) {
      // class-validator would take this for all the checks there are, and forget those of the base class.
      if (!own?.fields.has(name)) throw new Error(`${name} has a check across fields but is no field of the same class`);
      put();
    }
  }
  return { fields };
}

/** A name that somebody sent is shown back only when it looks like a name. */
export const shownName = (name: string): string => (/^[A-Za-z0-9_$.-]{1,60}$/.test(name) ? name : '(unnamed)');
