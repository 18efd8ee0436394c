import { openMongo, type Mongo } from '@alongside/mongodb';
import { describeWith } from '@alongside/testing';
import type { Document } from '../read-model.js';
import type { CopyState, DocumentWrite, Lease, ReadModelStore } from '../read-model-store.js';
import { freshMongo } from './mongo.fixture.js';
import { openMongoParkingDecisions } from './mongo-parking-decisions.js';
import { openMongoReadModelStore } from './mongo-read-model-store.js';
import { analystRole, createAnalystRole, setUpReadModels } from './set-up.js';

const figures = 'testing.figures';
const organisationId = 'organisation-1';
const at = (position: number): string => String(position).padStart(6, '0');

/** FerretDB has no roles, and a server that lets everybody in has none that matter. */
async function asksWhoSomebodyIs(address: string | undefined): Promise<boolean> {
  if (!address) return false;
  const mongo = openMongo({ url: address });
  try {
    return await mongo.run(async (database) => {
      const { ferretdbVersion } = await database.admin().command({ buildInfo: 1 });
      const { parsed } = (await database.admin().command({ getCmdLineOpts: 1 })) as { readonly parsed?: { readonly security?: { readonly authorization?: string } } };
      return ferretdbVersion === undefined && parsed?.security?.authorization === 'enabled';
    });
  } finally {
    await mongo.close();
  }
}

const hasRoles = await asksWhoSomebodyIs(process.env['ALONGSIDE_TEST_MONGODB']).catch(() => false);
const whereRolesAre = hasRoles ? it : it.skip;

describeWith('mongodb', 'analysts', (address) => {
  let fresh: ReturnType<typeof freshMongo>;
  let mongo: Mongo;
  let store: ReadModelStore;
  let lease: Lease;
  beforeEach(async () => {
    fresh = freshMongo(address);
    mongo = fresh.open();
    store = openMongoReadModelStore({ mongo });
    lease = (await store.takeLease('runner', undefined)) as Lease;
  });
  afterEach(() => fresh.remove());

  const create = async (live: boolean, isOpen = true, readModel = figures): Promise<CopyState> =>
    (await store.create({ readModel, definition: 'first', indexes: [], live, ...(isOpen ? { identities: 'none' } : {}) })) as CopyState;
  const write = async ({ copy }: CopyState, position: number, documents: Readonly<Record<string, object | undefined>>) => {
    const writes = Object.entries(documents).map(
      ([id, document]): DocumentWrite => ({ copy, id, organisationId, position: at(position), ...(document ? { document: { organisationId, ...document } as Document } : {}) }),
    );
    await store.commit({ lease, documents: writes, advance: { copies: [copy], checkpoint: at(position) } });
  };
  const names = async () => (await mongo.run((database) => database.listCollections({}, { nameOnly: true }).toArray(), 'analysis')).map(({ name }) => name);
  const shown = async () => {
    const rows = await mongo.run((database) => database.collection<{ _id: string; _seen: unknown }>(figures).find({}).sort({ _id: 1 }).toArray(), 'analysis');
    return rows.map(({ _seen, ...document }) => document);
  };

  it('see every field of a read model without identities, under its name, and no other read model', async () => {
    await write(await create(true, false, 'testing.people'), 1, { anna: { name: 'secret' } });
    const copy = await create(true);
    await write(copy, 2, { one: { stage: 'support', goals: { 'goal.1': 'achieved', $goal: 'not' }, sessions: 3, codes: ['a', 'b'] }, two: { stage: 'closed' }, three: { stage: 'closed' } });
    await write(copy, 3, { two: { stage: 'referral' }, three: undefined });
    expect(await shown()).toEqual([
      { _id: 'one', organisationId, stage: 'support', goals: { 'goal．1': 'achieved', '＄goal': 'not' }, sessions: 3, codes: ['a', 'b'] },
      { _id: 'two', organisationId, stage: 'referral' },
    ]);
    expect(await names()).toEqual([figures]);
  });

  it('see the copy that is live, also after a swap', async () => {
    await write(await create(true), 1, { one: { stage: 'old' }, gone: { stage: 'old' } });
    const copy = await create(false);
    await write(copy, 2, { one: { stage: 'new' }, more: { stage: 'new' } });
    expect((await shown()).map(({ _id, ...document }) => [_id, (document as unknown as { stage: string }).stage])).toEqual([['gone', 'old'], ['one', 'old']]);
    await store.swap(lease, [copy.copy]);
    expect(await shown()).toEqual([{ _id: 'more', organisationId, stage: 'new' }, { _id: 'one', organisationId, stage: 'new' }]);
    await write(copy, 3, { one: { stage: 'newer' } });
    expect((await shown())[1]).toMatchObject({ stage: 'newer' });
  });

  it('see a read model no more that is said to have identities', async () => {
    await write(await create(true), 1, { one: { stage: 'old' } });
    const copy = await create(false, false);
    await write(copy, 2, { one: { name: 'secret' } });
    await store.swap(lease, [copy.copy]);
    expect(await names()).toEqual([]);
    await write(copy, 3, { one: { name: 'secret' } });
    expect(await names()).toEqual([]);
  });

  it('have a role where the server has roles; it is set up as often as one likes', async () => {
    const setUp = await setUpReadModels(mongo);
    expect(await setUpReadModels(mongo)).toEqual(setUp);
    if (setUp.analysts) expect(setUp.analysts).toMatchObject({ database: `${mongo.connection.name}_analysis`, role: analystRole });
  });

  whereRolesAre('may read what is shown, and neither write it nor read anything else', async () => {
    await write(await create(true), 1, { one: { stage: 'support' } });
    const { database, role } = (await createAnalystRole(mongo)) as { readonly database: string; readonly role: string };
    const user = { user: 'analyst', pwd: 'to-be-tested' };
    await mongo.run((analysis) => analysis.command({ createUser: user.user, pwd: user.pwd, roles: [{ role, db: database }] }), 'analysis');
    const [, scheme, hosts] = /^(mongodb(?:\+srv)?):\/\/(?:[^@/]*@)?([^/?]+)/.exec(address) ?? [];
    const options = new URLSearchParams(address.split('?')[1]);
    options.set('authSource', database);
    const analyst = openMongo({ url: `${scheme}://${user.user}:${user.pwd}@${hosts}/${mongo.connection.name}?${options}` });
    try {
      expect(await analyst.run((analysis) => analysis.collection(figures).countDocuments(), 'analysis')).toBe(1);
      await expect(analyst.run((analysis) => analysis.collection(figures).deleteMany({}), 'analysis')).rejects.toThrow();
      await expect(analyst.run((main) => main.collection('read_model_states').findOne({}))).rejects.toThrow();
    } finally {
      await analyst.close();
      await mongo.run((analysis) => analysis.command({ dropUser: user.user }), 'analysis');
      await mongo.run((analysis) => analysis.command({ dropRole: role }), 'analysis');
    }
  });
});

describeWith('mongodb', 'decisions about parked events', (address) => {
  it('are kept once, for every process', async () => {
    const fresh = freshMongo(address);
    const [one, other] = [fresh.open(), fresh.open()].map((mongo) => openMongoParkingDecisions({ mongo }));
    const decision = { readModel: 'testing.gardens', sequence: 'rose', eventId: 'event-1', decidedAt: '2026-03-02T10:00:00.000Z' };
    await Promise.all([one?.skip(decision), other?.skip(decision)]);
    await one?.skip({ ...decision, decidedAt: '2026-03-03T10:00:00.000Z' });
    await one?.skip({ ...decision, eventId: 'event-0' });
    expect(await other?.skipped()).toEqual([
      { ...decision, eventId: 'event-0' },
      { ...decision, decidedAt: expect.stringMatching(/^2026-03-02/) },
    ]);
    await fresh.remove();
  });
});
