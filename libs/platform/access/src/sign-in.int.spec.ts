import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inMemorySubjectKeys, type SubjectKeys } from '@alongside/personal-data';
import type { AccountChange, Accounts } from './accounts.js';
import { openAccounts } from './sqlite-accounts.js';
import { createLinks } from './links.js';
import type { Grant } from './session.js';
import { createSignIn, type SignIn, type SignInOptions } from './sign-in.js';
import { createTokens, loadSigningKeys, newKeySet } from './tokens.js';

const ada = 'b0c0a7de-0000-4000-8000-000000000001';
const ben = 'b0c0a7de-0000-4000-8000-000000000002';
const email = 'ada.moss@example.org';
const password = 'correct horse battery';
const address = '192.0.2.7';
const coordinator: readonly Grant[] = [{ role: 'coordinator', sites: ['north'] }];

let folder: string;
let keys: SubjectKeys;
let signingKeys: string;
let opened: Accounts[];
let time: number;
const clock = { now: () => new Date(time) };
const minutes = (count: number): void => {
  time += count * 60_000;
};
const issuedAt = '2026-03-01T09:00:00.000Z';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accounts-'));
  keys = inMemorySubjectKeys();
  signingKeys = newKeySet();
  opened = [];
  time = Date.parse(issuedAt) + 1000;
});
afterEach(async () => {
  for (const accounts of opened) await accounts.close();
  rmSync(folder, { recursive: true, force: true });
});

interface System {
  readonly accounts: Accounts;
  readonly signIn: SignIn;
  put(change: Partial<AccountChange>): Promise<void>;
  /** Follows an invitation. */
  join(id?: string): Promise<void>;
  enter(changes?: { readonly email?: string; readonly password?: string; readonly address?: string }): ReturnType<SignIn['signIn']>;
}

/** One process. A second call is another process on the same file. */
async function start(options: Partial<SignInOptions> = {}): Promise<System> {
  const accounts = await openAccounts({ file: join(folder, 'accounts.sqlite'), keys, clock });
  opened.push(accounts);
  const tokens = createTokens({ keys: await loadSigningKeys({ value: signingKeys, file: 'unused' }), clock });
  const signIn = createSignIn({ accounts, tokens, links: createLinks(await keys.secret('links')), clock, accountWaitMs: 0, ...options });
  return {
    accounts,
    signIn,
    put: (change) => accounts.put({ id: ada, organisationId: 'ours', email, grants: coordinator, status: 'active', sourceRevision: 1, ...change }),
    async join(id = ada) {
      await signIn.acceptInvitation(signIn.invitationToken({ accountId: id, issuedAt }), password);
    },
    enter: (changes) => signIn.signIn({ email, password, address, ...changes }),
  };
}

/** With an account that may sign in. */
async function started(options?: Partial<SignInOptions>): Promise<System> {
  const system = await start(options);
  await system.put({});
  await system.join();
  return system;
}

const refused = (status: number, code: string) => expect.objectContaining({ status, code });

describe('signing in', () => {
  it('gives a token with roles and organisation', async () => {
    const { signIn, enter } = await started();
    const session = await enter({ email: ' Ada.Moss@Example.ORG' });
    expect(session).toMatchObject({ expiresAt: '2026-03-01T09:05:01.000Z', user: { id: ada, organisationId: 'ours', grants: coordinator } });
    expect(await signIn.authenticate(session.token)).toMatchObject({ id: ada, organisationId: 'ours', grants: coordinator });
  });

  it('answers the same to an unknown address, a wrong password, an invitation not followed and a removed account', async () => {
    const { enter, put } = await started();
    await put({ id: ben, email: 'ben.hale@example.org' });
    const answers = [await caught(enter({ email: 'nobody@example.org' })), await caught(enter({ password: 'wrong horse battery' })), await caught(enter({ email: 'ben.hale@example.org' }))];
    await put({ status: 'removed', sourceRevision: 2 });
    answers.push(await caught(enter()));
    expect(answers).toEqual(Array.from({ length: 4 }, () => refused(401, 'wrong-credentials')));
  });

  it('hashes for an unknown address as for a known one', async () => {
    const { enter } = await started();
    const took = async (attempt: Promise<unknown>): Promise<number> => {
      const before = performance.now();
      await caught(attempt);
      return performance.now() - before;
    };
    const known = await took(enter({ password: 'wrong horse battery' }));
    const unknown = await took(enter({ email: 'nobody@example.org' }));
    // Without hashing it would be a hundredth.
    expect(unknown).toBeGreaterThan(known / 5);
  });

  it('leaves no e-mail, network address, password or secret in the clear on disk', async () => {
    const { enter } = await started();
    const { sessionToken } = await enter();
    await caught(enter({ password: 'wrong horse battery' }));
    const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name)))).toString('latin1').toLowerCase();
    for (const text of ['moss', 'example', 'horse', address, sessionToken.toLowerCase()]) expect(bytes).not.toContain(text);
  });
});

describe('limits', () => {
  it('let an account wait after five failures, longer each time, and forget them after a good sign-in', async () => {
    const { enter } = await started();
    const fail = () => caught(enter({ password: 'wrong horse battery' }));
    for (let failure = 0; failure < 5; failure += 1) expect(await fail()).toEqual(refused(401, 'wrong-credentials'));
    expect(await fail()).toEqual(expect.objectContaining({ status: 429, code: 'too-many-attempts', retryAfterSeconds: 30 }));
    expect(await caught(enter())).toEqual(refused(429, 'too-many-attempts'));
    minutes(0.5);
    expect(await fail()).toEqual(refused(401, 'wrong-credentials'));
    expect(await fail()).toEqual(expect.objectContaining({ status: 429, retryAfterSeconds: 60 }));
    minutes(1);
    await enter();
    expect(await fail()).toEqual(refused(401, 'wrong-credentials'));
    expect(await fail()).toEqual(refused(401, 'wrong-credentials'));
  });

  it('count attempts made at the same time one by one', async () => {
    const { enter } = await started();
    const answers = await Promise.all(Array.from({ length: 20 }, () => caught(enter({ password: 'wrong horse battery' }))));
    expect(answers.filter((answer) => (answer as { status: number }).status === 401)).toHaveLength(5);
  });

  it('treat an unknown address like a known one', async () => {
    const { enter } = await started();
    for (let failure = 0; failure < 5; failure += 1) await caught(enter({ email: 'nobody@example.org' }));
    expect(await caught(enter({ email: 'nobody@example.org' }))).toEqual(refused(429, 'too-many-attempts'));
  });

  it('let a network address wait that tries many accounts, and nobody else', async () => {
    const limits = { failuresPerAccount: 5, failuresPerAddress: 3, firstWaitSeconds: 30, longestWaitSeconds: 900 };
    const { enter } = await started({ limits });
    for (let account = 0; account < 3; account += 1) await caught(enter({ email: `nobody-${account}@example.org` }));
    expect(await caught(enter())).toEqual(refused(429, 'too-many-attempts'));
    await enter({ address: '192.0.2.8' });
  });

  it('hold across processes and restarts', async () => {
    const { enter } = await started();
    for (let failure = 0; failure < 5; failure += 1) await caught(enter({ password: 'wrong horse battery' }));
    expect(await caught((await start()).enter())).toEqual(refused(429, 'too-many-attempts'));
  });
});

describe('a session', () => {
  it('renews its token with the roles of now', async () => {
    const { enter, put, signIn } = await started();
    const { sessionToken } = await enter();
    await put({ grants: [{ role: 'auditor', sites: 'all' }], sourceRevision: 2 });
    minutes(10);
    const renewed = await signIn.renew(sessionToken);
    expect(await signIn.authenticate(renewed.token)).toMatchObject({ id: ada, grants: [{ role: 'auditor', sites: 'all' }] });
  });

  it('ends when it is not used, and in any case after a working day', async () => {
    const { enter, signIn } = await started({ idleMinutes: 60, sessionHours: 2 });
    const [idle, used] = [await enter(), await enter()];
    minutes(50);
    await signIn.renew(used.sessionToken);
    minutes(50);
    await signIn.renew(used.sessionToken);
    expect(await caught(signIn.renew(idle.sessionToken))).toEqual(refused(401, 'session-ended'));
    minutes(20);
    expect(await caught(signIn.renew(used.sessionToken))).toEqual(refused(401, 'session-ended'));
  });

  it('ends by signing out, at once in every process, and others go on', async () => {
    const here = await started();
    const elsewhere = await start();
    const [one, other] = [await here.enter(), await here.enter()];
    await elsewhere.signIn.authenticate(one.token);
    await here.signIn.signOut({ sessionToken: one.sessionToken });
    await here.signIn.signOut({ sessionToken: one.sessionToken });
    for (const { signIn } of [here, elsewhere, await start()]) {
      expect(await caught(signIn.authenticate(one.token))).toEqual(refused(401, 'session-ended'));
      expect(await caught(signIn.renew(one.sessionToken))).toEqual(refused(401, 'session-ended'));
      expect(await signIn.authenticate(other.token)).toMatchObject({ id: ada });
    }
  });

  it('is not renewed by a token that nobody was given', async () => {
    const { signIn } = await started();
    expect(await caught(signIn.renew('made up'))).toEqual(refused(401, 'session-ended'));
    await signIn.signOut({ sessionToken: 'made up' });
  });
});

describe('an account', () => {
  it('that is removed stops at once: its tokens, its sessions, its password', async () => {
    const { enter, put, signIn } = await started();
    const session = await enter();
    await put({ status: 'removed', sourceRevision: 2 });
    expect(await caught(signIn.authenticate(session.token))).toEqual(refused(401, 'session-ended'));
    expect(await caught(signIn.renew(session.sessionToken))).toEqual(refused(401, 'session-ended'));
    expect(await caught(enter())).toEqual(refused(401, 'wrong-credentials'));
  });

  it('takes each change once, and passes over older ones', async () => {
    const { put, accounts } = await start();
    const auditor: readonly Grant[] = [{ role: 'auditor', sites: 'all' }];
    await put({ grants: auditor, sourceRevision: 7 });
    await put({ sourceRevision: 6 });
    await put({ sourceRevision: 7 });
    expect((await accounts.find(ada))?.grants).toEqual(auditor);
    await put({ status: 'removed', sourceRevision: 8 });
    await put({ sourceRevision: 5 });
    expect((await accounts.find(ada))?.status).toBe('removed');
  });

  it('signs in with its new e-mail address once that has changed', async () => {
    const { put, enter } = await started();
    await put({ email: 'ada.hale@example.org', sourceRevision: 2 });
    await enter({ email: 'ada.hale@example.org' });
    expect(await caught(enter())).toEqual(refused(401, 'wrong-credentials'));
  });

  it('keeps its address when the new one is somebody else\'s', async () => {
    const { put, enter, join: follow } = await started();
    await put({ id: ben, email: 'ben.hale@example.org' });
    await follow(ben);
    await put({ email: 'ben.hale@example.org', sourceRevision: 2 });
    expect((await enter()).user.id).toBe(ada);
    expect((await enter({ email: 'ben.hale@example.org' })).user.id).toBe(ben);
  });

  it('is forgotten with its subject', async () => {
    const { enter, accounts, signIn } = await started();
    const session = await enter();
    await accounts.forget(ada);
    expect(await accounts.find(ada)).toBeUndefined();
    expect(await caught(signIn.renew(session.sessionToken))).toEqual(refused(401, 'session-ended'));
    expect(await caught(signIn.authenticate(session.token))).toEqual(refused(401, 'session-ended'));
  });
});

describe('an invitation', () => {
  it('is the same link again for a repeated command, and tells whose it is', async () => {
    const { signIn, put } = await start();
    await put({});
    const token = signIn.invitationToken({ accountId: ada, issuedAt });
    expect(signIn.invitationToken({ accountId: ada, issuedAt })).toBe(token);
    expect(await signIn.invitation(token)).toEqual({ accountId: ada, expiresAt: '2026-03-15T09:00:00.000Z' });
  });

  it('is spent by the first who follows it, also when several do at once', async () => {
    const { signIn, put, enter } = await start();
    await put({});
    const token = signIn.invitationToken({ accountId: ada, issuedAt });
    const answers = await Promise.all([1, 2, 3, 4].map((each) => caught(signIn.acceptInvitation(token, `${password} ${each}`))));
    expect(answers.filter((answer) => answer instanceof Error)).toEqual([1, 2, 3].map(() => refused(410, 'invitation-spent')));
    expect(await caught(signIn.invitation(token))).toEqual(refused(410, 'invitation-spent'));
    const first = answers.findIndex((answer) => !(answer instanceof Error)) + 1;
    await enter({ password: `${password} ${first}` });
  });

  it('that is issued anew sets a new password, and ends the sessions of the old one', async () => {
    const { signIn, enter } = await started();
    const session = await enter();
    minutes(60);
    await signIn.acceptInvitation(signIn.invitationToken({ accountId: ada, issuedAt: new Date(time).toISOString() }), 'another horse battery');
    await enter({ password: 'another horse battery' });
    expect(await caught(enter())).toEqual(refused(401, 'wrong-credentials'));
    expect(await caught(signIn.renew(session.sessionToken))).toEqual(refused(401, 'session-ended'));
  });

  it('expires after two weeks', async () => {
    const { signIn, put, join: follow } = await start();
    await put({});
    minutes(14 * 24 * 60);
    expect(await caught(follow())).toEqual(refused(410, 'invitation-expired'));
    expect(signIn.invitationToken({ accountId: ada, issuedAt })).not.toBe('');
  });

  it('that nobody issued is unknown', async () => {
    const { signIn } = await start();
    expect(await caught(signIn.acceptInvitation('made.up', password))).toEqual(refused(404, 'invitation-unknown'));
  });

  it('of somebody who was removed meanwhile is of no use', async () => {
    const { put, join: follow } = await start();
    await put({ status: 'removed' });
    expect(await caught(follow())).toEqual(refused(410, 'invitation-spent'));
  });

  it.each([
    ['123456789', 'password-too-short'],
    ['x'.repeat(201), 'password-too-long'],
  ])('refuses the password %s', async (weak, code) => {
    const { signIn, put, join: follow } = await start();
    await put({});
    expect(await caught(signIn.acceptInvitation(signIn.invitationToken({ accountId: ada, issuedAt }), weak))).toEqual(refused(422, code));
    await follow();
  });

  it('waits for word of its account', async () => {
    const { signIn, put } = await start({ accountWaitMs: 10_000 });
    const accepted = signIn.acceptInvitation(signIn.invitationToken({ accountId: ada, issuedAt }), password);
    await put({});
    expect(await accepted).toEqual({ accountId: ada });
  });

  it('asks to try again when no word comes', async () => {
    const { join: follow } = await start({ accountWaitMs: 0 });
    expect(await caught(follow())).toEqual(expect.objectContaining({ name: 'AccountNotReady', status: 503, retryAfterSeconds: 1 }));
  });

  it('is refused where another account signs in with the address, until that one is removed', async () => {
    const { put, join: follow, enter } = await started();
    await put({ id: ben });
    expect(await caught(follow(ben))).toEqual(refused(409, 'email-in-use'));
    expect((await enter()).user.id).toBe(ada);
    await put({ status: 'removed', sourceRevision: 2 });
    await follow(ben);
    expect((await enter()).user.id).toBe(ben);
  });
});

describe('an e-mail address that a provider has verified', () => {
  const verified = (signIn: SignIn, changes: { readonly email?: string; readonly address?: string } = {}) => signIn.signInVerified({ email, address, ...changes });

  it('signs in the account that was added with it, before and after a password is set', async () => {
    const { signIn, put, join: follow } = await start();
    await put({});
    const session = await verified(signIn, { email: 'Ada.Moss@Example.org' });
    expect(session.user).toEqual({ id: ada, organisationId: 'ours', grants: coordinator });
    expect((await signIn.authenticate(session.token)).id).toBe(ada);
    expect((await signIn.renew(session.sessionToken)).user.id).toBe(ada);
    await follow();
    expect((await verified(signIn)).user.id).toBe(ada);
  });

  it('creates nobody, and lets nobody in who was removed', async () => {
    const { accounts, signIn, put } = await start();
    expect(await caught(verified(signIn))).toEqual(refused(401, 'account-unknown'));
    expect(await accounts.find(ada)).toBeUndefined();
    await put({});
    await verified(signIn);
    await put({ status: 'removed', sourceRevision: 2 });
    expect(await caught(verified(signIn))).toEqual(refused(401, 'account-unknown'));
  });

  it('that several were added with means the one that has a password', async () => {
    const { signIn, put, join: follow } = await start();
    await put({});
    await put({ id: ben });
    expect(await caught(verified(signIn))).toEqual(refused(409, 'several-accounts'));
    await follow(ben);
    expect((await verified(signIn)).user.id).toBe(ben);
  });

  it('is tried only so often, and guessing at passwords does not count', async () => {
    const { signIn, put, enter } = await start();
    for (let times = 0; times < 5; times += 1) await caught(enter());
    expect(await caught(enter())).toEqual(expect.objectContaining({ status: 429 }));
    for (let times = 0; times < 5; times += 1) expect(await caught(verified(signIn))).toEqual(refused(401, 'account-unknown'));
    expect(await caught(verified(signIn))).toEqual(expect.objectContaining({ status: 429, code: 'too-many-attempts' }));
    await put({});
    minutes(1);
    expect((await verified(signIn)).user.id).toBe(ada);
  });
});

async function caught(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (failure) {
    return failure;
  }
}
