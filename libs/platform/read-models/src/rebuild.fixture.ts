import { eventually } from '@alongside/testing';
import { dumpReadModel } from './compare.js';
import { RebuildStopped } from './errors.js';
import { Felled, Planted, Watered, openOrchard, orchardModels, organisationId, sealedName, type OrchardStores } from './orchard.fixture.js';

const patience = 20_000;
const trees = 'orchard.trees';

/** What a rebuild does, whatever the read models are kept in. */
export function rebuildSuite(stores: OrchardStores): void {
  describe('a rebuild', () => {
    let orchard: ReturnType<typeof openOrchard>;
    beforeEach(() => {
      orchard = openOrchard(stores);
    });
    afterEach(() => orchard.close());

    const models = (version = 1) => orchardModels(orchard.poison, version);
    const plant = (id: string, ...litres: readonly number[]) =>
      orchard.append(id, Planted({ name: sealedName(id) }), ...litres.map((each) => Watered({ litres: each })));
    const plantMany = async (count: number, from = 0): Promise<string> => {
      let position = '';
      for (let index = from; index < from + count; index += 1) position = await plant(`t${String(index).padStart(4, '0')}`, 1, 2);
      return position;
    };
    const readModels = async () => (await orchard.openStore().copies()).map(({ readModel, live }) => `${readModel}${live ? '' : ' (half)'}`);

    it('takes the place of the live copies at once, while they serve and events come in', async () => {
      const server = orchard.runner();
      orchard.start(server);
      await server.waitFor(trees, await plantMany(300), patience);
      const before = (await orchard.openStore().copies()).map(({ copy }) => copy);
      const count = () => server.documents(models().trees).count({ organisationId });
      let isDone = false;
      let seen = await count();
      const looking = (async () => {
        while (!isDone) {
          const now = await count();
          expect(now).toBeGreaterThanOrEqual(seen);
          seen = now;
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      const planting = (async () => {
        let planted = 300;
        for (; !isDone; planted += 1) await server.waitFor(trees, await plantMany(1, planted), patience);
        return planted;
      })();
      // A command line: a second process with connections of its own.
      const { events } = await orchard.runner().rebuild();
      isDone = true;
      const [planted] = await Promise.all([planting, looking]);
      expect(events).toBeGreaterThanOrEqual(900);
      const after = (await orchard.openStore().copies()).map(({ copy }) => copy);
      expect(after).toHaveLength(2);
      expect(after.filter((copy) => before.includes(copy))).toEqual([]);
      const last = await plant('last', 7);
      await server.waitFor(trees, last, patience);
      expect(await count()).toBe(planted + 1);
      expect(await server.documents(models().trees).get('last')).toMatchObject({ litres: 7 });
      expect(await server.compare()).toEqual([]);
    });

    it('in the serving process lets it serve on', async () => {
      const server = orchard.runner();
      orchard.start(server);
      await server.waitFor(trees, await plantMany(50), patience);
      await orchard.append('t0003', Felled({}));
      const rebuilding = server.rebuild([trees]);
      await server.waitFor(trees, await plant('meanwhile', 1), patience);
      expect(await rebuilding).toMatchObject({ readModels: [trees] });
      await server.waitFor(trees, await plant('afterwards', 1), patience);
      expect(await server.documents(models().trees).count({ organisationId })).toBe(51);
      expect(await server.compare()).toEqual([]);
      expect(await readModels()).toHaveLength(2);
    });

    it('shows how far it is', async () => {
      const runner = orchard.runner();
      const last = await plantMany(3);
      const seen: unknown[] = [];
      await runner.rebuild(undefined, { onProgress: (progress) => seen.push(progress) });
      expect(seen.at(-1)).toEqual({ events: 9, position: last, until: last });
    });

    it('stops at the first error and leaves the live copy as it is', async () => {
      const server = orchard.runner();
      const stop = orchard.start(server);
      await server.waitFor(trees, await plant('ash', 13), patience);
      const position = await plant('elm', 2);
      await server.waitFor(trees, position, patience);
      await stop();
      const before = await dumpReadModel(orchard.openStore(), trees);
      orchard.poison.add(13);
      const error = await orchard.runner().rebuild().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RebuildStopped);
      expect(error).toMatchObject({ readModel: trees, documentId: 'ash', code: expect.stringMatching(/^RangeError/) });
      expect((error as Error).message).not.toContain('personal');
      expect(await dumpReadModel(orchard.openStore(), trees)).toEqual(before);
      expect(await readModels()).toEqual([trees, 'orchard.care']);
    });

    it('that is interrupted leaves the live copy as it is and nothing half', async () => {
      const server = orchard.runner();
      orchard.start(server);
      await server.waitFor(trees, await plantMany(5), patience);
      const before = await dumpReadModel(orchard.openStore(), trees);
      const abort = new AbortController();
      const interrupted = orchard.runner().rebuild(undefined, { signal: abort.signal, onProgress: () => abort.abort(new Error('Ctrl-C')) });
      await expect(interrupted).rejects.toThrow('Ctrl-C');
      expect(await dumpReadModel(orchard.openStore(), trees)).toEqual(before);
      expect(await readModels()).toEqual([trees, 'orchard.care']);
      await server.waitFor(trees, await plant('afterwards'), patience);
    });

    it('that was killed is cleared away at the next start', async () => {
      const store = orchard.openStore();
      const first = orchard.runner();
      const stop = orchard.start(first);
      await first.waitFor(trees, await plant('ash', 1), patience);
      await stop();
      await store.takeLease('orchard:rebuild', undefined);
      await store.create({ readModel: trees, definition: 'half', indexes: [], live: false });
      const second = orchard.runner();
      orchard.start(second);
      await second.waitFor(trees, await plant('elm', 1), patience);
      await eventually('the half copy to be gone', async () => (await store.copies()).every(({ live }) => live));
      expect(await second.documents(models().trees).count({ organisationId })).toBe(2);
    });

    it('happens by itself when a read model has another version, while the former copy serves', async () => {
      const first = orchard.runner();
      const stop = orchard.start(first);
      await first.waitFor(trees, await plant('ash', 2), patience);
      await stop();
      const rebuilt: string[] = [];
      const second = orchard.runner({ ...models(2), care: models().care }, { observe: { rebuilt: (names) => rebuilt.push(...names) } });
      orchard.start(second);
      await eventually('the rebuild', () => rebuilt.length > 0);
      expect(rebuilt).toEqual([trees]);
      expect(await second.documents(models().trees).get('ash')).toMatchObject({ litres: 4 });
      await second.waitFor(trees, await orchard.append('ash', Watered({ litres: 1 })), patience);
      expect(await second.documents(models().trees).get('ash')).toMatchObject({ litres: 6 });
    });

    it('that stops by itself at a start keeps neither the others nor the former copy from serving', async () => {
      const first = orchard.runner();
      const stop = orchard.start(first);
      await first.waitFor(trees, await plant('ash', 13), patience);
      await stop();
      orchard.poison.add(13);
      const faults: string[] = [];
      const second = orchard.runner(models(2), { observe: { fault: (code) => faults.push(code) } });
      orchard.start(second);
      await eventually('the rebuild to stop', () => faults.join().includes('RebuildStopped'));
      await second.ready();
      await eventually('the others to be served', () => second.status()[1]?.pending === false);
      expect(second.status()).toMatchObject([{ pending: true }, { pending: false }]);
      expect(await second.documents(models().trees).get('ash')).toMatchObject({ litres: 13 });
      await second.waitFor('orchard.care', await plant('elm', 1), patience);
      orchard.poison.clear();
      await second.rebuild();
      await second.waitFor(trees, await plant('oak', 1), patience);
      expect(await second.documents(models().trees).get('ash')).toMatchObject({ litres: 26 });
    });

    it('can be compared with what serves while it never stands still', async () => {
      const runner = orchard.runner();
      orchard.start(runner);
      await runner.waitFor(trees, await plant('ash', 2), patience);
      let comparing = true;
      const watering = (async () => {
        while (comparing) await orchard.append('ash', Watered({ litres: 1 }));
      })();
      const differences = await runner.compare();
      comparing = false;
      await watering;
      expect(differences).toEqual([]);
    });

    it('fills a store that was thrown away, and one whose log was put back', async () => {
      const first = orchard.runner();
      const stop = orchard.start(first);
      await first.waitFor(trees, await plant('ash', 2), patience);
      await stop();
      const store = orchard.openStore();
      const lease = (await store.takeLease('orchard', await store.lease('orchard'))) as { name: string; epoch: number };
      await store.commit({ lease, documents: [], advance: { copies: (await store.copies()).map(({ copy }) => copy), checkpoint: '9999999999999999' } });
      await store.release(lease);
      const second = orchard.runner();
      orchard.start(second);
      // Until the new one leads, what is live still says that it has seen more than there is.
      await eventually('the second to lead', () => second.status()[0]?.position !== undefined);
      await second.waitFor(trees, await plant('elm', 1), patience);
      expect(await second.documents(models().trees).count({ organisationId })).toBe(2);
    });
  });
}
