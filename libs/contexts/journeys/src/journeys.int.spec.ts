import { aggregate, decider, event, mentee, menteeSubject, staffOf, uuidOf, type CommandsOf, type EventsOf, type Personal } from '@alongside/event-sourcing';
import { eraseSubjects } from '@alongside/personal-data';
import { CommandBody, Id, Text, YesNo, command, query, type ContextDefinition } from '@alongside/service';
import { testIds } from '@alongside/testing';
import { startTestApp, testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { journeysContext } from './journeys.context.js';

// Two small contexts with the names of the real ones: what history is read from.

const ReferralReceived = event('ReferralReceived').of<{ siteId: string; personId: string; purpose: string; source: string; channel: string; name: Personal<string> }>({
  says: 'A referral came in.',
  personal: { name: mentee },
  example: { siteId: testIds.siteId, personId: testIds.personId, purpose: 'peer-support', source: 'self', channel: 'telephone', name: 'Robin Example' },
});
const ContactMade = event('ContactMade').of<{ note: Personal<string> }>({ says: 'The person was reached.', personal: { note: mentee }, example: { note: 'Prefers the afternoon.' } });
const referralEvents = [ReferralReceived, ContactMade] as const;
type Referral = { readonly status: 'none' } | { readonly status: 'received'; readonly siteId: string; readonly beganAt: string; readonly name: Personal<string>; readonly notes: readonly Personal<string>[] };
type ReferralCommand = CommandsOf<{ 'receive-referral': { siteId: string; name: string }; 'record-contact': { note: string } }>;
const referral = aggregate<Referral, ReferralCommand, EventsOf<typeof referralEvents>>({
  category: 'referral',
  events: referralEvents,
  decider: decider<Referral, ReferralCommand, EventsOf<typeof referralEvents>>({
    initial: { status: 'none' },
    decide: {
      'receive-referral': ({ data: { siteId, name } }) => [ReferralReceived({ siteId, personId: testIds.personId, purpose: 'peer-support', source: 'self', channel: 'telephone', name })],
      'record-contact': ({ data: { note } }) => [ContactMade({ note })],
    },
    evolve: {
      ReferralReceived: (_state, { data: { siteId, name }, metadata }) => ({ status: 'received', siteId, beganAt: metadata.occurredAt, name, notes: [] }),
      ContactMade: (state, { data }) => (state.status === 'received' ? { ...state, notes: [...state.notes, data.note] } : state),
    },
  }),
  belonging: (state, id) => (state.status === 'none' ? undefined : { organisationId: testIds.organisationId, siteId: state.siteId, journeyId: id, beganAt: state.beganAt }),
});

const ConcernRaised = event('ConcernRaised').of<{ concernId: string; aboutId?: string; text: Personal<string> }>({
  says: 'Somebody is worried.',
  personal: { text: mentee },
  example: { concernId: testIds.journeyId, text: 'Nowhere safe to sleep.' },
});
type Support = { readonly concerns: readonly string[] };
const support = aggregate<Support, CommandsOf<{ 'raise-concern': { aboutId?: string; text: string } }>, ReturnType<typeof ConcernRaised>>({
  category: 'support',
  events: [ConcernRaised],
  decider: decider({
    initial: { concerns: [] } as Support,
    decide: { 'raise-concern': ({ data, newId }) => [ConcernRaised({ concernId: newId('concern'), ...data })] },
    evolve: { ConcernRaised: ({ concerns }, { data }) => ({ concerns: [...concerns, data.concernId] }) },
  }),
  belonging: ({ concerns }, id) => (concerns.length === 0 ? undefined : { organisationId: testIds.organisationId, siteId: testIds.siteId, journeyId: id }),
});

const StaffMemberAdded = event('StaffMemberAdded').of<{ staffId: string; name: Personal<string> }>({
  says: 'Somebody joined the staff.',
  personal: { name: staffOf('staffId') },
  example: { staffId: testIds.coordinatorId, name: 'Ade Bright' },
});
const SiteOpened = event('SiteOpened').of<{ siteId: string; name: string; calendar: object }>({ says: 'A site opened.', example: { siteId: testIds.siteId, name: 'Riverside', calendar: {} } });
const ServiceStandardsSet = event('ServiceStandardsSet').of<{ version: number; standards: object }>({ says: 'What the service promises.', example: { version: 1, standards: {} } });
const organisation = aggregate({
  category: 'organisation',
  events: [StaffMemberAdded, SiteOpened, ServiceStandardsSet],
  decider: decider<object, CommandsOf<{ 'set-up': { staffId: string } }>, ReturnType<typeof StaffMemberAdded> | ReturnType<typeof SiteOpened> | ReturnType<typeof ServiceStandardsSet>>({
    initial: {},
    decide: {
      'set-up': ({ data: { staffId } }) => [
        SiteOpened({ siteId: testIds.siteId, name: 'Riverside', calendar: { timeZone: 'Europe/London', workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], holidays: [] } }),
        ServiceStandardsSet({ version: 1, standards: { firstContactDays: 2, firstMeetingDays: 10 } }),
        StaffMemberAdded({ staffId, name: 'Ade Bright' }),
      ],
    },
    evolve: {},
  }),
  belonging: (_state, id) => ({ organisationId: id }),
});

class Receive extends CommandBody {
  @Id()
  siteId!: string;
  @Text({ example: 'Robin Example' })
  name!: string;
}
class Contact extends CommandBody {
  @Text({ example: 'Prefers the afternoon.' })
  note!: string;
}
class Concern extends CommandBody {
  @Id({ optional: true })
  aboutId?: string;
  @Text({ example: 'Nowhere safe to sleep.' })
  text!: string;
  @YesNo({ optional: true })
  safeguarding?: boolean;
}
class SetUp extends CommandBody {
  @Id()
  staffId!: string;
}

const contextOf = (name: string, part: Partial<ContextDefinition>): ContextDefinition => ({
  name,
  says: 'For these tests.',
  aggregates: [],
  commands: [],
  queries: [],
  readModels: [],
  publishes: [],
  reactions: [],
  hears: [],
  processes: [],
  timers: [],
  ...part,
});

const anyRole = { roles: ['coordinator', 'administrator'] } as const;
const referrals = contextOf('referrals', {
  aggregates: [referral],
  commands: [
    command({
      name: 'receive-referral',
      says: 'Receives a referral.',
      aggregate: referral,
      access: anyRole,
      body: Receive,
      events: [ReferralReceived],
      rules: {},
      creates: { id: (request) => request.newId('journey'), belonging: (request) => ({ organisationId: testIds.organisationId, siteId: request.body.siteId, journeyId: request.newId('journey') }) },
    }),
    command({ name: 'record-contact', says: 'Records a contact.', aggregate: referral, access: anyRole, body: Contact, events: [ContactMade], rules: {} }),
  ],
  queries: [query({ path: '/api/referrals/:id', says: 'A referral.', access: anyRole, record: { aggregate: referral, what: 'referral' }, answer: ({ state }) => state })],
});
const supervision = contextOf('supervision', {
  aggregates: [support],
  commands: [
    command({
      name: 'raise-concern',
      says: 'Raises a concern.',
      path: '/api/supervision/:id/raise-concern',
      aggregate: support,
      access: anyRole,
      body: Concern,
      events: [ConcernRaised],
      rules: {},
      creates: { id: (request) => request.params['id'] ?? '', belonging: (request) => ({ organisationId: testIds.organisationId, siteId: testIds.siteId, journeyId: request.params['id'] ?? '' }) },
    }),
  ],
});
const organisations = contextOf('organisations', {
  aggregates: [organisation],
  commands: [
    command({
      name: 'set-up',
      says: 'Sets up.',
      aggregate: organisation,
      access: anyRole,
      body: SetUp,
      events: [],
      rules: {},
      creates: { id: () => testIds.organisationId, belonging: () => ({ organisationId: testIds.organisationId }) },
    }),
  ],
});
const others = [referrals, supervision, organisations];

let app: TestApp;
let coordinator: TestClient;
let auditor: TestClient;
let analyst: TestClient;
let journeyId: string;
let raisedAt: string;
let lastPosition: string;
const auditorId = testUser('auditor').id;

const done = async (answer: Promise<{ readonly status: number; readonly body: { readonly id: string; readonly position: string } }>) => {
  const { status, body } = await answer;
  expect([200, 201]).toContain(status);
  return body;
};

beforeAll(async () => {
  app = await startTestApp({ contexts: [...others, journeysContext({ aggregates: others.flatMap(({ aggregates }) => aggregates) })] });
  coordinator = app.as(testUser('coordinator'));
  auditor = app.as(testUser('auditor'));
  analyst = app.as(testUser('analyst'));
  await done(coordinator.post('/api/organisations/set-up', { staffId: testIds.coordinatorId }));
  journeyId = (await done(coordinator.post('/api/referrals/receive-referral', { siteId: testIds.siteId, name: 'Robin Example', occurredAt: '2026-02-27T09:00:00.000Z' }))).id;
  app.clock.advance({ days: 1 });
  await done(coordinator.post(`/api/supervision/${journeyId}/raise-concern`, { text: 'Nowhere safe to sleep.', aboutId: auditorId }));
  raisedAt = app.clock.now().toISOString();
  app.clock.advance({ days: 1 });
  lastPosition = (await done(coordinator.post(`/api/referrals/${journeyId}/record-contact`, { note: 'Prefers the afternoon.', occurredAt: '2026-03-01T10:00:00.000Z' }))).position;
  await app.settled();
});

afterAll(() => app.remove());

const somebodyElse = () => app.as(testUser('auditor', { id: uuidOf('test', 'another auditor') }));
const typesOf = (body: { readonly items: readonly { readonly type: string }[] }) => body.items.map(({ type }) => type);

describe('the timeline', () => {
  it('shows every stream in the order of the log, opened, with who acted', async () => {
    const { body, status } = await somebodyElse().get(`/api/journeys/${journeyId}/timeline?after=${lastPosition}`);
    expect(status).toBe(200);
    expect(typesOf(body)).toEqual(['ReferralReceived', 'ConcernRaised', 'ContactMade']);
    expect(body.items[0]).toMatchObject({
      stream: `referral-${journeyId}`,
      revision: 0,
      context: 'referrals',
      says: 'A referral came in.',
      occurredAt: '2026-02-27T09:00:00.000Z',
      recordedAt: '2026-03-02T10:00:00.000Z',
      actor: { id: testIds.coordinatorId, role: 'coordinator', name: 'Ade Bright' },
      data: { name: 'Robin Example' },
    });
  });

  it('comes in pages', async () => {
    const first = await somebodyElse().get(`/api/journeys/${journeyId}/timeline?limit=2`);
    expect(typesOf(first.body)).toEqual(['ReferralReceived', 'ConcernRaised']);
    const second = await somebodyElse().get(`/api/journeys/${journeyId}/timeline?limit=2&cursor=${first.body.next}`);
    expect(typesOf(second.body)).toEqual(['ContactMade']);
    expect(second.body.next).toBeUndefined();
  });

  it('can be read as of a moment, by either clock', async () => {
    expect(typesOf((await somebodyElse().get(`/api/journeys/${journeyId}/timeline?asOf=${raisedAt}`)).body)).toEqual(['ReferralReceived', 'ConcernRaised']);
    expect(typesOf((await somebodyElse().get(`/api/journeys/${journeyId}/timeline?asOf=2026-03-01T10:00:00Z&by=occurred`)).body)).toEqual(['ReferralReceived', 'ContactMade']);
  });

  it('hides a concern from whomever it is about', async () => {
    expect(typesOf((await auditor.get(`/api/journeys/${journeyId}/timeline`)).body)).toEqual(['ReferralReceived', 'ContactMade']);
  });

  it('goes on from a position as EventStoreDB has them', async () => {
    const { body } = await somebodyElse().get(`/api/journeys/${journeyId}/timeline?cursor=00000000000000000000000000000001`);
    expect(body.items.length).toBeGreaterThan(0);
  });

  it.each(['limit=0', 'limit=101', 'cursor=nonsense', 'asOf=yesterday', 'by=chance', 'colour=red'])('refuses %s', async (parameters) => {
    const { body, status } = await auditor.get(`/api/journeys/${journeyId}/timeline?${parameters}`);
    expect([status, body.errors[0].path]).toEqual([422, parameters.split('=')[0]]);
  });
});

describe('the state of a journey', () => {
  it('is as it was recorded by then', async () => {
    const { body } = await somebodyElse().get(`/api/journeys/${journeyId}/state?asOf=${raisedAt}`);
    expect(body).toMatchObject({ id: journeyId, asOf: raisedAt, by: 'recorded', events: 2, journey: { stage: 'referral' } });
    expect(body.streams).toEqual([
      expect.objectContaining({ stream: `referral-${journeyId}`, revision: 0, state: expect.objectContaining({ name: 'Robin Example', notes: [] }) }),
      expect.objectContaining({ stream: `support-${journeyId}`, state: { concerns: [expect.any(String)] } }),
    ]);
  });

  it('is as it had happened by then, when asked so', async () => {
    const { body } = await somebodyElse().get(`/api/journeys/${journeyId}/state?asOf=2026-03-01T12:00:00Z&by=occurred`);
    expect(body.streams).toEqual([expect.objectContaining({ state: expect.objectContaining({ notes: ['Prefers the afternoon.'] }) })]);
  });

  it('is nothing before the journey began', async () => {
    expect((await auditor.get(`/api/journeys/${journeyId}/state?asOf=2026-01-01T00:00:00Z`)).body).toMatchObject({ events: 0, journey: null, streams: [] });
  });
});

describe('access records', () => {
  it('tell of every opening, in whichever context, with its reason, the latest first', async () => {
    await coordinator.get(`/api/referrals/${journeyId}`, { 'access-reason': 'Preparing the first meeting' });
    await auditor.get(`/api/journeys/${journeyId}/export`);
    const { body } = await auditor.get(`/api/journeys/${journeyId}/access-records?limit=3`);
    expect(body.items).toEqual([
      expect.objectContaining({ context: 'journeys', what: 'access-records', relation: 'auditor', reader: { id: auditorId, roles: ['auditor'] } }),
      expect.objectContaining({ context: 'journeys', what: 'export' }),
      expect.objectContaining({
        context: 'referrals',
        recordId: journeyId,
        what: 'referral',
        relation: 'coordinator-of-site',
        reason: 'Preparing the first meeting',
        reader: { id: testIds.coordinatorId, roles: ['coordinator'], name: 'Ade Bright' },
        openedAt: app.clock.now().toISOString(),
      }),
    ]);
    const more = await auditor.get(`/api/journeys/${journeyId}/access-records?cursor=${body.next}`);
    expect(more.body.items.map(({ what }: { what: string }) => what)).toContain('timeline');
  });
});

describe('the export', () => {
  it('is whole', async () => {
    const { body } = await somebodyElse().get(`/api/journeys/${journeyId}/export`);
    expect(body).toMatchObject({
      format: 'alongside-journey',
      id: journeyId,
      checks: { streamsWhole: true, positionsAscending: true, eventIdsUnique: true, timesPossible: true, oneOrganisation: true },
      journey: { stage: 'referral' },
    });
    expect(body.events.map(({ data }: { data: object }) => data)).toEqual([
      expect.objectContaining({ name: 'Robin Example' }),
      expect.objectContaining({ text: 'Nowhere safe to sleep.' }),
      { note: 'Prefers the afternoon.' },
    ]);
    expect(body.accessRecords.length).toBeGreaterThan(0);
  });
});

describe('the list', () => {
  it('filters, and holds no name', async () => {
    const { body } = await auditor.get(`/api/journeys?stage=referral&siteId=${testIds.siteId}&from=2026-02-27&to=2026-02-27&after=${lastPosition}`);
    expect(body.items).toEqual([expect.objectContaining({ id: journeyId, stage: 'referral', receivedAt: '2026-02-27T09:00:00.000Z', contactedAt: '2026-03-01T10:00:00.000Z' })]);
    expect(JSON.stringify(body)).not.toContain('Robin');
    for (const filter of ['stage=closed', `siteId=${testIds.otherSiteId}`, 'from=2026-02-28', 'to=2026-02-26', 'outcome=completed']) {
      expect((await auditor.get(`/api/journeys?${filter}`)).body.items).toEqual([]);
    }
  });

  it('refuses an end before a beginning', async () => {
    expect((await auditor.get('/api/journeys?from=2026-03-02&to=2026-03-01')).status).toBe(422);
  });
});

describe('the overview', () => {
  it('is for analysts, in figures', async () => {
    const { body } = await analyst.get(`/api/overview?after=${lastPosition}`);
    expect(body).toMatchObject({
      journeys: 1,
      stages: { referral: 1, closed: 0 },
      days: { firstContact: { count: 1, median: 2 } },
      withinStandards: { firstContact: { of: 1, share: 1 } },
      bySite: [{ siteId: testIds.siteId, name: 'Riverside', journeys: 1 }],
      byMonth: [{ month: '2026-02', journeys: 1 }],
    });
    expect(JSON.stringify(body)).not.toContain(journeyId);
  });

  it('withholds nothing from whoever may open every journey behind it', async () => {
    const smallestShown = async (others: ReturnType<typeof testUser>['grants'], query = '') =>
      (await app.as({ ...testUser('analyst'), grants: [...testUser('analyst').grants, ...others] }).get(`/api/overview${query}`)).body.smallestShown as number;
    const own = { role: 'coordinator', sites: [testIds.siteId] } as const;
    expect(await smallestShown([])).toBe(5);
    expect(await smallestShown([{ role: 'auditor', sites: 'all' }])).toBe(1);
    expect(await smallestShown([{ role: 'coordinator', sites: 'all' }])).toBe(1);
    expect([await smallestShown([own]), await smallestShown([own], `?siteId=${testIds.siteId}`), await smallestShown([own], `?siteId=${testIds.otherSiteId}`)]).toEqual([5, 1, 5]);
  });
});

describe('access', () => {
  const paths = () => ['timeline', 'state', 'access-records', 'export'].map((what) => `/api/journeys/${journeyId}/${what}`);

  it('is for auditors only', async () => {
    for (const path of [...paths(), '/api/journeys']) {
      expect((await app.get(path)).status).toBe(401);
      for (const role of ['administrator', 'coordinator', 'supervisor', 'supporter', 'referrer', 'analyst'] as const) expect([path, role, (await app.as(testUser(role)).get(path)).status]).toEqual([path, role, 403]);
    }
    for (const role of ['administrator', 'coordinator', 'supervisor', 'supporter', 'referrer', 'auditor'] as const) expect((await app.as(testUser(role)).get('/api/overview')).status).toBe(403);
  });

  it('answers a journey of another organisation exactly as one that does not exist', async () => {
    const stranger = app.as(testUser('auditor', { organisationId: uuidOf('test', 'another organisation') }));
    for (const path of paths()) {
      const [foreign, missing] = [await stranger.get(path), await stranger.get(path.replace(journeyId, uuidOf('test', 'no journey')))];
      expect([foreign.status, foreign.body]).toEqual([404, missing.body]);
    }
    expect((await stranger.get('/api/journeys')).body.items).toEqual([]);
    expect((await app.as(testUser('analyst', { organisationId: uuidOf('test', 'another organisation') })).get('/api/overview')).body.journeys).toBe(0);
  });
});

describe('what a newer version wrote, and what was erased', () => {
  it('shows the place of an event that is not known here, and not its data', async () => {
    const [last] = (await app.platform.store.readStream(`support-${journeyId}`)).slice(-1);
    if (!last) throw new Error('there is no such stream');
    const metadata = { ...last.metadata, eventId: uuidOf('test', 'newer'), schemaVersion: 7 };
    await app.platform.store.append(last.stream, last.revision, [{ type: 'ConcernWeighed', data: { note: 'in a field of which nothing is known' }, metadata }]);
    const { body } = await somebodyElse().get(`/api/journeys/${journeyId}/timeline`);
    expect(body.items.at(-1)).toMatchObject({ type: 'ConcernWeighed', unknown: true, schemaVersion: 7 });
    expect(JSON.stringify(body)).not.toContain('nothing is known');
    expect((await somebodyElse().get(`/api/journeys/${journeyId}/state`)).status).toBe(200);
  });

  it('reads erased, with every event still in its place', async () => {
    await eraseSubjects(app.platform.personal.keys, [menteeSubject(journeyId)], { at: app.clock.now().toISOString() });
    const timeline = await somebodyElse().get(`/api/journeys/${journeyId}/timeline`);
    expect(timeline.body.items.slice(0, 3).map(({ data }: { data: { name?: string; text?: string; note?: string } }) => data.name ?? data.text ?? data.note)).toEqual(['erased', 'erased', 'erased']);
    const exported = await somebodyElse().get(`/api/journeys/${journeyId}/export`);
    expect(exported.body.checks.streamsWhole).toBe(true);
    expect(JSON.stringify(exported.body)).not.toMatch(/Robin|Nowhere safe|afternoon|first meeting/);
    const { body } = await somebodyElse().get(`/api/journeys/${journeyId}/access-records`);
    expect(body.items.filter(({ reason }: { reason?: string }) => reason !== undefined).map(({ reason }: { reason?: string }) => reason)).toEqual(['erased']);
  });
});
