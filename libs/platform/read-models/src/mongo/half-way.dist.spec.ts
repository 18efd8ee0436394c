import { MongoUnavailable, type Mongo } from '@alongside/mongodb';
import { describeWith } from '@alongside/testing';
import { CopyGone, LeaseLost } from '../errors.js';
import type { Document } from '../read-model.js';
import type { Commit, CopyState, DocumentWrite, Lease, ReadModelStore } from '../read-model-store.js';
import { freshMongo, hooked, type Hooks } from './mongo.fixture.js';
import { openMongoReadModelStore } from './mongo-read-model-store.js';

const organisationId = 'organisation-1';
const at = (position: number): string => String(position).padStart(6, '0');
const plants = 'testing.plants';
const figures = 'testing.figures';
/** More operations than anything here takes. */
const mostOperations = 60;

/** Two copies, of which the second is shown to analysts, with a document each, and an event that is parked. */
async function garden(store: ReadModelStore) {
  const lease = (await store.takeLease('runner', await store.lease('runner'))) as Lease;
  const live = { definition: 'first', indexes: [['height']], live: true } as const;
  const first = (await store.create({ ...live, readModel: plants })) as CopyState;
  const second = (await store.create({ ...live, readModel: figures, identities: 'none' })) as CopyState;
  const parkedEvent = (position: number) => ({
    copy: first.copy,
    sequence: 'elm',
    position: at(position),
    stream: 'plant-elm',
    revision: position,
    type: 'Grown',
    eventId: `event-${position}`,
    attempts: 1,
    parkedAt: '2026-03-02T10:00:00.000Z',
    error: 'RangeError',
  });
  const digests = (name: string) => ({ name: [{ digest: `name:${name}`, subject: 'subject-1' }] });
  const document = (copy: CopyState, id: string, position: number, height: number | undefined, more: Partial<DocumentWrite> = {}): DocumentWrite => ({
    copy: copy.copy,
    id,
    organisationId,
    position: at(position),
    ...(height === undefined ? {} : { document: { organisationId, height } as Document }),
    ...more,
  });
  await store.commit({
    lease,
    documents: [document(first, 'ash', 1, 1, { digests: digests('ash') }), document(first, 'fir', 1, 1), document(second, 'ash', 1, 1), document(second, 'fir', 1, 1)],
    parked: [parkedEvent(2)],
    advance: { copies: [first.copy, second.copy], checkpoint: at(3) },
  });
  /** Replaces, adds and removes documents, parks one event and takes another out. */
  const next: Commit = {
    lease,
    documents: [
      document(first, 'ash', 5, 5, { digests: digests('birch') }),
      document(first, 'oak', 4, 4),
      document(first, 'fir', 6, undefined),
      document(second, 'ash', 5, 5),
      document(second, 'oak', 4, 4),
      document(second, 'fir', 6, undefined),
    ],
    parked: [parkedEvent(6)],
    unparked: [{ copy: first.copy, sequence: 'elm', position: at(2) }],
    advance: { copies: [first.copy, second.copy], checkpoint: at(6) },
  };
  return { lease, first, second, next, document };
}

async function heights(store: ReadModelStore, readModel: string): Promise<Readonly<Record<string, number>>> {
  const found = await store.find(readModel, { organisationId, sort: { direction: 'ascending' }, limit: 100 });
  return Object.fromEntries(found.map(({ id, document }) => [id, (document as Document & { height: number }).height]));
}

async function published(mongo: Mongo): Promise<Readonly<Record<string, number>>> {
  const rows = await mongo.run((database) => database.collection<{ _id: string; height: number }>(figures).find({}).sort({ _id: 1 }).toArray(), 'analysis');
  return Object.fromEntries(rows.map(({ _id, height }) => [_id, height]));
}

async function pictured(store: ReadModelStore, mongo: Mongo) {
  return {
    plants: await heights(store, plants),
    figures: await heights(store, figures),
    published: await published(mongo),
    birch: (await store.findByDigests(plants, organisationId, 'name', ['name:birch'])).map(({ id }) => id),
    ash: (await store.findByDigests(plants, organisationId, 'name', ['name:ash'])).map(({ id }) => id),
    parked: (await store.parked()).map(({ position }) => position),
    checkpoints: (await store.copies()).map(({ checkpoint }) => checkpoint),
  };
}

const done = { ash: 5, oak: 4 };
const whole = { plants: done, figures: done, published: done, birch: ['ash'], ash: [], parked: [at(6)], checkpoints: [at(6), at(6)] };

/** Stops at an operation until it is let go. */
function gate(place: number) {
  let arrive: () => void = () => undefined;
  let open: () => void = () => undefined;
  const arrived = new Promise<'arrived'>((resolve) => (arrive = () => resolve('arrived')));
  const opened = new Promise<void>((resolve) => (open = resolve));
  const hooks: Hooks = {
    before: async (operation) => {
      if (operation !== place) return;
      arrive();
      await opened;
    },
  };
  return { arrived, open, hooks };
}

describeWith('mongodb', 'what stops half-way in MongoDB', (address) => {
  let fresh: ReturnType<typeof freshMongo>;
  let mongo: Mongo;
  beforeEach(() => {
    fresh = freshMongo(address);
    mongo = fresh.open();
  });
  afterEach(() => fresh.remove());

  /** Round after round, with copies of its own each, until the work is done before it comes to that operation. */
  async function atEachOperation(round: (operation: number) => Promise<'done' | 'stopped'>): Promise<number> {
    const store = openMongoReadModelStore({ mongo });
    for (let operation = 1; operation <= mostOperations; operation += 1) {
      if ((await round(operation)) === 'done') return operation - 1;
      const lease = (await store.takeLease('runner', await store.lease('runner'))) as Lease;
      await store.discard(lease, (await store.copies()).map(({ copy }) => copy));
      await mongo.run((database) => database.dropCollection(figures).catch(() => undefined), 'analysis');
    }
    throw new Error('it never came to an end');
  }

  it.each(['before', 'after'] as const)('a commit, cut off %s any of its operations, is completed by repeating it', async (when) => {
    const operations = await atEachOperation(async (place) => {
      const store = openMongoReadModelStore({ mongo });
      const { next } = await garden(store);
      let isCut = false;
      const cut = (operation: number): void => {
        if (operation < place) return;
        isCut = true;
        throw new MongoUnavailable('cut off');
      };
      const cutOff = openMongoReadModelStore({ mongo: hooked(mongo, { [when]: cut }) });
      const outcome = await cutOff.commit(next).catch((error: unknown) => error);
      expect(isCut ? outcome : undefined).toEqual(isCut ? expect.objectContaining({ passing: true }) : undefined);
      const left = await pictured(store, mongo);
      // Whoever finds the document finds it by its new digests; what the checkpoint covers is there.
      if (left.plants['ash'] === 5) expect(left.birch).toEqual(['ash']);
      if (left.checkpoints[0] === at(6)) expect([left.plants, left.parked.includes(at(6))]).toEqual([done, true]);
      if (left.checkpoints[1] === at(6)) expect([left.figures, left.published]).toEqual([done, done]);
      if (!left.parked.includes(at(2))) expect(left.plants).toEqual(done);
      expect(await store.commit(next)).toBe('committed');
      expect(await pictured(store, mongo)).toEqual(whole);
      return isCut ? 'stopped' : 'done';
    });
    expect(operations).toBeGreaterThan(10);
  });

  it('a commit that stands still at any of its operations, while the lease is taken over, changes nothing afterwards', async () => {
    await atEachOperation(async (place) => {
      const store = openMongoReadModelStore({ mongo });
      const { next, first, second, document } = await garden(store);
      const { arrived, open, hooks } = gate(place);
      const slow = openMongoReadModelStore({ mongo: hooked(mongo, hooks) })
        .commit(next)
        .catch((error: unknown) => error);
      if ((await Promise.race([arrived, slow])) === 'committed') return 'done';
      const taken = (await store.takeLease('runner', await store.lease('runner'))) as Lease;
      // Whoever took over has come further than the other one wanted to; nothing was at fault this time.
      const further: Commit = {
        lease: taken,
        documents: [first, second].flatMap((copy) => [document(copy, 'ash', 8, 8), document(copy, 'oak', 9, undefined), document(copy, 'fir', 6, 6)]),
        unparked: (await store.parked()).filter(({ position }) => position > at(3) || position === at(2)),
        advance: { copies: [first.copy, second.copy], checkpoint: at(9) },
      };
      expect(await store.commit(further)).toBe('committed');
      open();
      const outcome = await slow;
      if (outcome !== 'committed') expect(outcome).toBeInstanceOf(LeaseLost);
      const { plants: seen, figures: alike, published: shown, parked, checkpoints } = await pictured(store, mongo);
      expect({ seen, alike, shown, checkpoints }).toEqual({ seen: { ash: 8, fir: 6 }, alike: { ash: 8, fir: 6 }, shown: { ash: 8, fir: 6 }, checkpoints: [at(9), at(9)] });
      expect(parked).toEqual([]);
      return 'stopped';
    });
  });

  it('a swap that stands still at any of its operations never puts back what readers have seen', async () => {
    await atEachOperation(async (place) => {
      const store = openMongoReadModelStore({ mongo });
      const { lease, first, document } = await garden(store);
      const building = (await store.takeLease('rebuild', await store.lease('rebuild'))) as Lease;
      const copy = (await store.create({ readModel: plants, definition: 'second', indexes: [], live: false })) as CopyState;
      await store.commit({ lease: building, documents: [document(copy, 'ash', 1, 1)], advance: { copies: [copy.copy], checkpoint: at(3) } });
      const { arrived, open, hooks } = gate(place);
      const slow = openMongoReadModelStore({ mongo: hooked(mongo, hooks) })
        .swap(building, [copy.copy])
        .catch((error: unknown) => error);
      const isOver = (await Promise.race([arrived, slow])) !== 'arrived';
      // The live runner ends a hold that lasts too long, and goes on.
      await store.hold([first.copy], false);
      const commit = store.commit({ lease, documents: [document(first, 'ash', 5, 5)], advance: { copies: [first.copy], checkpoint: at(5) } });
      const written = await commit.catch((error: unknown) => error);
      open();
      const outcome = await slow;
      if (written === 'committed') expect([outcome, await heights(store, plants)]).toEqual(['behind', { ash: 5, fir: 1 }]);
      else expect([written, outcome, await heights(store, plants)]).toEqual([expect.any(CopyGone), 'swapped', { ash: 1 }]);
      expect((await store.copies()).filter(({ live }) => live).map(({ readModel }) => readModel).sort()).toEqual([figures, plants]);
      return isOver ? 'done' : 'stopped';
    });
  });

  it('a swap that stands still while its copies are cleared away puts nothing in place', async () => {
    await atEachOperation(async (place) => {
      const store = openMongoReadModelStore({ mongo });
      await garden(store);
      const building = (await store.takeLease('rebuild', await store.lease('rebuild'))) as Lease;
      const copy = (await store.create({ readModel: plants, definition: 'second', indexes: [], live: false })) as CopyState;
      await store.commit({ lease: building, documents: [], advance: { copies: [copy.copy], checkpoint: at(3) } });
      const { arrived, open, hooks } = gate(place);
      const slow = openMongoReadModelStore({ mongo: hooked(mongo, hooks) })
        .swap(building, [copy.copy])
        .catch((error: unknown) => error);
      const isOver = (await Promise.race([arrived, slow])) !== 'arrived';
      const challenger = (await store.takeLease('rebuild', await store.lease('rebuild'))) as Lease;
      await store.drop(challenger, [copy.copy]);
      const live = (await store.copies()).find((each) => each.live && each.readModel === plants);
      open();
      const outcome = await slow;
      if (live?.copy !== copy.copy) expect(outcome instanceof LeaseLost || outcome instanceof CopyGone).toBe(true);
      expect((await store.copies()).find((each) => each.live && each.readModel === plants)).toEqual(live);
      return isOver ? 'done' : 'stopped';
    });
  });
});
