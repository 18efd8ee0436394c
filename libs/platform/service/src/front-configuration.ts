import type { RateLimit } from './configuration.js';
import type { TraceTarget } from './tracing.js';

/** A service: a context in a process of its own, at one address or at several of which any will do. */
export interface ServiceAddresses {
  readonly name: string;
  /** Origins, such as http://referrals:8400. */
  readonly addresses: readonly URL[];
}

/** A provider that people may sign in with besides passwords. */
export interface OidcProvider {
  readonly issuer: URL;
  readonly clientId: string;
  /** Absent: a public client, which proves itself by PKCE alone. */
  readonly clientSecret?: string;
}

/** What stands between people and the services: of no account where all of it is one process, sign-in excepted. */
export interface FrontConfiguration {
  readonly services: readonly ServiceAddresses[];
  /** How long a service may take to answer, in milliseconds. */
  readonly serviceTimeout: number;
  /** Of everything, for one network address and for one person. */
  readonly addressLimit: RateLimit;
  readonly personLimit: RateLimit;
  readonly oidc?: OidcProvider;
  readonly traces?: TraceTarget;
}

export const frontVariables = {
  ALONGSIDE_SERVICES: { default: 'none', says: 'for the gateway: where the services are, `<name>=<address>` with commas between; `a|b` where one is at several addresses' },
  ALONGSIDE_SERVICE_TIMEOUT: { default: '15000', says: 'for the gateway: milliseconds that a service may take to answer; longer than ALONGSIDE_WAIT_FOR_VIEW' },
  ALONGSIDE_ADDRESS_LIMIT: { default: '30000/60', says: 'for the gateway: all requests from one address: requests/seconds' },
  ALONGSIDE_PERSON_LIMIT: { default: '6000/60', says: 'for the gateway: all requests of one person who has signed in: requests/seconds' },
  ALONGSIDE_OIDC_ISSUER: { default: 'none', says: 'OpenID Connect provider to sign in with besides passwords: its issuer, https://…' },
  ALONGSIDE_OIDC_CLIENT_ID: { default: 'none', says: 'client id at that provider' },
  ALONGSIDE_OIDC_CLIENT_SECRET: { default: 'none', says: 'client secret at that provider; none for a public client' },
} as const;

export type FrontVariable = keyof typeof frontVariables;

/** How variables are read and refused: configuration.ts has it. */
export interface VariableReader {
  /** Undefined where it is not given. */
  readonly optional: (name: FrontVariable) => string | undefined;
  readonly whole: (name: FrontVariable, min: number, max: number) => number;
  readonly limit: (name: FrontVariable) => RateLimit;
  readonly refuse: (name: string, why: string) => Error;
  /** Variables that are OpenTelemetry's own: OTEL_… */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const httpUrl = (text: string): URL | undefined => (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? new URL(text) : undefined);

function servicesFrom({ optional, refuse }: VariableReader): readonly ServiceAddresses[] {
  const name = 'ALONGSIDE_SERVICES';
  const text = optional(name);
  if (text === undefined) return [];
  const services = text.split(',').map((part) => {
    const [, service, addresses] = /^\s*([a-z][a-z0-9-]*)\s*=\s*(\S+)\s*$/.exec(part) ?? [];
    if (service === undefined || addresses === undefined) throw refuse(name, 'must be <name>=<address>, with commas between, as in referrals=http://referrals:8400,matching=http://matching:8400');
    return {
      name: service,
      addresses: addresses.split('|').map((address) => {
        const url = httpUrl(address);
        if (!url || url.pathname !== '/' || url.search !== '' || url.username !== '') throw refuse(name, `must give ${service} an address such as http://${service}:8400, without a path`);
        return url;
      }),
    };
  });
  const twice = services.find(({ name: one }, index) => services.findIndex((other) => other.name === one) < index);
  if (twice) throw refuse(name, `names ${twice.name} twice: give several addresses of one service as ${twice.name}=http://one:8400|http://two:8400`);
  return services;
}

function oidcFrom({ optional, refuse }: VariableReader): OidcProvider | undefined {
  const issuerText = optional('ALONGSIDE_OIDC_ISSUER');
  const clientId = optional('ALONGSIDE_OIDC_CLIENT_ID');
  const clientSecret = optional('ALONGSIDE_OIDC_CLIENT_SECRET');
  if (issuerText === undefined) {
    const orphan = clientId !== undefined ? 'ALONGSIDE_OIDC_CLIENT_ID' : clientSecret !== undefined ? 'ALONGSIDE_OIDC_CLIENT_SECRET' : undefined;
    if (orphan) throw refuse(orphan, 'says nothing without ALONGSIDE_OIDC_ISSUER');
    return undefined;
  }
  const issuer = httpUrl(issuerText);
  if (!issuer) throw refuse('ALONGSIDE_OIDC_ISSUER', "must be the provider's address, https://…");
  if (clientId === undefined) throw refuse('ALONGSIDE_OIDC_CLIENT_ID', 'must be given with ALONGSIDE_OIDC_ISSUER');
  return { issuer, clientId, ...(clientSecret !== undefined && { clientSecret }) };
}

function tracesFrom({ environment, refuse }: VariableReader): TraceTarget | undefined {
  const endpoint = environment['OTEL_EXPORTER_OTLP_ENDPOINT']?.trim();
  if (!endpoint) return undefined;
  if (!httpUrl(endpoint)) throw refuse('OTEL_EXPORTER_OTLP_ENDPOINT', 'must be an address of a collector that takes OTLP over HTTP, such as http://collector:4318');
  const headers = environment['OTEL_EXPORTER_OTLP_HEADERS']?.trim();
  const service = environment['OTEL_SERVICE_NAME']?.trim();
  return { endpoint, ...(headers && { headers }), ...(service && { service }) };
}

/** `?after=` waits at the service, which would be given up before it answers. Of no account where nothing is asked of services. */
function timeoutFrom({ whole, refuse }: VariableReader, services: readonly ServiceAddresses[], waitForView: number): number {
  const name = 'ALONGSIDE_SERVICE_TIMEOUT';
  const timeout = whole(name, 100, 600_000);
  if (services.length > 0 && timeout <= waitForView) throw refuse(name, `must be longer than ALONGSIDE_WAIT_FOR_VIEW, which is ${waitForView}: a query that waits would be cut off`);
  return timeout;
}

export function frontFrom(reader: VariableReader, waitForView: number): FrontConfiguration {
  const oidc = oidcFrom(reader);
  const traces = tracesFrom(reader);
  const services = servicesFrom(reader);
  return {
    services,
    serviceTimeout: timeoutFrom(reader, services, waitForView),
    addressLimit: reader.limit('ALONGSIDE_ADDRESS_LIMIT'),
    personLimit: reader.limit('ALONGSIDE_PERSON_LIMIT'),
    ...(oidc && { oidc }),
    ...(traces && { traces }),
  };
}
