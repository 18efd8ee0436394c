import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, configurationFrom } from './configuration.js';

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
    ['ALONGSIDE_EVENT_STORE', 'esdb://localhost'],
    ['ALONGSIDE_READ_MODELS', 'mongodb://localhost'],
    ['ALONGSIDE_MESSAGES', 'kafka://localhost:9092'],
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

  test('says of an adapter of the distributed system that it is not part of this build', () => {
    expect(() => configurationFrom({ ALONGSIDE_EVENT_STORE: 'esdb://localhost' })).toThrow('names the adapter esdb, which is not part of this build');
  });

  test('never shows the key that it refuses', () => {
    let message = '';
    try {
      configurationFrom({ ALONGSIDE_KEY_ENCRYPTION_KEY: 'hunter2' });
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toContain('ALONGSIDE_KEY_ENCRYPTION_KEY');
    expect(message).not.toContain('hunter2');
  });
});
