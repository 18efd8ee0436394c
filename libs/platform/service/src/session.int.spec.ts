import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestApp, testUser, type TestApp } from '@alongside/testing/http';
import { gardensContext, testOrganisation } from './samples/gardens.js';

const person = { id: 'c0ffee00-0000-4000-8000-0000000000aa', organisationId: testOrganisation, grants: [{ role: 'coordinator' as const, sites: 'all' as const }] };
const email = 'robin.marlow@example.org';
const password = 'a long and quiet walk';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ contexts: [gardensContext], environment: { ALONGSIDE_SIGN_IN_LIMIT: '12/60', ALONGSIDE_PUBLIC_LIMIT: '40/60' } });
  await app.platform.access.accounts.put({ ...person, email, status: 'active', sourceRevision: 1 });
});
afterAll(() => app.remove());

const signIn = (as: { email: string; password: string }) => app.post('/api/session', as);

describe('a session', () => {
  test('begins with an invitation, once, and then with e-mail and password', async () => {
    const link = new URL(app.platform.access.invitationLink(person.id, app.clock.now().toISOString())).pathname;
    expect((await app.get(link)).body).toMatchObject({ accountId: person.id });
    expect(await app.post(link, { password: 'short' })).toMatchObject({ status: 422, body: { code: 'invalid-fields', errors: [{ path: 'password', code: 'password-too-short' }] } });
    expect((await app.post(link, { password })).status).toBe(200);
    expect(await app.post(link, { password })).toMatchObject({ status: 410, body: { code: 'invitation-spent' } });
    expect(await app.get('/api/session/invitations/nonsense')).toMatchObject({ status: 404, body: { code: 'invitation-unknown' } });

    const { status, body } = await signIn({ email: 'Robin.Marlow@example.org', password });
    expect(status).toBe(200);
    expect(body).toMatchObject({ token: expect.any(String), sessionToken: expect.any(String), user: person });
    const authorization = `Bearer ${body.token as string}`;
    expect((await app.get('/api/session', { authorization })).body).toEqual({ user: person });
    expect((await app.get('/api/gardens', { authorization })).status).toBe(200);
  });

  test('is renewed, and ends', async () => {
    const { body } = await signIn({ email, password });
    const renewed = await app.post('/api/session/renew', { sessionToken: body.sessionToken });
    expect(renewed.status).toBe(200);
    const authorization = `Bearer ${renewed.body.token as string}`;
    expect((await app.send('/api/session', { method: 'DELETE', headers: { authorization } })).status).toBe(204);
    expect((await app.get('/api/session', { authorization })).status).toBe(401);
    expect(await app.post('/api/session/renew', { sessionToken: body.sessionToken })).toMatchObject({ status: 401, body: { code: 'session-ended' } });
  });

  test('is refused alike for a wrong password and an unknown address, and only so often', async () => {
    const wrong = await signIn({ email, password: 'not this one at all' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong-credentials' } });
    expect((await signIn({ email: 'nobody@example.org', password })).body).toEqual(wrong.body);
    const answers = [];
    for (let attempt = 0; attempt < 12; attempt += 1) answers.push(await signIn({ email: 'nobody@example.org', password: 'guessing away' }));
    const last = answers.at(-1);
    expect(last?.status).toBe(429);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('is checked with keys that anybody can read', async () => {
    const { body } = await app.get('/.well-known/jwks.json');
    expect(body).toEqual({ keys: [expect.objectContaining({ kty: 'OKP', crv: 'Ed25519', use: 'sig' })] });
    expect(JSON.stringify(body)).not.toContain('"d"');
  });
});

test('public forms and links are counted by address', async () => {
  const answers = [];
  for (let attempt = 0; attempt < 41; attempt += 1) answers.push((await app.get('/api/public/gardens/hours')).status);
  expect(answers).toContain(200);
  expect(answers.at(-1)).toBe(429);
});

describe('the set-up token', () => {
  test('is good for one command of an empty system', async () => {
    const { access } = app.platform;
    const token = new URL((await access.setUpLink()) ?? '').pathname.split('/').at(-1) ?? '';
    await access.useSetUpToken(token, 'command-1');
    await access.useSetUpToken(token, 'command-1');
    await expect(access.useSetUpToken(token, 'command-2')).rejects.toMatchObject({ status: 503 });
    await expect(access.useSetUpToken(`${token}x`, 'command-1')).rejects.toMatchObject({ status: 403, code: 'set-up-token-not-valid' });
    await expect(access.useSetUpToken(access.signIn.invitationToken({ accountId: 'organisation', issuedAt: '2026-01-01T00:00:00Z' }), 'command-1')).rejects.toMatchObject({ status: 403 });
  });
});

test('operators see health and metrics without personal data', async () => {
  expect((await app.get('/health/live')).body).toEqual({ status: 'live' });
  expect((await app.get('/health/ready')).body).toEqual({ status: 'ready' });
  const { body } = await app.get('/metrics');
  expect(body).toContain('alongside_http_request_seconds_count{method="POST",route="/api/session",status="200"}');
  expect(body).toContain('alongside_projection_lag_seconds{read_model="gardens.gardens"}');
  expect(body).not.toContain(email);
  expect((await app.get('/')).headers.get('location')).toBe('/api/docs');
});

test('OpenAPI describes every command with a schema and a whole example that the command takes', async () => {
  const { body } = await app.get('/api/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  const operation = body.paths['/api/gardens/{id}/plant-bed'].post;
  expect(operation.responses['409'].description).toContain('no-bed-left');
  expect(operation.requestBody.content['application/json'].schema.required).toEqual(['plant']);
  const example = operation.requestBody.content['application/json'].examples.whole.value as { occurredAt?: string };
  const coordinator = app.as(testUser('coordinator', { organisationId: testOrganisation, sites: 'all' }));
  const opened = await coordinator.post('/api/gardens/open-garden', { siteId: testOrganisation, keeper: 'Ada', beds: 1, occurredAt: '2026-01-01T10:00:00Z' });
  expect((await coordinator.post(`/api/gardens/${opened.body.id as string}/plant-bed`, { ...example, occurredAt: '2026-02-01T10:00:00Z' })).status).toBe(200);
});
