import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { frontFrom, frontVariables, type FrontConfiguration } from './front-configuration.js';
import { isAddressOf, schemesOf, type ServerKind } from './server-address.js';

/** Where a port's data is: a SQLite file, or nowhere but in the process (gone when it ends; for tests). */
export type Storage = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'in-process' };

/** A server that a port stands on. The address may hold a user and a password: it is shown by `hostsOf` only. */
export interface ServerStorage<Kind extends ServerKind> {
  readonly kind: Kind;
  readonly address: string;
}

export type LogStorage = Storage | ServerStorage<'eventstoredb'>;
export type DocumentStorage = Storage | ServerStorage<'mongodb'>;
export type MessageStorage = { readonly kind: 'sqlite'; readonly file: string } | ServerStorage<'kafka'>;

export interface RateLimit {
  /** Requests allowed within `seconds`, for one address. */
  readonly requests: number;
  readonly seconds: number;
}

export interface Configuration extends FrontConfiguration {
  readonly host: string;
  readonly port: number;
  /** Absolute. */
  readonly dataFolder: string;
  readonly eventStore: LogStorage;
  readonly readModels: DocumentStorage;
  readonly messages: MessageStorage;
  /** Checkpoints, leases, timers and dead letters: with the messages where those are in process, else with the read models. */
  readonly loops: DocumentStorage;
  readonly keys: DocumentStorage;
  readonly accounts: DocumentStorage;
  /** 32 bytes in base64, and earlier ones behind it; absent: kept in a file of mode 0600 in the data folder, made at the first start. */
  readonly keyEncryptionKey?: string;
  /** A JWK set of Ed25519 private keys; absent: made at the first start, and kept where the accounts are. */
  readonly signingKeys?: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where people reach the service, without a slash at the end: links that are sent begin with it. */
  readonly publicUrl: string;
  /** Bytes. */
  readonly bodyLimit: number;
  readonly signInLimit: RateLimit;
  readonly publicLimit: RateLimit;
  /** Whether the sender's address is read from X-Forwarded-For, for running behind a proxy. */
  readonly trustProxy: boolean;
  /** How long `?after=` waits, in milliseconds. */
  readonly waitForView: number;
}

/** A variable that cannot be used: one line that names it. */
export class ConfigurationError extends Error {
  constructor(
    readonly variable: string,
    why: string,
  ) {
    super(`${variable} ${why}`);
    this.name = 'ConfigurationError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Every variable there is: its default as shown in the documents, and what it is for. */
export const variables = {
  ALONGSIDE_PORT: { default: '8400', says: 'port to listen on, 0 for any free one' },
  ALONGSIDE_HOST: { default: '127.0.0.1', says: 'address to listen on' },
  ALONGSIDE_DATA: { default: './data', says: 'folder of everything that is kept' },
  ALONGSIDE_EVENT_STORE: { default: 'sqlite:events.sqlite', says: 'the log: sqlite:<file>, within the data folder unless absolute, or esdb://…' },
  ALONGSIDE_READ_MODELS: { default: 'sqlite:read-models.sqlite', says: 'read models: sqlite:<file> or mongodb://…' },
  ALONGSIDE_MESSAGES: { default: 'in-process', says: 'messages between contexts: in-process, sqlite:<file> to say where their offsets are kept, or kafka://…' },
  ALONGSIDE_KEYS: { default: 'sqlite:keys.sqlite', says: 'keys of personal data: sqlite:<file> or mongodb://…' },
  ALONGSIDE_ACCOUNTS: { default: 'sqlite:accounts.sqlite', says: 'accounts and sessions: sqlite:<file> or mongodb://…' },
  ALONGSIDE_KEY_ENCRYPTION_KEY: { default: 'a file in the data folder', says: '32 bytes in base64 that wrap the keys of personal data; has to be given where those are on a server' },
  ALONGSIDE_SIGNING_KEYS: { default: 'made at the first start', says: 'a JWK set of Ed25519 private keys that sign the tokens of those who have signed in' },
  ALONGSIDE_LOG_LEVEL: { default: 'info', says: 'debug, info, warn, error or silent' },
  ALONGSIDE_PUBLIC_URL: { default: 'http://<host>:<port>', says: 'where people reach the service; links begin with it' },
  ALONGSIDE_BODY_LIMIT: { default: '1048576', says: 'bytes of a request body' },
  ALONGSIDE_SIGN_IN_LIMIT: { default: '120/60', says: 'sign-ins from one address: requests/seconds' },
  ALONGSIDE_PUBLIC_LIMIT: { default: '120/60', says: 'requests of public forms and links from one address: requests/seconds' },
  ALONGSIDE_TRUST_PROXY: { default: 'no', says: 'yes: the address is the last one of X-Forwarded-For' },
  ALONGSIDE_WAIT_FOR_VIEW: { default: '5000', says: 'milliseconds that a query waits for ?after=' },
  ...frontVariables,
} as const;

export type Variable = keyof typeof variables;

/** What is given for a variable: its value, or the content of the file that `<name>_FILE` names. */
function valueOf(environment: Environment, name: Variable): string | undefined {
  const value = environment[name]?.trim() || undefined;
  const file = environment[`${name}_FILE`]?.trim() || undefined;
  if (file === undefined) return value;
  if (value !== undefined) throw new ConfigurationError(`${name}_FILE`, `is given besides ${name}: only one of them can be right`);
  const content = contentOf(name, file);
  if (content === '') throw new ConfigurationError(`${name}_FILE`, 'names a file that is empty: put the value in, or leave the variable out');
  return content;
}

function contentOf(name: Variable, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigurationError(`${name}_FILE`, `names a file that cannot be read (${(error as { readonly code?: string }).code ?? 'unknown'})`);
  }
}

/**
 * Reads every variable once, those named `<variable>_FILE` from the file they name. Throws a `ConfigurationError` for the first that is wrong,
 * and for any ALONGSIDE_ variable that is none. What is wrong is never shown: it may be a secret.
 */
export function configurationFrom(environment: Environment): Configuration {
  // ALONGSIDE_TEST_… name servers for the tests, in the same shell.
  const unknown = Object.keys(environment).find((name) => /^ALONGSIDE_(?!TEST_)/.test(name) && !Object.hasOwn(variables, name.replace(/_FILE$/, '')));
  if (unknown !== undefined) throw new ConfigurationError(unknown, `is not a variable of this system (known: ${Object.keys(variables).join(', ')}, and each with _FILE)`);
  const given = (name: Variable): string => valueOf(environment, name) ?? variables[name].default;
  const whole = (name: Variable, min: number, max: number): number => {
    const text = given(name);
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < min || number > max) throw new ConfigurationError(name, `must be a whole number from ${min} to ${max}`);
    return number;
  };

  const dataFolder = resolve(given('ALONGSIDE_DATA'));
  const host = given('ALONGSIDE_HOST');
  if (!/^[A-Za-z0-9.:_-]+$/.test(host)) throw new ConfigurationError('ALONGSIDE_HOST', 'must be an address or a host name');
  const port = whole('ALONGSIDE_PORT', 0, 65535);

  const forms = (kind: ServerKind): string => `sqlite:<file>, in-process or ${schemesOf(kind)[0]}://…`;
  const fileOf = (text: string): string | undefined => /^sqlite:(.+)$/.exec(text)?.[1];
  const storage = <Kind extends ServerKind>(name: Variable, kind: Kind): Storage | ServerStorage<Kind> => {
    const text = given(name);
    const file = fileOf(text);
    if (file !== undefined) return { kind: 'sqlite', file: resolve(dataFolder, file) };
    if (text === 'in-process') return { kind: 'in-process' };
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
    if (scheme === undefined || scheme === 'sqlite') throw new ConfigurationError(name, `must be ${forms(kind)}`);
    if (!schemesOf(kind).includes(scheme)) throw new ConfigurationError(name, `names ${scheme}, which it cannot stand on: use ${forms(kind)}`);
    if (!isAddressOf(kind, text)) throw new ConfigurationError(name, `is no address of its kind: ${scheme}://[user:password@]host[:port][,host…][/…][?option=value], the password with %40 for @ and the like`);
    return { kind, address: text };
  };
  /** In process, messages still have durable offsets and dead letters: they are kept beside the log. */
  const messageStorage = (): MessageStorage => {
    const found = storage('ALONGSIDE_MESSAGES', 'kafka');
    return found.kind === 'in-process' ? { kind: 'sqlite', file: resolve(dataFolder, 'messages.sqlite') } : found;
  };

  const limit = (name: Variable): RateLimit => {
    const parts = /^(\d{1,7})\/(\d{1,6})$/.exec(given(name));
    const [requests, seconds] = [Number(parts?.[1] ?? 0), Number(parts?.[2] ?? 0)];
    if (requests === 0 || seconds === 0) throw new ConfigurationError(name, 'must be requests/seconds, such as 60/60');
    return { requests, seconds };
  };

  const level = given('ALONGSIDE_LOG_LEVEL');
  if (!['debug', 'info', 'warn', 'error', 'silent'].includes(level)) throw new ConfigurationError('ALONGSIDE_LOG_LEVEL', 'must be debug, info, warn, error or silent');

  const trustProxy = given('ALONGSIDE_TRUST_PROXY');
  if (trustProxy !== 'yes' && trustProxy !== 'no') throw new ConfigurationError('ALONGSIDE_TRUST_PROXY', 'must be yes or no');

  const keyText = valueOf(environment, 'ALONGSIDE_KEY_ENCRYPTION_KEY');
  const isKey = (part: string): boolean => /^[A-Za-z0-9+/_=-]+$/.test(part) && Buffer.from(part, 'base64').length === 32;
  if (keyText && !keyText.split(/[\s,]+/).every(isKey)) throw new ConfigurationError('ALONGSIDE_KEY_ENCRYPTION_KEY', 'must be 32 bytes in base64 (earlier keys behind it, after commas)');

  const signingKeys = valueOf(environment, 'ALONGSIDE_SIGNING_KEYS');
  const urlText = valueOf(environment, 'ALONGSIDE_PUBLIC_URL');
  if (urlText && !/^https?:$/.test(URL.canParse(urlText) ? new URL(urlText).protocol : '')) {
    throw new ConfigurationError('ALONGSIDE_PUBLIC_URL', 'must be an address that begins with http:// or https://');
  }

  const readModels = storage('ALONGSIDE_READ_MODELS', 'mongodb');
  const messages = messageStorage();
  const keys = storage('ALONGSIDE_KEYS', 'mongodb');
  // Each process would make one of its own, and none could open what another one sealed.
  if (keys.kind === 'mongodb' && keyText === undefined) throw new ConfigurationError('ALONGSIDE_KEY_ENCRYPTION_KEY', 'must be given, the same for every process, where ALONGSIDE_KEYS is mongodb: 32 bytes in base64, as "openssl rand -base64 32" makes them');
  const loops: DocumentStorage = messages.kind === 'sqlite' ? messages : readModels.kind === 'mongodb' ? readModels : { kind: 'sqlite', file: resolve(dataFolder, 'messages.sqlite') };

  const waitForView = whole('ALONGSIDE_WAIT_FOR_VIEW', 0, 60_000);

  return {
    host,
    port,
    dataFolder,
    eventStore: storage('ALONGSIDE_EVENT_STORE', 'eventstoredb'),
    readModels,
    messages,
    loops,
    keys,
    accounts: storage('ALONGSIDE_ACCOUNTS', 'mongodb'),
    ...(keyText !== undefined && { keyEncryptionKey: keyText }),
    ...(signingKeys !== undefined && { signingKeys }),
    logLevel: level as Configuration['logLevel'],
    publicUrl: (urlText || `http://${host.includes(':') ? `[${host}]` : host}:${port}`).replace(/\/+$/, ''),
    bodyLimit: whole('ALONGSIDE_BODY_LIMIT', 1024, 64 * 1024 * 1024),
    signInLimit: limit('ALONGSIDE_SIGN_IN_LIMIT'),
    publicLimit: limit('ALONGSIDE_PUBLIC_LIMIT'),
    trustProxy: trustProxy === 'yes',
    waitForView,
    ...frontFrom({ optional: (name) => valueOf(environment, name), whole, limit, refuse: (name, why) => new ConfigurationError(name, why), environment }, waitForView),
  };
}
