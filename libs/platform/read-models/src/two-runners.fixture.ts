import { eventually } from '@alongside/testing';
import { Planted, openOrchard, sealedName, type OrchardStores } from './orchard.fixture.js';
import type { Lease } from './read-model-store.js';

/** What two runners of one name do, whatever they keep their read models in. */
export function twoRunnersSuite(stores: OrchardStores): void {
  describe('two runners of one projection set', () => {
    it('work one at a time; the other goes on when the first one stops', async () => {
      const orchard = openOrchard(stores);
      try {
        const [first, second] = [orchard.runner(), orchard.runner()];
        const stopFirst = orchard.start(first);
        await first.ready();
        orchard.start(second);
        await second.waitFor('orchard.trees', await orchard.append('ash', Planted({ name: sealedName('ash') })), 20_000);
        const leading = () => [first, second].map((each) => each.status()[0]?.lag !== undefined);
        expect(leading()).toEqual([true, false]);
        await stopFirst();
        await eventually('the second to lead', () => leading()[1] === true);
        await second.waitFor('orchard.trees', await orchard.append('elm', Planted({ name: sealedName('elm') })), 20_000);
        expect(leading()).toEqual([false, true]);
      } finally {
        await orchard.close();
      }
    });

    it('a runner whose lease was taken while it stood still writes nothing more and waits its turn', async () => {
      const orchard = openOrchard(stores);
      try {
        const runner = orchard.runner(undefined, { lease: { beat: 50, timeToLive: 100 } });
        orchard.start(runner);
        await runner.ready();
        const store = orchard.openStore();
        const thief = (await store.takeLease('orchard', await store.lease('orchard'))) ?? (await store.takeLease('orchard', await store.lease('orchard')));
        const position = await orchard.append('ash', Planted({ name: sealedName('ash') }));
        await eventually('the runner to notice', () => runner.status()[0]?.lag === undefined);
        expect((await store.copies()).every(({ checkpoint }) => checkpoint === undefined || checkpoint < position)).toBe(true);
        await store.release(thief as Lease);
        await runner.waitFor('orchard.trees', position, 20_000);
      } finally {
        await orchard.close();
      }
    });
  });
}
