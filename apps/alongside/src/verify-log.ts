import { UnknownEvent, type EventCatalogue } from '@alongside/event-sourcing';
import { followsAtOnce, isUnreadable, type EventStore, type RecordedEvent } from '@alongside/event-store';
import { personalFieldsInTheClear, type PersonalData } from '@alongside/personal-data';

/** Something that is not as it has to be, and where it stands. No personal data. */
export interface Fault {
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly type: string;
  readonly what: string;
}

export interface Verified {
  readonly events: number;
  readonly streams: number;
  /** Position of the last event. */
  readonly position: string | undefined;
  /** Sealed values, by what became of them. */
  readonly sealed: { readonly opened: number; readonly erased: number; readonly corrupt: number };
  /** Events that were recorded in an earlier version and brought up to date. */
  readonly upcast: number;
  readonly faults: number;
}

export interface VerifyOptions {
  readonly store: Pick<EventStore, 'readAll'>;
  readonly catalogue: EventCatalogue;
  readonly personal: Pick<PersonalData, 'open' | 'verify'>;
  /** Told of every fault as it is found. */
  readonly onFault: (fault: Fault) => void;
  readonly onProgress?: (events: number, position: string) => void;
  readonly signal?: AbortSignal;
}

const progressEvery = 500;

const isTime = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T.*Z$/.test(value) && !Number.isNaN(Date.parse(value));
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** What a recorded event's metadata lacks. */
function missingMetadata({ metadata }: RecordedEvent): readonly string[] {
  const { actor, eventId, commandId, correlationId, organisationId, occurredAt, recordedAt } = metadata;
  const texts = { eventId, commandId, correlationId, organisationId };
  return [
    ...Object.entries(texts).flatMap(([name, value]) => (isText(value) ? [] : [name])),
    ...(isTime(occurredAt) ? [] : ['occurredAt']),
    ...(isTime(recordedAt) ? [] : ['recordedAt']),
    ...(isText((actor as Partial<typeof actor> | undefined)?.id) && isText(actor.role) ? [] : ['actor']),
  ];
}

/**
 * Reads the whole log and checks that it is whole: positions increase without a gap, each stream's revisions too, no event stands
 * twice, every event is of a known type and version and can be brought up to date, every sealed value opens or is of
 * somebody erased, and nothing that is marked personal stands in the clear.
 */
export async function verifyLog({ store, catalogue, personal, onFault, onProgress, signal }: VerifyOptions): Promise<Verified> {
  const revisions = new Map<string, number>();
  const eventIds = new Set<string>();
  const sealed = { opened: 0, erased: 0, corrupt: 0 };
  let events = 0;
  let faults = 0;
  let upcast = 0;
  let position: string | undefined;

  const fault = (at: RecordedEvent, what: string): void => {
    faults += 1;
    onFault({ stream: at.stream, revision: at.revision, position: at.position, type: at.type, what });
  };

  const checkPlace = (at: RecordedEvent): void => {
    if (position !== undefined && at.position <= position) fault(at, `its position does not follow ${position}`);
    else if (!followsAtOnce(position, at.position)) fault(at, `events are missing before it: ${position === undefined ? 'the log does not begin at its beginning' : `the last position was ${position}`}`);
    const expected = (revisions.get(at.stream) ?? -1) + 1;
    if (at.revision !== expected) fault(at, `its revision should be ${expected}`);
    revisions.set(at.stream, at.revision);
    position = at.position;
  };

  /** Whether every sealed value is as it has to be. */
  const checkSealed = async (event: RecordedEvent): Promise<boolean> => {
    let whole = true;
    for (const { field, verdict } of await personal.verify(event.data)) {
      sealed[verdict] += 1;
      if (verdict !== 'corrupt') continue;
      whole = false;
      fault(event, `the sealed value ${field === '' ? '(unnamed)' : field} does not open: it is damaged, moved or forged, or its key is missing`);
    }
    return whole;
  };

  const checkDefinition = async (event: RecordedEvent, opens: boolean): Promise<void> => {
    try {
      catalogue.upToDate(event);
      const { schemaVersion } = event.metadata;
      for (const path of personalFieldsInTheClear(catalogue.personalAt(event.type, schemaVersion), event.data)) fault(event, `the personal field ${path} stands in the clear`);
      if (schemaVersion === catalogue.get(event.type).version) return;
      upcast += 1;
      if (opens) await catalogue.openedUpToDate(event, (data) => personal.open(data));
    } catch (error) {
      const { schemaVersion } = event.metadata;
      fault(event, error instanceof UnknownEvent ? `${event.type} version ${schemaVersion} is not known to this program` : `it cannot be brought up to date from version ${schemaVersion}`);
    }
  };

  const check = async (event: RecordedEvent): Promise<void> => {
    checkPlace(event);
    if (isUnreadable(event)) return fault(event, 'it cannot be read');
    const missing = missingMetadata(event);
    if (missing.length > 0) fault(event, `its metadata lacks ${missing.join(', ')}`);
    const { eventId } = event.metadata;
    if (eventIds.has(eventId)) fault(event, `the event id ${eventId} stands in the log twice`);
    eventIds.add(eventId);
    if (typeof event.data !== 'object' || event.data === null || Array.isArray(event.data)) return fault(event, 'its data is no object');
    await checkDefinition(event, await checkSealed(event));
  };

  for await (const event of store.readAll({ unreadable: 'place' })) {
    signal?.throwIfAborted();
    await check(event);
    events += 1;
    if (events % progressEvery === 0) onProgress?.(events, event.position);
  }
  return { events, streams: revisions.size, position, sealed, upcast, faults };
}
