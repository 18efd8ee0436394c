import { createHash, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { readOrMakePrivateFile } from './private-file.js';

export interface KeyEncryptionKey {
  /** Derived from the key itself: what a wrapped key names. */
  readonly id: string;
  readonly key: KeyObject;
}

/** The one that new keys are wrapped under, and those that keys may still be wrapped under. */
export interface KeyEncryptionKeys {
  readonly current: KeyEncryptionKey;
  readonly earlier: readonly KeyEncryptionKey[];
}

/** The key-encryption key is missing or malformed. The message names where, never the key. */
export class KeyEncryptionKeyInvalid extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyEncryptionKeyInvalid';
  }
}

/**
 * Loads the key-encryption key from `value` (the environment), else from `file`, which is made with mode 0600 at the first start.
 * Either holds 32 bytes in base64; to rotate, put the new one first and the earlier ones after it, apart by commas or lines.
 */
export function loadKeyEncryptionKey(from: { readonly value?: string | undefined; readonly file: string }): KeyEncryptionKeys {
  if (from.value !== undefined && from.value !== '') return parse(from.value, 'the key-encryption key');
  return parse(readOrMakePrivateFile(from.file, () => `${randomBytes(32).toString('base64')}\n`), from.file);
}

/** A key-encryption key of given bytes, or a new one at random. */
export function keyEncryptionKey(bytes: Buffer = randomBytes(32)): KeyEncryptionKey {
  const id = createHash('sha256').update('alongside key-encryption key\0').update(bytes).digest('base64url').slice(0, 11);
  return { id, key: createSecretKey(bytes) };
}

function parse(text: string, where: string): KeyEncryptionKeys {
  const [current, ...earlier] = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => {
      const bytes = Buffer.from(part, 'base64');
      if (bytes.length !== 32) throw new KeyEncryptionKeyInvalid(`${where} must be 32 bytes in base64`);
      return keyEncryptionKey(bytes);
    });
  if (!current) throw new KeyEncryptionKeyInvalid(`${where} is empty`);
  return { current, earlier };
}
