import { describe, expect, it } from '@jest/globals';
import { AnotherLog, belonging, type BelongingOptions } from './belonging.js';

interface Said {
  readonly _id: string;
  readonly firstEvent: string;
}

/** As much of a database as is asked for; `before` runs before each insert. */
function fakeDatabase(...said: Said[]) {
  let asked = 0;
  let before = (): void => undefined;
  const collection = {
    find: () => ({
      toArray: async () => {
        asked += 1;
        return [...said];
      },
    }),
    insertMany: async ([one]: readonly [Said]) => {
      before();
      if (said.some(({ _id }) => _id === one._id)) throw Object.assign(new Error('duplicate key'), { writeErrors: [{ code: 11000 }] });
      said.push(one);
    },
  };
  const mongo = { hosts: 'documents:27017', connection: { name: 'alongside' }, run: async (work: (database: unknown) => unknown) => work({ collection: () => collection }) } as unknown as BelongingOptions['mongo'];
  return { mongo, said, asked: () => asked, beforeInsert: (work: () => void) => void (before = work) };
}

const check = ({ mongo }: ReturnType<typeof fakeDatabase>, firstEvent: string | undefined, more: Partial<BelongingOptions> = {}) =>
  belonging({ mongo, what: 'keys', variable: 'ALONGSIDE_KEYS', firstEvent: async () => firstEvent, ...more });

describe('a database beside a log', () => {
  it('says that it belongs to it, and is asked no more in this process', async () => {
    const database = fakeDatabase();
    const belongs = check(database, 'event-1');
    await belongs();
    expect(database.said).toEqual([{ _id: 'keys', firstEvent: 'event-1' }]);
    const asked = database.asked();
    await belongs();
    expect(database.asked()).toBe(asked);
    // Another process, and what else is kept there.
    await check(database, 'event-1')();
    await check(database, 'event-1', { what: 'accounts' })();
    expect(database.said.map(({ _id }) => _id)).toEqual(['keys', 'accounts']);
  });

  it('says nothing while the log is empty, and is asked again', async () => {
    const database = fakeDatabase();
    const log: { first?: string } = {};
    const belongs = check(database, undefined, { firstEvent: async () => log.first });
    await belongs();
    expect(database.said).toEqual([]);
    log.first = 'event-1';
    await belongs();
    expect(database.said).toEqual([{ _id: 'keys', firstEvent: 'event-1' }]);
  });

  it('is refused beside another log, whatever else is kept there, until it is the right one', async () => {
    const database = fakeDatabase({ _id: 'accounts', firstEvent: 'event-of-another' });
    const belongs = check(database, 'event-1');
    const refused = 'documents:27017/alongside belongs to another log than that of ALONGSIDE_EVENT_STORE: correct ALONGSIDE_KEYS or ALONGSIDE_EVENT_STORE, or name a database of its own';
    await expect(belongs()).rejects.toEqual(new AnotherLog(refused));
    await expect(belongs()).rejects.toThrow(AnotherLog);
    expect(database.said).toHaveLength(1);
    database.said.pop();
    await belongs();
  });

  it('is refused beside an empty log when it belongs to one', async () => {
    const database = fakeDatabase({ _id: 'keys', firstEvent: 'event-1' });
    await expect(check(database, undefined)()).rejects.toThrow('belongs to a log, and the one of ALONGSIDE_EVENT_STORE is empty: correct ALONGSIDE_KEYS or ALONGSIDE_EVENT_STORE, or put the log back');
  });

  it('is not taken when it cannot be that of a log with events', async () => {
    const database = fakeDatabase();
    const cannotBe = async (): Promise<string> => 'holds no key';
    await check(database, undefined, { cannotBe })();
    await expect(check(database, 'event-1', { cannotBe })()).rejects.toThrow('documents:27017/alongside holds no key: correct ALONGSIDE_KEYS or ALONGSIDE_EVENT_STORE, or put back what was there');
    expect(database.said).toEqual([]);
  });

  it('is given to one of two logs that come at once', async () => {
    const database = fakeDatabase();
    database.beforeInsert(() => {
      if (database.said.length === 0) database.said.push({ _id: 'keys', firstEvent: 'event-of-another' });
    });
    await expect(check(database, 'event-1')()).rejects.toThrow(AnotherLog);
    const same = fakeDatabase();
    same.beforeInsert(() => {
      if (same.said.length === 0) same.said.push({ _id: 'keys', firstEvent: 'event-1' });
    });
    await check(same, 'event-1')();
    expect(same.said).toHaveLength(1);
  });

  it('is not believed while the log cannot be read', async () => {
    const database = fakeDatabase();
    const firstEvent = async (): Promise<string> => {
      throw new Error('log:2113 cannot be reached');
    };
    await expect(check(database, undefined, { firstEvent })()).rejects.toThrow('whether it belongs to the log cannot be told yet, ALONGSIDE_EVENT_STORE: log:2113 cannot be reached');
    expect(database.said).toEqual([]);
  });
});
