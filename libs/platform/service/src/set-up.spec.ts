import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from './configuration.js';
import { named } from './set-up.js';

const failing = (error: unknown) => (): Promise<never> => Promise.reject(error);

describe('what cannot be set up', () => {
  it('is told by its variable', async () => {
    const refused = named('ALONGSIDE_KEYS', failing(new Error('127.0.0.1:27017 cannot be reached')));
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(/^ALONGSIDE_KEYS could not be set up: 127\.0\.0\.1:27017 cannot be reached$/);
  });

  it('is told by the variable of what did not go, of several that are kept in one database', async () => {
    const refused = named('ALONGSIDE_READ_MODELS', () => named('ALONGSIDE_KEYS', failing(new Error('keys are wrapped under another key-encryption key'))));
    await expect(refused).rejects.toThrow(/^ALONGSIDE_KEYS could not be set up: keys are wrapped under another key-encryption key$/);
  });

  it('lets through what is no error', async () => {
    await expect(named('ALONGSIDE_KEYS', failing('over'))).rejects.toBe('over');
    expect(await named('ALONGSIDE_KEYS', async () => 3)).toBe(3);
  });
});
