import { fold, type Aggregate, type Occurred, type RecordedEvent } from '@alongside/event-sourcing';
import { contexts } from '@alongside/system';
import { startTestApp, testUser, type TestApp, type TestClient } from '@alongside/testing/http';

// A journey of the real contexts, told step by step: what an auditor sees of it afterwards.

const calendar = { timeZone: 'Europe/London', workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], holidays: [] };

let app: TestApp;
let admin: TestClient;
let staff: TestClient;
let auditor: TestClient;
let journeyId: string;

const done = async (answer: Promise<{ readonly status: number; readonly body: Record<string, string> }>): Promise<Record<string, string>> => {
  const { status, body } = await answer;
  if (status > 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  await app.settled();
  app.clock.advance({ minutes: 7 });
  return body;
};

beforeAll(async () => {
  app = await startTestApp({ contexts });
  const setUpToken = ((await app.platform.access.setUpLink()) ?? '').split('/').at(-1);
  const registered = await done(app.post('/api/organisations/register-organisation', { setUpToken, name: 'Northbank', administrator: { name: 'Noor Castle', email: 'noor.castle@example.org' } }));
  const organisationId = registered['id'] ?? '';
  const somebody = (role: 'administrator' | 'coordinator' | 'auditor', id?: string) => app.as(testUser(role, { organisationId, sites: 'all', ...(id !== undefined && { id }) }));
  admin = somebody('administrator', registered['administratorId']);
  auditor = somebody('auditor');
  const { siteId } = await done(admin.post(`/api/organisations/${organisationId}/open-site`, { name: 'Riverside', calendar }));
  const added = await done(
    admin.post(`/api/organisations/${organisationId}/add-staff-member`, { name: 'Ade Bright', email: 'ade.bright@example.org', grants: [{ role: 'coordinator', sites: [siteId] }] }),
  );
  const coordinatorId = added['staffId'] ?? '';
  staff = somebody('coordinator', coordinatorId);
  const form = { name: 'Robin Example', telephone: '01632 960011' };
  journeyId = (await done(staff.post('/api/referrals/receive-referral', { purpose: 'peer-support', source: 'self', channel: 'telephone', siteId, form, consent: { toBeReferred: true } })))['id'] ?? '';
  const did = (context: string, name: string, body: object) => done(staff.post(`/api/${context}/${journeyId}/${name}`, body));
  await did('referrals', 'record-contact-attempt', { channel: 'telephone', outcome: 'reached', note: 'Prefers the afternoon.' });
  await did('referrals', 'amend-form', { form: { 'date-of-birth': '1990-05-17', reason: 'Somebody to talk to.' } });
  await did('referrals', 'confirm-identity', { method: 'clinic-details' });
  await did('referrals', 'accept-referral', {});
  await did('assessment', 'arrange-meeting', { meetingAt: '2026-03-09T14:00:00.000Z', channel: 'in-person', withStaffId: coordinatorId, place: 'The quiet room' });
  await did('supervision', 'raise-concern', { severity: 'medium', safeguarding: false, text: 'Has not left the house since last week.' });
});

afterAll(() => app.remove());

const timeline = async (): Promise<readonly (RecordedEvent & { context: string; recordedAt: string; actor: { name?: string } })[]> => (await auditor.get(`/api/journeys/${journeyId}/timeline?limit=100`)).body.items;
const aggregates: readonly Aggregate[] = contexts.flatMap((context) => context.aggregates);

/** A stream's state after some of its events, personal values open. */
function stateAfter(stream: string, events: readonly RecordedEvent[]): unknown {
  const aggregate = aggregates.find(({ category }) => `${category}-${stream.slice(-36)}` === stream);
  if (!aggregate) throw new Error(`nothing folds ${stream}`);
  return JSON.parse(JSON.stringify(fold(aggregate.decider, events as unknown as readonly Occurred<never>[])));
}

describe('the history of a journey', () => {
  it('has what every context wrote, in order, each with who and when', async () => {
    const entries = await timeline();
    expect(entries.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['ReferralReceived', 'JourneyJoinedPerson', 'ContactMade', 'ReferralFormAmended', 'IdentityConfirmed', 'ReferralAccepted', 'AssessmentOpened', 'InitialMeetingArranged', 'ConcernRaised']),
    );
    expect(entries.map(({ position }) => position)).toEqual(entries.map(({ position }) => position).sort());
    expect(entries[0]).toMatchObject({ type: 'ReferralReceived', actor: { role: 'coordinator', name: 'Ade Bright' }, data: { answers: { name: 'Robin Example' } } });
    for (const stream of new Set(entries.map((each) => each.stream))) {
      const revisions = entries.filter((each) => each.stream === stream).map(({ revision }) => revision);
      expect([stream, revisions]).toEqual([stream, revisions.map((_revision, index) => index)]);
    }
  });

  it('gives the state at the recording of every event as the fold of what was recorded by then', async () => {
    const [entries, exported] = [await timeline(), (await auditor.get(`/api/journeys/${journeyId}/export`)).body];
    const events: readonly RecordedEvent[] = exported.events;
    for (const { recordedAt } of entries) {
      const { body } = await auditor.get(`/api/journeys/${journeyId}/state?asOf=${recordedAt}`);
      const until = events.filter(({ metadata }) => metadata.recordedAt <= recordedAt);
      for (const { stream, state, revision } of body.streams) {
        const own = until.filter((each) => each.stream === stream);
        expect([stream, revision]).toEqual([stream, own.length - 1]);
        expect(state).toEqual(stateAfter(stream, own));
      }
    }
  });

  it('is whole, and every opening of the record is written down', async () => {
    await staff.get(`/api/assessment/${journeyId}`, { 'access-reason': 'Preparing the meeting' });
    await staff.get(`/api/supervision/${journeyId}`);
    const { body } = await auditor.get(`/api/journeys/${journeyId}/export`);
    expect(body.checks).toEqual({ streamsWhole: true, positionsAscending: true, eventIdsUnique: true, timesPossible: true, oneOrganisation: true });
    const opened = (await auditor.get(`/api/journeys/${journeyId}/access-records?limit=100`)).body.items;
    expect(opened).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ context: 'assessment', reason: 'Preparing the meeting', reader: expect.objectContaining({ name: 'Ade Bright' }) }),
        expect.objectContaining({ context: 'supervision' }),
        expect.objectContaining({ context: 'journeys', what: 'timeline' }),
      ]),
    );
  });

  it('keeps every event in its place once the person is erased, and reads erased', async () => {
    const before = await timeline();
    await done(admin.post(`/api/referrals/${journeyId}/erase-person`, { reason: 'asked-by-person', confirmation: 'erase' }));
    const after = await timeline();
    expect(after.slice(0, before.length).map(({ position, type }) => [position, type])).toEqual(before.map(({ position, type }) => [position, type]));
    expect(after[0]).toMatchObject({ data: { answers: { name: 'erased', telephone: 'erased' } } });
    for (const what of ['timeline', 'state', 'export', 'access-records']) {
      const { body, status } = await auditor.get(`/api/journeys/${journeyId}/${what}`);
      expect([what, status]).toEqual([what, 200]);
      expect(JSON.stringify(body)).not.toMatch(/Robin|960011|afternoon|quiet room|Has not left|Preparing the meeting/);
    }
    expect((await auditor.get('/api/journeys')).body.items).toEqual([expect.objectContaining({ id: journeyId, erased: true })]);
  });

  it('tells who read a name while deciding whether another journey is the same person’s', async () => {
    const { siteId } = (await auditor.get('/api/journeys')).body.items[0];
    const form = { name: 'Linden Example', telephone: '01632 960012' };
    const refer = () => done(staff.post('/api/referrals/receive-referral', { purpose: 'peer-support', source: 'self', channel: 'telephone', siteId, form, consent: { toBeReferred: true } }));
    const other = await refer();
    const { id } = await refer();
    expect(JSON.stringify((await staff.get(`/api/referrals/${id}/duplicates`)).body)).toContain('Linden');
    const { items } = (await auditor.get(`/api/journeys/${other['id']}/access-records`)).body;
    expect(items).toContainEqual(expect.objectContaining({ context: 'referrals', recordId: other['id'], what: 'duplicates', reader: expect.objectContaining({ name: 'Ade Bright' }) }));
  });
});
