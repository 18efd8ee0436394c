import {
  CopyGone,
  InvalidCursor,
  LeaseLost,
  documentsOf,
  readModel,
  type Commit,
  type CopyState,
  type Digesting,
  type Document,
  type DocumentWrite,
  type Filter,
  type Lease,
  type ParkedEvent,
  type ReadModelStore,
  type StoredDocument,
} from '@alongside/read-models';

/** A store of its own for one test. */
export interface OpenedReadModels {
  readonly store: ReadModelStore;
  /** Another connection to the same store, as another process would have it; absent where there can be none. Closed by the suite. */
  readonly another?: () => ReadModelStore;
  readonly remove: () => void | Promise<void>;
}

interface Garden extends Document {
  readonly name: string;
  readonly city?: string | null;
  readonly beds?: number;
  readonly isOpen?: boolean;
  readonly plants?: readonly string[];
}

const gardens = readModel<Garden>({
  name: 'testing.gardens',
  version: 1,
  says: 'Gardens to test with.',
  streams: ['garden-'],
  documentOf: () => undefined,
  indexes: [['city', 'beds'], ['isOpen']],
  search: { name: { of: (garden) => [garden.name], as: 'words' } },
  on: [],
});

/** Digests that can be read: one a word and prefix. */
const plainDigests = (field: string, text: string): readonly string[] =>
  text.split(' ').flatMap((word) => Array.from({ length: word.length - 1 }, (_, index) => `${field}:${word.slice(0, index + 2)}`));

const plainDigesting: Digesting = {
  digests: async (wanted) => wanted.map(({ field, value }) => plainDigests(field, String(value))),
  queryDigests: async (_organisation, field, _as, value) => String(value).split(' ').filter((word) => word.length > 1).map((word) => `${field}:${word}`),
};

const ours = 'organisation-1';
const theirs = 'organisation-2';
const at = (position: number): string => String(position).padStart(6, '0');

/** What every read-model store does, whatever it is made of. */
export function readModelStoreContract(name: string, open: () => OpenedReadModels): void {
  describe(`read-model store: ${name}`, () => {
    let opened: OpenedReadModels;
    let store: ReadModelStore;
    let others: ReadModelStore[];
    let lease: Lease;

    beforeEach(async () => {
      opened = open();
      store = opened.store;
      others = [];
      lease = (await store.takeLease('runner', undefined)) as Lease;
    });
    afterEach(async () => {
      await Promise.all([store, ...others].map((each) => each.close()));
      await opened.remove();
    });

    const create = async (live: boolean, definition = 'first'): Promise<CopyState> =>
      (await store.create({ readModel: gardens.name, definition, indexes: gardens.indexes, live })) as CopyState;
    const garden = (id: string, position: number, document: Partial<Garden> | undefined, organisationId = ours): StoredDocument => ({
      id,
      organisationId,
      position: at(position),
      ...(document ? { document: { organisationId, name: id, ...document } as Document } : {}),
    });
    const write = async (copy: CopyState, ...documents: readonly (StoredDocument & Pick<DocumentWrite, 'digests'>)[]) =>
      await store.commit({ lease, documents: documents.map((each) => ({ ...each, copy: copy.copy })) });
    const advance = async (copy: CopyState, position: number, held = lease) =>
      await store.commit({ lease: held, documents: [], advance: { copies: [copy.copy], checkpoint: at(position) } });
    const dumped = async (copy: CopyState): Promise<StoredDocument[]> => {
      const documents: StoredDocument[] = [];
      for await (const each of store.dump(copy.copy)) documents.push(each);
      return documents;
    };
    const documents = () => documentsOf(store, gardens, plainDigesting);
    const another = (): ReadModelStore | undefined => {
      const handle = opened.another?.();
      if (handle) others.push(handle);
      return handle;
    };

    describe('documents', () => {
      it('are read back as they were written', async () => {
        const copy = await create(true);
        const rose = garden('rose', 1, { city: 'Ärö', beds: 2.5, isOpen: false, plants: ['🌹', "o'r"] });
        await write(copy, rose);
        expect(await documents().get('rose')).toEqual(rose.document);
        expect(await store.load(copy.copy, ['rose', 'nowhere'])).toEqual([rose]);
        expect(await documents().get('nowhere')).toBeUndefined();
      });

      it('come back letter for letter, whatever their fields are named', async () => {
        const copy = await create(true);
        const odd = JSON.parse(
          `{"organisationId":"${ours}","name":"odd","z":1,"a":{"$sealed":[1,"subject",{"$gt":""}],"with.dot":{},"":[[],[[1,null]],{}]},"$set":{"b":2},"__proto__":{"c":3},` +
            '"x.y":4,"numbers":[0,-1,1e300,4294967296,9007199254740991,0.1],"null":null,"text":"a\\u0000b \\ud83c 🌹","1":2}',
        ) as Partial<Garden>;
        const stored = { ...garden('odd', 1, {}), document: odd as Document };
        await write(copy, stored);
        for (const document of [await documents().get('odd'), (await documents().find({ organisationId: ours })).items[0]?.document, (await dumped(copy))[0]?.document]) {
          expect(JSON.stringify(document)).toBe(JSON.stringify(odd));
        }
        await write(copy, { ...garden('plain', 1, { city: undefined } as unknown as Partial<Garden>) });
        expect(Object.keys((await documents().get('plain')) as Garden)).toEqual(['organisationId', 'name']);
      });

      it('are written only over what has seen less', async () => {
        const copy = await create(true);
        await write(copy, garden('rose', 5, { city: 'five' }));
        await write(copy, garden('rose', 4, { city: 'four' }));
        expect(await documents().get('rose')).toMatchObject({ city: 'five' });
        await write(copy, garden('rose', 6, { city: 'six' }));
        expect(await documents().get('rose')).toMatchObject({ city: 'six' });
      });

      it('leave a tombstone that keeps older events out', async () => {
        const copy = await create(true);
        await write(copy, garden('rose', 1, {}));
        await write(copy, garden('rose', 3, undefined));
        await write(copy, garden('rose', 2, {}));
        expect(await documents().get('rose')).toBeUndefined();
        expect(await documents().count({ organisationId: ours })).toBe(0);
        expect(await dumped(copy)).toEqual([garden('rose', 3, undefined)]);
        await write(copy, garden('rose', 4, { city: 'again' }));
        expect(await documents().get('rose')).toMatchObject({ city: 'again' });
      });

      it('are dumped in the order of ids, however many there are', async () => {
        const copy = await create(true);
        const ids = Array.from({ length: 1203 }, (_, index) => at(index));
        await write(copy, ...[...ids].reverse().map((id) => garden(id, 1, {})));
        expect((await dumped(copy)).map(({ id }) => id)).toEqual(ids);
      });

      it('of many at once are each written or passed over by themselves', async () => {
        const copy = await create(true);
        await write(copy, garden('fresh', 3, { city: 'old' }), garden('late', 9, { city: 'old' }));
        await write(copy, garden('new', 5, { city: 'new' }), garden('fresh', 5, { city: 'new' }), garden('late', 5, { city: 'new' }), garden('gone', 5, undefined));
        expect((await dumped(copy)).map(({ id, document }) => [id, (document as Garden | undefined)?.city])).toEqual([
          ['fresh', 'new'],
          ['gone', undefined],
          ['late', 'old'],
          ['new', 'new'],
        ]);
      });

      it('are written rightly, whatever is thought to be there', async () => {
        const copy = await create(true);
        const thought = async (position: number, isNew: boolean) =>
          await store.commit({ lease, documents: ['there', 'newer', `absent${position}`].map((id) => ({ ...garden(id, position, { beds: position }), copy: copy.copy, isNew })) });
        await write(copy, garden('there', 1, { beds: 1 }), garden('newer', 9, { beds: 9 }));
        await thought(2, true);
        await thought(3, false);
        expect((await dumped(copy)).map(({ id, document }) => [id, (document as Garden).beds])).toEqual([['absent2', 2], ['absent3', 3], ['newer', 9], ['there', 3]]);
      });

      it('written by two at the same time are those that have seen most', async () => {
        const copy = await create(true);
        const elsewhere = another() ?? store;
        for (let round = 1; round <= 10; round += 1) {
          const both = [store, elsewhere].map((each, index) =>
            each.commit({ lease, documents: ['ash', 'elm', 'oak'].map((id) => ({ ...garden(`${id}${round}`, round * 2 + index, { city: String(index) }), copy: copy.copy })) }),
          );
          await Promise.all(both);
          for (const id of ['ash', 'elm', 'oak']) expect(await documents().get(`${id}${round}`)).toMatchObject({ city: '1' });
        }
      });

      it('of a read model without a live copy are not found', async () => {
        expect(await documents().get('rose')).toBeUndefined();
        expect(await documents().find({ organisationId: ours })).toEqual({ items: [] });
        expect(await documents().count({ organisationId: ours })).toBe(0);
        expect(await documents().like(ours, 'name', 'rose')).toEqual([]);
      });
    });

    describe('conditions', () => {
      beforeEach(async () => {
        const copy = await create(true);
        await write(
          copy,
          garden('elm', 1, { city: 'Bath', beds: 3, isOpen: true, plants: ['oak', 'elm'] }),
          garden('fir', 1, { city: 'York', beds: 10, isOpen: false, plants: [] }),
          garden('oak', 1, { city: null, beds: 7 }),
          garden('yew', 1, { beds: 3, isOpen: true, plants: ['oak tree'] }),
          garden('spy', 1, { city: 'Bath', beds: 3, isOpen: true, plants: ['oak'] }, theirs),
          garden('gone', 2, undefined),
        );
      });

      const cases: readonly (readonly [string, Filter<Garden>, readonly string[]])[] = [
        ['a text', { city: 'Bath' }, ['elm']],
        ['a number', { beds: 3 }, ['elm', 'yew']],
        ['true', { isOpen: true }, ['elm', 'yew']],
        ['false', { isOpen: false }, ['fir']],
        ['null is also absent', { city: null }, ['oak', 'yew']],
        ['in', { city: { in: ['Bath', 'York', "x' OR 1=1"] } }, ['elm', 'fir']],
        ['in with null', { city: { in: ['York', null] } }, ['fir', 'oak', 'yew']],
        ['in of booleans', { isOpen: { in: [false] } }, ['fir']],
        ['in nothing', { city: { in: [] } }, []],
        ['not', { city: { not: 'Bath' } }, ['fir', 'oak', 'yew']],
        ['not null', { city: { not: null } }, ['elm', 'fir']],
        ['greater than is by number, not by text', { beds: { gt: 3 } }, ['fir', 'oak']],
        ['between', { beds: { gte: 3, lt: 10 } }, ['elm', 'oak', 'yew']],
        ['at most', { city: { lte: 'Bath' } }, ['elm']],
        ['exists', { city: { exists: true } }, ['elm', 'fir']],
        ['less than a number is no text', { city: { lt: 1000 } } as Filter<Garden>, []],
        ['greater than a number is no text', { city: { gt: 0 } } as Filter<Garden>, []],
        ['less than a text is no number', { beds: { lte: 'z' } } as Filter<Garden>, []],
        ['greater than a text is no number', { beds: { gte: '' } } as Filter<Garden>, []],
        ['less than null is nothing', { city: { lte: null } }, []],
        ['a number is no text', { beds: '3' } as Filter<Garden>, []],
        ['a list is no scalar', { plants: 'oak' } as Filter<Garden>, []],
        ['a list is there', { plants: { exists: true } }, ['elm', 'fir', 'yew']],
        ['a scalar contains nothing', { city: { contains: 'Bath' } }, []],
        ['does not exist', { plants: { exists: false } }, ['oak']],
        ['contains the whole scalar', { plants: { contains: 'oak' } }, ['elm']],
        ['any of', { anyOf: [{ city: 'York' }, { beds: 7 }] }, ['fir', 'oak']],
        ['any of nothing', { anyOf: [] }, []],
        ['all of', { allOf: [{ beds: 3 }, { anyOf: [{ city: 'Bath' }, { city: 'York' }] }] }, ['elm']],
        ['several fields', { beds: 3, city: null }, ['yew']],
        ['any of with several conditions each', { anyOf: [{ beds: 3, city: null }, { beds: 10, isOpen: true }] }, ['yew']],
      ];
      it.each(cases)('%s', async (_what, where, expected) => {
        const page = await documents().find({ organisationId: ours, where });
        expect(page.items.map(({ id }) => id)).toEqual(expected);
        expect(await documents().count({ organisationId: ours, where })).toBe(expected.length);
      });

      it('that are undefined are a fault, never a match for everything', async () => {
        const where = { city: undefined } as unknown as Filter<Garden>;
        await expect(documents().find({ organisationId: ours, where })).rejects.toThrow('undefined');
        const nested = { anyOf: [{ beds: { lt: undefined } }] } as unknown as Filter<Garden>;
        await expect(documents().count({ organisationId: ours, where: nested })).rejects.toThrow('undefined');
      });

      it('on anything else than a plain field are refused', async () => {
        const where = { "city') OR 1=1 --": 1 } as unknown as Filter<Garden>;
        await expect(documents().find({ organisationId: ours, where })).rejects.toThrow();
      });
    });

    describe('pages', () => {
      const beds = [4, undefined, 2, 4, 9, undefined, 4, 1];
      beforeEach(async () => {
        const copy = await create(true);
        await write(copy, ...beds.map((count, index) => garden(`g${index}`, 1, count === undefined ? {} : { beds: count })));
      });

      const walk = async (sort?: { field: 'beds' | 'name'; direction?: 'ascending' | 'descending' }) => {
        const ids: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await documents().find({ organisationId: ours, limit: 3, ...(sort ? { sort } : {}), ...(cursor ? { cursor } : {}) });
          ids.push(...page.items.map(({ id }) => id));
          cursor = page.next;
        } while (cursor);
        return ids;
      };

      it('follow each other by id', async () => {
        expect(await walk()).toEqual(['g0', 'g1', 'g2', 'g3', 'g4', 'g5', 'g6', 'g7']);
      });

      it('follow each other by a field, equals by id, absent ones first', async () => {
        expect(await walk({ field: 'beds' })).toEqual(['g1', 'g5', 'g7', 'g2', 'g0', 'g3', 'g6', 'g4']);
      });

      it('follow each other descending', async () => {
        expect(await walk({ field: 'beds', direction: 'descending' })).toEqual(['g4', 'g6', 'g3', 'g0', 'g2', 'g7', 'g5', 'g1']);
      });

      it('are in the order of code points, for fields as for ids', async () => {
        const copy = (await store.copies())[0] as CopyState;
        const names = ['a', 'Z', 'é', 'z', '\uffee', '🌹', 'aa', ''];
        await write(copy, ...names.map((name, index) => garden(`n${index}`, 1, { name }, theirs)));
        const sorted = (await documents().find({ organisationId: theirs, sort: { field: 'name' } })).items.map(({ document }) => document.name);
        expect(sorted).toEqual(['', 'Z', 'a', 'aa', 'z', 'é', '\uffee', '🌹']);
        const further = await documents().find({ organisationId: theirs, where: { name: { gt: 'z' } }, sort: { field: 'name' } });
        expect(further.items.map(({ document }) => document.name)).toEqual(['é', '\uffee', '🌹']);
      });

      it('are passed through underneath by all', async () => {
        const ids: string[] = [];
        for await (const { id } of documents().all({ organisationId: ours, sort: { field: 'beds' } })) ids.push(id);
        expect(ids).toEqual(await walk({ field: 'beds' }));
      });

      it('hold a hundred at most', async () => {
        const copy = (await store.copies())[0] as CopyState;
        await write(copy, ...Array.from({ length: 120 }, (_, index) => garden(`h${at(index)}`, 1, {})));
        const page = await documents().find({ organisationId: ours, limit: 5000 });
        expect(page.items).toHaveLength(100);
        expect(page.next).toBeDefined();
      });

      it('refuse a cursor of another order', async () => {
        const { next } = await documents().find({ organisationId: ours, limit: 1 });
        const find = (cursor: string) => documents().find({ organisationId: ours, cursor, sort: { field: 'name' } });
        await expect(find(next as string)).rejects.toBeInstanceOf(InvalidCursor);
        await expect(find('rubbish')).rejects.toBeInstanceOf(InvalidCursor);
      });
    });

    describe('digests', () => {
      const rows = (text: string, subject: string) => ({ name: plainDigests('name', text).map((digest) => ({ digest, subject })) });
      let copy: CopyState;
      beforeEach(async () => {
        copy = await create(true);
        await write(
          copy,
          { ...garden('one', 1, {}), digests: await rows('rose willow', 'subject-1') },
          { ...garden('two', 1, {}), digests: await rows('rowan', 'subject-2') },
          { ...garden('three', 1, {}, theirs), digests: await rows('rowan', 'subject-3') },
        );
      });
      const found = async (text: string) => (await documents().find({ organisationId: ours, search: { field: 'name', text } })).items.map(({ id }) => id);

      it('find a document by all the words given, each whole or begun', async () => {
        expect(await found('ro')).toEqual(['one', 'two']);
        expect(await found('wil ro')).toEqual(['one']);
        expect(await found('wil rowan')).toEqual([]);
        expect(await found(' ')).toEqual(['one', 'two']);
        expect(await found('r')).toEqual([]);
      });

      it('tell documents that are alike, most in common first', async () => {
        expect(await documents().like(ours, 'name', 'rowan rose willow')).toEqual(['one', 'two']);
        expect(await store.findByDigests(gardens.name, ours, 'name', ['name:rowan', 'name:ro'])).toEqual([
          { id: 'two', digests: expect.arrayContaining(['name:rowan', 'name:ro']) },
          { id: 'one', digests: ['name:ro'] },
        ]);
        expect(await documents().like(ours, 'name', 'rowan', 1)).toHaveLength(1);
        expect((await store.findByDigests(gardens.name, ours, 'name', ['name:rowan', 'name:ro'], 1)).map(({ id }) => id)).toEqual(['two']);
        expect((await store.findByDigests(gardens.name, ours, 'name', ['name:ro'])).map(({ id }) => id)).toEqual(['one', 'two']);
      });

      it('of several subjects count together, and each goes with its own', async () => {
        const both = { name: [...(await rows('anna', 'subject-4')).name, ...(await rows('adam anna', 'subject-5')).name] };
        await write(copy, { ...garden('four', 1, {}), digests: both });
        expect(await found('anna adam')).toEqual(['four']);
        await store.forgetSubject('subject-5');
        expect(await found('adam')).toEqual([]);
        expect(await found('anna')).toEqual(['four']);
      });

      it('of what has seen less are not taken', async () => {
        await write(copy, { ...garden('one', 5, {}), digests: await rows('maple', 'subject-1') });
        await write(copy, { ...garden('one', 3, {}), digests: await rows('birch', 'subject-1') });
        expect(await found('birch')).toEqual([]);
        expect(await found('maple')).toEqual(['one']);
      });

      it('of a subject that is forgotten at this moment do not stay', async () => {
        const elsewhere = another() ?? store;
        for (let round = 1; round <= 10; round += 1) {
          const digests = await rows(`cedar larch${round}`, `late-${round}`);
          await Promise.all([write(copy, { ...garden('one', round + 1, {}), digests }), elsewhere.forgetSubject(`late-${round}`)]);
          expect(await found('cedar')).toEqual([]);
        }
      });

      it('narrow a search in its pages', async () => {
        await write(copy, ...(await Promise.all(Array.from({ length: 7 }, async (_, index) => ({ ...garden(`p${index}`, 1, { beds: 7 - index }), digests: await rows('poplar', `p${index}`) })))));
        const page = await documents().find({ organisationId: ours, search: { field: 'name', text: 'pop' }, where: { beds: { gt: 2 } }, sort: { field: 'beds' }, limit: 3 });
        expect(page.items.map(({ id }) => id)).toEqual(['p4', 'p3', 'p2']);
        const next = await documents().find({ organisationId: ours, search: { field: 'name', text: 'pop' }, where: { beds: { gt: 2 } }, sort: { field: 'beds' }, limit: 3, cursor: page.next as string });
        expect(next.items.map(({ id }) => id)).toEqual(['p1', 'p0']);
        expect(await documents().count({ organisationId: ours, search: { field: 'name', text: 'pop' }, where: { beds: { gt: 2 } } })).toBe(5);
      });

      it('are replaced with their document, and stay when nothing is said about them', async () => {
        await write(copy, { ...garden('one', 2, {}), digests: await rows('maple', 'subject-1') }, garden('two', 2, {}));
        expect(await found('rose')).toEqual([]);
        expect(await found('maple')).toEqual(['one']);
        expect(await found('rowan')).toEqual(['two']);
      });

      it('of a copy that was filled beside are those of its documents as they are in the end', async () => {
        const beside = await create(false);
        const fill = (...documents: readonly (StoredDocument & Pick<DocumentWrite, 'digests'>)[]) =>
          store.commit({ lease, documents: documents.map((each) => ({ ...each, copy: beside.copy, isNew: true })) });
        const many = Array.from({ length: 6000 }, (_, index) => `m${String(index).padStart(4, '0')}`);
        await fill(...many.map((id) => ({ ...garden(id, 1, {}), digests: rows('poplar', id) })));
        await fill({ ...garden('one', 1, {}), digests: rows('rose maple', 'subject-1') }, { ...garden('two', 1, {}), digests: rows('rose', 'subject-2') });
        // Not new, although it says so.
        await fill({ ...garden('one', 2, {}), digests: rows('birch', 'subject-1') });
        await fill({ ...garden('one', 1, {}), digests: rows('cedar', 'subject-1') });
        await (another() ?? store).forgetSubject('subject-2');
        await store.prepare(lease, [beside.copy]);
        await (another() ?? store).forgetSubject('m0003');
        await fill({ ...garden('m0001', 2, {}), digests: rows('larch', 'm0001') }, { ...garden('three', 1, {}), digests: rows('larch', 'subject-3') });
        await store.prepare(lease, [beside.copy]);
        expect(await store.swap(lease, [beside.copy])).toBe('swapped');
        expect(await Promise.all(['rose', 'maple', 'birch', 'cedar', 'larch'].map(found))).toEqual([[], [], ['one'], [], ['m0001', 'three']]);
        expect(await documents().count({ organisationId: ours, search: { field: 'name', text: 'pop' } })).toBe(5998);
      }, 30_000);

      it('go with their subject, in every copy, for good', async () => {
        const beside = await create(false);
        await write(beside, { ...garden('one', 1, {}), digests: await rows('rose', 'subject-1') });
        // Several at once, too.
        await Promise.all(Array.from({ length: 8 }, () => store.forgetSubject('subject-1')));
        await store.forgetSubject('subject-1');
        expect(await store.forgotten()).toEqual(['subject-1']);
        await write(beside, { ...garden('four', 1, {}), digests: await rows('rose', 'subject-1') });
        await write(copy, { ...garden('one', 3, {}), digests: await rows('rose', 'subject-1') });
        expect(await found('rose')).toEqual([]);
        expect(await found('rowan')).toEqual(['two']);
        expect(await store.swap(lease, [beside.copy])).toBe('swapped');
        expect(await found('rose')).toEqual([]);
      });
    });

    describe('copies', () => {
      it('are live one at a time', async () => {
        expect(await create(true)).toMatchObject({ readModel: gardens.name, definition: 'first', live: true });
        expect(await create(true)).toBeUndefined();
        expect((await create(false, 'second')).live).toBe(false);
        expect((await store.copies()).map(({ definition, live }) => [definition, live])).toEqual([['first', true], ['second', false]]);
      });

      it('are live one at a time, whoever makes them at once', async () => {
        const elsewhere = another() ?? store;
        const made = await Promise.all([store, elsewhere, store].map((each) => each.create({ readModel: gardens.name, definition: 'first', indexes: gardens.indexes, live: true })));
        expect(made.filter((each) => each !== undefined)).toHaveLength(1);
        expect((await store.copies()).map(({ live }) => live)).toEqual([true]);
      });

      it('are made live while others are cleared away', async () => {
        const elsewhere = another() ?? store;
        for (let round = 0; round < 5; round += 1) {
          const clearing = async () => {
            const unfinished = [await create(false), ...(await elsewhere.copies()).filter((each) => !each.live)];
            await elsewhere.drop(lease, unfinished.map(({ copy }) => copy));
          };
          const [made] = await Promise.all([create(true), clearing(), clearing()]);
          expect(await store.copies()).toContainEqual(expect.objectContaining({ copy: made.copy, live: true }));
          expect(await write(made, garden('rose', 1, {}))).toBe('committed');
          expect(await documents().get('rose')).toBeDefined();
          await store.discard(lease, [made.copy]);
        }
      });

      it('are never numbered like one that was', async () => {
        const numbers: number[] = [];
        for (let round = 0; round < 3; round += 1) {
          const { copy } = await create(false);
          numbers.push(copy);
          await store.drop(lease, [copy]);
        }
        expect(new Set(numbers).size).toBe(3);
      });

      it('that are gone are neither read nor written', async () => {
        const { copy } = await create(false);
        await store.drop(lease, [copy]);
        await expect(store.load(copy, ['rose'])).rejects.toBeInstanceOf(CopyGone);
        await expect(store.dump(copy)[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(CopyGone);
        await expect(store.commit({ lease, documents: [{ ...garden('rose', 1, {}), copy }] })).rejects.toBeInstanceOf(CopyGone);
        await expect(store.swap(lease, [copy])).rejects.toBeInstanceOf(CopyGone);
      });

      it('are swapped under a reader who never finds less', async () => {
        const elsewhere = another() ?? store;
        const full = async (live: boolean) => {
          const copy = await create(live);
          await write(copy, ...Array.from({ length: 20 }, (_, index) => garden(`g${at(index)}`, 1, {})));
          return copy;
        };
        await full(true);
        let isDone = false;
        const looking = (async () => {
          const seen = new Set<number>();
          while (!isDone) {
            seen.add(await elsewhere.count(gardens.name, { organisationId: ours }));
            seen.add((await elsewhere.find(gardens.name, { organisationId: ours, sort: { direction: 'ascending' }, limit: 100 })).length);
            expect(await elsewhere.get(gardens.name, `g${at(7)}`)).toBeDefined();
            await new Promise((resolve) => setImmediate(resolve));
          }
          return seen;
        })();
        for (let round = 0; round < 5; round += 1) expect(await store.swap(lease, [(await full(false)).copy])).toBe('swapped');
        isDone = true;
        expect(await looking).toEqual(new Set([20]));
      });

      it('take the place of the live one at once, for every handle', async () => {
        const old = await create(true);
        await write(old, garden('rose', 1, { city: 'old' }));
        const fresh = await create(false);
        await write(fresh, garden('rose', 1, { city: 'new' }));
        const elsewhere = another() ?? store;
        expect(await elsewhere.get(gardens.name, 'rose')).toMatchObject({ city: 'old' });
        expect(await store.swap(lease, [fresh.copy])).toBe('swapped');
        expect(await elsewhere.get(gardens.name, 'rose')).toMatchObject({ city: 'new' });
        await expect(write(old, garden('rose', 2, {}))).rejects.toBeInstanceOf(CopyGone);
        await expect(advance(old, 2)).rejects.toBeInstanceOf(CopyGone);
        expect((await store.copies()).map(({ copy }) => copy)).toEqual([fresh.copy]);
      });

      it('do not take the place of one that has seen more', async () => {
        const old = await create(true);
        const fresh = await create(false);
        await advance(old, 5);
        await advance(fresh, 4);
        expect(await store.swap(lease, [fresh.copy])).toBe('behind');
        await advance(fresh, 5);
        expect(await store.swap(lease, [fresh.copy])).toBe('swapped');
      });

      it('that could not be swapped leave the live one as it was', async () => {
        const old = await create(true);
        const fresh = await create(false);
        await advance(old, 5);
        expect(await store.swap(lease, [fresh.copy])).toBe('behind');
        expect(await write(old, garden('rose', 6, {}))).toBe('committed');
        expect(await advance(old, 6)).toBe('committed');
        expect((await store.copies()).map(({ copy, live, checkpoint }) => [copy, live, checkpoint])).toEqual([[old.copy, true, at(6)], [fresh.copy, false, undefined]]);
      });

      it('that are held take no commit until a swap or the end of the hold', async () => {
        const old = await create(true);
        const fresh = await create(false);
        await store.hold([old.copy], true);
        expect(await write(old, garden('rose', 1, {}))).toBe('held');
        expect(await documents().get('rose')).toBeUndefined();
        await store.hold([old.copy], false);
        expect(await write(old, garden('rose', 1, {}))).toBe('committed');
        await store.hold([old.copy], true);
        await store.swap(lease, [fresh.copy]);
        expect(await write(fresh, garden('rose', 1, {}))).toBe('committed');
      });

      it('that are half made are dropped, live ones only when discarded', async () => {
        const live = await create(true);
        const half = await create(false);
        await store.drop(lease, [live.copy, half.copy]);
        expect((await store.copies()).map(({ copy }) => copy)).toEqual([live.copy]);
        await store.discard(lease, [live.copy]);
        expect(await store.copies()).toEqual([]);
      });

      it('have a checkpoint that never goes back', async () => {
        const copy = await create(true);
        await advance(copy, 5);
        await advance(copy, 4);
        expect((await store.copies())[0]?.checkpoint).toBe(at(5));
      });
    });

    describe('leases', () => {
      it('are held by one: of two that saw the same state one is first', async () => {
        const seen = await store.lease('runner');
        const outcomes = await Promise.all([store.takeLease('runner', seen), (another() ?? store).takeLease('runner', seen)]);
        expect(outcomes.filter((each) => each !== undefined)).toHaveLength(1);
      });

      it('stay with whoever has given a beat since', async () => {
        const seen = await store.lease('runner');
        await store.beat(lease);
        expect(await store.takeLease('runner', seen)).toBeUndefined();
      });

      it('keep the former holder from writing', async () => {
        const copy = await create(true);
        const half = await create(false);
        const next = (await store.takeLease('runner', await store.lease('runner'))) as Lease;
        expect(next.epoch).toBeGreaterThan(lease.epoch);
        await expect(advance(copy, 1)).rejects.toBeInstanceOf(LeaseLost);
        await expect(store.swap(lease, [half.copy])).rejects.toBeInstanceOf(LeaseLost);
        await expect(store.drop(lease, [half.copy])).rejects.toBeInstanceOf(LeaseLost);
        await expect(store.beat(lease)).rejects.toBeInstanceOf(LeaseLost);
        await store.release(lease);
        expect(await store.lease('runner')).toMatchObject({ free: false });
        expect(await advance(copy, 1, next)).toBe('committed');
      });

      it('are free when given back, and never of an epoch given out before', async () => {
        await store.release(lease);
        await expect(store.beat(lease)).rejects.toBeInstanceOf(LeaseLost);
        const next = await store.takeLease('runner', undefined);
        expect(next?.epoch).toBe(lease.epoch + 1);
      });
    });

    describe('parked events', () => {
      const parkedAt = (copy: CopyState, position: number, error?: string): ParkedEvent => ({
        copy: copy.copy,
        sequence: 'rose',
        position: at(position),
        stream: 'garden-rose',
        revision: position,
        type: 'Planted',
        eventId: `event-${position}`,
        attempts: error ? 1 : 0,
        parkedAt: '2026-03-02T10:00:00.000Z',
        ...(error ? { error } : {}),
      });
      const park = async (copy: CopyState, parked: Commit['parked'], unparked: Commit['unparked'] = []) =>
        await store.commit({ lease, documents: [], ...(parked ? { parked } : {}), unparked });

      it('are kept in order, replaced and removed', async () => {
        const copy = await create(true);
        const [first, second] = [parkedAt(copy, 3, 'TypeError'), parkedAt(copy, 10)];
        await park(copy, [second, first]);
        expect(await store.parked()).toEqual([first, second]);
        await park(copy, [{ ...first, attempts: 2 }]);
        expect(await store.parked()).toEqual([{ ...first, attempts: 2 }, second]);
        await park(copy, [], [first]);
        expect(await store.parked()).toEqual([second]);
      });

      it('go with their copy', async () => {
        const old = await create(true);
        await park(old, [parkedAt(old, 1, 'TypeError')]);
        const fresh = await create(false);
        await store.swap(lease, [fresh.copy]);
        expect(await store.parked()).toEqual([]);
      });

      it('are replayed on request, answered to whoever asked', async () => {
        const elsewhere = another() ?? store;
        await elsewhere.requestReplay({ id: 'request-1', readModel: gardens.name, sequence: 'rose' });
        expect(await store.replayRequests()).toEqual([{ id: 'request-1', readModel: gardens.name, sequence: 'rose' }]);
        await store.answerReplay('request-1', '{"applied":1}');
        expect(await elsewhere.replayRequests()).toMatchObject([{ outcome: '{"applied":1}' }]);
        await elsewhere.removeReplay('request-1');
        expect(await store.replayRequests()).toEqual([]);
      });
    });

    it('is written from two handles at the same time without either failing', async () => {
      const copy = await create(true);
      const elsewhere = another() ?? store;
      const both = Array.from({ length: 100 }, (_, index) =>
        (index % 2 ? store : elsewhere).commit({ lease, documents: [{ ...garden(`g${index}`, 1, {}), copy: copy.copy }] }),
      );
      expect(new Set(await Promise.all(both))).toEqual(new Set(['committed']));
      expect(await documents().count({ organisationId: ours })).toBe(100);
    });
  });
}
