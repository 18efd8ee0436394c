import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { someEvent } from '@alongside/testing';
import { EventStoreDbStandIn, testCertificate, type StandInOptions } from '@alongside/testing/eventstoredb';
import { openEventStoreDb } from './open.js';

// What is written here goes on between the adapter and a stand-in for the server's protocol.
const user = { username: 'alongside', password: 'p@ss:word' };
const credentials = 'alongside:p%40ss%3Aword';
const localhost = testCertificate();
const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
const authority = join(folder, 'authority.crt');
writeFileSync(authority, localhost.certificate);
const standIns: EventStoreDbStandIn[] = [];

afterEach(() => {
  for (const each of standIns.splice(0)) each.kill();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function running(options: StandInOptions): Promise<number> {
  const standIn = await new EventStoreDbStandIn(options).start();
  standIns.push(standIn);
  return standIn.port;
}

async function checked(url: string): Promise<string> {
  const store = openEventStoreDb({ url, deadlineMs: 1_000 });
  try {
    await store.check();
    return 'in order';
  } catch (error) {
    return error instanceof Error && error.name === 'EventStoreUnavailable' ? error.message : `another error: ${String(error)}`;
  } finally {
    await store.close();
  }
}

it('lets in with user, password and the certificate of an authority', async () => {
  const port = await running({ tls: localhost, user });
  const store = openEventStoreDb({ url: `esdb://${credentials}@localhost:${port}?tlsCaFile=${encodeURIComponent(authority)}` });
  await store.check();
  await store.append('order-1', 'no-stream', [someEvent()]);
  expect(await store.readStream('order-1')).toHaveLength(1);
  await store.close();
});

describe('says in one line what is wrong, and what to do', () => {
  it.each<[string, StandInOptions, (port: number) => string, string]>([
    ['a wrong password', { tls: localhost, user }, (port) => `esdb://alongside:wrong@localhost:${port}?tlsCaFile=${authority}`, 'refuses the user, the password'],
    ['no user', { tls: localhost, user }, (port) => `esdb://localhost:${port}?tlsCaFile=${authority}`, 'lets nobody in without a user'],
    ['no user without TLS', { user }, (port) => `esdb://${credentials}@localhost:${port}?tls=false`, 'lets nobody in without a user'],
    ['a certificate that nobody vouches for', { tls: localhost }, (port) => `esdb://localhost:${port}`, 'is not trusted: name the file of its authority with tlsCaFile'],
    ['TLS where there is none', {}, (port) => `esdb://localhost:${port}`, 'does not speak TLS: add tls=false'],
    ['no TLS where there is', { tls: localhost }, (port) => `esdb://localhost:${port}?tls=false`, 'leave tls=false out'],
    ['an older server', { version: '22.10.5' }, (port) => `esdb://localhost:${port}?tls=false`, 'runs version 22.10.5: servers from 23.10 on are needed'],
    ['a much older server', { version: 'unknown' }, (port) => `esdb://localhost:${port}?tls=false`, 'runs version unknown: servers from 23.10 on are needed'],
    ['a cluster that is not there', {}, () => 'esdb+discover://localhost:1?tls=false&maxDiscoverAttempts=2&discoveryInterval=10', 'no node of the cluster can be found by localhost:1'],
    ['a name that there is not', {}, () => 'esdb://nowhere.invalid:2113?tls=false', 'nowhere.invalid:2113 cannot be reached'],
    ['a server of another version', { version: '25.1.0.2743' }, (port) => `esdb://localhost:${port}?tls=false`, 'in order'],
    ['the oldest server', { version: '23.10.0' }, (port) => `esdb://localhost:${port}?tls=false`, 'in order'],
  ])('%s', async (_, options, url, says) => {
    const line = await checked(url(await running(options)));
    expect(line).toContain(says);
    expect(line).not.toMatch(/\n|wrong password|p@ss|p%40ss|alongside:/);
  });

  it.each<[string, Parameters<typeof testCertificate>[0], string]>([
    ['for another name', { commonName: 'elsewhere.example' }, 'is for another name'],
    ['that has expired', { until: new Date(Date.now() - 60_000) }, 'has expired'],
  ])('a certificate %s', async (_, options, says) => {
    const certificate = testCertificate(options);
    const file = join(folder, 'other.crt');
    writeFileSync(file, certificate.certificate);
    expect(await checked(`esdb://localhost:${await running({ tls: certificate })}?tlsCaFile=${file}`)).toContain(says);
  });

  it('a server of something else', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { readonly port: number };
    expect(await checked(`esdb://127.0.0.1:${port}?tls=false`)).toContain(`127.0.0.1:${port} `);
    other.close();
  });
});
