import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** An address that cannot be used: one line that says why, without user or password. */
export class EventStoreAddressError extends Error {
  constructor(why: string) {
    super(`the address of the event store ${why}`);
    this.name = 'EventStoreAddressError';
  }
}

export interface Host {
  readonly address: string;
  readonly port: number;
}

export interface EventStoreAddress {
  readonly hosts: readonly Host[];
  /** Whether the hosts are asked which node of a cluster to speak to. */
  readonly discovers: boolean;
  readonly tls: boolean;
  readonly user?: { readonly username: string; readonly password: string };
  readonly certificates: { readonly rootCertificate?: Buffer; readonly userCertFile?: Buffer; readonly userKeyFile?: Buffer };
  /** Milliseconds, and numbers of attempts, as the client takes them. */
  readonly settings: Readonly<Partial<Record<Setting, number>>>;
  /** `host:port`, several with commas: what an operator is told. */
  readonly named: string;
}

const form = 'esdb://[user:password@]host[:port][,host…][?option=value&…], esdb+discover://… for a cluster';
// The server has been renamed since, and its addresses with it; the protocol is the same.
const schemes = ['esdb', 'kurrentdb', 'kurrent', 'kdb'];
const settings = ['defaultDeadline', 'keepAliveInterval', 'keepAliveTimeout', 'maxDiscoverAttempts', 'discoveryInterval', 'gossipTimeout'] as const;
type Setting = (typeof settings)[number];
const flags = ['tls', 'tlsVerifyCert'] as const;
const files = { tlsCaFile: 'rootCertificate', userCertFile: 'userCertFile', userKeyFile: 'userKeyFile' } as const;
const options: readonly string[] = [...flags, ...Object.keys(files), 'nodePreference', ...settings];
const defaultPort = 2113;

const flat = (text: string): string => text.trim().toLowerCase().replaceAll(/[_-]/g, '');

/** Whether a text is an address of EventStoreDB, or of its successor. */
export const isEventStoreAddress = (text: string): boolean => new RegExp(`^(${schemes.join('|')})(\\+discover)?://`, 'i').test(text);

/** Reads a connection string. The client's own reader prints it, password included, when it does not understand all of it. */
export function eventStoreAddress(url: string): EventStoreAddress {
  const parts = /^([a-z]+)(\+discover)?:\/\/(?:([^:@/?]*):([^@/?]*)@)?([^@/?]+)\/?(?:\?(.*))?$/i.exec(url.trim());
  const [, scheme = '', discover, username, password, hostList = '', query = ''] = parts ?? [];
  if (!parts || !schemes.includes(scheme.toLowerCase())) throw new EventStoreAddressError(`must be of the form ${form}`);
  const hosts = hostList.split(',').map(hostOf);
  const given = optionsOf(query);
  const tls = flagOf(given, 'tls') ?? true;
  // What is decided on has to be all that was acknowledged, which only the leader knows.
  if (flat(given.get('nodePreference') ?? 'leader') !== 'leader') throw new EventStoreAddressError('prefers a node that may be behind: leave nodePreference out, the leader is read');
  if (flagOf(given, 'tlsVerifyCert') === false) throw new EventStoreAddressError('asks not to verify certificates: name the authority of the certificate with tlsCaFile instead');
  const certificates = Object.fromEntries(Object.entries(files).flatMap(([option, name]) => (given.has(option) ? [[name, fileOf(option, given.get(option) ?? '')]] : [])));
  if (given.has('userCertFile') !== given.has('userKeyFile')) throw new EventStoreAddressError('needs userCertFile and userKeyFile together');
  return {
    hosts,
    discovers: discover !== undefined || hosts.length > 1,
    tls,
    ...(username !== undefined && password !== undefined && { user: { username: decoded(username), password: decoded(password) } }),
    certificates,
    settings: settingsOf(given),
    named: hosts.map(({ address, port }) => `${address}:${port}`).join(','),
  };
}

function hostOf(text: string): Host {
  const [, address = '', port] = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?$/i.exec(text.trim()) ?? [];
  if (address === '' || Number(port ?? defaultPort) > 65_535) throw new EventStoreAddressError(`must be of the form ${form}`);
  return { address, port: Number(port ?? defaultPort) };
}

function optionsOf(query: string): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const pair of query.split('&').filter((each) => each !== '')) {
    const [, name = '', value = ''] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    const known = options.find((each) => flat(each) === flat(name));
    // What was mistyped may be anything, a password too: only what looks like a name is repeated.
    if (known === undefined) throw new EventStoreAddressError(`has ${/^\w{1,30}$/.test(name) ? `an option ${name}` : 'an option'} that is not known (known: ${options.join(', ')})`);
    given.set(known, decoded(value.trim()));
  }
  return given;
}

function flagOf(given: ReadonlyMap<string, string>, name: (typeof flags)[number]): boolean | undefined {
  const value = given.get(name)?.toLowerCase();
  if (value !== undefined && value !== 'true' && value !== 'false') throw new EventStoreAddressError(`needs ${name}=true or ${name}=false`);
  return value === undefined ? undefined : value === 'true';
}

function settingsOf(given: ReadonlyMap<string, string>): EventStoreAddress['settings'] {
  return Object.fromEntries(
    settings.flatMap((name) => {
      const value = given.get(name);
      if (value === undefined) return [];
      if (!/^\d{1,9}$/.test(value)) throw new EventStoreAddressError(`needs a whole number for ${name}`);
      return [[name, Number(value)]];
    }),
  );
}

function fileOf(option: string, path: string): Buffer {
  const file = resolve(path);
  if (!existsSync(file)) throw new EventStoreAddressError(`names a file for ${option} that is not there: ${file}`);
  try {
    return readFileSync(file);
  } catch (error) {
    throw new EventStoreAddressError(`names a file for ${option} that cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}): ${file}`);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new EventStoreAddressError('has a % that is no percent-encoding: write a % itself as %25');
  }
}
