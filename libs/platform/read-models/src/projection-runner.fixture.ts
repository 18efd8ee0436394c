import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { eventually } from '@alongside/testing';
import { dumpReadModel } from './compare.js';
import { NotCaughtUp, NotParked, SequenceParked, UnknownReadModel } from './errors.js';
import type { CopyState } from './read-model-store.js';
import { Felled, Planted, Watered, openOrchard, orchardModels, organisationId, readableDigests, sealedName, type OrchardStores } from './orchard.fixture.js';

const patience = 20_000;

/** What a projection runner does, whatever it keeps its read models in. */
export function projectionRunnerSuite(stores: OrchardStores): void {
  describe('a projection runner', () => {
    let orchard: ReturnType<typeof openOrchard>;
    beforeEach(() => {
      orchard = openOrchard(stores);
    });
    afterEach(() => orchard.close());

    const models = () => orchardModels(orchard.poison);
    const plant = (id: string, ...litres: readonly number[]) =>
      orchard.append(id, Planted({ name: sealedName(id) }), ...litres.map((each) => Watered({ litres: each })));

    it('shows what was appended before and after it began, in every read model', async () => {
      await plant('ash', 1, 2);
      const runner = orchard.runner();
      orchard.start(runner);
      await runner.ready();
      const trees = runner.documents(models().trees);
      expect(await trees.get('ash')).toMatchObject({ litres: 3 });
      const position = await orchard.append('ash', Watered({ litres: 4 }));
      await runner.waitFor('orchard.trees', position, patience);
      expect(await trees.get('ash')).toMatchObject({ litres: 7 });
      await runner.waitFor('orchard.care', position, patience);
      expect(await runner.documents(models().care).get(organisationId)).toMatchObject({ waterings: 3 });
      await eventually('no lag', () => runner.status()[0]?.lag === 0);
      expect(runner.status()).toMatchObject([{ readModel: 'orchard.trees', position, lag: 0, parked: 0 }, { readModel: 'orchard.care', position }]);
    });

    it('goes on where it stopped and is the same as one made from nothing, document for document', async () => {
      const first = orchard.runner();
      const stop = orchard.start(first);
      await first.waitFor('orchard.trees', await plant('ash', 1), patience);
      await stop();
      await plant('elm', 5);
      await orchard.append('ash', Felled({}));
      const second = orchard.runner();
      orchard.start(second);
      await second.waitFor('orchard.trees', await plant('oak', 2, 2), patience);
      expect(await second.compare()).toEqual([]);
      expect(await dumpReadModel(orchard.openStore(), 'orchard.trees')).toHaveLength(3);
    });

    it('leaves a document as it is where an event changes nothing, live as in a rebuild', async () => {
      const store = orchard.openStore();
      const runner = orchard.runner();
      orchard.start(runner);
      await runner.waitFor('orchard.trees', await plant('ash', 1), patience);
      const before = await dumpReadModel(store, 'orchard.trees');
      await runner.waitFor('orchard.trees', await orchard.append('ash', Watered({ litres: 0 })), patience);
      expect(await dumpReadModel(store, 'orchard.trees')).toEqual(before);
      expect(await runner.compare()).toEqual([]);
    });

    it('tells where live and rebuilt copies differ', async () => {
      const store = orchard.openStore();
      const runner = orchard.runner();
      const stop = orchard.start(runner);
      await runner.waitFor('orchard.trees', await plant('ash', 1), patience);
      await stop();
      const lease = (await store.takeLease('orchard', await store.lease('orchard'))) as { name: string; epoch: number };
      const { copy, checkpoint = '' } = (await store.copies()).find(({ readModel }) => readModel === 'orchard.trees') as CopyState;
      const wrong = { copy, organisationId, position: checkpoint };
      await store.commit({ lease, documents: [{ ...wrong, id: 'ash', document: { organisationId } }, { ...wrong, id: 'ghost', document: { organisationId } }] });
      await store.release(lease);
      expect(await runner.compare(['orchard.trees'])).toEqual([
        { readModel: 'orchard.trees', documentId: 'ash', kind: 'different' },
        { readModel: 'orchard.trees', documentId: 'ghost', kind: 'extra' },
      ]);
    });

    it('applies nothing twice when it is delivered again', async () => {
      const runner = orchard.runner();
      const stop = orchard.start(runner);
      await runner.waitFor('orchard.trees', await plant('ash', 1, 2, 3), patience);
      await stop();
      // A checkpoint that was lost in a power cut, after its documents were written: the log is delivered from the beginning.
      await orchard.forgetCheckpoints();
      const again = orchard.runner(models(), { keep: 0 });
      orchard.start(again);
      await again.waitFor('orchard.care', await plant('elm', 1), patience);
      expect(await again.documents(models().trees).get('ash')).toMatchObject({ litres: 6 });
      expect(await again.documents(models().care).get(organisationId)).toMatchObject({ waterings: 4 });
    });

    describe('read your own writes', () => {
      it('covers positions of other contexts', async () => {
        const runner = orchard.runner();
        orchard.start(runner);
        const position = await orchard.append('shed-1', Watered({ litres: 1 }));
        await runner.waitFor('orchard.trees', position, patience);
      });

      it('waits no longer than it may', async () => {
        const runner = orchard.runner();
        orchard.start(runner);
        await runner.ready();
        await expect(runner.waitFor('orchard.trees', '9999999999999999', 20)).rejects.toBeInstanceOf(NotCaughtUp);
        await expect(runner.waitFor('orchard.unknown', '0', 20)).rejects.toBeInstanceOf(UnknownReadModel);
      });

      it('works in a process that does not do the work', async () => {
        const [first, second] = [orchard.runner(), orchard.runner()];
        orchard.start(first);
        await first.ready();
        await second.waitFor('orchard.trees', await plant('ash', 1), patience);
        expect(await second.documents(models().trees).get('ash')).toMatchObject({ litres: 1 });
      });
    });

    it('is ready where another process does the work, which it does not tell of', async () => {
      const [first, second] = [orchard.runner(), orchard.runner()];
      orchard.start(first);
      await first.waitFor('orchard.trees', await plant('ash', 1), patience);
      orchard.start(second);
      await second.ready();
      expect(second.status().map(({ lag, position }) => ({ lag, position }))).toEqual([{ lag: undefined, position: undefined }, { lag: undefined, position: undefined }]);
      await second.waitFor('orchard.trees', await plant('elm', 2), patience);
      expect(await second.documents(models().trees).get('elm')).toMatchObject({ litres: 2 });
    });

    describe('an event that cannot be applied', () => {
      const parkAsh = async () => {
        orchard.poison.add(13);
        const runner = orchard.runner();
        const stop = orchard.start(runner);
        await plant('ash', 1);
        const poisoned = await orchard.append('ash', Watered({ litres: 13 }));
        const behind = await orchard.append('ash', Watered({ litres: 2 }));
        await eventually('parked for good', async () => (await runner.parked()).some(({ retrying }) => !retrying));
        return { runner, stop, poisoned, behind };
      };

      it('parks its document alone, without a word of what it says', async () => {
        const { runner, poisoned } = await parkAsh();
        const position = await plant('elm', 4);
        for (const readModel of ['orchard.trees', 'orchard.care']) await runner.waitFor(readModel, position, patience);
        expect(await runner.documents(models().trees).get('elm')).toMatchObject({ litres: 4 });
        expect(await runner.documents(models().trees).get('ash')).toMatchObject({ litres: 1 });
        expect(await runner.documents(models().care).get(organisationId)).toMatchObject({ waterings: 4 });
        const [parked, ...others] = await runner.parked();
        expect(others).toEqual([]);
        expect(parked).toMatchObject({ readModel: 'orchard.trees', documentId: 'ash', position: poisoned, attempts: 3, waiting: 1, retrying: false });
        expect(parked?.code).toMatch(/^RangeError at orchard\.fixture\.ts:\d+$/);
        expect(runner.status()[0]).toMatchObject({ parked: 1 });
      });

      it('answers so to whoever waits for it or for its document', async () => {
        const { runner, poisoned, behind } = await parkAsh();
        const refused = { readModel: 'orchard.trees', documentId: 'ash', position: poisoned };
        const wait = (position: string, documentId?: string) => runner.waitFor('orchard.trees', position, patience, documentId ? { documentId } : {});
        for (const position of [poisoned, behind]) await expect(wait(position)).rejects.toMatchObject(refused);
        await expect(wait(await plant('elm'), 'ash')).rejects.toBeInstanceOf(SequenceParked);
        await wait(await plant('oak'), 'oak');
        await expect(orchard.runner().waitFor('orchard.trees', behind, patience)).rejects.toBeInstanceOf(SequenceParked);
      });

      it('is replayed after the fix, with all that waits behind it', async () => {
        const { runner, behind } = await parkAsh();
        expect(await runner.replay('orchard.trees', 'ash')).toMatchObject({ applied: 0, stopped: { code: expect.stringContaining('RangeError') } });
        expect((await runner.parked())[0]).toMatchObject({ attempts: 4, waiting: 1 });
        orchard.poison.clear();
        expect(await runner.replay('orchard.trees', 'ash')).toEqual({ applied: 2, skipped: 0 });
        expect(await runner.parked()).toEqual([]);
        await runner.waitFor('orchard.trees', behind, patience, { documentId: 'ash' });
        expect(await runner.documents(models().trees).get('ash')).toMatchObject({ litres: 16 });
        await expect(runner.replay('orchard.trees', 'ash')).rejects.toBeInstanceOf(NotParked);
        expect(await runner.compare()).toEqual([]);
      });

      it('is retried by itself while the fault may pass', async () => {
        orchard.poison.add(13);
        const runner = orchard.runner(models(), {
          retryDelays: [1, 1, 1, 1],
          observe: { parked: (_model, _id, _code, attempts) => void (attempts === 3 && orchard.poison.clear()) },
        });
        orchard.start(runner);
        await runner.waitFor('orchard.trees', await plant('ash', 13, 2), patience);
        expect(await runner.documents(models().trees).get('ash')).toMatchObject({ litres: 15 });
        expect(await runner.parked()).toEqual([]);
      });

      it('stays parked over a restart, and others of its document join the queue', async () => {
        const { stop } = await parkAsh();
        await stop();
        const again = orchard.runner();
        orchard.start(again);
        await orchard.append('ash', Watered({ litres: 5 }));
        await again.waitFor('orchard.trees', await plant('elm'), patience);
        expect(await again.parked()).toMatchObject([{ documentId: 'ash', waiting: 2 }]);
        orchard.poison.clear();
        expect(await again.replay('orchard.trees', 'ash')).toEqual({ applied: 3, skipped: 0 });
        expect(await again.documents(models().trees).get('ash')).toMatchObject({ litres: 21 });
      });

      it('is replayed from another process beside the one at work, and without one', async () => {
        const { stop } = await parkAsh();
        const commandLine = orchard.runner();
        expect(await commandLine.replay('orchard.trees', 'ash')).toMatchObject({ applied: 0 });
        await stop();
        orchard.poison.clear();
        expect(await commandLine.replay('orchard.trees', 'ash')).toEqual({ applied: 2, skipped: 0 });
        expect(await commandLine.documents(models().trees).get('ash')).toMatchObject({ litres: 16 });
      });

      it('can be skipped for good: a rebuild passes it over too', async () => {
        const { runner } = await parkAsh();
        await expect(runner.rebuild()).rejects.toMatchObject({ name: 'RebuildStopped', documentId: 'ash' });
        expect(await runner.skip('orchard.trees', 'ash')).toEqual({ applied: 1, skipped: 1 });
        expect(await runner.documents(models().trees).get('ash')).toMatchObject({ litres: 3 });
        await runner.rebuild();
        expect(await runner.documents(models().trees).get('ash')).toMatchObject({ litres: 3 });
        expect(await runner.compare()).toEqual([]);
      });

      it('parks a document whose digests cannot be made, and what it had seen in the same batch', async () => {
        await orchard.append('ash', Planted({ name: sealedName('unopenable') }), Watered({ litres: 1 }));
        const last = await plant('elm', 2);
        const runner = orchard.runner(models(), { retryDelays: [] });
        orchard.start(runner);
        await runner.waitFor('orchard.trees', last, patience);
        expect(await runner.documents(models().trees).get('ash')).toBeUndefined();
        expect(await runner.documents(models().trees).get('elm')).toMatchObject({ litres: 2 });
        expect(await runner.parked()).toMatchObject([{ documentId: 'ash', type: 'Planted', waiting: 1 }]);
        expect(await runner.replay('orchard.trees', 'ash')).toMatchObject({ applied: 0, stopped: { code: expect.stringContaining('Error') } });
      });

      it('that no document can be told of parks its stream', async () => {
        let isBroken = true;
        const { trees, care } = models();
        const documentOf: typeof trees.documentOf = (each) => {
          if (isBroken && each.type === 'Watered') throw new Error('no document');
          return trees.documentOf(each);
        };
        const runner = orchard.runner({ trees: { ...trees, documentOf }, care }, { retryDelays: [] });
        orchard.start(runner);
        await plant('ash', 1, 2);
        await runner.waitFor('orchard.trees', await plant('elm'), patience);
        expect(await runner.parked()).toMatchObject([{ documentId: 'tree-ash', waiting: 1 }]);
        isBroken = false;
        await runner.replay('orchard.trees', 'tree-ash');
        expect(await runner.documents(trees).get('ash')).toMatchObject({ litres: 3 });
      });
    });

    describe('an event that cannot be read', () => {
      const rewrite = (from: string, to: string) => {
        const database = new DatabaseSync(join(orchard.folder, 'events.sqlite'));
        database.prepare(`UPDATE events SET data = replace(data, ?, ?) WHERE stream = 'tree-ash' AND revision = 1`).run(from, to);
        database.close();
      };

      it('parks its documents alone, refuses a rebuild with its place, and is replayed when it was put right', async () => {
        await plant('ash', 1, 2);
        rewrite('{', '[');
        const runner = orchard.runner(models(), { retryDelays: [] });
        orchard.start(runner);
        await runner.waitFor('orchard.trees', await plant('elm', 5), patience);
        expect(await runner.documents(models().trees).get('elm')).toMatchObject({ litres: 5 });
        await eventually('both to be parked', async () => (await runner.parked()).length === 2);
        expect(await runner.parked()).toMatchObject([
          { readModel: 'orchard.trees', documentId: 'ash', position: '0000000000000002', waiting: 1, code: expect.stringContaining('UnreadableEvent') },
          { readModel: 'orchard.care', documentId: organisationId, position: '0000000000000002', waiting: 2 },
        ]);
        await expect(runner.rebuild()).rejects.toMatchObject({ name: 'RebuildStopped', documentId: 'ash', position: '0000000000000002' });
        rewrite('[', '{');
        await runner.replay('orchard.trees', 'ash');
        await runner.replay('orchard.care', organisationId);
        expect(await runner.documents(models().trees).get('ash')).toMatchObject({ litres: 3 });
        expect(await runner.compare()).toEqual([]);
      });
    });

    describe('search digests', () => {
      it('are made once, and again only when the sealed value changed', async () => {
        const opened: string[] = [];
        const runner = orchard.runner(models(), { digesting: readableDigests(orchard.erased, opened) });
        orchard.start(runner);
        const trees = runner.documents(models().trees);
        await runner.waitFor('orchard.trees', await plant('ash', 1, 2), patience);
        await runner.waitFor('orchard.trees', await orchard.append('ash', Watered({ litres: 1 })), patience);
        expect(opened).toEqual(['ash']);
        expect((await trees.find({ organisationId, search: { field: 'name', text: 'ash' } })).items).toHaveLength(1);
        await runner.waitFor('orchard.trees', await orchard.append('ash', Planted({ name: sealedName('birch', 'tree-ash') })), patience);
        expect(opened).toEqual(['ash', 'birch']);
        expect((await trees.find({ organisationId, search: { field: 'name', text: 'ash' } })).items).toEqual([]);
        expect(await trees.like(organisationId, 'name', sealedName('birch'))).toEqual(['ash']);
      });

      it('are gone with their subject, also after a rebuild', async () => {
        const runner = orchard.runner();
        orchard.start(runner);
        const find = async () => (await runner.documents(models().trees).find({ organisationId, search: { field: 'name', text: 'ash' } })).items;
        await runner.waitFor('orchard.trees', await plant('ash'), patience);
        expect(await find()).toHaveLength(1);
        orchard.erased.add('tree-ash');
        await runner.forgetSubject('tree-ash');
        expect(await find()).toEqual([]);
        await runner.rebuild();
        expect(await find()).toEqual([]);
        expect(await runner.documents(models().trees).get('ash')).toMatchObject({ litres: 0 });
      });
    });
  });
}
