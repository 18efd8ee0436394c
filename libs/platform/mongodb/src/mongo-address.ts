/** The address of a document database cannot be read. Never repeats it: it may hold a password. */
export class MongoAddressInvalid extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'MongoAddressInvalid';
  }
}

export interface MongoAddress {
  /** `host[:port][,…]`, for messages: without user and password. */
  readonly hosts: string;
  /** Undefined: the address names none. */
  readonly database: string | undefined;
}

/** Reads `mongodb://` and `mongodb+srv://`. Throws `MongoAddressInvalid`. */
export function readMongoAddress(url: string): MongoAddress {
  const [, hosts, path = ''] = /^mongodb(?:\+srv)?:\/\/(?:[^@/?]*@)?([^@/?]+)(?:\/([^?@]*))?(?:\?.*)?$/.exec(url) ?? [];
  if (hosts === undefined) throw new MongoAddressInvalid('must be mongodb://[user:password@]host[:port][,…]/[database][?options], with %-escapes in user and password');
  const database = unescaped(path);
  if (/[\s"$./\\]/.test(database)) throw new MongoAddressInvalid('names a database with a sign that no database name may have');
  return { hosts, database: database === '' ? undefined : database };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new MongoAddressInvalid('has a % that is no escape');
  }
}
