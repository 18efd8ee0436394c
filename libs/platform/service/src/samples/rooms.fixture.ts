import { aggregate, decider, event, refuseUnless, type CommandsOf, type EventsOf, type JsonObject } from '@alongside/event-sourcing';
import { integrationEvent } from '@alongside/messaging';
import { idOf, readModel, update, when } from '@alongside/read-models';
import { Type } from 'typebox';
import { command, publication, query, reaction, type ContextDefinition } from '../context-definition.js';
import { CommandBody, Id, Text } from '../fields.js';

// Rooms that are booked, as two releases after each other know them: a booking was for one guest, and is becoming one for several.

interface Booking {
  readonly guests: readonly string[];
}

const common = {
  says: 'A room was booked.',
  version: 2,
  upcast: { 1: ({ guest }: JsonObject): JsonObject => ({ guests: [guest ?? ''] }) },
  example: { guests: ['guest-1'] },
};

/** Of the release that reads the second version of a booking and still writes the first. */
const readSecond = event('RoomBooked').of<Booking>({ ...common, writes: { version: 1, as: ({ guests }) => ({ guest: (guests as readonly string[])[0] ?? '' }) } });
/** Of the release after it. */
const writtenSecond = event('RoomBooked').of<Booking>(common);

const RoomOpened = event('RoomOpened').of<{ siteId: string }>({ says: 'A room was opened.', example: { siteId: 'c0ffee00-0000-4000-8000-000000000001' } });
const RoomCleaned = event('RoomCleaned').of<{ booking: number }>({ says: 'A room was cleaned for a booking.', example: { booking: 1 } });

const RoomWasBooked = integrationEvent({
  context: 'rooms',
  name: 'RoomWasBooked',
  version: 1,
  says: 'A room was booked.',
  schema: Type.Object({ roomId: Type.String(), guests: Type.Integer() }),
});

class OpenRoom extends CommandBody {
  @Id()
  siteId!: string;
}

class BookRoom extends CommandBody {
  @Text({ example: 'guest-1' })
  guest!: string;
  @Text({ optional: true, example: 'guest-2' })
  second?: string;
}

/** The one organisation whose rooms these are. */
export const organisationOfRooms = '2b5e7d0c-1111-4111-8111-000000000002';

interface RoomDocument {
  readonly organisationId: string;
  readonly bookings: readonly (readonly string[])[];
  readonly cleaned: number;
}
type RoomState = { readonly status: 'none' } | { readonly status: 'open'; readonly siteId: string; readonly openedAt: string; readonly booked: number; readonly cleaned: number };
type RoomCommand = CommandsOf<{ 'open-room': { siteId: string }; 'book-room': Booking; 'clean-room': object }>;

function roomsOf(RoomBooked: typeof readSecond, most: number): ContextDefinition {
  const events = [RoomOpened, RoomBooked, RoomCleaned] as const;
  const room = aggregate<RoomState, RoomCommand, EventsOf<typeof events>>({
    category: 'room',
    events,
    decider: decider<RoomState, RoomCommand, EventsOf<typeof events>>({
      initial: { status: 'none' },
      decide: {
        'open-room': ({ data: { siteId } }) => [RoomOpened({ siteId })],
        'book-room': ({ data: { guests } }) => {
          refuseUnless(guests.length <= most, 'too-many-guests');
          return [RoomBooked({ guests })];
        },
        'clean-room': (_command, state) => (state.status === 'open' ? [RoomCleaned({ booking: state.cleaned + 1 })] : []),
      },
      evolve: {
        RoomOpened: (_state, { data: { siteId }, metadata }) => ({ status: 'open', siteId, openedAt: metadata.occurredAt, booked: 0, cleaned: 0 }),
        RoomBooked: (state) => (state.status === 'open' ? { ...state, booked: state.booked + 1 } : state),
        RoomCleaned: (state) => (state.status === 'open' ? { ...state, cleaned: state.cleaned + 1 } : state),
      },
    }),
    belonging: (state, id) => (state.status === 'open' ? { organisationId: organisationOfRooms, siteId: state.siteId, journeyId: id, beganAt: state.openedAt } : undefined),
  });
  const rooms = readModel<RoomDocument>({
    name: 'rooms.rooms',
    version: 1,
    says: 'Every room with its bookings.',
    streams: ['room-'],
    documentOf: (recorded) => idOf(recorded, 'room'),
    indexes: [],
    on: [
      when(RoomOpened, (_document, { metadata: { organisationId } }) => ({ organisationId, bookings: [], cleaned: 0 })),
      update(RoomBooked, (document, { data: { guests } }) => ({ ...document, bookings: [...document.bookings, guests] })),
      update(RoomCleaned, (document) => ({ ...document, cleaned: document.cleaned + 1 })),
    ],
  });
  return {
    name: 'rooms',
    says: 'Rooms for the tests of upgrading.',
    aggregates: [room],
    commands: [
      command({
        name: 'open-room',
        says: 'Opens a room.',
        aggregate: room,
        access: { roles: ['coordinator'] },
        body: OpenRoom,
        events: [RoomOpened],
        rules: {},
        creates: { id: (request) => request.newId('room'), belonging: ({ user, body }) => user && { organisationId: user.organisationId, siteId: body.siteId } },
      }),
      command({
        name: 'book-room',
        says: 'Books a room.',
        aggregate: room,
        access: { roles: ['coordinator'] },
        body: BookRoom,
        events: [RoomBooked],
        rules: { 'too-many-guests': 'There are not so many beds.' },
        prepare: ({ body: { guest, second } }) => ({ guests: second === undefined ? [guest] : [guest, second] }),
      }),
    ],
    queries: [query({ path: '/api/rooms/:id', says: 'A room.', access: { roles: ['coordinator'] }, answer: (request) => request.read(rooms).get(request.params['id'] ?? '') })],
    readModels: [rooms],
    publishes: [publication(RoomBooked, room, RoomWasBooked, ({ stream, data: { guests } }) => ({ roomId: stream.slice('room-'.length), guests: guests.length }))],
    reactions: [
      reaction(RoomWasBooked, 'clean-what-was-booked', 'Cleans what was booked.', async (message, work) => {
        await work.execute(room, message.data.roomId, 'clean-room', {});
      }),
    ],
    hears: [],
    processes: [],
    timers: [],
  };
}

export const roomsReadingSecond = roomsOf(readSecond, 1);
export const roomsWritingSecond = roomsOf(writtenSecond, 2);
