import { createPrivateKey, createSecretKey } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { createTokens, keySetFrom, loadSigningKeys, newKeySet, type SignedIn, type SigningKey } from './tokens.js';

const signedIn: SignedIn = { id: 'staff-1', organisationId: 'ours', grants: [{ role: 'coordinator', sites: ['north'] }], sessionId: 'session-1' };

let time: Date;
const clock = { now: () => time };
const unused = '/nowhere/unused';
const keys = (value = newKeySet()) => loadSigningKeys({ value, file: unused });

beforeEach(() => {
  time = new Date('2026-03-01T09:00:00.000Z');
});

describe('tokens', () => {
  it('say who is signed in, for a few minutes', async () => {
    const tokens = createTokens({ keys: await keys(), clock, lifetimeSeconds: 300 });
    const { token, expiresAt } = await tokens.issue(signedIn);
    expect(expiresAt).toBe('2026-03-01T09:05:00.000Z');
    expect(await tokens.verify(token)).toEqual(signedIn);
    time = new Date('2026-03-01T09:04:59.000Z');
    expect(await tokens.verify(token)).toEqual(signedIn);
    time = new Date('2026-03-01T09:05:00.000Z');
    await expect(tokens.verify(token)).rejects.toMatchObject({ status: 401, code: 'not-signed-in' });
  });

  it('are verified by anybody with the published keys, which hold nothing private', async () => {
    const value = newKeySet();
    const { token } = await createTokens({ keys: await keys(value), clock }).issue(signedIn);
    const elsewhere = createTokens({ keys: await keys(value), clock });
    expect(await elsewhere.verify(token)).toEqual(signedIn);
    expect(elsewhere.keySet.keys).toEqual([{ kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: expect.any(String), alg: 'EdDSA', use: 'sig' }]);
  });

  it('are verified by every process that has the secret which the key is made of, and by no other', async () => {
    const process = async (byte: number) => createTokens({ keys: await keys(keySetFrom(createSecretKey(Buffer.alloc(32, byte)))), clock });
    const { token } = await (await process(1)).issue(signedIn);
    expect(await (await process(1)).verify(token)).toEqual(signedIn);
    await expect((await process(2)).verify(token)).rejects.toMatchObject({ status: 401 });
    expect(keySetFrom(createSecretKey(Buffer.alloc(32, 1)))).not.toContain(Buffer.alloc(32, 1).toString('base64url'));
  });

  it('of an earlier key are good until that key is taken out', async () => {
    const [before, next] = [newKeySet(), newKeySet()];
    const both = JSON.stringify({ keys: [...(JSON.parse(next) as { keys: unknown[] }).keys, ...(JSON.parse(before) as { keys: unknown[] }).keys] });
    const { token } = await createTokens({ keys: await keys(before), clock }).issue(signedIn);
    expect(await createTokens({ keys: await keys(both), clock }).verify(token)).toEqual(signedIn);
    await expect(createTokens({ keys: await keys(next), clock }).verify(token)).rejects.toMatchObject({ status: 401 });
  });

  it('that somebody else made are refused', async () => {
    const own = await keys();
    const tokens = createTokens({ keys: own, clock });
    const { token } = await tokens.issue(signedIn);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const raised = Buffer.from(JSON.stringify({ ...claims, org: 'theirs' })).toString('base64url');
    const [{ kid }] = own;
    const forge = (key: SigningKey['key'], of: Record<string, unknown>) => new SignJWT(of).setProtectedHeader({ alg: 'EdDSA', kid }).sign(key);
    const [other] = await keys();
    const withoutEnd: Record<string, unknown> = { ...claims };
    delete withoutEnd['exp'];
    const forged = [
      `${header}.${raised}.${signature}`,
      `${header}.${payload}.`,
      new UnsecuredJWT(claims).encode(),
      await forge(other.key, claims),
      await forge(own[0].key, { ...claims, aud: 'another' }),
      await forge(own[0].key, withoutEnd),
      await forge(own[0].key, { ...claims, grants: 'all' }),
      'nonsense',
      '',
    ];
    for (const each of forged) await expect(tokens.verify(each)).rejects.toMatchObject({ status: 401, code: 'not-signed-in' });
    expect(await forge(own[0].key, claims).then(tokens.verify)).toEqual(signedIn);
  });
});

describe('signing keys', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signing-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are made once, for the owner alone', async () => {
    const file = join(folder, 'signing-keys.json');
    const [made] = await loadSigningKeys({ file });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await loadSigningKeys({ file }))[0].kid).toBe(made.kid);
    expect(createPrivateKey({ key: made.key.export({ format: 'jwk' }), format: 'jwk' }).asymmetricKeyType).toBe('ed25519');
  });

  it.each(['nonsense', '{}', '{"keys":[]}', '{"keys":[{"kty":"RSA"}]}', '{"keys":[null]}', '{"keys":[{"kty":"OKP","crv":"Ed25519","d":"short","x":"short"}]}'])('refuse %s by the name of the variable, without repeating it', async (value) => {
    await expect(keys(value)).rejects.toThrow(/^ALONGSIDE_SIGNING_KEYS must be a JWK set of Ed25519 private keys$/);
  });
});
