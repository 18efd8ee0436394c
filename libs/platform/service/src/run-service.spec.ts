import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from './configuration.js';
import { sharedConfigurationFrom } from './run-service.js';

const documents = 'mongodb://127.0.0.1:27017/alongside';
const shared = {
  ALONGSIDE_EVENT_STORE: 'esdb://127.0.0.1:2113?tls=false',
  ALONGSIDE_MESSAGES: 'kafka://127.0.0.1:9092',
  ALONGSIDE_READ_MODELS: documents,
  ALONGSIDE_KEYS: documents,
  ALONGSIDE_ACCOUNTS: documents,
  ALONGSIDE_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
};

describe('what a service that is a process of its own stands on', () => {
  it('is on servers, with a log that may be a file outside its own folder', () => {
    expect(sharedConfigurationFrom(shared).eventStore.kind).toBe('eventstoredb');
    expect(sharedConfigurationFrom({ ...shared, ALONGSIDE_DATA: '/data', ALONGSIDE_EVENT_STORE: 'sqlite:/log/events.sqlite' }).eventStore).toEqual({ kind: 'sqlite', file: '/log/events.sqlite' });
  });

  it.each([
    ['ALONGSIDE_MESSAGES', undefined],
    ['ALONGSIDE_MESSAGES', 'sqlite:messages.sqlite'],
    ['ALONGSIDE_READ_MODELS', undefined],
    ['ALONGSIDE_READ_MODELS', 'in-process'],
    ['ALONGSIDE_KEYS', undefined],
    ['ALONGSIDE_ACCOUNTS', undefined],
    ['ALONGSIDE_EVENT_STORE', undefined],
    ['ALONGSIDE_EVENT_STORE', 'in-process'],
    ['ALONGSIDE_EVENT_STORE', 'sqlite:below/events.sqlite'],
  ])('is refused where nobody else would see it: %s=%s', (variable, value) => {
    const refused = (): unknown => sharedConfigurationFrom({ ...shared, ALONGSIDE_DATA: '/data', [variable]: value });
    expect(refused).toThrow(ConfigurationError);
    expect(refused).toThrow(new RegExp(`^${variable} has to be shared`));
  });
});
