import { getMetadataStorage, useContainer, validateSync, ValidationTypes, type ValidationError } from 'class-validator';
import { declaredBy, shownName, type FieldsClass, type Kind, type Problems, type Refusal } from './field-declarations.js';

// Every check is a class of its own to class-validator, whose own container looks for its instance from the first check of
// the system to the last, each time. This one finds it at once.
const instances = new Map<unknown, unknown>();
useContainer({
  get(type: new () => unknown): unknown {
    const known = instances.get(type) ?? new type();
    instances.set(type, known);
    return known;
  },
});

// Likewise it looks through all classes there are whenever it checks an object. What it finds for a class stays true until
// a check is added, so it is kept: an object costs the same however many classes the system has.
const storage = getMetadataStorage();
const lookUp = storage.getTargetValidationMetadatas.bind(storage);
const add = storage.addValidationMetadata.bind(storage);
type Found = ReturnType<typeof lookUp>;
const found = new Map<unknown, Found>();

/** Without the checks that a field has in base classes of the one that declares it last; it leaves those two steps up. */
function withoutReplaced(all: Found): Found {
  const last = new Map<string, Found[number]['target']>();
  for (const { propertyName, target } of all) {
    const known = last.get(propertyName);
    if (known === undefined || (target as FieldsClass).prototype instanceof (known as FieldsClass)) last.set(propertyName, target);
  }
  return all.filter(({ propertyName, target }) => target === last.get(propertyName));
}

storage.getTargetValidationMetadatas = (type, ...how) => {
  const known = found.get(type) ?? withoutReplaced(lookUp(type, ...how));
  found.set(type, known);
  return known;
};
storage.addValidationMetadata = (metadata) => {
  found.clear();
  add(metadata);
};

/**
 * Marks the name of a field that nobody declared. class-validator looks names up in a plain object, where it would find
 * `constructor` and `__proto__`; with the mark it finds none of them.
 */
const unknownMark = 'unknown ';

export const markedUnknown = (name: string): string => unknownMark + name;

const validate = (object: object): ValidationError[] =>
  validateSync(object, { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true, forbidUnknownValues: false });

/** Checks an instance of a class of fields. */
export function check(body: object, problems: Problems): void {
  tellAll(validate(body), '', problems);
}

/**
 * Checks single items of a list or record. class-validator tells that some item is wrong, not which one: standing in an
 * object of its own, each has an error of its own.
 */
export function itemCheck({ checks }: Kind): (value: unknown, path: string, problems: Problems) => void {
  class Item {
    constructor(readonly item: unknown) {}
  }
  for (const each of checks) each({})(Item.prototype, 'item');
  return (value, path, problems) => {
    for (const error of validate(new Item(value))) tell(error, path, problems);
  };
}

const refusalsOf = ({ contexts = {} }: ValidationError): Readonly<Record<string, Refusal>> => contexts as Record<string, Refusal>;

function tell(error: ValidationError, path: string, problems: Problems): void {
  for (const [name, message] of Object.entries(error.constraints ?? {})) {
    if (name === ValidationTypes.WHITELIST) {
      problems.add(path, 'unknown-field', 'is not a field of this request');
      continue;
    }
    const refusal = refusalsOf(error)[name];
    if (!refusal) throw new Error(`the check ${name} has no code`);
    if (refusal.explain) refusal.explain(error.value, path, problems);
    else problems.add(path, refusal.code, message);
  }
  tellAll(error.children ?? [], path, problems);
}

/** The errors of one object's fields, in the order in which they are declared, unknown ones last; or those of a list's items. */
function tellAll(errors: readonly ValidationError[], path: string, problems: Problems): void {
  const [first] = errors;
  if (!first) return;
  const names = [...declaredBy((first.target as object).constructor).fields.keys()];
  const place = ({ property }: ValidationError): number => (names.includes(property) ? names.indexOf(property) : names.length);
  const before = problems.list.length;
  const across: ValidationError[] = [];
  const pathOf = ({ property }: ValidationError): string => {
    const name = shownName(property.startsWith(unknownMark) ? property.slice(unknownMark.length) : property);
    return path === '' ? name : `${path}.${name}`;
  };
  for (const error of errors.toSorted((one, other) => place(one) - place(other))) {
    if (Object.values(refusalsOf(error)).some((refusal) => refusal.across)) across.push(error);
    else tell(error, pathOf(error), problems);
  }
  if (problems.list.length === before) for (const error of across) tell(error, pathOf(error), problems);
}
