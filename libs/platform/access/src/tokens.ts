import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readOrMakePrivateFile } from '@alongside/personal-data';
import type { Clock } from '@alongside/event-sourcing';
import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify, SignJWT, type JSONWebKeySet, type JWK, type JWTPayload } from 'jose';
import { notSignedIn } from './refusals.js';
import type { Grant, User } from './session.js';

/** Who a verified token speaks for, in which session. */
export interface SignedIn extends User {
  readonly sessionId: string;
}

export interface IssuedToken {
  readonly token: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Signed tokens of a few minutes (JWT, Ed25519): every service verifies them by itself, with the published keys. */
export interface Tokens {
  issue(signedIn: SignedIn): Promise<IssuedToken>;
  /** Throws `AccessRefused` (401) for whatever is not an authentic token in time. */
  verify(token: string): Promise<SignedIn>;
  /** The public keys, to be published (RFC 7517). */
  readonly keySet: JSONWebKeySet;
  readonly lifetimeSeconds: number;
}

export interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
}

/** The signing keys cannot be read. */
export class SigningKeysInvalid extends Error {
  constructor(where: string) {
    super(`${where} must be a JWK set of Ed25519 private keys`);
    this.name = 'SigningKeysInvalid';
  }
}

/**
 * Signing keys from `value` (the environment) or from `file`, made with mode 0600 at the first start: a JWK set of private keys. The
 * first one signs, all verify; to rotate, put a new one first and take the last one out once its tokens have expired.
 */
export async function loadSigningKeys(from: { readonly value?: string | undefined; readonly file: string }): Promise<readonly [SigningKey, ...SigningKey[]]> {
  const isGiven = from.value !== undefined && from.value !== '';
  const where = isGiven ? 'ALONGSIDE_SIGNING_KEYS' : from.file;
  const text = isGiven ? from.value : readOrMakePrivateFile(from.file, newKeySet);
  const jwks = jwksOf(text, where);
  const [first, ...others] = await Promise.all(jwks.map((jwk) => signingKeyOf(jwk, where)));
  if (!first) throw new SigningKeysInvalid(where);
  return [first, ...others];
}

/** A set of one new private key, as the file holds it. */
export function newKeySet(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return `${JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] })}\n`;
}

/** What precedes the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410). */
const pkcs8Ed25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A set of one private key made of a secret of 32 bytes: the same for every process that has the secret. */
export function keySetFrom(secret: KeyObject): string {
  const seed = createHmac('sha256', secret).update('alongside signing key').digest();
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Ed25519, seed]), format: 'der', type: 'pkcs8' });
  return `${JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] })}\n`;
}

const issuer = 'alongside';
/** Tokens verified lately: the same one comes with every request of its few minutes. */
const mostRemembered = 5_000;

export function createTokens({ keys, clock, lifetimeSeconds = 300 }: {
  readonly keys: readonly [SigningKey, ...SigningKey[]];
  readonly clock: Clock;
  /** How long a token is good for, default 300: how long another process still takes the token of somebody who was removed. */
  readonly lifetimeSeconds?: number;
}): Tokens {
  const [signing] = keys;
  const keySet = { keys: keys.map(({ kid, key }) => ({ ...(createPublicKey(key).export({ format: 'jwk' }) as JWK), kid, alg: 'EdDSA', use: 'sig' })) };
  const findKey = createLocalJWKSet(keySet);
  const verified = new Map<string, { readonly signedIn: SignedIn; readonly until: number }>();

  return {
    keySet,
    lifetimeSeconds,

    async issue({ id, organisationId, grants, sessionId }) {
      const issuedAt = Math.floor(clock.now().getTime() / 1000);
      const token = await new SignJWT({ org: organisationId, grants, sid: sessionId })
        .setProtectedHeader({ alg: 'EdDSA', kid: signing.kid, typ: 'JWT' })
        .setSubject(id)
        .setIssuer(issuer)
        .setAudience(issuer)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(signing.key);
      return { token, expiresAt: new Date((issuedAt + lifetimeSeconds) * 1000).toISOString() };
    },

    async verify(token) {
      const now = clock.now();
      const known = verified.get(token);
      if (known && now.getTime() < known.until) return known.signedIn;
      verified.delete(token);
      const payload = await payloadOf(token, now);
      const signedIn = signedInOf(payload);
      verified.set(token, { signedIn, until: (payload.exp ?? 0) * 1000 });
      if (verified.size > mostRemembered) verified.delete(verified.keys().next().value ?? '');
      return signedIn;
    },
  };

  async function payloadOf(token: string, currentDate: Date): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, findKey, { algorithms: ['EdDSA'], issuer, audience: issuer, requiredClaims: ['exp', 'sub', 'sid', 'org'], currentDate });
      return payload;
    } catch {
      throw notSignedIn();
    }
  }
}

function signedInOf({ sub, sid, org, grants }: JWTPayload & { sid?: unknown; org?: unknown; grants?: unknown }): SignedIn {
  if (typeof sub !== 'string' || typeof sid !== 'string' || typeof org !== 'string' || !Array.isArray(grants)) throw notSignedIn();
  return { id: sub, organisationId: org, grants: grants as readonly Grant[], sessionId: sid };
}

function jwksOf(text: string | undefined, where: string): readonly JWK[] {
  try {
    const { keys } = JSON.parse(text ?? '') as JSONWebKeySet;
    if (Array.isArray(keys)) return keys;
  } catch {
    // Not even JSON; what it says stays out of the message.
  }
  throw new SigningKeysInvalid(where);
}

async function signingKeyOf(jwk: JWK | null, where: string): Promise<SigningKey> {
  if (jwk?.kty !== 'OKP' || jwk.crv !== 'Ed25519' || jwk.d === undefined) throw new SigningKeysInvalid(where);
  try {
    const key = createPrivateKey({ key: jwk as import('node:crypto').JsonWebKey, format: 'jwk' });
    return { kid: await calculateJwkThumbprint(jwk), key };
  } catch {
    throw new SigningKeysInvalid(where);
  }
}
