import { setTimeout as pause } from 'node:timers/promises';
import { createConnection, type Connection, type mongo } from 'mongoose';
import { isPassingDriverError } from './driver-errors.js';
import { electionOf, electionsOn, type Elections } from './elections.js';
import { createMissingIndexes, type CollectionIndexes } from './indexes.js';
import { mendConnection } from './mended-connection.js';
import { readMongoAddress } from './mongo-address.js';
import { whatIsWrong } from './what-is-wrong.js';

/** The database cannot be read or written now (not reachable, no primary, time-out, not allowed yet). Later it may go. */
export class MongoUnavailable extends Error {
  readonly passing = true;

  constructor(reason: string, options?: ErrorOptions) {
    super(`the document database is unavailable: ${reason}`, options);
    this.name = 'MongoUnavailable';
  }
}

export interface MongoOptions {
  /** `mongodb://[user:password@]host[:port][,…]/[database][?options]`; the database is `alongside` where none is named. */
  readonly url: string;
  /** Milliseconds until an operation finds no server. Default 5000: raise it for slow elections, lower it for quicker answers of 503. */
  readonly serverWait?: number;
}

/** One pool of connections, shared by every adapter of a process on the same address. */
export interface Mongo {
  readonly connection: Connection;
  /** `host:port`, as messages name it: without user and password. */
  readonly hosts: string;
  /** Of the one that the address names, or another on the same server. */
  database(suffix?: string): Connection;
  /**
   * Runs `work` on the driver's own database once there is a connection. What the driver throws of the server, or of the way to it, comes as
   * `MongoUnavailable`; all else as it is. A write whose answer was lost, or came from before an election and after it, may have been done:
   * `work` must bear repeating.
   */
  run<T>(work: (database: mongo.Db) => Promise<T>, suffix?: string): Promise<T>;
  /** The same error, or `MongoUnavailable` where it is the server's: for whoever uses `connection` itself. */
  explained(error: unknown): unknown;
  /** Makes sure, once in this process, that these indexes are there; asked again after it failed. */
  indexed(wanted: readonly CollectionIndexes[], suffix?: string): Promise<void>;
  /** Resolves when the server answers and lets us write; throws one line that says what is wrong and what to do, without user or password. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Processes that start together create the same indexes, and some servers break off all but one. Nothing is done twice by trying again. */
async function persistently(work: () => Promise<void>): Promise<void> {
  const until = performance.now() + 3_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MongoUnavailable) || performance.now() > until) throw error;
      // Not all at the same time again.
      await pause(50 + Math.random() * 200);
    }
  }
}

const defaultDatabase = 'alongside';
/** Unauthorized, as the server and as Atlas says it. */
const notAllowed: readonly unknown[] = [13, 8000];
/** Between attempts to reach a server that was never there yet. */
const retryEvery = 1_000;

/** Connects by itself, now or whenever the server comes, and again after it was away: a server that is not there yet is no error here. */
export function openMongo({ url, serverWait = 5000 }: MongoOptions): Mongo {
  const { hosts, database: named } = readMongoAddress(url);
  const name = named ?? defaultDatabase;
  const options = {
    dbName: name,
    serverSelectionTimeoutMS: serverWait,
    // A server that is only busy is not given up so soon.
    connectTimeoutMS: 2 * serverWait,
    bufferTimeoutMS: serverWait,
    // An answer that does not come by then never comes: the server was paused, or the network swallows packets.
    socketTimeoutMS: 4 * serverWait,
    heartbeatFrequencyMS: 2000,
    // Every acknowledged write is on disk, at a replica set on most of its members.
    writeConcern: { w: 'majority' as const, journal: true },
    readConcern: { level: 'majority' as const },
    autoIndex: false,
    autoCreate: false,
    appName: 'alongside',
  };
  mendConnection();
  const connection = createConnection();
  connection.on('error', () => undefined);
  const closing = new AbortController();
  const indexed = new Map<string, Promise<void>>();
  let checking: Promise<void> | undefined;
  let lastError: unknown;
  let elections: Elections | undefined;
  const electionsHeardOf = (): number => elections?.count() ?? 0;
  /** Resolves when there was a connection once: from then on the driver connects again by itself. */
  const connected = connect();

  async function connect(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await connection.openUri(url, options);
        const client = connection.getClient();
        elections = electionsOn(client, await electionOf(client.db(name)).catch(() => undefined), settling);
        return;
      } catch (error) {
        lastError = error;
      }
      await pause(retryEvery, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  function explained(error: unknown): unknown {
    return isPassingDriverError(error) ? new MongoUnavailable(whatIsWrong(error, hosts), { cause: error }) : error;
  }

  async function reached(): Promise<mongo.Db> {
    if (connection.db === undefined) {
      const waiting = new AbortController();
      await Promise.race([connected, pause(serverWait, undefined, { signal: waiting.signal }).catch(() => undefined)]);
      waiting.abort();
    }
    if (connection.db === undefined || closing.signal.aborted) {
      throw new MongoUnavailable(lastError === undefined ? `${hosts} cannot be reached: start it, or correct the address` : whatIsWrong(lastError, hosts), { cause: lastError });
    }
    await elections?.settled();
    return connection.db;
  }

  /** Changes nothing, and is refused to whoever may not write. */
  const writing = (db: mongo.Db): Promise<unknown> => db.collection<{ readonly _id: string }>('checks').updateOne({ _id: 'nothing' }, { $set: { checked: true } });

  async function settling(): Promise<void> {
    try {
      await writing(connection.getClient().db(name));
    } catch (error) {
      // Whoever only reads takes what there is.
      if (!notAllowed.includes((error as { readonly code?: unknown }).code)) throw explained(error);
    }
  }

  const database = (suffix?: string): Connection => (suffix === undefined ? connection : connection.useDb(`${name}_${suffix}`, { useCache: true }));

  async function run<T>(work: (database: mongo.Db) => Promise<T>, suffix?: string): Promise<T> {
    const db = await reached();
    const before = electionsHeardOf();
    try {
      const result = await work(suffix === undefined ? db : connection.getClient().db(`${name}_${suffix}`));
      // The driver asks the new primary by itself, which may have answered before it knew everything.
      if (electionsHeardOf() === before) return result;
    } catch (error) {
      throw explained(error);
    }
    throw new MongoUnavailable(`${hosts} has just elected a primary: nothing has to be done`);
  }

  async function check(): Promise<void> {
    try {
      // A ping would be answered to anybody.
      await run(writing);
    } catch (error) {
      throw error instanceof MongoUnavailable ? error : new MongoUnavailable(whatIsWrong(error, hosts), { cause: error });
    }
  }

  return {
    connection,
    hosts,
    database,
    run,
    explained,

    indexed(wanted, suffix) {
      const key = `${suffix ?? ''} ${wanted.map((each) => each.collection).join(' ')}`;
      const known = indexed.get(key);
      if (known) return known;
      const creating = persistently(() => run((db) => createMissingIndexes(db, wanted), suffix));
      indexed.set(key, creating);
      creating.catch(() => indexed.delete(key));
      return creating;
    },

    // Several stores are kept here, and all are asked at the same time.
    check: () => (checking ??= check().finally(() => (checking = undefined))),

    async close() {
      if (closing.signal.aborted) return;
      closing.abort();
      await connection.destroy();
      await connected;
    },
  };
}
