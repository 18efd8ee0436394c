import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoUnavailable, type Mongo } from '@alongside/mongodb';
import { describeWith, ownFerretDb } from '@alongside/testing';
import { Felled, Planted, Watered, openOrchard, orchardModels, organisationId, sealedName, type OrchardStores } from '../orchard.fixture.js';
import { hooked, mongoStores } from './mongo.fixture.js';

const patience = 60_000;
const treeCount = 12;

/** The same numbers every time. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  };
}

type Orchard = ReturnType<typeof openOrchard>;

/** Some trees with two waterings each, the first of which is felled; answers the last position. */
async function plantTrees(orchard: Orchard, round: number): Promise<string> {
  let position = '';
  for (let tree = 0; tree < treeCount; tree += 1) {
    const id = `r${round}t${tree}`;
    await orchard.append(id, Planted({ name: sealedName(id) }), Watered({ litres: 1 }));
    position = await orchard.append(id, tree === 0 ? Felled({}) : Watered({ litres: 2 }));
  }
  return position;
}

async function mustHaveAll(orchard: Orchard, rounds: number): Promise<void> {
  const runner = orchard.runner();
  const documents = runner.documents(orchardModels(orchard.poison).trees);
  const found = [];
  for await (const { document } of documents.all({ organisationId })) found.push(document.litres);
  expect(found).toEqual(Array.from({ length: rounds * (treeCount - 1) }, () => 3));
  for (let round = 0; round < rounds; round += 1) {
    expect((await documents.find({ organisationId, search: { field: 'name', text: `r${round}t5` } })).items.map(({ id }) => id)).toEqual([`r${round}t5`]);
  }
  expect(await runner.documents(orchardModels(orchard.poison).care).get(organisationId)).toMatchObject({ waterings: rounds * (2 * treeCount - 1) });
}

async function within(stores: OrchardStores, work: (orchard: Orchard) => Promise<void>): Promise<void> {
  const orchard = openOrchard(stores);
  try {
    await work(orchard);
  } finally {
    await orchard.close();
  }
}

describeWith('mongodb', 'read models in a database that fails', (address) => {
  it('now and then, before or after it did what was asked, are whole in the end', async () => {
    let isFailing = true;
    const chance = chances(7);
    const fail = (): void => {
      if (isFailing && chance() < 0.03) throw new MongoUnavailable('by chance');
    };
    const stores = mongoStores(address, (mongo: Mongo) => hooked(mongo, { before: fail, after: fail }));
    await within(stores, async (orchard) => {
      const runner = orchard.runner();
      orchard.start(runner);
      for (let round = 0; round < 3; round += 1) {
        const position = await plantTrees(orchard, round);
        isFailing = round < 2;
        for (const readModel of ['orchard.trees', 'orchard.care']) {
          for (let seen = false; !seen; ) seen = await runner.waitFor(readModel, position, patience).then(() => true, ifPassing);
        }
      }
      await mustHaveAll(orchard, 3);
      expect(await runner.compare()).toEqual([]);
      expect(await runner.parked()).toEqual([]);
    });
  });

  it('for one of two processes alone, are gone on with by the other after the time to live', async () => {
    let opened = 0;
    let isCut = false;
    const stores = mongoStores(address, (mongo) => {
      opened += 1;
      const isFirst = opened === 1;
      return hooked(mongo, {
        before: () => {
          if (isCut && isFirst) throw new MongoUnavailable('cut off');
        },
      });
    });
    await within(stores, async (orchard) => {
      const [first, second] = [orchard.runner(), orchard.runner()];
      orchard.start(first);
      await first.waitFor('orchard.trees', await plantTrees(orchard, 0), patience);
      orchard.start(second);
      isCut = true;
      const position = await plantTrees(orchard, 1);
      for (const readModel of ['orchard.trees', 'orchard.care']) await second.waitFor(readModel, position, patience);
      await mustHaveAll(orchard, 2);
      isCut = false;
      expect(await second.compare()).toEqual([]);
    });
  });

  it('that is killed and started again, are whole without anybody doing anything', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'read-models-'));
    const server = await ownFerretDb(folder);
    try {
      await within(mongoStores(server.address), async (orchard) => {
        const runner = orchard.runner();
        orchard.start(runner);
        await runner.waitFor('orchard.trees', await plantTrees(orchard, 0), patience);
        const planting = plantTrees(orchard, 1);
        await server.kill();
        await planting;
        await expect(orchard.openStore().copies()).rejects.toMatchObject({ passing: true });
        await server.start();
        const position = await plantTrees(orchard, 2);
        for (const readModel of ['orchard.trees', 'orchard.care']) await runner.waitFor(readModel, position, patience);
        await mustHaveAll(orchard, 3);
        expect(await runner.compare()).toEqual([]);
      });
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function ifPassing(error: unknown): false {
  if ((error as { readonly passing?: boolean }).passing !== true) throw error;
  return false;
}
