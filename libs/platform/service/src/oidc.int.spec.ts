import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startTestApp, type TestApp } from '@alongside/testing/http';
import { startTestProvider, type TestProvider } from './oidc-provider.fixture.js';
import { gardensContext, testOrganisation } from './samples/gardens.js';

const publicUrl = 'http://alongside.test';
const email = 'robin.marlow@example.org';
const person = { id: 'c0ffee00-0000-4000-8000-0000000000aa', organisationId: testOrganisation, grants: [{ role: 'coordinator' as const, sites: 'all' as const }] };

let provider: TestProvider;
let app: TestApp;
// A provider of this kind says at length that it is not set up for production.
const silenced = (['warn', 'info'] as const).map((level) => jest.spyOn(console, level).mockImplementation(() => undefined));

const environmentOf = ({ issuer, clientId, clientSecret }: TestProvider) => ({
  ALONGSIDE_PUBLIC_URL: publicUrl,
  ALONGSIDE_OIDC_ISSUER: issuer,
  ALONGSIDE_OIDC_CLIENT_ID: clientId,
  ALONGSIDE_OIDC_CLIENT_SECRET: clientSecret,
});

beforeAll(async () => {
  provider = await startTestProvider(`${publicUrl}/api/session/oidc/callback`, {
    robin: { email: 'Robin.Marlow@Example.org', email_verified: true },
    unverified: { email, email_verified: false },
    quoted: { email, email_verified: 'true' },
    silent: { email },
    stranger: { email: 'stranger@example.org', email_verified: true },
  });
  app = await startTestApp({ contexts: [gardensContext], environment: environmentOf(provider) });
  await app.platform.access.accounts.put({ ...person, email, status: 'active', sourceRevision: 1 });
});
afterAll(async () => {
  await app.remove();
  await provider.stop();
  for (const each of silenced) each.mockRestore();
});

/** A browser that begins to sign in: where it is sent, and the cookie that it keeps. */
async function begin(at = app): Promise<{ location: string; cookie: string }> {
  const answer = await at.get('/api/session/oidc');
  expect(answer.status).toBe(302);
  const [cookie = ''] = answer.headers.getSetCookie();
  return { location: answer.headers.get('location') ?? '', cookie };
}

const pathOf = (address: string): string => address.slice(publicUrl.length);
const keep = (cookie: string): { cookie: string } => ({ cookie: `other=1; ${cookie.split(';', 1)[0]}` });

async function signIn(as: string, at = app, from = provider) {
  const { location, cookie } = await begin(at);
  return at.get(pathOf(await from.signIn(location, as)), keep(cookie));
}

describe('somebody whom the provider knows', () => {
  test('signs in, though no password was ever set', async () => {
    const answer = await signIn('robin');
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body as object).sort()).toEqual(['expiresAt', 'sessionExpiresAt', 'sessionToken', 'token', 'user']);
    expect(answer.body).toMatchObject({ user: person });
    const authorization = `Bearer ${answer.body.token as string}`;
    expect((await app.get('/api/session', { authorization })).body).toEqual({ user: person });
    expect((await app.get('/api/gardens', { authorization })).status).toBe(200);
    expect((await app.post('/api/session/renew', { sessionToken: answer.body.sessionToken as string })).status).toBe(200);
    expect(answer.headers.getSetCookie()[0]).toContain('Max-Age=0');
  });

  test('is sent there with a challenge, a state and a nonce, and a cookie that no page can read', async () => {
    const { location, cookie } = await begin();
    const asked = new URL(location);
    expect(asked.origin).toBe(provider.issuer);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      scope: 'openid email',
      code_challenge_method: 'S256',
      redirect_uri: `${publicUrl}/api/session/oidc/callback`,
    });
    for (const name of ['code_challenge', 'state', 'nonce']) expect(asked.searchParams.get(name)?.length).toBeGreaterThan(20);
    expect(cookie).toMatch(/; Path=\/api\/session\/oidc; HttpOnly; SameSite=Lax; Max-Age=600$/);
    // The cookie is sealed: none of them stands in it.
    for (const name of ['state', 'nonce']) expect(Buffer.from(cookie, 'base64url').toString('latin1')).not.toContain(asked.searchParams.get(name));
  });

  test('may do so in two windows at once', async () => {
    const [one, two] = [await begin(), await begin()];
    const cookie = `${one.cookie.split(';', 1)[0]}; ${two.cookie.split(';', 1)[0]}`;
    const answers = [];
    for (const { location } of [one, two]) answers.push(await app.get(pathOf(await provider.signIn(location, 'robin')), { cookie }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('is asked for no more where the token tells the address', async () => {
    const telling = await startTestProvider(`${publicUrl}/api/session/oidc/callback`, { robin: { email, email_verified: true } }, { emailInToken: true });
    const other = await startTestApp({ contexts: [gardensContext], environment: environmentOf(telling) });
    try {
      await other.platform.access.accounts.put({ ...person, email, status: 'active', sourceRevision: 1 });
      expect((await signIn('robin', other, telling)).status).toBe(200);
      expect(telling.asked).not.toContain('/me');
      expect(provider.asked).toContain('/me');
    } finally {
      await other.remove();
      await telling.stop();
    }
  });
});

describe('nobody gets in', () => {
  test.each([['unverified'], ['quoted'], ['silent']])('whose address the provider has not verified: %s', async (who) => {
    const answer = await signIn(who);
    expect(answer).toMatchObject({ status: 403, body: { code: 'email-not-verified' } });
    expect(JSON.stringify(answer.body)).not.toContain('example.org');
  });

  test('whom nobody added, and nobody is created', async () => {
    const answer = await signIn('stranger');
    expect(answer).toMatchObject({ status: 401, body: { code: 'account-unknown' } });
    expect(JSON.stringify(answer.body)).not.toContain('stranger@');
    expect((await signIn('stranger')).status).toBe(401);
  });

  test('in a browser that did not begin it, or once it came back', async () => {
    const { location, cookie } = await begin();
    const back = pathOf(await provider.signIn(location, 'robin'));
    const another = await begin();
    for (const headers of [{}, keep(another.cookie), keep(`${cookie.split('=', 1)[0]}=nonsense`)]) {
      expect(await app.get(back, headers)).toMatchObject({ status: 400, body: { code: 'sign-in-not-begun' } });
    }
    expect((await app.get(back, keep(cookie))).status).toBe(200);
    expect(await app.get(back, keep(cookie))).toMatchObject({ status: 401, body: { code: 'sign-in-refused' } });
  });

  test('who said no at the provider, or brings a code that is none', async () => {
    const { location, cookie } = await begin();
    const state = new URL(location).searchParams.get('state') ?? '';
    const callback = `/api/session/oidc/callback?state=${state}&iss=${encodeURIComponent(provider.issuer)}`;
    expect(await app.get(`${callback}&error=access_denied`, keep(cookie))).toMatchObject({ status: 401, body: { code: 'sign-in-refused' } });
    expect(await app.get(`${callback}&code=made-up`, keep(cookie))).toMatchObject({ status: 401, body: { code: 'sign-in-refused' } });
  });

  test('while the provider is away, who is asked again as soon as it is back', async () => {
    const away = await startTestProvider(`${publicUrl}/api/session/oidc/callback`, { robin: { email, email_verified: true } });
    await away.stop();
    const other = await startTestApp({ contexts: [gardensContext], environment: environmentOf(away) });
    try {
      const answer = await other.get('/api/session/oidc');
      expect(answer).toMatchObject({ status: 503, body: { code: 'provider-unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(other.logged.some((line) => line.includes('ALONGSIDE_OIDC_ISSUER') && line.includes('ECONNREFUSED'))).toBe(true);
      await away.start();
      await other.platform.access.accounts.put({ ...person, email, status: 'active', sourceRevision: 1 });
      expect((await signIn('robin', other, away)).status).toBe(200);
    } finally {
      await other.remove();
      await away.stop();
    }
  });

  test('where the secret is wrong, which is told to the operator', async () => {
    const other = await startTestApp({ contexts: [gardensContext], environment: { ...environmentOf(provider), ALONGSIDE_OIDC_CLIENT_SECRET: 'not this one' } });
    try {
      expect(await signIn('robin', other)).toMatchObject({ status: 503, body: { code: 'provider-unavailable' } });
      expect(other.logged.some((line) => line.includes('invalid_client'))).toBe(true);
      expect(other.logged.join('')).not.toContain('not this one');
    } finally {
      await other.remove();
    }
  });

  test('more often than somebody who signs in with a password', async () => {
    const other = await startTestApp({ contexts: [gardensContext], environment: { ...environmentOf(provider), ALONGSIDE_SIGN_IN_LIMIT: '2/3600' } });
    try {
      const { cookie } = await begin(other);
      expect((await other.get('/api/session/oidc/callback?code=1&state=2', keep(cookie))).status).toBe(400);
      expect(await other.get('/api/session/oidc')).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    } finally {
      await other.remove();
    }
  });

  test('this way where no provider is configured', async () => {
    const other = await startTestApp({ contexts: [gardensContext] });
    try {
      for (const path of ['/api/session/oidc', '/api/session/oidc/callback?code=1&state=2']) expect(await other.get(path)).toMatchObject({ status: 404, body: { code: 'sign-in-not-offered' } });
    } finally {
      await other.remove();
    }
  });
});

test('nothing that the provider told stands in the log', () => {
  const logged = app.logged.join('');
  expect(logged).toContain('/api/session/oidc/callback');
  expect(logged).not.toMatch(/example\.org|code=|state=/i);
});
