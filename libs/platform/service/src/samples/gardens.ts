import { aggregate, decider, event, mentee, refuseUnless, type CommandsOf, type EventsOf, type Personal } from '@alongside/event-sourcing';
import { integrationEvent } from '@alongside/messaging';
import { idOf, readModel, update, when } from '@alongside/read-models';
import { Type } from 'typebox';
import { command, follow, publication, query, reaction, timed, type ContextDefinition } from '../context-definition.js';
import { CommandBody, DateOnly, Id, ListOf, ListQuery, NotBefore, Text, WholeNumber } from '../fields.js';

// A small context for the tests of the platform: gardens that people tend. It has one of everything that a context can have.

export const GardenOpened = event('GardenOpened').of<{ siteId: string; keeper: Personal<string>; beds: number }>({
  says: 'A garden was opened.',
  personal: { keeper: mentee },
  example: { siteId: 'c0ffee00-0000-4000-8000-000000000001', keeper: 'Ada', beds: 2 },
});
export const BedPlanted = event('BedPlanted').of<{ plant: string; harvestOn?: string }>({ says: 'A bed was planted.', example: { plant: 'beans' } });
export const BedWatered = event('BedWatered').of<{ times: number }>({ says: 'A bed was watered.', example: { times: 1 } });
export const HarvestDue = event('HarvestDue').of<{ plant: string }>({ says: 'A harvest is due.', example: { plant: 'beans' } });
export const VisitorWelcomed = event('VisitorWelcomed').of<{ gardenId: string }>({ says: 'A visitor was welcomed.', example: { gardenId: 'c0ffee00-0000-4000-8000-000000000001' } });
const gardenEvents = [GardenOpened, BedPlanted, BedWatered, HarvestDue] as const;
type GardenEvent = EventsOf<typeof gardenEvents>;

type GardenState =
  | { readonly status: 'none' }
  | { readonly status: 'open'; readonly organisationId: string; readonly siteId: string; readonly openedAt: string; readonly keeper: Personal<string>; readonly beds: number; readonly planted: readonly string[] };
type GardenCommand = CommandsOf<{
  'open-garden': { siteId: string; organisationId: string; keeper: string; beds: number };
  'plant-bed': { plant: string; harvestOn?: string };
  'water-bed': { times: number };
  'note-harvest': { plant: string };
}>;

export const garden = aggregate<GardenState, GardenCommand, GardenEvent>({
  category: 'garden',
  events: gardenEvents,
  decider: decider<GardenState, GardenCommand, GardenEvent>({
    initial: { status: 'none' },
    decide: {
      'open-garden': ({ data: { siteId, keeper, beds } }, state) => {
        refuseUnless(state.status === 'none', 'already-open');
        return [GardenOpened({ siteId, keeper, beds })];
      },
      'plant-bed': ({ data }, state) => {
        refuseUnless(state.status === 'open', 'not-open');
        refuseUnless(state.planted.length < state.beds, 'no-bed-left', { beds: state.beds });
        return [BedPlanted(data)];
      },
      'water-bed': ({ data: { times } }) => [BedWatered({ times })],
      'note-harvest': ({ data: { plant } }, state) => (state.status === 'open' && state.planted.includes(plant) ? [HarvestDue({ plant })] : []),
    },
    evolve: {
      GardenOpened: (_state, { data: { siteId, keeper, beds }, metadata }) => ({
        status: 'open',
        organisationId: testOrganisation,
        siteId,
        openedAt: metadata.occurredAt,
        keeper,
        beds,
        planted: [],
      }),
      BedPlanted: (state, { data: { plant } }) => (state.status === 'open' ? { ...state, planted: [...state.planted, plant] } : state),
    },
  }),
  belonging: (state, id) =>
    state.status === 'open' ? { organisationId: state.organisationId, siteId: state.siteId, journeyId: id, beganAt: state.openedAt } : undefined,
});

/** The one organisation whose gardens these are. */
export const testOrganisation = '2b5e7d0c-1111-4111-8111-000000000001';

type VisitsState = { readonly status: 'none' } | { readonly status: 'some'; readonly visits: number };
const visitEvents = [VisitorWelcomed] as const;
export const visits = aggregate<VisitsState, CommandsOf<{ 'welcome-visitor': { gardenId: string } }>, EventsOf<typeof visitEvents>>({
  category: 'visits',
  events: visitEvents,
  decider: decider({
    initial: { status: 'none' } as VisitsState,
    decide: { 'welcome-visitor': ({ data }) => [VisitorWelcomed(data)] },
    evolve: { VisitorWelcomed: (state) => ({ status: 'some', visits: state.status === 'some' ? state.visits + 1 : 1 }) },
  }),
  belonging: () => ({ organisationId: testOrganisation }),
});

interface GardenDocument {
  readonly organisationId: string;
  readonly siteId: string;
  readonly keeper: Personal<string>;
  readonly plants: readonly string[];
  readonly due: number;
}

export const gardens = readModel<GardenDocument>({
  name: 'gardens.gardens',
  version: 1,
  says: 'Every garden with what grows in it.',
  streams: ['garden-'],
  documentOf: (recorded) => idOf(recorded, 'garden'),
  indexes: [['siteId']],
  search: { keeper: { of: ({ keeper }) => [keeper], as: 'words' } },
  on: [
    when(GardenOpened, (_document, { data: { siteId, keeper }, metadata: { organisationId } }) => ({ organisationId, siteId, keeper, plants: [], due: 0 })),
    update(BedPlanted, (document, { data: { plant } }) => ({ ...document, plants: [...document.plants, plant] })),
    update(HarvestDue, (document) => ({ ...document, due: document.due + 1 })),
  ],
});

export const BedWasPlanted = integrationEvent({
  context: 'gardens',
  name: 'BedWasPlanted',
  version: 1,
  says: 'A bed was planted.',
  schema: Type.Object({ gardenId: Type.String(), plant: Type.String() }),
});

class OpenGarden extends CommandBody {
  @Id()
  siteId!: string;
  @Text({ example: 'Ada Lovelace', says: 'Who keeps it' })
  keeper!: string;
  @WholeNumber({ min: 1, max: 10, example: 2 })
  beds!: number;
}

class Pest {
  @Text({ max: 20, example: 'slugs' })
  name!: string;
}

class PlantBed extends CommandBody {
  @Text({ max: 50, example: 'beans' })
  plant!: string;
  @DateOnly({ optional: true, example: '2026-03-01' })
  sownOn?: string;
  @DateOnly({ optional: true, example: '2026-07-01' })
  @NotBefore('sownOn')
  harvestOn?: string;
  @ListOf(() => Pest, { optional: true, max: 3 })
  pests?: Pest[];
}

class WaterBed extends CommandBody {
  @WholeNumber({ min: 1, max: 3, example: 1 })
  times!: number;
}

class Visit extends CommandBody {
  @Text({ example: 'Grace' })
  name!: string;
}

class GardenList extends ListQuery {
  @Text({ optional: true, example: 'ada' })
  search?: string;
}

/** Lets a test make the reaction fail. */
export const weather = { frost: false };

export const gardensContext: ContextDefinition = {
  name: 'gardens',
  says: 'Gardens for the tests of the platform.',
  aggregates: [garden, visits],
  commands: [
    command({
      name: 'open-garden',
      says: 'Opens a garden.',
      aggregate: garden,
      access: { roles: ['coordinator', 'administrator'] },
      body: OpenGarden,
      events: [GardenOpened],
      rules: { 'already-open': 'It is open already.' },
      creates: { id: (request) => request.newId('garden'), belonging: ({ user, body }) => user && { organisationId: user.organisationId, siteId: body.siteId } },
      link: (request, executed) => request.invitationLink(executed.id),
    }),
    command({
      name: 'plant-bed',
      says: 'Plants a bed.',
      aggregate: garden,
      access: { roles: ['coordinator'] },
      body: PlantBed,
      events: [BedPlanted],
      rules: { 'not-open': 'There is no garden.', 'no-bed-left': 'Every bed is planted.' },
      prepare: ({ body: { plant, harvestOn } }) => ({ plant, ...(harvestOn !== undefined && { harvestOn }) }),
    }),
    command({
      name: 'water-bed',
      says: 'Waters a bed, by a way of its own.',
      aggregate: garden,
      access: { roles: ['coordinator', 'supervisor'] },
      body: WaterBed,
      events: [BedWatered],
      rules: { 'too-wet': 'It has had enough.' },
      run: async (request) => {
        const before = await request.load(visits, request.params['id'] ?? '');
        refuseUnless(before?.state.status !== 'some', 'too-wet');
        const watered = await request.execute(garden, request.params['id'] ?? '', 'water-bed', { times: request.body.times });
        await request.execute(visits, request.params['id'] ?? '', 'welcome-visitor', { gardenId: request.params['id'] ?? '' });
        return watered;
      },
    }),
    command({
      name: 'visit',
      says: 'Anybody may visit.',
      aggregate: visits,
      path: '/api/public/gardens/:gardenId/visit',
      access: { roles: 'public' },
      body: Visit,
      events: [VisitorWelcomed],
      rules: {},
      answersOnly: true,
      creates: {
        id: (request) => request.newId('visit'),
        belonging: async (request) => {
          const found = await request.load(garden, request.params['gardenId'] ?? '');
          return found && { organisationId: testOrganisation };
        },
      },
      run: (request) => request.execute(visits, request.newId('visit'), 'welcome-visitor', { gardenId: request.params['gardenId'] ?? '' }),
      answer: (request) => ({ receipt: request.newId('receipt') }),
    }),
  ],
  queries: [
    query<GardenList>({
      path: '/api/gardens',
      says: 'Gardens of my sites.',
      access: { roles: ['coordinator', 'supervisor'] },
      query: GardenList,
      answer: async (request) => {
        const sites = request.sites();
        const { search, limit, cursor } = request.query;
        return request.read(gardens).find({
          organisationId: request.user.organisationId,
          ...(sites === 'all' ? {} : { where: { siteId: { in: sites } } }),
          ...(search === undefined ? {} : { search: { field: 'keeper', text: search } }),
          ...(limit === undefined ? {} : { limit }),
          ...(cursor === undefined ? {} : { cursor }),
        });
      },
    }),
    query({
      path: '/api/gardens/:id',
      says: 'A garden.',
      access: { roles: ['coordinator', 'supervisor', 'auditor'], allow: (_user, _belonging, _state, role) => role !== 'auditor' },
      record: { aggregate: garden, what: 'garden' },
      answer: (request) => request.read(gardens).get(request.params['id'] ?? ''),
      example: { keeper: 'Ada Lovelace', plants: ['beans'] },
    }),
    query({ path: '/api/public/gardens/hours', says: 'When gardens are open.', access: { roles: 'public' }, reads: [], answer: () => ({ opens: '09:00' }) }),
  ],
  readModels: [gardens],
  publishes: [publication(BedPlanted, garden, BedWasPlanted, ({ stream, data: { plant } }) => ({ gardenId: stream.slice('garden-'.length), plant }))],
  reactions: [
    reaction(BedWasPlanted, 'water-what-was-planted', 'Waters what was planted.', async (message, work) => {
      if (weather.frost) throw new Error('frost');
      await work.execute(garden, message.data.gardenId, 'water-bed', { times: 1 });
    }),
  ],
  hears: [],
  processes: [{ name: 'welcome', says: 'Welcomes the first visitor.', on: [follow(GardenOpened, async ({ stream }, work) => void (await work.execute(visits, `first-${stream}`, 'welcome-visitor', { gardenId: stream })))] }],
  timers: [
    {
      name: 'harvest',
      says: 'Notes that a harvest is due.',
      aggregate: garden,
      command: 'note-harvest',
      on: [timed(BedPlanted, ({ data: { plant, harvestOn } }) => (harvestOn === undefined ? undefined : { key: plant, due: `${harvestOn}T00:00:00.000Z`, data: { plant } }))],
    },
  ],
};
