import { hash } from 'node:crypto';

const project = bytesOf('6d1f1d0a-43c5-4a4e-9d0f-2f6a3b1c7e55');

/** UUID version 5 (RFC 9562, 5.5) of the parts under this project's namespace; parts are joined by a unit separator. */
export function uuidOf(...parts: readonly (string | number)[]): string {
  return fromName(project, parts.join('\u001f'));
}

/** UUID version 5 (RFC 9562, 5.5) of a name under a namespace, itself a UUID. */
export function uuidV5(namespace: string, name: string): string {
  return fromName(bytesOf(namespace), name);
}

function fromName(namespace: Buffer, name: string): string {
  const bytes = hash('sha1', Buffer.concat([namespace, Buffer.from(name)]), 'buffer');
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
