import type { Json, JsonObject } from '@alongside/event-store';

/**
 * What a value is after a round trip through JSON (absent fields for undefined ones, text for dates), so that a state folded
 * from what was just decided equals the one folded from the log. Answers the value itself where nothing changes: most often.
 */
export function asJson(value: unknown): JsonObject {
  const json = jsonOf(value, '');
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new TypeError("an event's data must be an object");
  return json as JsonObject;
}

function jsonOf(value: unknown, key: string): Json | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // Minus zero too is written as 0.
      return Number.isFinite(value) ? value + 0 : null;
    case 'object':
      break;
    case 'bigint':
      throw new TypeError('JSON has no big integers');
    default:
      return undefined;
  }
  if (value === null) return null;
  if ('toJSON' in value && typeof value.toJSON === 'function') return jsonOf((value.toJSON as (key: string) => unknown)(key), key);
  return Array.isArray(value) ? listOf(value) : objectOf(value as Readonly<Record<string, unknown>>);
}

function listOf(values: readonly unknown[]): Json {
  let copy: Json[] | undefined;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    const json = jsonOf(value, String(index)) ?? null;
    if (!copy && !Object.is(json, value)) copy = values.slice(0, index) as Json[];
    copy?.push(json);
  }
  return copy ?? (values as readonly Json[]);
}

function objectOf(value: Readonly<Record<string, unknown>>): Json {
  const keys = Object.keys(value);
  let copied: [string, Json][] | undefined;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as string;
    const json = jsonOf(value[key], key);
    if (!copied && (json === undefined || !Object.is(json, value[key]))) {
      copied = keys.slice(0, index).map((each) => [each, value[each] as Json]);
    }
    if (json !== undefined) copied?.push([key, json]);
  }
  return copied ? Object.fromEntries(copied) : (value as JsonObject);
}
