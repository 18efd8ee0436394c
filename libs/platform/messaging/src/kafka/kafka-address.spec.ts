import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaAddress } from './kafka-address.js';

describe('a Kafka address', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-address-'));
    writeFileSync(join(folder, 'authority.pem'), 'an authority');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('names one broker or several', () => {
    expect(kafkaAddress('kafka://broker:9092')).toEqual({ brokers: ['broker:9092'] });
    expect(kafkaAddress('kafka://one.example.org:9092,10.0.0.2:9093,[::1]:9094/')).toEqual({ brokers: ['one.example.org:9092', '10.0.0.2:9093', '[::1]:9094'] });
  });

  it('carries a user, percent-encoded, who signs in by scram-sha-512 unless told otherwise', () => {
    const sasl = { username: 'along:side', password: 'a@b/c' };
    expect(kafkaAddress('kafka://along%3Aside:a%40b%2Fc@broker:9092')).toEqual({ brokers: ['broker:9092'], sasl: { mechanism: 'scram-sha-512', ...sasl } });
    expect(kafkaAddress('kafka://along%3Aside:a%40b%2Fc@broker:9092?sasl=plain').sasl).toEqual({ mechanism: 'plain', ...sasl });
  });

  it('asks for TLS, also by naming who is trusted', () => {
    expect(kafkaAddress('kafka://broker:9092?ssl=true').ssl).toEqual({});
    expect(kafkaAddress(`kafka://broker:9092?ca=${join(folder, 'authority.pem')}`).ssl).toEqual({ ca: 'an authority' });
    expect(kafkaAddress('kafka://broker:9092?ssl=false').ssl).toBeUndefined();
  });

  it('keeps installations on one cluster apart', () => {
    expect(kafkaAddress('kafka://broker:9092?prefix=harbour.').prefix).toBe('harbour.');
  });

  it.each([
    ['kafka:broker:9092', /^not a Kafka address; it has the form kafka:\/\//],
    ['redis://broker:9092', /^not a Kafka address/],
    ['kafka://', /^a broker of a Kafka address is missing: each is host:port$/],
    ['kafka://broker', /^broker is no broker of a Kafka address: each is host:port$/],
    ['kafka://one:9092,two', /^two is no broker/],
    ['kafka://broker:99999', /^broker:99999 is no broker/],
    ['kafka://broker:9092?tls=yes', /^tls is no parameter of a Kafka address; there are ssl, sasl, ca, cert, key, prefix$/],
    ['kafka://broker:9092?ssl=yes', /^ssl of a Kafka address is true or false$/],
    ['kafka://broker:9092?sasl=plain', /^sasl of a Kafka address needs user:password@ before the host$/],
    ['kafka://user@broker:9092', /^the user of a Kafka address has no password$/],
    ['kafka://user:secret@broker:9092?sasl=kerberos', /^sasl of a Kafka address is one of plain, scram-sha-256, scram-sha-512$/],
    ['kafka://user:sec%ret@broker:9092', /^the password of the Kafka address is not percent-encoded as it must be$/],
    ['kafka://broker:9092?ca=/nowhere/authority.pem', /^ca of the Kafka address cannot be read: \/nowhere\/authority\.pem \(ENOENT\)$/],
    ['kafka://broker:9092?prefix=a b', /^prefix of a Kafka address/],
  ])('is refused in one line that says why: %s', (text, why) => {
    expect(() => kafkaAddress(text)).toThrow(why);
    expect(() => kafkaAddress(text)).not.toThrow(/secret/);
  });

  it('needs a certificate and its key together, and TLS for them', () => {
    const file = join(folder, 'authority.pem');
    expect(() => kafkaAddress(`kafka://broker:9092?cert=${file}`)).toThrow('cert and key of a Kafka address come together');
    expect(() => kafkaAddress(`kafka://broker:9092?ssl=false&ca=${file}`)).toThrow('ca of a Kafka address needs ssl=true');
  });
});
