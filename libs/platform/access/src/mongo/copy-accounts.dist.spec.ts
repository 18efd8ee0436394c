import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongo } from '@alongside/mongodb';
import { inMemorySubjectKeys } from '@alongside/personal-data';
import { databaseAt, describeWith } from '@alongside/testing';
import { openAccounts } from '../sqlite-accounts.js';
import { copyAccounts } from './copy-accounts.js';
import { openMongoAccounts } from './mongo-accounts.js';

const clock = { now: () => new Date('2026-03-01T09:00:00.000Z') };
const id = (number: number): string => `b0c0a7de-0000-4000-8000-00000000000${number}`;

describeWith('mongodb', 'copying accounts', (address) => {
  it('takes over who signs in how, who is signed in, and who is held off, as it was the last time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'accounts-'));
    const mongo = openMongo({ url: databaseAt(address, `accounts_${randomBytes(6).toString('hex')}`) });
    const keys = inMemorySubjectKeys();
    const file = join(folder, 'accounts.sqlite');
    const [from, to] = [await openAccounts({ file, keys, clock }), openMongoAccounts({ mongo, keys, clock })];
    try {
      const about = { organisationId: 'ours', grants: [{ role: 'coordinator', sites: ['north'] }], sourceRevision: 3 } as const;
      await from.put({ ...about, id: id(1), email: 'ada.moss@example.org', status: 'active' });
      await from.put({ ...about, id: id(2), email: 'lee.reed@example.org', status: 'active' });
      await from.put({ ...about, id: id(3), status: 'removed' });
      const issued = clock.now().getTime();
      await from.setPassword(id(1), 'a hash', issued);
      const [kept, ended] = [await from.openSession(id(1), issued + 3_600_000), await from.openSession(id(1), issued + 3_600_000)];
      await from.endSession(ended.id);
      await from.changeAttempts(['somewhere'], () => ({ failures: 4, lastFailedAt: issued, blockedUntil: issued + 60_000 }));
      expect(await copyAccounts({ file, mongo })).toEqual({ accounts: 3, sessions: 2 });

      for (const each of [1, 2, 3]) expect(await to.find(id(each))).toEqual(await from.find(id(each)));
      const digest = await from.emailDigest('ada.moss@example.org');
      expect(await to.emailDigest('ada.moss@example.org')).toBe(digest);
      expect(await to.findByEmail(digest)).toMatchObject({ id: id(1), password: 'a hash' });
      expect(await to.findByEmail(await from.emailDigest('lee.reed@example.org'))).toBeUndefined();
      expect((await to.findSession(kept.secret))?.endedAt).toBeUndefined();
      expect(await to.hasEnded(kept.id, 60_000)).toBe(false);
      expect(await to.hasEnded(ended.id, 60_000)).toBe(true);
      expect(await to.attempts('somewhere')).toMatchObject({ failures: 4 });

      await from.forget(id(2));
      await from.setPassword(id(1), 'another hash', issued + 1);
      expect(await copyAccounts({ file, mongo })).toMatchObject({ accounts: 2 });
      expect(await to.find(id(2))).toBeUndefined();
      expect(await to.findByEmail(digest)).toMatchObject({ password: 'another hash' });
    } finally {
      await from.close();
      await to.close();
      await mongo.run((database) => database.dropDatabase());
      await mongo.close();
      rmSync(folder, { recursive: true });
    }
  });
});
