import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface TestCertificate {
  readonly key: Buffer;
  readonly certificate: Buffer;
}

/** One element of DER: ITU-T X.690. */
function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const header = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}

const sequence = (...contents: readonly Buffer[]): Buffer => element(0x30, ...contents);
const oid = (hex: string): Buffer => element(0x06, Buffer.from(hex, 'hex'));
const time = (date: Date): Buffer => element(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));
const name = (commonName: string): Buffer => sequence(element(0x31, sequence(oid('550403'), element(0x0c, Buffer.from(commonName)))));
const bits = (content: Buffer): Buffer => element(0x03, Buffer.from([0]), content);

const day = 24 * 60 * 60 * 1_000;

/** A certificate that signed itself, for tests with TLS on this machine. RFC 5280. */
export function testCertificate({ commonName = 'localhost', until = new Date(Date.now() + day) }: { readonly commonName?: string; readonly until?: Date } = {}): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'der' } });
  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
  const names = sequence(element(0x82, Buffer.from(commonName)), ...(commonName === 'localhost' ? [element(0x87, Buffer.from([127, 0, 0, 1]))] : []));
  const alternativeNames = sequence(oid('551d11'), element(0x04, names));
  const authority = sequence(oid('551d13'), element(0x04, sequence(element(0x01, Buffer.from([0xff])))));
  const serial = element(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const toBeSigned = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    serial,
    ecdsaWithSha256,
    name(commonName),
    sequence(time(new Date(until.getTime() - 2 * day)), time(until)),
    name(commonName),
    publicKey,
    element(0xa3, sequence(alternativeNames, authority)),
  );
  const signature = sign('sha256', toBeSigned, createPrivateKey(privateKey));
  const whole = sequence(toBeSigned, ecdsaWithSha256, bits(signature)).toString('base64');
  const pem = `-----BEGIN CERTIFICATE-----\n${whole.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  return { key: Buffer.from(privateKey), certificate: Buffer.from(pem) };
}
