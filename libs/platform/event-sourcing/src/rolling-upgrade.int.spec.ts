import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, type JsonObject, openSqliteEventStore } from '@alongside/event-store';
import { aggregate, type Aggregate } from './aggregate.js';
import { Streams } from './command-handling.js';
import { type CommandsOf, decider, refuseUnless } from './decider.js';
import { event, type EventsOf } from './event.js';
import { EventCatalogue, UnknownEvent } from './event-catalogue.js';
import { uuidOf } from './ids.js';

// A room that is booked: at first for one guest, later for several. Three releases run after each other, two of them together each time.
type First = { readonly guest: string };
type Second = { readonly guests: readonly string[] };

const upcast = { 1: ({ guest }: JsonObject): JsonObject => ({ guests: [guest ?? ''] }) };
const says = 'A room was booked.';

/** Knows the first version only. */
const BookedAtFirst = event('RoomBooked').of<First>({ says, example: { guest: 'guest-1' } });
/** Reads the second version and writes the first. */
const BookedReading = event('RoomBooked').of<Second>({
  says,
  version: 2,
  upcast,
  writes: { version: 1, as: ({ guests }) => ({ guest: (guests as readonly string[])[0] ?? '' }) },
  example: { guests: ['guest-1'] },
});
/** Writes the second version. */
const BookedWriting = event('RoomBooked').of<Second>({ says, version: 2, upcast, example: { guests: ['guest-1', 'guest-2'] } });

interface Room {
  readonly nights: readonly (readonly string[])[];
}
type RoomCommand = CommandsOf<{ book: { guests: readonly string[] } }>;

const belonging = (): { organisationId: string; beganAt: string } => ({ organisationId: 'organisation-1', beganAt: '2025-01-01T00:00:00.000Z' });

const before = [BookedAtFirst] as const;
const roomBefore = aggregate<Room, RoomCommand, EventsOf<typeof before>>({
  category: 'room',
  events: before,
  decider: decider<Room, RoomCommand, EventsOf<typeof before>>({
    initial: { nights: [] },
    decide: {
      book: ({ data: { guests } }) => {
        refuseUnless(guests.length === 1, 'one-guest-only');
        return [BookedAtFirst({ guest: guests[0] ?? '' })];
      },
    },
    evolve: { RoomBooked: ({ nights }, { data: { guest } }) => ({ nights: [...nights, [guest]] }) },
  }),
  belonging,
});

/** Of the releases that know the second version: they differ in what they write, and in what they let people ask for. */
function roomOf(Booked: typeof BookedReading, most: number): Aggregate<Room> {
  const events = [Booked] as const;
  return aggregate<Room, RoomCommand, EventsOf<typeof events>>({
    category: 'room',
    events,
    decider: decider<Room, RoomCommand, EventsOf<typeof events>>({
      initial: { nights: [] },
      decide: {
        book: ({ data: { guests } }) => {
          refuseUnless(guests.length <= most, 'one-guest-only');
          return [Booked({ guests })];
        },
      },
      evolve: { RoomBooked: ({ nights }, { data: { guests } }) => ({ nights: [...nights, guests] }) },
    }),
    belonging,
  }) as unknown as Aggregate<Room>;
}

describe('processes of two releases on one log', () => {
  let folder: string;
  let store: EventStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rolling-upgrade-'));
    store = openSqliteEventStore({ file: join(folder, 'events.sqlite') });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  /** A process, with the cache of its own that it answers from. */
  function processOf(room: Aggregate<Room>) {
    const streams = new Streams({
      store,
      catalogue: new EventCatalogue(room.events),
      seal: { seal: (_definition, _stream, _eventId, data) => data },
      clock: { now: () => new Date('2025-03-04T09:30:00.000Z') },
      digestBody: async (body) => createHash('sha256').update(JSON.stringify(body)).digest('base64'),
    });
    return {
      book: (key: string, ...guests: readonly string[]) =>
        streams.execute(
          room,
          '1',
          { type: 'book', data: { guests } },
          { commandId: uuidOf(key), actor: { id: 'coordinator-1', role: 'coordinator' }, correlationId: 'correlation-1', body: { guests } },
        ),
      nights: async () => (await streams.load(room, '1'))?.state.nights,
    };
  }
  const versions = async () => (await store.readStream('room-1')).map(({ metadata }) => metadata.schemaVersion);

  const first = () => processOf(roomBefore as unknown as Aggregate<Room>);
  const reading = () => processOf(roomOf(BookedReading, 1));
  const writing = () => processOf(roomOf(BookedWriting, 2));

  it('go on in turns while the later one reads a version that nobody writes yet', async () => {
    const [old, recent] = [first(), reading()];
    await old.book('a', 'guest-a');
    await recent.book('b', 'guest-b');
    await old.book('c', 'guest-c');
    await recent.book('d', 'guest-d');
    const nights = [['guest-a'], ['guest-b'], ['guest-c'], ['guest-d']];
    expect([await old.nights(), await recent.nights()]).toEqual([nights, nights]);
    expect(await versions()).toEqual([1, 1, 1, 1]);
  });

  it('go on in turns while the later one writes what the earlier one can read', async () => {
    await first().book('a', 'guest-a');
    const [old, recent] = [reading(), writing()];
    await recent.book('b', 'guest-b', 'guest-c');
    await old.book('d', 'guest-d');
    await recent.book('e', 'guest-e', 'guest-f');
    await old.book('g', 'guest-g');
    const nights = [['guest-a'], ['guest-b', 'guest-c'], ['guest-d'], ['guest-e', 'guest-f'], ['guest-g']];
    expect([await old.nights(), await recent.nights()]).toEqual([nights, nights]);
    expect(await versions()).toEqual([1, 2, 1, 2, 1]);
  });

  it('answer a command that is repeated at the other one as the first time, in their own shape', async () => {
    const [old, recent] = [reading(), writing()];
    const booked = await old.book('a', 'guest-a');
    expect(booked.events).toMatchObject([{ data: { guests: ['guest-a'] }, metadata: { schemaVersion: 2 } }]);
    expect(await recent.book('a', 'guest-a')).toEqual(booked);
    const later = await recent.book('b', 'guest-b');
    expect(await old.book('b', 'guest-b')).toEqual(later);
    expect(await versions()).toEqual([1, 2]);
  });

  it('need the release in between: one that does not know a version writes nothing behind it', async () => {
    await writing().book('a', 'guest-a', 'guest-b');
    await expect(first().book('b', 'guest-b')).rejects.toThrow(UnknownEvent);
    await expect(first().nights()).rejects.toThrow(UnknownEvent);
    expect(await versions()).toEqual([2]);
  });

  it('act on what will be read again, not on what an earlier version leaves out', async () => {
    const careless = processOf(roomOf(BookedReading, 2));
    await careless.book('a', 'guest-a', 'guest-b');
    expect(await careless.nights()).toEqual([['guest-a']]);
    expect(await reading().nights()).toEqual([['guest-a']]);
  });

  it('cannot write a version that is none before the current one', () => {
    const Wrong = event('RoomBooked').of<Second>({ says, version: 2, upcast, writes: { version: 2, as: (data) => data }, example: { guests: [] } });
    expect(() => new EventCatalogue([Wrong])).toThrow('RoomBooked has version 2, and version 2 is none before it that could be written still');
  });
});
