import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, configurationFrom } from './configuration.js';

describe('what stands in front of the services', () => {
  test('is nothing by default', () => {
    expect(configurationFrom({})).toMatchObject({ services: [], serviceTimeout: 15_000, addressLimit: { requests: 30_000, seconds: 60 }, personLimit: { requests: 6_000, seconds: 60 } });
    expect(configurationFrom({})).not.toHaveProperty('oidc');
    expect(configurationFrom({})).not.toHaveProperty('traces');
  });

  test('names services, each at one address or at several', () => {
    const { services } = configurationFrom({ ALONGSIDE_SERVICES: 'referrals=http://referrals:8400, matching=http://one:8400|https://two' });
    expect(services.map(({ name, addresses }) => [name, addresses.map((each) => each.origin)])).toEqual([
      ['referrals', ['http://referrals:8400']],
      ['matching', ['http://one:8400', 'https://two']],
    ]);
  });

  test('waits for a service longer than the service may wait', () => {
    const services = 'referrals=http://referrals:8400';
    expect(configurationFrom({ ALONGSIDE_SERVICES: services, ALONGSIDE_WAIT_FOR_VIEW: '1000', ALONGSIDE_SERVICE_TIMEOUT: '1001' }).serviceTimeout).toBe(1001);
    // Nothing is asked of services: nothing is cut off.
    expect(configurationFrom({ ALONGSIDE_WAIT_FOR_VIEW: '20000' }).waitForView).toBe(20_000);
  });

  test('has a provider to sign in with, and a collector of traces', () => {
    const { oidc, traces } = configurationFrom({
      ALONGSIDE_OIDC_ISSUER: 'https://login.example.org/realm',
      ALONGSIDE_OIDC_CLIENT_ID: 'alongside',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_SERVICE_NAME: 'our-matching',
    });
    expect(oidc).toEqual({ issuer: new URL('https://login.example.org/realm'), clientId: 'alongside' });
    expect(traces).toEqual({ endpoint: 'http://collector:4318', service: 'our-matching' });
  });

  test.each([
    ['ALONGSIDE_SERVICES', { ALONGSIDE_SERVICES: 'referrals' }],
    ['ALONGSIDE_SERVICES', { ALONGSIDE_SERVICES: 'referrals=referrals:8400' }],
    ['ALONGSIDE_SERVICES', { ALONGSIDE_SERVICES: 'referrals=http://referrals:8400/api' }],
    ['ALONGSIDE_SERVICES', { ALONGSIDE_SERVICES: 'referrals=http://user:secret@referrals' }],
    ['ALONGSIDE_SERVICES', { ALONGSIDE_SERVICES: 'referrals=http://one,referrals=http://two' }],
    ['ALONGSIDE_SERVICE_TIMEOUT', { ALONGSIDE_SERVICE_TIMEOUT: '5' }],
    ['ALONGSIDE_SERVICE_TIMEOUT', { ALONGSIDE_SERVICES: 'referrals=http://referrals:8400', ALONGSIDE_SERVICE_TIMEOUT: '5000' }],
    ['ALONGSIDE_SERVICE_TIMEOUT', { ALONGSIDE_SERVICES: 'referrals=http://referrals:8400', ALONGSIDE_WAIT_FOR_VIEW: '20000' }],
    ['ALONGSIDE_PERSON_LIMIT', { ALONGSIDE_PERSON_LIMIT: 'many' }],
    ['ALONGSIDE_OIDC_ISSUER', { ALONGSIDE_OIDC_ISSUER: 'login.example.org', ALONGSIDE_OIDC_CLIENT_ID: 'alongside' }],
    ['ALONGSIDE_OIDC_CLIENT_ID', { ALONGSIDE_OIDC_ISSUER: 'https://login.example.org' }],
    ['ALONGSIDE_OIDC_CLIENT_ID', { ALONGSIDE_OIDC_CLIENT_ID: 'alongside' }],
    ['ALONGSIDE_OIDC_CLIENT_SECRET', { ALONGSIDE_OIDC_CLIENT_SECRET: 'hush' }],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }],
  ])('refuses what cannot be meant, and names %s', (variable, environment) => {
    const refused = (): unknown => configurationFrom(environment as Readonly<Record<string, string>>);
    expect(refused).toThrow(ConfigurationError);
    expect(refused).toThrow(new RegExp(`^${variable} .+$`));
    expect(refused).not.toThrow(/secret|hush/);
  });
});
