import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';
import type { Json, Sealed } from '@alongside/event-sourcing';

/** Where a value was sealed: bound to it, so that it opens under no other stream, event or field. */
export interface Origin {
  readonly subject: string;
  readonly stream: string;
  readonly eventId: string;
  readonly field: string;
}

/** A sealed value was damaged, moved or forged. Names its place, never its content. */
export class EnvelopeCorrupt extends Error {
  constructor(
    readonly stream: string,
    readonly eventId: string,
    readonly field: string,
  ) {
    super(`the sealed value ${field} of event ${eventId} in ${stream} does not open`);
    this.name = 'EnvelopeCorrupt';
  }
}

const ivLength = 12;
const tagLength = 16;

/** Seals one value: AES-256-GCM of its JSON text, with its origin as additional data. */
export function close(key: KeyObject, origin: Origin, value: Json): Sealed {
  const iv = nextIv();
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(additionalData(origin));
  const box = Buffer.concat([iv, cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { $sealed: [1, origin.subject, origin.stream, origin.eventId, origin.field, box.toString('base64')] };
}

/** Opens one envelope with its subject's key. Throws `EnvelopeCorrupt`. */
export function openEnvelope(key: KeyObject, { $sealed: [, subject, stream, eventId, field, text] }: Sealed): Json {
  try {
    const box = Buffer.from(text, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, ivLength), { authTagLength: tagLength })
      .setAAD(additionalData({ subject, stream, eventId, field }))
      .setAuthTag(box.subarray(-tagLength));
    return JSON.parse(decipher.update(box.subarray(ivLength, -tagLength), undefined, 'utf8') + decipher.final('utf8')) as Json;
  } catch {
    throw new EnvelopeCorrupt(stream, eventId, field);
  }
}

/** Whether a value that says `$sealed` is an envelope in full. */
export function isEnvelope(value: object): value is Sealed {
  const parts: unknown = (value as { $sealed?: unknown }).$sealed;
  return Array.isArray(parts) && parts.length === 6 && parts[0] === 1 && parts.slice(1).every((part) => typeof part === 'string');
}

function additionalData({ subject, stream, eventId, field }: Origin): Buffer {
  return Buffer.from(JSON.stringify([1, subject, stream, eventId, field]));
}

// Drawing random bytes costs more than the cipher itself: they are drawn for many values at once.
let pool = Buffer.alloc(0);
let drawn = 0;

function nextIv(): Buffer {
  if (drawn + ivLength > pool.length) {
    pool = randomBytes(ivLength * 256);
    drawn = 0;
  }
  return pool.subarray(drawn, (drawn += ivLength));
}
