import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongo, type Mongo } from '@alongside/mongodb';
import { inMemorySubjectKeys, type SubjectKeys } from '@alongside/personal-data';
import { accountsContract, databaseAt, describeWith, eventually, ownFerretDb, type OpenedAccounts } from '@alongside/testing';
import { createLinks } from '../links.js';
import { createSignIn } from '../sign-in.js';
import { createTokens, loadSigningKeys, newKeySet } from '../tokens.js';
import { openMongoAccounts, setUpMongoAccounts } from './mongo-accounts.js';

const ada = 'b0c0a7de-0000-4000-8000-000000000001';
const email = 'ada.moss@example.org';
const password = 'correct horse battery';
const networkAddress = '192.0.2.7';
const clock = { now: () => new Date('2026-03-01T09:00:00.000Z') };

const at = (address: string): string => databaseAt(address, `accounts_${randomBytes(6).toString('hex')}`);

/** FerretDB reads and writes apart, whatever the condition; it knows nothing of MongoDB's allocator. */
async function keepsUpdatesInOnePiece(address: string | undefined): Promise<boolean> {
  if (address === undefined || address === '') return true;
  const mongo = openMongo({ url: address });
  const information = await mongo.run((database) => database.command({ buildInfo: 1 })).catch(() => ({}));
  await mongo.close();
  return 'allocator' in information;
}
const updatesInOnePiece = await keepsUpdatesInOnePiece(process.env['ALONGSIDE_TEST_MONGODB']);

describeWith('mongodb', 'accounts in MongoDB', (address) => {
  const open = async (): Promise<OpenedAccounts> => {
    const url = at(address);
    const keys = inMemorySubjectKeys();
    const first = openMongo({ url });
    const mongos = [first];
    await setUpMongoAccounts(first);
    return {
      process: async (time) => {
        const mongo = openMongo({ url });
        mongos.push(mongo);
        return openMongoAccounts({ mongo, keys, clock: time, endedFreshFor: 50 });
      },
      close: async () => {
        await first.run((database) => database.dropDatabase());
        for (const mongo of mongos) await mongo.close();
      },
    };
  };
  accountsContract('MongoDB', open, { updatesInOnePiece });

  describe('in the middle', () => {
    let mongo: Mongo;
    let keys: SubjectKeys;
    beforeEach(() => {
      mongo = openMongo({ url: at(address) });
      keys = inMemorySubjectKeys();
    });
    afterEach(async () => {
      await mongo.run((database) => database.dropDatabase());
      await mongo.close();
    });

    it('holds no e-mail, network address, password or secret in the clear', async () => {
      const accounts = openMongoAccounts({ mongo, keys, clock });
      const tokens = createTokens({ keys: await loadSigningKeys({ value: newKeySet(), file: 'unused' }), clock });
      const signIn = createSignIn({ accounts, tokens, links: createLinks(await keys.secret('links')), clock, accountWaitMs: 0 });
      await accounts.put({ id: ada, organisationId: 'ours', email, grants: [{ role: 'coordinator', sites: ['north'] }], status: 'active', sourceRevision: 1 });
      await signIn.acceptInvitation(signIn.invitationToken({ accountId: ada, issuedAt: '2026-03-01T08:00:00.000Z' }), password);
      await signIn.signIn({ email, password: 'wrong horse battery', address: networkAddress }).catch(() => undefined);
      const session = await signIn.signIn({ email, password, address: networkAddress });
      expect(await signIn.authenticate(session.token)).toMatchObject({ id: ada });
      expect((await signIn.renew(session.sessionToken)).user.id).toBe(ada);
      await signIn.signOut({ sessionToken: session.sessionToken });
      await expect(signIn.authenticate(session.token)).rejects.toMatchObject({ code: 'session-ended' });
      const everything = await mongo.run(async (database) => {
        const names = (await database.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
        return JSON.stringify(await Promise.all(names.map((name) => database.collection(name).find().toArray())));
      });
      expect(everything).toContain(ada);
      for (const text of ['moss', 'example', 'horse', networkAddress, session.sessionToken]) expect(everything.toLowerCase()).not.toContain(text.toLowerCase());
    });

    it('lets one of many who follow a link at once set the password', async () => {
      const accounts = openMongoAccounts({ mongo, keys, clock });
      const tokens = createTokens({ keys: await loadSigningKeys({ value: newKeySet(), file: 'unused' }), clock });
      const signIn = createSignIn({ accounts, tokens, links: createLinks(await keys.secret('links')), clock, accountWaitMs: 0 });
      await accounts.put({ id: ada, organisationId: 'ours', email, grants: [], status: 'active', sourceRevision: 1 });
      const token = signIn.invitationToken({ accountId: ada, issuedAt: '2026-03-01T08:00:00.000Z' });
      const answers = await Promise.allSettled([1, 2, 3, 4].map((each) => signIn.acceptInvitation(token, `${password} ${each}`)));
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('ends the sessions of a removed account also when a crash came before', async () => {
      const accounts = openMongoAccounts({ mongo, keys, clock });
      const removal = { id: ada, organisationId: 'ours', grants: [], status: 'removed', sourceRevision: 2 } as const;
      await accounts.put(removal);
      const { id } = await accounts.openSession(ada, clock.now().getTime() + 60_000);
      await accounts.put(removal);
      expect(await accounts.hasEnded(id, 60_000)).toBe(true);
    });
  });

  it('answers while the server is away from what it learnt, and asks again when it comes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'accounts-'));
    const server = await ownFerretDb(folder);
    const mongo = openMongo({ url: server.address, serverWait: 300 });
    const beside = openMongo({ url: server.address, serverWait: 300 });
    const keys = inMemorySubjectKeys();
    try {
      const [here, elsewhere] = [mongo, beside].map((each) => openMongoAccounts({ mongo: each, keys, clock, endedFreshFor: 10 }));
      if (!here || !elsewhere) throw new Error('not opened');
      const [one, two] = [await here.openSession(ada, clock.now().getTime() + 60_000), await here.openSession(ada, clock.now().getTime() + 60_000)];
      await elsewhere.endSession(one.id);
      expect(await here.hasEnded(one.id, 60_000)).toBe(true);
      await server.kill();
      await eventually('the bound has passed', async () => (await here.hasEnded('unknown', 60_000)) === false);
      expect(await here.hasEnded(one.id, 60_000)).toBe(true);
      expect(await here.hasEnded(two.id, 60_000)).toBe(false);
      const fresh = openMongoAccounts({ mongo, keys, clock });
      await expect(Promise.resolve().then(() => fresh.hasEnded(two.id, 60_000))).rejects.toMatchObject({ passing: true });
      await expect(here.findSession(one.secret)).rejects.toMatchObject({ passing: true });
      await server.start();
      await eventually('it can be written again', () => elsewhere.endSession(two.id).then(() => true, () => false));
      await eventually('it is known here', () => here.hasEnded(two.id, 60_000));
      expect((await here.findSession(two.secret))?.endedAt).toBeDefined();
    } finally {
      await mongo.close();
      await beside.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
