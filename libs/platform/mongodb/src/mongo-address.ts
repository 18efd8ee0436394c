import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { mongo } from 'mongoose';

/** The address of a document database cannot be used. Never repeats it: it may hold a password. */
export class MongoAddressInvalid extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'MongoAddressInvalid';
  }
}

export interface MongoAddress {
  /** `host[:port][,…]`, for messages: without user and password. */
  readonly hosts: string;
  /** Undefined: the address names none. */
  readonly database: string | undefined;
}

const form = 'must be mongodb://[user:password@]host[:port][,…]/[database][?options], with %-escapes in user and password';
const reading = 'only the primary knows what was erased and who holds a lease';
const writing = 'what is acknowledged has to be on the disks of most members';
const trusting = 'whoever answers there is then believed: name the authority of the certificate by tlsCAFile instead';

/** Options that would take away what this system relies on. The driver lets them outweigh what it is told in the program. */
const bound: Readonly<Record<string, { readonly may?: string; readonly why: string }>> = {
  readPreference: { may: 'primary', why: reading },
  readPreferenceTags: { why: reading },
  maxStalenessSeconds: { why: reading },
  readConcernLevel: { may: 'majority', why: 'what is not yet on most members may be taken back' },
  w: { may: 'majority', why: writing },
  journal: { may: 'true', why: writing },
  j: { may: 'true', why: writing },
  tlsInsecure: { may: 'false', why: trusting },
  tlsAllowInvalidCertificates: { may: 'false', why: trusting },
  tlsAllowInvalidHostnames: { may: 'false', why: trusting },
};

const files = ['tlsCAFile', 'tlsCRLFile', 'tlsCertificateKeyFile'] as const;

/**
 * Reads `mongodb://` and `mongodb+srv://`, and looks at the files that its options name. Throws `MongoAddressInvalid`: one line, also where an option
 * would let old data be read or lose what was acknowledged, or where there is none of its name.
 */
export function readMongoAddress(url: string): MongoAddress {
  const [, hosts, path = '', query = ''] = /^mongodb(?:\+srv)?:\/\/(?:[^@/?]*@)?([^@/?]+)(?:\/([^?@]*))?(?:\?(.*))?$/.exec(url) ?? [];
  if (hosts === undefined) throw new MongoAddressInvalid(form);
  const database = unescaped(path);
  if (/[\s"$./\\]/.test(database)) throw new MongoAddressInvalid('names a database with a sign that no database name may have');
  const options = new URLSearchParams(query);
  mustBeSafe(options);
  mustBeReadable(options);
  mustBeUnderstood(url, options);
  return { hosts, database: database === '' ? undefined : database };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new MongoAddressInvalid('has a % that is no escape');
  }
}

/** Names of options are the same in upper and lower case. */
const valuesOf = (options: URLSearchParams, name: string): readonly string[] =>
  [...options].filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value);

function mustBeSafe(options: URLSearchParams): void {
  for (const [name, { may, why }] of Object.entries(bound)) {
    if (valuesOf(options, name).every((value) => value === may)) continue;
    throw new MongoAddressInvalid(`has an option ${name}${may === undefined ? '' : ` that is not ${may}`}: leave it out, ${why}`);
  }
}

/** The driver would say so only as it connects, again and again, and of no option. */
function mustBeReadable(options: URLSearchParams): void {
  const [passphrase] = valuesOf(options, 'tlsCertificateKeyFilePassword');
  for (const option of files) {
    for (const path of valuesOf(options, option)) {
      const content = contentOf(option, path);
      if (option === 'tlsCAFile' && !content.includes('-----BEGIN ')) throw new MongoAddressInvalid(`names a file for ${option} that holds no certificate (PEM): ${resolve(path)}`);
      if (option === 'tlsCertificateKeyFile' && !isCertificateWithKey(content, passphrase)) {
        throw new MongoAddressInvalid(`names a file for ${option} that does not hold a certificate and its key (PEM), or is locked by another tlsCertificateKeyFilePassword: ${resolve(path)}`);
      }
    }
  }
}

/** The driver says so as soon as it is made: waiting changes nothing. What it says may hold values. */
function mustBeUnderstood(url: string, options: URLSearchParams): void {
  try {
    new mongo.MongoClient(url);
  } catch (error) {
    const { message } = error as Error;
    const unknown = /options? ([\w, ]+?) (?:is|are) not supported/i.exec(message)?.[1];
    if (unknown !== undefined) throw new MongoAddressInvalid(`has an option that there is none of (${unknown}): take it out`);
    const wrong = [...options.keys()].find((name) => message.toLowerCase().includes(name.toLowerCase()));
    throw new MongoAddressInvalid(wrong === undefined ? form : `has an option ${wrong} that cannot be as it is: correct it, or take it out`);
  }
}

function contentOf(option: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new MongoAddressInvalid(`names a file for ${option} that ${code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`}: ${resolve(path)}`);
  }
}

function isCertificateWithKey(content: Buffer, passphrase: string | undefined): boolean {
  if (content.length === 0) return false;
  try {
    createSecureContext({ cert: content, key: content, ...(passphrase === undefined ? {} : { passphrase }) });
    return true;
  } catch {
    return false;
  }
}
