import { hash } from 'node:crypto';

const project = bytesOf('6d1f1d0a-43c5-4a4e-9d0f-2f6a3b1c7e55');

/** A UUID, in lower case as all ids here are. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);

/** UUID version 5 (RFC 9562, 5.5) of the parts under this project's namespace; parts are joined by a unit separator. */
export function uuidOf(...parts: readonly (string | number)[]): string {
  return fromName(project, parts.join('\u001f'));
}

/** UUID version 5 (RFC 9562, 5.5) of a name under a namespace, itself a UUID. */
export function uuidV5(namespace: string, name: string): string {
  return fromName(bytesOf(namespace), name);
}

function fromName(namespace: Buffer, name: string): string {
  const hex = hash('sha1', Buffer.concat([namespace, Buffer.from(name)]), 'hex');
  // Version 5; the variant in the upper two bits of the ninth byte.
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
