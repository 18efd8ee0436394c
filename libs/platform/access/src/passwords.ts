import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AccessRefused, TooManyAttempts } from './refusals.js';

/** Argon2id with the least that OWASP's password storage cheat sheet recommends: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const tagLength = 32;
const shortest = 10;
const longest = 200;

/** Hashing at the same time: leaves threads of the pool to the disk. */
const mostAtOnce = 2;
const mostWaiting = 200;

const derive = promisify(argon2);

/** Refuses what is too short to be safe or too long to be typed: 422. */
export function mustBePassword(password: string): void {
  const { length } = [...password];
  if (length < shortest) throw new AccessRefused(422, 'password-too-short');
  if (length > longest) throw new AccessRefused(422, 'password-too-long');
}

/** As a PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await hashOf(password, salt, cost);
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** Takes as long without a stored hash as with one. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const parsed = stored === undefined ? undefined : parse(stored);
  const hash = await hashOf(password, parsed?.salt ?? Buffer.alloc(16), parsed?.cost ?? cost);
  return parsed !== undefined && parsed.hash.length === hash.length && timingSafeEqual(parsed.hash, hash);
}

interface Stored {
  readonly cost: typeof cost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

function parse(stored: string): Stored {
  const [, memory, passes, parallelism, salt, hash] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) throw new Error('a stored password hash cannot be read');
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
}

let running = 0;
const waiting: (() => void)[] = [];

async function hashOf(password: string, salt: Buffer, { memory, passes, parallelism }: typeof cost): Promise<Buffer> {
  if (running < mostAtOnce) running += 1;
  else {
    if (waiting.length >= mostWaiting) throw new TooManyAttempts(1);
    // Whoever is done hands the turn over.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  try {
    return await derive('argon2id', { message: password.normalize('NFC'), nonce: salt, memory, passes, parallelism, tagLength });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
