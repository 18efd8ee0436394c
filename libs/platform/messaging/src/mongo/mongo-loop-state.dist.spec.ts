import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongo, type Mongo } from '@alongside/mongodb';
import { databaseAt, describeWith, eventually, freePort, loopStateContract, ownFerretDb } from '@alongside/testing';
import type { MessagingObserver } from '../observer.js';
import { systemScheduler } from '../scheduler.js';
import { openMongoLoopState, setUpMongoLoopState, type MongoLoopState } from './mongo-loop-state.js';

const never = new AbortController().signal;

describeWith('mongodb', 'the state of loops in MongoDB', (address) => {
  loopStateContract('MongoDB', async () => {
    const url = databaseAt(address, `loops_${randomBytes(6).toString('hex')}`);
    const mongos: Mongo[] = [];
    const another = (): Mongo => {
      const mongo = openMongo({ url });
      mongos.push(mongo);
      return mongo;
    };
    await setUpMongoLoopState(another());
    return {
      process: (options) => openMongoLoopState({ mongo: another(), pollEvery: 20, ...options }),
      close: async () => {
        await another().run((database) => database.dropDatabase());
        for (const mongo of mongos) await mongo.close();
      },
    };
  });

  describe('when the server is killed, paused and comes again', () => {
    let folder: string;
    let port: number;
    let opened: (() => Promise<void>)[];
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'loops-'));
      port = await freePort();
      opened = [];
    });
    afterEach(async () => {
      for (const close of opened.reverse()) await close();
      rmSync(folder, { recursive: true, force: true });
    });

    const open = (observer: MessagingObserver = {}): MongoLoopState => {
      const mongo = openMongo({ url: `mongodb://127.0.0.1:${port}/loops`, serverWait: 500 });
      const state = openMongoLoopState({ mongo, pollEvery: 50, leaseTimeToLive: 1_000, observer });
      opened.push(() => state.close().then(() => mongo.close()));
      return state;
    };

    it('waits for a server that comes late, and keeps everything over a kill', async () => {
      const faults: string[] = [];
      const state = open({ faulted: (loop, { code }) => faults.push(`${loop} ${code}`) });
      const acquiring = state.progress.acquire('relay:referrals', never);
      await eventually('it was told', () => faults.includes('relay:referrals MongoUnavailable'));
      const server = await ownFerretDb(folder, port);
      opened.unshift(() => server.stop());
      const lease = await acquiring;
      if (!lease) throw new Error('not acquired');
      await state.progress.saveCheckpoint(lease, '0001');
      await server.kill();
      await expect(state.progress.saveCheckpoint(lease, '0002')).rejects.toMatchObject({ passing: true });
      await expect(state.check()).rejects.toThrow(`127.0.0.1:${port} cannot be reached`);
      await eventually('whom nobody can hear gives up by itself', () => lease.lost.aborted);
      await server.start();
      expect(await state.progress.checkpoint('relay:referrals')).toBe('0001');
      const next = await state.progress.acquire('relay:referrals', never);
      expect(next?.epoch).toBeGreaterThan(lease.epoch);
      await state.check();
    });

    it('does not take over from a holder that lives, only because the server was away', async () => {
      const server = await ownFerretDb(folder, port);
      opened.unshift(() => server.stop());
      const [one, other] = [open(), open()];
      const lease = await one.progress.acquire('relay:referrals', never);
      let isTaken = false;
      const waiting = new AbortController();
      const taking = other.progress.acquire('relay:referrals', waiting.signal).then((taken) => (isTaken = taken !== undefined));
      server.pause();
      // Less than the time to live: the holder has not given up.
      await systemScheduler.wait(600, never);
      server.resume();
      await eventually('the holder goes on', () => one.progress.saveCheckpoint(lease ?? fail(), '0001').then(() => true, () => false));
      expect({ isTaken, isLost: lease?.lost.aborted }).toEqual({ isTaken: false, isLost: false });
      waiting.abort();
      await taking;
    });
  });

  it('is set up as often as you like', async () => {
    const mongo = openMongo({ url: databaseAt(address, `loops_${randomBytes(6).toString('hex')}`) });
    await setUpMongoLoopState(mongo);
    await setUpMongoLoopState(mongo);
    await mongo.run((database) => database.dropDatabase());
    await mongo.close();
  });
});

const fail = (): never => {
  throw new Error('not acquired');
};
