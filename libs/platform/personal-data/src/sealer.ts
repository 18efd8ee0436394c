import { erased, personalFieldsAt, type AnyEventDefinition, type Json, type JsonObject, type Sealer } from '@alongside/event-sourcing';
import { close, isEnvelope } from './envelope.js';
import type { SubjectKey, SubjectKeys } from './subject-keys.js';

/**
 * Seals by the personal paths that the definition has for the version that is written. What a path names is sealed whole; what is absent or null is passed over; what is
 * sealed already stays as it is. Fields of an erased subject are stored as `erased`: nothing of theirs is written again.
 */
export function createSealer(keys: SubjectKeys): Sealer {
  return {
    async seal(definition, stream, eventId, data, metadata) {
      const marks = Object.entries(personalFieldsAt(definition, metadata.schemaVersion))
        .map(([path, mark]) => ({ segments: path.split('.'), mark }))
        .filter(({ segments }) => namesSomething(data, segments))
        .map(({ segments, mark }) => ({ segments, subject: mark.of(data, metadata) }));
      if (marks.length === 0) return data;

      const subjectKeys = await keys.make([...new Set(marks.map(({ subject }) => subject))]);
      let sealed: Json = data;
      for (const { segments, subject } of marks) {
        const key = subjectKeys.get(subject) ?? erased;
        sealed = replaceAt(sealed, segments, [], (value, field) => sealOne(key, { subject, stream, eventId, field }, value));
      }
      return sealed as JsonObject;
    },
  };
}

/** Paths that are marked personal and yet hold a value in the clear, in data as it is stored: there should be none. */
export function personalFieldsInTheClear(personal: AnyEventDefinition['personal'], stored: JsonObject): readonly string[] {
  return Object.keys(personal).filter((path) => {
    let isClear = false;
    replaceAt(stored, path.split('.'), [], (value) => {
      isClear ||= value !== erased;
      return value;
    });
    return isClear;
  });
}

function sealOne(key: SubjectKey, origin: Parameters<typeof close>[1], value: Json): Json {
  return key === erased ? erased : (close(key, origin, value) as unknown as Json);
}

function namesSomething(data: Json, segments: readonly string[]): boolean {
  let found = false;
  replaceAt(data, segments, [], (value) => {
    found = true;
    return value;
  });
  return found;
}

/** A copy of `value` with what the path names replaced; shares everything else. Stops at absent, null and sealed values. */
function replaceAt(value: Json | undefined, segments: readonly string[], at: readonly string[], replace: (value: Json, field: string) => Json): Json {
  if (value === undefined || value === null) return null;
  if (typeof value === 'object' && isEnvelope(value)) return value;
  const [segment, ...rest] = segments;
  if (segment === undefined) return replace(value, at.join('.'));
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    return segment === '*' ? items.map((item, index) => replaceAt(item, rest, [...at, String(index)], replace)) : value;
  }
  const record = value as JsonObject;
  if (segment === '*') return Object.fromEntries(Object.entries(record).map(([key, each]) => [key, replaceAt(each, rest, [...at, key], replace)]));
  return Object.hasOwn(record, segment) && record[segment] !== undefined
    ? { ...record, [segment]: replaceAt(record[segment], rest, [...at, segment], replace) }
    : value;
}
