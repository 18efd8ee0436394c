import { isPassing } from '@alongside/event-store';
import { fakeServer } from './fake-server.fixture.js';
import { MongoUnavailable, openMongo, type Mongo } from './mongo.js';
import { readMongoAddress } from './mongo-address.js';

const greeting = { ok: 1, helloOk: true, isWritablePrimary: true, maxBsonObjectSize: 16_777_216, maxMessageSizeBytes: 48_000_000, maxWriteBatchSize: 100_000, minWireVersion: 0 };
const unused = '127.0.0.1:9';

let opened: { close(): Promise<void> }[];
beforeEach(() => (opened = []));
afterEach(async () => {
  for (const each of opened.reverse()) await each.close();
});

const open = (url: string): Mongo => {
  const mongo = openMongo({ url, serverWait: 400 });
  opened.push(mongo);
  return mongo;
};

async function serverThat(answer: (command: Record<string, unknown>) => Record<string, unknown>, options?: { readonly tls?: boolean }): Promise<string> {
  const server = await fakeServer(answer, options);
  opened.push(server);
  return `127.0.0.1:${server.port}`;
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

  it('says that it does not speak TLS', async () => {
    const hosts = await serverThat(() => ({ ...greeting, maxWireVersion: 21 }));
    expect(await said(open(`mongodb://${hosts}/?tls=true`))).toMatch(/does not speak TLS|cannot be reached/);
  });

  it('says that it is too old, and which one is not', async () => {
    const hosts = await serverThat(() => ({ ...greeting, maxWireVersion: 6 }));
    expect(await said(open(`mongodb://${hosts}`))).toMatch(new RegExp(`^the server at ${hosts} is too old: MongoDB [\\d.]+ is the least$`));
  });

  it('says which option there is none of', async () => {
    expect(await said(open(`mongodb://keeper:secret@${unused}/?retryWrite=true`))).toMatch(/^the address has an option that there is none of \(retrywrite\)/i);
  });
});

describe('the address of a document database', () => {
  it.each([
    ['mongodb://localhost', 'localhost', undefined],
    ['mongodb://keeper:s%40cret@one:27017,two:27018/records?replicaSet=rs0', 'one:27017,two:27018', 'records'],
    ['mongodb+srv://keeper@cluster.example.org/?tls=true', 'cluster.example.org', undefined],
  ])('%s', (url, hosts, database) => {
    expect(readMongoAddress(url)).toEqual({ hosts, database });
  });

  it.each(['', 'postgres://localhost', 'mongodb://', 'mongodb://keeper:sec/ret@localhost', 'mongodb://localhost/a.b', 'mongodb://localhost/%zz'])('refuses %j, without repeating it', (url) => {
    const refusing = (): unknown => readMongoAddress(url);
    expect(refusing).toThrow(/^(must be mongodb:|names a database|has a %)/);
    expect(refusing).not.toThrow('keeper');
  });
});
