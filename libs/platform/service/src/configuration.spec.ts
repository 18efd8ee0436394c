import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigurationError, configurationFrom } from './configuration.js';
import { hostsOf } from './server-address.js';

/** A key-encryption key made up for the tests. */
const key = Buffer.alloc(32, 7).toString('base64');

function refusal(environment: Readonly<Record<string, string>>): string {
  try {
    configurationFrom(environment);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
}

describe('the configuration', () => {
  test('runs everything embedded by default', () => {
    const { port, host, eventStore, messages, publicUrl, bodyLimit } = configurationFrom({ ALONGSIDE_DATA: '/data' });
    expect({ port, host, eventStore, messages, publicUrl, bodyLimit }).toEqual({
      port: 8400,
      host: '127.0.0.1',
      eventStore: { kind: 'sqlite', file: '/data/events.sqlite' },
      messages: { kind: 'sqlite', file: '/data/messages.sqlite' },
      publicUrl: 'http://127.0.0.1:8400',
      bodyLimit: 1_048_576,
    });
  });

  test.each([
    ['ALONGSIDE_PORT', '70000'],
    ['ALONGSIDE_PORT', '80 80'],
    ['ALONGSIDE_HOST', 'not a host'],
    ['ALONGSIDE_EVENT_STORE', 'mongodb://localhost'],
    ['ALONGSIDE_EVENT_STORE', 'esdb://'],
    ['ALONGSIDE_READ_MODELS', 'esdb://localhost'],
    ['ALONGSIDE_READ_MODELS', 'mongodb://user:p@ss@localhost'],
    ['ALONGSIDE_MESSAGES', 'kafka://localhost:9092,'],
    ['ALONGSIDE_MESSAGES', 'amqp://localhost'],
    ['ALONGSIDE_PORT_FILE', '/no/such/file'],
    ['ALONGSIDE_KEYS', 'sqlite:'],
    ['ALONGSIDE_KEY_ENCRYPTION_KEY', 'c2hvcnQ='],
    ['ALONGSIDE_LOG_LEVEL', 'loud'],
    ['ALONGSIDE_PUBLIC_URL', 'ftp://example.org'],
    ['ALONGSIDE_BODY_LIMIT', '-1'],
    ['ALONGSIDE_PUBLIC_LIMIT', 'sixty'],
    ['ALONGSIDE_TRUST_PROXY', 'maybe'],
    ['ALONGSIDE_PROT', '8400'],
  ])('refuses %s=%s in one line that names it', (name, value) => {
    const refused = (): unknown => configurationFrom({ [name]: value });
    expect(refused).toThrow(ConfigurationError);
    expect(refused).toThrow(new RegExp(`^${name} .+$`));
  });

  test('passes over what names servers for the tests', () => {
    expect(configurationFrom({ ALONGSIDE_TEST_KAFKA: '127.0.0.1:9092' })).toEqual(configurationFrom({}));
  });

  test('takes servers in the place of files, and keeps checkpoints with the read models when messages are on a broker', () => {
    const { eventStore, readModels, messages, loops, keys, accounts } = configurationFrom({
      ALONGSIDE_EVENT_STORE: 'esdb+discover://admin:secret@events.example.org:2113?tls=true',
      ALONGSIDE_READ_MODELS: 'mongodb://alongside:secret@one:27017,two:27017/alongside?replicaSet=rs0',
      ALONGSIDE_MESSAGES: 'kafka://one:9092,two:9092?ssl=true',
      ALONGSIDE_KEYS: 'mongodb+srv://keys.example.org/keys',
      ALONGSIDE_ACCOUNTS: 'mongodb://[::1]:27017',
      ALONGSIDE_KEY_ENCRYPTION_KEY: key,
    });
    expect([eventStore, readModels, messages, loops, keys, accounts].map((each) => ('address' in each ? `${each.kind} ${hostsOf(each.address)}` : each))).toEqual([
      'eventstoredb events.example.org:2113',
      'mongodb one:27017,two:27017',
      'kafka one:9092,two:9092',
      'mongodb one:27017,two:27017',
      'mongodb keys.example.org',
      'mongodb [::1]:27017',
    ]);
  });

  test('wants a key-encryption key that every process is given, where keys are on a server', () => {
    expect(refusal({ ALONGSIDE_KEYS: 'mongodb://localhost' })).toMatch(/^ALONGSIDE_KEY_ENCRYPTION_KEY must be given/);
  });

  test.each([
    ['ALONGSIDE_KEY_ENCRYPTION_KEY', 'hunter2'],
    ['ALONGSIDE_READ_MODELS', 'mongodb://operator:hunter2@nowhere at all'],
    ['ALONGSIDE_MESSAGES', 'amqp://operator:hunter2@localhost'],
  ])('never shows the secret in %s that it refuses', (name, value) => {
    expect(refusal({ [name]: value })).toMatch(new RegExp(`^${name} `));
    expect(refusal({ [name]: value })).not.toContain('hunter2');
  });
});

describe('a variable from a file', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'alongside-variables-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const inFile = (content: string): string => {
    const file = join(folder, 'value');
    writeFileSync(file, content);
    return file;
  };

  test('has the value that the file holds, without the end of its line', () => {
    expect(configurationFrom({ ALONGSIDE_KEY_ENCRYPTION_KEY_FILE: inFile(`${key}\n`) }).keyEncryptionKey).toBe(key);
    expect(configurationFrom({ ALONGSIDE_PORT_FILE: inFile('8401\n') }).port).toBe(8401);
  });

  test('is refused by the name of the variable when its value cannot be used', () => {
    expect(refusal({ ALONGSIDE_PORT_FILE: inFile('no port') })).toBe('ALONGSIDE_PORT must be a whole number from 0 to 65535');
  });

  test('is refused when the file is empty, which is not as if it were not given', () => {
    expect(refusal({ ALONGSIDE_KEYS: 'mongodb://localhost', ALONGSIDE_KEY_ENCRYPTION_KEY_FILE: inFile(' \n') })).toBe('ALONGSIDE_KEY_ENCRYPTION_KEY_FILE names a file that is empty: put the value in, or leave the variable out');
  });

  test('is refused when it cannot be read, or is given besides the value', () => {
    expect(refusal({ ALONGSIDE_KEYS_FILE: join(folder, 'none') })).toBe('ALONGSIDE_KEYS_FILE names a file that cannot be read (ENOENT)');
    expect(refusal({ ALONGSIDE_PORT: '8400', ALONGSIDE_PORT_FILE: inFile('8401') })).toMatch(/^ALONGSIDE_PORT_FILE is given besides ALONGSIDE_PORT/);
    expect(refusal({ ALONGSIDE_PROT_FILE: inFile('8401') })).toMatch(/^ALONGSIDE_PROT_FILE is not a variable/);
  });
});
