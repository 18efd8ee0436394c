import type { EventMetadata, Json, JsonObject } from '@alongside/event-store';

/** A new event, as a decider returns it. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** Whose a personal field is. `of` answers the key id (the subject) from the event's data and metadata. */
export interface SubjectMark {
  readonly kind: 'mentee' | 'supporter' | 'staff' | 'referrer';
  readonly of: (data: JsonObject, metadata: EventMetadata) => string;
}

export const menteeSubject = (journeyId: string): string => `mentee-${journeyId}`;
export const supporterSubject = (supporterId: string): string => `supporter-${supporterId}`;
export const staffSubject = (staffId: string): string => `staff-${staffId}`;
export const referrerSubject = (referrerId: string): string => `referrer-${referrerId}`;

/** The mentee of the journey that the event belongs to. */
export const mentee: SubjectMark = { kind: 'mentee', of: (_data, metadata) => menteeSubject(required(metadata.journeyId, 'journeyId')) };

/** The mentee of the journey that a field of the event names, for events outside a journey's own streams. */
export const menteeOf = (field: string): SubjectMark => ({ kind: 'mentee', of: (data) => menteeSubject(textAt(data, field)) });
export const supporterOf = (field: string): SubjectMark => ({ kind: 'supporter', of: (data) => supporterSubject(textAt(data, field)) });
export const staffOf = (field: string): SubjectMark => ({ kind: 'staff', of: (data) => staffSubject(textAt(data, field)) });
export const referrerOf = (field: string): SubjectMark => ({ kind: 'referrer', of: (data) => referrerSubject(textAt(data, field)) });

/**
 * Personal fields by path. A path is dotted; `*` stands for every element of a list or every value of a record
 * (`answers.*.text`). What a path names is sealed whole, whatever its shape; absent fields are passed over.
 */
export type PersonalFields = Readonly<Record<string, SubjectMark>>;

export interface EventOptions<Data> {
  /** Current schema version, 1 when absent. */
  readonly version?: number;
  readonly personal?: PersonalFields;
  /** Personal fields of earlier versions, where they differ from today's: opening goes by the stored version. */
  readonly personalBefore?: Readonly<Record<number, PersonalFields>>;
  /** `upcast[n]` makes version n + 1 of version n. Pure; takes `erased` in the place of any personal field. */
  readonly upcast?: Readonly<Record<number, (data: JsonObject) => JsonObject>>;
  /**
   * For the one release in which the current version is read and not yet written, because processes of the release before, which cannot read it,
   * still run: the version that is written, and its data made of today's. What it leaves out is not kept. Removed with the next release.
   */
  readonly writes?: { readonly version: number; readonly as: (data: JsonObject) => JsonObject };
  /** One sentence for the catalogue. */
  readonly says: string;
  /** A made-up instance, in the clear: the catalogue's example and the first fixture. */
  readonly example: Data;
}

/** For `upcast`: a version that only gained fields which may be absent. */
export const unchanged = <T>(data: T): T => data;

export interface EventDefinition<Type extends string = string, Data = unknown> {
  (data: Data): DomainEvent<Type, Data>;
  readonly type: Type;
  readonly version: number;
  readonly personal: PersonalFields;
  readonly options: EventOptions<Data>;
}

/**
 * Defines an event: `const SiteOpened = event('SiteOpened').of<{ name: string }>({ says: …, example: … })`.
 * The definition is also the event's constructor: `SiteOpened({ name })`.
 */
export function event<Type extends string>(type: Type) {
  return {
    of<Data>(options: EventOptions<Data>): EventDefinition<Type, Data> {
      const create = (data: Data): DomainEvent<Type, Data> => ({ type, data });
      return Object.assign(create, { type, version: options.version ?? 1, personal: options.personal ?? {}, options });
    },
  };
}

/** Personal fields of an event as they were in a version: what is sealed in events stored with it. */
export const personalFieldsAt = (definition: AnyEventDefinition, version: number): PersonalFields =>
  version === definition.version ? definition.personal : (definition.options.personalBefore?.[version] ?? definition.personal);

/** New data of an event, of today's shape, as it is written down: of today's version, or of the one before where that is written still. */
export function asWritten({ version, options }: AnyEventDefinition, data: JsonObject): { readonly schemaVersion: number; readonly data: JsonObject } {
  return options.writes === undefined ? { schemaVersion: version, data } : { schemaVersion: options.writes.version, data: options.writes.as(data) };
}

/** The event that a definition makes. */
export type EventOf<Definition> = Definition extends EventDefinition<infer Type, infer Data> ? DomainEvent<Type, Data> : never;
/** The union of a list's events: `type ReferralEvent = EventsOf<typeof referralEvents>`. */
export type EventsOf<Definitions extends readonly unknown[]> = EventOf<Definitions[number]>;

// Definitions of different events in one list: the parameter type makes them invariant, hence the wide form.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyEventDefinition = EventDefinition<string, any>;

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw new Error(`a personal field of a mentee needs metadata.${name}`);
  return value;
}

function textAt(data: JsonObject, path: string): string {
  const value = path.split('.').reduce<Json | undefined>((at, key) => (at as JsonObject | undefined)?.[key], data);
  if (typeof value !== 'string') throw new Error(`a personal field's subject must be named at ${path}`);
  return value;
}
