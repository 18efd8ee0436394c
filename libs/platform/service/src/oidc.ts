import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';
import type * as OpenidClient from 'openid-client';
import type { OidcProvider } from './front-configuration.js';
import { HttpProblem, unavailable } from './problems.js';

/** A sign-in that was begun: where to send the browser, and what it has to bring back. */
export interface BegunSignIn {
  /** At the provider. */
  readonly location: string;
  /** Value of `Set-Cookie`. */
  readonly cookie: string;
}

export interface ConfirmedSignIn {
  /** Verified by the provider. */
  readonly email: string;
  /** Takes the cookie back. */
  readonly cookie: string;
}

/** Signing in with an OpenID Connect provider: authorization code flow with PKCE, state and nonce. */
export interface Oidc {
  /** Throws 503 `provider-unavailable`. */
  begin(): Promise<BegunSignIn>;
  /**
   * `path` is the address that the provider sent the browser to, `cookies` the header that it came with. Throws 400 `sign-in-not-begun`,
   * 401 `sign-in-refused`, 403 `email-not-verified`, 503 `provider-unavailable`. No problem tells an e-mail address.
   */
  confirm(path: string, cookies: string | undefined): Promise<ConfirmedSignIn>;
}

export interface OidcOptions {
  readonly provider: OidcProvider;
  /** Where people reach the system; read each time. */
  readonly publicUrl: () => string;
  /** Shared by every replica: whichever confirms a sign-in reads what the one that began it wrote. */
  readonly secret: KeyObject;
  /** Told of everything that an operator may have to put right: a code, never what somebody sent. */
  readonly onFault: (code: string) => void;
}

export const callbackPath = '/api/session/oidc/callback';
const cookiePath = '/api/session/oidc';

/** How long somebody may take at the provider, in seconds. */
const lastsFor = 600;
/** How long the provider may take, in seconds. */
const providerTimeout = 5;

/** What the browser keeps while it is at the provider; sealed. */
interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Milliseconds. */
  readonly until: number;
}

function seal(secret: KeyObject, begun: Begun): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secret, iv);
  return Buffer.concat([iv, cipher.update(JSON.stringify(begun), 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** Undefined for whatever was not sealed here, or is too old. */
function open(secret: KeyObject, text: string): Begun | undefined {
  try {
    const box = Buffer.from(text, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', secret, box.subarray(0, 12), { authTagLength: 16 }).setAuthTag(box.subarray(-16));
    const begun = JSON.parse(decipher.update(box.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')) as Begun;
    return Date.now() < begun.until ? begun : undefined;
  } catch {
    return undefined;
  }
}

/** One for each sign-in that is under way, so that two windows do not spoil each other's. */
const cookieName = (state: string): string => `alongside-oidc-${state.slice(0, 12).replaceAll(/[^A-Za-z0-9]/g, '')}`;

const cookieOf = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** Errors by which the provider says no, or says what is not to be believed; all others are that it cannot be asked. */
const isRefusal = (client: typeof OpenidClient, error: unknown): boolean => {
  if (error instanceof client.AuthorizationResponseError) return true;
  if (error instanceof client.ResponseBodyError) return error.error === 'invalid_grant' || error.error === 'access_denied';
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^OAUTH_(?:JWT|INVALID_RESPONSE|PARSE|KEY)/.test(code);
};

/** A code of the protocol or of the network, from as deep within as there is one; never a message. */
function codeOf(error: unknown): string {
  if (Array.isArray(error)) return codeOf(error[0]);
  if (typeof error !== 'object' || error === null) return 'unknown';
  const { code, error: said, cause, errors, parameters, name } = error as Readonly<Record<string, unknown>>;
  if (typeof said === 'string' && /^[a-z_]{1,60}$/.test(said)) return said;
  // Several addresses that were tried, or what the provider says in WWW-Authenticate.
  const inner = codeOf(cause ?? errors ?? parameters);
  return [inner === 'unknown' ? undefined : inner, code, name].find((each): each is string => typeof each === 'string') ?? 'unknown';
}

export function openidConnect({ provider, publicUrl, secret, onFault }: OidcOptions): Oidc {
  let discovered: Promise<OpenidClient.Configuration> | undefined;
  const cannotBeAsked = (error: unknown): HttpProblem => {
    onFault(codeOf(error));
    return unavailable('provider-unavailable', 5);
  };

  /** Asked when somebody first signs in, and again until it answers: the provider need not be there when this starts. */
  const configured = async (client: typeof OpenidClient): Promise<OpenidClient.Configuration> => {
    const { issuer, clientId, clientSecret } = provider;
    const asked = (discovered ??= client.discovery(issuer, clientId, undefined, clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret), {
      timeout: providerTimeout,
      // The ID token is checked by its signature, too: it may not come by the safest of ways.
      execute: [client.enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [])],
    }));
    try {
      return await asked;
    } catch (error) {
      discovered = undefined;
      throw cannotBeAsked(error);
    }
  };

  const cookie = (name: string, value: string, seconds: number): string =>
    `${name}=${value}; Path=${cookiePath}; HttpOnly; SameSite=Lax; Max-Age=${seconds}${publicUrl().startsWith('https:') ? '; Secure' : ''}`;

  const claimsOf = async (client: typeof OpenidClient, configuration: OpenidClient.Configuration, path: string, begun: Begun): Promise<Readonly<Record<string, unknown>>> => {
    try {
      const tokens = await client.authorizationCodeGrant(configuration, new URL(`${publicUrl()}${path}`), {
        pkceCodeVerifier: begun.verifier,
        expectedState: begun.state,
        expectedNonce: begun.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new HttpProblem(401, 'sign-in-refused');
      // Many providers tell the address only to whoever asks for it.
      return claims['email'] === undefined ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub) : claims;
    } catch (error) {
      if (error instanceof HttpProblem) throw error;
      throw isRefusal(client, error) ? new HttpProblem(401, 'sign-in-refused') : cannotBeAsked(error);
    }
  };

  return {
    async begin() {
      const client = await import('openid-client');
      const configuration = await configured(client);
      const begun: Begun = { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier(), until: Date.now() + lastsFor * 1000 };
      const location = client.buildAuthorizationUrl(configuration, {
        redirect_uri: `${publicUrl()}${callbackPath}`,
        scope: 'openid email',
        response_type: 'code',
        code_challenge: await client.calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: 'S256',
        state: begun.state,
        nonce: begun.nonce,
      });
      return { location: location.href, cookie: cookie(cookieName(begun.state), seal(secret, begun), lastsFor) };
    },

    async confirm(path, cookies) {
      const state = new URL(path, 'http://callback').searchParams.get('state') ?? '';
      const name = cookieName(state);
      const begun = open(secret, cookieOf(cookies, name) ?? '');
      if (!begun || begun.state !== state) throw new HttpProblem(400, 'sign-in-not-begun');
      const client = await import('openid-client');
      const claims = await claimsOf(client, await configured(client), path, begun);
      const { email, email_verified: isVerified } = claims;
      if (typeof email !== 'string' || email.length > 254 || isVerified !== true) throw new HttpProblem(403, 'email-not-verified');
      return { email, cookie: cookie(name, '', 0) };
    },
  };
}
