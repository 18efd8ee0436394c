import type { JsonObject, RecordedEvent } from '@alongside/event-store';
import { type AnyEventDefinition, type PersonalFields, personalFieldsAt } from './event.js';

/** The log holds an event of a type, or of a version, that this program does not know. */
export class UnknownEvent extends Error {
  constructor(
    readonly stream: string,
    readonly revision: number,
    readonly type: string,
    readonly version: number,
    reason: string,
  ) {
    super(`${stream}, revision ${revision}: ${type} version ${version} ${reason}`);
    this.name = 'UnknownEvent';
  }
}

/** Opens every sealed value within a value; one whose key is gone reads `erased`. */
export type OpenSealed = (data: JsonObject) => Promise<unknown>;

/** Every event that a log may hold, by type: brings what was recorded in earlier versions up to date. */
export class EventCatalogue {
  readonly #definitions = new Map<string, AnyEventDefinition>();

  /** Throws for two definitions of one type, and for a version that nothing upcasts. The same definition may come twice. */
  constructor(definitions: Iterable<AnyEventDefinition>) {
    for (const each of definitions) {
      const known = this.#definitions.get(each.type);
      if (known && known !== each) throw new Error(`two event definitions have the type ${each.type}`);
      mustUpcastEveryVersion(each);
      mustWriteAnEarlierVersion(each);
      this.#definitions.set(each.type, each);
    }
  }

  get definitions(): readonly AnyEventDefinition[] {
    return [...this.#definitions.values()];
  }

  find(type: string): AnyEventDefinition | undefined {
    return this.#definitions.get(type);
  }

  /** Throws for a type that is not in the catalogue. */
  get(type: string): AnyEventDefinition {
    const definition = this.#definitions.get(type);
    if (!definition) throw new Error(`no event definition has the type ${type}`);
    return definition;
  }

  /** Whether an event is of a type, and of a version, that can be brought up to date: a newer program may have written others. */
  knows({ type, metadata: { schemaVersion } }: RecordedEvent): boolean {
    const definition = this.#definitions.get(type);
    return definition !== undefined && Number.isInteger(schemaVersion) && schemaVersion >= 1 && schemaVersion <= definition.version;
  }

  /** Personal fields of an event as they were in a version: what is sealed in events stored with it. */
  personalAt(type: string, version: number): PersonalFields {
    return personalFieldsAt(this.get(type), version);
  }

  /**
   * The event in today's shape, sealed values still sealed: upcasters carry them whole. Itself where it is of today's version.
   * Throws `UnknownEvent`.
   */
  upToDate(recorded: RecordedEvent): RecordedEvent {
    const definition = this.#definitionOf(recorded);
    return definition.version === recorded.metadata.schemaVersion ? recorded : upcast(definition, recorded, recorded.data);
  }

  /**
   * The event in today's shape, readable: what the stored version sealed is opened first, as it stands there, then upcast;
   * upcasters may find `erased` in the place of any personal field. Throws `UnknownEvent`.
   */
  async openedUpToDate(recorded: RecordedEvent, open: OpenSealed): Promise<RecordedEvent> {
    return upcast(this.#definitionOf(recorded), recorded, (await open(recorded.data)) as JsonObject);
  }

  #definitionOf({ stream, revision, type, metadata: { schemaVersion } }: RecordedEvent): AnyEventDefinition {
    const definition = this.#definitions.get(type);
    if (!definition) throw new UnknownEvent(stream, revision, type, schemaVersion, 'is of no known type');
    if (!Number.isInteger(schemaVersion) || schemaVersion < 1 || schemaVersion > definition.version) {
      throw new UnknownEvent(stream, revision, type, schemaVersion, `is not among the versions 1 to ${definition.version}`);
    }
    return definition;
  }
}

function upcast(definition: AnyEventDefinition, recorded: RecordedEvent, stored: JsonObject): RecordedEvent {
  const data = upcastData(definition, recorded.metadata.schemaVersion, stored);
  return { ...recorded, data, metadata: { ...recorded.metadata, schemaVersion: definition.version } };
}

/** Data of a version in today's shape. */
export function upcastData(definition: AnyEventDefinition, from: number, stored: JsonObject): JsonObject {
  let data = stored;
  for (let version = from; version < definition.version; version += 1) data = definition.options.upcast?.[version]?.(data) ?? data;
  return data;
}

function mustWriteAnEarlierVersion({ type, version, options: { writes } }: AnyEventDefinition): void {
  if (writes && !(Number.isInteger(writes.version) && writes.version >= 1 && writes.version < version)) {
    throw new Error(`${type} has version ${version}, and version ${writes.version} is none before it that could be written still`);
  }
}

function mustUpcastEveryVersion({ type, version, options }: AnyEventDefinition): void {
  for (let from = 1; from < version; from += 1) {
    if (!options.upcast?.[from]) throw new Error(`${type} has version ${version}, but nothing upcasts version ${from}`);
  }
}
