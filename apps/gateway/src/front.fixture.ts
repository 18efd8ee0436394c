import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newKeySet } from '@alongside/access';
import { configurationFrom, startApplication, type Application, type ApplicationOptions } from '@alongside/service';
import { contexts } from '@alongside/system';
import { gatewayOptions } from './gateway.js';

/** One key set for gateway and services, as a deployment has it. */
export const signingKeys = newKeySet();

export const names = contexts.map(({ name }) => name);

/** Every service at one address. */
export const allAt = (url: string, others: Readonly<Record<string, string>> = {}): string => names.map((name) => `${name}=${others[name] ?? url}`).join(',');

export interface TestGateway {
  readonly application: Application;
  readonly url: string;
  readonly logged: readonly string[];
  remove(): Promise<void>;
}

export async function startTestGateway(services: string, environment: Readonly<Record<string, string>> = {}, clock?: ApplicationOptions['clock']): Promise<TestGateway> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'alongside-gateway-'));
  const logged: string[] = [];
  const configuration = configurationFrom({ ALONGSIDE_PORT: '0', ALONGSIDE_DATA: dataFolder, ALONGSIDE_SIGNING_KEYS: signingKeys, ALONGSIDE_SERVICES: services, ...environment });
  const application = await startApplication({ ...gatewayOptions(configuration), ...(clock && { clock }), logDestination: { write: (line: string) => void logged.push(line) } });
  await application.ready();
  return {
    application,
    url: application.url,
    logged,
    remove: async () => {
      await application.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

export interface Told {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A service that answers as a test wants it to. */
export interface FakeService {
  readonly url: string;
  readonly told: readonly Told[];
  readonly connections: number;
  answer(with_: (request: Told, reply: ServerResponse, socket: Socket) => void): void;
  stop(): Promise<void>;
}

export async function startFakeService(port = 0): Promise<FakeService> {
  const told: Told[] = [];
  let connections = 0;
  let answering = (_request: Told, reply: ServerResponse, _socket: Socket): void => void reply.setHeader('content-type', 'application/json').end('{"id":"1"}');
  const server: Server = createServer((request, reply) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const one: Told = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString('latin1') };
      told.push(one);
      answering(one, reply, request.socket);
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    told,
    get connections() {
      return connections;
    },
    answer: (how) => (answering = how),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
