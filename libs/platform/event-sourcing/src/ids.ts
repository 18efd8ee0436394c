import { createHash } from 'node:crypto';

const namespace = '6d1f1d0a-43c5-4a4e-9d0f-2f6a3b1c7e55';

/** UUID version 5 (RFC 9562, 5.5) of the parts under this project's namespace; parts are joined by a unit separator. */
export function uuidOf(...parts: readonly (string | number)[]): string {
  const hash = createHash('sha1').update(Buffer.from(namespace.replaceAll('-', ''), 'hex')).update(parts.join('\u001f')).digest().subarray(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
