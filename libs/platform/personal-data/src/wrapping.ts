import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { KeyEncryptionKey, KeyEncryptionKeys } from './key-encryption-key.js';

export interface WrappedKey {
  /** The key-encryption key it is wrapped under. */
  readonly wrappedUnder: string;
  /** iv (12), ciphertext (32), tag (16). */
  readonly wrapped: Uint8Array;
}

/** A stored key names a key-encryption key that was not given, or was tampered with. */
export class KeyNotUnwrappable extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'KeyNotUnwrappable';
  }
}

/** A new key at random, wrapped. `owner` is bound to it, so that rows cannot change places. */
export function wrapNew(under: KeyEncryptionKey, owner: string): WrappedKey {
  return wrap(under, owner, randomBytes(32));
}

export function wrap(under: KeyEncryptionKey, owner: string, key: Buffer): WrappedKey {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', under.key, iv).setAAD(boundTo(under.id, owner));
  return { wrappedUnder: under.id, wrapped: Buffer.concat([iv, cipher.update(key), cipher.final(), cipher.getAuthTag()]) };
}

export function unwrap(keys: KeyEncryptionKeys, owner: string, { wrappedUnder, wrapped }: WrappedKey): KeyObject {
  const under = [keys.current, ...keys.earlier].find(({ id }) => id === wrappedUnder);
  if (!under) throw new KeyNotUnwrappable(`keys are wrapped under the key-encryption key ${wrappedUnder}, which was not given`);
  const box = Buffer.from(wrapped);
  const decipher = createDecipheriv('aes-256-gcm', under.key, box.subarray(0, 12), { authTagLength: 16 })
    .setAAD(boundTo(under.id, owner))
    .setAuthTag(box.subarray(-16));
  try {
    return createSecretKey(Buffer.concat([decipher.update(box.subarray(12, -16)), decipher.final()]));
  } catch {
    throw new KeyNotUnwrappable(`the stored key of ${owner} was changed`);
  }
}

function boundTo(id: string, owner: string): Buffer {
  return Buffer.from(JSON.stringify([1, id, owner]));
}
