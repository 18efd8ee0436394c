import { createConnection, type Connection } from 'mongoose';
import { whatIsWrong } from './what-is-wrong.js';

/** The database cannot be read or written now (not reachable, no primary, time-out). Later it may go. */
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
  /** Of the one that the address names, or another on the same server. */
  database(suffix?: string): Connection;
  /** Resolves when the server answers; throws one line that says what is wrong and what to do, without user or password. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const defaultDatabase = 'alongside';

/** Connects when it is first used, and again by itself: a server that is not there yet is no error here. */
export function openMongo({ url, serverWait = 5000 }: MongoOptions): Mongo {
  const named = new URL(url).pathname.slice(1);
  const name = named === '' ? defaultDatabase : decodeURIComponent(named);
  const connection = createConnection(url, {
    dbName: name,
    serverSelectionTimeoutMS: serverWait,
    // Every acknowledged write is on disk, at a replica set on most of its members.
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    autoIndex: false,
    autoCreate: false,
    appName: 'alongside',
  });
  // Told by each operation, and by check.
  connection.asPromise().catch(() => undefined);
  connection.on('error', () => undefined);
  return {
    connection,
    database: (suffix) => (suffix === undefined ? connection : connection.useDb(`${name}_${suffix}`, { useCache: true })),
    async check() {
      try {
        await connection.asPromise();
        await connection.db?.command({ ping: 1 });
      } catch (error) {
        throw new MongoUnavailable(whatIsWrong(error, connection.host), { cause: error });
      }
    },
    close: () => connection.close(),
  };
}
