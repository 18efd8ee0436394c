import { describe, expect, it, test } from '@jest/globals';
import { EventCatalogue, event, mentee, type JsonObject } from '@alongside/event-sourcing';
import type { RecordedEvent } from '@alongside/event-store';
import { inMemorySubjectKeys, personalData } from '@alongside/personal-data';
import { verifyLog, type Fault } from './verify-log.js';

const NameTold = event('NameTold').of<{ name: string }>({ says: 'Somebody told their name.', personal: { name: mentee }, example: { name: 'Robin Example' } });
const Numbered = event('Numbered').of<{ whole: number }>({
  version: 2,
  says: 'A number was given out.',
  upcast: {
    1: ({ number }) => {
      if (number === undefined) throw new Error('no number');
      return { whole: number };
    },
  },
  example: { whole: 1 },
});
const catalogue = new EventCatalogue([NameTold, Numbered]);
const keys = inMemorySubjectKeys();
const personal = personalData(keys);

const stream = 'referral-00000000-0000-4000-8000-000000000014';
const position = (number: number): string => String(number).padStart(16, '0');

function recorded(number: number, more: Partial<RecordedEvent> & { readonly schemaVersion?: number; readonly eventId?: string } = {}): RecordedEvent {
  const { schemaVersion = 2, eventId = `event-${number}`, ...rest } = more;
  return {
    stream,
    revision: number - 1,
    position: position(number),
    type: 'Numbered',
    data: { whole: number },
    metadata: {
      eventId,
      schemaVersion,
      occurredAt: '2026-03-02T10:00:00.000Z',
      recordedAt: '2026-03-02T10:00:00.000Z',
      actor: { id: 'robin', role: 'coordinator' },
      organisationId: 'organisation',
      journeyId: 'journey',
      commandId: `command-${number}`,
      correlationId: `command-${number}`,
    },
    ...rest,
  };
}

async function named(number: number, more: Partial<RecordedEvent> = {}): Promise<RecordedEvent> {
  const whole = recorded(number, { ...more, type: 'NameTold', schemaVersion: 1 });
  return { ...whole, data: await personal.seal(NameTold, stream, whole.metadata.eventId, { name: 'Robin Example' }, whole.metadata) };
}

/** A log of these events. */
function logOf(events: readonly RecordedEvent[]) {
  async function* readAll(): AsyncGenerator<RecordedEvent> {
    yield* events;
  }
  return { readAll };
}

/** What the store gives in the place of an event that cannot be read. */
const unreadable = (number: number): RecordedEvent => ({ ...recorded(number, { data: {} }), metadata: { ...recorded(number).metadata, schemaVersion: 0 } });

async function verified(events: readonly RecordedEvent[]) {
  const faults: Fault[] = [];
  const outcome = await verifyLog({ store: logOf(events), catalogue, personal, onFault: (fault) => faults.push(fault) });
  return { ...outcome, found: faults.map((fault) => `${fault.revision} ${Number(fault.position)} ${fault.what}`) };
}

describe('a log that is whole', () => {
  it('has nothing to be told of', async () => {
    const outcome = await verified([recorded(1), await named(2), recorded(3, { schemaVersion: 1, data: { number: 3 } })]);
    expect(outcome).toEqual({ events: 3, streams: 1, position: position(3), sealed: { opened: 1, erased: 0, corrupt: 0 }, upcast: 1, faults: 0, found: [] });
  });

  it('stays whole when somebody is erased', async () => {
    const erasable = recorded(1, { type: 'NameTold', schemaVersion: 1 });
    const theirs = { ...erasable, metadata: { ...erasable.metadata, journeyId: 'erased-journey' } };
    const told = { ...theirs, data: await personal.seal(NameTold, stream, 'event-1', { name: 'Robin Example' }, theirs.metadata) };
    await keys.erase(['mentee-erased-journey'], '2026-03-03T10:00:00.000Z');
    expect(await verified([told])).toMatchObject({ sealed: { opened: 0, erased: 1, corrupt: 0 }, found: [] });
  });

  it('may be empty', async () => {
    expect(await verified([])).toMatchObject({ events: 0, position: undefined, faults: 0 });
  });
});

describe('a log that is not', () => {
  const sealedBy = async (change: (box: unknown[]) => void): Promise<RecordedEvent> => {
    const whole = await named(1);
    const copy = structuredClone(whole.data) as { name: { $sealed: unknown[] } };
    change(copy.name.$sealed);
    return { ...whole, data: copy as unknown as JsonObject };
  };

  test.each<[string, () => Promise<RecordedEvent[]> | RecordedEvent[], string[]]>([
    ['lacks its beginning', () => [recorded(2, { revision: 0 })], ['0 2 events are missing before it: the log does not begin at its beginning']],
    ['lacks an event', () => [recorded(1), recorded(3)], [`2 3 events are missing before it: the last position was ${position(1)}`, '2 3 its revision should be 1']],
    ['goes back', () => [recorded(1), recorded(2), recorded(2, { eventId: 'other' })], [`1 2 its position does not follow ${position(2)}`, '1 2 its revision should be 2']],
    ['holds an event twice', () => [recorded(1), recorded(2, { eventId: 'event-1' })], ['1 2 the event id event-1 stands in the log twice']],
    ['holds an unknown event', () => [recorded(1, { type: 'Unheard' })], ['0 1 Unheard version 2 is not known to this program']],
    ['holds a later version', () => [recorded(1, { schemaVersion: 3 })], ['0 1 Numbered version 3 is not known to this program']],
    ['cannot be brought up to date', () => [recorded(1, { schemaVersion: 1, data: {} })], ['0 1 it cannot be brought up to date from version 1']],
    ['shows a name', () => [recorded(1, { type: 'NameTold', schemaVersion: 1, data: { name: 'Robin Example' } })], ['0 1 the personal field name stands in the clear']],
    ['was damaged', async () => [await sealedBy((box) => (box[5] = `AAAA${String(box[5]).slice(4)}`))], ['0 1 the sealed value name does not open: it is damaged, moved or forged, or its key is missing']],
    ['was moved', async () => [await sealedBy((box) => (box[3] = 'event-2'))], ['0 1 the sealed value name does not open: it is damaged, moved or forged, or its key is missing']],
    ['lost a key', async () => [await sealedBy((box) => (box[1] = 'mentee-nobody'))], ['0 1 the sealed value name does not open: it is damaged, moved or forged, or its key is missing']],
    ['lacks metadata', () => [{ ...recorded(1), metadata: { ...recorded(1).metadata, recordedAt: 'yesterday', organisationId: '' } }], ['0 1 its metadata lacks organisationId, recordedAt']],
    ['holds no object', () => [recorded(1, { data: [] as unknown as JsonObject })], ['0 1 its data is no object']],
    ['cannot be read in places', () => [recorded(1), unreadable(2), recorded(3), unreadable(4), recorded(5)], ['1 2 it cannot be read', '3 4 it cannot be read']],
  ])('that %s is told of at its place', async (_what, events, found) => {
    const outcome = await verified(await events());
    expect(outcome.found).toEqual(found);
    expect(outcome.faults).toBe(found.length);
  });
});
