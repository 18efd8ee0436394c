import { readFileSync } from 'node:fs';

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

/** Where the brokers are, and how they are spoken to. */
export interface KafkaAddress {
  /** `host:port` of some brokers of the cluster; the others are found through them. */
  readonly brokers: readonly string[];
  /** Present: TLS. With certificates as PEM text where they are not the system's own. */
  readonly ssl?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string };
  /** Stands before every topic and consumer group, where several installations share one cluster. */
  readonly prefix?: string;
}

const mechanisms: readonly SaslMechanism[] = ['plain', 'scram-sha-256', 'scram-sha-512'];
const parameters: ReadonlySet<string> = new Set(['ssl', 'sasl', 'ca', 'cert', 'key', 'prefix']);
const form = 'kafka://[user:password@]host:port[,host:port…][?ssl=true&ca=<file>&cert=<file>&key=<file>&sasl=scram-sha-512&prefix=<text>]';

/**
 * Reads `kafka://[user:password@]host:port,host:port[?…]`. A user without `sasl` signs in by scram-sha-512; `ca`, `cert` and `key` name PEM
 * files and imply `ssl`. Throws one line that says what is wrong, and never the password.
 */
export function kafkaAddress(text: string): KafkaAddress {
  const [, user, password, hosts, query] = /^kafka:\/\/(?:([^:@/?]*)(?::([^@/?]*))?@)?([^@/?]*)\/?(?:\?(.*))?$/.exec(text) ?? [];
  if (hosts === undefined) throw new Error(`not a Kafka address; it has the form ${form}`);
  const brokers = hosts.split(',').map(brokerOf);
  const given = new URLSearchParams(query ?? '');
  for (const name of given.keys()) if (!parameters.has(name)) throw new Error(`${name} is no parameter of a Kafka address; there are ${[...parameters].join(', ')}`);

  const files = (['ca', 'cert', 'key'] as const).flatMap((name) => (given.has(name) ? [[name, pemOf(name, given.get(name) ?? '')] as const] : []));
  const ssl = given.get('ssl') ?? (files.length > 0 ? 'true' : 'false');
  if (ssl !== 'true' && ssl !== 'false') throw new Error('ssl of a Kafka address is true or false');
  if (ssl === 'false' && files.length > 0) throw new Error(`${files[0]?.[0]} of a Kafka address needs ssl=true`);
  if (given.has('cert') !== given.has('key')) throw new Error('cert and key of a Kafka address come together');

  const prefix = given.get('prefix') ?? '';
  if (!/^[\w.-]{0,100}$/.test(prefix)) throw new Error('prefix of a Kafka address has letters, digits, dots, hyphens and underscores only');
  return {
    brokers,
    ...(ssl === 'true' && { ssl: Object.fromEntries(files) }),
    ...saslOf(given.get('sasl') ?? undefined, user, password),
    ...(prefix !== '' && { prefix }),
  };
}

function brokerOf(text: string): string {
  const [, host, port] = /^(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) throw new Error(`${text === '' ? 'a broker of a Kafka address is missing' : `${text} is no broker of a Kafka address`}: each is host:port`);
  return `${host}:${port}`;
}

function saslOf(mechanism: string | undefined, user: string | undefined, password: string | undefined): Pick<KafkaAddress, 'sasl'> {
  if (user === undefined || user === '') {
    if (mechanism !== undefined) throw new Error('sasl of a Kafka address needs user:password@ before the host');
    return {};
  }
  if (password === undefined || password === '') throw new Error('the user of a Kafka address has no password');
  const known = mechanisms.find((each) => each === (mechanism ?? 'scram-sha-512'));
  if (known === undefined) throw new Error(`sasl of a Kafka address is one of ${mechanisms.join(', ')}`);
  return { sasl: { mechanism: known, username: decoded('user', user), password: decoded('password', password) } };
}

function decoded(what: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(`the ${what} of the Kafka address is not percent-encoded as it must be`);
  }
}

function pemOf(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${name} of the Kafka address cannot be read: ${file} (${(error as { readonly code?: string }).code ?? 'unreadable'})`, { cause: error });
  }
}
