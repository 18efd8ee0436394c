import { setTimeout as delay } from 'node:timers/promises';
import { openEventStoreDb } from '@alongside/event-store/eventstoredb';
import { EventStoreDbStandIn } from '@alongside/testing/eventstoredb';
import { aheadOf } from './ahead.js';
import { Planted, Watered, openOrchard, orchardModels, sealedName, sqliteStores } from './orchard.fixture.js';
import type { ProjectionRunner } from './projection-runner.js';
import type { CopyState } from './read-model-store.js';

const patience = 20_000;

// A log that others write into as well, and whose end may step back: a stand-in for EventStoreDB's protocol.
describe('a projection runner on EventStoreDB', () => {
  let standIn: EventStoreDbStandIn;
  let orchard: ReturnType<typeof openOrchard>;
  /** Longer than any test takes: what is discarded then was not waited for. */
  let putBackAfterMs = 10 * 60_000;

  beforeEach(async () => {
    putBackAfterMs = 10 * 60_000;
    standIn = await new EventStoreDbStandIn().start();
    orchard = openOrchard(sqliteStores, () => openEventStoreDb({ url: `esdb://127.0.0.1:${standIn.port}?tls=false`, putBackAfterMs }));
  });
  afterEach(async () => {
    await orchard.close();
    standIn.kill();
  });

  const models = () => orchardModels(orchard.poison);
  const plant = (id: string, litres: number) => orchard.append(id, Planted({ name: sealedName(id) }), Watered({ litres }));
  const live = async (): Promise<readonly CopyState[]> => (await orchard.openStore().copies()).filter((each) => each.live);
  const numbers = async () => (await live()).map(({ copy }) => copy);
  const litres = async (runner: ProjectionRunner, id: string) => (await runner.documents(models().trees).get(id))?.litres;

  /** Runs until all has been seen, and stops. */
  async function runToTheEnd(position?: string): Promise<void> {
    const runner = orchard.runner();
    const stop = orchard.start(runner);
    await runner.ready();
    if (position !== undefined) for (const name of ['orchard.trees', 'orchard.care']) await runner.waitFor(name, position, patience);
    await stop();
  }

  describe('whose last events are the server\'s own', () => {
    beforeEach(async () => {
      await runToTheEnd(await plant('ash', 1));
      standIn.log.writeOwn();
      await runToTheEnd();
      standIn.log.writeOwn();
    });

    it('keeps its copies over restarts, which have seen no more than there is', async () => {
      const before = await numbers();
      await runToTheEnd();
      expect(await numbers()).toEqual(before);
      expect((await live()).map(({ checkpoint }) => checkpoint)).toEqual(Array(2).fill(await orchard.log.lastPosition()));
      expect(await aheadOf(orchard.log, await live())).toEqual([]);
    });

    it('rebuilds, with a runner beside it and without, and compares', async () => {
      const before = await numbers();
      const alone = orchard.runner();
      await alone.rebuild();
      const runner = orchard.runner();
      orchard.start(runner);
      await runner.ready();
      standIn.log.writeOwn();
      await alone.rebuild();
      expect(await alone.compare()).toEqual([]);
      expect((await numbers()).filter((each) => before.includes(each))).toEqual([]);
      await runner.waitFor('orchard.trees', await plant('elm', 2), patience);
      expect(await litres(runner, 'ash')).toBe(1);
    });
  });

  it('discards nothing when the end steps back for a moment, at a start, while it runs or during a rebuild', async () => {
    await plant('elm', 2);
    await runToTheEnd(await plant('ash', 1));
    const before = await numbers();
    standIn.log.hide(3);
    const runner = orchard.runner();
    orchard.start(runner);
    await delay(100);
    expect(await numbers()).toEqual(before);
    standIn.log.hide(0);
    await runner.ready();
    expect(await numbers()).toEqual(before);
    standIn.log.hide(3);
    standIn.kill();
    await standIn.start();
    const rebuilding = orchard.runner().rebuild();
    await delay(100);
    expect(await numbers()).toEqual(before);
    standIn.log.hide(0);
    await rebuilding;
    await runner.waitFor('orchard.trees', await plant('oak', 3), patience);
    expect([await litres(runner, 'ash'), await litres(runner, 'elm')]).toEqual([1, 2]);
    expect(await runner.compare()).toEqual([]);
  });

  describe('that was put back to an earlier state', () => {
    beforeEach(async () => {
      const position = await plant('elm', 2);
      await runToTheEnd(await plant('ash', 1));
      standIn.log.putBackTo(BigInt(`0x${position.slice(0, 16)}`));
      standIn.log.writeOwn();
      standIn.kill();
      await standIn.start();
      putBackAfterMs = 200;
    });

    it('makes everything anew at the next start', async () => {
      const before = await numbers();
      await runToTheEnd();
      const runner = orchard.runner();
      orchard.start(runner);
      await runner.waitFor('orchard.trees', await orchard.append('elm', Watered({ litres: 3 })), patience);
      expect([await litres(runner, 'ash'), await litres(runner, 'elm')]).toEqual([undefined, 5]);
      expect((await numbers()).filter((each) => before.includes(each))).toEqual([]);
    });

    it('is told of, and a rebuild without a runner comes to its end', async () => {
      const reading = openEventStoreDb({ url: `esdb://127.0.0.1:${standIn.port}?tls=false`, putBackAfterMs });
      expect((await aheadOf(reading, await live())).map(({ readModel }) => readModel)).toEqual(['orchard.trees', 'orchard.care']);
      await reading.close();
      const runner = orchard.runner();
      await runner.rebuild();
      expect([await litres(runner, 'ash'), await litres(runner, 'elm')]).toEqual([undefined, 2]);
    });
  });
});
