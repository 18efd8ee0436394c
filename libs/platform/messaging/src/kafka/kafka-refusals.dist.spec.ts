import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, freePort, ownKafka, type OwnServer } from '@alongside/testing';
import { openInProcessBroker, type InProcessBroker } from '../in-process/in-process-broker.js';
import { kafkaAddress } from './kafka-address.js';
import { openKafkaBroker } from './kafka-broker.js';
import { setUpTopics } from './topics.js';

/** A certificate for 127.0.0.1 that its own authority has issued. */
function certificate(folder: string): { readonly authority: string; readonly chain: string; readonly key: string } {
  const run = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  run('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Alongside tests', '-keyout', 'authority.key', '-out', 'authority.pem');
  run('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', 'server.key', '-out', 'server.csr');
  run('x509', '-req', '-in', 'server.csr', '-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial', '-days', '2', '-copy_extensions', 'copy', '-out', 'server.pem');
  const pem = (file: string): string => readFileSync(join(folder, file), 'utf8');
  return { authority: join(folder, 'authority.pem'), chain: pem('server.pem'), key: pem('server.key') };
}

/** A PEM text as the value of a property. */
const property = (pem: string): string => pem.trim().replaceAll('\n', ' \\n');

describeWith('kafka', 'a broker that cannot be used says why in one line', (address) => {
  let folder: string;
  let secured: OwnServer;
  let authority: string;
  let loop: InProcessBroker;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-refusals-'));
    const { authority: file, chain, key } = certificate(folder);
    authority = file;
    secured = await ownKafka(join(folder, 'kafka'), {
      protocol: 'SASL_SSL',
      more: `sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
listener.name.clients.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="broker" password="broker" user_broker="broker" user_alongside="right";
ssl.keystore.type=PEM
ssl.keystore.certificate.chain=${property(chain)}
ssl.keystore.key=${property(key)}
ssl.truststore.type=PEM
ssl.truststore.certificates=${property(readFileSync(file, 'utf8'))}
ssl.endpoint.identification.algorithm=`,
    });
    loop = openInProcessBroker({ file: join(folder, 'loops.sqlite') });
  }, 120_000);
  afterAll(async () => {
    await loop.close();
    await secured.stop();
    rmSync(folder, { recursive: true });
  });

  /** What `check` says; undefined: nothing. */
  async function said(text: string): Promise<string | undefined> {
    const broker = openKafkaBroker({ ...kafkaAddress(text), loop, contexts: ['referrals'] });
    try {
      return await broker.check().then(
        () => undefined,
        (error: Error) => error.message,
      );
    } finally {
      await broker.close();
    }
  }

  it('that is not there', async () => {
    const port = await freePort();
    expect(await said(`kafka://127.0.0.1:${port}`)).toBe(`kafka 127.0.0.1:${port} cannot be reached (ECONNREFUSED): is it running, and is ALONGSIDE_MESSAGES right?`);
    expect(await said('kafka://nowhere.invalid:9092')).toMatch(/^kafka nowhere\.invalid:9092 cannot be reached \((ENOTFOUND|EAI_AGAIN)\): is it running, and is ALONGSIDE_MESSAGES right\?$/);
  });

  it('and tries every broker that was named', async () => {
    const port = await freePort();
    expect(await said(`kafka://127.0.0.1:${port},${address}`)).toMatch(/^topic alongside\.referrals\.v1 is missing: run alongside setup$/);
  });

  it('that does not know the user or the password', async () => {
    for (const user of ['alongside:wrong', 'nobody:right']) {
      const message = await said(`kafka://${user}@${secured.address}?sasl=plain&ca=${authority}`);
      expect(message).toBe(`kafka ${secured.address} refuses the user or the password: put right ALONGSIDE_MESSAGES`);
    }
  });

  it('that does not know the kind of sign-in', async () => {
    expect(await said(`kafka://alongside:right@${secured.address}?ca=${authority}`)).toBe(
      `kafka ${secured.address} does not know scram-sha-512: name one that it has as sasl=… in ALONGSIDE_MESSAGES`,
    );
  });

  it('whose certificate is not trusted', async () => {
    expect(await said(`kafka://alongside:right@${secured.address}?sasl=plain&ssl=true`)).toMatch(
      /^kafka \S+ has a certificate that is not trusted \([A-Z_]+\): name its authority as ca=<file> in ALONGSIDE_MESSAGES, or have a valid one issued$/,
    );
  });

  it('that wants TLS, and one that has none', async () => {
    expect(await said(`kafka://${secured.address}`)).toMatch(/^kafka \S+ closes the connection: it may want ssl=true or a user in ALONGSIDE_MESSAGES$/);
    expect(await said(`kafka://${address}?ssl=true`)).toMatch(/^kafka \S+ does not speak TLS there as asked \(\w+\): take ssl=true out of ALONGSIDE_MESSAGES, or name the port that has TLS$/);
  });

  it('that wants a user', async () => {
    expect(await said(`kafka://${secured.address}?ca=${authority}`)).toMatch(/^kafka \S+ closes the connection: it may want a user or a client certificate in ALONGSIDE_MESSAGES$/);
  });

  it('that has no users', async () => {
    expect(await said(`kafka://alongside:right@${address}`)).toMatch(/^kafka \S+ signs nobody in there \(\w+\): take user and password out of ALONGSIDE_MESSAGES, or name the port that has sign-in$/);
  });

  it('that is too old', async () => {
    const old = await oldBroker();
    const { port } = old.address() as { readonly port: number };
    expect(await said(`kafka://127.0.0.1:${port}`)).toBe(`kafka 127.0.0.1:${port} is too old: Kafka 2.1 or later is needed`);
    old.close();
  });

  it('and nothing where all is as it should be', async () => {
    const text = `kafka://alongside:right@${secured.address}?sasl=plain&ca=${authority}`;
    expect(await said(text)).toBe('topic alongside.referrals.v1 is missing: run alongside setup');
    await setUpTopics({ ...kafkaAddress(text), contexts: ['referrals'], partitions: 1 });
    expect(await said(text)).toBeUndefined();
  });
});

/** Speaks as much of Kafka 0.10's protocol as is asked of it: which requests it knows. It has no idempotent producer. */
function oldBroker(): Promise<Server> {
  const apis = [
    [0, 0, 2],
    [1, 0, 2],
    [2, 0, 1],
    [3, 0, 1],
    [8, 0, 2],
    [9, 0, 1],
    [10, 0, 0],
    [18, 0, 0],
  ];
  const { promise, resolve } = Promise.withResolvers<Server>();
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (request) => {
      const [api, correlation] = [request.readInt16BE(4), request.readInt32BE(8)];
      const { port } = server.address() as { readonly port: number };
      socket.write(framed(correlation, api === 18 ? [int16(0), int32(apis.length), ...apis.flat().map(int16)] : metadata(port)));
    });
  });
  server.listen(0, '127.0.0.1', () => resolve(server));
  return promise;
}

const int16 = (value: number): Buffer => Buffer.from([(value >> 8) & 255, value & 255]);
const int32 = (value: number): Buffer => Buffer.concat([int16(value >>> 16), int16(value & 65_535)]);
const text = (value: string): Buffer => Buffer.concat([int16(value.length), Buffer.from(value)]);
/** Version 1: one broker, which is the controller; no topics. */
const metadata = (port: number): Buffer[] => [int32(1), int32(1), text('127.0.0.1'), int32(port), int16(-1), int32(1), int32(0)];

function framed(correlation: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([int32(correlation), ...parts]);
  return Buffer.concat([int32(body.length), body]);
}
