import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmailTaken, type AccountChange, type Accounts, type Grant } from '@alongside/access';
import type { Clock } from '@alongside/event-sourcing';
import { eventually } from './manual-time.js';

/** A store of its own for one test. */
export interface OpenedAccounts {
  /** Opens it as one more process would; closed by the suite. */
  readonly process: (clock: Clock) => Promise<Accounts>;
  readonly close: () => Promise<void>;
}

const ada = 'b0c0a7de-0000-4000-8000-000000000001';
const ben = 'b0c0a7de-0000-4000-8000-000000000002';
const email = 'ada.moss@example.org';
const coordinator: readonly Grant[] = [{ role: 'coordinator', sites: ['north', 'south'] }];
const auditor: readonly Grant[] = [{ role: 'auditor', sites: 'all' }];
const minute = 60_000;

export interface AccountsContractOptions {
  /**
   * Whether the server keeps a conditional update in one piece when several connections race for one document, as SQLite and MongoDB do. On a
   * stand-in that does not, the races are skipped. Default true.
   */
  readonly updatesInOnePiece?: boolean;
}

/** Everything that a store of accounts promises, whatever keeps it. */
export function accountsContract(name: string, open: () => Promise<OpenedAccounts> | OpenedAccounts, { updatesInOnePiece = true }: AccountsContractOptions = {}): void {
  const racing = updatesInOnePiece ? it : it.skip;
  describe(`accounts: ${name}`, () => {
    let opened: OpenedAccounts;
    let processes: Accounts[];
    let accounts: Accounts;
    let time: number;
    const clock: Clock = { now: () => new Date(time) };
    const start = async (): Promise<Accounts> => {
      const process = await opened.process(clock);
      processes.push(process);
      return process;
    };
    const put = (change: Partial<AccountChange> = {}, to = accounts): Promise<void> =>
      to.put({ id: ada, organisationId: 'ours', email, grants: coordinator, status: 'active', sourceRevision: 1, ...change });
    /** Has an account and a password. */
    const joined = async (id = ada, change: Partial<AccountChange> = {}): Promise<void> => {
      await put({ id, ...change });
      expect(await accounts.setPassword(id, `hash of ${id}`, time)).toBe(true);
    };
    const idOf = async (address: string): Promise<string | undefined> => (await accounts.findByEmail(await accounts.emailDigest(address)))?.id;

    beforeEach(async () => {
      processes = [];
      time = Date.parse('2026-03-01T09:00:00.000Z');
      opened = await open();
      accounts = await start();
    });
    afterEach(async () => {
      for (const each of processes) await each.close();
      await opened.close();
    });

    describe('an account', () => {
      it('is as it was put, in every process', async () => {
        await put();
        const digest = await accounts.emailDigest(email);
        for (const each of [accounts, await start()]) {
          expect(await each.find(ada)).toEqual({
            id: ada,
            organisationId: 'ours',
            grants: coordinator,
            status: 'active',
            emailDigest: digest,
            password: undefined,
            passwordSetAt: undefined,
          });
        }
        expect(await accounts.find(ben)).toBeUndefined();
      });

      it('takes each change once, and passes over older ones', async () => {
        await put({ grants: auditor, sourceRevision: 7 });
        await put({ sourceRevision: 6 });
        await put({ sourceRevision: 7 });
        expect((await accounts.find(ada))?.grants).toEqual(auditor);
        await put({ status: 'removed', sourceRevision: 8 });
        await put({ sourceRevision: 5 });
        expect((await accounts.find(ada))?.status).toBe('removed');
      });

      racing('ends with its latest change when several processes put changes at once', async () => {
        const states = [accounts, await start(), await start()];
        await Promise.all(Array.from({ length: 12 }, (_, index) => put({ organisationId: `organisation-${index + 1}`, sourceRevision: index + 1 }, states[index % 3])));
        expect((await accounts.find(ada))?.organisationId).toBe('organisation-12');
      });

      it('keeps its address and its password where a change says nothing of them', async () => {
        await joined();
        await accounts.put({ id: ada, organisationId: 'ours', grants: auditor, status: 'active', sourceRevision: 2 });
        expect(await accounts.findByEmail(await accounts.emailDigest(email))).toMatchObject({ id: ada, grants: auditor, password: `hash of ${ada}` });
      });

      it('loses its address and its password when it is removed, and its sessions end', async () => {
        await joined();
        const { id, secret } = await accounts.openSession(ada, time + 60 * minute);
        await put({ status: 'removed', sourceRevision: 2 });
        expect(await accounts.find(ada)).toMatchObject({ status: 'removed', emailDigest: undefined, password: undefined });
        expect(await idOf(email)).toBeUndefined();
        expect((await accounts.findSession(secret))?.endedAt).toBe(time);
        expect(await accounts.hasEnded(id, minute)).toBe(true);
      });

      it('is forgotten altogether, with its sessions', async () => {
        await joined();
        const { id } = await accounts.openSession(ada, time + 60 * minute);
        await accounts.forget(ada);
        expect(await accounts.find(ada)).toBeUndefined();
        expect(await accounts.hasEnded(id, minute)).toBe(true);
        await accounts.forget(ada);
        await joined();
      });
    });

    describe('an e-mail address', () => {
      it('is known by a keyed digest, however it is written', async () => {
        const digest = await accounts.emailDigest(email);
        expect(await accounts.emailDigest(' Ada.Moss@Example.ORG')).toBe(digest);
        expect(await (await start()).emailDigest(email)).toBe(digest);
        expect(digest).not.toContain('moss');
        expect(await accounts.addressDigest('192.0.2.7')).toBe(await accounts.addressDigest('192.0.2.7'));
        expect(await accounts.addressDigest(email)).not.toBe(digest);
      });

      it('finds whoever signs in with it, and nobody without a password', async () => {
        await put();
        expect(await idOf(email)).toBeUndefined();
        await accounts.setPassword(ada, 'hash', time);
        expect(await idOf(email)).toBe(ada);
      });

      it('finds all who were added with it, in the order of their ids', async () => {
        await put({ id: ben });
        await put();
        await put({ id: 'c', email: 'somebody.else@example.org' });
        await put({ id: 'd', status: 'removed' });
        expect((await accounts.findAllByEmail(await accounts.emailDigest(email))).map(({ id }) => id)).toEqual([ada, ben]);
      });

      it('is signed in with by one account only, until that one is removed', async () => {
        await joined();
        await put({ id: ben });
        await expect(accounts.setPassword(ben, 'hash', time)).rejects.toBeInstanceOf(EmailTaken);
        expect((await accounts.find(ben))?.password).toBeUndefined();
        await put({ status: 'removed', sourceRevision: 2 });
        expect(await accounts.setPassword(ben, 'hash', time)).toBe(true);
        expect(await idOf(email)).toBe(ben);
      });

      it('goes to one of several who set a password at once', async () => {
        const states = [accounts, await start(), await start()];
        const ids = Array.from({ length: 6 }, (_, index) => `staff-${index}`);
        for (const id of ids) await put({ id });
        const outcomes = await Promise.allSettled(ids.map((id, index) => states[index % 3]?.setPassword(id, `hash of ${id}`, time)));
        const winners = ids.filter((_, index) => outcomes[index]?.status === 'fulfilled');
        expect(winners).toHaveLength(1);
        expect(await idOf(email)).toBe(winners[0]);
        for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(EmailTaken);
      });

      it('stays as it was when the new one is somebody else’s, and the rest of the change is taken', async () => {
        await joined();
        await joined(ben, { email: 'ben.hale@example.org' });
        await put({ email: 'ben.hale@example.org', grants: auditor, sourceRevision: 2 });
        expect(await idOf(email)).toBe(ada);
        expect(await idOf('ben.hale@example.org')).toBe(ben);
        expect((await accounts.find(ada))?.grants).toEqual(auditor);
      });

      it('may change to one that nobody has', async () => {
        await joined();
        await put({ email: 'ada.hale@example.org', sourceRevision: 2 });
        expect([await idOf(email), await idOf('ada.hale@example.org')]).toEqual([undefined, ada]);
        await joined(ben);
        expect(await idOf(email)).toBe(ben);
      });
    });

    describe('a password', () => {
      it('is set once for each link, and never by an older one', async () => {
        await put();
        expect(await accounts.setPassword(ada, 'first', time)).toBe(true);
        expect(await accounts.setPassword(ada, 'second', time)).toBe(false);
        expect(await accounts.setPassword(ada, 'older', time - 1)).toBe(false);
        expect((await accounts.find(ada))?.password).toBe('first');
        expect(await accounts.setPassword(ada, 'third', time + 1)).toBe(true);
        expect(await accounts.find(ada)).toMatchObject({ password: 'third', passwordSetAt: time + 1 });
      });

      racing('is the first one when several processes set it at once', async () => {
        await put();
        const states = [accounts, await start(), await start()];
        const answers = await Promise.all(states.map((each, index) => each.setPassword(ada, `hash ${index}`, time)));
        expect(answers.filter((answer) => answer)).toHaveLength(1);
        expect((await accounts.find(ada))?.password).toBe(`hash ${answers.indexOf(true)}`);
      });

      it('is nobody’s who has no account, or was removed', async () => {
        expect(await accounts.setPassword(ada, 'hash', time)).toBe(false);
        await put({ status: 'removed' });
        expect(await accounts.setPassword(ada, 'hash', time)).toBe(false);
      });

      it('set anew ends the sessions of the one before', async () => {
        await joined();
        const before = await accounts.openSession(ada, time + 60 * minute);
        time += minute;
        await accounts.setPassword(ada, 'next', time);
        const after = await accounts.openSession(ada, time + 60 * minute);
        expect((await accounts.findSession(before.secret))?.endedAt).toBe(time);
        expect((await accounts.findSession(after.secret))?.endedAt).toBeUndefined();
      });
    });

    describe('a session', () => {
      it('is found by its secret, in every process, and says when it was used', async () => {
        const { id, secret } = await accounts.openSession(ada, time + 60 * minute);
        const opening = { id, accountId: ada, createdAt: time, lastUsedAt: time, expiresAt: time + 60 * minute, endedAt: undefined };
        const other = await start();
        expect(await other.findSession(secret)).toEqual(opening);
        time += minute;
        await accounts.useSession(id);
        expect(await other.findSession(secret)).toEqual({ ...opening, lastUsedAt: time });
        expect(await accounts.findSession('made up')).toBeUndefined();
        expect((await accounts.openSession(ada, time + minute)).secret).not.toBe(secret);
      });

      it('ends, here at once and in other processes a moment later, and others go on', async () => {
        const other = await start();
        const [one, two] = [await accounts.openSession(ada, time + 60 * minute), await accounts.openSession(ada, time + 60 * minute)];
        for (const each of [accounts, other]) expect(await each.hasEnded(one.id, 5 * minute)).toBe(false);
        await accounts.endSession(one.id);
        await accounts.endSession(one.id);
        expect(await accounts.hasEnded(one.id, 5 * minute)).toBe(true);
        await eventually('it has ended there', () => other.hasEnded(one.id, 5 * minute));
        expect(await (await start()).hasEnded(one.id, 5 * minute)).toBe(true);
        for (const each of [accounts, other]) expect(await each.hasEnded(two.id, 5 * minute)).toBe(false);
        expect((await other.findSession(one.secret))?.endedAt).toBe(time);
        expect((await other.findSession(two.secret))?.endedAt).toBeUndefined();
      });

      it('that is used in the moment that it ends has ended', async () => {
        for (let round = 0; round < 10; round++) {
          const { id, secret } = await accounts.openSession(ada, time + 60 * minute);
          await Promise.all([accounts.useSession(id), accounts.endSession(id), accounts.useSession(id)]);
          expect((await accounts.findSession(secret))?.endedAt).toBe(time);
        }
      });
    });

    describe('failed attempts', () => {
      const failed = (before: { readonly failures: number } | undefined) => ({ failures: (before?.failures ?? 0) + 1, lastFailedAt: time, blockedUntil: time + minute });

      it('are kept by key until they are forgotten', async () => {
        expect(await accounts.attempts('email:x')).toBeUndefined();
        await accounts.changeAttempts(['email:x', 'address:y'], (_key, before) => failed(before));
        await accounts.changeAttempts(['email:x'], (_key, before) => failed(before));
        const other = await start();
        expect(await other.attempts('email:x')).toEqual({ failures: 2, lastFailedAt: time, blockedUntil: time + minute });
        expect((await other.attempts('address:y'))?.failures).toBe(1);
        await other.changeAttempts(['email:x'], () => undefined);
        await other.changeAttempts(['email:z'], () => undefined);
        expect(await accounts.attempts('email:x')).toBeUndefined();
      });

      racing('are all counted when several processes count at once', async () => {
        const states = [accounts, await start(), await start()];
        await Promise.all(Array.from({ length: 12 }, (_, index) => states[index % 3]?.changeAttempts(['email:x'], (_key, before) => failed(before))));
        expect((await accounts.attempts('email:x'))?.failures).toBe(12);
      });

      it('are forgotten by themselves after a day', async () => {
        await accounts.changeAttempts(['email:x'], (_key, before) => failed(before));
        time += 25 * 60 * minute;
        await accounts.changeAttempts(['email:z'], (_key, before) => failed(before));
        expect(await accounts.attempts('email:x')).toBeUndefined();
      });
    });
  });
}
