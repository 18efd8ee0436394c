import { jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isPassing } from '@alongside/event-store';
import { eventually } from '@alongside/testing';
import { mongo } from 'mongoose';
import { fakeServer, untrustedCertificate, untrustedKey } from './fake-server.fixture.js';
import { MongoUnavailable, openMongo, type Mongo } from './mongo.js';
import { MongoAddressInvalid, readMongoAddress } from './mongo-address.js';
import { whatIsWrong } from './what-is-wrong.js';

const greeting = { ok: 1, helloOk: true, isWritablePrimary: true, maxBsonObjectSize: 16_777_216, maxMessageSizeBytes: 48_000_000, maxWriteBatchSize: 100_000, minWireVersion: 0 };
const unused = '127.0.0.1:9';

let opened: { close(): Promise<void> }[];
beforeEach(() => (opened = []));
afterEach(async () => {
  for (const each of opened.reverse()) await each.close();
});

const open = (url: string, serverWait = 400): Mongo => {
  const mongo = openMongo({ url, serverWait });
  opened.push(mongo);
  return mongo;
};

async function serverThat(answer: Parameters<typeof fakeServer>[0], options?: { readonly tls?: boolean }): Promise<string> {
  const server = await fakeServer(answer, options);
  opened.push(server);
  return `127.0.0.1:${server.port}`;
}

/** Hangs up on whatever it is sent, after these words. */
async function otherServerThat(answer: string | undefined): Promise<string> {
  const server = net.createServer((socket) => socket.on('error', () => undefined).on('data', () => (answer === undefined ? socket.destroy() : socket.end(answer))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  return `127.0.0.1:${(server.address() as { readonly port: number }).port}`;
}

const caught = (promise: Promise<unknown>): Promise<unknown> => promise.then(
  () => undefined,
  (error: unknown) => error,
);

/** What `check` says, after its beginning that is always the same. */
async function said(mongo: Mongo): Promise<string> {
  const error = await caught(mongo.check());
  expect(error).toBeInstanceOf(MongoUnavailable);
  const { message } = error as Error;
  expect(message).not.toMatch(/\n|secret|keeper/);
  return message.replace('the document database is unavailable: ', '');
}

describe('a document database that cannot be used', () => {
  it('is no error when it is opened, and passes: what was asked may be asked again', async () => {
    const error = await caught(open(`mongodb://${unused}`).run((database) => database.collection('any').findOne({})));
    expect(error).toBeInstanceOf(MongoUnavailable);
    expect(isPassing(error)).toBe(true);
  });

  it('says where nobody answers', async () => {
    expect(await said(open(`mongodb://keeper:secret@${unused}/alongside`))).toBe(`${unused} cannot be reached: start it, or correct the address`);
  });

  it('says that there is no such host', async () => {
    expect(await said(open('mongodb://keeper:secret@nowhere.invalid'))).toBe('there is no host of the name nowhere.invalid: correct the address');
  });

  it('says that the password is wrong', async () => {
    const hosts = await serverThat((command) =>
      'saslStart' in command ? { ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'Authentication failed.' } : { ...greeting, maxWireVersion: 21 },
    );
    expect(await said(open(`mongodb://keeper:secret@${hosts}`))).toBe(`${hosts} refuses the user or the password: check both in the address, and its authSource`);
  });

  it('says that it wants a user', async () => {
    const hosts = await serverThat((command) =>
      'update' in command ? { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'Command update requires authentication' } : { ...greeting, maxWireVersion: 21 },
    );
    expect(await said(open(`mongodb://${hosts}`))).toBe(`${hosts} wants to know who asks: put user and password into the address`);
  });

  it('says that this user may not do this', async () => {
    const hosts = await serverThat((command) =>
      'update' in command ? { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not authorized on alongside to execute command' } : { ...greeting, maxWireVersion: 21 },
    );
    expect(await said(open(`mongodb://${hosts}`))).toContain('does not let this user do this: run "alongside setup"');
  });

  it('says that its certificate is not trusted', async () => {
    const hosts = await serverThat(() => ({ ...greeting, maxWireVersion: 21 }), { tls: true });
    expect(await said(open(`mongodb://keeper:secret@${hosts}/?tls=true`))).toContain(`the certificate of ${hosts} is not trusted: name its authority by tlsCAFile`);
  });

  it('says that it does not speak TLS, by words of its own or by none', async () => {
    for (const answer of ['HTTP/1.1 400 Bad Request\r\n\r\n', undefined]) {
      const hosts = await otherServerThat(answer);
      expect(await said(open(`mongodb://${hosts}/?tls=true`))).toBe(`${hosts} does not speak TLS as the address asks: check the port, and tls=true there and on the server`);
    }
  });

  it('says that what listens there is no database, or speaks TLS alone', async () => {
    const advice = (hosts: string): string => `${hosts} closes the connection without an answer: check that it is the port of the database, and whether the server wants tls=true in the address`;
    for (const hosts of [await otherServerThat(undefined), await serverThat(() => greeting, { tls: true })]) expect(await said(open(`mongodb://${hosts}`))).toBe(advice(hosts));
  });

  it.each([['alone', {}], ['in another one', { setName: 'rs1', setVersion: 1, hosts: ['127.0.0.1:9'] }]])('says that it is not in the replica set: one that stands %s', async (_where, about) => {
    const hosts = await serverThat(() => ({ ...greeting, maxWireVersion: 21, ...about }));
    expect(await said(open(`mongodb://${hosts}/?replicaSet=rs0`))).toBe(`${hosts} is no member of the replica set that the address names: correct replicaSet there, or take it out where the server stands alone`);
  });

  it('says that its replica set has no primary', async () => {
    const members: string[] = [];
    const hosts = await serverThat(() => ({ ...greeting, maxWireVersion: 21, isWritablePrimary: false, secondary: true, setName: 'rs0', setVersion: 1, hosts: members }));
    members.push(hosts);
    expect(await said(open(`mongodb://${hosts}/?replicaSet=rs0`))).toBe(`${hosts} has no primary now: wait for its election, or check that most members run`);
  });

  it('says that it is too old, and which one is not', async () => {
    const hosts = await serverThat(() => ({ ...greeting, maxWireVersion: 6 }));
    expect(await said(open(`mongodb://${hosts}`))).toMatch(new RegExp(`^the server at ${hosts} is too old: MongoDB [\\d.]+ is the least$`));
  });

});

describe('a connection that breaks just as something is sent', () => {
  let sockets: Socket[];
  let mongo: Mongo;

  /** The sockets are gone, and have not said so yet. */
  const breakAll = (): void => sockets.forEach((each) => each.destroy());
  const find = () => mongo.run((database) => database.collection('things').findOne({}));

  beforeEach(async () => {
    sockets = [];
    const { createConnection } = net;
    jest.spyOn(net, 'createConnection').mockImplementation((...asked: readonly unknown[]) => {
      const socket = (createConnection as (...asked: readonly unknown[]) => Socket)(...asked);
      sockets.push(socket);
      return socket;
    });
    const hosts = await serverThat((command) => ('find' in command ? { ok: 1, cursor: { id: 0n, ns: 'alongside.things', firstBatch: [] } } : { ...greeting, maxWireVersion: 21 }));
    // The driver looks at a server at most twice a second.
    mongo = open(`mongodb://${hosts}`, 2_000);
    await find();
  });
  afterEach(() => jest.restoreAllMocks());

  it('leaves nobody without an answer', async () => {
    breakAll();
    expect(await find()).toBeNull();
  });

  it('lets the server be looked at again', async () => {
    const client = mongo.connection.getClient();
    const heard: string[] = [];
    client.once('serverHeartbeatStarted', breakAll);
    client.on('serverHeartbeatFailed', () => heard.push('away'));
    client.on('serverHeartbeatSucceeded', () => heard.push('there'));
    await eventually('it is there again', () => heard[0] === 'away' && heard.includes('there'));
    expect(await find()).toBeNull();
  });
});

describe('indexes that are missing', () => {
  const wanted = [{ collection: 'things', indexes: [{ name: 'by_number', key: { number: 1 } }] }];

  /** Takes longer for an index than any other answer may take. */
  async function building(about: Record<string, unknown>) {
    const asked: Record<string, unknown>[] = [];
    const hosts = await serverThat(async (command) => {
      if ('listIndexes' in command) return { ok: 0, code: 26, codeName: 'NamespaceNotFound', errmsg: 'ns does not exist' };
      if ('createIndexes' in command) {
        asked.push(command);
        await pause(700);
        return { ok: 1 };
      }
      return { ...greeting, maxWireVersion: 21, ...about };
    });
    return { hosts, asked };
  }

  it('may take longer than anything else, and need most members of a replica set only', async () => {
    const hosts: string[] = [];
    const { hosts: host, asked } = await building({ setName: 'rs0', hosts, secondary: false, isWritablePrimary: true });
    hosts.push(host);
    await open(`mongodb://${host}/?replicaSet=rs0`, 100).indexed(wanted);
    expect(asked.map((each) => each['commitQuorum'])).toEqual(['majority']);
  });

  it('are asked of no number of members where there is but one', async () => {
    const { hosts, asked } = await building({});
    await open(`mongodb://${hosts}/`, 100).indexed(wanted);
    expect(asked.map((each) => Object.hasOwn(each, 'commitQuorum'))).toEqual([false]);
  });
});

describe('a server after an election', () => {
  it.each([
    [134, 'ReadConcernMajorityNotAvailableYet'],
    [43, 'CursorNotFound'],
    [189, 'PrimarySteppedDown'],
    [10107, 'NotWritablePrimary'],
    [8000, 'AtlasError'],
  ])('that answers %i, %s, is asked again later', async (code, codeName) => {
    const hosts = await serverThat((command) => ('find' in command ? { ok: 0, code, codeName, errmsg: codeName } : { ...greeting, maxWireVersion: 21 }));
    const error = await caught(open(`mongodb://${hosts}`).run((database) => database.collection('any').findOne({})));
    expect([error, isPassing(error)]).toEqual([expect.any(MongoUnavailable), true]);
  });
});

describe('a replica set that has elected another primary', () => {
  const election = (number: number) => new mongo.ObjectId(`7fffffff${String(number).padStart(16, '0')}`);

  /** Steps down at the first question, and is elected again. */
  async function replicaSet(refusal?: { readonly code: number }) {
    const asked: string[] = [];
    const hosts: string[] = [];
    let number = 1;
    const host = await serverThat((command) => {
      const name = Object.keys(command)[0] as string;
      if (name !== 'find' && name !== 'update') return { ...greeting, maxWireVersion: 21, setName: 'rs0', setVersion: 1, hosts, electionId: election(number), logicalSessionTimeoutMinutes: 30 };
      asked.push(name);
      if (name === 'update') return refusal ? { ok: 0, ...refusal, errmsg: 'not authorized' } : { ok: 1, n: 0, nModified: 0 };
      if (number > 1) return { ok: 1, cursor: { id: 0n, ns: 'alongside.things', firstBatch: [{ _id: 'old or new' }] } };
      number += 1;
      return { ok: 0, code: 10107, codeName: 'NotWritablePrimary', errmsg: 'not primary' };
    });
    hosts.push(host);
    const opened = open(`mongodb://${host}/?replicaSet=rs0`, 2_000);
    return { asked, find: () => opened.run((database) => database.collection<{ readonly _id: string }>('things').findOne({})) };
  }

  it('is believed once it has acknowledged a write, and what it said before is not', async () => {
    const { asked, find } = await replicaSet();
    const error = await caught(find());
    expect([error, isPassing(error)]).toEqual([expect.any(MongoUnavailable), true]);
    expect((error as Error).message).toContain('has just elected a primary');
    expect(asked).toEqual(['find', 'find']);
    expect(await Promise.all([find(), find()])).toEqual([{ _id: 'old or new' }, { _id: 'old or new' }]);
    expect(asked.slice(2)).toEqual(['update', 'find', 'find']);
  });

  it('is believed as it is by whoever may only read', async () => {
    const { asked, find } = await replicaSet({ code: 13 });
    await caught(find());
    expect(await find()).toEqual({ _id: 'old or new' });
    expect(asked.slice(2)).toEqual(['update', 'find']);
  });
});

describe('the address of a document database', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'certificates-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const refusalOf = (url: string): string => {
    try {
      readMongoAddress(url);
    } catch (error) {
      expect(error).toBeInstanceOf(MongoAddressInvalid);
      return (error as Error).message;
    }
    return 'none';
  };

  it.each(['readPreference=secondaryPreferred', 'READPREFERENCE=nearest', 'readPreferenceTags=dc:a', 'maxStalenessSeconds=90', 'readConcernLevel=local', 'w=1', 'w=0', 'w=majority&w=1', 'journal=false', 'j=false', 'tlsInsecure=true', 'tlsAllowInvalidCertificates=true'])(
    'refuses %s, which takes away what is relied on, in one line',
    (option) => {
      const name = (option.split('=')[0] as string).toLowerCase();
      for (const url of [`mongodb://keeper:secret@one:1,two:2/records?replicaSet=rs0&${option}`, `mongodb+srv://keeper:secret@cluster.example.org?${option}`]) {
        expect(refusalOf(url)).toMatch(/^has an option \w+( that is not \w+)?: leave it out, [^\n]+$/);
        expect(refusalOf(url).toLowerCase()).toContain(`option ${name}`);
      }
      expect(() => openMongo({ url: `mongodb://one/?${option}` })).toThrow(MongoAddressInvalid);
    },
  );

  it('lets options stand that ask for what is done anyway', () => {
    expect(refusalOf('mongodb://one/?w=majority&journal=true&readPreference=primary&readConcernLevel=majority&retryWrites=true&tls=true&tlsInsecure=false')).toBe('none');
  });

  it.each([
    ['foo=1', 'has an option that there is none of (foo): take it out'],
    ['retryWrite=true&foo=1', 'has an option that there is none of (retrywrite, foo): take it out'],
    ['tls=maybe', 'has an option tls that cannot be as it is: correct it, or take it out'],
    ['maxPoolSize=secret', 'has an option maxPoolSize that cannot be as it is: correct it, or take it out'],
    ['replicaSet=', 'has an option replicaSet that cannot be as it is: correct it, or take it out'],
  ])('refuses %s when it is opened: waiting would not change it', (query, refusal) => {
    for (const address of [`mongodb://keeper:secret@one,two/records?${query}`, `mongodb+srv://keeper:secret@cluster.example.org/?${query}`]) {
      expect(refusalOf(address)).toBe(refusal);
      expect(() => openMongo({ url: address })).toThrow(MongoAddressInvalid);
    }
  });

  it.each(['tlsCAFile', 'tlsCRLFile', 'tlsCertificateKeyFile'])('says that the file of %s is not there, cannot be read or is something else', (option) => {
    const missing = join(folder, 'certificate of nobody.pem');
    const url = (path: string): string => `mongodb://keeper:secret@one/?tls=true&${option}=${encodeURIComponent(path)}`;
    expect(refusalOf(url(missing))).toBe(`names a file for ${option} that is not there: ${missing}`);
    expect(refusalOf(url(folder))).toBe(`names a file for ${option} that cannot be read (EISDIR): ${folder}`);
    writeFileSync(missing, 'not what it should be');
    if (option !== 'tlsCRLFile') expect(refusalOf(url(missing))).toMatch(new RegExp(`^names a file for ${option} that (holds no certificate|does not hold a certificate and its key) .*${missing}$`));
  });

  it('takes files that hold what they should', () => {
    const [authority, own] = ['authority.pem', 'own.pem'].map((name) => join(folder, name)) as [string, string];
    writeFileSync(authority, untrustedCertificate);
    writeFileSync(own, `${untrustedKey}\n${untrustedCertificate}`);
    expect(refusalOf(`mongodb://one/?tls=true&tlsCAFile=${authority}&tlsCertificateKeyFile=${own}`)).toBe('none');
  });

  it('tells a file that went away since from a certificate that is not trusted', () => {
    const error = Object.assign(new Error("ENOENT: no such file or directory, open '/etc/certificates/ca.crt'"), { code: 'ENOENT', syscall: 'open', path: '/etc/certificates/ca.crt' });
    expect(whatIsWrong(error, 'one')).toBe('a file that the address names cannot be read (ENOENT): give it back, or correct tlsCAFile, tlsCRLFile or tlsCertificateKeyFile');
  });

  it.each([
    ['mongodb://localhost', 'localhost', undefined],
    ['mongodb://keeper:s%40cret@one:27017,two:27018/records?replicaSet=rs0', 'one:27017,two:27018', 'records'],
    ['mongodb+srv://keeper@cluster.example.org/?tls=true', 'cluster.example.org', undefined],
  ])('%s', (url, hosts, database) => {
    expect(readMongoAddress(url)).toEqual({ hosts, database });
  });

  it.each(['', 'postgres://localhost', 'mongodb://', 'mongodb://keeper:sec/ret@localhost', 'mongodb://localhost/a.b', 'mongodb://localhost/%zz', 'mongodb://keeper:secret@localhost:99999'])('refuses %j, without repeating it', (url) => {
    const refusing = (): unknown => readMongoAddress(url);
    expect(refusing).toThrow(/^(must be mongodb:|names a database|has a %)/);
    expect(refusing).not.toThrow('keeper');
  });
});
