/**
 * A personal value after sealing: an envelope that only the subject's key opens.
 * `$sealed` = [version, key id (the subject), origin stream, origin event id, field path, base64 of iv + ciphertext + tag].
 * The origin travels with the value, so that a copy in another context's log opens like the first one.
 */
export interface Sealed {
  readonly $sealed: readonly [version: 1, subject: string, stream: string, eventId: string, field: string, box: string];
}

/**
 * A personal value. In a command and in a new event it is in the clear; in a recorded event, a folded state and a
 * read-model document it is sealed. Deciders and projections carry it and never look inside.
 */
export type Personal<T> = T | Sealed;

/** What stands in place of a value whose key is gone. */
export const erased = 'erased';
export type Erased = typeof erased;

/** The same shape with every `Personal` field readable, or `erased`. */
export type Opened<T> = T extends Sealed
  ? never
  : T extends readonly (infer Item)[]
    ? readonly Opened<Item>[]
    : T extends object
      ? { [Key in keyof T]: Sealed extends T[Key] ? Opened<Exclude<T[Key], Sealed>> | Erased : Opened<T[Key]> }
      : T;

export function isSealed(value: unknown): value is Sealed {
  return typeof value === 'object' && value !== null && '$sealed' in value;
}

/** Every sealed value within a value, at any depth. */
export function sealedIn(value: unknown): readonly Sealed[] {
  if (isSealed(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(sealedIn) : [];
}
