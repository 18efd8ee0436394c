import { supervision } from '@alongside/contracts';
import { testIds } from '@alongside/testing';
import { startTestApp, tell, testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { organisationsContext } from './organisations.context.js';

const administrator = { name: 'Noor Castle', email: 'noor.castle@example.org' };
const calendar = { timeZone: 'Europe/London', workingDays: ['monday', 'tuesday'], holidays: [] };

let app: TestApp;
let organisationId: string;
let siteId: string;
let admin: TestClient;
let administratorLink: string;

beforeAll(async () => {
  app = await startTestApp({ contexts: [organisationsContext] });
  const link = (await app.platform.access.setUpLink()) ?? '';
  const setUpToken = link.split('/').at(-1);
  const registered = await app.post('/api/organisations/register-organisation', { setUpToken, name: 'Northbank', administrator }, { 'idempotency-key': 'set-up' });
  expect(registered.status).toBe(201);
  organisationId = registered.body.id;
  administratorLink = registered.body.link;
  admin = app.as(testUser('administrator', { organisationId, id: registered.body.administratorId, sites: 'all' }));
  const opened = await admin.post(`/api/organisations/${organisationId}/open-site`, { name: 'Riverside', calendar });
  expect(opened.status).toBe(200);
  siteId = opened.body.siteId;
});

afterAll(() => app.remove());

const get = (client: TestClient, path: string, after?: string) => client.get(`/api/organisations/${organisationId}${path}${after === undefined ? '' : `${path.includes('?') ? '&' : '?'}after=${after}`}`);
const run = (client: TestClient, name: string, body: unknown) => client.post(`/api/organisations/${organisationId}/${name}`, body);

describe('registering', () => {
  it('needs the set-up link, once', async () => {
    const body = { setUpToken: 'a-guess-at-the-token', name: 'Southbank', administrator };
    const guessed = await app.post('/api/organisations/register-organisation', body);
    expect([guessed.status, guessed.body.code]).toEqual([403, 'set-up-token-not-valid']);
    const again = await app.post('/api/organisations/register-organisation', { setUpToken: (await app.platform.access.setUpLink())?.split('/').at(-1) ?? 'spent', name: 'Southbank', administrator });
    expect(again.status).toBe(403);
  });
  it('gives the first administrator a link to set a password', async () => {
    expect(administratorLink).toMatch(/^http.*\/api\/session\/invitations\//);
    expect((await get(admin, '')).body).toMatchObject({ id: organisationId, name: 'Northbank' });
  });
});

describe('reads', () => {
  it('show the defaults', async () => {
    const { body } = await get(admin, '/referral-form');
    expect(body.version).toBe(1);
    expect(body.fields.map((field: { name: string }) => field.name)).toContain('reason');
    expect((await get(admin, '/standards')).body).toMatchObject({ version: 1, firstContactDays: 2 });
    expect((await get(admin, '/information-pack')).body.items).toHaveLength(6);
    expect((await get(admin, '/matching-weights')).body.version).toBe(1);
    expect((await get(admin, '/terms')).body.terms.length).toBeGreaterThan(10);
    expect((await get(admin, '/supporter-requirements')).body.checks).toHaveLength(1);
  });
  it('show what the command before wrote', async () => {
    const closed = await run(admin, 'open-site', { name: 'Hillside', calendar });
    const { body } = await get(admin, '/sites', closed.body.position);
    expect(body.items.map((site: { name: string }) => site.name)).toEqual(['Hillside', 'Riverside']);
  });
  it('open the names of staff to those who manage, found by a part of a name', async () => {
    const added = await run(admin, 'add-staff-member', { name: 'Ade Brightwater', email: 'ade@example.org', grants: [{ role: 'coordinator', sites: [siteId] }] });
    expect(added.body.link).toMatch(/^http.*\/api\/session\/invitations\//);
    const { body } = await get(admin, '/staff?search=brigh', added.body.position);
    expect(body.items).toMatchObject([{ id: added.body.staffId, name: 'Ade Brightwater', status: 'active' }]);
    expect((await get(app.as(testUser('analyst', { organisationId })), '/staff')).status).toBe(403);
  });
  it('answer another organisation as one that does not exist', async () => {
    const stranger = app.as(testUser('administrator', { sites: 'all' }));
    const foreign = await get(stranger, '');
    const missing = await stranger.get('/api/organisations/00000000-0000-4000-8000-00000000dead');
    expect(foreign.status).toBe(404);
    expect(foreign.body).toEqual({ ...missing.body, ...(foreign.body.instance && { instance: foreign.body.instance }) });
    expect((await run(stranger, 'close-site', { siteId })).status).toBe(404);
    expect((await get(app, '')).status).toBe(401);
  });
});

describe('erasing a staff member', () => {
  const member = { name: 'Ottoline Marsh', email: 'ottoline@example.org', agency: 'Marsh Practice', grants: [{ role: 'referrer', allSites: true }] };
  const erase = (staffId: string, more: object = {}, client = admin) => run(client, 'erase-staff-member', { staffId, reason: 'asked-by-person', confirmation: 'erase', ...more });
  const add = async (): Promise<string> => (await run(admin, 'add-staff-member', member)).body.staffId as string;
  const found = async () => {
    await app.settled();
    return (await get(admin, '/staff?search=marsh')).body.items as readonly { readonly id: string }[];
  };

  it('leaves nothing to read or to find them by, and they can come anew', async () => {
    const staffId = await add();
    expect(await found()).toMatchObject([{ id: staffId, name: 'Ottoline Marsh' }]);
    expect((await erase(staffId)).body).toMatchObject({ rule: 'not-removed' });
    expect((await run(admin, 'remove-staff-member', { staffId })).status).toBe(200);
    expect((await erase(staffId, { confirmation: 'yes' })).status).toBe(422);
    expect((await erase(staffId, {}, app.as(testUser('coordinator', { organisationId, sites: 'all' })))).status).toBe(403);
    expect((await erase(staffId)).status).toBe(200);
    const subjects = [`staff-${staffId}`, `referrer-${staffId}`];
    expect([...(await app.platform.personal.keys.find(subjects)).values()]).toEqual(['erased', 'erased']);
    expect(await found()).toEqual([]);
    const { items } = (await get(admin, '/staff?status=removed')).body;
    expect(items).toMatchObject([{ id: staffId, name: 'erased', email: 'erased', agency: 'erased', status: 'removed', erasedAt: expect.any(String), erasure: { reason: 'asked-by-person' } }]);
    expect((await app.platform.store.readStream(`organisation-${organisationId}`)).at(-1)).toMatchObject({ type: 'StaffMemberErased', data: { subjects, reason: 'asked-by-person' }, metadata: { actor: { role: 'administrator' } } });
    await app.platform.projections.rebuild();
    expect(await app.platform.projections.compare()).toEqual([]);
    const anew = await add();
    expect(await found()).toMatchObject([{ id: anew, name: 'Ottoline Marsh' }]);
  });

  it('leaves no digest of what was sent in by which it could be tried out', async () => {
    const key = { 'idempotency-key': 'ottoline' };
    const added = await admin.post(`/api/organisations/${organisationId}/add-staff-member`, member, key);
    const { staffId } = added.body as { staffId: string };
    expect((await admin.post(`/api/organisations/${organisationId}/add-staff-member`, member, key)).body).toEqual(added.body);
    await run(admin, 'remove-staff-member', { staffId });
    expect((await erase(staffId)).status).toBe(200);
    expect((await admin.post(`/api/organisations/${organisationId}/add-staff-member`, member, key)).body).toMatchObject({ status: 422, code: 'idempotency-key-erased' });
  });

  it('waits for an open safeguarding concern about them', async () => {
    const staffId = await add();
    const { body } = await run(admin, 'remove-staff-member', { staffId });
    const concern = (status: 'open' | 'resolved') =>
      tell(app, supervision.ConcernChanged, { journeyId: testIds.journeyId, concernId: testIds.supporterId, status, safeguarding: true, aboutId: staffId }, { organisationId });
    await concern('open');
    expect((await erase(staffId)).body).toMatchObject({ rule: 'open-safeguarding-concern' });
    await concern('resolved');
    expect((await erase(staffId)).status).toBe(200);
    expect((await erase(staffId)).body.revision).toBeGreaterThan(body.revision as number);
  });
});

describe('the directory', () => {
  it('is searched by words and area, and coordinators keep it too', async () => {
    const coordinator = app.as(testUser('coordinator', { organisationId, sites: [siteId] }));
    const listed = await run(coordinator, 'list-service', { name: 'Harbour Drug and Alcohol Service', contact: {}, areas: ['East'], status: 'active' });
    expect(listed.status).toBe(200);
    expect((await get(coordinator, '/services?search=alco', listed.body.position)).body.items).toMatchObject([{ id: listed.body.serviceId, name: 'Harbour Drug and Alcohol Service' }]);
    expect((await get(coordinator, '/services?area=West')).body.items).toEqual([]);
    // Who offers it goes by its name in Open Referral, and by the one that it had here before.
    const { serviceId } = listed.body;
    for (const offered of [{ organisation: 'Harbour Trust' }, { provider: 'Harbour Trust' }, { organisation: 'Harbour Trust', provider: 'Harbour Trust' }]) {
      const changed = await run(coordinator, 'list-service', { serviceId, name: 'Harbour Drug and Alcohol Service', contact: {}, areas: ['East'], status: 'active', ...offered });
      expect((await get(coordinator, `/services/${serviceId}`, changed.body.position)).body).toMatchObject({ organisation: 'Harbour Trust', provider: 'Harbour Trust', organisationId });
    }
    const two = await run(coordinator, 'list-service', { serviceId, name: 'Harbour', contact: {}, areas: [], status: 'active', organisation: 'Harbour Trust', provider: 'Keystone' });
    expect([two.status, two.body.errors]).toEqual([422, [expect.objectContaining({ path: 'provider', code: 'not-the-organisation' })]]);
    const retired = await run(coordinator, 'retire-service', { serviceId: listed.body.serviceId });
    expect((await get(coordinator, '/services', retired.body.position)).body.items).toEqual([]);
    expect((await get(coordinator, `/services/${listed.body.serviceId}`)).body).toMatchObject({ listing: 'retired' });
  });
});

describe('bad input', () => {
  it('names the field', async () => {
    const { status, body } = await run(admin, 'add-staff-member', { name: '', email: 'nobody', grants: [{ role: 'king' }], colour: 'red' });
    expect(status).toBe(422);
    expect(body.errors.map((each: { path: string }) => each.path).sort()).toEqual(['colour', 'email', 'grants.0.role', 'name']);
    const both = await run(admin, 'add-staff-member', { name: 'A', email: 'a@example.org', grants: [{ role: 'auditor', allSites: true, sites: [siteId] }] });
    expect(both.body.errors).toMatchObject([{ path: 'grants.0.sites', code: 'sites-or-all-sites' }]);
  });
  it('names the rule', async () => {
    const { status, body } = await run(admin, 'open-site', { name: 'riverside', calendar });
    expect([status, body.rule]).toEqual([409, 'site-name-taken']);
  });
});

describe('closing a site', () => {
  it('completes at once where there is no journey', async () => {
    const opened = await run(admin, 'open-site', { name: 'Brief', calendar });
    await run(admin, 'close-site', { siteId: opened.body.siteId });
    await app.settled();
    expect((await get(admin, `/sites/${opened.body.siteId}`)).body.status).toBe('closed');
  });
});
